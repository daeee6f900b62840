/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _LEASE_H
#define _LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "netconf.h"

/**
 * struct lease_family - one family of a lease
 * @subnet: the node's part of the cluster network; family 0 for none
 * @len: its prefix length
 * @public: outer address of the node; family 0 for none
 * @has_mac: @mac was told
 * @mac: VTEP MAC address
 * @vni: VNI, 0 if not told
 */
struct lease_family {
	struct k8sov_addr subnet;
	uint8_t len;
	struct k8sov_addr public;
	bool has_mac;
	uint8_t mac[6];
	uint32_t vni;
};

/**
 * struct lease - what a node tells the others through a store
 * @key: unique in the store, decides what a removal means
 * @name: of the node, for people; may be the same as @key
 * @owner: cookie of its entries in the kernel, never 0. Differs between nodes
 *	that have the same key or subnet one after the other, so that a late
 *	removal cannot hit the new owner. 0 if @unreadable does not even let
 *	that be known
 * @unreadable: there is such a node, but what it says makes no sense, and never
 *	did since we look: whatever the kernel has by @owner, or without that
 *	for the subnets, was right once and stays
 * @backend: as told, such as "vxlan"; compared by backend_parse()
 * @family: by V4 and V6
 */
struct lease {
	char *key;
	char *name;
	uint64_t owner;
	bool unreadable;
	char backend[16];
	struct lease_family family[FAMILIES];
};

struct lease *lease_create(const char *key, const char *name);
struct lease *lease_copy(const struct lease *lease);
void lease_destroy(struct lease *lease);
bool lease_equal(const struct lease *a, const struct lease *b);

/* FNV-1a of a text, never 0, for @owner. */
uint64_t lease_owner(const char *text);

/*
 * Flannel's LeaseAttrs: {"PublicIP":…,"PublicIPv6":…,"BackendType":…,
 * "BackendData":{"VNI":…,"VtepMAC":…},"BackendV6Data":{…}}. Formatting is
 * compact and in this order, for peers compare text.
 * lease_parse_attrs() fills in @lease->backend and the families' public, mac
 * and vni; -EINVAL with a sentence, and @lease is as it was.
 */
int lease_parse_attrs(const json_t *attrs, struct lease *lease,
		      struct k8sov_error *err);
char *lease_format_attrs(const struct lease *lease);

/* {"VNI":1,"VtepMAC":"…"} alone, as annotations hold it. */
int lease_parse_backend_data(const char *text, struct lease_family *family);
char *lease_format_backend_data(const struct lease_family *family);

/* "10.5.52.0-24" or "10.5.52.0-24&fd00:10:5:1::-64" to subnets and back. */
int lease_parse_subnets(const char *text, struct lease *lease);
char *lease_format_subnets(const struct lease *lease);

#endif /* _LEASE_H */

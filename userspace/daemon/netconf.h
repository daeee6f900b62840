/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _NETCONF_H
#define _NETCONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/addr.h"

struct k8sov_error;

/* Index of a family in arrays that hold one thing for each of the two. */
enum { V4, V6, FAMILIES };

/** enum backend - how packets of this node travel by default */
enum backend {
	BACKEND_VXLAN,
	BACKEND_GENEVE,
	BACKEND_IPIP,
	BACKEND_DIRECT,		/* Flannel: host-gw */
	BACKEND_ALLOC,		/* only allocate a subnet */
};

/**
 * struct netconf_family - the cluster's network of one family
 * @enabled: the cluster has one
 * @network: its address
 * @len: its prefix length
 * @subnet_len: prefix length of a node's part
 * @min: address of the first part that may be allocated
 * @max: address of the last one
 */
struct netconf_family {
	bool enabled;
	struct k8sov_addr network;
	uint8_t len;
	uint8_t subnet_len;
	struct k8sov_addr min;
	struct k8sov_addr max;
};

/**
 * struct netconf - net-conf.json, the cluster's configuration
 * @family: networks, by V4 and V6
 * @backend: default encapsulation
 * @vni: VNI
 * @port: UDP port, 0 for the encapsulation's default
 * @mtu: of the underlay as far as the cluster may use it, 0 for what it has
 * @direct_routing: no encapsulation between neighbours
 */
struct netconf {
	struct netconf_family family[FAMILIES];
	enum backend backend;
	uint32_t vni;
	uint16_t port;
	uint32_t mtu;
	bool direct_routing;
};

/*
 * Keys are compared without case, as Flannel's readers do; unknown ones are
 * ignored. @allocates: also check what subnets are allocated by (SubnetLen and
 * so on), which the Kubernetes store does not use.
 * Return: 0; -EINVAL with a sentence that names the key.
 */
int netconf_parse(const char *text, size_t len, bool allocates,
		  struct netconf *conf, struct k8sov_error *err);
bool netconf_equal(const struct netconf *a, const struct netconf *b);

const char *backend_name(enum backend backend);	/* as in leases */
int backend_parse(const char *name, enum backend *backend);

#endif /* _NETCONF_H */

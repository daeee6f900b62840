/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _TABLES_H
#define _TABLES_H

#include <linux/k8sov.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/addr.h"

/*
 * The top 16 bits of the owner cookies of k8sovd's entries, "K8". By them a
 * restarted k8sovd knows which entries are its own; it never touches others.
 * The low 48 bits come from struct lease's owner.
 */
#define TABLES_OWNER_MARK	0x4b38ULL
#define TABLES_OWNER_SHIFT	48

/**
 * struct table_host - a host, as wanted or as the kernel has it
 * @remote: outer address, the key
 * @owner: owner cookie
 * @newness: of what is wanted: which of two leases of one address is newer
 * @encap: encapsulation
 * @id: id in the kernel, 0 if that is open
 * @vni: VNI, 0 for the device's
 * @port: UDP port, 0 for the device's
 * @has_mac: @mac is there
 * @mac: VTEP MAC address
 * @edited: the kernel's has more than we ever set, so somebody changed it
 * @name: place of the name
 */
struct table_host {
	struct k8sov_addr remote;
	uint64_t owner;
	uint64_t newness;
	enum k8sov_encap encap;
	uint32_t id;
	uint32_t vni;
	uint16_t port;
	bool has_mac;
	uint8_t mac[6];
	bool edited;
	uint32_t name;
};

/**
 * struct table_subnet - a subnet, as wanted or as the kernel has it
 * @prefix: address, masked
 * @len: length; key together with @prefix
 * @type: where it lives
 * @host: index of the host in the same tables, if @type is host
 * @owner: owner cookie
 */
struct table_subnet {
	struct k8sov_addr prefix;
	uint8_t len;
	enum k8sov_subnet_type type;
	uint32_t host;
	uint64_t owner;
};

/** struct tables - hosts and subnets of a device; all zero is empty */
struct tables {
	struct table_host *host;
	size_t hosts;
	struct table_subnet *subnet;
	size_t subnets;
	char *names;
	size_t names_used;
	size_t names_room;
	uint32_t *host_slot;
	size_t host_slots;
	uint32_t *subnet_slot;
	size_t subnet_slots;
};

/* What is not found. */
#define TABLES_NONE UINT32_MAX

void tables_exit(struct tables *tables);
void tables_expect(struct tables *tables, const struct tables *like);
uint32_t tables_add_host(struct tables *tables, const struct table_host *host,
			 const char *name);
void tables_set_host(struct tables *tables, uint32_t index,
		     const struct table_host *host, const char *name);
uint32_t tables_add_subnet(struct tables *tables,
			   const struct table_subnet *subnet);
uint32_t tables_find_host(const struct tables *tables,
			  const struct k8sov_addr *remote);
uint32_t tables_find_subnet(const struct tables *tables,
			    const struct k8sov_addr *prefix, uint8_t len);
const char *tables_name(const struct tables *tables, uint32_t host);

uint64_t tables_owner(uint64_t owner);
bool tables_is_ours(uint64_t owner);

#endif /* _TABLES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_HOST_H
#define _K8SOV_HOST_H

#include <linux/if_ether.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/u64_stats_sync.h>
#include <net/dst_cache.h>

#include <uapi/linux/k8sov.h>

#include "addr.h"

/**
 * struct k8sov_host_stats - traffic with one host, one CPU's part
 * @tx_packets: packets encapsulated
 * @tx_bytes: their inner length
 * @rx_packets: packets decapsulated and accepted
 * @rx_bytes: their inner length
 * @rx_merged: TCP comes merged. No counter, but what such packets touch anyway
 * @syncp: orders the counters on 32 bit machines
 */
struct k8sov_host_stats {
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	bool rx_merged;
	struct u64_stats_sync syncp;
};

/**
 * struct k8sov_host - a remote node
 *
 * Immutable once it is in a table, so that the packet path reads it without
 * order constraints; replacing a host puts a new object in its slot. The
 * counters go over to the successor. Shared by the live tables and those of
 * transactions, hence counted.
 *
 * @id: key, 1..K8SOV_HOST_ID_MAX
 * @encap: enum k8sov_encap
 * @remote: outer destination address
 * @port: outer UDP destination port, 0 for the device's
 * @vni: VNI towards the host if @has_vni, else the device's holds
 * @has_vni: @vni is meant
 * @mac: inner destination MAC address
 * @dst_cache: route to @remote; has its own per-CPU state. Reset it when
 *	something that went into the route lookup changes
 * @stats: per-CPU counters, shared with predecessors and successors
 * @owner: cookie
 * @refs: tables that hold the object
 * @stats_refs: shared count of objects that use @stats
 * @n_sources: how many of @sources are set
 * @sources: further outer addresses that its packets may come from
 * @name: label, empty if none
 * @rcu: defers freeing until no packet can hold the object
 */
struct k8sov_host {
	u32 id;
	u8 encap;
	bool has_vni;
	__be16 port;
	u32 vni;
	u8 mac[ETH_ALEN];
	struct k8sov_addr remote;
	struct dst_cache dst_cache;
	struct k8sov_host_stats __percpu *stats;

	u64 owner;
	refcount_t refs;
	refcount_t *stats_refs;
	u8 n_sources;
	struct k8sov_addr sources[K8SOV_HOST_SOURCE_MAX];
	struct rcu_head rcu;
	char name[];
};

/**
 * struct k8sov_host_spec - what a request says about a host
 * @id: key, 0 for none given
 * @vni: VNI towards the host if @has_vni
 * @has_vni: @vni was given
 * @has_mac: @mac was given
 * @has_port: @port was given
 * @encap: enum k8sov_encap
 * @n_addrs: length of @addrs
 * @port: outer UDP destination port
 * @mac: inner destination MAC address
 * @addrs: @addrs[0] is the remote, the others are further sources
 * @addr_attrs: the attributes that @addrs come from, to blame
 * @name: label, or NULL
 */
struct k8sov_host_spec {
	u32 id;
	u32 vni;
	bool has_vni;
	bool has_mac;
	bool has_port;
	u8 encap;
	u8 n_addrs;
	__be16 port;
	u8 mac[ETH_ALEN];
	struct k8sov_addr addrs[1 + K8SOV_HOST_SOURCE_MAX];
	const struct nlattr *addr_attrs[1 + K8SOV_HOST_SOURCE_MAX];
	const char *name;
};

/**
 * struct k8sov_host_sum - traffic with one host, all CPUs
 * @tx_packets: packets encapsulated
 * @tx_bytes: their inner length
 * @rx_packets: packets decapsulated and accepted
 * @rx_bytes: their inner length
 */
struct k8sov_host_sum {
	u64 tx_packets;
	u64 tx_bytes;
	u64 rx_packets;
	u64 rx_bytes;
};

/* Slow path: may sleep, callers hold the lock of the device. */

struct k8sov_change;
struct k8sov_dev;
struct k8sov_peers;

struct k8sov_host *k8sov_host_get(struct k8sov_host *host);
void k8sov_host_put(struct k8sov_host *host);
size_t k8sov_host_bytes(const struct k8sov_host *host);
void k8sov_host_fold(const struct k8sov_host *host,
		     struct k8sov_host_sum *sum);

struct k8sov_host *k8sov_host_find(const struct k8sov_dev *kov,
				   const struct k8sov_peers *peers, u32 id);
struct k8sov_host *k8sov_host_find_addr(const struct k8sov_dev *kov,
					const struct k8sov_peers *peers,
					const struct k8sov_addr *addr);
struct k8sov_host *k8sov_host_find_name(const struct k8sov_dev *kov,
					const struct k8sov_peers *peers,
					const char *name);
struct k8sov_host *k8sov_host_next(const struct k8sov_dev *kov,
				   const struct k8sov_peers *peers, u32 id);
u32 *k8sov_host_subnets(const struct k8sov_dev *kov,
			const struct k8sov_peers *peers, u32 id);

int k8sov_host_set(const struct k8sov_change *c, struct k8sov_peers *peers,
		   struct k8sov_host_spec *spec);
int k8sov_host_delete(const struct k8sov_change *c, struct k8sov_peers *peers,
		      u32 id);
int k8sov_host_flush(const struct k8sov_change *c, struct k8sov_peers *peers,
		     const u64 *owner);

#endif /* _K8SOV_HOST_H */

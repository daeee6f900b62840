/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_TABLES_H
#define _K8SOV_TABLES_H

#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "addr.h"
#include "host.h"
#include "lpm.h"

/**
 * struct k8sov_host_slot - a host and what refers to it
 * @host: the object, NULL if the id is free
 * @subnets: entries of the same group's subnet tables that name the id
 */
struct k8sov_host_slot {
	struct k8sov_host __rcu *host;
	u32 subnets;
};

/**
 * struct k8sov_host_vec - hosts by id
 * @size: length of @slot
 * @rcu: defers freeing after the vector was outgrown
 * @slot: indexed by id; slot 0 stays empty
 */
struct k8sov_host_vec {
	u32 size;
	struct rcu_head rcu;
	struct k8sov_host_slot slot[];
};

/**
 * struct k8sov_peers - who is out there: hosts, and subnets that name them
 *
 * One unit, since a subnet is meaningless without its host.
 *
 * @hosts: hosts by id
 * @outer: outer address -> host id, per family
 * @subnets: inner prefix -> k8sov_subnet_value(), per family
 * @n_hosts: hosts in @hosts
 * @n_encap: how many hosts use each encapsulation
 * @free_hint: no id below is free
 * @host_bytes: memory that the hosts hold
 * @version: generation of the last change, to find transactions that were
 *	overtaken
 * @host_version: the same, of the hosts alone
 */
struct k8sov_peers {
	struct k8sov_host_vec __rcu *hosts;
	struct k8sov_lpm outer[K8SOV_FAMILIES];
	struct k8sov_lpm subnets[K8SOV_FAMILIES];

	u32 n_hosts;
	u32 n_encap[__K8SOV_ENCAP_MAX];
	u32 free_hint;
	size_t host_bytes;
	u64 version;
	u64 host_version;
};

struct k8sov_endpoints;
struct k8sov_identities;

/**
 * struct k8sov_groups - groups on the way into or out of a root
 * @peers: hosts and subnets, or NULL
 * @endpoints: local pods and their rulesets, or NULL
 * @identities: what addresses stand for, or NULL
 */
struct k8sov_groups {
	struct k8sov_peers *peers;
	struct k8sov_endpoints *endpoints;
	struct k8sov_identities *identities;
};

/**
 * struct k8sov_tables - all tables of a device at one generation
 *
 * A packet dereferences the root once and so sees one generation. Single
 * changes go into the live groups in place, one prefix or object at a time;
 * a transaction builds new groups aside and swaps the root.
 *
 * @peers: hosts and subnets
 * @endpoints: local pods and their rulesets
 * @identities: what addresses stand for
 * @generation: number of the last change
 * @stale: groups that go with the root, for they are not in its successor
 * @free_work: frees the root and its stale groups after a grace period
 */
struct k8sov_tables {
	struct k8sov_peers *peers;
	struct k8sov_endpoints *endpoints;
	struct k8sov_identities *identities;
	u64 generation;
	struct k8sov_groups stale;
	struct rcu_work free_work;
};

/* Packet path: callers hold rcu_read_lock(). */

static inline u32 k8sov_subnet_value(u8 type, u32 host)
{
	return (u32)type << 24 | host;
}

static inline u8 k8sov_subnet_value_type(u32 value)
{
	return value >> 24;
}

static inline u32 k8sov_subnet_value_host(u32 value)
{
	return value & 0xffffff;
}

/**
 * k8sov_host_find_rcu() - host by id
 * @peers: group of the generation that the caller looks at
 * @id: host id
 *
 * Return: the host, valid until the caller leaves the read side, or NULL.
 */
static inline struct k8sov_host *
k8sov_host_find_rcu(const struct k8sov_peers *peers, u32 id)
{
	const struct k8sov_host_vec *vec = k8sov_rcu(peers->hosts);

	if (unlikely(!vec || id >= vec->size))
		return NULL;
	return k8sov_rcu(vec->slot[id].host);
}

/**
 * k8sov_host_find_outer_rcu() - host by outer address
 * @peers: group of the generation that the caller looks at
 * @v6: the address is IPv6
 * @addr: outer address in network order
 *
 * Return: the host that may send from @addr, or NULL.
 */
static inline struct k8sov_host *
k8sov_host_find_outer_rcu(const struct k8sov_peers *peers, bool v6,
			  const void *addr)
{
	const struct k8sov_lpm_entry *e;

	e = k8sov_lpm_lookup(&peers->outer[v6], addr);
	return e ? k8sov_host_find_rcu(peers, READ_ONCE(e->value)) : NULL;
}

/* Slow path: may sleep. */

struct k8sov_dev;

struct k8sov_tables *k8sov_tables_locked(const struct k8sov_dev *kov);
void k8sov_tables_free_later(struct rcu_work *work);
void k8sov_groups_destroy(struct k8sov_groups *groups);

int k8sov_tables_create(struct k8sov_dev *kov);
void k8sov_tables_destroy(struct k8sov_dev *kov);
void k8sov_tables_reset_routes(struct k8sov_dev *kov);
int k8sov_tables_swap(struct k8sov_dev *kov, struct k8sov_groups *groups);
void k8sov_tables_touch(struct k8sov_dev *kov, u32 table);
size_t k8sov_tables_memory(const struct k8sov_dev *kov);
void k8sov_tables_for_each(void (*fn)(struct k8sov_dev *kov, void *arg),
			   void *arg);

int k8sov_tables_init(void);
void k8sov_tables_exit(void);

#endif /* _K8SOV_TABLES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Longest prefix match for IPv4 and IPv6 addresses
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_LPM_H
#define _K8SOV_LPM_H

#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct mutex;

/**
 * DOC: the table
 *
 * A tree with a stride of one octet. A node has 256 logical slots, one for each
 * value of its octet. A slot is a tagged pointer: NULL, an entry, or, with
 * %K8SOV_LPM_NODE set, the node of the next octet. Entries are pushed down to
 * the slots: the one a lookup ends at is the longest match, there is no way
 * back up.
 *
 * Neighbouring slots of the same content are one run, and a node stores each
 * run once. A node of many runs is stored flat, as its 256 slots and nothing
 * else, once that takes no more memory (%K8SOV_LPM_FLAT); so are the nodes of
 * the first two octets always.
 *
 * All entries that contain an address form a chain by &k8sov_lpm_entry.parent,
 * from the longest to the shortest. An entry that more specific ones hide
 * wholly is in no slot and only in chains.
 *
 * Readers hold rcu_read_lock() or rcu_read_lock_bh(). There is one writer at a
 * time, under the mutex given to k8sov_lpm_publish(); a table that is not
 * published yet belongs to whoever builds it. Each address goes from its old
 * match to its new one at once; different addresses may do so at different
 * times while one prefix is inserted or removed.
 */

#define K8SOV_LPM_NODE		1UL	/* slot holds a node */
#define K8SOV_LPM_FLAT		2UL	/* together with _NODE: a flat one */
#define K8SOV_LPM_TAGS		(K8SOV_LPM_NODE | K8SOV_LPM_FLAT)

/**
 * struct k8sov_lpm_entry - one prefix
 * @addr: network order, zero past @len; IPv4 in the first four octets
 * @len: prefix length in bits
 * @family: %AF_INET or %AF_INET6
 * @value: what the prefix maps to; READ_ONCE() for readers
 * @parent: longest shorter prefix that contains this one, or NULL. Writer only
 * @owner: cookie of whoever set @value. Writer only
 * @rcu: after removal, once no writer needs @parent and @owner any more
 */
struct k8sov_lpm_entry {
	u8 addr[16];
	u8 len;
	u8 family;
	u32 value;
	union {
		struct {
			struct k8sov_lpm_entry *parent;
			u64 owner;
		};
		struct rcu_head rcu;
	};
};

/**
 * struct k8sov_lpm_node - a node that is not flat
 * @map: bit o set: slot o starts a run. Bit 0 is always set
 * @base: number of runs that start in the words of @map before this one
 * @runs: number of runs in use
 * @cap: number of runs that the allocation can hold
 * @slot: one a run. The only member that changes once readers see the node
 */
struct k8sov_lpm_node {
	u64 map[4];
	u8 base[4];
	u16 runs;
	u16 cap;
	void __rcu *slot[];
};

/**
 * struct k8sov_lpm - a table
 * @root: slot of the empty prefix
 * @count: number of entries
 * @bytes: memory held by nodes and entries, rounded as the allocator does
 * @lock: the writer's mutex, NULL until published
 * @family: %AF_INET or %AF_INET6
 * @live: readers may see it: memory is freed after a grace period only
 *
 * All but @root is the writer's.
 */
struct k8sov_lpm {
	void __rcu *root;
	u32 count;
	size_t bytes;
	struct mutex *lock;	/* held by others, checked here */
	u8 family;
	bool live;
};

/*
 * Packet path: under rcu_read_lock() or rcu_read_lock_bh(), any context.
 */

/**
 * k8sov_lpm_slot - slot of an octet
 * @node: tagged pointer, with %K8SOV_LPM_NODE set
 * @octet: of the address, at the node's depth
 *
 * Return: the slot that covers @octet; never NULL.
 */
static __always_inline void __rcu **k8sov_lpm_slot(void *node, u32 octet)
{
	struct k8sov_lpm_node *n = node - K8SOV_LPM_NODE;
	unsigned int word = octet >> 6;

	if ((unsigned long)node & K8SOV_LPM_FLAT)
		return (void __rcu **)(node - K8SOV_LPM_TAGS) + octet;
	return n->slot + n->base[word] +
	       hweight64(n->map[word] << (~octet & 63)) - 1;
}

/**
 * k8sov_lpm_lookup - longest match
 * @t: the table
 * @addr: 4 octets for %AF_INET, 16 for %AF_INET6, network order, any alignment
 *
 * Context: RCU read side, plain or BH.
 * Return: the entry with the longest prefix that contains @addr, valid until
 * the end of the read side section, or NULL.
 */
static inline struct k8sov_lpm_entry *
k8sov_lpm_lookup(const struct k8sov_lpm *t, const void *addr)
{
	const u8 *octet = addr;
	void *v;

	v = rcu_dereference_check(t->root, rcu_read_lock_bh_held());
	while ((unsigned long)v & K8SOV_LPM_NODE)
		v = rcu_dereference_check(*k8sov_lpm_slot(v, *octet++),
					  rcu_read_lock_bh_held());
	return v;
}

/*
 * Writer: under the mutex given to k8sov_lpm_publish(), or with the table to
 * itself before that. May sleep.
 */

int k8sov_lpm_cache_init(void);
void k8sov_lpm_cache_exit(void);

void k8sov_lpm_init(struct k8sov_lpm *t, u8 family);
void k8sov_lpm_publish(struct k8sov_lpm *t, struct mutex *lock);
void k8sov_lpm_clear(struct k8sov_lpm *t);
int k8sov_lpm_clone(struct k8sov_lpm *dst, const struct k8sov_lpm *src);

int k8sov_lpm_insert(struct k8sov_lpm *t, const void *addr, u8 len, u32 value,
		     u64 owner);
void k8sov_lpm_remove(struct k8sov_lpm *t, struct k8sov_lpm_entry *e);
struct k8sov_lpm_entry *k8sov_lpm_find(const struct k8sov_lpm *t,
				       const void *addr, u8 len);
struct k8sov_lpm_entry *k8sov_lpm_next(const struct k8sov_lpm *t,
				       const void *addr, u8 len, bool first);

/**
 * k8sov_lpm_entry_set - change what a prefix maps to
 * @e: the entry
 * @value: seen by readers from now on
 * @owner: cookie for the writer
 *
 * Context: writer.
 */
static inline void k8sov_lpm_entry_set(struct k8sov_lpm_entry *e, u32 value,
				       u64 owner)
{
	e->owner = owner;
	WRITE_ONCE(e->value, value);
}

/**
 * k8sov_lpm_cover - next shorter match
 * @e: an entry of the table
 *
 * Context: writer.
 * Return: the longest shorter prefix that contains @e, or NULL.
 */
static inline struct k8sov_lpm_entry *
k8sov_lpm_cover(const struct k8sov_lpm_entry *e)
{
	return e->parent;
}

#endif /* _K8SOV_LPM_H */

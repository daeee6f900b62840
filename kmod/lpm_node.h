/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nodes of the longest prefix match table; private to lpm.c and lpm_node.c
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_LPM_NODE_H
#define _K8SOV_LPM_NODE_H

#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mutex.h>

#include "lpm.h"

#define K8SOV_LPM_SLOTS		256	/* of a node */
#define K8SOV_LPM_LEVELS	16	/* of a path, at most */

/* Every lookup passes the first levels: their nodes are always flat, which
 * takes half the time. There are at most 1 + 256 of them, 514 KiB.
 */
#define K8SOV_LPM_FLAT_LEVELS	2

/**
 * struct k8sov_lpm_span - the slots that a prefix takes in a node of its path
 * @lo: first one
 * @hi: last one
 */
struct k8sov_lpm_span {
	u8 lo;
	u8 hi;
};

/* Who may write @t: whoever holds its mutex, or has it to itself. */
static inline bool k8sov_lpm_writer_ok(const struct k8sov_lpm *t)
{
	return !t->lock || lockdep_is_held(t->lock);
}

#define k8sov_lpm_read(t, slot) \
	rcu_dereference_protected(slot, k8sov_lpm_writer_ok(t))

/* Number of nodes from the root to the one where a prefix ends. */
static inline unsigned int k8sov_lpm_path_levels(u8 len)
{
	return DIV_ROUND_UP(len, 8);
}

/* What @e takes in the node of its path at @level. */
static inline struct k8sov_lpm_span
k8sov_lpm_path_span(const struct k8sov_lpm_entry *e, unsigned int level)
{
	unsigned int bits = min(e->len - 8 * level, 8U);
	u8 octet = e->addr[level];

	return (struct k8sov_lpm_span){ octet, octet | (0xff >> bits) };
}

static inline bool k8sov_lpm_is_node(const void *v)
{
	return (unsigned long)v & K8SOV_LPM_NODE;
}

static inline bool k8sov_lpm_is_flat(const void *v)
{
	return (unsigned long)v & K8SOV_LPM_FLAT;
}

static inline struct k8sov_lpm_node *k8sov_lpm_to_node(void *v)
{
	return v - K8SOV_LPM_NODE;
}

/* First stored slot: of a run each, or of an octet each if @v is flat. */
static inline void __rcu **k8sov_lpm_slots(void *v)
{
	if (k8sov_lpm_is_flat(v))
		return (void __rcu **)(v - K8SOV_LPM_TAGS);
	return k8sov_lpm_to_node(v)->slot;
}

/* Number of stored slots. */
static inline unsigned int k8sov_lpm_slot_count(void *v)
{
	return k8sov_lpm_is_flat(v) ? K8SOV_LPM_SLOTS :
				      k8sov_lpm_to_node(v)->runs;
}

static inline unsigned int k8sov_lpm_slot_index(void *v, u8 octet)
{
	return k8sov_lpm_slot(v, octet) - k8sov_lpm_slots(v);
}

void *k8sov_lpm_node_clone(struct k8sov_lpm *t, void *v);
void *k8sov_lpm_node_split(struct k8sov_lpm *t, void *v,
			   struct k8sov_lpm_span s);
void *k8sov_lpm_node_squeeze(struct k8sov_lpm *t, unsigned int level,
			     void *v);
void k8sov_lpm_node_free(struct k8sov_lpm *t, void *v);

void *k8sov_lpm_path_create(struct k8sov_lpm *t, struct k8sov_lpm_entry *e,
			    unsigned int level, void *out);
void k8sov_lpm_path_free(struct k8sov_lpm *t, const struct k8sov_lpm_entry *e,
			 unsigned int level, void *v);

#endif /* _K8SOV_LPM_NODE_H */

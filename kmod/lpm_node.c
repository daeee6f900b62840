// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nodes of the longest prefix match table: memory and shape
 *
 * Copyright (C) k8sov contributors
 */
#include "lpm_node.h"

#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#define FLAT_SIZE	(K8SOV_LPM_SLOTS * sizeof(void *))

/*
 * A node of more runs would share the flat one's allocation size; the flat one
 * is faster to read and changes without being copied.
 */
#define RUNS_MAX	((FLAT_SIZE / 2 - sizeof(struct k8sov_lpm_node)) / \
			 sizeof(void *))

/* Half way down, so that a node at the limit does not go back and forth. */
#define RUNS_UNFLAT	(RUNS_MAX / 2)

static size_t node_size(void *v)
{
	struct k8sov_lpm_node *n = k8sov_lpm_to_node(v);

	return k8sov_lpm_is_flat(v) ? FLAT_SIZE : struct_size(n, slot, n->cap);
}

static void *node_tag(struct k8sov_lpm_node *n)
{
	return (void *)n + K8SOV_LPM_NODE;
}

static bool starts_run(const struct k8sov_lpm_node *n, u8 octet)
{
	return n->map[octet >> 6] & BIT_ULL(octet & 63);
}

static bool cuts_lo(const struct k8sov_lpm_node *n, struct k8sov_lpm_span s)
{
	return !starts_run(n, s.lo);
}

static bool cuts_hi(const struct k8sov_lpm_node *n, struct k8sov_lpm_span s)
{
	return s.hi < K8SOV_LPM_SLOTS - 1 && !starts_run(n, s.hi + 1);
}

static struct k8sov_lpm_node *node_alloc(struct k8sov_lpm *t, unsigned int runs)
{
	struct k8sov_lpm_node *n;
	size_t size;

	size = kmalloc_size_roundup(struct_size(n, slot, runs));
	n = kmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!n)
		return NULL;
	n->cap = (size - sizeof(*n)) / sizeof(n->slot[0]);
	t->bytes += node_size(node_tag(n));
	return n;
}

static void __rcu **flat_alloc(struct k8sov_lpm *t)
{
	void __rcu **slot = kmalloc(FLAT_SIZE, GFP_KERNEL_ACCOUNT);

	if (slot)
		t->bytes += FLAT_SIZE;
	return slot;
}

/**
 * k8sov_lpm_node_free - free a node, not what its slots hold
 * @t: the table
 * @v: the node; readers may still be in it if @t is live
 *
 * Context: writer, may sleep.
 */
void k8sov_lpm_node_free(struct k8sov_lpm *t, void *v)
{
	void *mem = (void *)((unsigned long)v & ~K8SOV_LPM_TAGS);

	t->bytes -= node_size(v);
	if (t->live)
		kfree_rcu_mightsleep(mem);
	else
		kfree(mem);
}

/* Cut the run of @octet in two equal ones; the second starts at @octet. */
static void run_cut(struct k8sov_lpm_node *n, u8 octet)
{
	unsigned int i = k8sov_lpm_slot_index(node_tag(n), octet);
	unsigned int word = octet >> 6;

	memmove(&n->slot[i + 1], &n->slot[i],
		(n->runs - i) * sizeof(n->slot[0]));
	n->map[word] |= BIT_ULL(octet & 63);
	while (++word < ARRAY_SIZE(n->base))
		n->base[word]++;
	n->runs++;
}

static void span_cut(struct k8sov_lpm_node *n, struct k8sov_lpm_span s)
{
	if (cuts_hi(n, s))
		run_cut(n, s.hi + 1);
	if (cuts_lo(n, s))
		run_cut(n, s.lo);
}

static void *flat_create(struct k8sov_lpm *t, struct k8sov_lpm_span s,
			 void *in, void *out)
{
	void __rcu **slot = flat_alloc(t);
	int octet;

	if (!slot)
		return NULL;
	for (octet = 0; octet < K8SOV_LPM_SLOTS; octet++)
		RCU_INIT_POINTER(slot[octet],
				 octet < s.lo || octet > s.hi ? out : in);
	return (void *)slot + K8SOV_LPM_TAGS;
}

/* A node of @in in the slots of @s, which are not all, and @out elsewhere. */
static void *node_create(struct k8sov_lpm *t, unsigned int level,
			 struct k8sov_lpm_span s, void *in, void *out)
{
	struct k8sov_lpm_node *n;
	unsigned int runs;

	if (level < K8SOV_LPM_FLAT_LEVELS)
		return flat_create(t, s, in, out);
	runs = 1 + (s.lo > 0) + (s.hi < K8SOV_LPM_SLOTS - 1);
	n = node_alloc(t, runs);
	if (!n)
		return NULL;
	n->map[0] = 1;
	memset(&n->map[1], 0, sizeof(n->map) - sizeof(n->map[0]));
	n->base[0] = 0;
	memset(&n->base[1], 1, sizeof(n->base) - sizeof(n->base[0]));
	n->runs = 1;
	RCU_INIT_POINTER(n->slot[0], out);
	span_cut(n, s);
	RCU_INIT_POINTER(*k8sov_lpm_slot(node_tag(n), s.lo), in);
	return node_tag(n);
}

/**
 * k8sov_lpm_path_free - free the nodes that lead to an entry
 * @t: the table
 * @e: the entry; not freed
 * @level: of the first node
 * @v: the first node; or @e, and nothing is to do
 *
 * Context: writer, may sleep.
 */
void k8sov_lpm_path_free(struct k8sov_lpm *t, const struct k8sov_lpm_entry *e,
			 unsigned int level, void *v)
{
	void *down;

	for (; k8sov_lpm_is_node(v); v = down) {
		down = k8sov_lpm_read(t, *k8sov_lpm_slot(v, e->addr[level++]));
		k8sov_lpm_node_free(t, v);
	}
}

/**
 * k8sov_lpm_path_create - new nodes that lead to an entry
 * @t: the table
 * @e: the entry
 * @level: of the first node
 * @out: content of all slots that @e does not take
 *
 * Context: writer, may sleep.
 * Return: the first node; or @e if it ends above @level; or NULL without
 * memory.
 */
void *k8sov_lpm_path_create(struct k8sov_lpm *t, struct k8sov_lpm_entry *e,
			    unsigned int level, void *out)
{
	unsigned int i = k8sov_lpm_path_levels(e->len);
	void *v = e;
	void *up;

	while (i-- > level) {
		up = node_create(t, i, k8sov_lpm_path_span(e, i), v, out);
		if (!up) {
			k8sov_lpm_path_free(t, e, i + 1, v);
			return NULL;
		}
		v = up;
	}
	return v;
}

static struct k8sov_lpm_node *shape_copy(struct k8sov_lpm *t,
					 const struct k8sov_lpm_node *old,
					 unsigned int runs)
{
	struct k8sov_lpm_node *n = node_alloc(t, runs);

	if (!n)
		return NULL;
	memcpy(n->map, old->map, sizeof(n->map));
	memcpy(n->base, old->base, sizeof(n->base));
	n->runs = old->runs;
	return n;
}

/**
 * k8sov_lpm_node_clone - a node of the same shape with empty slots
 * @t: table of the new node
 * @v: a node, of any table
 *
 * Context: writer of both tables, may sleep.
 * Return: the node, or NULL without memory.
 */
void *k8sov_lpm_node_clone(struct k8sov_lpm *t, void *v)
{
	struct k8sov_lpm_node *n;
	void __rcu **slot;

	if (k8sov_lpm_is_flat(v)) {
		slot = flat_alloc(t);
		if (!slot)
			return NULL;
		memset(slot, 0, FLAT_SIZE);
		return (void *)slot + K8SOV_LPM_TAGS;
	}
	n = k8sov_lpm_to_node(v);
	n = shape_copy(t, n, n->runs);
	if (!n)
		return NULL;
	memset(n->slot, 0, n->runs * sizeof(n->slot[0]));
	return node_tag(n);
}

static void *node_flatten(struct k8sov_lpm *t, const struct k8sov_lpm_node *n)
{
	void __rcu **slot = flat_alloc(t);
	int octet, i = -1;
	void *v;

	if (!slot)
		return NULL;
	for (octet = 0; octet < K8SOV_LPM_SLOTS; octet++) {
		i += starts_run(n, octet);
		v = k8sov_lpm_read(t, n->slot[i]);
		RCU_INIT_POINTER(slot[octet], v);
	}
	return (void *)slot + K8SOV_LPM_TAGS;
}

/**
 * k8sov_lpm_node_split - let runs start and end where a span does
 * @t: the table
 * @v: the node
 * @s: the span
 *
 * Maps the same octets to the same slots. Works in place if it can: nothing is
 * to do, or there is room and nobody reads the table.
 *
 * Context: writer, may sleep.
 * Return: @v; or a copy to put in its place; or NULL without memory.
 */
void *k8sov_lpm_node_split(struct k8sov_lpm *t, void *v,
			   struct k8sov_lpm_span s)
{
	struct k8sov_lpm_node *old = k8sov_lpm_to_node(v);
	struct k8sov_lpm_node *n = old;
	unsigned int runs;

	if (k8sov_lpm_is_flat(v))
		return v;
	runs = old->runs + cuts_lo(old, s) + cuts_hi(old, s);
	if (runs == old->runs)
		return v;
	if (runs > RUNS_MAX)
		return node_flatten(t, old);
	if (t->live || runs > old->cap) {
		n = shape_copy(t, old, runs);
		if (!n)
			return NULL;
		memcpy(n->slot, old->slot, old->runs * sizeof(n->slot[0]));
	}
	span_cut(n, s);
	return node_tag(n);
}

/* Number of runs in truth. */
static unsigned int runs_count(struct k8sov_lpm *t, void *v)
{
	void __rcu **slot = k8sov_lpm_slots(v);
	unsigned int n = k8sov_lpm_slot_count(v);
	unsigned int runs = 1;
	void *cur, *last;

	last = k8sov_lpm_read(t, *slot);
	while (--n) {
		cur = k8sov_lpm_read(t, *++slot);
		runs += cur != last;
		last = cur;
	}
	return runs;
}

/**
 * k8sov_lpm_node_squeeze - give back what a node does not need
 * @t: the table
 * @level: of the node
 * @v: the node
 *
 * Context: writer, may sleep.
 * Return: @v if it cannot be smaller, or without memory; else what to put in
 * its place: a smaller copy, or, not a node, what all its slots hold.
 */
void *k8sov_lpm_node_squeeze(struct k8sov_lpm *t, unsigned int level,
			     void *v)
{
	bool flat = k8sov_lpm_is_flat(v);
	void __rcu **slot = k8sov_lpm_slots(v);
	unsigned int runs = runs_count(t, v);
	struct k8sov_lpm_node *n;
	void *cur, *last = NULL;
	int octet;

	if (runs == 1)
		return k8sov_lpm_read(t, *slot);
	if (level < K8SOV_LPM_FLAT_LEVELS)
		return v;
	if (flat ? runs > RUNS_UNFLAT : runs == k8sov_lpm_slot_count(v))
		return v;
	n = node_alloc(t, runs);
	if (!n)
		return v;
	memset(n->map, 0, sizeof(n->map));
	n->runs = 0;
	for (octet = 0; octet < K8SOV_LPM_SLOTS; octet++) {
		if (!(octet & 63))
			n->base[octet >> 6] = n->runs;
		if (!flat && !starts_run(k8sov_lpm_to_node(v), octet))
			continue;
		cur = k8sov_lpm_read(t, *slot++);
		if (octet && cur == last)
			continue;
		n->map[octet >> 6] |= BIT_ULL(octet & 63);
		RCU_INIT_POINTER(n->slot[n->runs++], cur);
		last = cur;
	}
	return node_tag(n);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match for IPv4 and IPv6 addresses: the writer
 *
 * Copyright (C) k8sov contributors
 */
#include "lpm.h"

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "lpm_node.h"

static struct kmem_cache *entry_cache __read_mostly;

static unsigned int addr_size(const struct k8sov_lpm *t)
{
	return t->family == AF_INET ? 4 : 16;
}

static bool prefix_valid(const struct k8sov_lpm *t, const u8 *addr, u8 len)
{
	unsigned int size = addr_size(t);
	unsigned int octet = len / 8;

	if (len > 8 * size)
		return false;
	if (octet < size && addr[octet] & (0xff >> (len % 8)))
		return false;
	while (++octet < size)
		if (addr[octet])
			return false;
	return true;
}

static bool prefix_contains(const struct k8sov_lpm_entry *e,
			    const struct k8sov_lpm_entry *other)
{
	unsigned int octets = e->len / 8;
	u8 mask = ~(0xff >> (e->len % 8));

	if (e->len > other->len || memcmp(e->addr, other->addr, octets))
		return false;
	return !mask || !((e->addr[octets] ^ other->addr[octets]) & mask);
}

/*
 * @to comes between @from and the chains that end there, or @from goes and @to
 * is what was behind it. Leaves share chains: @to may be found in place.
 */
static void chain_relink(struct k8sov_lpm_entry *e, const void *from, void *to)
{
	for (; e->parent != from; e = e->parent)
		if (e->parent == to)
			return;
	e->parent = to;
}

/*
 * Put @to where @from was the longest match, in @n slots that the prefix which
 * comes or goes covers wholly. Runs map one to one: no node changes its shape.
 */
static void slots_relink(struct k8sov_lpm *t, void __rcu **slot, unsigned int n,
			 const void *from, void *to)
{
	void *v;

	for (; n; n--, slot++) {
		v = k8sov_lpm_read(t, *slot);
		if (v == from) {
			rcu_assign_pointer(*slot, to);
		} else if (k8sov_lpm_is_node(v)) {
			slots_relink(t, k8sov_lpm_slots(v),
				     k8sov_lpm_slot_count(v), from, to);
			cond_resched();
		} else {
			chain_relink(v, from, to);
		}
	}
}

static void span_relink(struct k8sov_lpm *t, void *node,
			struct k8sov_lpm_span s, const void *from, void *to)
{
	unsigned int first = k8sov_lpm_slot_index(node, s.lo);
	unsigned int last = k8sov_lpm_slot_index(node, s.hi);

	slots_relink(t, k8sov_lpm_slots(node) + first, last - first + 1,
		     from, to);
}

/* Put @v where the node in @slot is. */
static void node_replace(struct k8sov_lpm *t, void __rcu **slot, void *v)
{
	void *old = k8sov_lpm_read(t, *slot);

	rcu_assign_pointer(*slot, v);
	k8sov_lpm_node_free(t, old);
}

/*
 * Put @e, whose parent is set, into the slots. All that can fail comes first:
 * the new nodes, then the copy of the one node that they hang from.
 */
static int entry_link(struct k8sov_lpm *t, struct k8sov_lpm_entry *e)
{
	unsigned int levels = k8sov_lpm_path_levels(e->len);
	void __rcu **holder = NULL;
	void __rcu **slot = &t->root;
	struct k8sov_lpm_span s;
	void *path, *old, *node;
	unsigned int level;

	for (level = 0; level < levels; level++) {
		old = k8sov_lpm_read(t, *slot);
		if (!k8sov_lpm_is_node(old))
			break;
		holder = slot;
		slot = k8sov_lpm_slot(old, e->addr[level]);
	}
	path = k8sov_lpm_path_create(t, e, level, e->parent);
	if (!path)
		return -ENOMEM;
	if (!holder) {
		slots_relink(t, slot, 1, e->parent, path);
		return 0;
	}

	s = k8sov_lpm_path_span(e, level - 1);
	old = k8sov_lpm_read(t, *holder);
	node = k8sov_lpm_node_split(t, old, s);
	if (!node) {
		k8sov_lpm_path_free(t, e, level, path);
		return -ENOMEM;
	}
	span_relink(t, node, s, e->parent, path);
	if (node != old)
		node_replace(t, holder, node);
	return 0;
}

static struct k8sov_lpm_entry *entry_create(struct k8sov_lpm *t)
{
	struct k8sov_lpm_entry *e = kmem_cache_zalloc(entry_cache, GFP_KERNEL);

	if (e) {
		e->family = t->family;
		t->count++;
		t->bytes += sizeof(*e);
	}
	return e;
}

/* Free at once: no reader has seen @e, or none is left. */
static void entry_destroy(struct k8sov_lpm *t, struct k8sov_lpm_entry *e)
{
	t->count--;
	t->bytes -= sizeof(*e);
	kmem_cache_free(entry_cache, e);
}

static void entry_free_rcu(struct rcu_head *rcu)
{
	struct k8sov_lpm_entry *e;

	e = container_of(rcu, struct k8sov_lpm_entry, rcu);
	kmem_cache_free(entry_cache, e);
}

static struct k8sov_lpm_entry *leaf_find(const struct k8sov_lpm *t,
					 const u8 *addr)
{
	void *v = k8sov_lpm_read(t, t->root);

	while (k8sov_lpm_is_node(v))
		v = k8sov_lpm_read(t, *k8sov_lpm_slot(v, *addr++));
	return v;
}

/* The longest entry that contains @addr and is no longer than @len. */
static struct k8sov_lpm_entry *chain_find(const struct k8sov_lpm *t,
					  const u8 *addr, u8 len)
{
	struct k8sov_lpm_entry *e = leaf_find(t, addr);

	while (e && e->len > len)
		e = e->parent;
	return e;
}

/**
 * k8sov_lpm_cache_init - set up the memory of all tables
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int k8sov_lpm_cache_init(void)
{
	entry_cache = KMEM_CACHE(k8sov_lpm_entry, SLAB_ACCOUNT);
	return entry_cache ? 0 : -ENOMEM;
}

/**
 * k8sov_lpm_cache_exit - undo k8sov_lpm_cache_init()
 *
 * Context: module exit, or unwinding of init. All tables must be cleared.
 */
void k8sov_lpm_cache_exit(void)
{
	/* entry_free_rcu() may be still to run. */
	rcu_barrier();
	kmem_cache_destroy(entry_cache);
}

/**
 * k8sov_lpm_init - an empty table that is not published
 * @t: the table; caller's memory
 * @family: %AF_INET or %AF_INET6
 *
 * An empty table holds no memory: there is nothing to undo.
 */
void k8sov_lpm_init(struct k8sov_lpm *t, u8 family)
{
	memset(t, 0, sizeof(*t));
	t->family = family;
}

/**
 * k8sov_lpm_publish - readers may come from now on
 * @t: the table
 * @lock: mutex that every writer holds from now on; for lockdep
 *
 * Call it before the pointer to the table is published.
 */
void k8sov_lpm_publish(struct k8sov_lpm *t, struct mutex *lock)
{
	t->lock = lock;
	t->live = true;
}

/**
 * k8sov_lpm_find - exact match
 * @t: the table
 * @addr: 4 octets for %AF_INET, 16 for %AF_INET6, network order
 * @len: prefix length in bits
 *
 * Context: writer.
 * Return: the entry of this very prefix, or NULL.
 */
struct k8sov_lpm_entry *k8sov_lpm_find(const struct k8sov_lpm *t,
				       const void *addr, u8 len)
{
	struct k8sov_lpm_entry *e;

	lockdep_assert(k8sov_lpm_writer_ok(t));
	e = chain_find(t, addr, len);
	if (!e || e->len != len || memcmp(e->addr, addr, addr_size(t)))
		return NULL;
	return e;
}

/**
 * k8sov_lpm_insert - add a prefix
 * @t: the table
 * @addr: 4 octets for %AF_INET, 16 for %AF_INET6, network order
 * @len: prefix length in bits
 * @value: what it maps to
 * @owner: cookie for the writer
 *
 * Takes time for every prefix that the new one contains.
 *
 * Context: writer, may sleep.
 * Return: 0; -EINVAL if @len is too long for the family or @addr has a bit set
 * past it, -EEXIST if the prefix is there already, -ENOMEM. The table is
 * unchanged in all these cases.
 */
int k8sov_lpm_insert(struct k8sov_lpm *t, const void *addr, u8 len, u32 value,
		     u64 owner)
{
	struct k8sov_lpm_entry *parent, *e;
	int err;

	lockdep_assert(k8sov_lpm_writer_ok(t));
	if (!prefix_valid(t, addr, len))
		return -EINVAL;
	parent = chain_find(t, addr, len);
	if (parent && parent->len == len)
		return -EEXIST;
	e = entry_create(t);
	if (!e)
		return -ENOMEM;
	memcpy(e->addr, addr, addr_size(t));
	e->len = len;
	e->value = value;
	e->parent = parent;
	e->owner = owner;

	err = entry_link(t, e);
	if (err)
		entry_destroy(t, e);
	return err;
}

/**
 * k8sov_lpm_remove - take a prefix away
 * @t: the table
 * @e: an entry of it; gone afterwards
 *
 * Takes time for every prefix that @e contains. Cannot fail: without memory
 * for a smaller copy a node stays as it is, with neighbouring runs that are
 * equal, until more is removed. An empty table holds no memory.
 *
 * Context: writer, may sleep.
 */
void k8sov_lpm_remove(struct k8sov_lpm *t, struct k8sov_lpm_entry *e)
{
	unsigned int level = k8sov_lpm_path_levels(e->len);
	void __rcu **holder[K8SOV_LPM_LEVELS];
	void __rcu **slot = &t->root;
	void *old, *node;
	unsigned int i;

	lockdep_assert(k8sov_lpm_writer_ok(t));
	for (i = 0; i < level; i++) {
		holder[i] = slot;
		node = k8sov_lpm_read(t, *slot);
		slot = k8sov_lpm_slot(node, e->addr[i]);
	}
	if (level)
		span_relink(t, node, k8sov_lpm_path_span(e, level - 1),
			    e, e->parent);
	else
		slots_relink(t, slot, 1, e, e->parent);

	while (level--) {
		old = k8sov_lpm_read(t, *holder[level]);
		node = k8sov_lpm_node_squeeze(t, level, old);
		if (node != old)
			node_replace(t, holder[level], node);
		if (k8sov_lpm_is_node(node))
			break;
	}

	t->count--;
	t->bytes -= sizeof(*e);
	if (t->live)
		call_rcu(&e->rcu, entry_free_rcu);
	else
		kmem_cache_free(entry_cache, e);
}

/*
 * The first leaf in @n slots whose prefix starts after @after, or at all. There
 * is one below every node that lies after @after: no way back up is needed.
 */
static struct k8sov_lpm_entry *leaf_after(const struct k8sov_lpm *t,
					  void __rcu *const *slot,
					  unsigned int n, const u8 *after)
{
	struct k8sov_lpm_entry *e;
	void *v;

	for (; n; n--, slot++) {
		v = k8sov_lpm_read(t, *slot);
		while (k8sov_lpm_is_node(v)) {
			slot = k8sov_lpm_slots(v);
			n = k8sov_lpm_slot_count(v);
			v = k8sov_lpm_read(t, *slot);
		}
		e = v;
		if (e && (!after || memcmp(e->addr, after, addr_size(t)) > 0))
			return e;
	}
	return NULL;
}

/* The shortest of the prefixes that start at the address of @e. */
static struct k8sov_lpm_entry *chain_first(struct k8sov_lpm_entry *e,
					   unsigned int size)
{
	while (e && e->parent && !memcmp(e->parent->addr, e->addr, size))
		e = e->parent;
	return e;
}

/**
 * k8sov_lpm_next - walk in the order of address, then length
 * @t: the table
 * @addr: where the walk is: 4 or 16 octets, network order
 * @len: where the walk is: prefix length in bits
 * @first: start the walk; @addr and @len are not looked at
 *
 * The prefix the walk is at need not exist any more, so that a dump can drop
 * the mutex and go on later.
 *
 * Context: writer.
 * Return: the first entry that comes after @addr and @len, or NULL.
 */
struct k8sov_lpm_entry *k8sov_lpm_next(const struct k8sov_lpm *t,
				       const void *addr, u8 len, bool first)
{
	struct k8sov_lpm_entry *e, *found = NULL;
	unsigned int size = addr_size(t);
	unsigned int i, level = 0;
	const u8 *octet = addr;
	void *path[K8SOV_LPM_LEVELS];
	void *v;

	lockdep_assert(k8sov_lpm_writer_ok(t));
	if (first)
		return chain_first(leaf_after(t, &t->root, 1, NULL), size);

	v = k8sov_lpm_read(t, t->root);
	while (k8sov_lpm_is_node(v)) {
		path[level] = v;
		v = k8sov_lpm_read(t, *k8sov_lpm_slot(v, octet[level++]));
	}
	/* Longer prefixes of the same address contain it: they are here. */
	for (e = v; e && e->len > len; e = e->parent)
		if (!memcmp(e->addr, addr, size))
			found = e;
	if (found)
		return found;
	while (!found && level--) {
		v = path[level];
		i = k8sov_lpm_slot_index(v, octet[level]) + 1;
		found = leaf_after(t, k8sov_lpm_slots(v) + i,
				   k8sov_lpm_slot_count(v) - i, addr);
	}
	return chain_first(found, size);
}

/*
 * The next leaf of a walk in order is @e: of the chain @cur of the leaf before,
 * free what does not contain it. No later leaf can be inside of that.
 */
static void chain_clear(struct k8sov_lpm *t, struct k8sov_lpm_entry **cur,
			struct k8sov_lpm_entry *e)
{
	struct k8sov_lpm_entry *old;

	while ((old = *cur) && !(e && prefix_contains(old, e))) {
		*cur = old->parent;
		entry_destroy(t, old);
	}
	if (e)
		*cur = e;
}

static void slots_clear(struct k8sov_lpm *t, void __rcu **slot, unsigned int n,
			struct k8sov_lpm_entry **cur)
{
	void *v;

	for (; n; n--, slot++) {
		v = k8sov_lpm_read(t, *slot);
		if (!k8sov_lpm_is_node(v)) {
			chain_clear(t, cur, v);
			continue;
		}
		slots_clear(t, k8sov_lpm_slots(v), k8sov_lpm_slot_count(v),
			    cur);
		k8sov_lpm_node_free(t, v);
		cond_resched();
	}
}

/**
 * k8sov_lpm_clear - free everything
 * @t: the table; empty and as after k8sov_lpm_init() afterwards
 *
 * Context: no reader may be left, so after a grace period if it was published.
 * May sleep.
 */
void k8sov_lpm_clear(struct k8sov_lpm *t)
{
	struct k8sov_lpm_entry *cur = NULL;

	t->lock = NULL;
	t->live = false;
	slots_clear(t, &t->root, 1, &cur);
	chain_clear(t, &cur, NULL);
	RCU_INIT_POINTER(t->root, NULL);
}

/*
 * The next leaf of a walk in order is @old: make @cur the copy of its chain.
 * The part it has in common with the leaf before is there already.
 */
static int chain_clone(struct k8sov_lpm *t, struct k8sov_lpm_entry **cur,
		       const struct k8sov_lpm_entry *old)
{
	struct k8sov_lpm_entry *e, *common = *cur;
	struct k8sov_lpm_entry **link = cur;
	int err = 0;

	while (common && !(old && prefix_contains(common, old)))
		common = common->parent;
	for (; old && (!common || old->len > common->len); old = old->parent) {
		e = entry_create(t);
		if (!e) {
			err = -ENOMEM;
			break;
		}
		memcpy(e->addr, old->addr, sizeof(e->addr));
		e->len = old->len;
		e->value = old->value;
		e->owner = old->owner;
		*link = e;
		link = &e->parent;
	}
	*link = common;
	return err;
}

/* On failure the part that is there is whole, for k8sov_lpm_clear(). */
static int slots_clone(struct k8sov_lpm *dst, void __rcu **to,
		       const struct k8sov_lpm *src, void __rcu *const *from,
		       unsigned int n, struct k8sov_lpm_entry **cur)
{
	void *v, *node;
	int err = 0;

	for (; n && !err; n--, from++, to++) {
		v = k8sov_lpm_read(src, *from);
		if (!k8sov_lpm_is_node(v)) {
			err = chain_clone(dst, cur, v);
			RCU_INIT_POINTER(*to, *cur);
			continue;
		}
		node = k8sov_lpm_node_clone(dst, v);
		if (!node)
			return -ENOMEM;
		RCU_INIT_POINTER(*to, node);
		err = slots_clone(dst, k8sov_lpm_slots(node), src,
				  k8sov_lpm_slots(v), k8sov_lpm_slot_count(v),
				  cur);
		cond_resched();
	}
	return err;
}

/**
 * k8sov_lpm_clone - deep copy
 * @dst: where to; whatever it held before is not freed
 * @src: the table to copy
 *
 * Context: writer of @src. May sleep.
 * Return: 0, @dst not being published; or -ENOMEM, @dst being empty.
 */
int k8sov_lpm_clone(struct k8sov_lpm *dst, const struct k8sov_lpm *src)
{
	struct k8sov_lpm_entry *cur = NULL;
	int err;

	lockdep_assert(k8sov_lpm_writer_ok(src));
	k8sov_lpm_init(dst, src->family);
	err = slots_clone(dst, &dst->root, src, &src->root, 1, &cur);
	if (err)
		k8sov_lpm_clear(dst);
	return err;
}

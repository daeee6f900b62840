// SPDX-License-Identifier: GPL-2.0-only
/*
 * A longest prefix match that is too simple to be wrong: a sorted array
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include "lpm_oracle.h"

static unsigned int addr_size(u8 family)
{
	return family == AF_INET ? 4 : 16;
}

static bool addr_bit(const u8 *addr, unsigned int bit)
{
	return addr[bit / 8] & (0x80 >> (bit % 8));
}

static bool naive_contains(const struct naive_prefix *p, const u8 *addr)
{
	unsigned int i = p->len & ~7;

	if (memcmp(p->addr, addr, p->len / 8))
		return false;
	for (; i < p->len; i++)
		if (addr_bit(p->addr, i) != addr_bit(addr, i))
			return false;
	return true;
}

struct naive_prefix *naive_find(struct naive *n, const u8 *addr, u8 len)
{
	unsigned int i;

	for (i = 0; i < n->count; i++)
		if (n->v[i].len == len &&
		    !memcmp(n->v[i].addr, addr, addr_size(n->family)))
			return &n->v[i];
	return NULL;
}

struct naive_prefix *naive_lookup(struct naive *n, const u8 *addr)
{
	struct naive_prefix *best = NULL;
	unsigned int i;

	for (i = 0; i < n->count; i++)
		if (naive_contains(&n->v[i], addr) &&
		    (!best || n->v[i].len > best->len))
			best = &n->v[i];
	return best;
}

static struct naive_prefix *naive_cover(struct naive *n,
					const struct naive_prefix *p)
{
	struct naive_prefix *best = NULL;
	unsigned int i;

	for (i = 0; i < n->count; i++)
		if (n->v[i].len < p->len &&
		    naive_contains(&n->v[i], p->addr) &&
		    (!best || n->v[i].len > best->len))
			best = &n->v[i];
	return best;
}

int naive_insert(struct naive *n, const u8 *addr, u8 len, u32 value, u64 owner)
{
	unsigned int size = addr_size(n->family);
	struct naive_prefix p = { .len = len, .value = value, .owner = owner };
	unsigned int i;
	int cmp;

	if (len > 8 * size)
		return -EINVAL;
	for (i = len; i < 8 * size; i++)
		if (addr_bit(addr, i))
			return -EINVAL;
	if (naive_find(n, addr, len))
		return -EEXIST;
	memcpy(p.addr, addr, size);
	for (i = 0; i < n->count; i++) {
		cmp = memcmp(n->v[i].addr, p.addr, size);
		if (cmp > 0 || (!cmp && n->v[i].len > len))
			break;
	}
	memmove(&n->v[i + 1], &n->v[i], (n->count - i) * sizeof(p));
	n->v[i] = p;
	n->count++;
	return 0;
}

void naive_remove(struct naive *n, struct naive_prefix *p)
{
	n->count--;
	memmove(p, p + 1, (char *)&n->v[n->count] - (char *)p);
}

static bool same(const struct k8sov_lpm_entry *e, const struct naive_prefix *p)
{
	if (!e || !p)
		return !e && !p;
	return e->len == p->len && e->value == p->value &&
	       e->owner == p->owner &&
	       !memcmp(e->addr, p->addr, sizeof(e->addr));
}

static bool lookup_same(struct k8sov_lpm *t, struct naive *n, const u8 *addr)
{
	struct k8sov_lpm_entry *e;
	bool good;

	rcu_read_lock();
	e = k8sov_lpm_lookup(t, addr);
	good = same(e, naive_lookup(n, addr));
	rcu_read_unlock();
	return good;
}

/* The address before (-1) or after (+1), with wrap around. */
static void addr_step(u8 *addr, unsigned int size, int step)
{
	u8 carry = step > 0 ? 0 : 0xff;

	while (size--) {
		addr[size] += step;
		if (addr[size] != carry)
			break;
	}
}

/* First and last address of @p and their neighbours. */
static bool lookups_same(struct k8sov_lpm *t, struct naive *n,
			 const struct naive_prefix *p)
{
	unsigned int size = addr_size(n->family);
	u8 addr[16];
	bool good;
	unsigned int i;

	memcpy(addr, p->addr, sizeof(addr));
	good = lookup_same(t, n, addr);
	addr_step(addr, size, -1);
	good &= lookup_same(t, n, addr);
	memcpy(addr, p->addr, sizeof(addr));
	for (i = p->len; i < 8 * size; i++)
		addr[i / 8] |= 0x80 >> (i % 8);
	good &= lookup_same(t, n, addr);
	addr_step(addr, size, 1);
	return good & lookup_same(t, n, addr);
}

struct shape {
	size_t bytes;
	bool lax;
	const char *error;
};

static void shape_check(struct shape *s, void *v, unsigned int level);

static void flat_check(struct shape *s, void *v, unsigned int level)
{
	void **slot = v - K8SOV_LPM_TAGS;
	unsigned int i, runs = 0;

	s->bytes += 256 * sizeof(*slot);
	for (i = 0; i < 256; i++) {
		runs += !i || slot[i] != slot[i - 1];
		shape_check(s, slot[i], level + 1);
	}
	if (runs < 2 || (runs < 32 && !s->lax && level >= 2))
		s->error = "flat node of few runs";
}

static void node_check(struct shape *s, void *v, unsigned int level)
{
	struct k8sov_lpm_node *n = v - K8SOV_LPM_NODE;
	unsigned int i, runs = 0, differ = 1;

	s->bytes += sizeof(*n) + n->cap * sizeof(n->slot[0]);
	if (!(n->map[0] & 1))
		s->error = "slot 0 starts no run";
	for (i = 0; i < 4; i++) {
		if (n->base[i] != runs)
			s->error = "wrong base";
		runs += __builtin_popcountll(n->map[i]);
	}
	if (n->runs != runs || n->cap < runs)
		s->error = "wrong number of runs";
	for (i = 0; i < n->runs; i++) {
		differ += i && n->slot[i] != n->slot[i - 1];
		shape_check(s, n->slot[i], level + 1);
	}
	if (differ < 2 || (differ != runs && !s->lax))
		s->error = "node is not squeezed";
	if (sizeof(*n) + n->cap * sizeof(n->slot[0]) > 1024 || level < 2)
		s->error = "node should be flat";
}

static void shape_check(struct shape *s, void *v, unsigned int level)
{
	if (!((unsigned long)v & K8SOV_LPM_NODE))
		return;
	if (level >= 16)
		s->error = "too deep";
	else if ((unsigned long)v & K8SOV_LPM_FLAT)
		flat_check(s, v, level);
	else
		node_check(s, v, level);
}

const char *lpm_check(struct k8sov_lpm *t, struct naive *n, bool lax)
{
	struct shape s = { .lax = lax };
	struct k8sov_lpm_entry *e = NULL;
	unsigned int i;

	if (t->count != n->count)
		return "wrong count";
	if (!t->count && (t->bytes || t->root))
		return "an empty table holds memory";
	for (i = 0; i < n->count; i++) {
		e = k8sov_lpm_next(t, e ? e->addr : NULL, e ? e->len : 0, !e);
		if (!same(e, &n->v[i]))
			return "wrong walk";
		if (k8sov_lpm_find(t, e->addr, e->len) != e)
			return "entry not found";
		if (!same(k8sov_lpm_cover(e), naive_cover(n, &n->v[i])))
			return "wrong cover";
		if (!lookups_same(t, n, &n->v[i]))
			return "wrong match";
	}
	if (e ? k8sov_lpm_next(t, e->addr, e->len, false) :
		k8sov_lpm_next(t, NULL, 0, true))
		return "walk does not end";
	shape_check(&s, t->root, 0);
	if (t->bytes != s.bytes + t->count * sizeof(*e))
		return "wrong number of bytes";
	return s.error;
}

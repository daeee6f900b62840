// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match: readers while a writer inserts and removes
 *
 * The prefixes of a universe nest around a few addresses. The writer announces
 * which of them are there before and after its next step, so that a reader
 * knows the two matches that are right. Meant for ThreadSanitizer.
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include <pthread.h>

#include "lpm.h"
#include "tap.h"

#define READERS 3

struct prefix {
	u8 addr[16];
	u8 len;
};

struct universe {
	const char *name;
	u8 family;
	unsigned int steps;
	unsigned int count;
	struct prefix prefixes[16];
	u8 probes[8][16];	/* zero: unused */
};

static const struct universe universes[] = {
	{ "v4 nested", AF_INET, 30000, 16, {
		{ {}, 0 }, { { 10 }, 8 }, { { 10 }, 9 }, { { 10, 1 }, 16 },
		{ { 10, 1, 2 }, 24 }, { { 10, 1, 2, 0 }, 25 },
		{ { 10, 1, 2, 128 }, 25 }, { { 10, 1, 2, 3 }, 32 },
		{ { 10, 1, 2, 0 }, 30 }, { { 10, 1, 2, 200 }, 32 },
		{ { 10, 1, 3 }, 24 }, { { 10, 128 }, 9 }, { { 11 }, 8 },
		{ { 10, 1, 2, 2 }, 31 }, { { 10, 1, 2, 4 }, 32 },
		{ { 10, 1 }, 20 } },
	  { { 10, 1, 2, 3 }, { 10, 1, 2, 200 }, { 10, 1, 2, 5 }, { 10, 1, 3, 1 },
	    { 10, 200 }, { 11, 1 }, { 10, 1, 2, 4 }, { 200 } } },
	{ "v6 nested", AF_INET6, 20000, 8, {
		{ {}, 0 }, { { 0xfd }, 8 }, { { 0xfd, 0, 0, 0x10 }, 48 },
		{ { 0xfd, 0, 0, 0x10, [7] = 5 }, 64 },
		{ { 0xfd, 0, 0, 0x10, [7] = 5, [15] = 7 }, 128 },
		{ { 0xfd, 0, 0, 0x10, [7] = 4 }, 63 },
		{ { 0xfd, 0, 0, 0x10, [7] = 5, [15] = 8 }, 127 },
		{ { 0xfe }, 7 } },
	  { { 0xfd, 0, 0, 0x10, [7] = 5, [15] = 7 },
	    { 0xfd, 0, 0, 0x10, [7] = 5, [15] = 8 },
	    { 0xfd, 0, 0, 0x10, [7] = 4, [15] = 8 },
	    { 0xfe, 1 }, { 0x20, 1 }, { 0xfd, 1 } } },
};

struct race {
	const struct universe *u;
	struct k8sov_lpm t;
	u64 step;	/* number << 32 | before << 16 | after */
	bool stop;
	unsigned long wrong;
	unsigned long judged;
};

static bool covers(const struct prefix *p, const u8 *addr)
{
	unsigned int i;

	for (i = 0; i < p->len; i++)
		if ((p->addr[i / 8] ^ addr[i / 8]) & (0x80 >> (i % 8)))
			return false;
	return true;
}

/* Value of the right match while the prefixes in @there are there. */
static u32 expect(const struct universe *u, const u8 *addr, u16 there)
{
	int best = -1;
	unsigned int i;

	for (i = 0; i < u->count; i++)
		if (there & BIT(i) && covers(&u->prefixes[i], addr) &&
		    (best < 0 || u->prefixes[i].len > u->prefixes[best].len))
			best = i;
	return best + 1;
}

/*
 * The order of relaxed loads is what x86 gives; stronger ones would tell the
 * sanitizer of an order that real readers do not have.
 */
static void *read_loop(void *arg)
{
	struct race *r = arg;
	unsigned long wrong = 0, judged = 0;
	struct k8sov_lpm_entry *e;
	unsigned int i = 0;
	const u8 *addr;
	u32 value;
	u64 step;

	shim_rcu_register();
	while (!READ_ONCE(r->stop)) {
		addr = r->u->probes[i++ % ARRAY_SIZE(r->u->probes)];
		rcu_read_lock();
		step = READ_ONCE(r->step);
		e = k8sov_lpm_lookup(&r->t, addr);
		value = e ? READ_ONCE(e->value) : 0;
		if (e && (e->family != r->u->family ||
			  !covers(&r->u->prefixes[value - 1], addr)))
			wrong++;
		if (step == READ_ONCE(r->step)) {
			judged++;
			if (value != expect(r->u, addr, step) &&
			    value != expect(r->u, addr, step >> 16))
				wrong++;
		}
		rcu_read_unlock();
	}
	__atomic_add_fetch(&r->wrong, wrong, __ATOMIC_RELAXED);
	__atomic_add_fetch(&r->judged, judged, __ATOMIC_RELAXED);
	return NULL;
}

/* Insert prefix @i, or remove it if it is there. Returns what is there then. */
static u16 write_step(struct race *r, u64 number, u16 there, unsigned int i)
{
	const struct prefix *p = &r->u->prefixes[i];
	u16 after = there ^ BIT(i);

	__atomic_store_n(&r->step, number << 32 | (u64)there << 16 | after,
			 __ATOMIC_RELEASE);
	if (there & BIT(i))
		k8sov_lpm_remove(&r->t, k8sov_lpm_find(&r->t, p->addr, p->len));
	else if (k8sov_lpm_insert(&r->t, p->addr, p->len, i + 1, 0))
		abort();
	return after;
}

static void write_loop(struct race *r)
{
	u32 random = 1;
	u16 there = 0;
	unsigned int i;
	u64 n;

	for (n = 1; n <= r->u->steps; n++) {
		random = random * 1664525 + 1013904223;
		there = write_step(r, n, there, (random >> 16) % r->u->count);
	}
	for (i = 0; i < r->u->count; i++)
		if (there & BIT(i))
			there = write_step(r, n++, there, i);
}

static void run_race(const struct universe *u)
{
	pthread_t threads[READERS];
	struct race r = { .u = u };
	struct mutex lock;
	unsigned int i;

	mutex_init(&lock);
	mutex_lock(&lock);
	k8sov_lpm_init(&r.t, u->family);
	k8sov_lpm_publish(&r.t, &lock);
	for (i = 0; i < READERS; i++)
		if (pthread_create(&threads[i], NULL, read_loop, &r))
			abort();
	write_loop(&r);
	WRITE_ONCE(r.stop, true);
	for (i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	tap(!r.wrong, "%s: a reader sees the match before or after a step",
	    u->name);
	tap(r.judged, "%s: readers ran meanwhile", u->name);
	rcu_barrier();
	tap(!r.t.bytes && !r.t.root, "%s: the table ends up empty", u->name);
}

int main(void)
{
	unsigned int i;

	if (k8sov_lpm_cache_init())
		return 1;
	for (i = 0; i < ARRAY_SIZE(universes); i++)
		run_race(&universes[i]);
	k8sov_lpm_cache_exit();
	tap(!shim_alloc_bytes, "no memory is left");
	return tap_done();
}

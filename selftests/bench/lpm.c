// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match: load time, memory and lookup time, as JSON
 *
 * The file of the kernel module, compiled for userspace: what it does with the
 * CPU is the same, its allocator is not. Bytes are those of kmalloc().
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include <time.h>

#include "lpm.h"

#define LOOKUPS 2000000

static u32 random_state = 2463534242;

static u32 random_u32(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/* Subnet @i of a cluster: a /24 from 10.0.0.0 on, or a /64 below fd00::/32. */
static u8 subnet(u8 family, u32 i, u8 *addr)
{
	memset(addr, 0, 16);
	if (family == AF_INET) {
		i += 10 << 16;
		addr[0] = i >> 16;
		addr[1] = i >> 8;
		addr[2] = i;
		return 24;
	}
	addr[0] = 0xfd;
	addr[5] = i >> 16;
	addr[6] = i >> 8;
	addr[7] = i;
	return 64;
}

static double load(struct k8sov_lpm *t, const u32 *order, u32 count)
{
	double start = now_ns();
	u8 addr[16], len;
	u32 i;

	for (i = 0; i < count; i++) {
		len = subnet(t->family, order[i], addr);
		if (k8sov_lpm_insert(t, addr, len, i, 0))
			abort();
	}
	return (now_ns() - start) / count;
}

static volatile u32 sink;

/*
 * Addresses all over the table. Each depends on the match before if @chase is
 * ~0, which shows the latency; if it is 0, lookups overlap as far as the CPU
 * can, which shows the throughput. Without @t: what all else of the loop costs.
 */
static double lookup_once(const struct k8sov_lpm *t, u8 family, u32 count,
			  u32 chase)
{
	u32 i, value = 0, sum = 0;
	double start = now_ns();
	u8 addr[16];

	for (i = 0; i < LOOKUPS; i++) {
		value = (value & chase) + i;
		subnet(family, value * 2654435761U % count, addr);
		addr[family == AF_INET ? 3 : 15] = i;
		value = t ? k8sov_lpm_lookup(t, addr)->value :
			    (u32)addr[2] + addr[3] + addr[7];
		sum += value;
	}
	sink = sum;
	return (now_ns() - start) / LOOKUPS;
}

/* The best of some, as others use the CPU too. */
static double lookup(const struct k8sov_lpm *t, u32 count, u32 chase)
{
	double with = 1e9, without = 1e9;
	int i;

	for (i = 0; i < 3; i++) {
		with = min(with, lookup_once(t, t->family, count, chase));
		without = min(without,
			      lookup_once(NULL, t->family, count, chase));
	}
	return with - without;
}

static void run(u8 family, u32 count, bool shuffled, bool live, bool last)
{
	struct mutex lock = { .held = true };
	double load_ns, lookup_ns, chase_ns, clone_ns, clear_ns;
	struct k8sov_lpm t, copy;
	u32 *order = calloc(count, sizeof(*order));
	u32 i, j, swap;

	if (!order)
		abort();
	for (i = 0; i < count; i++)
		order[i] = i;
	for (i = count - 1; shuffled && i; i--) {
		j = random_u32() % (i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
	k8sov_lpm_init(&t, family);
	if (live)
		k8sov_lpm_publish(&t, &lock);
	load_ns = load(&t, order, count);
	lookup_ns = lookup(&t, count, 0);
	chase_ns = lookup(&t, count, ~0U);
	clone_ns = now_ns();
	if (k8sov_lpm_clone(&copy, &t))
		abort();
	clone_ns = (now_ns() - clone_ns) / count;
	clear_ns = now_ns();
	k8sov_lpm_clear(&copy);
	clear_ns = (now_ns() - clear_ns) / count;
	printf("  {\"family\": %d, \"prefixes\": %u, \"order\": \"%s\", "
	       "\"live\": %s, \"insert_ns\": %.0f, \"lookup_ns\": %.1f, \"chase_ns\": %.1f, "
	       "\"clone_ns\": %.0f, \"clear_ns\": %.0f, \"bytes\": %.1f}%s\n",
	       family == AF_INET ? 4 : 6, count, shuffled ? "random" : "sorted",
	       live ? "true" : "false", load_ns, lookup_ns, chase_ns,
	       clone_ns, clear_ns, (double)t.bytes / count,
	       last ? "" : ",");
	rcu_barrier();
	k8sov_lpm_clear(&t);
	free(order);
}

int main(void)
{
	u32 count;

	if (k8sov_lpm_cache_init())
		return 1;
	printf("[\n");
	for (count = 10; count <= 1000000; count *= 10) {
		run(AF_INET, count, false, false, false);
		run(AF_INET, count, true, false, false);
		run(AF_INET, count, true, true, false);
		run(AF_INET6, count, false, false, false);
		run(AF_INET6, count, true, false, count == 1000000);
	}
	printf("]\n");
	k8sov_lpm_cache_exit();
	return 0;
}

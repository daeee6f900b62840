// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match against an array: operations from the fuzzer's bytes
 *
 * The first byte picks family, stem and whether the table is live. Each
 * operation then is a byte for what, one for the length and two for the
 * address, which vary the octets where the stem ends: few prefixes, much
 * nesting.
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include "lpm_oracle.h"

static const u8 stems[][16] = {
	{}, { 10, 244 }, { 0xff, 0xff, 0xff }, { 0xfd, 0, 0, 0x10, 2, 0x44 },
};

struct fuzz {
	struct k8sov_lpm t;
	struct naive n;
	const u8 *stem;
	unsigned int level;	/* first octet that varies */
};

static void fuzz_insert(struct fuzz *f, const u8 *addr, u8 len, u32 value,
			long fail)
{
	int err, want;

	shim_alloc_fail = fail;
	err = k8sov_lpm_insert(&f->t, addr, len, value, ~value);
	shim_alloc_fail = 0;
	if (err == -ENOMEM && fail)
		return;
	want = naive_insert(&f->n, addr, len, value, ~value);
	WARN_ON(err != want);
}

static void fuzz_remove(struct fuzz *f, const u8 *addr, u8 len, long fail)
{
	struct k8sov_lpm_entry *e = k8sov_lpm_find(&f->t, addr, len);
	struct naive_prefix *p = naive_find(&f->n, addr, len);

	WARN_ON(!e != !p);
	if (!e)
		return;
	shim_alloc_fail = fail;
	k8sov_lpm_remove(&f->t, e);
	shim_alloc_fail = 0;
	naive_remove(&f->n, p);
}

static void fuzz_lookup(struct fuzz *f, const u8 *addr)
{
	struct naive_prefix *p = naive_lookup(&f->n, addr);
	struct k8sov_lpm_entry *e = k8sov_lpm_lookup(&f->t, addr);

	WARN_ON(!e != !p);
	WARN_ON(e && (e->len != p->len || e->value != p->value));
}

/* A clone takes the place of a table that is not live. */
static void fuzz_clone(struct fuzz *f)
{
	struct k8sov_lpm copy;

	WARN_ON(k8sov_lpm_clone(&copy, &f->t));
	WARN_ON(lpm_check(&copy, &f->n, true));
	if (f->t.live) {
		k8sov_lpm_clear(&copy);
		return;
	}
	k8sov_lpm_clear(&f->t);
	f->t = copy;
}

static void fuzz_step(struct fuzz *f, const u8 *op)
{
	unsigned int bits = f->n.family == AF_INET ? 32 : 128;
	u8 len = op[1] % (bits + 2);
	u8 addr[16], net[16];
	unsigned int i;

	memcpy(addr, f->stem, sizeof(addr));
	addr[f->level] ^= op[2];
	addr[f->level + 1] ^= op[3];
	if (f->n.family == AF_INET)
		memset(addr + 4, 0, 12);
	memcpy(net, addr, sizeof(net));
	for (i = len; i < 128; i++)
		net[i / 8] &= ~(0x80 >> (i % 8));
	switch (op[0] % 8) {
	case 0: case 1: case 2:
		fuzz_insert(f, net, len, op[0] << 8 | op[3], op[0] >> 6);
		break;
	case 3: case 4:
		fuzz_remove(f, net, len, op[0] >> 6);
		break;
	case 5:
		fuzz_lookup(f, addr);
		break;
	case 6:
		fuzz_insert(f, addr, len, op[3], 0);
		break;
	case 7:
		fuzz_clone(f);
		break;
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return k8sov_lpm_cache_init();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct mutex lock = { .held = true };
	size_t before = shim_alloc_bytes;
	static struct fuzz f;
	const char *error;

	if (size < 5 || size > 4 * 400)
		return 0;
	memset(&f.n, 0, sizeof(f.n));
	f.n.family = data[0] & 1 ? AF_INET6 : AF_INET;
	f.stem = stems[data[0] >> 1 & 3];
	f.level = (data[0] >> 3 & 15) % (f.n.family == AF_INET ? 3 : 15);
	k8sov_lpm_init(&f.t, f.n.family);
	if (data[0] & 0x80)
		k8sov_lpm_publish(&f.t, &lock);
	for (data++, size--; size >= 4; data += 4, size -= 4)
		fuzz_step(&f, data);
	error = lpm_check(&f.t, &f.n, true);
	if (error) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	while (f.n.count)
		fuzz_remove(&f, f.n.v[0].addr, f.n.v[0].len, 0);
	WARN_ON(f.t.root || f.t.bytes);
	rcu_barrier();
	WARN_ON(shim_alloc_bytes != before);
	return 0;
}

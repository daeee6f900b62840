/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A longest prefix match that is too simple to be wrong: a sorted array
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_LPM_ORACLE_H
#define _K8SOV_LPM_ORACLE_H

#include "lpm.h"

#define NAIVE_MAX 1024

struct naive_prefix {
	u8 addr[16];
	u8 len;
	u32 value;
	u64 owner;
};

/* @v is sorted by address, then length. */
struct naive {
	struct naive_prefix v[NAIVE_MAX];
	unsigned int count;
	u8 family;
};

int naive_insert(struct naive *n, const u8 *addr, u8 len, u32 value, u64 owner);
void naive_remove(struct naive *n, struct naive_prefix *p);
struct naive_prefix *naive_find(struct naive *n, const u8 *addr, u8 len);
struct naive_prefix *naive_lookup(struct naive *n, const u8 *addr);

/*
 * Compare @t with @n: the walk, all members of entries, and lookups around each
 * prefix; check the shape of nodes and count their bytes. @lax: allow what is
 * left over when a removal got no memory. Returns NULL or what is wrong.
 */
const char *lpm_check(struct k8sov_lpm *t, struct naive *n, bool lax);

#endif /* _K8SOV_LPM_ORACLE_H */

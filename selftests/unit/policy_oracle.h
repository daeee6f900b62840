/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rulesets the slow way: every member, every range, every pair
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_POLICY_ORACLE_H
#define _K8SOV_POLICY_ORACLE_H

#include "shim.h"

#include <uapi/linux/k8sov.h>

#include "policy_eval.h"

/* Indexes as large as the module makes them, at most of ORACLE_MOST elements,
 * and entered in two parts.
 */
#define ORACLE_MOST	256
#define ORACLE_SLOTS	(2 * ORACLE_MOST)

static inline void index_all(struct k8sov_ruleset_blob *blob)
{
	static struct k8sov_policy_slot slots[2][ORACLE_SLOTS];
	u32 n_members = blob->n_members, n_ranges = blob->n_ranges;

	memset(slots, 0, sizeof(slots));
	blob->by_identity = (struct k8sov_policy_index){
		.slots = slots[0],
		.bits = k8sov_policy_index_bits(blob->n_members),
	};
	blob->by_class = (struct k8sov_policy_index){
		.slots = slots[1],
		.bits = k8sov_policy_index_bits(blob->n_ranges),
	};
	blob->n_members /= 2;
	blob->n_ranges /= 2;
	k8sov_policy_index(blob);
	blob->n_members = n_members;
	blob->n_ranges = n_ranges;
	k8sov_policy_index(blob);
}

static inline bool naive_class(const struct k8sov_ruleset_blob *blob,
			       u32 identity, u32 *class)
{
	bool found = false;
	u32 i;

	for (i = 0; i < blob->n_members; i++) {
		if (blob->members[i].identity == identity) {
			*class = blob->members[i].class;
			return true;
		}
		if (blob->members[i].identity == K8SOV_IDENTITY_ANY) {
			*class = blob->members[i].class;
			found = true;
		}
	}
	return found;
}

static inline u32 naive_judge(const struct k8sov_ruleset_blob *blob,
			      u32 identity, u32 key)
{
	const struct k8sov_policy_range *r;
	u32 class;

	if (!naive_class(blob, identity, &class))
		return blob->default_rule;
	for (r = blob->ranges; r < blob->ranges + blob->n_ranges; r++)
		if (r->class == class && key >= r->from && key <= r->to)
			return r->rule;
	return blob->default_rule;
}

static inline bool naive_members_fine(const struct k8sov_policy_member *m,
				      u32 n)
{
	u32 i, j;

	for (i = 0; i < n; i++) {
		if (m[i].class >= K8SOV_RULESET_CLASS_MAX)
			return false;
		for (j = 0; j < i; j++)
			if (m[j].identity >= m[i].identity)
				return false;
	}
	return true;
}

static inline bool naive_follows(const struct k8sov_policy_range *b,
				 const struct k8sov_policy_range *a)
{
	return a->class < b->class || (a->class == b->class && a->to < b->from);
}

static inline bool naive_ranges_fine(const struct k8sov_policy_range *r, u32 n,
				     u32 n_rules)
{
	u32 i, j;

	for (i = 0; i < n; i++) {
		if (r[i].class >= K8SOV_RULESET_CLASS_MAX ||
		    r[i].from > r[i].to || r[i].to > K8SOV_POLICY_KEY_MAX ||
		    r[i].rule >= n_rules)
			return false;
		for (j = 0; j < i; j++)
			if (!naive_follows(&r[i], &r[j]))
				return false;
	}
	return true;
}

#endif /* _K8SOV_POLICY_ORACLE_H */

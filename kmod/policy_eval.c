// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a ruleset says about a flow
 *
 * Copyright (C) k8sov contributors
 */

#include "policy_eval.h"

#include <uapi/linux/k8sov.h>

/* A class is looked for by its number, a key in it by where the range ends. */
static u64 place(u32 class, u32 key)
{
	return (u64)class << 32 | key;
}

static const struct k8sov_policy_member *
find_member(const struct k8sov_ruleset_blob *blob, u32 identity)
{
	u32 low = 0, high = blob->n_members;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (blob->members[mid].identity < identity)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < blob->n_members && blob->members[low].identity == identity)
		return &blob->members[low];
	return NULL;
}

/* ANY is the highest identity, so its member is the last one. */
static const struct k8sov_policy_member *
find_class(const struct k8sov_ruleset_blob *blob, u32 identity)
{
	const struct k8sov_policy_member *m = find_member(blob, identity);

	if (m || !blob->n_members)
		return m;
	m = &blob->members[blob->n_members - 1];
	return m->identity == K8SOV_IDENTITY_ANY ? m : NULL;
}

/**
 * k8sov_policy_judge() - which rule decides about a flow?
 * @blob: the ruleset
 * @identity: what the other side is
 * @key: from k8sov_policy_key()
 *
 * Context: any.
 * Return: index of the rule.
 */
u32 k8sov_policy_judge(const struct k8sov_ruleset_blob *blob, u32 identity,
		       u32 key)
{
	const struct k8sov_policy_member *m = find_class(blob, identity);
	const struct k8sov_policy_range *r;
	u32 low = 0, high = blob->n_ranges;

	if (!m)
		return blob->default_rule;
	while (low < high) {
		u32 mid = low + (high - low) / 2;

		r = &blob->ranges[mid];
		if (place(r->class, r->to) < place(m->class, key))
			low = mid + 1;
		else
			high = mid;
	}
	if (low == blob->n_ranges)
		return blob->default_rule;
	r = &blob->ranges[low];
	if (r->class != m->class || r->from > key)
		return blob->default_rule;
	return r->rule;
}

/**
 * k8sov_policy_check_members() - may members be added?
 * @last: the member that they follow, or NULL
 * @members: in the order in which they were given
 * @n: length of @members
 *
 * Return: what is wrong with the first that is wrong.
 */
enum k8sov_policy_fault
k8sov_policy_check_members(const struct k8sov_policy_member *last,
			   const struct k8sov_policy_member *members, u32 n)
{
	const struct k8sov_policy_member *m;

	for (m = members; m < members + n; last = m++) {
		if (m->class >= K8SOV_RULESET_CLASS_MAX)
			return K8SOV_POLICY_CLASS;
		if (last && m->identity <= last->identity)
			return K8SOV_POLICY_ORDER;
	}
	return K8SOV_POLICY_FINE;
}

/**
 * k8sov_policy_check_ranges() - may ranges be added?
 * @last: the range that they follow, or NULL
 * @ranges: in the order in which they were given
 * @n: length of @ranges
 * @n_rules: how many rules there are
 *
 * Return: what is wrong with the first that is wrong.
 */
enum k8sov_policy_fault
k8sov_policy_check_ranges(const struct k8sov_policy_range *last,
			  const struct k8sov_policy_range *ranges, u32 n,
			  u32 n_rules)
{
	const struct k8sov_policy_range *r;

	for (r = ranges; r < ranges + n; last = r++) {
		if (r->class >= K8SOV_RULESET_CLASS_MAX)
			return K8SOV_POLICY_CLASS;
		if (r->to > K8SOV_POLICY_KEY_MAX)
			return K8SOV_POLICY_KEY;
		if (r->from > r->to)
			return K8SOV_POLICY_EMPTY;
		if (r->rule >= n_rules)
			return K8SOV_POLICY_RULE;
		if (last && place(r->class, r->from) <=
			    place(last->class, last->to))
			return K8SOV_POLICY_ORDER;
	}
	return K8SOV_POLICY_FINE;
}

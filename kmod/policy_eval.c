// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a ruleset says about a flow
 *
 * Copyright (C) k8sov contributors
 */

#include "policy_eval.h"

#include <uapi/linux/k8sov.h>

#define NOWHERE	(~0U)

/* A class is looked for by its number, a key in it by where the range ends. */
static u64 place(u32 class, u32 key)
{
	return (u64)class << 32 | key;
}

static bool is_below(const struct k8sov_policy_range *r, u32 class, u32 key)
{
	return place(r->class, r->to) < place(class, key);
}

/*
 * Identities and classes are numbered one after the other, which this spreads
 * best. They are not the choice of those whom policy is about.
 */
static u32 first_slot(const struct k8sov_policy_index *index, u32 from)
{
	return from * 0x9e3779b9U >> (32 - index->bits);
}

static u32 next_slot(const struct k8sov_policy_index *index, u32 slot)
{
	return (slot + 1) & ((1U << index->bits) - 1);
}

static void enter(struct k8sov_policy_index *index, u32 from, u32 to)
{
	u32 slot = first_slot(index, from);

	while (index->slots[slot].to)
		slot = next_slot(index, slot);
	index->slots[slot].from = from;
	index->slots[slot].to = to + 1;
}

static u32 look_up(const struct k8sov_policy_index *index, u32 from)
{
	u32 slot;

	if (!index->slots)
		return NOWHERE;
	slot = first_slot(index, from);
	while (index->slots[slot].to && index->slots[slot].from != from)
		slot = next_slot(index, slot);
	return index->slots[slot].to - 1;
}

/**
 * k8sov_policy_index() - make what was added be found
 * @blob: the ruleset; the members and ranges that are not in its indexes yet
 *	have been checked, and there is room for them
 */
void k8sov_policy_index(struct k8sov_ruleset_blob *blob)
{
	struct k8sov_policy_index *index = &blob->by_identity;
	const struct k8sov_policy_member *m;
	const struct k8sov_policy_range *r;

	for (; index->n < blob->n_members; index->n++) {
		m = &blob->members[index->n];
		enter(index, m->identity, m->class);
	}
	index = &blob->by_class;
	for (; index->n < blob->n_ranges; index->n++) {
		r = &blob->ranges[index->n];
		if (!index->n || r->class != r[-1].class)
			enter(index, r->class, index->n);
	}
}

/*
 * The range of a class that a key is in, or would be before; the number of
 * ranges if there is none. A class has few ranges of many, so the search
 * begins at @first, the first one of the class.
 */
static u32 find_range(const struct k8sov_ruleset_blob *blob, u32 first,
		      u32 class, u32 key)
{
	const struct k8sov_policy_range *ranges = blob->ranges;
	u32 low = first, n = blob->n_ranges;
	u32 high, mid, step = 1;

	while (step <= n - low &&
	       is_below(&ranges[low + step - 1], class, key)) {
		low += step;
		step *= 2;
	}
	high = step <= n - low ? low + step - 1 : n;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (is_below(&ranges[mid], class, key))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/**
 * k8sov_policy_judge() - which rule decides about a flow?
 * @blob: the ruleset, all of it in its indexes
 * @identity: what the other side is
 * @key: from k8sov_policy_key()
 *
 * Context: any.
 * Return: index of the rule.
 */
u32 k8sov_policy_judge(const struct k8sov_ruleset_blob *blob, u32 identity,
		       u32 key)
{
	const struct k8sov_policy_range *r;
	u32 class, range;

	class = look_up(&blob->by_identity, identity);
	if (class == NOWHERE)
		class = look_up(&blob->by_identity, K8SOV_IDENTITY_ANY);
	range = look_up(&blob->by_class, class);
	if (range == NOWHERE)
		return blob->default_rule;
	range = find_range(blob, range, class, key);
	if (range == blob->n_ranges)
		return blob->default_rule;
	r = &blob->ranges[range];
	if (r->class != class || r->from > key)
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

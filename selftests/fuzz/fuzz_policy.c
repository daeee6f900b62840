// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rulesets against a linear search: members and ranges from the fuzzer's bytes
 *
 * The first three bytes say how many members, ranges and rules there are. Then
 * two bytes a member and four a range. Values are small, or near the ends of
 * what there can be: much that touches and overlaps.
 *
 * Copyright (C) k8sov contributors
 */
#include "policy_oracle.h"

#define MOST (ORACLE_MOST - 1)

static struct k8sov_policy_member members[MOST];
static struct k8sov_policy_range ranges[MOST];

static u32 identity_of(u8 byte)
{
	return byte < 0xf0 ? byte : K8SOV_IDENTITY_ANY - (0xff - byte);
}

static u32 key_of(u8 byte)
{
	return byte < 0xf0 ? byte : K8SOV_POLICY_KEY_MAX - 0xfd + byte;
}

static u32 class_of(u8 byte)
{
	return byte < 0xf0 ? byte % 8 : K8SOV_RULESET_CLASS_MAX - 0xfd + byte;
}

/* In one piece or in two, the answer is the same. */
static bool members_fine(u32 n, u32 first)
{
	enum k8sov_policy_fault whole, head, tail;

	whole = k8sov_policy_check_members(NULL, members, n);
	head = k8sov_policy_check_members(NULL, members, first);
	tail = k8sov_policy_check_members(first ? &members[first - 1] : NULL,
					  members + first, n - first);
	WARN_ON(whole != (head ?: tail));
	return !whole;
}

static bool ranges_fine(u32 n, u32 first, u32 n_rules)
{
	enum k8sov_policy_fault whole, head, tail;

	whole = k8sov_policy_check_ranges(NULL, ranges, n, n_rules);
	head = k8sov_policy_check_ranges(NULL, ranges, first, n_rules);
	tail = k8sov_policy_check_ranges(first ? &ranges[first - 1] : NULL,
					 ranges + first, n - first, n_rules);
	WARN_ON(whole != (head ?: tail));
	return !whole;
}

static void judge_all(const struct k8sov_ruleset_blob *blob)
{
	unsigned int i, k;

	for (i = 0; i < 256; i++)
		for (k = 0; k < 256; k++)
			WARN_ON(k8sov_policy_judge(blob, identity_of(i),
						   key_of(k)) !=
				naive_judge(blob, identity_of(i), key_of(k)));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct k8sov_ruleset_blob blob = {
		.members = members,
		.ranges = ranges,
	};
	bool fine_members, fine_ranges;
	u32 i, n_rules;

	if (size < 3)
		return 0;
	blob.n_members = data[0];
	blob.n_ranges = data[1];
	n_rules = data[2];
	if (size < 3 + 2 * blob.n_members + 4 * blob.n_ranges)
		return 0;
	data += 3;
	for (i = 0; i < blob.n_members; i++, data += 2) {
		members[i].identity = identity_of(data[0]);
		members[i].class = class_of(data[1]);
	}
	for (i = 0; i < blob.n_ranges; i++, data += 4) {
		ranges[i].class = class_of(data[0]);
		ranges[i].from = key_of(data[1]);
		ranges[i].to = key_of(data[2]);
		ranges[i].rule = data[3];
	}
	fine_members = members_fine(blob.n_members, blob.n_members / 2);
	fine_ranges = ranges_fine(blob.n_ranges, blob.n_ranges / 2, n_rules);
	WARN_ON(fine_members != naive_members_fine(members, blob.n_members));
	WARN_ON(fine_ranges !=
		naive_ranges_fine(ranges, blob.n_ranges, n_rules));
	if (fine_members && fine_ranges) {
		index_all(&blob);
		judge_all(&blob);
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rulesets: by hand, at every edge, and against a linear search
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include "policy_oracle.h"
#include "tap.h"

#define N(array)	(sizeof(array) / sizeof((array)[0]))
#define ANY		((u32)K8SOV_IDENTITY_ANY)
#define TCP(port)	(6 << 16 | (port))
#define UDP(port)	(17 << 16 | (port))
#define LAST		K8SOV_POLICY_KEY_MAX

static struct k8sov_policy_member web_members[] = {
	{ 0, 3 }, { 300, 0 }, { 301, 0 }, { 400, 1 }, { ANY, 2 },
};
static struct k8sov_policy_range web_ranges[] = {
	{ 0, TCP(80), TCP(90), 1 },
	{ 0, TCP(91), TCP(91), 2 },
	{ 0, UDP(0), UDP(65535), 3 },
	{ 1, 0, LAST, 4 },
	{ 2, UDP(53), UDP(53), 5 },
	{ 2, LAST, LAST, 6 },
};
static struct k8sov_ruleset_blob web = {
	.members = web_members,
	.ranges = web_ranges,
	.n_members = N(web_members),
	.n_ranges = N(web_ranges),
	.default_rule = 7,
};

static const struct {
	const char *name;
	u32 identity;
	u32 key;
	u32 rule;
} verdicts[] = {
	{ "the first port of a range is in it", 300, TCP(80), 1 },
	{ "the last port of a range is in it", 301, TCP(90), 1 },
	{ "a range that touches another is its own", 300, TCP(91), 2 },
	{ "below all ranges of a class the default decides", 300, TCP(79), 7 },
	{ "between ranges the default decides", 300, TCP(92), 7 },
	{ "port 0 is in a range of all ports", 300, UDP(0), 3 },
	{ "port 65535 is in a range of all ports", 300, UDP(65535), 3 },
	{ "above all ranges of a class the default decides", 301,
	  UDP(65535) + 1, 7 },
	{ "a range of all keys has the first", 400, 0, 4 },
	{ "a range of all keys has the last", 400, LAST, 4 },
	{ "who is not named belongs to the class of any", 5, UDP(53), 5 },
	{ "who is any belongs to it as well", ANY, UDP(53), 5 },
	{ "who is below any belongs to it as well", ANY - 1, LAST, 6 },
	{ "a class does not reach into its neighbour", 5, TCP(80), 7 },
	{ "who has a class of no ranges gets the default", 0, UDP(53), 7 },
};

static void test_verdicts(void)
{
	struct k8sov_ruleset_blob closed, empty = { .default_rule = 9 };
	size_t i;

	index_all(&web);
	tap(k8sov_policy_key(17, 53) == UDP(53),
	    "a key is the protocol, then the port");
	for (i = 0; i < N(verdicts); i++)
		tap(k8sov_policy_judge(&web, verdicts[i].identity,
				       verdicts[i].key) == verdicts[i].rule,
		    "%s", verdicts[i].name);
	closed = web;
	closed.n_members--;
	index_all(&closed);
	tap(k8sov_policy_judge(&closed, 5, UDP(53)) == 7,
	    "without a class of any the default decides for who is not named");
	tap(k8sov_policy_judge(&empty, 300, TCP(80)) == 9,
	    "a ruleset of nothing but a default says it");
	closed.n_ranges = 0;
	index_all(&closed);
	tap(k8sov_policy_judge(&closed, 300, TCP(80)) == 7,
	    "members without ranges get the default");
}

static const struct {
	const char *name;
	struct k8sov_policy_member members[2];
	enum k8sov_policy_fault fault;
} member_cases[] = {
	{ "members in order are fine", { { 1, 5 }, { 2, 0 } },
	  K8SOV_POLICY_FINE },
	{ "a member twice is refused", { { 1, 5 }, { 1, 5 } },
	  K8SOV_POLICY_ORDER },
	{ "members out of order are refused", { { 2, 5 }, { 1, 5 } },
	  K8SOV_POLICY_ORDER },
	{ "the highest class is fine",
	  { { 1, K8SOV_RULESET_CLASS_MAX - 1 }, { ANY, 0 } },
	  K8SOV_POLICY_FINE },
	{ "a class above it is refused",
	  { { 1, 0 }, { ANY, K8SOV_RULESET_CLASS_MAX } },
	  K8SOV_POLICY_CLASS },
};

static const struct {
	const char *name;
	struct k8sov_policy_range ranges[2];
	enum k8sov_policy_fault fault;
} range_cases[] = {
	{ "ranges that touch are fine", { { 0, 0, 4, 0 }, { 0, 5, 5, 1 } },
	  K8SOV_POLICY_FINE },
	{ "ranges that share a key are refused",
	  { { 0, 0, 5, 0 }, { 0, 5, 5, 1 } }, K8SOV_POLICY_ORDER },
	{ "ranges out of order are refused",
	  { { 0, 5, 5, 0 }, { 0, 0, 4, 0 } }, K8SOV_POLICY_ORDER },
	{ "the keys of another class begin again",
	  { { 0, 5, LAST, 0 }, { 1, 0, 4, 0 } }, K8SOV_POLICY_FINE },
	{ "classes out of order are refused",
	  { { 1, 0, 4, 0 }, { 0, 5, LAST, 0 } }, K8SOV_POLICY_ORDER },
	{ "a range that ends before it begins is refused",
	  { { 0, 0, 4, 0 }, { 0, 6, 5, 0 } }, K8SOV_POLICY_EMPTY },
	{ "a key above the highest is refused",
	  { { 0, 0, 4, 0 }, { 0, 5, LAST + 1, 0 } }, K8SOV_POLICY_KEY },
	{ "a rule that is not there is refused",
	  { { 0, 0, 4, 0 }, { 0, 5, 5, 2 } }, K8SOV_POLICY_RULE },
	{ "a class that is too high is refused",
	  { { 0, 0, 4, 0 }, { K8SOV_RULESET_CLASS_MAX, 5, 5, 0 } },
	  K8SOV_POLICY_CLASS },
};

/* Both ways: in one part, and each in a part of its own. */
static void test_faults(void)
{
	enum k8sov_policy_fault whole, parts;
	size_t i;

	for (i = 0; i < N(member_cases); i++) {
		const struct k8sov_policy_member *m = member_cases[i].members;

		whole = k8sov_policy_check_members(NULL, m, 2);
		parts = k8sov_policy_check_members(m, m + 1, 1);
		tap(whole == member_cases[i].fault && parts == whole, "%s",
		    member_cases[i].name);
	}
	for (i = 0; i < N(range_cases); i++) {
		const struct k8sov_policy_range *r = range_cases[i].ranges;

		whole = k8sov_policy_check_ranges(NULL, r, 2, 2);
		parts = k8sov_policy_check_ranges(r, r + 1, 1, 2);
		tap(whole == range_cases[i].fault && parts == whole, "%s",
		    range_cases[i].name);
	}
}

/* Random rulesets, dense enough that most questions hit something. */
#define MEMBERS	64
#define RANGES	96

static u32 pick(u32 below)
{
	static u64 state = 0x9e3779b97f4a7c15ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)(state >> 32) % below;
}

static void make(struct k8sov_ruleset_blob *blob)
{
	u32 identity = 0, class = 0, key = 0, i;

	for (i = 0; i < blob->n_members; i++) {
		identity += 1 + pick(3);
		blob->members[i].identity = identity;
		blob->members[i].class = pick(6);
	}
	if (blob->n_members && pick(2))
		blob->members[i - 1].identity = ANY;
	for (i = 0; i < blob->n_ranges; i++) {
		if (!pick(20)) {
			class += 1 + pick(2);
			key = 0;
		}
		blob->ranges[i].class = class;
		blob->ranges[i].from = key + pick(3);
		blob->ranges[i].to = blob->ranges[i].from + pick(4);
		blob->ranges[i].rule = i;
		key = blob->ranges[i].to + 1;
	}
	blob->default_rule = RANGES;
}

static bool agree(struct k8sov_ruleset_blob *blob)
{
	u32 identity, key;

	index_all(blob);
	if (!naive_members_fine(blob->members, blob->n_members) ||
	    !naive_ranges_fine(blob->ranges, blob->n_ranges, RANGES))
		return false;
	for (identity = 0; identity < 3 * MEMBERS; identity++)
		for (key = 0; key < 3 * RANGES; key++)
			if (k8sov_policy_judge(blob, identity, key) !=
			    naive_judge(blob, identity, key))
				return false;
	return true;
}

static void test_random(void)
{
	struct k8sov_policy_member members[MEMBERS];
	struct k8sov_policy_range ranges[RANGES];
	struct k8sov_ruleset_blob blob = {
		.members = members,
		.ranges = ranges,
	};
	unsigned int round, bad = 0;

	for (round = 0; round < 300; round++) {
		blob.n_members = pick(MEMBERS + 1);
		blob.n_ranges = pick(RANGES + 1);
		make(&blob);
		bad += !agree(&blob);
	}
	tap(!bad, "300 random rulesets say what a linear search says");
}

int main(void)
{
	test_verdicts();
	test_faults();
	test_random();
	return tap_done();
}

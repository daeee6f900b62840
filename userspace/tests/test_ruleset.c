// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Rulesets in parts and as a whole, on the wire and as words. */
#include <libmnl/libmnl.h>
#include <stdlib.h>

#include "../cli/cmd.h"
#include "../cli/ctx.h"
#include "../cli/key.h"
#include "../cli/token.h"
#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/ruleset.h"
#include "tap.h"

#define RULES	100
#define MEMBERS	1000
#define RANGES	500

static const struct {
	const char *text;
	uint32_t from;
	uint32_t to;
} keys[] = {
	{ "all", 0, 0xffffff },
	{ "tcp", 0x060000, 0x06ffff },
	{ "tcp:0", 0x060000, 0x060000 },
	{ "tcp:80", 0x060050, 0x060050 },
	{ "udp:1-65535", 0x110001, 0x11ffff },
	{ "sctp:7-8", 0x840007, 0x840008 },
	{ "0", 0x000000, 0x00ffff },
	{ "255:1", 0xff0001, 0xff0001 },
	{ "icmp", 0x010000, 0x01ffff },
	{ "icmp:8", 0x010800, 0x0108ff },
	{ "icmp:3/4", 0x010304, 0x010304 },
	{ "icmpv6:128-129", 0x3a8000, 0x3a81ff },
	{ "0x10304-0x10305", 0x010304, 0x010305 },
	{ "0x6ffff-0x70000", 0x06ffff, 0x070000 },
	{ "0x0-0xfffffe", 0, 0xfffffe },
};

static const char *const no_keys[] = {
	"", ":", "tcp:", "tcp:-", "tcp:1-", "tcp:2-1", "tcp:65536", "256", "-1",
	"icmp:256", "icmp:1/", "icmp:1/256", "icmp:/1", "tcp:1/2", "0x", "0xg",
	"0x1000000", "0x2-0x1", "0x1-2", "all ", "tcp:0000000000000000000000000000000080",
};

static void test_keys(void)
{
	char text[KEY_TEXT], what[80];
	uint32_t from, to;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(what, sizeof(what), "'%s' is read", keys[i].text);
		tap_ok(!key_parse(keys[i].text, &from, &to) &&
		       from == keys[i].from && to == keys[i].to, what);
		key_format(keys[i].from, keys[i].to, text);
		tap_equal(keys[i].text, text, "and written as it was");
	}
	for (i = 0; i < sizeof(no_keys) / sizeof(no_keys[0]); i++) {
		snprintf(what, sizeof(what), "'%s' is refused", no_keys[i]);
		tap_ok(key_parse(no_keys[i], &from, &to) < 0, what);
	}
}

/* Every bound of every range can be written, and is read as it was. */
static void test_all_keys(void)
{
	static const uint32_t bounds[] = {
		0, 1, 0xffff, 0x10000, 0x100ff, 0x10100, 0x1ffff, 0x60000,
		0x60050, 0x6ffff, 0x3a0000, 0x3a00ff, 0xff0000, 0xffffff,
	};
	const size_t n = sizeof(bounds) / sizeof(bounds[0]);
	uint32_t from, to;
	char text[KEY_TEXT];
	size_t i, j, bad = 0;

	for (i = 0; i < n; i++) {
		for (j = i; j < n; j++) {
			key_format(bounds[i], bounds[j], text);
			bad += key_parse(text, &from, &to) ||
			       from != bounds[i] || to != bounds[j];
		}
	}
	tap_number_is(0, (long long)bad, "any range is read as it was written");
}

static void make(struct k8sov_rules *rules)
{
	uint32_t i;

	memset(rules, 0, sizeof(*rules));
	rules->ifindex = 3;
	rules->id = 7;
	rules->owner = 9;
	rules->default_rule = 77;
	strcpy(rules->name, "web-in");
	rules->rules = calloc(RULES, sizeof(*rules->rules));
	rules->members = calloc(MEMBERS, 8);
	rules->ranges = calloc(RANGES, 16);
	rules->n_rules = RULES;
	rules->n_members = MEMBERS;
	rules->n_ranges = RANGES;
	for (i = 0; i < RULES; i++) {
		K8SOV_SET(&rules->rules[i], action, K8SOV_A_RULE_ACTION,
			  i % 3);
		K8SOV_SET(&rules->rules[i], hits, K8SOV_A_RULE_HITS, i);
		memset(rules->rules[i].name, 'n', K8SOV_RULESET_NAME_MAX);
		rules->rules[i].present |= K8SOV_BIT(K8SOV_A_RULE_NAME);
	}
	for (i = 0; i < 2 * MEMBERS; i++)
		rules->members[i] = i;
	for (i = 0; i < 4 * RANGES; i++)
		rules->ranges[i] = i;
}

/* A part as the other side sees it; the first one says how much there is. */
static int carry(const struct k8sov_rules *rules, bool first,
		 const struct k8sov_ruleset *part, struct k8sov_rules *to)
{
	static char buf[16384] __attribute__((aligned(8)));
	struct k8sov_ruleset head = *part, seen;
	struct nlmsghdr *nlh;
	struct k8sov_error err;

	if (first) {
		K8SOV_SET(&head, rules, K8SOV_A_RULESET_RULES, RULES);
		K8SOV_SET(&head, members, K8SOV_A_RULESET_MEMBERS, MEMBERS);
		K8SOV_SET(&head, ranges, K8SOV_A_RULESET_RANGES, RANGES);
		head.default_rule = rules->default_rule;
		head.present |= K8SOV_BIT(K8SOV_A_RULESET_DEFAULT_RULE);
	}
	nlh = mnl_nlmsg_put_header(buf);
	if (k8sov_attrs_put(nlh, sizeof(buf), &k8sov_ruleset_set, UINT64_MAX,
			    &head) ||
	    k8sov_attrs_parse(&k8sov_ruleset_set, mnl_nlmsg_get_payload(nlh),
			      mnl_nlmsg_get_payload_len(nlh), &seen, &err))
		return -1;
	return k8sov_rules_take(to, &seen);
}

static void test_parts(void)
{
	unsigned int sent = 0, n = 0, defaults = 0, hits = 0, early = 0, i;
	struct k8sov_rules rules, back = {};
	struct k8sov_ruleset part;
	int bad = 0;

	make(&rules);
	while (sent < k8sov_rules_total(&rules)) {
		early += k8sov_rules_complete(&back);
		k8sov_rules_part(&rules, &sent, &part);
		if (K8SOV_HAS(&part, K8SOV_A_RULESET_DEFAULT_RULE))
			defaults += 1 + (sent <= rules.default_rule) * 100;
		for (i = 0; i < part.n_rule; i++)
			hits += K8SOV_HAS(&part.rule[i], K8SOV_A_RULE_HITS);
		bad |= carry(&rules, !n++, &part, &back);
	}
	tap_ok(!bad, "a large ruleset becomes messages of 16 KiB at most");
	tap_ok(n > 4 && n < 16, "a few");
	tap_number_is(1, defaults, "the default goes when its rule is there");
	tap_number_is(0, hits, "hits are not sent");
	tap_number_is(0, early, "it is not complete before the last");
	tap_ok(k8sov_rules_complete(&back), "but is then");
	tap_ok(back.n_rules == RULES && back.n_members == MEMBERS &&
	       back.n_ranges == RANGES &&
	       !memcmp(back.members, rules.members, (size_t)MEMBERS * 8) &&
	       !memcmp(back.ranges, rules.ranges, (size_t)RANGES * 16) &&
	       !strcmp(back.rules[99].name, rules.rules[99].name) &&
	       back.rules[98].action == 98 % 3, "with all that it had");
	tap_ok(back.id == 7 && back.owner == 9 && back.default_rule == 77 &&
	       !strcmp(back.name, "web-in"), "and its head");
	k8sov_rules_clear(&back);
	tap_ok(!k8sov_rules_complete(&back) && !back.rules,
	       "a cleared one is as new");
	k8sov_rules_clear(&rules);
}

static void test_words(void)
{
	static const uint32_t members[] = { 5, 1, 6, 0, 7, 0, UINT32_MAX, 1 };
	static const uint32_t ranges[] = {
		0, 0x060050, 0x060050, 1, 1, 0, 0xffffff, 0
	};
	char line[] = "range 1 all 0 rule accept log name x class 1 any,5 "
		      "rule drop range 0 tcp:80 1 class 0 7,6 id 7 name y";
	const struct noun *noun = cmd_noun("ruleset");
	struct args args = {
		.set = noun->set,
		.table = cmd_command(noun, "add")->args,
	};
	const struct k8sov_ruleset *rs = &args.obj.ruleset;
	static struct ctx ctx;
	char *words[64];

	token_split(line, words, 64);
	tap_number_is(0, args_parse(&ctx, &args, words),
		      "words may come in any order");
	tap_ok(rs->member.n == 8 && !memcmp(rs->member.v, members, 32),
	       "members are sorted");
	tap_ok(rs->range.n == 8 && !memcmp(rs->range.v, ranges, 32),
	       "ranges are sorted");
	tap_ok(rs->n_rule == 2 && rs->rule[0].log && !rs->rule[1].log &&
	       !strcmp(rs->rule[0].name, "x") && !rs->rule[1].name[0],
	       "rules stay as they are");
	tap_equal("y", rs->name, "a name behind the rules is the ruleset's");
	args_clear(&args);
}

int main(void)
{
	test_keys();
	test_all_keys();
	test_parts();
	test_words();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Which addresses pods get, and in which order. */
#include <jansson.h>

#include "../../userspace/tests/tap.h"
#include "../conf.h"
#include "../error.h"
#include "../ipam_pick.h"
#include "../ipam_rules.h"

static struct k8sov_addr addr(const char *text)
{
	struct k8sov_addr parsed = {};

	if (*text)
		k8sov_addr_parse(text, &parsed);
	return parsed;
}

/* "FIRST LAST" of a subnet, or "none". */
static const struct {
	const char *behaviour, *subnet, *expected;
} subnets[] = {
	{ "neither ends nor the first address of a subnet are pods'",
	  "10.244.1.0/24", "10.244.1.2 10.244.1.254" },
	{ "IPv6 has no broadcast address", "fd00:1::/64",
	  "fd00:1::2 fd00:1::ffff:ffff:ffff:ffff" },
	{ "a subnet of four addresses has one", "10.0.0.4/30",
	  "10.0.0.6 10.0.0.6" },
	{ "one of two has both", "10.0.0.4/31", "10.0.0.4 10.0.0.5" },
	{ "one of one has it", "10.0.0.4/32", "10.0.0.4 10.0.0.4" },
	{ "so it is with IPv6", "fd00::4/127", "fd00::4 fd00::5" },
	{ "the end of all addresses is no trap", "255.255.255.0/24",
	  "255.255.255.2 255.255.255.254" },
	{ "nor is the whole of them", "0.0.0.0/0", "0.0.0.2 255.255.255.254" },
};

static void test_subnets(void)
{
	char first[K8SOV_ADDR_TEXT], last[K8SOV_ADDR_TEXT], got[160];
	struct pick_range range;
	struct k8sov_addr subnet;
	uint8_t len;
	size_t i;

	for (i = 0; i < sizeof(subnets) / sizeof(subnets[0]); i++) {
		k8sov_prefix_parse(subnets[i].subnet, &subnet, &len);
		snprintf(got, sizeof(got), "none");
		if (pick_subnet(&subnet, len, &range)) {
			k8sov_addr_format(&range.first, first);
			k8sov_addr_format(&range.last, last);
			snprintf(got, sizeof(got), "%s %s", first, last);
		}
		tap_equal(subnets[i].expected, got, subnets[i].behaviour);
	}
}

/* A way through a pool of "ipam", from what was given last. */
static const struct {
	const char *behaviour, *ipam, *last, *expected;
} ways[] = {
	{ "a way begins at the start",
	  "{'ranges':[[{'subnet':'10.0.0.0/29'}]]}", "", "2 3 4 5 6" },
	{ "or behind what was given last, which is its end",
	  "{'ranges':[[{'subnet':'10.0.0.0/29'}]]}", "10.0.0.4", "5 6 2 3 4" },
	{ "the last address is followed by the first",
	  "{'ranges':[[{'subnet':'10.0.0.0/29'}]]}", "10.0.0.6", "2 3 4 5 6" },
	{ "what was given last may be of somewhere else",
	  "{'ranges':[[{'subnet':'10.0.0.0/29'}]]}", "10.9.9.9", "2 3 4 5 6" },
	{ "what is reserved is passed over",
	  "{'reserve':['10.0.0.3','10.0.0.6'],'ranges':[[{'subnet':'10.0.0.0/29'}]]}",
	  "10.0.0.5", "2 4 5" },
	{ "a prefix too, wherever it begins",
	  "{'reserve':['10.0.0.0/30'],'ranges':[[{'subnet':'10.0.0.0/29'}]]}",
	  "10.0.0.6", "4 5 6" },
	{ "also when it reaches over the end",
	  "{'reserve':['10.0.0.4/30'],'ranges':[[{'subnet':'10.0.0.0/29'}]]}",
	  "", "2 3" },
	{ "and when it is all",
	  "{'reserve':['10.0.0.0/8'],'ranges':[[{'subnet':'10.0.0.0/29'}]]}",
	  "10.0.0.3", "" },
	{ "a gateway is reserved",
	  "{'ranges':[[{'subnet':'10.0.0.0/29','gateway':'10.0.0.3'}]]}", "",
	  "2 4 5 6" },
	{ "a range has a start and an end",
	  "{'ranges':[[{'subnet':'10.0.0.0/24','rangeStart':'10.0.0.9','rangeEnd':'10.0.0.11'}]]}",
	  "10.0.0.9", "10 11 9" },
	{ "not outside of its subnet",
	  "{'ranges':[[{'subnet':'10.0.0.0/29','rangeStart':'10.0.0.0','rangeEnd':'10.0.0.9'}]]}",
	  "", "2 3 4 5 6" },
	{ "ranges follow each other, and come round",
	  "{'ranges':[[{'subnet':'10.0.0.0/30'},{'subnet':'10.0.0.8/29','rangeEnd':'10.0.0.11'}]]}",
	  "10.0.0.10", "11 2 10" },
};

static json_t *json(const char *text)
{
	char buf[512];
	size_t i;

	snprintf(buf, sizeof(buf), "%s", text);
	for (i = 0; buf[i]; i++)
		if (buf[i] == '\'')
			buf[i] = '"';
	return json_loads(buf, 0, NULL);
}

static void test_ways(void)
{
	struct k8sov_addr last;
	struct pick_rules rules;
	struct cni_error err;
	struct node node = {};
	char got[512];
	struct pick pick;
	size_t i, n;
	bool more;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct conf conf = { .ipam = json(ways[i].ipam) };

		err = (struct cni_error){};
		n = 0;
		got[0] = '\0';
		if (ipam_rules_read(&conf, &node, &rules, &err))
			snprintf(got, sizeof(got), "%s", err.msg);
		last = addr(ways[i].last);
		for (more = !err.code && pick_first(&pick, &rules, 0, &last);
		     more && n < sizeof(got) - 8; more = pick_next(&pick))
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%u",
				n ? " " : "",
				((const uint8_t *)&pick.at.v4)[3]);
		tap_equal(ways[i].expected, got, ways[i].behaviour);
		json_decref(conf.ipam);
	}
}

/* What is wrong with a pool. */
static const struct {
	const char *ipam, *words;
} wrong[] = {
	{ "{'reserve':['x']}", "'x' in 'reserve'" },
	{ "{'reserve':[7]}", "no address and no prefix" },
	{ "{'reserve':'10.0.0.1'}", "must be an array" },
	{ "{'ranges':[{'subnet':'10.0.0.0/24'}]}", "no array" },
	{ "{'ranges':[[]]}", "empty" },
	{ "{'ranges':[[{}]]}", "subnet" },
	{ "{'ranges':[[{'subnet':'10.0.0.0/24','rangeStart':'fd00::1'}]]}",
	  "has no address for pods" },
	{ "{'ranges':[[{'subnet':'fd00::/64','rangeStart':'10.0.0.1'}]]}",
	  "has no address for pods" },
	{ "{'ranges':[[{'subnet':'10.0.0.0/24'},{'subnet':'fd00::/64'}]]}",
	  "family" },
	{ "{'ranges':[[{'subnet':'10.0.0.0/24','rangeStart':'10.0.0.9','rangeEnd':'10.0.0.8'}]]}",
	  "has no address for pods" },
	{ "{}", "no subnet yet" },
};

static void test_wrong(void)
{
	struct pick_rules rules;
	struct node node = {};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct conf conf = { .ipam = json(wrong[i].ipam) };
		struct cni_error err = {};

		ipam_rules_read(&conf, &node, &rules, &err);
		if (!tap_ok(strstr(err.msg, wrong[i].words), wrong[i].ipam))
			printf("# got: %s\n", err.msg);
		json_decref(conf.ipam);
	}
}

static void test_node(void)
{
	struct node node = {
		.subnets = { { addr("10.244.1.0"), 24 },
			     { addr("fd00:1::"), 64 } },
	};
	struct k8sov_addr one = addr("10.244.1.9"), six = addr("fd00:1::9"),
		own = addr("10.244.1.1"), other = addr("10.244.2.9");
	struct k8sov_addr last = addr("fd00:1::ffff:ffff:ffff:ffff");
	struct conf conf = { .ipam = json("{'reserve':['fd00:1::/65']}") };
	struct pick_rules rules;
	struct cni_error err = {};
	char text[K8SOV_ADDR_TEXT];
	struct pick pick;

	tap_number_is(0, ipam_rules_read(&conf, &node, &rules, &err),
		      "a node's subnets are the pool");
	tap_number_is(2, rules.n_sets, "a pod gets an address of each");
	tap_number_is(0, pick_find(&rules, &one), "IPv4 is found");
	tap_number_is(1, pick_find(&rules, &six),
		      "IPv6 too, though it is reserved");
	tap_number_is(-1, pick_find(&rules, &own),
		      "the node's own address is not a pod's");
	tap_number_is(-1, pick_find(&rules, &other),
		      "nor is one of another node");
	tap_ok(pick_first(&pick, &rules, 1, &last),
	       "half of a /64 is passed over at once");
	k8sov_addr_format(&pick.at, text);
	tap_equal("fd00:1:0:0:8000::", text, "to the other half");
	json_decref(conf.ipam);
}

int main(void)
{
	test_subnets();
	test_ways();
	test_wrong();
	test_node();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Which subnet a node gets, and what is said when none is left. */
#include <errno.h>
#include <stdlib.h>

#include "../daemon/alloc.h"
#include "../lib/error.h"
#include "tap.h"

static struct netconf_family network(const char *prefix, uint8_t subnet_len,
				     const char *min, const char *max)
{
	struct netconf_family conf = { .enabled = true };

	if (k8sov_prefix_parse(prefix, &conf.network, &conf.len) ||
	    k8sov_addr_parse(min, &conf.min) ||
	    k8sov_addr_parse(max, &conf.max))
		abort();
	conf.subnet_len = subnet_len;
	return conf;
}

/* Words separated by blanks. */
static struct alloc_set *taken(const char *prefixes)
{
	struct alloc_set *set = alloc_set_create();
	char *text = strdup(prefixes), *word, *rest = text;
	struct k8sov_addr addr;
	uint8_t len;

	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		if (k8sov_prefix_parse(word, &addr, &len))
			abort();
		alloc_set_add(set, &addr, len);
	}
	free(text);
	return set;
}

static const struct {
	const char *what;
	const char *network;
	uint8_t subnet_len;
	const char *min;
	const char *max;
	const char *taken;
	const char *wish;
	const char *expected;	/* NULL: nothing is free */
} cases[] = {
	{ "the only subnet is given", "10.5.0.0/16", 24, "10.5.1.0",
	  "10.5.1.0", "", NULL, "10.5.1.0/24" },
	{ "a taken one is not given", "10.5.0.0/16", 24, "10.5.1.0",
	  "10.5.2.0", "10.5.1.0/24", NULL, "10.5.2.0/24" },
	{ "one that is taken in part is not given", "10.5.0.0/16", 24,
	  "10.5.1.0", "10.5.2.0", "10.5.1.128/26", NULL, "10.5.2.0/24" },
	{ "none within a larger taken one is given", "10.5.0.0/16", 24,
	  "10.5.0.0", "10.5.8.0", "10.5.0.0/21", NULL, "10.5.8.0/24" },
	{ "order and overlap of what is taken do not matter", "10.5.0.0/16",
	  24, "10.5.1.0", "10.5.4.0",
	  "10.5.4.0/24 10.5.2.0/23 10.5.3.0/24 10.5.2.0/24", NULL,
	  "10.5.1.0/24" },
	{ "what is outside does not count", "10.5.0.0/16", 24, "10.5.1.0",
	  "10.5.1.0", "10.5.0.0/24 10.5.2.0/24 10.6.0.0/16", NULL,
	  "10.5.1.0/24" },
	{ "the wish is given", "10.5.0.0/16", 24, "10.5.1.0", "10.5.255.0",
	  "10.5.1.0/24", "10.5.77.0/24", "10.5.77.0/24" },
	{ "a taken wish is not given", "10.5.0.0/16", 24, "10.5.1.0",
	  "10.5.2.0", "10.5.1.0/24", "10.5.1.0/24", "10.5.2.0/24" },
	{ "a wish below the range is not given", "10.5.0.0/16", 24,
	  "10.5.1.0", "10.5.1.0", "", "10.5.0.0/24", "10.5.1.0/24" },
	{ "a wish above the range is not given", "10.5.0.0/16", 24,
	  "10.5.1.0", "10.5.1.0", "", "10.5.2.0/24", "10.5.1.0/24" },
	{ "a wish of another length is not given", "10.5.0.0/16", 24,
	  "10.5.1.0", "10.5.1.0", "", "10.5.1.0/25", "10.5.1.0/24" },
	{ "a wish that is no subnet is not given", "10.5.0.0/16", 24,
	  "10.5.1.0", "10.5.1.0", "", "10.5.1.1/24", "10.5.1.0/24" },
	{ "the highest addresses are no trap", "255.255.0.0/16", 24,
	  "255.255.255.0", "255.255.255.0", "", NULL, "255.255.255.0/24" },
	{ "the highest addresses can be exhausted", "255.255.0.0/16", 24,
	  "255.255.255.0", "255.255.255.0", "255.255.255.255/32", NULL, NULL },
	{ "exhaustion is seen", "10.5.0.0/16", 24, "10.5.1.0", "10.5.2.0",
	  "10.5.1.0/24 10.5.2.0/24", NULL, NULL },
	{ "all taken at once is exhaustion", "10.5.0.0/16", 24, "10.5.1.0",
	  "10.5.2.0", "0.0.0.0/0", NULL, NULL },
	{ "IPv6 is alike", "fd00:10::/48", 64, "fd00:10:0:1::",
	  "fd00:10:0:2::", "fd00:10:0:1::/64", NULL, "fd00:10:0:2::/64" },
	{ "an IPv6 wish is given", "fd00:10::/48", 64, "fd00:10:0:1::",
	  "fd00:10:0:ffff::", "", "fd00:10:0:beef::/64",
	  "fd00:10:0:beef::/64" },
	{ "IPv6 can be exhausted", "fd00:10::/48", 64, "fd00:10:0:1::",
	  "fd00:10:0:1::", "fd00:10:0:1::5/128", NULL, NULL },
	{ "all of IPv6 taken is exhaustion", "fd00:10::/48", 64,
	  "fd00:10:0:1::", "fd00:10:0:1::", "::/0", NULL, NULL },
	{ "the highest IPv6 addresses are no trap",
	  "ffff:ffff:ffff::/48", 64, "ffff:ffff:ffff:ffff::",
	  "ffff:ffff:ffff:ffff::", "", NULL, "ffff:ffff:ffff:ffff::/64" },
};

static void test_cases(void)
{
	char got[K8SOV_ADDR_TEXT];
	struct netconf_family conf;
	struct lease_family out;
	struct lease wish = { 0 };
	struct k8sov_error err;
	struct alloc_set *set;
	unsigned int f;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		conf = network(cases[i].network, cases[i].subnet_len,
			       cases[i].min, cases[i].max);
		f = conf.network.family == AF_INET6;
		memset(&wish, 0, sizeof(wish));
		if (cases[i].wish &&
		    k8sov_prefix_parse(cases[i].wish, &wish.family[f].subnet,
				       &wish.family[f].len))
			abort();
		set = taken(cases[i].taken);
		strcpy(got, "none");
		if (!alloc_subnet(&conf, f, set,
				  cases[i].wish ? &wish : NULL, &out, &err))
			k8sov_prefix_format(&out.subnet, out.len, got);
		tap_equal(cases[i].expected ?: "none", got, cases[i].what);
		alloc_set_destroy(set);
	}
}

static void test_words(void)
{
	struct netconf_family conf = network("10.5.0.0/16", 24, "10.5.1.0",
					     "10.5.2.0");
	struct lease_family out = { .len = 99 };
	struct alloc_set *set = taken("10.5.0.0/16");
	struct k8sov_error err;

	tap_number_is(-ENOSPC, alloc_subnet(&conf, V4, set, NULL, &out, &err),
		      "exhaustion has an error of its own");
	tap_equal("network 10.5.0.0/16 has no free subnet: all /24 from 10.5.1.0 to 10.5.2.0 are taken",
		  err.message, "exhaustion is said in a sentence");
	tap_number_is(99, out.len, "exhaustion writes nothing");
	alloc_set_destroy(set);
}

/* Each of a network's subnets in turn, so many that squares would hurt. */
static void test_until_exhausted(void)
{
	struct netconf_family conf = network("10.0.0.0/8", 24, "10.0.1.0",
					     "10.7.255.0");
	struct alloc_set *set = alloc_set_create();
	static bool seen[2048];
	struct lease_family out;
	struct k8sov_error err;
	unsigned int n = 0, again = 0, low = 0, index;

	while (!alloc_subnet(&conf, V4, set, NULL, &out, &err)) {
		index = ntohl(out.subnet.v4.s_addr) >> 8 & 0x7ff;
		again += seen[index];
		seen[index] = true;
		low += !n && index > 100;
		alloc_set_add(set, &out.subnet, out.len);
		n++;
	}
	tap_number_is(2047, n, "every subnet is given before exhaustion");
	tap_number_is(0, again, "none is given twice");
	tap_number_is(0, low, "the first is among the lowest hundred");
	alloc_set_destroy(set);
}

static void test_random(void)
{
	struct netconf_family conf = network("10.5.0.0/16", 24, "10.5.1.0",
					     "10.5.255.0");
	struct alloc_set *set = alloc_set_create();
	struct lease_family first, out;
	struct k8sov_error err;
	unsigned int i, differs = 0;

	alloc_subnet(&conf, V4, set, NULL, &first, &err);
	for (i = 0; i < 64; i++) {
		alloc_subnet(&conf, V4, set, NULL, &out, &err);
		differs += out.subnet.v4.s_addr != first.subnet.v4.s_addr;
	}
	tap_ok(differs > 0, "nodes that ask at once do not all get the same");
	alloc_set_destroy(set);
}

static void test_dual(void)
{
	struct netconf conf = {
		.family = { network("10.5.0.0/16", 24, "10.5.1.0",
				    "10.5.1.0"),
			    network("fd00:10::/48", 64, "fd00:10:0:7::",
				    "fd00:10:0:7::") },
	};
	struct lease out = { 0 };
	struct alloc_set *set = alloc_set_create();
	struct k8sov_error err;

	tap_number_is(0, alloc_lease(&conf, set, NULL, &out, &err),
		      "both families are allocated together");
	tap_ok(alloc_lease_fits(&conf, &out), "what is allocated fits");
	out.family[V6].subnet.family = 0;
	tap_ok(!alloc_lease_fits(&conf, &out),
	       "a lease without a family that the network has does not fit");
	alloc_set_add_lease(set, &out);
	tap_ok(alloc_set_overlaps(set, &out.family[V4].subnet, 24),
	       "what a lease has is taken");
	tap_ok(!alloc_set_overlaps(set, &conf.family[V6].min, 64),
	       "what a lease has not is free");
	memset(&out, 0, sizeof(out));
	tap_number_is(-ENOSPC, alloc_lease(&conf, set, NULL, &out, &err),
		      "one exhausted family is enough to refuse");
	tap_number_is(0, out.family[V6].subnet.family,
		      "a refusal writes neither family");
	alloc_set_destroy(set);
}

int main(void)
{
	test_cases();
	test_words();
	test_until_exhausted();
	test_random();
	test_dual();
	return tap_end();
}

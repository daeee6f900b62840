// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Which routes a pod gets. */
#include "../../userspace/tests/tap.h"
#include "../conf.h"
#include "../error.h"
#include "../node.h"
#include "../routes.h"

static const struct {
	const char *behaviour;
	const char *ips, *ipam, *conf;	/* prefixes with blanks between */
	int default_route;
	const char *source[2];	/* what the pod has already */
	const char *expected;
} cases[] = {
	{ "the first interface has the default route", "10.244.1.2", "", "",
	  -1, {}, "0.0.0.0/0" },
	{ "of each family it has", "10.244.1.2 fd00:244:1::2", "", "", -1, {},
	  "0.0.0.0/0 ::/0" },
	{ "another interface has the cluster", "10.244.1.2 fd00:244:1::2", "",
	  "", -1, { "192.0.2.1", "2001:db8::1" },
	  "10.244.0.0/16 fd00:244::/32" },
	{ "but for what the first one is in", "10.244.1.2 fd00:244:1::2", "",
	  "", -1, { "10.244.1.9", "2001:db8::1" }, "fd00:244::/32" },
	{ "families are apart", "10.244.1.2 fd00:244:1::2", "", "", -1,
	  { "192.0.2.1" }, "10.244.0.0/16 ::/0" },
	{ "no default route is wanted", "10.244.1.2", "", "", 0, {},
	  "10.244.0.0/16" },
	{ "IPAM's neither", "10.244.1.2", "0.0.0.0/0", "", 0, {},
	  "10.244.0.0/16" },
	{ "one is wanted whatever is there", "10.244.1.2", "", "", 1,
	  { "10.244.1.9", "2001:db8::1" }, "0.0.0.0/0" },
	{ "IPAM's is not doubled", "10.244.1.2", "0.0.0.0/0", "", -1, {},
	  "0.0.0.0/0" },
	{ "IPAM's goes on another interface", "10.244.1.2",
	  "0.0.0.0/0 192.0.2.0/24", "", -1, { "192.0.2.1" },
	  "192.0.2.0/24 10.244.0.0/16" },
	{ "the configuration's are more", "10.244.1.2", "192.0.2.0/24",
	  "198.51.100.0/24", -1, {},
	  "192.0.2.0/24 198.51.100.0/24 0.0.0.0/0" },
	{ "the configuration's default route is not doubled", "10.244.1.2", "",
	  "0.0.0.0/0", -1, {}, "0.0.0.0/0" },
	{ "families without an address have none", "10.244.1.2",
	  "2001:db8::/32", "2001:db8:1::/48", -1, {}, "0.0.0.0/0" },
};

static unsigned int read_routes(const char *list, struct result_route *routes)
{
	char text[256], *rest = text, *word;
	unsigned int n = 0;

	snprintf(text, sizeof(text), "%s", list);
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		memset(&routes[n], 0, sizeof(routes[n]));
		k8sov_prefix_parse(word, &routes[n].dst, &routes[n].len);
		n++;
	}
	return n;
}

static void describe(const struct result *result, char *text)
{
	char prefix[K8SOV_ADDR_TEXT];
	unsigned int i;

	*text = '\0';
	for (i = 0; i < result->n_routes; i++) {
		k8sov_prefix_format(&result->routes[i].dst,
				    result->routes[i].len, prefix);
		text += sprintf(text, "%s%s", i ? " " : "", prefix);
	}
}

int main(void)
{
	static struct result result;
	static struct conf conf;
	struct cni_error err = {};
	struct node node = {};
	struct result_route ips[2];
	struct k8sov_addr source[2];
	char got[1024];
	size_t i;
	unsigned int j;

	k8sov_prefix_parse("10.244.0.0/16", &node.networks[0].addr,
			   &node.networks[0].len);
	k8sov_prefix_parse("fd00:244::/32", &node.networks[1].addr,
			   &node.networks[1].len);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		conf.default_route = cases[i].default_route;
		conf.n_routes = read_routes(cases[i].conf, conf.routes);
		result.n_routes = read_routes(cases[i].ipam, result.routes);
		result.n_ips = read_routes(cases[i].ips, ips);
		for (j = 0; j < result.n_ips; j++)
			result.ips[j].addr = ips[j].dst;
		for (j = 0; j < 2; j++) {
			source[j].family = 0;
			if (cases[i].source[j])
				k8sov_addr_parse(cases[i].source[j],
						 &source[j]);
		}
		routes_plan(&conf, &node, source, &result, &err);
		describe(&result, got);
		tap_equal(cases[i].expected, got, cases[i].behaviour);
	}
	result.n_routes = RESULT_ROUTES;
	for (j = 0; j < RESULT_ROUTES; j++)
		result.routes[j] = result.routes[0];
	conf.n_routes = 1;
	conf.routes[0] = result.routes[0];
	tap_ok(routes_plan(&conf, &node, source, &result, &err) && err.code == CNI_CONFIG,
	       "more than the kernel is asked for are refused");
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What net-conf.json means, and what is refused with which words. */
#include <errno.h>

#include "../daemon/netconf.h"
#include "../text/yaml_json.h"
#include "../lib/bits.h"
#include "../lib/error.h"
#include "tap.h"

#define NET "\"Network\":\"10.244.0.0/16\""

/* A line of what a configuration became, for comparison. */
static void describe(const struct netconf *conf, char *text, size_t size)
{
	char network[K8SOV_ADDR_TEXT] = "", min[K8SOV_ADDR_TEXT] = "";
	char max[K8SOV_ADDR_TEXT] = "";
	size_t n = 0;
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		const struct netconf_family *family = &conf->family[f];

		if (!family->enabled)
			continue;
		k8sov_prefix_format(&family->network, family->len, network);
		k8sov_addr_format(&family->min, min);
		k8sov_addr_format(&family->max, max);
		n += (size_t)snprintf(text + n, size - n, "%s /%u %s-%s ",
				      network, family->subnet_len, min, max);
	}
	snprintf(text + n, size - n, "%s vni %u port %u mtu %u%s",
		 backend_name(conf->backend), conf->vni, conf->port, conf->mtu,
		 conf->direct_routing ? " direct" : "");
}

static const struct {
	const char *behaviour;
	const char *text;
	const char *expected;
} good[] = {
	{ "a network is enough", "{" NET "}",
	  "10.244.0.0/16 /24 10.244.1.0-10.244.255.0 vxlan vni 1 port 0 mtu 0" },
	{ "keys are of any case",
	  "{\"nEtWoRk\":\"10.0.0.0/8\",\"backend\":{\"tYPe\":\"VXLAN\",\"vni\":7}}",
	  "10.0.0.0/8 /24 10.0.1.0-10.255.255.0 vxlan vni 7 port 0 mtu 0" },
	{ "unknown keys are ignored",
	  "{" NET ",\"EnableNFTables\":false,\"Backend\":{\"Type\":\"vxlan\",\"GBP\":false}}",
	  "10.244.0.0/16 /24 10.244.1.0-10.244.255.0 vxlan vni 1 port 0 mtu 0" },
	{ "bits beyond the length are dropped",
	  "{\"Network\":\"10.244.3.4/16\"}",
	  "10.244.0.0/16 /24 10.244.1.0-10.244.255.0 vxlan vni 1 port 0 mtu 0" },
	{ "all members of a backend",
	  "{" NET ",\"Backend\":{\"Type\":\"host-gw\",\"VNI\":9,\"Port\":4789,\"MTU\":9000,\"DirectRouting\":true}}",
	  "10.244.0.0/16 /24 10.244.1.0-10.244.255.0 host-gw vni 9 port 4789 mtu 9000 direct" },
	{ "a small network is split in four",
	  "{\"Network\":\"10.0.0.0/26\"}",
	  "10.0.0.0/26 /28 10.0.0.16-10.0.0.48 vxlan vni 1 port 0 mtu 0" },
	{ "bounds of what is allocated",
	  "{" NET ",\"SubnetLen\":28,\"SubnetMin\":\"10.244.9.16\",\"SubnetMax\":\"10.244.9.32\"}",
	  "10.244.0.0/16 /28 10.244.9.16-10.244.9.32 vxlan vni 1 port 0 mtu 0" },
	{ "both families",
	  "{" NET ",\"EnableIPv6\":true,\"IPv6Network\":\"fd00:10:244::/56\"}",
	  "10.244.0.0/16 /24 10.244.1.0-10.244.255.0 fd00:10:244::/56 /64 fd00:10:244:1::-fd00:10:244:ff:: vxlan vni 1 port 0 mtu 0" },
	{ "IPv6 alone",
	  "{\"EnableIPv4\":false,\"EnableIPv6\":true,\"IPv6Network\":\"fd00::/124\",\"Network\":\"nonsense\"}",
	  "fd00::/124 /126 fd00::4-fd00::c vxlan vni 1 port 0 mtu 0" },
	{ "null is absent",
	  "{" NET ",\"Backend\":null,\"SubnetLen\":null,\"IPv6Network\":null}",
	  "10.244.0.0/16 /24 10.244.1.0-10.244.255.0 vxlan vni 1 port 0 mtu 0" },
};

static const struct {
	const char *text;
	const char *words;
} bad[] = {
	{ "", "no JSON: line 1" },
	{ "{\n" NET ",\n}", "no JSON: line 3" },
	{ "[]", "must be an object" },
	{ "{}", "Network is missing" },
	{ "{\"Network\":7}", "Network must be an IPv4 network" },
	{ "{\"Network\":\"10.244.0.0\"}", "Network must be an IPv4 network" },
	{ "{\"Network\":\"fd00::/48\"}", "Network must be an IPv4 network" },
	{ "{\"Network\":\"10.0.0.0/29\"}", "Network is too small" },
	{ "{" NET ",\"EnableIPv6\":1}", "EnableIPv6 must be true or false" },
	{ "{" NET ",\"EnableIPv6\":true}", "IPv6Network is missing" },
	{ "{\"EnableIPv4\":false}", "are both false" },
	{ "{" NET ",\"SubnetLen\":17}", "SubnetLen must be from 18 to 30" },
	{ "{" NET ",\"SubnetLen\":31}", "SubnetLen must be a number" },
	{ "{" NET ",\"SubnetLen\":\"24\"}", "SubnetLen must be a number" },
	{ "{" NET ",\"SubnetMin\":\"10.245.0.0\"}", "SubnetMin is not in" },
	{ "{" NET ",\"SubnetMin\":\"10.244.0.9\"}", "SubnetMin must be the first" },
	{ "{" NET ",\"SubnetMax\":\"fd00::\"}", "SubnetMax must be an IPv4" },
	{ "{" NET ",\"SubnetMin\":\"10.244.9.0\",\"SubnetMax\":\"10.244.8.0\"}",
	  "SubnetMin is above SubnetMax" },
	{ "{" NET ",\"Backend\":\"vxlan\"}", "Backend must be an object" },
	{ "{" NET ",\"Backend\":{\"Type\":3}}", "Backend.Type must be a string" },
	{ "{" NET ",\"Backend\":{\"Type\":\"wireguard\"}}",
	  "'wireguard' is not supported: use vxlan" },
	{ "{" NET ",\"Backend\":{\"VNI\":16777216}}", "Backend.VNI must be" },
	{ "{" NET ",\"Backend\":{\"VNI\":0}}", "Backend.VNI must be" },
	{ "{" NET ",\"Backend\":{\"Port\":65536}}", "Backend.Port must be" },
	{ "{" NET ",\"Backend\":{\"MTU\":1000}}", "Backend.MTU must be 1280" },
	{ "{" NET ",\"Backend\":{\"DirectRouting\":\"yes\"}}",
	  "Backend.DirectRouting must be true or false" },
};

static void test_parse(void)
{
	struct k8sov_error err = {};
	struct netconf conf, before;
	char text[512], old[512], new[512];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (netconf_parse(good[i].text, strlen(good[i].text), true,
				  &conf, &err))
			snprintf(text, sizeof(text), "%s", err.message);
		else
			describe(&conf, text, sizeof(text));
		tap_equal(good[i].expected, text, good[i].behaviour);
	}
	netconf_parse(good[0].text, strlen(good[0].text), true, &before, &err);
	describe(&before, old, sizeof(old));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char what[128];

		conf = before;
		k8sov_error_clear(&err);
		snprintf(what, sizeof(what), "refused: %s", bad[i].words);
		if (!tap_ok(netconf_parse(bad[i].text, strlen(bad[i].text),
					  true, &conf, &err) == -EINVAL &&
			    strstr(err.message, bad[i].words), what))
			printf("# got: %s\n", err.message);
		describe(&conf, new, sizeof(new));
		tap_equal(old, new, "and changes nothing");
	}
	tap_ok(!netconf_parse(bad[11].text, strlen(bad[11].text), false, &conf,
			      &err),
	       "without allocation nobody looks at SubnetLen");
}

static void test_equal(void)
{
	static const char a[] = "{" NET "}";
	static const char b[] = "{" NET ",\"Backend\":{\"VNI\":2}}";
	struct k8sov_error err = {};
	struct netconf x, y, z;

	netconf_parse(a, strlen(a), true, &x, &err);
	netconf_parse(a, strlen(a), true, &y, &err);
	netconf_parse(b, strlen(b), true, &z, &err);
	tap_ok(netconf_equal(&x, &y), "equal configurations are equal");
	tap_ok(!netconf_equal(&x, &z), "others are not");
}

static const struct {
	const char *yaml;
	const char *json;	/* or words of the refusal after '!' */
} yamls[] = {
	{ "Network: 10.244.0.0/16\nBackend: {Type: vxlan, VNI: 7}\n",
	  "{\"Network\":\"10.244.0.0/16\",\"Backend\":{\"Type\":\"vxlan\",\"VNI\":7}}" },
	{ "a: true\nb: \"true\"\nc: ~\nd: -5\ne: 1.2.3.4\nf: ''\n",
	  "{\"a\":true,\"b\":\"true\",\"c\":null,\"d\":-5,\"e\":\"1.2.3.4\",\"f\":\"\"}" },
	{ "- 1\n- [2, x]\n", "[1,[2,\"x\"]]" },
	{ "{\"a\": [1, null]}", "{\"a\":[1,null]}" },
	{ "a: &x {b: 1}\nc: *x\n", "{\"a\":{\"b\":1},\"c\":{\"b\":1}}" },
	{ "", "!empty" },
	{ "a: [1\n", "!line" },
	{ "? [a]\n: b\n", "!line 1: a key must be a word" },
	{ "a: &x [*x]\n", "!too deep" },
	{ "a: \xff\n", "!no YAML" },
};

static void test_yaml(void)
{
	struct k8sov_error err = {};
	char what[64], *text;
	json_t *root;
	size_t i;

	for (i = 0; i < sizeof(yamls) / sizeof(yamls[0]); i++) {
		snprintf(what, sizeof(what), "YAML %zu is read as JSON", i);
		root = yaml_to_json(yamls[i].yaml, strlen(yamls[i].yaml), &err);
		if (*yamls[i].json == '!') {
			if (!tap_ok(!root && strstr(err.message,
						    yamls[i].json + 1),
				    yamls[i].json + 1))
				printf("# got: %s\n", err.message);
			json_decref(root);
			continue;
		}
		text = root ? json_dumps(root, JSON_COMPACT) : NULL;
		tap_equal(yamls[i].json, text ? text : err.message, what);
		free(text);
		json_decref(root);
	}
}

static void test_bits(void)
{
	char text[K8SOV_ADDR_TEXT];
	struct k8sov_addr addr;

	k8sov_addr_parse("10.0.255.7", &addr);
	bits_mask(&addr, 23);
	k8sov_addr_format(&addr, text);
	tap_equal("10.0.254.0", text, "an address is cut to its prefix");
	bits_step(&addr, 23);
	k8sov_addr_format(&addr, text);
	tap_equal("10.1.0.0", text, "the next prefix carries over");
	k8sov_addr_parse("fd00::ffff:ffff", &addr);
	bits_step(&addr, 128);
	k8sov_addr_format(&addr, text);
	tap_equal("fd00::1:0:0", text, "also over several bytes");
	bits_mask(&addr, 0);
	bits_fill(&addr, 3);
	k8sov_addr_format(&addr, text);
	tap_equal("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", text,
		  "the rest of a prefix is filled");
}

int main(void)
{
	test_parse();
	test_equal();
	test_yaml();
	test_bits();
	return tap_end();
}

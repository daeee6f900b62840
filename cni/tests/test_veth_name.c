// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Names and MAC addresses of pods' links. */
#include <stdlib.h>

#include "../../userspace/tests/tap.h"
#include "../conf.h"
#include "../env.h"
#include "../error.h"
#include "../veth.h"

static const char *name(const char *network, const char *container,
			const char *ifname)
{
	static char names[4][16];
	static unsigned int n;
	char *at = names[n++ % 4];

	veth_name(network, container, ifname, at);
	return at;
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

static void test_names(void)
{
	static char all[20000][16];
	const unsigned int n = sizeof(all) / sizeof(all[0]);
	unsigned int i, same = 0;
	char container[16];

	/* Who upgrades with pods attached must find them by the same name. */
	tap_equal("podee8d26f78954", name("net", "c", "eth0"),
		  "a name never changes");
	tap_ok(strcmp(name("net", "c", "eth0"), name("net", "c", "eth1")) != 0,
	       "interfaces differ");
	tap_ok(strcmp(name("a", "bc", "eth0"), name("ab", "c", "eth0")) != 0,
	       "parts do not run together");
	for (i = 0; i < n; i++) {
		snprintf(container, sizeof(container), "%u", i);
		veth_name("net", container, "eth0", all[i]);
	}
	qsort(all, n, sizeof(all[0]), compare);
	for (i = 1; i < n; i++)
		same += !memcmp(all[i - 1], all[i], 16);
	tap_number_is(0, same, "20000 pods have different names");
}

static int init(const char *container, struct veth *veth,
		struct cni_error *err)
{
	struct conf conf = { .name = "net" };
	struct cni_env env = {
		.container = container, .ifname = "eth0", .netns = "/x",
	};

	return veth_init(veth, &env, &conf, err);
}

static void test_alias(void)
{
	struct cni_error err = {};
	char container[300] = "";
	struct veth veth;

	tap_number_is(0, init("c", &veth, &err), "an attachment has names");
	tap_equal("k8sov:net:c:eth0", veth.alias, "an alias tells all of it");
	memset(container, 'x', 240);
	tap_number_is(0, init(container, &veth, &err),
		      "an alias of 255 bytes is kept");
	tap_number_is(255, (long long)strlen(veth.alias), "as a whole");
	container[240] = 'x';
	tap_number_is(-1, init(container, &veth, &err),
		      "one of 256 is refused");
	tap_number_is(CNI_CONFIG, err.code, "as configuration");
	tap_equal("the names of network and container have 256 bytes together, 1 too many",
		  err.msg, "in words");
}

/* Addresses, MAC address that is asked for, what comes of it. */
static const struct {
	const char *behaviour, *first, *second, *asked, *expected;
} macs[] = {
	{ "a MAC address follows from IPv4", "10.244.1.2", "", "",
	  "0a:58:0a:f4:01:02" },
	{ "wherever that stands", "fd00::5", "10.244.1.2", "",
	  "0a:58:0a:f4:01:02" },
	{ "else from the end of IPv6", "fd00::1:2:3", "", "",
	  "0a:58:00:02:00:03" },
	{ "unless one is asked for", "10.244.1.2", "", "02:00:00:00:00:09",
	  "02:00:00:00:00:09" },
	{ "that is not a group's", "10.244.1.2", "", "01:00:5e:00:00:01",
	  "'01:00:5e:00:00:01' is no MAC address of an interface" },
	{ "nor nothing", "10.244.1.2", "", "00:00:00:00:00:00",
	  "'00:00:00:00:00:00' is no MAC address of an interface" },
	{ "nor something else", "10.244.1.2", "", "red",
	  "'red' is no MAC address of an interface" },
	{ "without an address there is none", "", "", "",
	  "there is no address for the pod" },
};

static void add(struct result *result, const char *text)
{
	if (*text)
		k8sov_addr_parse(text, &result->ips[result->n_ips++].addr);
}

static void test_macs(void)
{
	static struct result result;
	char got[512];
	size_t i;

	for (i = 0; i < sizeof(macs) / sizeof(macs[0]); i++) {
		struct cni_error err = {};
		struct conf conf = {};
		uint8_t mac[6];

		snprintf(conf.mac, sizeof(conf.mac), "%s", macs[i].asked);
		result.n_ips = 0;
		add(&result, macs[i].first);
		add(&result, macs[i].second);
		if (veth_mac(&conf, &result, mac, &err))
			snprintf(got, sizeof(got), "%s", err.msg);
		else
			k8sov_mac_format(mac, got);
		tap_equal(macs[i].expected, got, macs[i].behaviour);
	}
}

int main(void)
{
	test_names();
	test_alias();
	test_macs();
	return tap_end();
}

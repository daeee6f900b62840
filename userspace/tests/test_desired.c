// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What the tables should be, and which changes make them so. */
#include <stdlib.h>

#include "../daemon/desired.h"
#include "../daemon/diff.h"
#include "../daemon/lease.h"
#include "../lib/error.h"
#include "tap.h"

#define MAC4 "02:00:00:00:00:04"
#define MAC6 "02:00:00:00:00:06"
#define V4_ONLY "\"BackendType\":\"vxlan\",\"BackendData\":{\"VNI\":1,\"VtepMAC\":\"" MAC4 "\"}"
#define BOTH V4_ONLY ",\"BackendV6Data\":{\"VNI\":1,\"VtepMAC\":\"" MAC6 "\"}"

static struct netconf conf;
static struct lease *own;

static struct lease *make(const char *key, const char *subnets,
			  const char *attrs)
{
	struct lease *lease = lease_create(key, key);
	struct k8sov_error err = {};
	char text[512];
	json_t *root;

	snprintf(text, sizeof(text), "{%s}", attrs);
	root = json_loads(text, 0, NULL);
	if (!root || lease_parse_subnets(subnets, lease) ||
	    lease_parse_attrs(root, lease, &err))
		printf("# broken test: %s %s\n", key, err.message);
	json_decref(root);
	return lease;
}

static bool on_link(void *data, const struct k8sov_addr *addr)
{
	(void)data;
	/* 192.0.2.x are neighbours. */
	return addr->family == AF_INET && addr->v4.s_addr << 8 ==
	       htonl(0xc0000200) << 8;
}

static void describe(const struct tables *t, char *text, size_t size)
{
	static const char *const encaps[] = {
		"vxlan", "geneve", "ipip", "direct"
	};
	char addr[K8SOV_ADDR_TEXT];
	size_t n = 0, i;

	text[0] = '\0';
	for (i = 0; i < t->subnets; i++) {
		const struct table_subnet *subnet = &t->subnet[i];
		const struct table_host *host;

		k8sov_prefix_format(&subnet->prefix, subnet->len, addr);
		n += (size_t)snprintf(text + n, size - n, "%s%s ",
				      i ? "; " : "", addr);
		if (subnet->type == K8SOV_SUBNET_TYPE_LOCAL) {
			n += (size_t)snprintf(text + n, size - n, "local");
			continue;
		}
		host = &t->host[subnet->host];
		k8sov_addr_format(&host->remote, addr);
		n += (size_t)snprintf(text + n, size - n, "%s %s %s",
				      tables_name(t, subnet->host), addr,
				      encaps[host->encap]);
		if (host->has_mac)
			n += (size_t)snprintf(text + n, size - n, " %02x",
					      host->mac[5]);
		if (host->vni)
			n += (size_t)snprintf(text + n, size - n, " vni %u",
					      host->vni);
	}
}

/* One peer beside the own node, and what becomes of it. */
static const struct {
	const char *behaviour;
	const char *subnets;
	const char *attrs;
	bool direct_routing;
	const char *expected;
	const char *note;
} peers[] = {
	{ "a peer of IPv4", "10.244.2.0-24", "\"PublicIP\":\"192.0.2.2\"," V4_ONLY,
	  false, "10.244.2.0/24 peer 192.0.2.2 vxlan 04", NULL },
	{ "each family has its own address and MAC address",
	  "10.244.2.0-24&fd00:0:0:2::-64",
	  "\"PublicIP\":\"192.0.2.2\",\"PublicIPv6\":\"2001:db8::2\"," BOTH, false,
	  "10.244.2.0/24 peer 192.0.2.2 vxlan 04; fd00:0:0:2::/64 peer/v6 2001:db8::2 vxlan 06", NULL },
	{ "both families may be behind one address",
	  "10.244.2.0-24&fd00:0:0:2::-64", "\"PublicIP\":\"192.0.2.2\"," BOTH, false,
	  "10.244.2.0/24 peer 192.0.2.2 vxlan 04; fd00:0:0:2::/64 peer 192.0.2.2 vxlan 04", NULL },
	{ "IPv6 alone", "fd00:0:0:2::-64",
	  "\"PublicIPv6\":\"2001:db8::2\",\"BackendType\":\"vxlan\",\"BackendV6Data\":{\"VNI\":1,\"VtepMAC\":\"" MAC6 "\"}", false,
	  "fd00:0:0:2::/64 peer 2001:db8::2 vxlan 06", NULL },
	{ "another VNI", "10.244.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"vxlan\",\"BackendData\":{\"VNI\":7,\"VtepMAC\":\"" MAC4 "\"}", false,
	  "10.244.2.0/24 peer 192.0.2.2 vxlan 04 vni 7", NULL },
	{ "a neighbour needs no encapsulation", "10.244.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\"," V4_ONLY, true,
	  "10.244.2.0/24 peer 192.0.2.2 direct", NULL },
	{ "who is behind a router does", "10.244.2.0-24",
	  "\"PublicIP\":\"198.51.100.2\"," V4_ONLY, true,
	  "10.244.2.0/24 peer 198.51.100.2 vxlan 04", NULL },
	{ "ipip", "10.244.2.0-24", "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"ipip\"",
	  false, "10.244.2.0/24 peer 192.0.2.2 ipip", NULL },
	{ "host-gw", "10.244.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"host-gw\"", false,
	  "10.244.2.0/24 peer 192.0.2.2 direct", NULL },
	{ "geneve", "10.244.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"geneve\",\"BackendData\":{\"VNI\":1,\"VtepMAC\":\"" MAC4 "\"}", false,
	  "10.244.2.0/24 peer 192.0.2.2 geneve 04", NULL },
	{ "who only allocates is nowhere", "10.244.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"alloc\"", false, "", NULL },
	{ "a foreign backend is left out", "10.244.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"wireguard\"", false, "",
	  "'wireguard' is none of ours" },
	{ "without MAC address", "10.244.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"vxlan\"", false, "",
	  "no VTEP MAC" },
	{ "without address", "10.244.2.0-24", V4_ONLY, false, "",
	  "no public address" },
	{ "with our address", "10.244.2.0-24", "\"PublicIP\":\"192.0.2.1\"," V4_ONLY,
	  false, "", "is that of this node" },
	{ "with our subnet", "10.244.1.0-24", "\"PublicIP\":\"192.0.2.2\"," V4_ONLY,
	  false, "", "10.244.1.0/24 belongs to this node and to peer" },
	{ "with a part of our subnet", "10.244.1.128-25",
	  "\"PublicIP\":\"192.0.2.2\"," V4_ONLY, false, "", "this node has it" },
	{ "outside of the cluster", "10.245.2.0-24",
	  "\"PublicIP\":\"192.0.2.2\"," V4_ONLY, false, "", "not in the cluster's" },
	{ "with the whole world", "0.0.0.0-0", "\"PublicIP\":\"192.0.2.2\"," V4_ONLY,
	  false, "", "not in the cluster's" },
};

static void test_peers(void)
{
	static const char local[] = "10.244.1.0/24 local; fd00:0:0:1::/64 local";
	struct desired_input in = {
		.conf = &conf, .own = own, .on_link = on_link,
	};
	char text[512], expected[512];
	struct desired desired;
	struct lease *lease;
	size_t i;

	for (i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		conf.direct_routing = peers[i].direct_routing;
		lease = make("peer", peers[i].subnets, peers[i].attrs);
		desired_init(&desired, &in);
		desired_add(&desired, lease, 0);
		describe(&desired.tables, text, sizeof(text));
		snprintf(expected, sizeof(expected), "%s%s%s", local,
			 *peers[i].expected ? "; " : "", peers[i].expected);
		tap_equal(expected, text, peers[i].behaviour);
		if (peers[i].note)
			tap_ok(desired.notes == 1 &&
			       strstr(desired.note[0].text, peers[i].note),
			       peers[i].note);
		else
			tap_number_is(0, (long long)desired.notes,
				      "nothing to note");
		desired_exit(&desired);
		lease_destroy(lease);
	}
	conf.direct_routing = false;
}

/* The subnet of two leases, with what the kernel has. */
static void owner_of(struct lease *a, struct lease *b,
		     const struct tables *actual, uint64_t newness,
		     char text[static 512])
{
	struct desired_input in = {
		.conf = &conf, .actual = actual, .on_link = on_link,
	};
	struct desired desired;

	desired_init(&desired, &in);
	desired_add(&desired, a, 0);
	desired_add(&desired, b, newness);
	describe(&desired.tables, text, 512);
	desired_exit(&desired);
}

/* What the kernel has after @lease alone was applied to nothing. */
static void applied(const struct lease *lease, struct tables *result)
{
	struct desired_input in = { .conf = &conf, .on_link = on_link };
	struct desired desired;
	struct diff diff;

	desired_init(&desired, &in);
	desired_add(&desired, lease, 0);
	memset(result, 0, sizeof(*result));
	diff_init(&diff, &desired.tables, result, false);
	diff_update(&diff, &desired.tables, result);
	diff_exit(&diff);
	desired_exit(&desired);
}

static void test_conflicts(void)
{
	struct lease *a = make("a", "10.244.2.0-24",
			       "\"PublicIP\":\"192.0.2.2\"," V4_ONLY);
	struct lease *b = make("b", "10.244.2.0-24",
			       "\"PublicIP\":\"192.0.2.3\"," V4_ONLY);
	struct lease *moved = make("c", "10.244.3.0-24",
				   "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"vxlan\",\"BackendData\":{\"VNI\":1,\"VtepMAC\":\"" MAC6 "\"}");
	struct tables actual;
	char text[512];

	owner_of(a, b, NULL, 0, text);
	tap_equal("10.244.2.0/24 a 192.0.2.2 vxlan 04", text,
		  "of two owners one has the subnet");
	applied(b, &actual);
	owner_of(a, b, &actual, 0, text);
	tap_equal("10.244.2.0/24 b 192.0.2.3 vxlan 04", text,
		  "the one that has it in the kernel");
	owner_of(b, a, &actual, 9, text);
	tap_equal("10.244.2.0/24 b 192.0.2.3 vxlan 04", text,
		  "in whichever order they come");
	tables_exit(&actual);
	owner_of(a, moved, NULL, 1, text);
	tap_equal("10.244.2.0/24 a 192.0.2.2 vxlan 06; 10.244.3.0/24 a 192.0.2.2 vxlan 06",
		  text, "of two leases of one address the newer is right");
	applied(moved, &actual);
	owner_of(a, moved, &actual, 0, text);
	tap_equal("10.244.2.0/24 a 192.0.2.2 vxlan 06; 10.244.3.0/24 a 192.0.2.2 vxlan 06",
		  text, "or the one in use");
	tables_exit(&actual);
	lease_destroy(a);
	lease_destroy(b);
	lease_destroy(moved);
}

/* Who cannot be read, beside @other, with what the kernel has of @before. */
static const struct {
	const char *behaviour;
	const char *key;
	const char *subnets;
	bool owner_known;
	const char *name;
	const char *other;
	const char *expected;
	size_t notes;
} unreadable[] = {
	{ "who cannot be read stays as the kernel has him, by his owner", "a",
	  "", true, NULL, NULL,
	  "10.244.2.0/24 a 192.0.2.2 vxlan 04; fd00:0:0:2::/64 a/v6 2001:db8::2 vxlan 06", 1 },
	{ "without owner, by his subnets", "x",
	  "10.244.2.0-24&fd00:0:0:2::-64", false, NULL, NULL,
	  "10.244.2.0/24 a 192.0.2.2 vxlan 04; fd00:0:0:2::/64 a/v6 2001:db8::2 vxlan 06", 1 },
	{ "another owner of them is another node", "b",
	  "10.244.2.0-24&fd00:0:0:2::-64", true, NULL, NULL, "", 1 },
	{ "what the kernel has not is not added", "b", "10.244.7.0-24", false,
	  NULL, NULL, "", 1 },
	{ "who can be read does not take the subnet from him", "a", "", true,
	  "other", "\"PublicIP\":\"192.0.2.3\"," V4_ONLY,
	  "10.244.2.0/24 a 192.0.2.2 vxlan 04; fd00:0:0:2::/64 a/v6 2001:db8::2 vxlan 06", 2 },
	{ "but knows better what is behind an address", "a", "", true,
	  "a", "\"PublicIP\":\"192.0.2.2\",\"BackendType\":\"ipip\"",
	  "10.244.2.0/24 a 192.0.2.2 ipip; fd00:0:0:2::/64 a/v6 2001:db8::2 vxlan 06", 2 },
};

static void test_unreadable(void)
{
	struct lease *before = make("a", "10.244.2.0-24&fd00:0:0:2::-64",
				    "\"PublicIP\":\"192.0.2.2\",\"PublicIPv6\":\"2001:db8::2\"," BOTH);
	struct lease *lease, *other;
	struct desired_input in = { .conf = &conf, .on_link = on_link };
	struct desired desired;
	struct tables actual;
	char text[512];
	size_t i, order;

	applied(before, &actual);
	in.actual = &actual;
	for (i = 0; i < sizeof(unreadable) / sizeof(unreadable[0]) * 2; i++) {
		order = i % 2;
		lease = lease_create(unreadable[i / 2].key, "someone");
		lease->unreadable = true;
		lease_parse_subnets(unreadable[i / 2].subnets, lease);
		if (!unreadable[i / 2].owner_known)
			lease->owner = 0;
		other = make(unreadable[i / 2].name ?: "", "10.244.2.0-24",
			     unreadable[i / 2].other ?: "");
		desired_init(&desired, &in);
		if (order)
			desired_add(&desired, lease, 0);
		if (unreadable[i / 2].other)
			desired_add(&desired, other, 0);
		if (!order)
			desired_add(&desired, lease, 0);
		describe(&desired.tables, text, sizeof(text));
		tap_equal(unreadable[i / 2].expected, text,
			  unreadable[i / 2].behaviour);
		tap_number_is((long long)unreadable[i / 2].notes,
			      (long long)desired.notes, "and it is noted");
		desired_exit(&desired);
		lease_destroy(lease);
		lease_destroy(other);
	}
	tables_exit(&actual);
	lease_destroy(before);
}

/* Each second of many nodes cannot be read: nothing changes. */
static void test_half_unreadable(void)
{
	struct desired_input in = { .conf = &conf, .own = own,
				    .on_link = on_link };
	struct desired before, after;
	struct lease *lease[40], *bad;
	struct tables actual = {};
	char key[16], text[64], attrs[256];
	struct diff diff;
	size_t i;

	desired_init(&before, &in);
	for (i = 0; i < 40; i++) {
		snprintf(key, sizeof(key), "node-%zu", i);
		snprintf(text, sizeof(text),
			 "10.244.%zu.0-24&fd00:0:0:%zx::-64", i + 2, i + 2);
		snprintf(attrs, sizeof(attrs),
			 "\"PublicIP\":\"192.0.2.%zu\"," V4_ONLY, i + 2);
		lease[i] = make(key, text, attrs);
		desired_add(&before, lease[i], 0);
	}
	diff_init(&diff, &before.tables, &actual, false);
	diff_update(&diff, &before.tables, &actual);
	diff_exit(&diff);
	in.actual = &actual;
	desired_init(&after, &in);
	for (i = 0; i < 40; i++) {
		bad = lease_create(lease[i]->key, lease[i]->name);
		bad->unreadable = true;
		desired_add(&after, i % 2 ? lease[i] : bad, 0);
		lease_destroy(bad);
	}
	diff_init(&diff, &after.tables, &actual, false);
	tap_number_is(2 + 2 * 40, (long long)after.tables.subnets,
		      "what cannot be read of many nodes stays");
	tap_number_is(0, (long long)diff.ops, "and changes nothing");
	diff_exit(&diff);
	desired_exit(&before);
	desired_exit(&after);
	tables_exit(&actual);
	for (i = 0; i < 40; i++)
		lease_destroy(lease[i]);
}

int main(void)
{
	static const char text[] = "{\"Network\":\"10.244.0.0/16\",\"EnableIPv6\":true,\"IPv6Network\":\"fd00::/48\"}";
	struct k8sov_error err = {};

	netconf_parse(text, strlen(text), true, &conf, &err);
	own = make("own", "10.244.1.0-24&fd00:0:0:1::-64",
		   "\"PublicIP\":\"192.0.2.1\"");
	test_peers();
	test_conflicts();
	test_unreadable();
	test_half_unreadable();
	lease_destroy(own);
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Leases are what Flannel writes and reads, to the byte. */
#include <errno.h>
#include <stdlib.h>

#include "../daemon/cluster.h"
#include "../daemon/lease.h"
#include "../daemon/node_file.h"
#include "../daemon/subnet_env.h"
#include "../lib/error.h"
#include "tap.h"

#define MAC "c6:d2:32:6f:8f:44"
#define SINGLE "{\"PublicIP\":\"192.168.64.3\",\"PublicIPv6\":null,\"BackendType\":\"vxlan\",\"BackendData\":{\"VNI\":1,\"VtepMAC\":\"" MAC "\"}}"
#define DUAL "{\"PublicIP\":\"192.168.64.3\",\"PublicIPv6\":\"2001:db8::3\",\"BackendType\":\"vxlan\",\"BackendData\":{\"VNI\":1,\"VtepMAC\":\"" MAC "\"},\"BackendV6Data\":{\"VNI\":1,\"VtepMAC\":\"02:00:00:00:00:06\"}}"
#define PLAIN "{\"PublicIP\":\"192.168.64.3\",\"PublicIPv6\":null,\"BackendType\":\"host-gw\"}"

static void test_attrs(void)
{
	static const char *const texts[] = { SINGLE, DUAL, PLAIN };
	struct k8sov_error err = {};
	struct lease *lease;
	json_t *root;
	char *text;
	size_t i;

	for (i = 0; i < 3; i++) {
		lease = lease_create("k", "n");
		root = json_loads(texts[i], 0, NULL);
		tap_number_is(0, lease_parse_attrs(root, lease, &err),
			      "attributes as Flannel writes them are read");
		text = lease_format_attrs(lease);
		tap_equal(texts[i], text, "and written to the byte");
		free(text);
		json_decref(root);
		lease_destroy(lease);
	}
}

static const struct {
	const char *text;
	const char *words;
} refused[] = {
	{ "[]", "must be an object" },
	{ "{\"PublicIP\":7}", "PublicIP must be an IPv4 address" },
	{ "{\"PublicIP\":\"::1\"}", "PublicIP must be an IPv4 address" },
	{ "{\"PublicIPv6\":\"1.2.3.4\"}", "PublicIPv6 must be an IPv6" },
	{ "{\"BackendType\":[]}", "BackendType must be" },
	{ "{\"BackendType\":\"a-word-that-is-too-long\"}", "BackendType must" },
	{ "{\"BackendData\":[]}", "BackendData must be an object" },
	{ "{\"BackendData\":{\"VNI\":-1}}", "BackendData.VNI must be" },
	{ "{\"BackendData\":{\"VtepMAC\":\"x\"}}", "BackendData.VtepMAC must" },
	{ "{\"BackendV6Data\":{\"VtepMAC\":\"ff:ff:ff:ff:ff:ff\"}}",
	  "BackendV6Data.VtepMAC must" },
	{ "{\"BackendData\":{\"VtepMAC\":\"00:00:00:00:00:00\"}}",
	  "BackendData.VtepMAC must" },
};

static void test_refused(void)
{
	struct lease *lease = lease_create("k", "n"), *before;
	struct k8sov_error err = {};
	json_t *root = json_loads(DUAL, 0, NULL);
	size_t i;

	lease_parse_attrs(root, lease, &err);
	json_decref(root);
	before = lease_copy(lease);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		root = json_loads(refused[i].text, 0, NULL);
		if (!tap_ok(lease_parse_attrs(root, lease, &err) == -EINVAL &&
			    strstr(err.message, refused[i].words) &&
			    lease_equal(lease, before), refused[i].words))
			printf("# got: %s\n", err.message);
		json_decref(root);
	}
	lease_destroy(lease);
	lease_destroy(before);
}

static const struct {
	const char *text;
	const char *expected;
} subnets[] = {
	{ "10.5.52.0-24", "10.5.52.0-24" },
	{ "10.5.52.0-24&fd00:10:5:1::-64", "10.5.52.0-24&fd00:10:5:1::-64" },
	{ "fd00:10:5:1::-64", "fd00:10:5:1::-64" },
	{ "10.5.52.9-24", "10.5.52.0-24" },
	{ "10.5.52.0", NULL },
	{ "10.5.52.0-33", NULL },
	{ "10.5.52.0-24&", NULL },
	{ "10.5.52.0-24&10.5.53.0-24", NULL },
	{ "fd00::-64&fd00:1::-64", NULL },
	{ "", NULL },
	{ "nonsense", NULL },
};

static void test_subnets(void)
{
	struct lease *lease;
	char *text, what[96];
	size_t i;
	int ret;

	for (i = 0; i < sizeof(subnets) / sizeof(subnets[0]); i++) {
		lease = lease_create("k", "n");
		ret = lease_parse_subnets(subnets[i].text, lease);
		snprintf(what, sizeof(what), "the key '%s'", subnets[i].text);
		if (subnets[i].expected) {
			text = lease_format_subnets(lease);
			tap_equal(subnets[i].expected, ret ? "" : text, what);
			free(text);
		} else {
			tap_number_is(-EINVAL, ret, what);
		}
		lease_destroy(lease);
	}
}

static void test_data(void)
{
	static const char data[] = "{\"VNI\":1,\"VtepMAC\":\"" MAC "\"}";
	struct lease_family family = {};
	char *text;

	tap_number_is(0, lease_parse_backend_data(data, &family),
		      "an annotation is read");
	text = lease_format_backend_data(&family);
	tap_equal(data, text, "and written as Flannel cuts it");
	free(text);
	tap_number_is(-EINVAL, lease_parse_backend_data("{", &family),
		      "half an annotation is refused");
	tap_ok(lease_owner("a") && lease_owner("") &&
	       lease_owner("a") != lease_owner("b"),
	       "owners differ and are never 0");
}

static void test_file(void)
{
	static const char text[] = "{\"Subnet\":\"10.244.2.7/24\",\"IPv6Subnet\":\"fd00:2::/64\",\"Note\":1,\"PublicIP\":\"192.0.2.2\"}";
	struct lease *lease = lease_create("k", "n");
	json_t *root = json_loads(text, 0, NULL);
	struct k8sov_error err = {};
	char *out;

	tap_number_is(0, node_file_parse(root, lease, &err),
		      "a node's file is read");
	out = lease_format_subnets(lease);
	tap_equal("10.244.2.0-24&fd00:2::-64", out, "with its subnets");
	free(out);
	node_file_fill(root, lease);
	tap_ok(json_object_get(root, "Note") &&
	       !strcmp(json_string_value(json_object_get(root, "Subnet")),
		       "10.244.2.0/24"), "other members stay in it");
	json_object_set_new(root, "Subnet", json_string("10.244.2.0"));
	tap_ok(node_file_parse(root, lease, &err) == -EINVAL &&
	       strstr(err.message, "Subnet must be"),
	       "a subnet without length is refused");
	json_decref(root);
	lease_destroy(lease);
}

static void test_env(void)
{
	static const char conf_text[] = "{\"Network\":\"10.244.0.0/16\",\"EnableIPv6\":true,\"IPv6Network\":\"fd00::/48\"}";
	static const char expected[] = "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_IPV6_NETWORK=fd00::/48\nFLANNEL_IPV6_SUBNET=fd00:0:0:1::1/64\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n";
	struct lease *lease = lease_create("k", "n");
	struct lease *back = lease_create("k", "n");
	struct k8sov_error err = {};
	struct netconf conf;
	char *text;

	netconf_parse(conf_text, strlen(conf_text), true, &conf, &err);
	lease_parse_subnets("10.244.1.0-24&fd00:0:0:1::-64", lease);
	text = subnet_env_format(&conf, lease, 1450, true);
	tap_equal(expected, text, "subnet.env is Flannel's");
	tap_ok(subnet_env_masquerades(text), "who masquerades is read again");
	tap_ok(!subnet_env_parse(text, back) && lease_equal(lease, back),
	       "and tells the node's subnets again");
	tap_number_is(-EINVAL, subnet_env_parse("FLANNEL_MTU=1450\n", back),
		      "one without subnets tells nothing");
	tap_number_is(-EINVAL, subnet_env_parse("FLANNEL_SUBNET=x\n", back),
		      "nor does a damaged one");
	free(text);
	lease_destroy(lease);
	lease_destroy(back);
}

static uint64_t second;

static void put(struct cluster *c, const char *key)
{
	struct lease *lease = lease_create(key, key);

	cluster_put(c, lease, ++second);
	lease_destroy(lease);
}

static void put_many(struct cluster *c, unsigned int n)
{
	char key[16];

	while (n--) {
		snprintf(key, sizeof(key), "node-%u", n);
		put(c, key);
	}
}

static void count_new(const struct cluster_node *node, void *data)
{
	*(unsigned int *)data += node->newness > 0;
}

static void latest(const struct cluster_node *node, void *data)
{
	uint64_t *since = data;

	*since = node->since > *since ? node->since : *since;
}

static void test_snapshots(void)
{
	struct cluster *c = cluster_create();
	uint64_t since = 0;
	unsigned int n = 0;

	cluster_begin(c);
	put_many(c, 10);
	tap_number_is(CLUSTER_WHOLE, cluster_complete(c, 0, 0),
		      "a first snapshot is believed");
	cluster_each(c, count_new, &n);
	tap_number_is(0, n, "a snapshot does not tell what is new");
	cluster_begin(c);
	put(c, "node-1");
	tap_number_is(10, cluster_count(c),
		      "half a snapshot removes nobody");
	cluster_begin(c);
	put_many(c, 9);
	cluster_complete(c, 0, 0);
	tap_number_is(9, cluster_count(c),
		      "a whole one removes who is not in it");
	put(c, "new");
	cluster_each(c, count_new, &n);
	tap_number_is(1, n, "a change afterwards is new");
	put(c, "new");
	cluster_each(c, latest, &since);
	tap_number_is((long long)second - 1, (long long)since,
		      "a node is as old as what it says");
	tap_ok(cluster_remove(c, "new") && !cluster_remove(c, "new"),
	       "a node is removed once");
	tap_number_is(CLUSTER_UNASKED, cluster_complete(c, 0, 0),
		      "an end without a begin means nothing");
	cluster_destroy(c);
}

static enum cluster_verdict snapshot(struct cluster *c, unsigned int n,
				     size_t known, uint64_t now)
{
	cluster_begin(c);
	put_many(c, n);
	return cluster_complete(c, known, now);
}

static void test_doubt(void)
{
	struct cluster *c = cluster_create();

	snapshot(c, 10, 0, 0);
	tap_number_is(CLUSTER_DOUBTED, snapshot(c, 4, 0, 100),
		      "a snapshot that lost more than half is doubted");
	tap_number_is(10, cluster_count(c), "and removes nobody");
	tap_number_is(CLUSTER_DOUBTED, snapshot(c, 4, 0, 159),
		      "also when it comes again soon");
	tap_number_is(CLUSTER_DOUBTED, snapshot(c, 3, 0, 200),
		      "one that lost others is another");
	tap_number_is(CLUSTER_DOUBTED, snapshot(c, 3, 0, 259),
		      "its time is its own");
	tap_number_is(CLUSTER_WHOLE, snapshot(c, 3, 0, 260),
		      "the same a while later is believed");
	tap_number_is(3, cluster_count(c), "and removes the others");
	tap_number_is(CLUSTER_WHOLE, snapshot(c, 1, 0, 300),
		      "of few nodes most may go at once");
	tap_number_is(CLUSTER_DOUBTED, snapshot(c, 1, 5, 400),
		      "what the kernel knows counts as well");
	snapshot(c, 2, 0, 500);
	tap_number_is(CLUSTER_DOUBTED, snapshot(c, 0, 0, 501),
		      "an empty snapshot of two nodes is doubted");
	cluster_destroy(c);
}

int main(void)
{
	test_attrs();
	test_refused();
	test_subnets();
	test_data();
	test_file();
	test_env();
	test_snapshots();
	test_doubt();
	return tap_end();
}

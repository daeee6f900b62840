// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What a Node object says, and what is to be changed of it. */
#include <errno.h>
#include <stdlib.h>

#include "../daemon/kube_node.h"
#include "../lib/error.h"
#include "tap.h"

#define PREFIX "flannel.alpha.coreos.com"
#define NOTE(name, value) "\"" PREFIX "/" name "\":\"" value "\""
#define MANAGED NOTE("kube-subnet-manager", "true")
#define NODE(notes, spec) "{\"metadata\":{\"name\":\"n\",\"uid\":\"u\"," \
	"\"annotations\":{" notes "}},\"spec\":{" spec "}}"
#define CIDRS "\"podCIDR\":\"10.5.7.0/24\"," \
	"\"podCIDRs\":[\"10.5.7.0/24\",\"fd00:7::/64\"]"

static const char *describe(const char *text)
{
	json_t *node = json_loads(text, 0, NULL);
	static char out[512];
	char *attrs, *subnets;
	struct k8sov_error err = {};
	struct lease *lease;
	int ret;

	ret = kube_node_lease(node, PREFIX, &lease, &err);
	json_decref(node);
	if (ret) {
		snprintf(out, sizeof(out), "%s",
			 ret == -ENOENT ? "no" : err.message);
		return out;
	}
	attrs = lease_format_attrs(lease);
	subnets = lease_format_subnets(lease);
	snprintf(out, sizeof(out), "%s %s %s", lease->name, subnets, attrs);
	free(attrs);
	free(subnets);
	lease_destroy(lease);
	return out;
}

static const struct {
	const char *what;
	const char *text;
	const char *result;
} nodes[] = {
	{ "a node of Flannel", NODE(MANAGED "," NOTE("backend-type", "vxlan")
	  "," NOTE("backend-data", "{\\\"VNI\\\":1,\\\"VtepMAC\\\":\\\"02:00:00:00:00:07\\\"}")
	  "," NOTE("backend-v6-data", "null") "," NOTE("public-ip", "192.0.2.7"),
	  CIDRS),
	  "n 10.5.7.0-24&fd00:7::-64 {\"PublicIP\":\"192.0.2.7\",\"PublicIPv6\":null,\"BackendType\":\"vxlan\",\"BackendData\":{\"VNI\":1,\"VtepMAC\":\"02:00:00:00:00:07\"}}" },
	{ "an old node with podCIDR alone", NODE(MANAGED,
	  "\"podCIDR\":\"10.5.7.0/24\""),
	  "n 10.5.7.0-24 {\"PublicIP\":null,\"PublicIPv6\":null}" },
	{ "host bits of a podCIDR are dropped", NODE(MANAGED,
	  "\"podCIDRs\":[\"10.5.7.9/24\"]"),
	  "n 10.5.7.0-24 {\"PublicIP\":null,\"PublicIPv6\":null}" },
	{ "the first podCIDR of a family counts", NODE(MANAGED,
	  "\"podCIDRs\":[\"10.5.7.0/24\",\"10.5.8.0/24\"]"),
	  "n 10.5.7.0-24 {\"PublicIP\":null,\"PublicIPv6\":null}" },
	{ "a node without podCIDR", NODE(MANAGED, ""), "no" },
	{ "a node without annotations", NODE("", CIDRS), "no" },
	{ "a node that does not take part",
	  NODE(NOTE("kube-subnet-manager", "false"), CIDRS), "no" },
	{ "an empty object", "{}", "no" },
	{ "a podCIDR that is none", NODE(MANAGED, "\"podCIDRs\":[5]"),
	  "podCIDR '' is no prefix" },
	{ "an address of the other family", NODE(MANAGED ","
	  NOTE("public-ip", "2001:db8::1"), CIDRS),
	  "annotation public-ip '2001:db8::1' is no IPv4 address" },
	{ "data that is none", NODE(MANAGED "," NOTE("backend-data", "{"),
	  CIDRS), "annotation backend-data '{' is not understood" },
	{ "a long type", NODE(MANAGED "," NOTE("backend-type",
	  "aaaaaaaaaaaaaaaaaaaa"), CIDRS),
	  "annotation backend-type 'aaaaaaaaaaaaaaaaaaaa' is not understood" },
};

static const char *patch(const char *text, bool mac, bool v6)
{
	struct lease *self = lease_create("n", "n");
	json_t *node = json_loads(text, 0, NULL);
	static char out[1024];
	char *body;

	snprintf(self->backend, sizeof(self->backend), mac ? "vxlan" :
		 "host-gw");
	k8sov_addr_parse("192.0.2.1", &self->family[V4].public);
	self->family[V4].has_mac = mac;
	self->family[V4].vni = 1;
	self->family[V4].mac[0] = 2;
	if (v6)
		k8sov_addr_parse("2001:db8::1", &self->family[V6].public);
	body = kube_node_patch(node, PREFIX, self);
	snprintf(out, sizeof(out), "%s", body ?: "nothing");
	free(body);
	json_decref(node);
	lease_destroy(self);
	return out;
}

#define BODY(notes) "{\"metadata\":{\"annotations\":{" notes "}}}"
#define DATA NOTE("backend-data", \
	"{\\\"VNI\\\":1,\\\"VtepMAC\\\":\\\"02:00:00:00:00:00\\\"}")
#define TYPE NOTE("backend-type", "vxlan")
#define PUBLIC NOTE("public-ip", "192.0.2.1")

static void test_patches(void)
{
	tap_equal(BODY(TYPE "," DATA "," PUBLIC "," MANAGED),
		  patch("{}", true, false), "all is written as Flannel does");
	tap_equal("nothing", patch(NODE(TYPE "," DATA "," PUBLIC "," MANAGED,
					""), true, false),
		  "what is there is not written again");
	tap_equal(BODY(PUBLIC), patch(NODE(TYPE "," DATA "," MANAGED, ""),
				      true, false),
		  "what is missing is written alone");
	tap_equal(BODY(NOTE("backend-type", "host-gw") ","
		       NOTE("backend-data", "null") "," PUBLIC ","
		       NOTE("backend-v6-data", "null") ","
		       NOTE("public-ipv6", "2001:db8::1") "," MANAGED),
		  patch("{}", false, true), "a backend without data has null");
	tap_equal(BODY(NOTE("public-ip", "203.0.113.9")),
		  patch(NODE(TYPE "," DATA "," MANAGED ","
			     NOTE("node-public-ip", "198.51.100.1") ","
			     NOTE("public-ip-overwrite", "203.0.113.9"), ""),
			true, false), "the overwrite has the last word");
	tap_equal(BODY(PUBLIC),
		  patch(NODE(TYPE "," DATA "," MANAGED ","
			     NOTE("public-ip-overwrite", "there"), ""),
			true, false), "an overwrite that is none has not");
}

#define CONDITIONS(conditions) "{\"status\":{\"conditions\":[" conditions "]}}"
#define CONDITION(type, status, more) \
	"{\"type\":\"" type "\",\"status\":\"" status "\"," more "}"
#define UP "\"reason\":\"K8sovIsUp\",\"message\":\"k8sov is running on this node\""
#define NOT_UP(why) "\"reason\":\"K8sovIsNotUp\",\"message\":\"" why "\""
#define TIMES ",\"lastTransitionTime\":\"2020-01-01T00:00:00Z\",\"lastHeartbeatTime\":\"2020-01-01T00:00:00Z\""

static const struct {
	const char *what;
	const char *node;
	const char *why;
	const char *patch;
} ready[] = {
	{ "there is none", "{}", NULL,
	  CONDITIONS(CONDITION("NetworkUnavailable", "False", UP TIMES)) },
	{ "it says that there is no network",
	  CONDITIONS(CONDITION("NetworkUnavailable", "True", UP)), NULL,
	  CONDITIONS(CONDITION("NetworkUnavailable", "False", UP TIMES)) },
	{ "it is another condition",
	  CONDITIONS(CONDITION("Ready", "False", UP)), NULL,
	  CONDITIONS(CONDITION("NetworkUnavailable", "False", UP TIMES)) },
	{ "it is there",
	  CONDITIONS(CONDITION("NetworkUnavailable", "False", UP)), NULL,
	  "nothing" },
	{ "there is no network", "{}", "no interface",
	  CONDITIONS(CONDITION("NetworkUnavailable", "True",
			       NOT_UP("no interface") TIMES)) },
	{ "it says that there is one",
	  CONDITIONS(CONDITION("NetworkUnavailable", "False", UP)),
	  "no interface",
	  CONDITIONS(CONDITION("NetworkUnavailable", "True",
			       NOT_UP("no interface") TIMES)) },
	{ "it says so for another reason",
	  CONDITIONS(CONDITION("NetworkUnavailable", "True",
			       NOT_UP("no address"))),
	  "no interface",
	  CONDITIONS(CONDITION("NetworkUnavailable", "True",
			       NOT_UP("no interface") TIMES)) },
	{ "it says so",
	  CONDITIONS(CONDITION("NetworkUnavailable", "True",
			       NOT_UP("no interface"))),
	  "no interface", "nothing" },
};

static void test_ready(void)
{
	json_t *node;
	char *body;
	size_t i;

	for (i = 0; i < sizeof(ready) / sizeof(ready[0]); i++) {
		node = json_loads(ready[i].node, 0, NULL);
		body = kube_node_ready_patch(node, ready[i].why,
					     "2020-01-01T00:00:00Z");
		tap_equal(ready[i].patch, body ?: "nothing", ready[i].what);
		free(body);
		json_decref(node);
	}
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		tap_equal(nodes[i].result, describe(nodes[i].text),
			  nodes[i].what);
	test_patches();
	test_ready();
	return tap_end();
}

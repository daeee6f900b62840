// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What a node's file says, k8sovd's or Flannel's. */
#include "../../userspace/tests/tap.h"
#include "../error.h"
#include "../node.h"

static const struct {
	const char *behaviour;
	const char *text;
	const char *expected;
} files[] = {
	{ "subnet.json of both families",
	  "{\"device\":\"ov0\",\"networks\":[\"10.244.0.0/16\",\"fd00:244::/32\"],\"subnets\":[\"10.244.1.0/24\",\"fd00:244:1::/64\"],\"mtu\":1450}\n",
	  "10.244.0.0/16 10.244.1.0/24 fd00:244::/32 fd00:244:1::/64 1450 ov0" },
	{ "subnet.json of IPv6",
	  " {\"networks\":[\"fd00:244::/32\"],\"subnets\":[\"fd00:244:1::/64\"]}",
	  "- - fd00:244::/32 fd00:244:1::/64 0 " },
	{ "unknown members do no harm",
	  "{\"x\":[],\"subnets\":[\"10.244.1.0/24\"]}",
	  "- 10.244.1.0/24 - - 0 " },
	{ "subnet.env of both families",
	  "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_IPV6_NETWORK=fd00:244::/32\nFLANNEL_IPV6_SUBNET=fd00:244:1::1/64\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n",
	  "10.244.0.0/16 10.244.1.0/24 fd00:244::/32 fd00:244:1::/64 1450 " },
	{ "subnet.env without a last line's end, and with carriage returns",
	  "FLANNEL_SUBNET=10.244.1.1/24\r\nFLANNEL_MTU=1450",
	  "- 10.244.1.0/24 - - 1450 " },
	{ "an empty file is no subnet yet", "",
	  "11 this node has no subnet yet" },
	{ "and so are no subnets", "{\"subnets\":[]}",
	  "11 this node has no subnet yet" },
	{ "half a file", "{\"subnets\":[", "6 it is no JSON object" },
	{ "a subnet that is none", "{\"subnets\":[\"10.244.1.0/33\"]}",
	  "6 \"10.244.1.0/33\" is no ADDRESS/LENGTH" },
	{ "a subnet that is no string", "{\"subnets\":[7]}",
	  "6 \"subnets\" must have strings" },
	{ "Flannel's MTU that is none",
	  "FLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=big\n",
	  "6 \"big\" is no MTU" },
};

static void format(const struct node_prefix *prefix,
		   char text[static K8SOV_ADDR_TEXT])
{
	snprintf(text, K8SOV_ADDR_TEXT, "-");
	if (prefix->addr.family)
		k8sov_prefix_format(&prefix->addr, prefix->len, text);
}

static void describe(const struct node *node, char *text, size_t size)
{
	char part[4][K8SOV_ADDR_TEXT];

	format(&node->networks[0], part[0]);
	format(&node->subnets[0], part[1]);
	format(&node->networks[1], part[2]);
	format(&node->subnets[1], part[3]);
	snprintf(text, size, "%s %s %s %s %u %s", part[0], part[1], part[2],
		 part[3], node->mtu, node->device);
}

int main(void)
{
	char got[1024];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct cni_error err = {};
		struct node node;

		if (node_parse(files[i].text, &node, &err))
			snprintf(got, sizeof(got), "%d %s", err.code, err.msg);
		else
			describe(&node, got, sizeof(got));
		tap_equal(files[i].expected, got, files[i].behaviour);
	}
	return tap_end();
}

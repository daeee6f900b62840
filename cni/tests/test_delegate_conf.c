// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What a delegated plugin is told. */
#include <jansson.h>
#include <stdlib.h>

#include "../../userspace/tests/tap.h"
#include "../conf.h"
#include "../delegate_conf.h"
#include "../node.h"

static void told(const char *expected, const char *text,
		 const struct node *node, const char *behaviour)
{
	struct conf conf = { .json = json_loads(text, 0, NULL) };
	char *got;

	conf.ipam = json_object_get(conf.json, "ipam");
	conf.ipam_type = json_string_value(json_object_get(conf.ipam, "type"));
	got = delegate_conf(&conf, node);
	tap_equal(expected, got, behaviour);
	free(got);
	got = json_dumps(conf.json, JSON_COMPACT);
	tap_equal(text, got, "and ours is as it was");
	free(got);
	json_decref(conf.json);
}

int main(void)
{
	static const char bare[] = "{\"name\":\"n\",\"ipam\":{\"type\":\"host-local\"}}";
	static const char full[] = "{\"ipam\":{\"type\":\"host-local\",\"subnet\":\"10.0.0.0/24\"},\"x\":[1]}";
	static const char other[] = "{\"ipam\":{\"type\":\"dhcp\"},\"prevResult\":{}}";
	struct node node = {};

	k8sov_prefix_parse("10.244.1.0/24", &node.subnets[0].addr,
			   &node.subnets[0].len);
	told("{\"name\":\"n\",\"ipam\":{\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.244.1.0/24\"}]]}}",
	     bare, &node, "host-local is told of the node's subnet");
	k8sov_prefix_parse("fd00:1::/64", &node.subnets[1].addr,
			   &node.subnets[1].len);
	told("{\"name\":\"n\",\"ipam\":{\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"10.244.1.0/24\"}],[{\"subnet\":\"fd00:1::/64\"}]]}}",
	     bare, &node, "of both, if there are two");
	told("{\"name\":\"n\",\"ipam\":{\"type\":\"host-local\",\"ranges\":[[{\"subnet\":\"192.0.2.0/24\"}]]}}",
	     bare, NULL, "of any, where it does not matter");
	told(full, full, &node, "of none if it has one");
	told(other, other, &node, "other plugins are told all as it came");
	return tap_end();
}

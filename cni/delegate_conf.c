// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "delegate_conf.h"

#include <stdbool.h>
#include <string.h>

#include "conf.h"
#include "node.h"

/* host-local wants ranges also to give addresses back, but does not look at
 * them then: RFC 5737's are as good as those of the time of ADD.
 */
#define ANY_SUBNET "192.0.2.0/24"

static bool wants_ranges(const struct conf *conf)
{
	return !strcmp(conf->ipam_type, "host-local") &&
	       !json_object_get(conf->ipam, "subnet") &&
	       !json_object_get(conf->ipam, "ranges");
}

static json_t *make_ranges(const struct node *node)
{
	char text[K8SOV_ADDR_TEXT] = ANY_SUBNET;
	json_t *ranges = json_array();
	unsigned int f;

	for (f = 0; node && f < 2; f++) {
		if (!node->subnets[f].addr.family)
			continue;
		k8sov_prefix_format(&node->subnets[f].addr,
				    node->subnets[f].len, text);
		json_array_append_new(ranges, json_pack("[{s:s}]", "subnet",
							text));
	}
	if (!json_array_size(ranges))
		json_array_append_new(ranges, json_pack("[{s:s}]", "subnet",
							text));
	return ranges;
}

/**
 * delegate_conf() - the configuration for a delegated plugin
 * @conf: ours: all of it
 * @node: subnets that host-local gets if it has none; NULL if not known
 *
 * Return: text for the caller to free, NULL without memory.
 */
char *delegate_conf(const struct conf *conf, const struct node *node)
{
	json_t *ipam, *all;
	char *text;

	if (!wants_ranges(conf))
		return json_dumps(conf->json, JSON_COMPACT);
	all = json_copy(conf->json);
	ipam = json_copy(conf->ipam);
	json_object_set_new(ipam, "ranges", make_ranges(node));
	json_object_set_new(all, "ipam", ipam);
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ipam_rules.h"

#include <string.h>

#include "../userspace/lib/bits.h"
#include "conf.h"
#include "error.h"
#include "ipam_pick.h"
#include "member.h"

static int reserve(struct pick_rules *rules, const struct k8sov_addr *addr,
		   uint8_t len, struct cni_error *err)
{
	struct node_prefix *prefix = &rules->reserved[rules->n_reserved];

	if (rules->n_reserved == PICK_RESERVED)
		return cni_fail(err, CNI_CONFIG,
				"there are more than %d reserved addresses",
				PICK_RESERVED);
	prefix->addr = *addr;
	prefix->len = len;
	bits_mask(&prefix->addr, len);
	rules->n_reserved++;
	return 0;
}

static int read_reserved(const struct conf *conf, struct pick_rules *rules,
			 struct cni_error *err)
{
	json_t *array = NULL, *json;
	struct k8sov_addr addr;
	const char *text;
	uint8_t len;
	size_t i;

	if (member_array(conf->ipam, "reserve", &array, err))
		return -1;
	json_array_foreach(array, i, json) {
		text = json_string_value(json);
		if (!text || k8sov_prefix_parse(text, &addr, &len))
			return cni_fail(err, CNI_CONFIG,
					"'%s' in 'reserve' is no address and no prefix",
					text ? text : "an object");
		if (reserve(rules, &addr, len, err))
			return -1;
	}
	return 0;
}

/* One object of a set, as host-local has them. */
static int read_range(const json_t *json, struct pick_rules *rules,
		      struct pick_set *set, struct cni_error *err)
{
	struct k8sov_addr subnet, first = {}, last = {}, gateway = {};
	struct pick_range *range = &set->ranges[set->n];
	char text[K8SOV_ADDR_TEXT];
	uint8_t len;

	if (set->n == PICK_RANGES)
		return cni_fail(err, CNI_CONFIG,
				"a set has more than %d ranges", PICK_RANGES);
	if (member_prefix(json, "subnet", &subnet, &len, err) ||
	    member_addr(json, "rangeStart", &first, err) ||
	    member_addr(json, "rangeEnd", &last, err) ||
	    member_addr(json, "gateway", &gateway, err))
		return -1;
	k8sov_prefix_format(&subnet, len, text);
	if (set->n && subnet.family != set->ranges[0].first.family)
		return cni_fail(err, CNI_CONFIG,
				"the range %s is not of the family of others in its set",
				text);
	if ((first.family && first.family != subnet.family) ||
	    (last.family && last.family != subnet.family) ||
	    !pick_subnet(&subnet, len, range) ||
	    !pick_limit(range, &first, &last))
		return cni_fail(err, CNI_CONFIG,
				"the range of %s has no address for pods",
				text);
	set->n++;
	if (!gateway.family)
		return 0;
	return reserve(rules, &gateway, (uint8_t)bits_width(&gateway), err);
}

static int read_set(const json_t *array, struct pick_rules *rules,
		    struct cni_error *err)
{
	struct pick_set *set = &rules->sets[rules->n_sets];
	const json_t *json;
	size_t i;

	if (rules->n_sets == PICK_SETS)
		return cni_fail(err, CNI_CONFIG,
				"there are more than %d sets of ranges",
				PICK_SETS);
	if (!json_array_size(array))
		return cni_fail(err, CNI_CONFIG,
				"a set of ranges is no array, or is empty");
	json_array_foreach(array, i, json)
		if (read_range(json, rules, set, err))
			return -1;
	rules->n_sets++;
	return 0;
}

static int read_subnets(const struct node *node, struct pick_rules *rules,
			struct cni_error *err)
{
	const struct node_prefix *subnet;
	char text[K8SOV_ADDR_TEXT];
	struct pick_set *set;
	unsigned int f;

	for (f = 0; f < 2; f++) {
		subnet = &node->subnets[f];
		if (!subnet->addr.family)
			continue;
		set = &rules->sets[rules->n_sets++];
		set->n = 1;
		if (pick_subnet(&subnet->addr, subnet->len, &set->ranges[0]))
			continue;
		k8sov_prefix_format(&subnet->addr, subnet->len, text);
		return cni_fail(err, CNI_CONFIG,
				"the node's subnet %s has no address for pods",
				text);
	}
	if (!rules->n_sets)
		return cni_fail(err, CNI_TRY_LATER,
				"the node has no subnet yet");
	return 0;
}

/**
 * ipam_rules_read() - what addresses pods of a network get
 * @conf: has ipRanges, and options of IPAM
 * @node: its subnets are what there is without ranges
 * @rules: filled
 * @err: CNI_CONFIG; CNI_TRY_LATER if the node has no subnet
 *
 * Return: 0, or -1.
 */
int ipam_rules_read(const struct conf *conf, const struct node *node,
		    struct pick_rules *rules, struct cni_error *err)
{
	json_t *ranges = conf->ranges;
	const json_t *set;
	size_t i;

	memset(rules, 0, sizeof(*rules));
	if (read_reserved(conf, rules, err))
		return -1;
	if (!ranges && member_array(conf->ipam, "ranges", &ranges, err))
		return -1;
	if (!json_array_size(ranges))
		return read_subnets(node, rules, err);
	json_array_foreach(ranges, i, set)
		if (read_set(set, rules, err))
			return -1;
	return 0;
}

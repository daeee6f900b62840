// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Values that several objects have, and how they look everywhere. */
#include "print.h"

#include <inttypes.h>
#include <stdio.h>

#include "../lib/addr.h"
#include "../lib/attr.h"
#include "ctx.h"

static void format_item(const struct k8sov_set *set,
			const struct k8sov_pair *pair, const void *obj,
			const struct k8sov_addr *addr,
			char text[static K8SOV_ADDR_TEXT])
{
	uint64_t len = k8sov_field_number(set, pair->len, obj);

	if (pair->len)
		k8sov_prefix_format(addr, (uint8_t)len, text);
	else
		k8sov_addr_format(addr, text);
}

/**
 * print_pair() - write an address or prefix of either family
 * @out: writer
 * @key: JSON key
 * @label: text before it
 * @set: layout of @obj
 * @pair: attributes
 * @obj: object; nothing is written if it has no address
 */
void print_pair(struct out *out, const char *key, const char *label,
		const struct k8sov_set *set, const struct k8sov_pair *pair,
		const void *obj)
{
	char text[K8SOV_ADDR_TEXT];
	struct k8sov_addr addr;

	if (!k8sov_pair_item(set, pair, obj, 0, &addr))
		return;
	format_item(set, pair, obj, &addr, text);
	out_string(out, key, label, text);
}

/**
 * print_pairs() - write all addresses that an object has
 * @out: writer
 * @key: JSON key of the list
 * @label: text before each
 * @set: layout of @obj
 * @pair: attributes
 * @obj: object; nothing is written if it has no address
 */
void print_pairs(struct out *out, const char *key, const char *label,
		 const struct k8sov_set *set, const struct k8sov_pair *pair,
		 const void *obj)
{
	char text[K8SOV_ADDR_TEXT];
	struct k8sov_addr addr;
	unsigned int i;

	if (!k8sov_pair_count(set, pair, obj))
		return;
	out_list(out, key);
	for (i = 0; k8sov_pair_item(set, pair, obj, i, &addr); i++) {
		format_item(set, pair, obj, &addr, text);
		out_string(out, NULL, label, text);
	}
	out_close(out);
}

/**
 * print_enum() - write a value by its name
 * @out: writer
 * @key: JSON key
 * @label: text before it
 * @values: names
 * @value: value; one that has no name is written as a number
 */
void print_enum(struct out *out, const char *key, const char *label,
		const struct k8sov_enum *values, uint64_t value)
{
	const char *name = k8sov_enum_name(values, value);
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	out_string(out, key, label, name ? name : text);
}

/**
 * print_dev() - write the device of an object
 * @ctx: context
 * @ifindex: device
 */
void print_dev(struct ctx *ctx, uint32_t ifindex)
{
	out_string(&ctx->out, "dev", " dev ", dev_name(&ctx->devs, ifindex));
}

/**
 * print_owner() - write the owner of an object, in text only if it has one
 * @out: writer
 * @owner: cookie
 */
void print_owner(struct out *out, uint64_t owner)
{
	if (owner || out->json)
		out_number(out, "owner", " owner ", owner);
}

/**
 * print_identity_name() - what an identity is that needs no table
 * @identity: number
 *
 * Return: words, or NULL.
 */
const char *print_identity_name(uint32_t identity)
{
	static const char *const words[] = {
		"the world", "this node", "other nodes", "unmanaged local"
	};

	return identity < sizeof(words) / sizeof(*words) ? words[identity] :
	       NULL;
}

/**
 * print_rule() - write a rule of a ruleset
 * @out: writer
 * @label: text before its number
 * @number: its place in the ruleset
 * @rule: rule
 * @hits: write how many flows it decided; JSON always has that
 */
void print_rule(struct out *out, const char *label, unsigned int number,
		const struct k8sov_rule *rule, bool hits)
{
	out_number(out, "rule", label, number);
	print_enum(out, "action", " ", &k8sov_rule_action_enum, rule->action);
	out_bool(out, "log", rule->log);
	if (rule->log)
		out_text(out, " log");
	if (K8SOV_HAS(rule, K8SOV_A_RULE_NAME))
		out_string(out, "name", " name ", rule->name);
	if (hits || out->json)
		out_number(out, "hits", " hits ", rule->hits);
}

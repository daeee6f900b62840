// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* A ruleset as a whole, from and to the parts that it is on the wire. */
#include "ruleset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"

/* With a full set of rules, a message still fits those of a batch. */
#define PART_MEMBERS 256
#define PART_RANGES 128

static int grow(void **array, unsigned int n, unsigned int more, size_t size,
		const void *items)
{
	void *bigger;

	if (!more)
		return 0;
	bigger = realloc(*array, (n + more) * size);
	if (!bigger)
		return -ENOMEM;
	*array = bigger;
	memcpy((char *)bigger + n * size, items, more * size);
	return 0;
}

static int take_numbers(uint32_t **array, unsigned int *n,
			const struct k8sov_u32s *numbers, unsigned int each)
{
	unsigned int more = numbers->n / each;
	void *p = *array;
	int ret;

	ret = grow(&p, *n, more, each * sizeof(uint32_t), numbers->v);
	if (ret)
		return ret;
	*array = p;
	*n += more;
	return 0;
}

static void take_head(struct k8sov_rules *rules,
		      const struct k8sov_ruleset *head)
{
	k8sov_rules_clear(rules);
	rules->ifindex = head->ifindex;
	rules->id = head->id;
	rules->owner = head->owner;
	snprintf(rules->name, sizeof(rules->name), "%s", head->name);
	rules->default_rule = head->default_rule;
	rules->want = head->rules + head->members + head->ranges;
}

/**
 * k8sov_rules_take() - take the next message of a dump
 * @rules: zero before the first; a message with a head begins anew
 * @part: the message
 *
 * Return: 0, or -ENOMEM.
 */
int k8sov_rules_take(struct k8sov_rules *rules,
		     const struct k8sov_ruleset *part)
{
	void *p;
	int ret;

	if (K8SOV_HAS(part, K8SOV_A_RULESET_RULES))
		take_head(rules, part);
	p = rules->rules;
	ret = grow(&p, rules->n_rules, part->n_rule, sizeof(*part->rule),
		   part->rule);
	if (ret)
		return ret;
	rules->rules = p;
	rules->n_rules += part->n_rule;
	ret = take_numbers(&rules->members, &rules->n_members, &part->member,
			   K8SOV_MEMBER_NUMBERS);
	if (ret)
		return ret;
	return take_numbers(&rules->ranges, &rules->n_ranges, &part->range,
			    K8SOV_RANGE_NUMBERS);
}

/**
 * k8sov_rules_complete() - was the last message taken
 * @rules: ruleset
 *
 * Return: true if so.
 */
bool k8sov_rules_complete(const struct k8sov_rules *rules)
{
	return rules->want && k8sov_rules_total(rules) == rules->want;
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* What the kernel counts cannot be set. */
static void put_rules(const struct k8sov_rules *rules, unsigned int *sent,
		      struct k8sov_ruleset *part)
{
	unsigned int first = *sent, i;

	part->n_rule = least(rules->n_rules - first, K8SOV_RULESET_PART_MAX);
	memcpy(part->rule, rules->rules + first,
	       part->n_rule * sizeof(*part->rule));
	for (i = 0; i < part->n_rule; i++)
		part->rule[i].present &= ~K8SOV_BIT(K8SOV_A_RULE_HITS);
	part->present |= K8SOV_BIT(K8SOV_A_RULESET_RULE);
	*sent += part->n_rule;
	if (rules->default_rule >= first && rules->default_rule < *sent)
		K8SOV_SET(part, default_rule, K8SOV_A_RULESET_DEFAULT_RULE,
			  rules->default_rule);
}

/* What of an array is in the part that begins at @sent. */
static void put_numbers(unsigned int *sent, unsigned int base, unsigned int n,
			unsigned int most, const uint32_t *numbers,
			unsigned int each, struct k8sov_u32s *out)
{
	unsigned int first;

	if (*sent < base || *sent - base >= n)
		return;
	first = *sent - base;
	n = least(n - first, most);
	out->v = numbers + (size_t)first * each;
	out->n = n * each;
	*sent += n;
}

/**
 * k8sov_rules_part() - make the next message
 * @rules: ruleset
 * @sent: what is behind us of k8sov_rules_total(); moved on
 * @part: set; lives as long as @rules. The first one is to be sent with the
 *	flags of creation, the others with NLM_F_APPEND and the same transaction
 *
 * The default goes along when its rule has been sent.
 */
void k8sov_rules_part(const struct k8sov_rules *rules, unsigned int *sent,
		      struct k8sov_ruleset *part)
{
	memset(part, 0, sizeof(*part));
	K8SOV_SET(part, ifindex, K8SOV_A_RULESET_IFINDEX, rules->ifindex);
	K8SOV_SET(part, id, K8SOV_A_RULESET_ID, rules->id);
	K8SOV_SET(part, owner, K8SOV_A_RULESET_OWNER, rules->owner);
	if (!*sent && rules->name[0])
		k8sov_field_add(&k8sov_ruleset_set, K8SOV_A_RULESET_NAME, part,
				rules->name, strlen(rules->name));
	if (*sent < rules->n_rules)
		put_rules(rules, sent, part);
	put_numbers(sent, rules->n_rules, rules->n_members, PART_MEMBERS,
		    rules->members, K8SOV_MEMBER_NUMBERS, &part->member);
	put_numbers(sent, rules->n_rules + rules->n_members, rules->n_ranges,
		    PART_RANGES, rules->ranges, K8SOV_RANGE_NUMBERS,
		    &part->range);
	if (part->member.n)
		part->present |= K8SOV_BIT(K8SOV_A_RULESET_MEMBER);
	if (part->range.n)
		part->present |= K8SOV_BIT(K8SOV_A_RULESET_RANGE);
}

/**
 * k8sov_rules_clear() - free what a ruleset has; it is as new then
 * @rules: ruleset
 */
void k8sov_rules_clear(struct k8sov_rules *rules)
{
	free(rules->rules);
	free(rules->members);
	free(rules->ranges);
	memset(rules, 0, sizeof(*rules));
}

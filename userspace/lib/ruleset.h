/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_RULESET_H
#define _K8SOV_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "attrs_gen.h"

/* Numbers of an entry of k8sov_ruleset.member and .range. */
#define K8SOV_MEMBER_NUMBERS 2	/* identity, class */
#define K8SOV_RANGE_NUMBERS 4	/* class, first key, last key, rule */

/**
 * struct k8sov_rules - a ruleset as a whole, however many messages it takes
 * @ifindex: device
 * @id: key
 * @owner: cookie
 * @name: what it is for, or ""
 * @default_rule: rule for what no range has
 * @rules: rules in order
 * @n_rules: how many
 * @members: numbers of the members
 * @n_members: how many members
 * @ranges: numbers of the ranges
 * @n_ranges: how many ranges
 * @want: rules, members and ranges that it has, as its head says
 */
struct k8sov_rules {
	uint32_t ifindex;
	uint32_t id;
	uint64_t owner;
	char name[K8SOV_RULESET_NAME_MAX + 1];
	uint32_t default_rule;
	struct k8sov_rule *rules;
	unsigned int n_rules;
	uint32_t *members;
	unsigned int n_members;
	uint32_t *ranges;
	unsigned int n_ranges;
	unsigned int want;
};

int k8sov_rules_take(struct k8sov_rules *rules,
		     const struct k8sov_ruleset *part);
bool k8sov_rules_complete(const struct k8sov_rules *rules);
void k8sov_rules_part(const struct k8sov_rules *rules, unsigned int *sent,
		      struct k8sov_ruleset *part);
void k8sov_rules_clear(struct k8sov_rules *rules);

/**
 * k8sov_rules_total() - how much has to be sent
 * @rules: ruleset
 *
 * Return: rules, members and ranges together.
 */
static inline unsigned int k8sov_rules_total(const struct k8sov_rules *rules)
{
	return rules->n_rules + rules->n_members + rules->n_ranges;
}

#endif /* _K8SOV_RULESET_H */

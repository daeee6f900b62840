// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* How much there is, and what of it cannot be obeyed as it is. */
#include "compiler.h"

/**
 * policy_count() - how much is there?
 * @p: the compiler; it counts policies that it was told, and what they make
 *	since the last commit
 * @counts: set
 */
void policy_count(const struct policy_compiler *p, struct policy_counts *counts)
{
	counts->policies = HASH_COUNT(p->object);
	counts->rulesets = p->rulesets.told;
	counts->identities = HASH_COUNT(p->cluster.ids.head);
}

/**
 * policy_problems() - tell of policies that cannot be obeyed as they are
 * @p: the compiler, committed
 * @problem: is told
 * @context: of @problem
 */
void policy_problems(struct policy_compiler *p, policy_problem *problem,
		     void *context)
{
	const struct policy_entry *object;
	const struct ruleset *ruleset;
	char name[POLICY_NAME_SIZE];

	for (object = p->object; object; object = object->hh.next) {
		if (!object->now || !object->now->policy.broken)
			continue;
		rules_name(object->now, name);
		problem(context, name, object->now->policy.broken);
	}
	for (ruleset = p->rulesets.head; ruleset; ruleset = ruleset->hh.next) {
		if (!ruleset->over)
			continue;
		rules_name(ruleset->object[0]->now, name);
		problem(context, name, ruleset->over);
	}
}

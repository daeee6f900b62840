// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * The kernel has room for so many prefixes and no more. Without one of those
 * that rules tell apart, an address would be taken for others, and what denies
 * it would not be asked. So a policy is obeyed as a whole or closed. How many
 * it needs is known when it is in force only, as others may ask the same.
 */
#include "compiler.h"

static bool fits(const struct policy_compiler *p)
{
	return p->cluster.places.told <= p->prefixes;
}

static size_t room(const struct policy_compiler *p)
{
	return fits(p) ? p->prefixes - p->cluster.places.told : 0;
}

/* The last of those that tell addresses apart. */
static struct policy_entry *find_last(const struct policy_compiler *p)
{
	struct policy_entry *object, *last = NULL;

	for (object = p->object; object; object = object->hh.next)
		if ((!last || object->now->set > last->now->set) &&
		    rules_ask(object->now))
			last = object;
	return last;
}

/* The first of those that are closed and came after @set. */
static struct policy_entry *find_closed(const struct policy_compiler *p,
					uint64_t set)
{
	struct policy_entry *object, *first = NULL;

	for (object = p->object; object; object = object->hh.next)
		if (object->now->closed && object->now->set > set &&
		    (!first || object->now->set < first->now->set))
			first = object;
	return first;
}

static void close_policy(struct policy_compiler *p, struct policy_entry *object,
			 policy_emit *emit, void *context)
{
	compiler_queue(p, object, rules_close(&p->cluster, object->now));
	compiler_commit(p, emit, context);
}

static void open_policy(struct policy_compiler *p, struct policy_entry *object,
			policy_emit *emit, void *context)
{
	struct policy_rules *open = object->now->open;

	object->now->open = NULL;
	compiler_queue(p, object, open);
	compiler_commit(p, emit, context);
	if (!fits(p))
		close_policy(p, object, emit, context);
}

/* Those that the kernel did not have before we began came later. */
static void sort_by_had(struct policy_compiler *p)
{
	const struct rulesets *rulesets = &p->rulesets;
	char name[POLICY_NAME_SIZE];
	struct policy_entry *object;

	if (!rulesets->had)
		return;
	for (object = p->object; object; object = object->hh.next) {
		rules_name(object->now, name);
		if (!rulesets->had(rulesets->context, name))
			object->now->set += p->sets;
	}
	p->sets *= 2;
}

/**
 * compiler_fit() - close policies until the others fit
 * @p: the compiler, committed
 * @emit: is told
 * @context: of @emit
 *
 * The last that was told is closed first. Whoever was closed is tried again,
 * the first that was told first, when there is more room than there was.
 */
void compiler_fit(struct policy_compiler *p, policy_emit *emit, void *context)
{
	bool again = p->closed && room(p) > p->left;
	struct policy_entry *object;
	uint64_t set = 0;

	if (!fits(p))
		sort_by_had(p);
	while (!fits(p) && (object = find_last(p))) {
		close_policy(p, object, emit, context);
		again = true;
	}
	while (again && (object = find_closed(p, set))) {
		set = object->now->set;
		open_policy(p, object, emit, context);
	}
	if (again)
		p->left = room(p);
}

/**
 * policy_set_limits() - what the kernel has room for, from the next commit on
 * @p: the compiler; without limits at first
 * @limits: the limits
 *
 * What was told stays told where limits become lower, unless it is prefixes.
 */
void policy_set_limits(struct policy_compiler *p,
		       const struct policy_limits *limits)
{
	p->rulesets.max = limits->rulesets;
	p->prefixes = limits->prefixes;
}

/**
 * policy_set_had() - what comes first where there is no room for all
 * @p: the compiler
 * @had: whom to ask at the next commits what the kernel had before the compiler
 *	began; NULL: nobody
 * @context: of @had
 */
void policy_set_had(struct policy_compiler *p, policy_had *had,
		    const void *context)
{
	p->rulesets.had = had;
	p->rulesets.context = context;
}

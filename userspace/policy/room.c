// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * The kernel has room for so many prefixes and no more. Without one of those
 * that rules tell apart, an address would be taken for others, and what denies
 * it would not be asked. So a policy is obeyed as a whole or closed. How many
 * it needs is known when it is in force only, as others may ask the same.
 */
#include "compiler.h"

/* So many are tried in vain at a time. */
#define LARGE_MAX 8

static bool fits(const struct policy_compiler *p)
{
	return p->cluster.places.told <= p->prefixes;
}

static size_t room(const struct policy_compiler *p)
{
	return fits(p) ? p->prefixes - p->cluster.places.told : 0;
}

/* Some policies, the first that was told first. */
struct choice {
	struct policy_entry **object;
	size_t n;
};

static int by_set(const void *a, const void *b)
{
	const struct policy_entry *const *x = a, *const *y = b;

	return ((*x)->now->set > (*y)->now->set) -
	       ((*x)->now->set < (*y)->now->set);
}

/* Those that are closed and may fit, or the others that may be closed. */
static void choose(const struct policy_compiler *p, bool closed,
		   struct choice *choice)
{
	const struct policy_rules *rules;
	struct policy_entry *object;

	*choice = (struct choice){};
	for (object = p->object; object; object = object->hh.next) {
		rules = object->now;
		if (closed ? !rules->closed || rules->need > room(p) :
			     !rules_ask(rules))
			continue;
		choice->object = memory_grow(choice->object, choice->n,
					     sizeof(struct policy_entry *));
		choice->object[choice->n++] = object;
	}
	if (choice->n)
		qsort(choice->object, choice->n, sizeof(struct policy_entry *),
		      by_set);
}

/* What several need cannot be told apart: that is not known. */
static void close_policies(struct policy_compiler *p,
			   struct policy_entry **object, size_t n,
			   policy_emit *emit, void *context)
{
	size_t i, told = p->cluster.places.told;

	for (i = 0; i < n; i++)
		compiler_queue(p, object[i],
			       rules_close(&p->cluster, object[i]->now));
	compiler_commit(p, emit, context);
	if (n == 1)
		object[0]->now->need = told - p->cluster.places.told;
}

static void open_policies(struct policy_compiler *p,
			  struct policy_entry **object, size_t n,
			  policy_emit *emit, void *context)
{
	struct policy_rules *open;
	size_t i;

	for (i = 0; i < n; i++) {
		open = object[i]->now->open;
		object[i]->now->open = NULL;
		compiler_queue(p, object[i], open);
	}
	compiler_commit(p, emit, context);
}

/* More and more at a time: each commit costs what its rulesets do. */
static void close_last(struct policy_compiler *p, policy_emit *emit,
		       void *context)
{
	struct choice choice;
	size_t n = 1;

	choose(p, false, &choice);
	while (!fits(p) && choice.n) {
		n = n < choice.n ? n : choice.n;
		choice.n -= n;
		close_policies(p, choice.object + choice.n, n, emit, context);
		n *= 2;
	}
	free(choice.object);
}

/* Who was not tried is taken for as large as the smallest that did not fit. */
static void guess_needs(struct policy_entry **object, size_t n, size_t least)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (object[i]->now->need < least)
			object[i]->now->need = least;
}

static void open_first(struct policy_compiler *p, policy_emit *emit,
		       void *context)
{
	size_t i = 0, n = 1, large = 0, least = SIZE_MAX;
	struct choice choice;

	choose(p, true, &choice);
	while (i < choice.n && large < LARGE_MAX) {
		n = n < choice.n - i ? n : choice.n - i;
		open_policies(p, choice.object + i, n, emit, context);
		if (fits(p)) {
			i += n;
			n *= 2;
			continue;
		}
		close_policies(p, choice.object + i, n, emit, context);
		if (n > 1) {
			n /= 2;
			continue;
		}
		if (choice.object[i]->now->need < least)
			least = choice.object[i]->now->need;
		large++;
		i++;
	}
	guess_needs(choice.object + i, choice.n - i, least);
	free(choice.object);
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
 * The last that was told is closed first. Those that may fit are tried again,
 * the first that was told first, and skipped if they do not fit. They need more
 * than there is room for, and are not tried before there is that much.
 */
void compiler_fit(struct policy_compiler *p, policy_emit *emit, void *context)
{
	if (!fits(p)) {
		sort_by_had(p);
		close_last(p, emit, context);
	}
	if (p->closed && fits(p))
		open_first(p, emit, context);
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

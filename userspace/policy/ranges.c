// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ranges.h"

#include <string.h>

#include "../lib/memory.h"

#define NOBODY UINT32_MAX
#define PASSED (UINT32_MAX - 1)

/**
 * painter_add() - add what a rule says
 * @painter: zeroed, or after painter_run()
 * @paint: what it says, after all rules that decide before it
 */
void painter_add(struct painter *painter, const struct paint *paint)
{
	painter->paint = memory_grow(painter->paint, painter->paints,
				     sizeof(*paint));
	painter->paint[painter->paints++] = *paint;
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void find_bounds(struct painter *p)
{
	size_t i, n = 0;

	if (p->room < 2 * p->paints + 1) {
		p->room = 4 * p->paints + 1;
		p->bound = memory_must(reallocarray(p->bound, p->room, 4));
		p->rule = memory_must(reallocarray(p->rule, p->room, 4));
		p->free = memory_must(reallocarray(p->free, p->room, 4));
	}
	for (i = 0; i < p->paints; i++) {
		p->bound[n++] = p->paint[i].from;
		p->bound[n++] = p->paint[i].to + 1;
	}
	qsort(p->bound, n, sizeof(*p->bound), by_number);
	p->bounds = 0;
	for (i = 0; i < n; i++)
		if (!i || p->bound[i] != p->bound[i - 1])
			p->bound[p->bounds++] = p->bound[i];
}

/* What was passed on is free for the next tier. */
static void next_tier(struct painter *p)
{
	uint32_t i;

	for (i = 0; i < p->bounds; i++) {
		if (p->rule[i] == PASSED)
			p->rule[i] = NOBODY;
		p->free[i] = p->rule[i] == NOBODY ? i : i + 1;
	}
	p->free[i] = i;
}

static uint32_t first_free(struct painter *p, uint32_t i)
{
	uint32_t first = i, next;

	while (p->free[first] != first)
		first = p->free[first];
	while (i != first) {
		next = p->free[i];
		p->free[i] = first;
		i = next;
	}
	return first;
}

static uint32_t bound_of(const struct painter *p, uint32_t key)
{
	const uint32_t *at = bsearch(&key, p->bound, p->bounds,
				     sizeof(*p->bound), by_number);

	return (uint32_t)(at - p->bound);
}

static void apply(struct painter *p, const struct paint *paint)
{
	uint32_t i, end = bound_of(p, paint->to + 1);

	for (i = first_free(p, bound_of(p, paint->from)); i < end;
	     i = first_free(p, i)) {
		p->rule[i] = paint->action == POLICY_PASS ? PASSED :
							    paint->rule;
		p->free[i] = i + 1;
	}
}

static void collect(struct painter *p)
{
	struct policy_range *last = NULL;
	size_t i;

	p->ranges = 0;
	for (i = 0; i + 1 < p->bounds; i++) {
		if (p->rule[i] == NOBODY)
			continue;
		if (last && last->rule == p->rule[i] &&
		    last->to + 1 == p->bound[i]) {
			last->to = p->bound[i + 1] - 1;
			continue;
		}
		p->range = memory_grow(p->range, p->ranges, sizeof(*p->range));
		last = &p->range[p->ranges++];
		last->from = p->bound[i];
		last->to = p->bound[i + 1] - 1;
		last->rule = p->rule[i];
	}
}

/**
 * painter_run() - for each key, find the first rule that decides
 * @painter: what rules say goes in and is forgotten, ranges come out
 *
 * A rule that passes ends its tier for its keys.
 */
void painter_run(struct painter *painter)
{
	size_t i;

	find_bounds(painter);
	for (i = 0; i < painter->bounds; i++)
		painter->rule[i] = NOBODY;
	next_tier(painter);
	for (i = 0; i < painter->paints; i++) {
		if (i && painter->paint[i].tier != painter->paint[i - 1].tier)
			next_tier(painter);
		apply(painter, &painter->paint[i]);
	}
	next_tier(painter);
	collect(painter);
	painter->paints = 0;
}

/**
 * painter_exit() - free the memory
 * @painter: the painter
 */
void painter_exit(struct painter *painter)
{
	free(painter->paint);
	free(painter->bound);
	free(painter->rule);
	free(painter->free);
	free(painter->range);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_RANGES_H
#define _POLICY_RANGES_H

#include "view.h"

/**
 * struct paint - what a rule says about some keys
 * @from: lowest
 * @to: highest
 * @rule: index of the rule
 * @action: its action
 * @tier: its tier
 */
struct paint {
	uint32_t from;
	uint32_t to;
	uint32_t rule;
	enum policy_action action;
	enum policy_tier tier;
};

/**
 * struct painter - memory that is used again and again
 * @paint: what rules say, in the order in which they decide
 * @paints: their number
 * @bound: where it may change who decides
 * @bounds: their number
 * @rule: who decides from each bound on
 * @free: the next bound from here on from which nobody decides yet
 * @room: of the arrays above
 * @range: the result
 * @ranges: their number
 */
struct painter {
	struct paint *paint;
	size_t paints;
	uint32_t *bound;
	size_t bounds;
	uint32_t *rule;
	uint32_t *free;
	size_t room;
	struct policy_range *range;
	size_t ranges;
};

void painter_add(struct painter *painter, const struct paint *paint);
void painter_run(struct painter *painter);
void painter_exit(struct painter *painter);

#endif /* _POLICY_RANGES_H */

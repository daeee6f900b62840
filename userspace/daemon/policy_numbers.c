// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "policy_numbers.h"

#include "../lib/memory.h"

/**
 * policy_taken_add() - a number is another's
 * @taken: numbers of others, all zero if there is none
 * @number: one more, or one of them
 */
void policy_taken_add(struct policy_taken *taken, uint32_t number)
{
	taken->number = memory_grow(taken->number, taken->n,
				    sizeof(*taken->number));
	taken->number[taken->n++] = number;
}

/**
 * policy_taken_exit() - free what numbers hold
 * @taken: empty afterwards
 */
void policy_taken_exit(struct policy_taken *taken)
{
	free(taken->number);
	*taken = (struct policy_taken){};
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/**
 * policy_taken_room() - find numbers that nobody else has
 * @taken: numbers of others; sorted afterwards
 * @first: lowest that is allowed
 * @last: highest, less than UINT32_MAX
 *
 * Return: what to add to @first to be where the widest room begins.
 */
uint32_t policy_taken_room(const struct policy_taken *taken, uint32_t first,
			   uint32_t last)
{
	uint32_t next, from = first, best = first, widest = 0;
	size_t i;

	if (taken->n)
		qsort(taken->number, taken->n, sizeof(*taken->number),
		      by_number);
	for (i = 0; i <= taken->n; i++) {
		next = i < taken->n ? taken->number[i] : last + 1;
		if (next < from || next > last + 1)
			continue;
		if (next - from > widest) {
			widest = next - from;
			best = from;
		}
		from = next + 1;
	}
	return best - first;
}

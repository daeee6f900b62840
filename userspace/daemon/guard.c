// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "guard.h"

/* Of fewer than this, all but one may go at once. */
#define FEW 4

/**
 * guard_believes() - may what a list does not hold be gone?
 * @guard: guard of lists of one kind
 * @list: the list
 * @now: seconds of a clock that does not jump
 *
 * A store that was restored from a backup of long ago, a mount that is not
 * there, a directory in the middle of a copy, an API server in front of an
 * empty etcd: they all answer in full, and what they answer would cut working
 * nodes off, or open what policies closed. So a list that has lost more than
 * half of what was known is not believed. It is when the same comes again a
 * while later: by then whoever emptied the store has had time to see the
 * warning, or meant it.
 *
 * Return: true if they may.
 */
bool guard_believes(struct guard *guard, const struct guard_list *list,
		    uint64_t now)
{
	/* Nobody at all is the likeliest of all wrong answers. */
	bool plausible = list->known < FEW ?
			 list->seen || list->known <= list->alone :
			 list->seen * 2 >= list->known;

	if (plausible) {
		guard->doubts = false;
	} else if (!guard->doubts || guard->sum != list->sum) {
		guard->doubts = true;
		guard->sum = list->sum;
		guard->since = now;
	} else {
		guard->doubts = now - guard->since < GUARD_SECONDS;
	}
	return !guard->doubts;
}

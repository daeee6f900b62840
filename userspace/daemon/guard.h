/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _GUARD_H
#define _GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seconds after which a doubted list is believed if it comes again. */
#define GUARD_SECONDS 60
/* When to ask for it. */
#define GUARD_MS ((GUARD_SECONDS + 1) * UINT64_C(1000))

/**
 * struct guard - keeps what is known from lists that have lost too much
 * @doubts: the last list was not believed
 * @sum: what it held
 * @since: when that came first, in seconds
 *
 * All zero is a new one.
 */
struct guard {
	bool doubts;
	uint64_t sum;
	uint64_t since;
};

/**
 * struct guard_list - a list that says that it is whole
 * @known: how many were known before
 * @seen: how many it holds
 * @alone: how many may be gone although nothing is left: 0, or 1
 * @sum: of what it holds, or of what is gone; whatever the order
 */
struct guard_list {
	size_t known;
	size_t seen;
	size_t alone;
	uint64_t sum;
};

bool guard_believes(struct guard *guard, const struct guard_list *list,
		    uint64_t now);

#endif /* _GUARD_H */

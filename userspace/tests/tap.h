/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _TAP_H
#define _TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_number, tap_failures;

/* tap_ok(is it so, behaviour) */
static inline bool tap_ok(bool good, const char *what)
{
	tap_number++;
	tap_failures += !good;
	printf("%sok %d %s\n", good ? "" : "not ", tap_number, what);
	return good;
}

/* tap_equal(expected, got, behaviour), for strings */
static inline void tap_equal(const char *expected, const char *got,
			     const char *what)
{
	if (!tap_ok(!strcmp(expected, got), what))
		printf("# expected: %s\n# got:      %s\n", expected, got);
}

/* tap_number_is(expected, got, behaviour) */
static inline void tap_number_is(long long expected, long long got,
				 const char *what)
{
	if (!tap_ok(expected == got, what))
		printf("# expected: %lld\n# got:      %lld\n", expected, got);
}

static inline int tap_end(void)
{
	printf("1..%d\n", tap_number);
	return tap_failures || !tap_number;
}

#endif /* _TAP_H */

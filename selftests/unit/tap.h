/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP output for unit tests: call tap() for each case, return tap_done()
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_TAP_H
#define _K8SOV_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static unsigned int tap_count;
static unsigned int tap_failures;

__attribute__((format(printf, 2, 3)))
static inline bool tap(bool good, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	printf("%sok %u - ", good ? "" : "not ", ++tap_count);
	vprintf(name, args);
	printf("\n");
	va_end(args);
	tap_failures += !good;
	return good;
}

static inline int tap_done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failures || !tap_count;
}

#endif /* _K8SOV_TAP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_ERROR_H
#define _CNI_ERROR_H

#include <jansson.h>

#include "version.h"

/* Codes of the CNI specification 1.1.0, section "Error". */
enum cni_code {
	CNI_VERSION = 1,
	CNI_UNSUPPORTED = 2,
	CNI_CONTAINER = 3,
	CNI_ENVIRONMENT = 4,
	CNI_IO = 5,
	CNI_DECODE = 6,
	CNI_CONFIG = 7,
	CNI_NETNS = 8,
	CNI_TRY_LATER = 11,
	CNI_NOT_AVAILABLE = 50,
	CNI_LIMITED = 51,
	/* Ours. */
	CNI_KERNEL = 100,
	CNI_EXHAUSTED = 101,
	CNI_IN_USE = 102,
	CNI_MISMATCH = 103,
};

/**
 * struct cni_error - why a command failed
 * @code: for the runtime; 0 is none
 * @msg: one sentence, without full stop
 * @details: what to look at or do, may be empty
 */
struct cni_error {
	int code;
	char msg[512];
	char details[1024];
};

/* Always -1, so that a function can return it. The first word wins: a later
 * failure, such as of undoing, is not what the person needs to hear of.
 */
int cni_fail(struct cni_error *err, enum cni_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* What to look at or do; after cni_fail(), also -1. */
int cni_details(struct cni_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The object for stdout; the caller owns it. */
json_t *error_format(const struct cni_error *err, enum version version);

#endif /* _CNI_ERROR_H */

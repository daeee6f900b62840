/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_VERSION_H
#define _CNI_VERSION_H

#include <jansson.h>

struct cni_error;

/* Of the CNI specification, in the order of their age. */
enum version {
	VERSION_0_1_0,
	VERSION_0_2_0,
	VERSION_0_3_0,
	VERSION_0_3_1,
	VERSION_0_4_0,
	VERSION_1_0_0,
	VERSION_1_1_0,
	VERSIONS,
};

#define VERSION_NEWEST (VERSIONS - 1)

const char *version_name(enum version version);
/* What @object says by "cniVersion", nothing is 0.1.0. CNI_VERSION if it is
 * none of ours. Pure.
 */
int version_of(const json_t *object, enum version *version,
	       struct cni_error *err);
/* The answer to the command VERSION. */
json_t *version_answer(enum version version);

#endif /* _CNI_VERSION_H */

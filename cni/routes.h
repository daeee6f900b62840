/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_ROUTES_H
#define _CNI_ROUTES_H

#include "../userspace/lib/addr.h"

struct cni_error;
struct conf;
struct node;
struct result;

/* The routes that a pod gets, out of IPAM's in @result. Pure. */
int routes_plan(const struct conf *conf, const struct node *node,
		const struct k8sov_addr source[2], struct result *result,
		struct cni_error *err);

#endif /* _CNI_ROUTES_H */

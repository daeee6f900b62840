/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_RESOLVE_H
#define _K8SOVCTL_RESOLVE_H

#include <stdint.h>

struct args;
struct ctx;

int resolve_host(struct ctx *ctx, uint32_t ifindex, const struct args *args,
		 uint32_t *id);
int resolve_key(struct ctx *ctx, struct args *args);

#endif /* _K8SOVCTL_RESOLVE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_STEP_H
#define _K8SOVCTL_STEP_H

#include "../lib/attrs_gen.h"

struct ctx;

void step_json(struct ctx *ctx, const struct k8sov_step_item *step);
void step_text(struct ctx *ctx, const struct k8sov_trace *query,
	       const struct k8sov_step_item *step);

#endif /* _K8SOVCTL_STEP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_DENIAL_H
#define _K8SOVCTL_DENIAL_H

struct ctx;
struct k8sov_denial;

void denial_print(struct ctx *ctx, const struct k8sov_denial *denial);

#endif /* _K8SOVCTL_DENIAL_H */

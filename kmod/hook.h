/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_HOOK_H
#define _K8SOV_HOOK_H

#include <linux/types.h>

struct k8sov_dev;

int k8sov_hook_hold(struct k8sov_dev *kov);
void k8sov_hook_release(struct k8sov_dev *kov);

#endif /* _K8SOV_HOOK_H */

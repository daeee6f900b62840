/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_FOLLOW_H
#define _K8SOV_FOLLOW_H

struct k8sov_dev;
struct work_struct;

void k8sov_follow(struct k8sov_dev *kov);
void k8sov_follow_work(struct work_struct *work);

int k8sov_follow_init(void);
void k8sov_follow_exit(void);

#endif /* _K8SOV_FOLLOW_H */

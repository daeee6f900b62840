/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_MTU_H
#define _K8SOV_MTU_H

struct k8sov_conf;
struct k8sov_dev;
struct net;
struct work_struct;

/* What the device can be set to: an outer packet is at most 65535 bytes. */
#define K8SOV_MTU_MAX	(65535 - 70)

unsigned int k8sov_mtu_guess(struct net *net, const struct k8sov_conf *conf);
void k8sov_mtu_follow(struct k8sov_dev *kov);
void k8sov_mtu_work(struct work_struct *work);

int k8sov_mtu_init(void);
void k8sov_mtu_exit(void);

#endif /* _K8SOV_MTU_H */

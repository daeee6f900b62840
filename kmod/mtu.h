/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_MTU_H
#define _K8SOV_MTU_H

struct k8sov_conf;
struct k8sov_dev;
struct net;

/* What the device can be set to: an outer packet is at most 65535 bytes. */
#define K8SOV_MTU_MAX	(65535 - 70)

unsigned int k8sov_mtu_guess(struct net *net, const struct k8sov_conf *conf);
void k8sov_mtu_update(struct k8sov_dev *kov);

#endif /* _K8SOV_MTU_H */

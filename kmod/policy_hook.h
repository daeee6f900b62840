/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_POLICY_HOOK_H
#define _K8SOV_POLICY_HOOK_H

#include <linux/types.h>

struct k8sov_dev;
struct k8sov_net;
struct net;
struct netlink_ext_ack;

void k8sov_policy_net_init(struct k8sov_net *kn);

/* Callers hold RTNL: may sleep. */

int k8sov_policy_hold(struct k8sov_dev *kov, struct netlink_ext_ack *extack);
void k8sov_policy_update(struct k8sov_dev *kov);
void k8sov_policy_release(struct k8sov_dev *kov);
int k8sov_policy_follow(struct k8sov_dev *kov);

/* Any context. */

void k8sov_policy_changed(const struct k8sov_dev *kov);
void k8sov_policy_node_changed(const struct net *net);
bool k8sov_policy_is_lost(const struct k8sov_dev *kov);
u8 k8sov_policy_mode(const struct k8sov_dev *kov);

#endif /* _K8SOV_POLICY_HOOK_H */

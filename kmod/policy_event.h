/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_POLICY_EVENT_H
#define _K8SOV_POLICY_EVENT_H

struct k8sov_dev;
struct k8sov_net;
struct k8sov_policy_flow;
struct k8sov_verdict;

void k8sov_policy_event_init(struct k8sov_net *kn);

/* Packet path: callers hold rcu_read_lock(). */

void k8sov_policy_event(const struct k8sov_dev *kov,
			const struct k8sov_policy_flow *flow,
			const struct k8sov_verdict *v);

#endif /* _K8SOV_POLICY_EVENT_H */

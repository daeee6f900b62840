/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_SOURCE_H
#define _K8SOV_SOURCE_H

#include <linux/types.h>

struct k8sov_dev;
struct k8sov_endpoint;
struct netlink_ext_ack;

/* Packet path: callers hold rcu_read_lock(). */

bool k8sov_source_allowed(const struct k8sov_endpoint *ep, bool v6,
			  const void *saddr, const void *daddr);

/* Slow path, callers hold the lock of the device: may sleep. */

int k8sov_source_hold(struct k8sov_dev *kov, struct netlink_ext_ack *extack);
void k8sov_source_release(struct k8sov_dev *kov);
void k8sov_source_update(struct k8sov_dev *kov);

#endif /* _K8SOV_SOURCE_H */

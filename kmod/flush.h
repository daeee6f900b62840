/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_FLUSH_H
#define _K8SOV_FLUSH_H

#include <linux/types.h>

struct k8sov_change;
struct k8sov_groups;
struct k8sov_txn;

int k8sov_flush_copy(const struct k8sov_change *c, struct k8sov_txn *txn,
		     u32 tables, const u64 *owner,
		     struct k8sov_groups *groups);

#endif /* _K8SOV_FLUSH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_DROP_H
#define _K8SOV_DROP_H

#include <linux/types.h>

#include <uapi/linux/k8sov.h>

struct k8sov_dev;
struct sk_buff;

const char *k8sov_drop_name(enum k8sov_drop reason);
bool k8sov_drop_is_tx(enum k8sov_drop reason);
void k8sov_drop(struct k8sov_dev *kov, struct sk_buff *skb,
		enum k8sov_drop reason);

#endif /* _K8SOV_DROP_H */

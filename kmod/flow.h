/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_FLOW_H
#define _K8SOV_FLOW_H

#include <linux/types.h>

struct k8sov_conf;
struct net;
struct sk_buff;

void k8sov_flow_init(void);
__be16 k8sov_flow_port(struct net *net, const struct k8sov_conf *conf,
		       struct sk_buff *skb);

#endif /* _K8SOV_FLOW_H */

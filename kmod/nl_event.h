/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_NL_EVENT_H
#define _K8SOV_NL_EVENT_H

#include <linux/types.h>

struct genl_info;
struct k8sov_dev;
struct k8sov_endpoint;
struct net;
struct sk_buff;

/* Events that other files than the handlers of an object cause. */

bool k8sov_nl_denial_wanted(struct net *net);
void k8sov_nl_denial_send(struct net *net, struct sk_buff *skb, int err);
void k8sov_nl_event_endpoint(struct net *net, const struct genl_info *info,
			     u8 cmd, const struct k8sov_dev *kov,
			     const struct k8sov_endpoint *ep);

#endif /* _K8SOV_NL_EVENT_H */

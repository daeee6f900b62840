/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_SOURCE_H
#define _K8SOV_SOURCE_H

#include <linux/netdevice.h>

struct k8sov_endpoint;
struct nf_hook_state;
struct sk_buff;

/* Packet path: callers hold rcu_read_lock(). */

bool k8sov_source_allowed(const struct k8sov_endpoint *ep, bool v6,
			  const void *saddr, const void *daddr);
unsigned int k8sov_source_check(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
rx_handler_result_t k8sov_source_receive(struct sk_buff **pskb);

#endif /* _K8SOV_SOURCE_H */

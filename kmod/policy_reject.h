/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_POLICY_REJECT_H
#define _K8SOV_POLICY_REJECT_H

struct nf_hook_state;
struct sk_buff;

void k8sov_policy_reject(struct sk_buff *skb,
			 const struct nf_hook_state *state);

#endif /* _K8SOV_POLICY_REJECT_H */

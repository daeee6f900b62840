/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_POLICY_VERDICT_H
#define _K8SOV_POLICY_VERDICT_H

#include <linux/types.h>

#include <uapi/linux/k8sov.h>

#include "policy_flow.h"

struct k8sov_endpoint;
struct k8sov_rule;
struct k8sov_ruleset;
struct k8sov_tables;

#define K8SOV_POLICY_DIRECTIONS	__K8SOV_POLICY_DIRECTION_MAX

/**
 * struct k8sov_verdict - what one end of a flow says about it
 * @reason: why it is forbidden, K8SOV_DROP_NONE if it is not
 * @direction: enum k8sov_policy_direction, which end
 * @ep: the endpoint at this end, NULL if none
 * @ruleset: what decided, NULL if no ruleset did
 * @rule: rule of @ruleset that decided, or NULL
 * @index: its index
 * @identity: what the other end is, if @ruleset decided
 */
struct k8sov_verdict {
	enum k8sov_drop reason;
	u32 direction;
	const struct k8sov_endpoint *ep;
	const struct k8sov_ruleset *ruleset;
	struct k8sov_rule *rule;
	u32 index;
	u32 identity;
};

/* Packet path: callers hold rcu_read_lock(). */

bool k8sov_policy_is_strange(const struct k8sov_tables *tables, bool v6,
			     const void *addr);
void k8sov_policy_decide(const struct k8sov_tables *tables,
			 const struct k8sov_policy_flow *flow,
			 struct k8sov_verdict verdicts[]);

#endif /* _K8SOV_POLICY_VERDICT_H */

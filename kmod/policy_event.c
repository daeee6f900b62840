// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/* What policy denies, told to whoever listens, within a rate. */

#include "policy_event.h"

#include <linux/ktime.h>

#include "device.h"
#include "endpoint.h"
#include "netns.h"
#include "nl.h"
#include "nl_event.h"
#include "policy.h"
#include "policy_flow.h"
#include "policy_hook.h"
#include "policy_verdict.h"

/* A pod that knocks at closed doors must not drown who listens. */
#define EVENTS		200
#define EVENTS_PERIOD	(2 * HZ)

/**
 * k8sov_policy_event_init() - prepare a namespace
 * @kn: our part of it
 */
void k8sov_policy_event_init(struct k8sov_net *kn)
{
	ratelimit_state_init(&kn->denial_rate, EVENTS_PERIOD, EVENTS);
	ratelimit_set_flags(&kn->denial_rate, RATELIMIT_MSG_ON_RELEASE);
}

static int put_address(struct sk_buff *skb, bool v6, int attr4, int attr6,
		       const void *addr)
{
	return v6 ? nla_put(skb, attr6, 16, addr) :
		    nla_put(skb, attr4, 4, addr);
}

/* A frame that never came to IP has no addresses. */
static int put_flow(struct sk_buff *skb, const struct k8sov_policy_flow *flow)
{
	if (!flow->saddr)
		return 0;
	return put_address(skb, flow->v6, K8SOV_A_DENIAL_SOURCE,
			   K8SOV_A_DENIAL_SOURCE6, flow->saddr) ?:
	       put_address(skb, flow->v6, K8SOV_A_DENIAL_DESTINATION,
			   K8SOV_A_DENIAL_DESTINATION6, flow->daddr) ?:
	       nla_put_u8(skb, K8SOV_A_DENIAL_PROTOCOL, flow->protocol) ?:
	       nla_put_be16(skb, K8SOV_A_DENIAL_SOURCE_PORT, flow->sport) ?:
	       nla_put_be16(skb, K8SOV_A_DENIAL_PORT, htons(flow->port));
}

static int put_rule(struct sk_buff *skb, const struct k8sov_verdict *v)
{
	int err;

	err = nla_put_u32(skb, K8SOV_A_DENIAL_RULESET, v->ruleset->id) ?:
	      nla_put_u32(skb, K8SOV_A_DENIAL_RULE, v->index) ?:
	      nla_put_u32(skb, K8SOV_A_DENIAL_ACTION, v->rule->action) ?:
	      nla_put_u32(skb, K8SOV_A_DENIAL_IDENTITY, v->identity);
	if (!err && *v->rule->name)
		err = nla_put_string(skb, K8SOV_A_DENIAL_RULE_NAME,
				     v->rule->name);
	return err;
}

static int put_endpoint(struct sk_buff *skb, const struct k8sov_endpoint *ep)
{
	int err = nla_put_u32(skb, K8SOV_A_DENIAL_LINK, ep->link);

	if (!err && *ep->name)
		err = nla_put_string(skb, K8SOV_A_DENIAL_NAME, ep->name);
	return err;
}

static int put_denial(struct sk_buff *skb, const struct k8sov_dev *kov,
		      const struct k8sov_policy_flow *flow,
		      const struct k8sov_verdict *v, u64 suppressed)
{
	bool audit = v->reason &&
		     k8sov_policy_mode(kov) == K8SOV_POLICY_MODE_AUDIT;
	int err;

	err = nla_put_u32(skb, K8SOV_A_DENIAL_IFINDEX, kov->dev->ifindex) ?:
	      nla_put_u64_64bit(skb, K8SOV_A_DENIAL_TIME,
				ktime_get_real_ns(), K8SOV_A_DENIAL_PAD) ?:
	      nla_put_u32(skb, K8SOV_A_DENIAL_DIRECTION, v->direction) ?:
	      nla_put_u32(skb, K8SOV_A_DENIAL_REASON, v->reason);
	if (!err && audit)
		err = nla_put_flag(skb, K8SOV_A_DENIAL_AUDIT);
	if (!err && v->ep)
		err = put_endpoint(skb, v->ep);
	if (!err && v->rule)
		err = put_rule(skb, v);
	if (!err && suppressed)
		err = nla_put_u64_64bit(skb, K8SOV_A_DENIAL_SUPPRESSED,
					suppressed, K8SOV_A_DENIAL_PAD);
	return err ?: put_flow(skb, flow);
}

/**
 * k8sov_policy_event() - tell of a verdict
 * @kov: the device that judged
 * @flow: what it judged
 * @v: the verdict
 */
void k8sov_policy_event(const struct k8sov_dev *kov,
			const struct k8sov_policy_flow *flow,
			const struct k8sov_verdict *v)
{
	struct k8sov_nl_head head = { .cmd = K8SOV_CMD_DENIAL_NTF };
	struct k8sov_net *kn = k8sov_net(flow->net);
	struct sk_buff *skb;
	u64 suppressed;
	void *msg;
	int err;

	if (!k8sov_nl_denial_wanted(flow->net))
		return;
	if (!__ratelimit(&kn->denial_rate)) {
		atomic64_inc(&kn->denials_suppressed);
		return;
	}
	suppressed = atomic64_xchg(&kn->denials_suppressed, 0);
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!skb) {
		/* Those that it would have told of are in a later one. */
		atomic64_add(suppressed + 1, &kn->denials_suppressed);
		return;
	}
	msg = k8sov_nl_msg_start(skb, &head);
	err = k8sov_nl_msg_end(skb, msg, !msg ||
			       put_denial(skb, kov, flow, v, suppressed));
	k8sov_nl_denial_send(flow->net, skb, err);
}

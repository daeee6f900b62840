// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "device.h"
#include "endpoint.h"
#include "explain.h"
#include "policy.h"
#include "refuse.h"
#include "tables.h"

static int put_subnet(struct sk_buff *skb, const struct k8sov_lpm_entry *e)
{
	u8 type = k8sov_subnet_value_type(e->value);
	int err;

	err = nla_put_u8(skb, K8SOV_A_STEP_PREFIX_LEN, e->len) ?:
	      nla_put_u32(skb, K8SOV_A_STEP_TYPE, type) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_STEP_OWNER, e->owner);
	if (!err && type == K8SOV_SUBNET_TYPE_HOST)
		err = nla_put_u32(skb, K8SOV_A_STEP_HOST,
				  k8sov_subnet_value_host(e->value));
	return err;
}

static int put_host(struct sk_buff *skb, const struct k8sov_explain_step *step)
{
	const struct k8sov_host *host = step->host;
	int err = 0;

	if (!step->address.family)
		err = k8sov_nl_addr_put(skb, K8SOV_A_STEP_ADDRESS,
					K8SOV_A_STEP_ADDRESS6, &host->remote);
	err = err ?: nla_put_u32(skb, K8SOV_A_STEP_HOST, host->id) ?:
	      nla_put_u32(skb, K8SOV_A_STEP_ENCAP, host->encap) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_STEP_OWNER, host->owner);
	if (!err && *host->name)
		err = nla_put_string(skb, K8SOV_A_STEP_NAME, host->name);
	return err;
}

static int put_endpoint(struct sk_buff *skb, const struct k8sov_endpoint *ep)
{
	int err = k8sov_nl_u64_put(skb, K8SOV_A_STEP_OWNER, ep->owner);

	if (!err && *ep->name)
		err = nla_put_string(skb, K8SOV_A_STEP_NAME, ep->name);
	return err;
}

static int put_policy(struct sk_buff *skb,
		      const struct k8sov_explain_step *step)
{
	const struct k8sov_rule *rule = step->rule;
	int err;

	if (!rule)
		return 0;
	err = nla_put_u32(skb, K8SOV_A_STEP_RULESET, step->ruleset->id) ?:
	      nla_put_u32(skb, K8SOV_A_STEP_RULE, step->index) ?:
	      nla_put_u32(skb, K8SOV_A_STEP_ACTION, rule->action) ?:
	      nla_put_u32(skb, K8SOV_A_STEP_IDENTITY, step->identity);
	if (!err && *rule->name)
		err = nla_put_string(skb, K8SOV_A_STEP_NAME, rule->name);
	return err;
}

static bool is_policy(const struct k8sov_explain_step *step)
{
	return step->kind == K8SOV_STEP_EGRESS_POLICY ||
	       step->kind == K8SOV_STEP_INGRESS_POLICY;
}

static bool has_identity(const struct k8sov_explain_step *step)
{
	return step->kind == K8SOV_STEP_ENDPOINT ||
	       step->kind == K8SOV_STEP_SOURCE_IDENTITY ||
	       step->kind == K8SOV_STEP_DESTINATION_IDENTITY;
}

static int put_details(struct sk_buff *skb,
		       const struct k8sov_explain_step *step)
{
	int err = 0;

	if (step->subnet)
		err = put_subnet(skb, step->subnet);
	if (!err && step->host)
		err = put_host(skb, step);
	if (!err && step->endpoint && !is_policy(step))
		err = put_endpoint(skb, step->endpoint);
	if (!err && step->link)
		err = nla_put_u32(skb, K8SOV_A_STEP_LINK, step->link);
	if (!err && has_identity(step))
		err = nla_put_u32(skb, K8SOV_A_STEP_IDENTITY, step->identity);
	if (!err && step->mtu)
		err = nla_put_u32(skb, K8SOV_A_STEP_MTU, step->mtu);
	if (!err && is_policy(step))
		err = put_policy(skb, step);
	if (!err && (step->kind == K8SOV_STEP_VERDICT || is_policy(step)))
		err = nla_put_u32(skb, K8SOV_A_STEP_REASON, step->reason);
	return err;
}

static int put_step(struct sk_buff *skb, const struct k8sov_explain_step *step)
{
	struct nlattr *nest = nla_nest_start(skb, K8SOV_A_TRACE_STEP);

	if (!nest || nla_put_u32(skb, K8SOV_A_STEP_KIND, step->kind) ||
	    k8sov_nl_addr_put(skb, K8SOV_A_STEP_ADDRESS, K8SOV_A_STEP_ADDRESS6,
			      &step->address) ||
	    put_details(skb, step) ||
	    k8sov_nl_addr_put(skb, K8SOV_A_STEP_GATEWAY, K8SOV_A_STEP_GATEWAY6,
			      &step->gateway) ||
	    k8sov_nl_addr_put(skb, K8SOV_A_STEP_SOURCE, K8SOV_A_STEP_SOURCE6,
			      &step->source))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_answer(struct sk_buff *skb, const struct k8sov_dev *kov,
		      const struct k8sov_question *q,
		      const struct k8sov_explanation *x)
{
	unsigned int i;
	int err;

	err = nla_put_u32(skb, K8SOV_A_TRACE_IFINDEX, kov->dev->ifindex) ?:
	      nla_put_u32(skb, K8SOV_A_TRACE_DIRECTION, q->rx ?
			  K8SOV_DIRECTION_RX : K8SOV_DIRECTION_TX) ?:
	      nla_put_u32(skb, K8SOV_A_TRACE_REASON, x->reason);
	for (i = 0; !err && i < x->n; i++)
		err = put_step(skb, &x->steps[i]);
	return err;
}

static int parse_outer(const struct genl_info *info, struct k8sov_question *q)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = k8sov_nl_addr_parse(attrs, K8SOV_A_TRACE_OUTER,
				  K8SOV_A_TRACE_OUTER6, &q->outer,
				  info->extack);
	if (err)
		return err;
	if (q->rx && !q->outer.family)
		return k8sov_refuse_missing(info->extack, K8SOV_A_TRACE_OUTER,
					    "a received packet needs the outer source it came from");
	if (!q->rx && q->outer.family)
		return k8sov_refuse(info->extack,
				    attrs[K8SOV_A_TRACE_OUTER] ?:
				    attrs[K8SOV_A_TRACE_OUTER6], -EINVAL,
				    "only received packets have an outer source");
	return 0;
}

static int parse_link(const struct genl_info *info, struct k8sov_question *q)
{
	const struct nlattr *link = info->attrs[K8SOV_A_TRACE_LINK];

	if (!link)
		return 0;
	if (q->rx)
		return k8sov_refuse(info->extack, link, -EINVAL,
				    "only sent packets enter by a link");
	q->link = nla_get_u32(link);
	return 0;
}

static int parse_question(const struct genl_info *info,
			  struct k8sov_question *q)
{
	struct nlattr **attrs = info->attrs;
	int err;

	memset(q, 0, sizeof(*q));
	if (attrs[K8SOV_A_TRACE_PROTOCOL])
		q->protocol = nla_get_u8(attrs[K8SOV_A_TRACE_PROTOCOL]);
	if (attrs[K8SOV_A_TRACE_PORT])
		q->port = ntohs(nla_get_be16(attrs[K8SOV_A_TRACE_PORT]));
	if (attrs[K8SOV_A_TRACE_DIRECTION])
		q->rx = nla_get_u32(attrs[K8SOV_A_TRACE_DIRECTION]) ==
			K8SOV_DIRECTION_RX;
	err = k8sov_nl_addr_parse(attrs, K8SOV_A_TRACE_SOURCE,
				  K8SOV_A_TRACE_SOURCE6, &q->source,
				  info->extack);
	if (!err)
		err = k8sov_nl_addr_parse(attrs, K8SOV_A_TRACE_DESTINATION,
					  K8SOV_A_TRACE_DESTINATION6,
					  &q->destination, info->extack);
	if (err)
		return err;
	if (!q->source.family)
		return k8sov_refuse_missing(info->extack, K8SOV_A_TRACE_SOURCE,
					    "the packet has no source");
	if (!q->destination.family)
		return k8sov_refuse_missing(info->extack,
					    K8SOV_A_TRACE_DESTINATION,
					    "the packet has no destination");
	if (q->source.family != q->destination.family)
		return k8sov_refuse(info->extack,
				    attrs[K8SOV_A_TRACE_DESTINATION] ?:
				    attrs[K8SOV_A_TRACE_DESTINATION6], -EINVAL,
				    "source and destination are of different families");
	return parse_outer(info, q) ?: parse_link(info, q);
}

static int reply_answer(const struct k8sov_nl_req *req,
			const struct k8sov_question *q,
			struct k8sov_explanation *x)
{
	struct k8sov_nl_head head = k8sov_nl_reply_head(req->info);
	struct sk_buff *skb;
	void *msg;
	int err;

	if (!q->rx && !netif_running(req->kov->dev))
		return k8sov_refuse(req->info->extack,
				    req->info->attrs[K8SOV_A_TRACE_IFINDEX],
				    -ENETDOWN,
				    "the device is down, no packet gets to it");
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	k8sov_explain(req->kov, q, x);
	msg = k8sov_nl_msg_start(skb, &head);
	err = k8sov_nl_msg_end(skb, msg,
			       !msg || put_answer(skb, req->kov, q, x));
	return k8sov_nl_reply(req, skb, err);
}

/**
 * k8sov_nl_trace_get_doit() - handle trace-get
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() refused, -EINVAL if the question is not
 * clear, -ENETDOWN if nothing can be sent, -ENOMEM.
 */
int k8sov_nl_trace_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_explanation *x;
	struct k8sov_question q;
	struct k8sov_nl_req req;
	int err;

	err = parse_question(info, &q);
	if (err)
		return err;
	x = kmalloc(sizeof(*x), GFP_KERNEL);
	if (!x)
		return -ENOMEM;
	err = k8sov_nl_enter(&req, skb, info, 0);
	if (err)
		goto out_free_explanation;
	err = reply_answer(&req, &q, x);
	k8sov_nl_leave(&req);
out_free_explanation:
	kfree(x);
	return err;
}

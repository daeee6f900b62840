// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "change.h"
#include "device.h"
#include "refuse.h"
#include "subnet.h"
#include "tables.h"
#include "txn.h"

static int put_subnet(struct sk_buff *skb, const struct k8sov_dev *kov,
		      const struct k8sov_lpm_entry *e)
{
	u8 type = k8sov_subnet_value_type(e->value);
	int err;

	err = nla_put_u32(skb, K8SOV_A_SUBNET_IFINDEX, kov->dev->ifindex) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_SUBNET_OWNER, e->owner) ?:
	      k8sov_nl_prefix_put(skb, e) ?:
	      nla_put_u32(skb, K8SOV_A_SUBNET_TYPE, type);
	if (!err && type == K8SOV_SUBNET_TYPE_HOST)
		err = nla_put_u32(skb, K8SOV_A_SUBNET_HOST,
				  k8sov_subnet_value_host(e->value));
	return err;
}

static int fill_subnet(struct sk_buff *skb, const struct k8sov_nl_head *head,
		       const struct k8sov_dev *kov,
		       const struct k8sov_lpm_entry *e)
{
	void *msg = k8sov_nl_msg_start(skb, head);

	return k8sov_nl_msg_end(skb, msg, !msg || put_subnet(skb, kov, e));
}

/* Note a change, and tell of it if it is one of the live tables. */
static void note_change(const struct k8sov_nl_req *req, u8 cmd,
			const struct k8sov_lpm_entry *e)
{
	struct k8sov_nl_head head;
	struct sk_buff *skb;

	if (!k8sov_nl_note(req, K8SOV_TABLE_SUBNET))
		return;
	skb = k8sov_nl_event_new(req->net);
	if (!skb)
		return;
	head = k8sov_nl_event_head(req->info, cmd);
	k8sov_nl_event_send(req->net, skb,
			    fill_subnet(skb, &head, req->kov, e));
}

/**
 * k8sov_nl_subnet_get_doit() - handle subnet-get
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() or k8sov_nl_prefix_parse() refused,
 * -ENOENT, -ENOMEM.
 */
int k8sov_nl_subnet_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_nl_head head = k8sov_nl_reply_head(info);
	struct k8sov_prefix prefix;
	struct k8sov_lpm_entry *e;
	struct k8sov_nl_req req;
	struct sk_buff *reply;
	int err;

	err = k8sov_nl_prefix_parse(info->attrs, &prefix, info->extack);
	if (!err)
		err = k8sov_nl_enter(&req, skb, info, 0);
	if (err)
		return err;

	e = k8sov_subnet_find(k8sov_tables_locked(req.kov)->peers, &prefix);
	if (!e) {
		err = k8sov_refuse(info->extack,
				   info->attrs[K8SOV_A_SUBNET_PREFIX] ?:
				   info->attrs[K8SOV_A_SUBNET_PREFIX6],
				   -ENOENT, "there is no such subnet");
		goto out_leave;
	}
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	err = -ENOMEM;
	if (reply)
		err = k8sov_nl_reply(&req, reply,
				     fill_subnet(reply, &head, req.kov, e));
out_leave:
	k8sov_nl_leave(&req);
	return err;
}

static bool dump_wants(const struct k8sov_nl_dump *dump,
		       const struct k8sov_lpm_entry *e)
{
	const struct nlattr *host = dump->attrs[K8SOV_A_SUBNET_HOST];

	return !host || e->value ==
	       k8sov_subnet_value(K8SOV_SUBNET_TYPE_HOST, nla_get_u32(host));
}

static int dump_subnets(struct k8sov_nl_dump *dump)
{
	struct k8sov_peers *peers = k8sov_tables_locked(dump->kov)->peers;
	const struct k8sov_lpm_entry *e;
	void *msg;
	int err;

	while ((e = k8sov_nl_dump_prefix(dump, peers->subnets))) {
		if (dump_wants(dump, e)) {
			msg = k8sov_nl_dump_start(dump, K8SOV_CMD_SUBNET_GET);
			err = k8sov_nl_msg_end(dump->skb, msg, !msg ||
					       put_subnet(dump->skb, dump->kov,
							  e));
			if (err)
				return err;
		}
		k8sov_nl_dump_sent(dump, e);
		/* Perhaps one in a million is of the host asked for. */
		cond_resched();
	}
	return 0;
}

/**
 * k8sov_nl_subnet_get_dumpit() - handle the dump of subnet-get
 * @skb: where messages go
 * @cb: the dump
 *
 * Return: as k8sov_nl_dump().
 */
int k8sov_nl_subnet_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return k8sov_nl_dump(skb, cb, k8sov_subnet_get_nl_policy,
			     ARRAY_SIZE(k8sov_subnet_get_nl_policy) - 1,
			     dump_subnets);
}

static int set_subnet(const struct k8sov_nl_req *req,
		      const struct k8sov_subnet_spec *spec)
{
	struct k8sov_peers *peers = k8sov_txn_peers(req->kov, req->txn);
	struct k8sov_change change;
	int err;

	if (IS_ERR(peers))
		return PTR_ERR(peers);
	k8sov_nl_change(req, &change);
	err = k8sov_subnet_set(&change, peers, spec);
	if (!err)
		note_change(req, K8SOV_CMD_SUBNET_NTF,
			    k8sov_subnet_find(peers, &spec->prefix));
	return err;
}

/**
 * k8sov_nl_subnet_new_doit() - handle subnet-new
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_nl_prefix_parse() or
 * k8sov_subnet_set() refused, -ENOMEM.
 */
int k8sov_nl_subnet_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct k8sov_subnet_spec spec = {};
	struct k8sov_nl_req req;
	int err;

	err = k8sov_nl_prefix_parse(attrs, &spec.prefix, info->extack);
	if (err)
		return err;
	if (attrs[K8SOV_A_SUBNET_TYPE])
		spec.type = nla_get_u32(attrs[K8SOV_A_SUBNET_TYPE]);
	if (attrs[K8SOV_A_SUBNET_HOST])
		spec.host = nla_get_u32(attrs[K8SOV_A_SUBNET_HOST]);

	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_CREATE | K8SOV_NL_HAS_TXN);
	if (err)
		return err;
	err = set_subnet(&req, &spec);
	k8sov_nl_leave(&req);
	return err;
}

static int delete_subnet(const struct k8sov_nl_req *req,
			 const struct k8sov_prefix *prefix)
{
	struct k8sov_peers *peers = k8sov_txn_peers(req->kov, req->txn);
	struct k8sov_lpm_entry gone;
	struct k8sov_change change;
	int err;

	if (IS_ERR(peers))
		return PTR_ERR(peers);
	k8sov_nl_change(req, &change);
	err = k8sov_subnet_delete(&change, peers, prefix, &gone);
	if (!err)
		note_change(req, K8SOV_CMD_SUBNET_DEL_NTF, &gone);
	return err;
}

/**
 * k8sov_nl_subnet_del_doit() - handle subnet-del
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_nl_prefix_parse() or
 * k8sov_subnet_delete() refused, -ENOMEM.
 */
int k8sov_nl_subnet_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_prefix prefix;
	struct k8sov_nl_req req;
	int err;

	err = k8sov_nl_prefix_parse(info->attrs, &prefix, info->extack);
	if (!err)
		err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
				     K8SOV_NL_HAS_TXN);
	if (err)
		return err;
	err = delete_subnet(&req, &prefix);
	k8sov_nl_leave(&req);
	return err;
}

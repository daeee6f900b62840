// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "change.h"
#include "device.h"
#include "identity.h"
#include "refuse.h"
#include "tables.h"
#include "txn.h"

static int put_identity(struct sk_buff *skb, const struct k8sov_dev *kov,
			const struct k8sov_lpm_entry *e)
{
	return nla_put_u32(skb, K8SOV_A_IDENTITY_IFINDEX,
			   kov->dev->ifindex) ?:
	       k8sov_nl_u64_put(skb, K8SOV_A_IDENTITY_OWNER, e->owner) ?:
	       k8sov_nl_prefix_put(skb, e) ?:
	       nla_put_u32(skb, K8SOV_A_IDENTITY_IDENTITY, e->value);
}

static int fill_identity(struct sk_buff *skb, const struct k8sov_nl_head *head,
			 const struct k8sov_dev *kov,
			 const struct k8sov_lpm_entry *e)
{
	void *msg = k8sov_nl_msg_start(skb, head);

	return k8sov_nl_msg_end(skb, msg, !msg || put_identity(skb, kov, e));
}

/* Note a change, and tell of it if it is one of the live tables. */
static void note_change(const struct k8sov_nl_req *req, u8 cmd,
			const struct k8sov_lpm_entry *e)
{
	struct k8sov_nl_head head;
	struct sk_buff *skb;

	if (!k8sov_nl_note(req, K8SOV_TABLE_IDENTITY))
		return;
	skb = k8sov_nl_event_new(req->net);
	if (!skb)
		return;
	head = k8sov_nl_event_head(req->info, cmd);
	k8sov_nl_event_send(req->net, skb,
			    fill_identity(skb, &head, req->kov, e));
}

/**
 * k8sov_nl_identity_get_doit() - handle identity-get
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() or k8sov_nl_prefix_parse() refused,
 * -ENOENT, -ENOMEM.
 */
int k8sov_nl_identity_get_doit(struct sk_buff *skb, struct genl_info *info)
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

	e = k8sov_identity_find(k8sov_tables_locked(req.kov)->identities,
				&prefix);
	if (!e) {
		err = k8sov_refuse(info->extack,
				   info->attrs[K8SOV_A_IDENTITY_PREFIX] ?:
				   info->attrs[K8SOV_A_IDENTITY_PREFIX6],
				   -ENOENT, "there is no such identity");
		goto out_leave;
	}
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	err = -ENOMEM;
	if (reply)
		err = k8sov_nl_reply(&req, reply,
				     fill_identity(reply, &head, req.kov, e));
out_leave:
	k8sov_nl_leave(&req);
	return err;
}

static int dump_identities(struct k8sov_nl_dump *dump)
{
	struct k8sov_identities *ids;
	const struct k8sov_lpm_entry *e;
	void *msg;
	int err;

	ids = k8sov_tables_locked(dump->kov)->identities;
	while ((e = k8sov_nl_dump_prefix(dump, ids->prefixes))) {
		msg = k8sov_nl_dump_start(dump, K8SOV_CMD_IDENTITY_GET);
		err = k8sov_nl_msg_end(dump->skb, msg, !msg ||
				       put_identity(dump->skb, dump->kov, e));
		if (err)
			return err;
		k8sov_nl_dump_sent(dump, e);
	}
	return 0;
}

/**
 * k8sov_nl_identity_get_dumpit() - handle the dump of identity-get
 * @skb: where messages go
 * @cb: the dump
 *
 * Return: as k8sov_nl_dump().
 */
int k8sov_nl_identity_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return k8sov_nl_dump(skb, cb, k8sov_identity_get_nl_policy,
			     ARRAY_SIZE(k8sov_identity_get_nl_policy) - 1,
			     dump_identities);
}

static int set_identity(const struct k8sov_nl_req *req,
			const struct k8sov_prefix *prefix, u32 identity)
{
	struct k8sov_identities *ids;
	struct k8sov_change change;
	int err;

	ids = k8sov_txn_identities(req->kov, req->txn);
	if (IS_ERR(ids))
		return PTR_ERR(ids);
	k8sov_nl_change(req, &change);
	err = k8sov_identity_set(&change, ids, prefix, identity);
	if (!err)
		note_change(req, K8SOV_CMD_IDENTITY_NTF,
			    k8sov_identity_find(ids, prefix));
	return err;
}

/**
 * k8sov_nl_identity_new_doit() - handle identity-new
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_nl_prefix_parse() or
 * k8sov_identity_set() refused, -ENOMEM.
 */
int k8sov_nl_identity_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *identity;
	struct k8sov_prefix prefix;
	struct k8sov_nl_req req;
	int err;

	err = k8sov_nl_prefix_parse(info->attrs, &prefix, info->extack);
	if (err)
		return err;
	identity = info->attrs[K8SOV_A_IDENTITY_IDENTITY];
	if (!identity)
		return k8sov_refuse_missing(info->extack,
					    K8SOV_A_IDENTITY_IDENTITY,
					    "the request names no identity");

	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_CREATE | K8SOV_NL_HAS_TXN);
	if (err)
		return err;
	err = set_identity(&req, &prefix, nla_get_u32(identity));
	k8sov_nl_leave(&req);
	return err;
}

static int delete_identity(const struct k8sov_nl_req *req,
			   const struct k8sov_prefix *prefix)
{
	struct k8sov_identities *ids;
	struct k8sov_lpm_entry gone;
	struct k8sov_change change;
	int err;

	ids = k8sov_txn_identities(req->kov, req->txn);
	if (IS_ERR(ids))
		return PTR_ERR(ids);
	k8sov_nl_change(req, &change);
	err = k8sov_identity_delete(&change, ids, prefix, &gone);
	if (!err)
		note_change(req, K8SOV_CMD_IDENTITY_DEL_NTF, &gone);
	return err;
}

/**
 * k8sov_nl_identity_del_doit() - handle identity-del
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_nl_prefix_parse() or
 * k8sov_identity_delete() refused, -ENOMEM.
 */
int k8sov_nl_identity_del_doit(struct sk_buff *skb, struct genl_info *info)
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
	err = delete_identity(&req, &prefix);
	k8sov_nl_leave(&req);
	return err;
}

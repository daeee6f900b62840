// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "change.h"
#include "device.h"
#include "endpoint.h"
#include "flush.h"
#include "guard.h"
#include "refuse.h"
#include "txn.h"

static int put_txn(struct sk_buff *skb, const struct k8sov_dev *kov,
		   u32 id, u32 tables)
{
	int err = nla_put_u32(skb, K8SOV_A_TXN_IFINDEX, kov->dev->ifindex);

	if (!err && id)
		err = nla_put_u32(skb, K8SOV_A_TXN_TXN, id);
	if (!err && tables)
		err = nla_put_u32(skb, K8SOV_A_TXN_TABLES, tables);
	return err ?: k8sov_nl_u64_put(skb, K8SOV_A_TXN_GENERATION,
				       k8sov_tables_locked(kov)->generation);
}

static int fill_txn(struct sk_buff *skb, const struct k8sov_nl_head *head,
		    const struct k8sov_dev *kov, u32 id, u32 tables)
{
	void *msg = k8sov_nl_msg_start(skb, head);

	return k8sov_nl_msg_end(skb, msg,
				!msg || put_txn(skb, kov, id, tables));
}

static void event_commit(const struct k8sov_nl_req *req, u32 tables)
{
	struct k8sov_nl_head head;
	struct sk_buff *skb;

	skb = k8sov_nl_event_new(req->net);
	if (!skb)
		return;
	head = k8sov_nl_event_head(req->info, K8SOV_CMD_COMMIT_NTF);
	k8sov_nl_event_send(req->net, skb,
			    fill_txn(skb, &head, req->kov, 0, tables));
}

/**
 * k8sov_nl_txn_begin_doit() - handle txn-begin
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() refused, -EINVAL if hosts are to be replaced
 * without subnets or rulesets without endpoints, -ENOSPC if there are too many
 * transactions, -ENOMEM.
 */
int k8sov_nl_txn_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tables = info->attrs[K8SOV_A_TXN_TABLES];
	struct k8sov_nl_head head = k8sov_nl_reply_head(info);
	u32 replace = tables ? nla_get_u32(tables) : 0;
	struct k8sov_nl_req req;
	struct k8sov_txn *txn;
	struct sk_buff *reply;
	int err;

	if ((replace & K8SOV_PEERS_TABLES) == K8SOV_TABLE_HOST)
		return k8sov_refuse(info->extack, tables, -EINVAL,
				    "to replace all hosts, replace all subnets as well");
	if ((replace & K8SOV_ENDPOINTS_TABLES) == K8SOV_TABLE_RULESET)
		return k8sov_refuse(info->extack, tables, -EINVAL,
				    "to replace all rulesets, replace all endpoints as well");
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE);
	if (err)
		goto err_free_reply;

	txn = k8sov_txn_begin(req.kov, req.net, info->snd_portid, replace);
	if (IS_ERR(txn)) {
		err = PTR_ERR(txn);
		if (err == -ENOSPC)
			k8sov_refuse(info->extack, NULL, err,
				     "the device has too many open transactions");
		goto err_leave;
	}
	err = k8sov_nl_reply(&req, reply, fill_txn(reply, &head, req.kov,
						   txn->id, 0));
	/* Nobody knows the number if the reply did not arrive. */
	if (err)
		k8sov_txn_abort(req.kov, txn);
	k8sov_nl_leave(&req);
	return err;

err_leave:
	k8sov_nl_leave(&req);
err_free_reply:
	nlmsg_free(reply);
	return err;
}

static u32 used_encaps(const struct k8sov_peers *peers)
{
	u32 used = 0;
	u8 encap;

	for (encap = 0; encap <= K8SOV_ENCAP_MAX; encap++)
		if (peers && peers->n_encap[encap])
			used |= BIT(encap);
	return used;
}

/*
 * Let the device get ready for the encapsulations of the new hosts. That takes
 * other locks, so ours is dropped, and the transaction may have changed or gone
 * when it is back: look again until nothing is left to do.
 */
static int prepare_commit(struct k8sov_nl_req *req)
{
	struct netlink_ext_ack *extack = req->info->extack;
	u32 id = req->txn->id;
	u32 ready = 0;
	u32 missing;
	int err;
	u8 encap;

	for (;;) {
		err = k8sov_txn_prepare(req->kov, req->txn, extack);
		missing = used_encaps(req->txn->groups.peers) & ~ready;
		if (err || !missing)
			return err;

		encap = __ffs(missing);
		ready |= BIT(encap);
		mutex_unlock(&req->kov->lock);
		err = k8sov_device_want_encap(req->kov, encap, extack);
		mutex_lock(&req->kov->lock);
		if (err)
			return err;
		req->txn = k8sov_txn_find(req->kov, id);
		if (!req->txn)
			return k8sov_refuse(extack, NULL, -ENOENT,
					    "the transaction was ended meanwhile");
	}
}

static int commit_txn(struct k8sov_nl_req *req)
{
	struct k8sov_endpoints *eps;
	u32 tables;
	int err;

	err = prepare_commit(req);
	if (err)
		return err;
	eps = req->txn->groups.endpoints;
	if (eps) {
		err = k8sov_guard_hold_all(req->kov, eps, req->info->extack);
		if (err)
			return err;
	}
	tables = req->txn->touched | req->txn->replace;
	err = k8sov_txn_commit(req->kov, req->txn);
	if (!err)
		event_commit(req, tables);
	return err;
}

/**
 * k8sov_nl_txn_commit_doit() - handle txn-commit
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_device_want_encap() or
 * k8sov_guard_hold_all() refused, -EINVAL without a transaction, -EAGAIN if it
 * was overtaken, -ENOMEM.
 */
int k8sov_nl_txn_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_nl_head head = k8sov_nl_reply_head(info);
	struct k8sov_nl_req req;
	struct sk_buff *reply;
	int err;

	if (!info->attrs[K8SOV_A_TXN_TXN])
		return k8sov_refuse_missing(info->extack, K8SOV_A_TXN_TXN,
					    "the request names no transaction");
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_HAS_TXN | K8SOV_NL_RTNL |
			     K8SOV_NL_FOLLOW);
	if (err) {
		nlmsg_free(reply);
		return err;
	}

	err = commit_txn(&req);
	/* What is in force is no failure, even if the reply gets lost. */
	if (err)
		nlmsg_free(reply);
	else
		k8sov_nl_reply(&req, reply,
			       fill_txn(reply, &head, req.kov, 0, 0));
	k8sov_nl_leave(&req);
	return err;
}

/**
 * k8sov_nl_txn_abort_doit() - handle txn-abort
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() refused, -EINVAL without a transaction.
 */
int k8sov_nl_txn_abort_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_nl_req req;
	int err;

	if (!info->attrs[K8SOV_A_TXN_TXN])
		return k8sov_refuse_missing(info->extack, K8SOV_A_TXN_TXN,
					    "the request names no transaction");
	err = k8sov_nl_enter(&req, skb, info,
			     K8SOV_NL_WRITE | K8SOV_NL_HAS_TXN);
	if (err)
		return err;
	k8sov_txn_abort(req.kov, req.txn);
	k8sov_nl_leave(&req);
	return 0;
}

static int flush_tables(struct k8sov_nl_req *req, u32 tables)
{
	struct genl_info *info = req->info;
	const struct nlattr *attr = info->attrs[K8SOV_A_TXN_OWNER];
	struct k8sov_change change = {
		.kov = req->kov,
		.attrs = info->attrs,
		.extack = info->extack,
	};
	struct k8sov_groups groups = {};
	u64 owner;
	int err;

	if (attr)
		owner = nla_get_u64(attr);
	err = k8sov_flush_copy(&change, req->txn, tables,
			       attr ? &owner : NULL, &groups);
	if (err)
		return err;
	if (req->txn) {
		k8sov_txn_adopt(req->txn, &groups);
		k8sov_nl_note(req, tables);
		return 0;
	}
	err = k8sov_tables_swap(req->kov, &groups);
	if (err)
		k8sov_groups_destroy(&groups);
	else
		event_commit(req, tables);
	return err;
}

/**
 * k8sov_nl_flush_doit() - handle flush
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() or k8sov_flush_copy() refused, -EINVAL
 * without tables.
 */
int k8sov_nl_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *tables = info->attrs[K8SOV_A_TXN_TABLES];
	struct k8sov_nl_req req;
	int err;

	if (!tables || !nla_get_u32(tables))
		return k8sov_refuse_missing(info->extack, K8SOV_A_TXN_TABLES,
					    "the request names no tables");
	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_HAS_TXN | K8SOV_NL_RTNL_LIVE |
			     K8SOV_NL_FOLLOW);
	if (err)
		return err;
	err = flush_tables(&req, nla_get_u32(tables));
	k8sov_nl_leave(&req);
	return err;
}

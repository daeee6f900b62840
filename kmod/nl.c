// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "change.h"
#include "device.h"
#include "follow.h"
#include "nl_event.h"
#include "refuse.h"
#include "source.h"
#include "tables.h"
#include "txn.h"
#include "watch.h"

/*
 * The core would refuse the flags of creation for commands at or above
 * resv_start_op, so all are below and enter_header() is as strict itself.
 */
static struct genl_family family __ro_after_init = {
	.name		= K8SOV_FAMILY_NAME,
	.version	= K8SOV_FAMILY_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	.parallel_ops	= true,
	.resv_start_op	= __K8SOV_CMD_MAX,
	.ops		= k8sov_nl_ops,
	.n_ops		= ARRAY_SIZE(k8sov_nl_ops),
	.mcgrps		= k8sov_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(k8sov_nl_mcgrps),
};

#define SAME(set, attr)							\
	static_assert((int)K8SOV_A_##set##_##attr == (int)K8SOV_NL_##attr)
SAME(DEVICE, IFINDEX);
SAME(SUBNET, IFINDEX);
SAME(SUBNET, TXN);
SAME(SUBNET, OWNER);
SAME(SUBNET, FORCE);
SAME(ENDPOINT, IFINDEX);
SAME(ENDPOINT, TXN);
SAME(ENDPOINT, OWNER);
SAME(ENDPOINT, FORCE);
SAME(IDENTITY, IFINDEX);
SAME(IDENTITY, TXN);
SAME(IDENTITY, OWNER);
SAME(IDENTITY, FORCE);
SAME(IDENTITY, PREFIX);
SAME(IDENTITY, PREFIX6);
SAME(IDENTITY, PREFIX_LEN);
SAME(RULESET, IFINDEX);
SAME(RULESET, TXN);
SAME(RULESET, OWNER);
SAME(RULESET, FORCE);
SAME(TXN, IFINDEX);
SAME(TXN, TXN);
SAME(TXN, OWNER);
SAME(STATS, IFINDEX);
SAME(TRACE, IFINDEX);

static int enter_header(const struct genl_info *info, u32 need)
{
	u16 known = NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO;

	if (need & K8SOV_NL_CREATE)
		known |= NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE;
	if (need & K8SOV_NL_APPEND)
		known |= NLM_F_APPEND;
	if (info->nlhdr->nlmsg_flags & ~known)
		return k8sov_refuse(info->extack, NULL, -EINVAL,
				    "the message has flags that the command does not know");
	if (info->genlhdr->reserved)
		return k8sov_refuse(info->extack, NULL, -EINVAL,
				    "the reserved field of the header is not 0");
	return 0;
}

static int enter_device(struct k8sov_nl_req *req)
{
	struct nlattr *attr = req->info->attrs[K8SOV_NL_IFINDEX];
	struct netlink_ext_ack *extack = req->info->extack;
	struct net_device *dev;

	if (!attr)
		return k8sov_refuse_missing(extack, K8SOV_NL_IFINDEX,
					    "the request names no device");
	dev = dev_get_by_index(req->net, nla_get_u32(attr));
	if (!dev)
		return k8sov_refuse(extack, attr, -ENODEV,
				    "there is no interface with this index");
	if (!k8sov_device_is(dev)) {
		dev_put(dev);
		return k8sov_refuse(extack, attr, -EOPNOTSUPP,
				    "the interface is no k8sov device");
	}

	req->kov = netdev_priv(dev);
	mutex_lock(&req->kov->lock);
	/* It may also have moved to where the sender has no rights. */
	if (!req->kov->dying && net_eq(dev_net(dev), req->net))
		return 0;
	mutex_unlock(&req->kov->lock);
	dev_put(dev);
	return k8sov_refuse(extack, attr, -ENODEV,
			    "the device is being deleted or moved");
}

/*
 * The tables steer packets in the namespace of the underlay, so whoever
 * changes them must be its administrator as well. It stays while the device is
 * not dying.
 */
static int enter_capable(const struct k8sov_nl_req *req, struct sk_buff *skb)
{
	const struct net *net = req->kov->net;

	if (net_eq(net, req->net) ||
	    netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN))
		return 0;
	return k8sov_refuse(req->info->extack, NULL, -EPERM,
			    "changes need CAP_NET_ADMIN in the namespace of the underlay as well");
}

static int enter_txn(struct k8sov_nl_req *req)
{
	struct nlattr *attr = req->info->attrs[K8SOV_NL_TXN];
	struct netlink_ext_ack *extack = req->info->extack;
	struct k8sov_txn *txn;

	if (!attr)
		return 0;
	txn = k8sov_txn_find(req->kov, nla_get_u32(attr));
	if (!txn)
		return k8sov_refuse(extack, attr, -ENOENT,
				    "there is no such transaction");
	if (txn->portid != req->info->snd_portid || txn->net != req->net)
		return k8sov_refuse(extack, attr, -EPERM,
				    "the transaction belongs to another socket");
	req->txn = txn;
	return 0;
}

/**
 * k8sov_nl_enter() - find and lock what a request is about
 * @req: set up
 * @skb: as the handler got it
 * @info: as the handler got it
 * @need: K8SOV_NL_*
 *
 * Return: 0, then k8sov_nl_leave() must follow; -EINVAL if the header is wrong
 * or there is no ifindex, -ENODEV or -EOPNOTSUPP if the device is none, -EPERM
 * without the right to change it, -ENOENT or -EPERM if the transaction is
 * none or another socket's.
 */
int k8sov_nl_enter(struct k8sov_nl_req *req, struct sk_buff *skb,
		   struct genl_info *info, u32 need)
{
	int err;

	*req = (struct k8sov_nl_req){
		.info = info,
		.net = genl_info_net(info),
	};
	err = enter_header(info, need);
	if (err)
		return err;

	req->rtnl = need & K8SOV_NL_RTNL ||
		    (need & K8SOV_NL_RTNL_LIVE && !info->attrs[K8SOV_NL_TXN]);
	req->follow = req->rtnl && need & K8SOV_NL_FOLLOW;
	if (req->rtnl)
		rtnl_lock();
	err = enter_device(req);
	if (err)
		goto err_unlock_rtnl;
	if (need & K8SOV_NL_WRITE)
		err = enter_capable(req, skb);
	if (!err && need & K8SOV_NL_HAS_TXN)
		err = enter_txn(req);
	if (err)
		k8sov_nl_leave(req);
	return err;

err_unlock_rtnl:
	if (req->rtnl)
		rtnl_unlock();
	return err;
}

/**
 * k8sov_nl_leave() - undo k8sov_nl_enter()
 * @req: the request
 *
 * Live hosts decide about hooks and MTU. Those follow upon failure, too: what
 * was made ready for hosts may not be needed.
 */
void k8sov_nl_leave(struct k8sov_nl_req *req)
{
	struct net_device *dev = req->kov->dev;

	k8sov_guard_update(req->kov);
	mutex_unlock(&req->kov->lock);
	if (req->follow)
		k8sov_follow(req->kov);
	dev_put(dev);
	if (req->rtnl)
		rtnl_unlock();
}

/**
 * k8sov_nl_change() - what all requests for changes say
 * @req: the request, of a command with owner and force
 * @change: filled in
 */
void k8sov_nl_change(const struct k8sov_nl_req *req,
		     struct k8sov_change *change)
{
	struct genl_info *info = req->info;
	struct nlattr **attrs = info->attrs;

	*change = (struct k8sov_change){
		.kov = req->kov,
		.flags = info->nlhdr->nlmsg_flags,
		.force = attrs[K8SOV_NL_FORCE],
		.attrs = attrs,
		.extack = info->extack,
	};
	if (attrs[K8SOV_NL_OWNER])
		change->owner = nla_get_u64(attrs[K8SOV_NL_OWNER]);
}

/**
 * k8sov_nl_note() - note that a request changed tables
 * @req: the request
 * @tables: enum k8sov_table
 *
 * Return: true if they are live, so that there is news for listeners.
 */
bool k8sov_nl_note(const struct k8sov_nl_req *req, u32 tables)
{
	if (req->txn) {
		req->txn->touched |= tables;
		return false;
	}
	k8sov_tables_touch(req->kov, tables);
	return true;
}

/**
 * k8sov_nl_msg_start() - begin a message of the family
 * @skb: where it goes
 * @head: its header
 *
 * Return: the message, or NULL without room.
 */
void *k8sov_nl_msg_start(struct sk_buff *skb, const struct k8sov_nl_head *head)
{
	return genlmsg_put(skb, head->portid, head->seq, &family, head->flags,
			   head->cmd);
}

/**
 * k8sov_nl_msg_end() - finish a message, or take it back
 * @skb: where it is
 * @msg: from k8sov_nl_msg_start()
 * @err: something did not fit
 *
 * Return: 0, or -EMSGSIZE if @err is set.
 */
int k8sov_nl_msg_end(struct sk_buff *skb, void *msg, int err)
{
	if (err) {
		genlmsg_cancel(skb, msg);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, msg);
	return 0;
}

/**
 * k8sov_nl_reply_head() - header of the reply to a request
 * @info: the request
 *
 * Return: the header.
 */
struct k8sov_nl_head k8sov_nl_reply_head(const struct genl_info *info)
{
	return (struct k8sov_nl_head){
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
	};
}

/**
 * k8sov_nl_event_head() - header of an event
 * @info: the request that led to it, so that its sender knows his own changes;
 *	NULL if there was none
 * @cmd: enum k8sov_cmd
 *
 * Return: the header.
 */
struct k8sov_nl_head k8sov_nl_event_head(const struct genl_info *info, u8 cmd)
{
	return (struct k8sov_nl_head){
		.portid = info ? info->snd_portid : 0,
		.seq = info ? info->snd_seq : 0,
		.cmd = cmd,
	};
}

/**
 * k8sov_nl_reply() - send the reply to a request
 * @req: the request
 * @skb: the reply; freed
 * @err: it could not be built
 *
 * Return: 0, @err, or what sending returned.
 */
int k8sov_nl_reply(const struct k8sov_nl_req *req, struct sk_buff *skb,
		   int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, req->info);
}

/**
 * k8sov_nl_get_device() - handle a request for what a device has one of
 * @skb: request
 * @info: parsed request
 * @put: fills the reply
 *
 * Return: 0, what k8sov_nl_enter() refused, -ENOMEM.
 */
int k8sov_nl_get_device(struct sk_buff *skb, struct genl_info *info,
			k8sov_nl_put_fn put)
{
	struct k8sov_nl_head head = k8sov_nl_reply_head(info);
	struct k8sov_nl_req req;
	struct sk_buff *reply;
	void *msg;
	int err;

	err = k8sov_nl_enter(&req, skb, info, 0);
	if (err)
		return err;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	err = -ENOMEM;
	if (!reply)
		goto out_leave;
	msg = k8sov_nl_msg_start(reply, &head);
	err = k8sov_nl_msg_end(reply, msg, !msg || put(reply, req.kov));
	err = k8sov_nl_reply(&req, reply, err);
out_leave:
	k8sov_nl_leave(&req);
	return err;
}

/**
 * k8sov_nl_event_new() - room for an event
 * @net: namespace of the device
 *
 * Return: NULL if nobody listens, or without memory; then listeners were told
 * that they missed something.
 */
struct sk_buff *k8sov_nl_event_new(struct net *net)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&family, net, K8SOV_NLGRP_CHANGES))
		return NULL;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		genl_set_err(&family, net, 0, K8SOV_NLGRP_CHANGES, -ENOBUFS);
	return skb;
}

/**
 * k8sov_nl_event_send() - tell everybody who listens
 * @net: namespace of the device
 * @skb: from k8sov_nl_event_new()
 * @err: it could not be built
 *
 * Called with the lock of the device held, so that events come in the order of
 * the changes.
 */
void k8sov_nl_event_send(struct net *net, struct sk_buff *skb, int err)
{
	if (err) {
		nlmsg_free(skb);
		genl_set_err(&family, net, 0, K8SOV_NLGRP_CHANGES, -ENOBUFS);
		return;
	}
	genlmsg_multicast_netns(&family, net, skb, 0, K8SOV_NLGRP_CHANGES,
				GFP_KERNEL);
}

/**
 * k8sov_nl_denial_wanted() - does anybody listen for denials?
 * @net: namespace of the device
 *
 * Context: any.
 * Return: true if so.
 */
bool k8sov_nl_denial_wanted(struct net *net)
{
	return genl_has_listeners(&family, net, K8SOV_NLGRP_DENIALS);
}

/**
 * k8sov_nl_denial_send() - tell everybody who listens for denials
 * @net: namespace of the device
 * @skb: the event; freed
 * @err: it could not be built
 *
 * Context: any.
 */
void k8sov_nl_denial_send(struct net *net, struct sk_buff *skb, int err)
{
	if (err)
		nlmsg_free(skb);
	else
		genlmsg_multicast_netns(&family, net, skb, 0,
					K8SOV_NLGRP_DENIALS, GFP_ATOMIC);
}

/**
 * k8sov_nl_init() - let requests in
 *
 * Return: 0, or what registering returned.
 */
int __init k8sov_nl_init(void)
{
	int err = k8sov_watch_init();

	if (err)
		return err;
	err = genl_register_family(&family);
	if (err)
		k8sov_watch_exit();
	return err;
}

/**
 * k8sov_nl_exit() - let no more requests in, and wait for those that are
 */
void k8sov_nl_exit(void)
{
	/* Leaving, the watch tells that endpoints go, by the family. */
	k8sov_watch_exit();
	genl_unregister_family(&family);
}

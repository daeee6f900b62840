// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "device.h"
#include "lpm.h"
#include "refuse.h"
#include "tables.h"

#define DUMP_ATTRS	16	/* more than any request for a dump has */

static_assert(sizeof(struct k8sov_nl_cursor) <=
	      sizeof_field(struct netlink_callback, ctx));

/* The device with the lowest index above @ifindex, with a reference. */
static struct net_device *device_after(struct net *net, u32 ifindex)
{
	struct net_device *dev, *best = NULL;

	rcu_read_lock();
	for_each_netdev_rcu(net, dev)
		if (dev->ifindex > ifindex && k8sov_device_is(dev) &&
		    (!best || dev->ifindex < best->ifindex))
			best = dev;
	dev_hold(best);
	rcu_read_unlock();
	return best;
}

/* A device by index, with a reference, if it is one of ours. */
static struct net_device *device_at(struct net *net, u32 ifindex)
{
	struct net_device *dev = dev_get_by_index(net, ifindex);

	if (dev && !k8sov_device_is(dev)) {
		dev_put(dev);
		return NULL;
	}
	return dev;
}

/* 0 is not allowed, see nl_dump_check_consistent(). */
static u32 dump_seq(const struct k8sov_dev *kov)
{
	u32 seq = k8sov_tables_locked(kov)->generation;

	return seq ?: 1;
}

/* Let the next message, or the end, say that the dump is not consistent. */
static void mark_overtaken(struct netlink_callback *cb)
{
	cb->prev_seq = cb->seq + 1 ?: 2;
}

/* Dump as much of one device as fits. */
static int dump_device(struct k8sov_nl_dump *dump, struct net_device *dev,
		       k8sov_nl_dump_fn fn)
{
	struct k8sov_nl_cursor *cur = dump->cur;
	struct netlink_callback *cb = dump->cb;
	int err = -ENODEV;

	dump->kov = netdev_priv(dev);
	mutex_lock(&dump->kov->lock);
	if (dump->kov->dying)
		goto out_unlock;

	cb->seq = dump_seq(dump->kov);
	if (!cur->inside) {
		cb->prev_seq = 0;
		if (cur->overtaken)
			mark_overtaken(cb);
		*cur = (struct k8sov_nl_cursor){
			.ifindex = dev->ifindex,
			.inside = true,
			.overtaken = cur->overtaken,
		};
	}
	err = fn(dump);
	if (!err) {
		cur->inside = false;
		cur->overtaken |= cb->prev_seq && cb->prev_seq != cb->seq;
	}
out_unlock:
	mutex_unlock(&dump->kov->lock);
	return err;
}

static int dump_all(struct k8sov_nl_dump *dump, k8sov_nl_dump_fn fn)
{
	struct k8sov_nl_cursor *cur = dump->cur;
	struct net *net = sock_net(dump->skb->sk);
	struct net_device *dev;
	u32 ifindex = 0;
	int err;

	for (;;) {
		dev = cur->inside ? device_at(net, cur->ifindex) :
				    device_after(net, cur->ifindex);
		if (!dev && !cur->inside)
			return 0;
		err = -ENODEV;
		if (dev) {
			err = dump_device(dump, dev, fn);
			ifindex = dev->ifindex;
			dev_put(dev);
		}
		if (err == -ENODEV) {
			/* Gone: what was sent of it is not worth much. */
			if (dev && !cur->inside)
				cur->ifindex = ifindex;
			cur->overtaken |= cur->inside;
			cur->inside = false;
		} else if (err) {
			return err;
		}
	}
}

/* A later call must not blame an attribute: the core has left the request. */
static int dump_one(struct k8sov_nl_dump *dump, u32 ifindex,
		    k8sov_nl_dump_fn fn)
{
	struct net *net = sock_net(dump->skb->sk);
	struct net_device *dev = device_at(net, ifindex);
	int err = -ENODEV;

	if (dev) {
		err = dump_device(dump, dev, fn);
		dev_put(dev);
	}
	if (err == -ENODEV)
		k8sov_refuse(dump->cb->extack, NULL, err,
			     "there is no k8sov device with this index");
	return err;
}

/**
 * k8sov_nl_dump() - one call of a dump
 * @skb: as the handler got it
 * @cb: as the handler got it
 * @policy: of the command
 * @maxattr: of the command
 * @fn: dumps one device
 *
 * Dumps the device of the request, or all of the namespace one after another.
 * The lock of a device is held for one call only. Messages say NLM_F_DUMP_INTR
 * if a device changed between the calls.
 *
 * Return: what the handler returns.
 */
int k8sov_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		  const struct nla_policy *policy, int maxattr,
		  k8sov_nl_dump_fn fn)
{
	struct k8sov_nl_cursor *cur = (struct k8sov_nl_cursor *)cb->ctx;
	struct nlattr *attrs[DUMP_ATTRS + 1];
	struct k8sov_nl_dump dump = {
		.skb = skb,
		.cb = cb,
		.cur = cur,
		.attrs = attrs,
	};
	int err;

	if (cur->done)
		return 0;
	if (WARN_ON_ONCE(maxattr > DUMP_ATTRS))
		return -EINVAL;
	err = nlmsg_parse(cb->nlh, GENL_HDRLEN, attrs, maxattr, policy,
			  cb->extack);
	if (err)
		return err;

	if (attrs[K8SOV_NL_IFINDEX])
		err = dump_one(&dump, nla_get_u32(attrs[K8SOV_NL_IFINDEX]), fn);
	else
		err = dump_all(&dump, fn);
	if (err && (err != -EMSGSIZE || !skb->len))
		return err;
	cur->done = !err;
	if (cur->done && cur->overtaken)
		mark_overtaken(cb);
	return skb->len;
}

/**
 * k8sov_nl_dump_start() - begin a message of a dump
 * @dump: the dump
 * @cmd: enum k8sov_cmd
 *
 * Return: the message, or NULL without room.
 */
void *k8sov_nl_dump_start(struct k8sov_nl_dump *dump, u8 cmd)
{
	struct netlink_callback *cb = dump->cb;
	struct k8sov_nl_head head = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cmd = cmd,
	};
	void *msg = k8sov_nl_msg_start(dump->skb, &head);

	if (msg)
		genl_dump_check_consistent(cb, msg);
	return msg;
}

/**
 * k8sov_nl_dump_device() - send the one message of a device
 * @dump: the dump
 * @cmd: operation that is dumped
 * @put: fills the message
 *
 * Return: 0, or -EMSGSIZE.
 */
int k8sov_nl_dump_device(struct k8sov_nl_dump *dump, u8 cmd,
			 k8sov_nl_put_fn put)
{
	void *msg = k8sov_nl_dump_start(dump, cmd);

	return k8sov_nl_msg_end(dump->skb, msg,
				!msg || put(dump->skb, dump->kov));
}

/**
 * k8sov_nl_dump_prefix() - the prefix to send next
 * @dump: the dump
 * @tables: one table for each family, IPv4 goes first
 *
 * Return: the entry, or NULL if there is none left.
 */
struct k8sov_lpm_entry *k8sov_nl_dump_prefix(struct k8sov_nl_dump *dump,
					     const struct k8sov_lpm *tables)
{
	struct k8sov_nl_cursor *cur = dump->cur;
	struct k8sov_lpm_entry *e;

	for (; cur->family < K8SOV_FAMILIES; cur->family++) {
		e = k8sov_lpm_next(&tables[cur->family], cur->addr, cur->len,
				   !cur->keyed);
		if (e)
			return e;
		cur->keyed = false;
	}
	return NULL;
}

/**
 * k8sov_nl_dump_sent() - go on behind a prefix
 * @dump: the dump
 * @e: from k8sov_nl_dump_prefix()
 */
void k8sov_nl_dump_sent(struct k8sov_nl_dump *dump,
			const struct k8sov_lpm_entry *e)
{
	struct k8sov_nl_cursor *cur = dump->cur;

	memcpy(cur->addr, e->addr, sizeof(cur->addr));
	cur->len = e->len;
	cur->keyed = true;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include <linux/etherdevice.h>

#include "change.h"
#include "device.h"
#include "host.h"
#include "refuse.h"
#include "txn.h"

static int put_addrs(struct sk_buff *skb, const struct k8sov_host *host)
{
	unsigned int i;
	int err;

	err = k8sov_nl_addr_put(skb, K8SOV_A_HOST_REMOTE, K8SOV_A_HOST_REMOTE6,
				&host->remote);
	for (i = 0; !err && i < host->n_sources; i++)
		err = k8sov_nl_addr_put(skb, K8SOV_A_HOST_SOURCE,
					K8SOV_A_HOST_SOURCE6,
					&host->sources[i]);
	return err;
}

static int put_ethernet(struct sk_buff *skb, const struct k8sov_host *host)
{
	int err = 0;

	if (host->encap != K8SOV_ENCAP_VXLAN &&
	    host->encap != K8SOV_ENCAP_GENEVE)
		return 0;
	err = nla_put(skb, K8SOV_A_HOST_MAC, ETH_ALEN, host->mac);
	if (!err && host->port)
		err = nla_put_be16(skb, K8SOV_A_HOST_PORT, host->port);
	if (!err && host->has_vni)
		err = nla_put_u32(skb, K8SOV_A_HOST_VNI, host->vni);
	return err;
}

static int put_traffic(struct sk_buff *skb, const struct k8sov_host *host)
{
	struct k8sov_host_sum sum;

	k8sov_host_fold(host, &sum);
	return k8sov_nl_u64_put(skb, K8SOV_A_HOST_TX_PACKETS, sum.tx_packets) ?:
	       k8sov_nl_u64_put(skb, K8SOV_A_HOST_TX_BYTES, sum.tx_bytes) ?:
	       k8sov_nl_u64_put(skb, K8SOV_A_HOST_RX_PACKETS, sum.rx_packets) ?:
	       k8sov_nl_u64_put(skb, K8SOV_A_HOST_RX_BYTES, sum.rx_bytes);
}

static int put_host(struct sk_buff *skb, const struct k8sov_dev *kov,
		    const struct k8sov_peers *peers,
		    const struct k8sov_host *host)
{
	int err;

	err = nla_put_u32(skb, K8SOV_A_HOST_IFINDEX, kov->dev->ifindex) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_HOST_OWNER, host->owner) ?:
	      nla_put_u32(skb, K8SOV_A_HOST_ID, host->id);
	if (!err && *host->name)
		err = nla_put_string(skb, K8SOV_A_HOST_NAME, host->name);
	return err ?: nla_put_u32(skb, K8SOV_A_HOST_ENCAP, host->encap) ?:
	       put_addrs(skb, host) ?:
	       put_ethernet(skb, host) ?:
	       nla_put_u32(skb, K8SOV_A_HOST_SUBNETS,
			   *k8sov_host_subnets(kov, peers, host->id)) ?:
	       put_traffic(skb, host);
}

static int fill_host(struct sk_buff *skb, const struct k8sov_nl_head *head,
		     const struct k8sov_dev *kov,
		     const struct k8sov_peers *peers,
		     const struct k8sov_host *host)
{
	void *msg = k8sov_nl_msg_start(skb, head);

	return k8sov_nl_msg_end(skb, msg,
				!msg || put_host(skb, kov, peers, host));
}

static int reply_host(const struct k8sov_nl_req *req,
		      const struct k8sov_peers *peers,
		      const struct k8sov_host *host)
{
	struct k8sov_nl_head head = k8sov_nl_reply_head(req->info);
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	return k8sov_nl_reply(req, skb,
			      fill_host(skb, &head, req->kov, peers, host));
}

/* Events tell of the live tables only. */
static void event_host(const struct k8sov_nl_req *req, u8 cmd,
		       const struct k8sov_peers *peers, u32 id)
{
	struct k8sov_nl_head head = k8sov_nl_event_head(req->info, cmd);
	struct sk_buff *skb;

	if (req->txn)
		return;
	skb = k8sov_nl_event_new(req->net);
	if (skb)
		k8sov_nl_event_send(req->net, skb,
				    fill_host(skb, &head, req->kov, peers,
					      k8sov_host_find(req->kov, peers,
							      id)));
}

static int find_host(const struct k8sov_nl_req *req,
		     const struct k8sov_peers *peers,
		     struct k8sov_host **host)
{
	struct genl_info *info = req->info;
	const struct nlattr *id = info->attrs[K8SOV_A_HOST_ID];
	const struct nlattr *name = info->attrs[K8SOV_A_HOST_NAME];
	struct k8sov_addr addr;
	int err;

	err = k8sov_nl_addr_parse(info->attrs, K8SOV_A_HOST_REMOTE,
				  K8SOV_A_HOST_REMOTE6, &addr, info->extack);
	if (err)
		return err;
	if (!!id + !!name + !!addr.family > 1)
		return k8sov_refuse(info->extack, id ?: name, -EINVAL,
				    "there are several keys, give one of id, name and address");
	if (id)
		*host = k8sov_host_find(req->kov, peers, nla_get_u32(id));
	else if (name)
		*host = k8sov_host_find_name(req->kov, peers, nla_data(name));
	else if (addr.family)
		*host = k8sov_host_find_addr(req->kov, peers, &addr);
	else
		return k8sov_refuse_missing(info->extack, K8SOV_A_HOST_ID,
					    "the request names no host");
	if (!*host)
		return k8sov_refuse(info->extack, id ?: name ?:
				    info->attrs[K8SOV_A_HOST_REMOTE] ?:
				    info->attrs[K8SOV_A_HOST_REMOTE6], -ENOENT,
				    "there is no such host");
	return 0;
}

/**
 * k8sov_nl_host_get_doit() - handle host-get
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() refused, -EINVAL without one key, -ENOENT,
 * -ENOMEM.
 */
int k8sov_nl_host_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct k8sov_peers *peers;
	struct k8sov_host *host;
	struct k8sov_nl_req req;
	int err;

	err = k8sov_nl_enter(&req, skb, info, 0);
	if (err)
		return err;
	peers = k8sov_tables_locked(req.kov)->peers;
	err = find_host(&req, peers, &host);
	if (!err)
		err = reply_host(&req, peers, host);
	k8sov_nl_leave(&req);
	return err;
}

static int dump_hosts(struct k8sov_nl_dump *dump)
{
	const struct k8sov_peers *peers = k8sov_tables_locked(dump->kov)->peers;
	struct k8sov_host *host;
	void *msg;
	int err;

	while ((host = k8sov_host_next(dump->kov, peers, dump->cur->key))) {
		msg = k8sov_nl_dump_start(dump, K8SOV_CMD_HOST_GET);
		err = k8sov_nl_msg_end(dump->skb, msg, !msg ||
				       put_host(dump->skb, dump->kov, peers,
						host));
		if (err)
			return err;
		dump->cur->key = host->id;
	}
	return 0;
}

/**
 * k8sov_nl_host_get_dumpit() - handle the dump of host-get
 * @skb: where messages go
 * @cb: the dump
 *
 * Return: as k8sov_nl_dump().
 */
int k8sov_nl_host_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return k8sov_nl_dump(skb, cb, k8sov_host_get_nl_policy,
			     ARRAY_SIZE(k8sov_host_get_nl_policy) - 1,
			     dump_hosts);
}

static int parse_addrs(const struct genl_info *info,
		       struct k8sov_host_spec *spec)
{
	struct nlattr **attrs = info->attrs;
	int n;

	n = k8sov_nl_addr_parse(attrs, K8SOV_A_HOST_REMOTE,
				K8SOV_A_HOST_REMOTE6, &spec->addrs[0],
				info->extack);
	if (n)
		return n;
	if (!spec->addrs[0].family)
		return k8sov_refuse_missing(info->extack, K8SOV_A_HOST_REMOTE,
					    "a host needs an outer address");
	spec->addr_attrs[0] = attrs[K8SOV_A_HOST_REMOTE] ?:
			      attrs[K8SOV_A_HOST_REMOTE6];
	n = k8sov_nl_addrs_parse(info, K8SOV_A_HOST_SOURCE,
				 K8SOV_A_HOST_SOURCE6, &spec->addrs[1],
				 &spec->addr_attrs[1], K8SOV_HOST_SOURCE_MAX);
	if (n < 0)
		return n;
	spec->n_addrs = 1 + n;
	return 0;
}

static int parse_spec(const struct genl_info *info,
		      struct k8sov_host_spec *spec)
{
	struct nlattr **attrs = info->attrs;

	memset(spec, 0, sizeof(*spec));
	if (attrs[K8SOV_A_HOST_ID])
		spec->id = nla_get_u32(attrs[K8SOV_A_HOST_ID]);
	if (attrs[K8SOV_A_HOST_NAME])
		spec->name = nla_data(attrs[K8SOV_A_HOST_NAME]);
	if (attrs[K8SOV_A_HOST_ENCAP])
		spec->encap = nla_get_u32(attrs[K8SOV_A_HOST_ENCAP]);
	if (attrs[K8SOV_A_HOST_MAC]) {
		spec->has_mac = true;
		ether_addr_copy(spec->mac, nla_data(attrs[K8SOV_A_HOST_MAC]));
	}
	if (attrs[K8SOV_A_HOST_PORT]) {
		spec->has_port = true;
		spec->port = nla_get_be16(attrs[K8SOV_A_HOST_PORT]);
	}
	if (attrs[K8SOV_A_HOST_VNI]) {
		spec->has_vni = true;
		spec->vni = nla_get_u32(attrs[K8SOV_A_HOST_VNI]);
	}
	return parse_addrs(info, spec);
}

/*
 * Ports and hooks must be there before packets of the host are. They take
 * locks of their own, so the one of the device is dropped meanwhile; RTNL
 * keeps the device from dying.
 */
static int want_encap(struct k8sov_nl_req *req, u8 encap)
{
	int err;

	if (req->txn)
		return 0;
	mutex_unlock(&req->kov->lock);
	err = k8sov_device_want_encap(req->kov, encap, req->info->extack);
	mutex_lock(&req->kov->lock);
	return err;
}

static int set_host(const struct k8sov_nl_req *req,
		    struct k8sov_host_spec *spec)
{
	struct k8sov_peers *peers = k8sov_txn_peers(req->kov, req->txn);
	struct k8sov_change change;
	int err;

	if (IS_ERR(peers))
		return PTR_ERR(peers);
	k8sov_nl_change(req, &change);
	err = k8sov_host_set(&change, peers, spec);
	if (err)
		return err;

	k8sov_nl_note(req, K8SOV_TABLE_HOST);
	event_host(req, K8SOV_CMD_HOST_NTF, peers, spec->id);
	/* What is in force is no failure, even if the echo gets lost. */
	if (req->info->nlhdr->nlmsg_flags & NLM_F_ECHO)
		reply_host(req, peers,
			   k8sov_host_find(req->kov, peers, spec->id));
	return 0;
}

/**
 * k8sov_nl_host_new_doit() - handle host-new
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_device_want_encap() or
 * k8sov_host_set() refused, -EINVAL without address, -E2BIG with too many.
 */
int k8sov_nl_host_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_host_spec spec;
	struct k8sov_nl_req req;
	int err;

	err = parse_spec(info, &spec);
	if (err)
		return err;
	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_CREATE | K8SOV_NL_HAS_TXN |
			     K8SOV_NL_RTNL_LIVE | K8SOV_NL_FOLLOW);
	if (err)
		return err;
	err = want_encap(&req, spec.encap);
	if (!err)
		err = set_host(&req, &spec);
	k8sov_nl_leave(&req);
	return err;
}

static int delete_host(const struct k8sov_nl_req *req, u32 id)
{
	struct k8sov_peers *peers = k8sov_txn_peers(req->kov, req->txn);
	struct k8sov_nl_head head;
	struct k8sov_change change;
	struct sk_buff *event = NULL;
	struct k8sov_host *host;
	int fill = 0;
	int err;

	if (IS_ERR(peers))
		return PTR_ERR(peers);
	/* The event shows the host as it was. */
	host = k8sov_host_find(req->kov, peers, id);
	if (!req->txn && host)
		event = k8sov_nl_event_new(req->net);
	if (event) {
		head = k8sov_nl_event_head(req->info, K8SOV_CMD_HOST_DEL_NTF);
		fill = fill_host(event, &head, req->kov, peers, host);
	}

	k8sov_nl_change(req, &change);
	err = k8sov_host_delete(&change, peers, id);
	if (err) {
		nlmsg_free(event);
		return err;
	}
	k8sov_nl_note(req, K8SOV_TABLE_HOST);
	if (event)
		k8sov_nl_event_send(req->net, event, fill);
	return 0;
}

/**
 * k8sov_nl_host_del_doit() - handle host-del
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() or k8sov_host_delete() refused, -EINVAL
 * without id, -ENOMEM.
 */
int k8sov_nl_host_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *id = info->attrs[K8SOV_A_HOST_ID];
	struct k8sov_nl_req req;
	int err;

	if (!id)
		return k8sov_refuse_missing(info->extack, K8SOV_A_HOST_ID,
					    "the request names no host");
	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_HAS_TXN | K8SOV_NL_RTNL_LIVE |
			     K8SOV_NL_FOLLOW);
	if (err)
		return err;
	err = delete_host(&req, nla_get_u32(id));
	k8sov_nl_leave(&req);
	return err;
}

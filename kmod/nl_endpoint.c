// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "change.h"
#include "device.h"
#include "endpoint.h"
#include "guard.h"
#include "identity.h"
#include "nl_event.h"
#include "refuse.h"
#include "tables.h"
#include "txn.h"

static int put_endpoint(struct sk_buff *skb, const struct k8sov_dev *kov,
			const struct k8sov_endpoint *ep)
{
	unsigned int i;
	int err;

	err = nla_put_u32(skb, K8SOV_A_ENDPOINT_IFINDEX, kov->dev->ifindex) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_ENDPOINT_OWNER, ep->owner) ?:
	      nla_put_u32(skb, K8SOV_A_ENDPOINT_LINK, ep->link);
	if (!err && *ep->name)
		err = nla_put_string(skb, K8SOV_A_ENDPOINT_NAME, ep->name);
	for (i = 0; !err && i < ep->n_addrs; i++)
		err = k8sov_nl_addr_put(skb, K8SOV_A_ENDPOINT_ADDRESS,
					K8SOV_A_ENDPOINT_ADDRESS6,
					&ep->addrs[i]);
	return err ?: nla_put_u32(skb, K8SOV_A_ENDPOINT_IDENTITY,
				  ep->identity) ?:
	       nla_put_u32(skb, K8SOV_A_ENDPOINT_STATE, ep->state) ?:
	       nla_put_u32(skb, K8SOV_A_ENDPOINT_INGRESS, ep->ingress) ?:
	       nla_put_u32(skb, K8SOV_A_ENDPOINT_EGRESS, ep->egress);
}

static int fill_endpoint(struct sk_buff *skb, const struct k8sov_nl_head *head,
			 const struct k8sov_dev *kov,
			 const struct k8sov_endpoint *ep)
{
	void *msg = k8sov_nl_msg_start(skb, head);

	return k8sov_nl_msg_end(skb, msg, !msg || put_endpoint(skb, kov, ep));
}

/**
 * k8sov_nl_event_endpoint() - tell of an endpoint of the live tables
 * @net: namespace of the device
 * @info: the request that led to it, or NULL
 * @cmd: K8SOV_CMD_ENDPOINT_NTF or K8SOV_CMD_ENDPOINT_DEL_NTF
 * @kov: device, its lock held
 * @ep: the endpoint
 */
void k8sov_nl_event_endpoint(struct net *net, const struct genl_info *info,
			     u8 cmd, const struct k8sov_dev *kov,
			     const struct k8sov_endpoint *ep)
{
	struct k8sov_nl_head head = k8sov_nl_event_head(info, cmd);
	struct sk_buff *skb = k8sov_nl_event_new(net);

	if (skb)
		k8sov_nl_event_send(net, skb,
				    fill_endpoint(skb, &head, kov, ep));
}

static int find_endpoint(const struct k8sov_nl_req *req,
			 struct k8sov_endpoint **ep)
{
	struct genl_info *info = req->info;
	const struct nlattr *link = info->attrs[K8SOV_A_ENDPOINT_LINK];
	struct k8sov_endpoints *eps;
	struct k8sov_addr addr;
	int err;

	err = k8sov_nl_addr_parse(info->attrs, K8SOV_A_ENDPOINT_ADDRESS,
				  K8SOV_A_ENDPOINT_ADDRESS6, &addr,
				  info->extack);
	if (err)
		return err;
	if (link && addr.family)
		return k8sov_refuse(info->extack, link, -EINVAL,
				    "there are several keys, give one of link and address");
	eps = k8sov_tables_locked(req->kov)->endpoints;
	if (link)
		*ep = k8sov_endpoint_find(eps, nla_get_u32(link));
	else if (addr.family)
		*ep = k8sov_endpoint_find_addr(eps, &addr);
	else
		return k8sov_refuse_missing(info->extack,
					    K8SOV_A_ENDPOINT_LINK,
					    "the request names no endpoint");
	if (!*ep)
		return k8sov_refuse(info->extack, link ?:
				    info->attrs[K8SOV_A_ENDPOINT_ADDRESS] ?:
				    info->attrs[K8SOV_A_ENDPOINT_ADDRESS6],
				    -ENOENT, "there is no such endpoint");
	return 0;
}

/**
 * k8sov_nl_endpoint_get_doit() - handle endpoint-get
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() refused, -EINVAL without one key, -ENOENT,
 * -ENOMEM.
 */
int k8sov_nl_endpoint_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_nl_head head = k8sov_nl_reply_head(info);
	struct k8sov_endpoint *ep;
	struct k8sov_nl_req req;
	struct sk_buff *reply;
	int err;

	err = k8sov_nl_enter(&req, skb, info, 0);
	if (err)
		return err;
	err = find_endpoint(&req, &ep);
	if (err)
		goto out_leave;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	err = -ENOMEM;
	if (reply)
		err = k8sov_nl_reply(&req, reply,
				     fill_endpoint(reply, &head, req.kov, ep));
out_leave:
	k8sov_nl_leave(&req);
	return err;
}

static int dump_endpoints(struct k8sov_nl_dump *dump)
{
	struct k8sov_endpoints *eps;
	struct k8sov_endpoint *ep;
	void *msg;
	int err;

	eps = k8sov_tables_locked(dump->kov)->endpoints;
	while ((ep = k8sov_endpoint_next(eps, dump->cur->key))) {
		msg = k8sov_nl_dump_start(dump, K8SOV_CMD_ENDPOINT_GET);
		err = k8sov_nl_msg_end(dump->skb, msg, !msg ||
				       put_endpoint(dump->skb, dump->kov, ep));
		if (err)
			return err;
		dump->cur->key = ep->link;
	}
	return 0;
}

/**
 * k8sov_nl_endpoint_get_dumpit() - handle the dump of endpoint-get
 * @skb: where messages go
 * @cb: the dump
 *
 * Return: as k8sov_nl_dump().
 */
int k8sov_nl_endpoint_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return k8sov_nl_dump(skb, cb, k8sov_endpoint_get_nl_policy,
			     ARRAY_SIZE(k8sov_endpoint_get_nl_policy) - 1,
			     dump_endpoints);
}

static int parse_addrs(const struct genl_info *info,
		       struct k8sov_endpoint_spec *spec)
{
	int n, n4;

	n4 = k8sov_nl_addrs_parse(info, K8SOV_A_ENDPOINT_ADDRESS,
				  K8SOV_A_ENDPOINT_ADDRESS, spec->addrs,
				  spec->addr_attrs, K8SOV_ENDPOINT_ADDR_MAX);
	if (n4 < 0)
		return n4;
	n = k8sov_nl_addrs_parse(info, 0, K8SOV_A_ENDPOINT_ADDRESS6,
				 spec->addrs + n4, spec->addr_attrs + n4,
				 K8SOV_ENDPOINT_ADDR_MAX);
	if (n < 0)
		return n;
	spec->n_addrs = n4 + n;
	return 0;
}

static int parse_spec(const struct genl_info *info,
		      struct k8sov_endpoint_spec *spec)
{
	struct nlattr **attrs = info->attrs;

	if (!attrs[K8SOV_A_ENDPOINT_LINK])
		return k8sov_refuse_missing(info->extack,
					    K8SOV_A_ENDPOINT_LINK,
					    "the request names no link");
	spec->link = nla_get_u32(attrs[K8SOV_A_ENDPOINT_LINK]);
	spec->identity = K8SOV_IDENTITY_UNMANAGED;
	if (attrs[K8SOV_A_ENDPOINT_IDENTITY])
		spec->identity = nla_get_u32(attrs[K8SOV_A_ENDPOINT_IDENTITY]);
	spec->state = K8SOV_ENDPOINT_STATE_PENDING;
	if (attrs[K8SOV_A_ENDPOINT_STATE])
		spec->state = nla_get_u32(attrs[K8SOV_A_ENDPOINT_STATE]);
	spec->ingress = 0;
	if (attrs[K8SOV_A_ENDPOINT_INGRESS])
		spec->ingress = nla_get_u32(attrs[K8SOV_A_ENDPOINT_INGRESS]);
	spec->egress = 0;
	if (attrs[K8SOV_A_ENDPOINT_EGRESS])
		spec->egress = nla_get_u32(attrs[K8SOV_A_ENDPOINT_EGRESS]);
	spec->name = NULL;
	if (attrs[K8SOV_A_ENDPOINT_NAME])
		spec->name = nla_data(attrs[K8SOV_A_ENDPOINT_NAME]);
	return parse_addrs(info, spec);
}

static int set_endpoint(const struct k8sov_nl_req *req,
			const struct k8sov_endpoint_spec *spec)
{
	struct k8sov_change change;
	struct k8sov_endpoints *eps;
	int err;

	eps = k8sov_txn_endpoints(req->kov, req->txn);
	if (IS_ERR(eps))
		return PTR_ERR(eps);
	k8sov_nl_change(req, &change);
	if (!req->txn) {
		err = k8sov_guard_hold(req->kov, spec->link,
				       change.attrs[K8SOV_A_ENDPOINT_LINK],
				       change.extack);
		if (err)
			return err;
	}
	err = k8sov_endpoint_set(&change, eps, spec);
	if (err)
		return err;

	if (k8sov_nl_note(req, K8SOV_TABLE_ENDPOINT))
		k8sov_nl_event_endpoint(req->net, req->info,
					K8SOV_CMD_ENDPOINT_NTF, req->kov,
					k8sov_endpoint_find(eps, spec->link));
	return 0;
}

/**
 * k8sov_nl_endpoint_new_doit() - handle endpoint-new
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_guard_hold() or
 * k8sov_endpoint_set() refused, -EINVAL without link, -E2BIG with too many
 * addresses, -ENOMEM.
 */
int k8sov_nl_endpoint_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_endpoint_spec *spec;
	struct k8sov_nl_req req;
	int err;

	spec = kmalloc(sizeof(*spec), GFP_KERNEL);
	if (!spec)
		return -ENOMEM;
	err = parse_spec(info, spec);
	if (!err)
		err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
				     K8SOV_NL_CREATE | K8SOV_NL_HAS_TXN |
				     K8SOV_NL_RTNL_LIVE);
	if (err)
		goto out_free_spec;
	err = set_endpoint(&req, spec);
	k8sov_nl_leave(&req);
out_free_spec:
	kfree(spec);
	return err;
}

static int delete_endpoint(const struct k8sov_nl_req *req, u32 link)
{
	struct k8sov_change change;
	struct k8sov_endpoints *eps;
	struct k8sov_endpoint *ep;
	int err;

	eps = k8sov_txn_endpoints(req->kov, req->txn);
	if (IS_ERR(eps))
		return PTR_ERR(eps);
	k8sov_nl_change(req, &change);
	/* The event shows the endpoint as it was. */
	ep = k8sov_endpoint_find(eps, link);
	if (ep)
		k8sov_endpoint_get(ep);
	err = k8sov_endpoint_delete(&change, eps, link);
	if (err)
		goto out_put_endpoint;

	if (k8sov_nl_note(req, K8SOV_TABLE_ENDPOINT))
		k8sov_nl_event_endpoint(req->net, req->info,
					K8SOV_CMD_ENDPOINT_DEL_NTF, req->kov,
					ep);
out_put_endpoint:
	if (ep)
		k8sov_endpoint_put(ep);
	return err;
}

/**
 * k8sov_nl_endpoint_del_doit() - handle endpoint-del
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() or k8sov_endpoint_delete() refused, -EINVAL
 * without link, -ENOMEM.
 */
int k8sov_nl_endpoint_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *link = info->attrs[K8SOV_A_ENDPOINT_LINK];
	struct k8sov_nl_req req;
	int err;

	if (!link)
		return k8sov_refuse_missing(info->extack,
					    K8SOV_A_ENDPOINT_LINK,
					    "the request names no link");
	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_HAS_TXN | K8SOV_NL_RTNL_LIVE);
	if (err)
		return err;
	err = delete_endpoint(&req, nla_get_u32(link));
	k8sov_nl_leave(&req);
	return err;
}

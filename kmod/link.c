// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "link.h"

#include <linux/etherdevice.h>
#include <linux/ipv6.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/rtnetlink.h>

#include "compat/compat.h"
#include "device.h"
#include "mtu.h"
#include "policy_hook.h"

#define VNI_MAX		0xffffffu
#define OBJECTS_USUAL	16384
#define PREFIXES_USUAL	1048576
#define TABLE_LIMIT_MAX	16777216

static struct netlink_range_validation vni_range = { .max = VNI_MAX };
static struct netlink_range_validation link_range = { .max = S32_MAX };
static struct netlink_range_validation host_limit_range = {
	.max = K8SOV_HOST_ID_MAX,
};

static struct netlink_range_validation limit_range = {
	.max = TABLE_LIMIT_MAX,
};

static const struct nla_policy link_policy[IFLA_K8SOV_MAX + 1] = {
	[0] = { .strict_start_type = IFLA_K8SOV_ID },
	[IFLA_K8SOV_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vni_range),
	[IFLA_K8SOV_LINK] = NLA_POLICY_FULL_RANGE(NLA_U32, &link_range),
	[IFLA_K8SOV_LOCAL] = NLA_POLICY_EXACT_LEN(4),
	[IFLA_K8SOV_LOCAL6] = NLA_POLICY_EXACT_LEN(16),
	[IFLA_K8SOV_PORT] = { .type = NLA_U16 },
	[IFLA_K8SOV_GENEVE_PORT] = { .type = NLA_U16 },
	[IFLA_K8SOV_PORT_LOW] = { .type = NLA_U16 },
	[IFLA_K8SOV_PORT_HIGH] = { .type = NLA_U16 },
	[IFLA_K8SOV_TTL] = { .type = NLA_U8 },
	[IFLA_K8SOV_TTL_INHERIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_K8SOV_TOS] = { .type = NLA_U8 },
	[IFLA_K8SOV_DF] = NLA_POLICY_MAX(NLA_U8, K8SOV_DF_MAX),
	[IFLA_K8SOV_UDP_CSUM] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_K8SOV_UDP_ZERO_CSUM6_TX] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_K8SOV_UDP_ZERO_CSUM6_RX] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_K8SOV_FWMARK] = { .type = NLA_U32 },
	[IFLA_K8SOV_NOTRACK] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_K8SOV_MAX_HOSTS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &host_limit_range),
	[IFLA_K8SOV_MAX_SUBNETS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[IFLA_K8SOV_MAX_ENDPOINTS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[IFLA_K8SOV_MAX_IDENTITIES] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[IFLA_K8SOV_MTU_AUTO] = NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_K8SOV_MAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[IFLA_K8SOV_MAX_RULESETS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[IFLA_K8SOV_POLICY] = NLA_POLICY_MAX(NLA_U8, K8SOV_POLICY_MODE_MAX),
};

static void set_defaults(struct k8sov_conf *conf)
{
	conf->id = 1;
	conf->port = htons(K8SOV_VXLAN_PORT);
	conf->geneve_port = htons(K8SOV_GENEVE_PORT);
	conf->df = K8SOV_DF_SET;
	conf->udp_csum = true;
	conf->notrack = true;
	conf->mtu_auto = true;
	conf->max_hosts = OBJECTS_USUAL;
	conf->max_subnets = PREFIXES_USUAL;
	conf->max_endpoints = OBJECTS_USUAL;
	conf->max_identities = PREFIXES_USUAL;
	conf->max_rulesets = OBJECTS_USUAL;
	eth_random_addr(conf->mac);
}

static int validate_link(struct nlattr *tb[], struct nlattr *data[],
			 struct netlink_ext_ack *extack)
{
	if (tb[IFLA_ADDRESS]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
				    "The device has no link-layer address of its own; the MAC address of the tunnel end is the option mac");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int parse_local4(struct k8sov_conf *conf, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	struct k8sov_addr *local = &conf->local[K8SOV_V4];

	local->v4 = nla_get_in_addr(attr);
	local->family = local->v4 ? AF_INET : 0;
	if (!ipv4_is_multicast(local->v4) && !ipv4_is_lbcast(local->v4))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "The local address must be unicast");
	return -EINVAL;
}

static int parse_local6(struct k8sov_conf *conf, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	struct k8sov_addr *local = &conf->local[K8SOV_V6];

	local->v6 = nla_get_in6_addr(attr);
	local->family = ipv6_addr_any(&local->v6) ? 0 : AF_INET6;
	if (ipv6_addr_is_multicast(&local->v6)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "The local address must be unicast");
		return -EINVAL;
	}
	if (IS_ENABLED(CONFIG_IPV6) && ipv6_mod_enabled())
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "IPv6 is switched off");
	return -EAFNOSUPPORT;
}

static int parse_addresses(struct k8sov_conf *conf, struct net *net,
			   struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int err = 0;

	if (data[IFLA_K8SOV_LOCAL])
		err = parse_local4(conf, data[IFLA_K8SOV_LOCAL], extack);
	if (!err && data[IFLA_K8SOV_LOCAL6])
		err = parse_local6(conf, data[IFLA_K8SOV_LOCAL6], extack);
	if (err)
		return err;

	attr = data[IFLA_K8SOV_LINK];
	if (attr) {
		conf->link = nla_get_u32(attr);
		if (conf->link && !__dev_get_by_index(net, conf->link)) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "The underlay device does not exist in the namespace of the outer packets");
			return -ENODEV;
		}
	}
	attr = data[IFLA_K8SOV_MAC];
	if (attr) {
		if (!is_valid_ether_addr(nla_data(attr))) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "The MAC address must be unicast and not zero");
			return -EADDRNOTAVAIL;
		}
		ether_addr_copy(conf->mac, nla_data(attr));
	}
	return 0;
}

static int parse_ports(struct k8sov_conf *conf, struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	if (data[IFLA_K8SOV_PORT])
		conf->port = nla_get_be16(data[IFLA_K8SOV_PORT]);
	if (data[IFLA_K8SOV_GENEVE_PORT])
		conf->geneve_port = nla_get_be16(data[IFLA_K8SOV_GENEVE_PORT]);
	if (!conf->port || !conf->geneve_port ||
	    conf->port == conf->geneve_port) {
		NL_SET_ERR_MSG_ATTR(extack,
				    data[IFLA_K8SOV_PORT] ?:
				    data[IFLA_K8SOV_GENEVE_PORT],
				    "The ports of vxlan and geneve must differ and not be 0");
		return -EINVAL;
	}
	if (!data[IFLA_K8SOV_PORT_LOW] != !data[IFLA_K8SOV_PORT_HIGH]) {
		NL_SET_ERR_MSG_ATTR(extack,
				    data[IFLA_K8SOV_PORT_LOW] ?:
				    data[IFLA_K8SOV_PORT_HIGH],
				    "A range of source ports needs both ends");
		return -EINVAL;
	}
	if (!data[IFLA_K8SOV_PORT_LOW])
		return 0;
	conf->port_low = ntohs(nla_get_be16(data[IFLA_K8SOV_PORT_LOW]));
	conf->port_high = ntohs(nla_get_be16(data[IFLA_K8SOV_PORT_HIGH]));
	if (conf->port_low > conf->port_high ||
	    (!conf->port_low && conf->port_high)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_K8SOV_PORT_LOW],
				    "The range of source ports must begin above 0 and not end before it begins");
		return -EINVAL;
	}
	return 0;
}

static void get_flag(bool *flag, const struct nlattr *attr)
{
	if (attr)
		*flag = nla_get_u8(attr);
}

/* Copying a table takes time that others wait for, so whoever is root of a
 * user namespace only has the usual limits at will.
 */
static int get_limit(u32 *limit, u32 usual, const struct nlattr *attr,
		     struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	if (nla_get_u32(attr) > max(usual, *limit) && !capable(CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "A limit above the default needs CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	*limit = nla_get_u32(attr);
	return 0;
}

static int parse_limits(struct k8sov_conf *conf, struct nlattr *data[],
			struct netlink_ext_ack *extack)
{
	int err;

	err = get_limit(&conf->max_hosts, OBJECTS_USUAL,
			data[IFLA_K8SOV_MAX_HOSTS], extack);
	if (err)
		return err;
	err = get_limit(&conf->max_subnets, PREFIXES_USUAL,
			data[IFLA_K8SOV_MAX_SUBNETS], extack);
	if (err)
		return err;
	err = get_limit(&conf->max_endpoints, OBJECTS_USUAL,
			data[IFLA_K8SOV_MAX_ENDPOINTS], extack);
	if (err)
		return err;
	err = get_limit(&conf->max_identities, PREFIXES_USUAL,
			data[IFLA_K8SOV_MAX_IDENTITIES], extack);
	if (err)
		return err;
	return get_limit(&conf->max_rulesets, OBJECTS_USUAL,
			 data[IFLA_K8SOV_MAX_RULESETS], extack);
}

static int parse_header(struct k8sov_conf *conf, struct nlattr *data[],
			struct netlink_ext_ack *extack)
{
	const struct nlattr *ttl = data[IFLA_K8SOV_TTL];

	if (ttl)
		conf->ttl = nla_get_u8(ttl);
	get_flag(&conf->ttl_inherit, data[IFLA_K8SOV_TTL_INHERIT]);
	if (ttl && conf->ttl && conf->ttl_inherit) {
		if (data[IFLA_K8SOV_TTL_INHERIT]) {
			NL_SET_ERR_MSG_ATTR(extack, ttl,
					    "The TTL is either fixed or inherited");
			return -EINVAL;
		}
		conf->ttl_inherit = false;
	}
	if (conf->ttl_inherit)
		conf->ttl = 0;
	if (data[IFLA_K8SOV_TOS]) {
		conf->tos = nla_get_u8(data[IFLA_K8SOV_TOS]);
		conf->tos_inherit = conf->tos == 1;
		if (conf->tos_inherit)
			conf->tos = 0;
	}
	if (data[IFLA_K8SOV_DF])
		conf->df = nla_get_u8(data[IFLA_K8SOV_DF]);
	if (data[IFLA_K8SOV_FWMARK])
		conf->fwmark = nla_get_u32(data[IFLA_K8SOV_FWMARK]);
	return 0;
}

static int parse_link(struct k8sov_conf *conf, struct net *net,
		      struct nlattr *data[], struct netlink_ext_ack *extack)
{
	int err;

	err = parse_addresses(conf, net, data, extack);
	if (err)
		return err;
	err = parse_ports(conf, data, extack);
	if (err)
		return err;
	err = parse_header(conf, data, extack);
	if (err)
		return err;
	get_flag(&conf->udp_csum, data[IFLA_K8SOV_UDP_CSUM]);
	get_flag(&conf->udp_zero_csum6_tx, data[IFLA_K8SOV_UDP_ZERO_CSUM6_TX]);
	get_flag(&conf->udp_zero_csum6_rx, data[IFLA_K8SOV_UDP_ZERO_CSUM6_RX]);
	get_flag(&conf->notrack, data[IFLA_K8SOV_NOTRACK]);
	get_flag(&conf->mtu_auto, data[IFLA_K8SOV_MTU_AUTO]);
	if (data[IFLA_K8SOV_POLICY])
		conf->policy = nla_get_u8(data[IFLA_K8SOV_POLICY]);
	return parse_limits(conf, data, extack);
}

static int K8SOV_NEWLINK(new_link)
{
	K8SOV_NEWLINK_UNPACK;
	struct nlattr *none[IFLA_K8SOV_MAX + 1] = {};
	struct k8sov_conf *conf;
	int err;

	conf = kzalloc(sizeof(*conf), GFP_KERNEL_ACCOUNT);
	if (!conf)
		return -ENOMEM;
	set_defaults(conf);
	conf->mtu_auto = !tb[IFLA_MTU];
	err = parse_link(conf, link_net, data ?: none, extack);
	if (err)
		goto err_conf;
	if (data && data[IFLA_K8SOV_ID])
		conf->id = nla_get_u32(data[IFLA_K8SOV_ID]);
	if (!tb[IFLA_MTU])
		dev->mtu = k8sov_mtu_guess(link_net, conf);
	err = k8sov_device_register(dev, link_net, conf, extack);
	if (err)
		goto err_conf;
	return 0;

err_conf:
	kfree(conf);
	return err;
}

static int change_link(struct net_device *dev, struct nlattr *tb[],
		       struct nlattr *data[], struct netlink_ext_ack *extack)
{
	struct k8sov_dev *kov = netdev_priv(dev);
	struct k8sov_conf *old = rtnl_dereference(kov->conf);
	const struct nlattr *id;
	struct k8sov_conf *conf;
	int err;

	if (!data)
		return 0;
	/* The underlay belongs to another namespace once the device moved. */
	if (!rtnl_dev_link_net_capable(dev, kov->net)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "Changing the underlay needs CAP_NET_ADMIN in its namespace");
		return -EPERM;
	}
	id = data[IFLA_K8SOV_ID];
	if (id && nla_get_u32(id) != old->id) {
		NL_SET_ERR_MSG_ATTR(extack, id,
				    "The id of a device cannot change");
		return -EOPNOTSUPP;
	}
	conf = kmemdup(old, sizeof(*conf), GFP_KERNEL_ACCOUNT);
	if (!conf)
		return -ENOMEM;
	err = parse_link(conf, kov->net, data, extack);
	if (!err)
		err = k8sov_device_reconfigure(kov, conf, extack);
	if (err)
		kfree(conf);
	return err;
}

static size_t link_size(const struct net_device *dev)
{
	return nla_total_size(4) * 8 +	/* id, link, fwmark, five limits */
	       nla_total_size(4) +	/* local */
	       nla_total_size(16) +	/* local6 */
	       nla_total_size(2) * 4 +	/* ports */
	       nla_total_size(1) * 10 +	/* ttl, tos, df, policy and flags */
	       nla_total_size(ETH_ALEN);
}

static int fill_addresses(struct sk_buff *skb, const struct k8sov_conf *conf)
{
	const struct k8sov_addr *v4 = &conf->local[K8SOV_V4];
	const struct k8sov_addr *v6 = &conf->local[K8SOV_V6];

	if (v4->family && nla_put_in_addr(skb, IFLA_K8SOV_LOCAL, v4->v4))
		return -EMSGSIZE;
	if (v6->family && nla_put_in6_addr(skb, IFLA_K8SOV_LOCAL6, &v6->v6))
		return -EMSGSIZE;
	if (conf->link && nla_put_u32(skb, IFLA_K8SOV_LINK, conf->link))
		return -EMSGSIZE;
	if (conf->port_high &&
	    (nla_put_be16(skb, IFLA_K8SOV_PORT_LOW, htons(conf->port_low)) ||
	     nla_put_be16(skb, IFLA_K8SOV_PORT_HIGH, htons(conf->port_high))))
		return -EMSGSIZE;
	return nla_put(skb, IFLA_K8SOV_MAC, ETH_ALEN, conf->mac);
}

static int fill_limits(struct sk_buff *skb, const struct k8sov_conf *conf)
{
	if (nla_put_u32(skb, IFLA_K8SOV_MAX_HOSTS, conf->max_hosts) ||
	    nla_put_u32(skb, IFLA_K8SOV_MAX_SUBNETS, conf->max_subnets) ||
	    nla_put_u32(skb, IFLA_K8SOV_MAX_ENDPOINTS, conf->max_endpoints) ||
	    nla_put_u32(skb, IFLA_K8SOV_MAX_IDENTITIES, conf->max_identities) ||
	    nla_put_u32(skb, IFLA_K8SOV_MAX_RULESETS, conf->max_rulesets))
		return -EMSGSIZE;
	return 0;
}

static int fill_link(struct sk_buff *skb, const struct net_device *dev)
{
	const struct k8sov_dev *kov = netdev_priv(dev);
	const struct k8sov_conf *conf = rtnl_dereference(kov->conf);
	u8 tos = conf->tos_inherit ? 1 : conf->tos;

	if (nla_put_u32(skb, IFLA_K8SOV_ID, conf->id) ||
	    nla_put_be16(skb, IFLA_K8SOV_PORT, conf->port) ||
	    nla_put_be16(skb, IFLA_K8SOV_GENEVE_PORT, conf->geneve_port) ||
	    nla_put_u8(skb, IFLA_K8SOV_TTL, conf->ttl) ||
	    nla_put_u8(skb, IFLA_K8SOV_TTL_INHERIT, conf->ttl_inherit) ||
	    nla_put_u8(skb, IFLA_K8SOV_TOS, tos) ||
	    nla_put_u8(skb, IFLA_K8SOV_DF, conf->df) ||
	    nla_put_u8(skb, IFLA_K8SOV_UDP_CSUM, conf->udp_csum) ||
	    nla_put_u8(skb, IFLA_K8SOV_UDP_ZERO_CSUM6_TX,
		       conf->udp_zero_csum6_tx) ||
	    nla_put_u8(skb, IFLA_K8SOV_UDP_ZERO_CSUM6_RX,
		       conf->udp_zero_csum6_rx) ||
	    nla_put_u32(skb, IFLA_K8SOV_FWMARK, conf->fwmark) ||
	    nla_put_u8(skb, IFLA_K8SOV_NOTRACK, conf->notrack) ||
	    nla_put_u8(skb, IFLA_K8SOV_MTU_AUTO, conf->mtu_auto) ||
	    nla_put_u8(skb, IFLA_K8SOV_POLICY, k8sov_policy_mode(kov)) ||
	    fill_addresses(skb, conf) || fill_limits(skb, conf))
		return -EMSGSIZE;
	return 0;
}

static struct net *get_link_net(const struct net_device *dev)
{
	const struct k8sov_dev *kov = netdev_priv(dev);

	return READ_ONCE(kov->net);
}

static struct rtnl_link_ops link_ops __read_mostly = {
	.kind = "k8sov",
	.maxtype = IFLA_K8SOV_MAX,
	.policy = link_policy,
	.priv_size = sizeof(struct k8sov_dev),
	.setup = k8sov_device_setup,
	.validate = validate_link,
	.newlink = new_link,
	.changelink = change_link,
	.dellink = k8sov_device_delete,
	.get_size = link_size,
	.fill_info = fill_link,
	.get_link_net = get_link_net,
};

/**
 * k8sov_link_init() - offer "ip link add type k8sov"
 *
 * Return: 0, or -EEXIST if the kind is taken.
 */
int __init k8sov_link_init(void)
{
	return rtnl_link_register(&link_ops);
}

/**
 * k8sov_link_exit() - delete all devices and undo k8sov_link_init()
 */
void k8sov_link_exit(void)
{
	rtnl_link_unregister(&link_ops);
}

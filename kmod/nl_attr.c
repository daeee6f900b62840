// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "lpm.h"
#include "refuse.h"

static void read_addr(struct k8sov_addr *addr, const struct nlattr *attr,
		      u8 family)
{
	memset(addr, 0, sizeof(*addr));
	addr->family = family;
	nla_memcpy(addr->bytes, attr, sizeof(addr->bytes));
}

/**
 * k8sov_nl_addr_parse() - read an address that may be given in either family
 * @attrs: attributes of the request
 * @v4: attribute of the IPv4 address
 * @v6: attribute of the IPv6 address
 * @addr: filled in, family 0 if neither is there
 * @extack: where to say what is wrong
 *
 * Return: 0, or -EINVAL if both are there.
 */
int k8sov_nl_addr_parse(struct nlattr **attrs, int v4, int v6,
			struct k8sov_addr *addr,
			struct netlink_ext_ack *extack)
{
	memset(addr, 0, sizeof(*addr));
	if (attrs[v4] && attrs[v6])
		return k8sov_refuse(extack, attrs[v6], -EINVAL,
				    "there are addresses of both families, give one");
	if (attrs[v4])
		read_addr(addr, attrs[v4], AF_INET);
	else if (attrs[v6])
		read_addr(addr, attrs[v6], AF_INET6);
	return 0;
}

/**
 * k8sov_nl_addrs_parse() - read attributes that may occur several times
 * @info: the request
 * @v4: attribute of the IPv4 addresses
 * @v6: attribute of the IPv6 addresses
 * @addrs: filled in
 * @blame: filled in with the attributes
 * @max: most addresses of each family together, length of @addrs and @blame
 *
 * Return: number of addresses, or -E2BIG.
 */
int k8sov_nl_addrs_parse(const struct genl_info *info, int v4, int v6,
			 struct k8sov_addr *addrs, const struct nlattr **blame,
			 unsigned int max)
{
	const struct nlattr *attr;
	unsigned int n = 0;
	int rem, type;

	nla_for_each_attr(attr, genlmsg_data(info->genlhdr),
			  genlmsg_len(info->genlhdr), rem) {
		type = nla_type(attr);
		if (type != v4 && type != v6)
			continue;
		if (n == max)
			return k8sov_refuse(info->extack, attr, -E2BIG,
					    "there are too many addresses");
		read_addr(&addrs[n], attr, type == v4 ? AF_INET : AF_INET6);
		blame[n++] = attr;
	}
	return n;
}

static bool has_host_bits(const struct k8sov_prefix *prefix, u8 full)
{
	unsigned int bit;

	for (bit = prefix->len; bit < full; bit++)
		if (prefix->addr.bytes[bit / 8] & 0x80 >> bit % 8)
			return true;
	return false;
}

/**
 * k8sov_nl_prefix_parse() - read prefix or prefix6, and prefix-len
 * @attrs: attributes of the request
 * @prefix: filled in
 * @extack: where to say what is wrong
 *
 * Return: 0, or -EINVAL if something is missing, or is no prefix.
 */
int k8sov_nl_prefix_parse(struct nlattr **attrs, struct k8sov_prefix *prefix,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	u8 full;
	int err;

	err = k8sov_nl_addr_parse(attrs, K8SOV_NL_PREFIX, K8SOV_NL_PREFIX6,
				  &prefix->addr, extack);
	if (err)
		return err;
	if (!prefix->addr.family)
		return k8sov_refuse_missing(extack, K8SOV_NL_PREFIX,
					    "the request names no prefix");
	if (!attrs[K8SOV_NL_PREFIX_LEN])
		return k8sov_refuse_missing(extack, K8SOV_NL_PREFIX_LEN,
					    "the prefix has no length");

	full = prefix->addr.family == AF_INET ? 32 : 128;
	prefix->len = nla_get_u8(attrs[K8SOV_NL_PREFIX_LEN]);
	if (prefix->len > full)
		return k8sov_refuse(extack, attrs[K8SOV_NL_PREFIX_LEN],
				    -EINVAL,
				    "an IPv4 prefix is at most 32 bits long");
	attr = attrs[K8SOV_NL_PREFIX] ?: attrs[K8SOV_NL_PREFIX6];
	if (has_host_bits(prefix, full))
		return k8sov_refuse(extack, attr, -EINVAL,
				    "the address has bits set past the length of the prefix");
	return 0;
}

/**
 * k8sov_nl_addr_put() - add an address
 * @skb: message
 * @v4: attribute for IPv4
 * @v6: attribute for IPv6
 * @addr: the address, nothing is added if its family is 0
 *
 * Return: 0 or -EMSGSIZE.
 */
int k8sov_nl_addr_put(struct sk_buff *skb, int v4, int v6,
		      const struct k8sov_addr *addr)
{
	switch (addr->family) {
	case AF_INET:
		return nla_put(skb, v4, sizeof(addr->v4), addr->bytes);
	case AF_INET6:
		return nla_put(skb, v6, sizeof(addr->v6), addr->bytes);
	}
	return 0;
}

/**
 * k8sov_nl_prefix_put() - add prefix or prefix6, and prefix-len
 * @skb: message
 * @e: entry that has the prefix
 *
 * Return: 0 or -EMSGSIZE.
 */
int k8sov_nl_prefix_put(struct sk_buff *skb, const struct k8sov_lpm_entry *e)
{
	int err;

	if (e->family == AF_INET)
		err = nla_put(skb, K8SOV_NL_PREFIX, 4, e->addr);
	else
		err = nla_put(skb, K8SOV_NL_PREFIX6, 16, e->addr);
	return err ?: nla_put_u8(skb, K8SOV_NL_PREFIX_LEN, e->len);
}

/**
 * k8sov_nl_u64_put() - add a number
 * @skb: message
 * @type: attribute
 * @value: the number
 *
 * Without padding for alignment: the libraries copy, and ynl knows no pads.
 *
 * Return: 0 or -EMSGSIZE.
 */
int k8sov_nl_u64_put(struct sk_buff *skb, int type, u64 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

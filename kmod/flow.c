// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "flow.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "device.h"

/* Set once at load, so that outer ports cannot be predicted from outside. */
static u32 seed __ro_after_init;

static bool has_ports(u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_SCTP;
}

static u32 read_ports(const struct sk_buff *skb, unsigned int offset)
{
	return *(const u32 *)(skb_network_header(skb) + offset);
}

/* The flow dissector is right for everything and costs several hundred
 * instructions; pods' packets are nearly all plain TCP and UDP, for which the
 * addresses and ports are at fixed places.
 */
static u32 hash_v4(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->ihl != 5 || ip_is_fragment(iph) || !has_ports(iph->protocol) ||
	    skb_headlen(skb) < sizeof(*iph) + 4)
		return 0;
	return jhash_3words((__force u32)iph->saddr, (__force u32)iph->daddr,
			    read_ports(skb, sizeof(*iph)),
			    seed + iph->protocol) | 1;
}

static u32 hash_v6(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (!has_ports(ip6h->nexthdr) || skb_headlen(skb) < sizeof(*ip6h) + 4)
		return 0;
	return jhash2((const u32 *)&ip6h->saddr, 2 * sizeof(ip6h->saddr) / 4,
		      seed + ip6h->nexthdr +
		      read_ports(skb, sizeof(*ip6h))) | 1;
}

static u32 flow_hash(struct sk_buff *skb)
{
	u32 hash;

	if (skb->l4_hash || skb->sw_hash)
		return skb->hash;
	hash = skb->protocol == htons(ETH_P_IPV6) ? hash_v6(skb) :
						    hash_v4(skb);
	if (unlikely(!hash))
		return skb_get_hash(skb);
	__skb_set_sw_hash(skb, hash, true);
	return hash;
}

/**
 * k8sov_flow_init() - choose the seed
 *
 * Context: module initialisation.
 */
void __init k8sov_flow_init(void)
{
	seed = get_random_u32();
}

/**
 * k8sov_flow_port() - outer source port of a packet
 * @net: network namespace of the outer packet
 * @conf: configuration of the device, for the range
 * @skb: packet with its network header set, at skb->data
 *
 * Equal for all packets of a flow, so that multipath routing keeps their
 * order; different flows spread over the range (RFC 7348 section 5).
 *
 * Context: any.
 * Return: the port in network order.
 */
__be16 k8sov_flow_port(struct net *net, const struct k8sov_conf *conf,
		       struct sk_buff *skb)
{
	int low = conf->port_low, high = conf->port_high;
	u32 hash = flow_hash(skb);

	if (!high)
		inet_get_local_port_range(net, &low, &high);
	/* The upper bits come from the whole hash, but sources of hashes
	 * differ in which bits are good.
	 */
	hash ^= hash << 16;
	return htons((((u64)hash * (high - low + 1)) >> 32) + low);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/* A pod may only send from its own addresses, wherever the packet goes. */

#include "source.h"

#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <net/ndisc.h>

#include "device.h"
#include "drop.h"
#include "endpoint.h"

/* What follows the header of an ARP packet between Ethernet and IPv4. */
struct arp_sender {
	struct arphdr head;
	u8 mac[ETH_ALEN];
	__be32 ip;
} __packed;

/* For each packet of a pod, and its family is known where these are called. */
static __always_inline bool is_address(const struct k8sov_addr *own, bool v6,
				       const void *addr)
{
	if (v6)
		return own->family == AF_INET6 &&
		       ipv6_addr_equal(&own->v6, addr);
	return own->family == AF_INET && own->v4 == *(const __be32 *)addr;
}

static __always_inline bool has_address(const struct k8sov_endpoint *ep,
					bool v6, const void *addr)
{
	unsigned int i;

	for (i = 0; i < ep->n_addrs; i++)
		if (is_address(&ep->addrs[i], v6, addr))
			return true;
	return false;
}

/* DHCP: who has no address yet asks everybody on the link (RFC 2131, 4.1). */
static bool stays_on_link_v4(const __be32 *saddr, const __be32 *daddr)
{
	return !*saddr && ipv4_is_lbcast(*daddr);
}

static bool is_link_local(const struct in6_addr *addr)
{
	int type = ipv6_addr_type(addr);

	return type & IPV6_ADDR_LINKLOCAL && type & IPV6_ADDR_UNICAST;
}

/* Neighbour and listener discovery (RFC 4861, 4862, 2710). Routers forward
 * neither such sources nor such destinations.
 */
static bool stays_on_link_v6(const void *saddr, const void *daddr)
{
	return (ipv6_addr_any(saddr) || is_link_local(saddr)) &&
	       ipv6_addr_type(daddr) & IPV6_ADDR_LINKLOCAL;
}

static __always_inline bool allowed(const struct k8sov_endpoint *ep, bool v6,
				    const void *saddr, const void *daddr)
{
	if (likely(has_address(ep, v6, saddr)))
		return true;
	return v6 ? stays_on_link_v6(saddr, daddr) :
		    stays_on_link_v4(saddr, daddr);
}

/**
 * k8sov_source_allowed() - may an endpoint send a packet from an address?
 * @ep: the endpoint whose link the packet enters by
 * @v6: family of the addresses
 * @saddr: source, in network order
 * @daddr: destination, in network order
 *
 * Context: any.
 * Return: true if the address is the endpoint's, or if the packet asks for
 * addresses and stays on the link.
 */
bool k8sov_source_allowed(const struct k8sov_endpoint *ep, bool v6,
			  const void *saddr, const void *daddr)
{
	return allowed(ep, v6, saddr, daddr);
}

static bool check_v4(const struct k8sov_endpoint *ep, const struct sk_buff *skb)
{
	const struct iphdr *iph;
	struct iphdr buffer __uninitialized;

	iph = skb_header_pointer(skb, skb_network_offset(skb), sizeof(buffer),
				 &buffer);
	return iph && allowed(ep, false, &iph->saddr, &iph->daddr);
}

/* Whether a neighbour that has a global address is still there is asked of
 * that address, from a link-local one (RFC 4861, 7.2.2). Routers do not forward
 * such sources.
 */
static bool is_probe(const struct ipv6hdr *ip6h, const struct sk_buff *skb)
{
	const struct icmp6hdr *icmp;
	struct icmp6hdr buffer;

	if (!is_link_local(&ip6h->saddr) || ip6h->nexthdr != IPPROTO_ICMPV6)
		return false;
	icmp = skb_header_pointer(skb, skb_network_offset(skb) + sizeof(*ip6h),
				  sizeof(buffer), &buffer);
	return icmp && icmp->icmp6_type == NDISC_NEIGHBOUR_SOLICITATION;
}

static bool check_v6(const struct k8sov_endpoint *ep, const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h;
	struct ipv6hdr buffer __uninitialized;

	ip6h = skb_header_pointer(skb, skb_network_offset(skb), sizeof(buffer),
				  &buffer);
	return ip6h &&
	       (allowed(ep, true, &ip6h->saddr, &ip6h->daddr) ||
		is_probe(ip6h, skb));
}

/* Questions and answers both teach who hears them the address of the sender,
 * unless it is 0: then somebody asks whether an address is free (RFC 5227).
 */
static bool check_arp(const struct k8sov_endpoint *ep,
		      const struct sk_buff *skb)
{
	const struct arp_sender *arp;
	struct arp_sender buffer __uninitialized;

	arp = skb_header_pointer(skb, skb_network_offset(skb), sizeof(buffer),
				 &buffer);
	return arp && arp->head.ar_pro == htons(ETH_P_IP) &&
	       arp->head.ar_hln == ETH_ALEN &&
	       arp->head.ar_pln == sizeof(arp->ip) &&
	       (!arp->ip || has_address(ep, false, &arp->ip));
}

/* The outermost VLAN tag was taken off. A second one, a label or a session may
 * have an address of anybody below, which the stack would see after us.
 */
static bool check(const struct k8sov_endpoint *ep, const struct sk_buff *skb)
{
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return check_v4(ep, skb);
	case htons(ETH_P_IPV6):
		return check_v6(ep, skb);
	case htons(ETH_P_ARP):
		return check_arp(ep, skb);
	default:
		return false;
	}
}

/* The endpoint is that of the generation which is in force now, if there is
 * one. What the node itself sends to groups comes back by the link (the core
 * marks it so, pods cannot).
 */
static __always_inline bool passes(struct k8sov_dev *kov, struct sk_buff *skb)
{
	const struct k8sov_tables *tables = rcu_dereference(kov->tables);
	const struct k8sov_endpoint *ep;

	ep = k8sov_endpoint_find_rcu(tables->endpoints, skb->dev->ifindex);
	if (!ep || likely(check(ep, skb)) || skb->pkt_type == PACKET_LOOPBACK)
		return true;
	k8sov_drop(kov, skb, K8SOV_DROP_TX_SOURCE);
	return false;
}

/**
 * k8sov_source_check() - netfilter hook: look at what enters by a link
 * @priv: the device that may have an endpoint there
 * @skb: the packet, at its network header; its headers are not checked yet
 * @state: of the hook
 *
 * Context: rcu_read_lock() held.
 * Return: NF_ACCEPT; or NF_STOLEN, the packet is dropped and counted then.
 */
unsigned int k8sov_source_check(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	return likely(passes(priv, skb)) ? NF_ACCEPT : NF_STOLEN;
}

/**
 * k8sov_source_receive() - receive handler of a link: the same
 * @pskb: the packet, as in k8sov_source_check(). The handler's data is the
 *	device
 *
 * Context: rcu_read_lock() held.
 * Return: RX_HANDLER_PASS; or RX_HANDLER_CONSUMED, the packet is dropped and
 * counted then.
 */
rx_handler_result_t k8sov_source_receive(struct sk_buff **pskb)
{
	struct k8sov_dev *kov = rcu_dereference((*pskb)->dev->rx_handler_data);

	return likely(passes(kov, *pskb)) ? RX_HANDLER_PASS :
					    RX_HANDLER_CONSUMED;
}

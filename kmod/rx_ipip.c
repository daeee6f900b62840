// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "rx_ipip.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip6_route.h>
#include <net/net_namespace.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "drop.h"
#include "netns.h"
#include "rx.h"

/*
 * IP in IP names no device. It is for the device that knows the outer source
 * as a host with this encapsulation; if none does, the packet is left to
 * other tunnels, such as tunl0 and sit0.
 */
static bool find_device(struct k8sov_rx *rx, struct net *net)
{
	struct k8sov_dev *kov;

	list_for_each_entry_rcu(kov, &k8sov_net(net)->devices, on_net) {
		rx->kov = kov;
		rx->peers = rcu_dereference(kov->tables)->peers;
		if (!k8sov_rx_host(rx) && rx->host->encap == K8SOV_ENCAP_IPIP)
			return true;
	}
	return false;
}

/* IP leaves this check to tunnels: has the packet come through IPsec where a
 * policy wants it to?
 */
static bool policy_allows(const struct k8sov_rx *rx)
{
	const struct iphdr *outer = (void *)rx->skb->head + rx->outer;

	if (outer->version == 6)
		return xfrm6_policy_check(NULL, XFRM_POLICY_IN, rx->skb);
	return xfrm4_policy_check(NULL, XFRM_POLICY_IN, rx->skb);
}

static int receive(struct sk_buff *skb, __be16 protocol)
{
	struct k8sov_rx rx = {
		.skb = skb,
		.outer = skb_network_offset(skb) + skb_headroom(skb),
		.protocol = protocol,
	};
	enum k8sov_drop reason;

	if (!find_device(&rx, dev_net(skb->dev)))
		return -ENOENT;
	if (!policy_allows(&rx)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_XFRM_POLICY);
		return 0;
	}
	reason = k8sov_rx_deliver(&rx);
	if (unlikely(reason))
		k8sov_drop(rx.kov, skb, reason);
	return 0;
}

static int receive_ipv4(struct sk_buff *skb)
{
	return receive(skb, htons(ETH_P_IP));
}

static int receive_ipv6(struct sk_buff *skb)
{
	return receive(skb, htons(ETH_P_IPV6));
}

/* The device that may have sent a packet to an address. */
static const struct k8sov_dev *find_sender(struct net *net, bool v6,
					   const void *daddr)
{
	const struct k8sov_peers *peers;
	const struct k8sov_host *host;
	const struct k8sov_dev *kov;

	list_for_each_entry_rcu(kov, &k8sov_net(net)->devices, on_net) {
		peers = rcu_dereference(kov->tables)->peers;
		host = k8sov_host_find_outer_rcu(peers, v6, daddr);
		if (host && host->encap == K8SOV_ENCAP_IPIP)
			return kov;
	}
	return NULL;
}

/* ICMP about a packet of ours: only the path MTU is of use (RFC 2003
 * section 4). skb->data is the quoted outer header.
 */
static int error_v4(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	struct net *net = dev_net(skb->dev);
	const struct k8sov_dev *kov;

	kov = find_sender(net, false, &iph->daddr);
	if (!kov)
		return -ENOENT;
	if (icmp_hdr(skb)->type == ICMP_DEST_UNREACH &&
	    icmp_hdr(skb)->code == ICMP_FRAG_NEEDED)
		ipv4_update_pmtu(skb, net, info, k8sov_conf_rcu(kov)->link,
				 iph->protocol);
	return 0;
}

static struct xfrm_tunnel ipv4_in_ipv4 = {
	.handler = receive_ipv4,
	.err_handler = error_v4,
	.priority = 0,
};

static struct xfrm_tunnel ipv6_in_ipv4 = {
	.handler = receive_ipv6,
	.err_handler = error_v4,
	.priority = 0,
};

#if IS_ENABLED(CONFIG_IPV6)
static int error_v6(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		    u8 code, int offset, __be32 info)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb->data;
	struct net *net = dev_net(skb->dev);
	const struct k8sov_dev *kov;

	kov = find_sender(net, true, &ip6h->daddr);
	if (!kov)
		return -ENOENT;
	if (type == ICMPV6_PKT_TOOBIG)
		ip6_update_pmtu(skb, net, info, k8sov_conf_rcu(kov)->link, 0,
				sock_net_uid(net, NULL));
	return 0;
}

static struct xfrm6_tunnel ipv4_in_ipv6 = {
	.handler = receive_ipv4,
	.err_handler = error_v6,
	.priority = 0,
};

static struct xfrm6_tunnel ipv6_in_ipv6 = {
	.handler = receive_ipv6,
	.err_handler = error_v6,
	.priority = 0,
};

static int register_v6(void)
{
	int err;

	err = xfrm6_tunnel_register(&ipv4_in_ipv6, AF_INET);
	if (err)
		return err;
	err = xfrm6_tunnel_register(&ipv6_in_ipv6, AF_INET6);
	if (err)
		xfrm6_tunnel_deregister(&ipv4_in_ipv6, AF_INET);
	return err;
}

static void deregister_v6(void)
{
	xfrm6_tunnel_deregister(&ipv6_in_ipv6, AF_INET6);
	xfrm6_tunnel_deregister(&ipv4_in_ipv6, AF_INET);
}
#else
static int register_v6(void)
{
	return 0;
}

static void deregister_v6(void)
{
}
#endif

/**
 * k8sov_rx_ipip_init() - receive IP in IP, in all four combinations
 *
 * Return: 0, or -EEXIST if another module has taken the first place.
 */
int __init k8sov_rx_ipip_init(void)
{
	int err;

	err = xfrm4_tunnel_register(&ipv4_in_ipv4, AF_INET);
	if (err)
		return err;
	err = xfrm4_tunnel_register(&ipv6_in_ipv4, AF_INET6);
	if (err)
		goto err_ipv4_in_ipv4;
	err = register_v6();
	if (err)
		goto err_ipv6_in_ipv4;
	return 0;

err_ipv6_in_ipv4:
	xfrm4_tunnel_deregister(&ipv6_in_ipv4, AF_INET6);
err_ipv4_in_ipv4:
	xfrm4_tunnel_deregister(&ipv4_in_ipv4, AF_INET);
	return err;
}

/**
 * k8sov_rx_ipip_exit() - undo k8sov_rx_ipip_init()
 */
void k8sov_rx_ipip_exit(void)
{
	deregister_v6();
	xfrm4_tunnel_deregister(&ipv6_in_ipv4, AF_INET6);
	xfrm4_tunnel_deregister(&ipv4_in_ipv4, AF_INET);
}

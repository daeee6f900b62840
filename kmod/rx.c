// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "rx.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <net/inet_ecn.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>

#include "drop.h"
#include "follow.h"
#include "hook.h"
#include "stats.h"
#include "trace.h"

/* How many decapsulations are below us on this CPU's stack. */
static DEFINE_PER_CPU(int, depth);

static const void *outer_header(const struct k8sov_rx *rx)
{
	return rx->skb->head + rx->outer;
}

static bool outer_is_v6(const struct k8sov_rx *rx)
{
	return ((const struct iphdr *)outer_header(rx))->version == 6;
}

static const void *outer_source(const struct k8sov_rx *rx, bool v6)
{
	const void *outer = outer_header(rx);

	if (v6)
		return &((const struct ipv6hdr *)outer)->saddr;
	return &((const struct iphdr *)outer)->saddr;
}

/**
 * k8sov_rx_host() - find the host that sent a packet
 * @rx: packet, device and place of the outer header; the tables and the host
 *	are filled in
 *
 * Context: rcu_read_lock(), bottom halves off.
 * Return: K8SOV_DROP_NONE, or K8SOV_DROP_RX_HOST if no host has the address.
 */
enum k8sov_drop k8sov_rx_host(struct k8sov_rx *rx)
{
	bool v6 = outer_is_v6(rx);

	rx->peers = rcu_dereference(rx->kov->tables)->peers;
	rx->host = k8sov_host_find_outer_rcu(rx->peers, v6,
					     outer_source(rx, v6));
	return rx->host ? K8SOV_DROP_NONE : K8SOV_DROP_RX_HOST;
}

static enum k8sov_drop check_v4(struct k8sov_rx *rx)
{
	const struct iphdr *iph = ip_hdr(rx->skb);

	if (unlikely(iph->version != 4 || iph->ihl < 5 ||
		     ntohs(iph->tot_len) < iph->ihl * 4))
		return K8SOV_DROP_RX_MALFORMED;
	return k8sov_rx_check(rx->peers, rx->host->id, false, &iph->saddr,
			      &iph->daddr);
}

static enum k8sov_drop check_v6(struct k8sov_rx *rx)
{
	const struct ipv6hdr *ip6h;

	if (unlikely(!pskb_network_may_pull(rx->skb, sizeof(*ip6h))))
		return K8SOV_DROP_RX_TRUNCATED;
	ip6h = ipv6_hdr(rx->skb);
	if (unlikely(ip6h->version != 6))
		return K8SOV_DROP_RX_MALFORMED;
	return k8sov_rx_check(rx->peers, rx->host->id, true, &ip6h->saddr,
			      &ip6h->daddr);
}

static bool ecn_conflict(struct k8sov_rx *rx)
{
	const void *outer = outer_header(rx);

	if (outer_is_v6(rx))
		return IP6_ECN_decapsulate(outer, rx->skb) > 1;
	return IP_ECN_decapsulate(outer, rx->skb) > 1;
}

/* Strip everything before the inner IP header. */
static enum k8sov_drop pull_headers(struct k8sov_rx *rx)
{
	struct k8sov_dev *kov = rx->kov;
	struct sk_buff *skb = rx->skb;

	if (unlikely(!pskb_may_pull(skb, rx->inner + sizeof(struct iphdr))))
		return K8SOV_DROP_RX_TRUNCATED;
	if (unlikely(__iptunnel_pull_header(skb, rx->inner, rx->protocol, true,
					    k8sov_device_crosses_net(kov))))
		return K8SOV_DROP_RX_NO_MEMORY;
	skb_reset_network_header(skb);
	return K8SOV_DROP_NONE;
}

static bool is_tcp(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == IPPROTO_TCP;
	return ipv6_hdr(skb)->nexthdr == IPPROTO_TCP;
}

/*
 * Aggregation pays for TCP, and for UDP where it was asked for. Everything
 * else goes on at once: queueing it for a second NAPI round costs more than
 * all lookups here together. The choice is by protocol and so the same for all
 * packets of a flow, which keeps their order.
 */
static bool wants_gro(const struct net_device *dev, const struct sk_buff *skb)
{
	if (dev->features & (NETIF_F_GRO_UDP_FWD | NETIF_F_GRO_FRAGLIST))
		return true;
	return is_tcp(skb);
}

/* A host may nest tunnel headers as deep as a packet is long, but not our
 * stack frames: the second level is queued.
 */
static void hand_up(struct k8sov_dev *kov, struct sk_buff *skb)
{
	if (wants_gro(kov->dev, skb) || this_cpu_read(depth)) {
		gro_cells_receive(&kov->gro_cells, skb);
		return;
	}
	this_cpu_inc(depth);
	netif_receive_skb(skb);
	this_cpu_dec(depth);
}

/**
 * k8sov_rx_deliver() - check, decapsulate and hand up a packet
 * @rx: packet of a known host, with skb->data before the inner IP header
 *
 * Context: rcu_read_lock(), bottom halves off.
 * Return: K8SOV_DROP_NONE if the packet was consumed, else the reason why the
 * caller has to drop it.
 */
enum k8sov_drop k8sov_rx_deliver(struct k8sov_rx *rx)
{
	struct net_device *dev = rx->kov->dev;
	struct sk_buff *skb = rx->skb;
	enum k8sov_drop reason;

	if (unlikely(!(READ_ONCE(dev->flags) & IFF_UP)))
		return K8SOV_DROP_RX_DOWN;
	reason = pull_headers(rx);
	if (unlikely(reason))
		return reason;
	if (rx->protocol == htons(ETH_P_IP))
		reason = check_v4(rx);
	else
		reason = check_v6(rx);
	if (unlikely(reason))
		return reason;
	if (unlikely(ecn_conflict(rx)))
		return K8SOV_DROP_RX_ECN;

	skb->dev = dev;
	skb_reset_mac_header(skb);
	skb->pkt_type = PACKET_HOST;
	if (unlikely(k8sov_hook_missing(rx->kov)))
		k8sov_follow(rx->kov);
	trace_k8sov_rx(dev, skb, rx->host);
	k8sov_stats_rx(rx->kov, rx->host, skb->len);
	hand_up(rx->kov, skb);
	return K8SOV_DROP_NONE;
}

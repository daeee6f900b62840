// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "rx.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <net/dsfield.h>
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
 * @rx: packet, tables and place of the outer header; the host is filled in
 *
 * Context: rcu_read_lock(), bottom halves off.
 * Return: K8SOV_DROP_NONE, or K8SOV_DROP_RX_HOST if no host has the address.
 */
enum k8sov_drop k8sov_rx_host(struct k8sov_rx *rx)
{
	bool v6 = outer_is_v6(rx);

	rx->host = k8sov_host_find_outer_rcu(rx->peers, v6,
					     outer_source(rx, v6));
	return rx->host ? K8SOV_DROP_NONE : K8SOV_DROP_RX_HOST;
}

static bool is_remote(const struct k8sov_rx *rx, const struct k8sov_host *host)
{
	bool v6 = outer_is_v6(rx);
	const void *source = outer_source(rx, v6);

	if (v6)
		return host->remote.family == AF_INET6 &&
		       ipv6_addr_equal(&host->remote.v6, source);
	return host->remote.family == AF_INET &&
	       host->remote.v4 == *(const __be32 *)source;
}

/* Nearly always it is the host that has the inner source, by the address that
 * we send to: then there is no second lookup.
 */
static enum k8sov_drop find_sender(struct k8sov_rx *rx, u32 source)
{
	struct k8sov_host *host;

	if (k8sov_subnet_value_type(source) == K8SOV_SUBNET_TYPE_HOST) {
		host = k8sov_host_find_rcu(rx->peers,
					   k8sov_subnet_value_host(source));
		if (likely(host && is_remote(rx, host))) {
			rx->host = host;
			return K8SOV_DROP_NONE;
		}
	}
	return k8sov_rx_host(rx);
}

static enum k8sov_drop check_addrs(struct k8sov_rx *rx, bool v6,
				   const void *saddr, const void *daddr)
{
	u32 source = k8sov_rx_source(rx->peers, v6, saddr);
	enum k8sov_drop reason;

	if (!rx->host) {
		reason = find_sender(rx, source);
		if (unlikely(reason))
			return reason;
	}
	return k8sov_rx_check(rx->peers, rx->host->id, source, v6, daddr);
}

static enum k8sov_drop check_v4(struct k8sov_rx *rx)
{
	const struct iphdr *iph = ip_hdr(rx->skb);

	if (unlikely(iph->version != 4 || iph->ihl < 5 ||
		     ntohs(iph->tot_len) < iph->ihl * 4))
		return K8SOV_DROP_RX_MALFORMED;
	return check_addrs(rx, false, &iph->saddr, &iph->daddr);
}

static enum k8sov_drop check_v6(struct k8sov_rx *rx)
{
	const struct ipv6hdr *ip6h;

	if (unlikely(!pskb_network_may_pull(rx->skb, sizeof(*ip6h))))
		return K8SOV_DROP_RX_TRUNCATED;
	ip6h = ipv6_hdr(rx->skb);
	if (unlikely(ip6h->version != 6))
		return K8SOV_DROP_RX_MALFORMED;
	return check_addrs(rx, true, &ip6h->saddr, &ip6h->daddr);
}

static bool ecn_conflict(struct k8sov_rx *rx)
{
	const void *outer = outer_header(rx);
	bool v6 = outer_is_v6(rx);

	/* What could not be marked on the way has nothing to say. */
	if (likely(INET_ECN_is_not_ect(v6 ? ipv6_get_dsfield(outer) :
					    ipv4_get_dsfield(outer))))
		return false;
	if (v6)
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

/* Whoever sends us TCP that is merged already has it merged by the NIC's GRO,
 * or sends it in big pieces: there is nothing left to gain. Devices that merge
 * nothing (a tun), and packets that came encrypted, never are.
 */
static bool merged_below(const struct k8sov_rx *rx)
{
	struct k8sov_host_stats *stats = this_cpu_ptr(rx->host->stats);

	if (!stats->rx_merged) {
		if (likely(!skb_is_gso(rx->skb)))
			return false;
		stats->rx_merged = true;
	}
	return rx->lower->features & NETIF_F_GRO;
}

/*
 * Aggregation pays for TCP that nobody has merged before us, and for UDP where
 * it was asked for. Everything else goes on at once: queueing it for a second
 * NAPI round costs more than all lookups here together. The choice is the same
 * for all packets of a flow, which keeps their order, but for the moment when
 * we see that a host's TCP is merged.
 */
static bool wants_gro(const struct k8sov_rx *rx)
{
	netdev_features_t features = rx->kov->dev->features;

	if (features & (NETIF_F_GRO_UDP_FWD | NETIF_F_GRO_FRAGLIST))
		return true;
	return is_tcp(rx->skb) && features & NETIF_F_GRO && !merged_below(rx);
}

/* A host may nest tunnel headers as deep as a packet is long, but not our
 * stack frames: the second level is queued.
 */
static void hand_up(struct k8sov_rx *rx)
{
	struct sk_buff *skb = rx->skb;

	if (wants_gro(rx) || this_cpu_read(depth)) {
		gro_cells_receive(&rx->kov->gro_cells, skb);
		return;
	}
	this_cpu_inc(depth);
	netif_receive_skb(skb);
	this_cpu_dec(depth);
}

/**
 * k8sov_rx_deliver() - check, decapsulate and hand up a packet
 * @rx: packet with skb->data before the inner IP header; the host that sent it
 *	is filled in if it is not known
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

	rx->lower = skb->dev;
	skb->dev = dev;
	skb_reset_mac_header(skb);
	skb->pkt_type = PACKET_HOST;
	if (unlikely(k8sov_hook_missing(rx->kov)))
		k8sov_follow(rx->kov);
	trace_k8sov_rx(dev, skb, rx->host);
	k8sov_stats_rx(rx->kov, rx->host, skb->len);
	hand_up(rx);
	return K8SOV_DROP_NONE;
}

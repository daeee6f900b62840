// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "tx.h"

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/dst.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/udp.h>

#include "encap.h"
#include "flow.h"
#include "route.h"
#include "stats.h"

static bool outer_df(const struct k8sov_tx *tx)
{
	if (tx->split)
		return false;
	switch ((enum k8sov_df)tx->conf->df) {
	case K8SOV_DF_UNSET:
		return false;
	case K8SOV_DF_SET:
		return !ip_mtu_locked(tx->dst);
	case K8SOV_DF_INHERIT:
	case __K8SOV_DF_MAX:
		break;
	}
	return tx->inner_df && !ip_mtu_locked(tx->dst);
}

/* The packet becomes one of the underlay: nothing of its inner life may
 * decide about the outer one (marks, conntrack, hash of other headers).
 */
static void change_layer(struct k8sov_tx *tx)
{
	struct sk_buff *skb = tx->skb;

	skb_scrub_packet(skb, k8sov_device_crosses_net(tx->kov));
	skb_clear_hash_if_not_l4(skb);
	skb->mark = tx->conf->fwmark;
	skb->ignore_df = tx->split;
	skb_dst_set(skb, tx->dst);
	if (tx->conf->notrack)
		nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
}

static int push_ipv4(struct k8sov_tx *tx, u8 protocol)
{
	struct sk_buff *skb = tx->skb;
	struct net *net = tx->kov->net;
	bool df = outer_df(tx);
	struct iphdr *iph;

	change_layer(tx);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	iph = __skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = tx->tos;
	iph->ttl = tx->ttl ?: ip4_dst_hoplimit(tx->dst);
	iph->protocol = protocol;
	iph->saddr = tx->source.v4;
	iph->daddr = tx->host->remote.v4;
	if (df) {
		/* RFC 6864 section 4.1: an atomic datagram needs no ID, and
		 * the counter is one cache line for all flows to a host.
		 */
		iph->frag_off = htons(IP_DF);
		iph->id = 0;
	} else {
		iph->frag_off = 0;
		__ip_select_ident(net, iph, skb_shinfo(skb)->gso_segs ?: 1);
	}
	return ip_local_out(net, NULL, skb);
}

#if IS_ENABLED(CONFIG_IPV6)
static int push_ipv6(struct k8sov_tx *tx, u8 protocol)
{
	struct sk_buff *skb = tx->skb;
	struct ipv6hdr *ip6h;

	change_layer(tx);
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	ip6h = __skb_push(skb, sizeof(*ip6h));
	skb_reset_network_header(skb);
	ip6_flow_hdr(ip6h, tx->tos, 0);
	ip6h->payload_len = htons(skb->len - sizeof(*ip6h));
	ip6h->nexthdr = protocol;
	ip6h->hop_limit = tx->ttl ?: ip6_dst_hoplimit(tx->dst);
	ip6h->saddr = tx->source.v6;
	ip6h->daddr = tx->host->remote.v6;
	return ip6_local_out(tx->kov->net, NULL, skb);
}
#else
static int push_ipv6(struct k8sov_tx *tx, u8 protocol)
{
	kfree_skb(tx->skb);
	dst_release(tx->dst);
	return -EAFNOSUPPORT;
}
#endif

/* Ends the way through the device: the underlay owns the packet now. */
static enum k8sov_drop push_ip(struct k8sov_tx *tx, u8 protocol)
{
	int err;

	if (tx->host->remote.family == AF_INET6)
		err = push_ipv6(tx, protocol);
	else
		err = push_ipv4(tx, protocol);
	if (likely(!net_xmit_eval(err)))
		k8sov_stats_tx(tx->kov, tx->host, tx->len);
	else
		DEV_STATS_INC(tx->kov->dev, tx_errors);
	return K8SOV_DROP_NONE;
}

static bool make_headroom(struct k8sov_tx *tx)
{
	unsigned int need;

	need = LL_RESERVED_SPACE(tx->dst->dev) + tx->dst->header_len +
	       tx->overhead;
	return !skb_cow_head(tx->skb, need);
}

static void push_ethernet(struct k8sov_tx *tx)
{
	struct ethhdr *eth = __skb_push(tx->skb, sizeof(*eth));

	skb_reset_mac_header(tx->skb);
	ether_addr_copy(eth->h_dest, tx->host->mac);
	ether_addr_copy(eth->h_source, tx->conf->mac);
	eth->h_proto = tx->skb->protocol;
}

static void push_udp(struct k8sov_tx *tx, __be16 source_port)
{
	const struct k8sov_conf *conf = tx->conf;
	struct sk_buff *skb = tx->skb;
	struct udphdr *uh;

	uh = __skb_push(skb, sizeof(*uh));
	skb_reset_transport_header(skb);
	uh->source = source_port;
	uh->dest = k8sov_route_port(conf, tx->host);
	uh->len = htons(skb->len);
	if (tx->host->remote.family == AF_INET6)
		udp6_set_csum(conf->udp_zero_csum6_tx, skb, &tx->source.v6,
			      &tx->host->remote.v6, skb->len);
	else
		udp_set_csum(!conf->udp_csum, skb, tx->source.v4,
			     tx->host->remote.v4, skb->len);
}

static int udp_gso_type(const struct k8sov_tx *tx)
{
	bool csum = tx->host->remote.family == AF_INET6 ?
		    !tx->conf->udp_zero_csum6_tx : tx->conf->udp_csum;

	return csum ? SKB_GSO_UDP_TUNNEL_CSUM : SKB_GSO_UDP_TUNNEL;
}

/**
 * k8sov_tx_udp() - send a packet in vxlan or geneve
 * @tx: packet, host and route; @tx->dst is consumed on success
 *
 * The result has the shape that NIC drivers expect of a tunnel they segment
 * (vxlan_features_check()): inner MAC header at 16 bytes from the outer
 * transport header.
 *
 * Context: rcu_read_lock_bh().
 * Return: K8SOV_DROP_NONE, or K8SOV_DROP_TX_NO_MEMORY.
 */
enum k8sov_drop k8sov_tx_udp(struct k8sov_tx *tx)
{
	const struct k8sov_host *host = tx->host;
	struct sk_buff *skb = tx->skb;
	__be16 source_port;
	void *header;
	u32 vni;

	source_port = k8sov_flow_port(tx->kov->net, tx->conf, skb);
	if (unlikely(!make_headroom(tx)))
		return K8SOV_DROP_TX_NO_MEMORY;
	push_ethernet(tx);
	if (unlikely(iptunnel_handle_offloads(skb, udp_gso_type(tx))))
		return K8SOV_DROP_TX_NO_MEMORY;

	vni = host->has_vni ? host->vni : tx->conf->id;
	header = __skb_push(skb, K8SOV_VXLAN_HLEN);
	if (host->encap == K8SOV_ENCAP_GENEVE)
		k8sov_geneve_build(header, vni);
	else
		k8sov_vxlan_build(header, vni);
	skb_set_inner_protocol(skb, htons(ETH_P_TEB));
	push_udp(tx, source_port);
	return push_ip(tx, IPPROTO_UDP);
}

/**
 * k8sov_tx_ipip() - send a packet in IP
 * @tx: packet, host and route; @tx->dst is consumed on success
 *
 * Context: rcu_read_lock_bh().
 * Return: K8SOV_DROP_NONE, or K8SOV_DROP_TX_NO_MEMORY.
 */
enum k8sov_drop k8sov_tx_ipip(struct k8sov_tx *tx)
{
	u8 protocol = tx->inner_v6 ? IPPROTO_IPV6 : IPPROTO_IPIP;
	struct sk_buff *skb = tx->skb;
	int gso_type;

	if (unlikely(!make_headroom(tx)))
		return K8SOV_DROP_TX_NO_MEMORY;
	gso_type = tx->host->remote.family == AF_INET6 ? SKB_GSO_IPXIP6 :
							 SKB_GSO_IPXIP4;
	if (unlikely(iptunnel_handle_offloads(skb, gso_type)))
		return K8SOV_DROP_TX_NO_MEMORY;
	skb_set_inner_ipproto(skb, protocol);
	return push_ip(tx, protocol);
}

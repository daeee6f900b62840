// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "rx_udp.h"

#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/gro.h>
#include <net/sock.h>

#include "drop.h"
#include "encap.h"
#include "rx.h"
#include "udp_sock.h"

/* What a tunnel packet starts with at skb->data, up to the inner IP header
 * and the shortest of those.
 */
#define TUNNEL_HLEN	(K8SOV_UDP_HLEN + K8SOV_VXLAN_HLEN)
#define SHORTEST	(TUNNEL_HLEN + K8SOV_INNER_ETH_HLEN + 20)

static bool is_geneve(const struct k8sov_sock *ks)
{
	return ks->kind == K8SOV_SOCK_GENEVE;
}

static struct k8sov_dev *find_device(const struct k8sov_sock *ks, u32 vni)
{
	const struct k8sov_sock_user *user;

	hash_for_each_possible_rcu(ks->devices, user, node, vni)
		if (user->kov->vni == vni)
			return user->kov;
	return NULL;
}

/* A packet that names no device is counted by one that listens on the port. */
static struct k8sov_dev *any_device(const struct k8sov_sock *ks)
{
	const struct k8sov_sock_user *user;
	int bucket;

	hash_for_each_rcu(ks->devices, bucket, user, node)
		return user->kov;
	return NULL;
}

static enum k8sov_drop parse_ethernet(struct k8sov_rx *rx,
				      const struct ethhdr *eth)
{
	if (unlikely(is_multicast_ether_addr(eth->h_dest)))
		return K8SOV_DROP_RX_MAC;
	rx->protocol = eth->h_proto;
	if (likely(rx->protocol == htons(ETH_P_IP) ||
		   rx->protocol == htons(ETH_P_IPV6)))
		return K8SOV_DROP_NONE;
	return K8SOV_DROP_RX_NOT_IP;
}

/* Headers to device, host and inner protocol. @rx->kov is set as soon as it
 * is known.
 */
static enum k8sov_drop parse_packet(const struct k8sov_sock *ks,
				    struct k8sov_rx *rx)
{
	struct k8sov_tunnel_header tunnel;
	struct sk_buff *skb = rx->skb;
	enum k8sov_drop reason;
	struct k8sov_dev *kov;

	if (unlikely(!pskb_may_pull(skb, SHORTEST)))
		return K8SOV_DROP_RX_TRUNCATED;
	reason = k8sov_tunnel_parse(is_geneve(ks), skb->data + K8SOV_UDP_HLEN,
				    &tunnel);
	if (unlikely(reason))
		return reason;
	kov = find_device(ks, tunnel.vni);
	if (unlikely(!kov))
		return K8SOV_DROP_RX_VNI;
	rx->kov = kov;
	rx->peers = rcu_dereference(kov->tables)->peers;

	rx->inner = K8SOV_UDP_HLEN + tunnel.len + K8SOV_INNER_ETH_HLEN;
	if (unlikely(!pskb_may_pull(skb, rx->inner)))
		return K8SOV_DROP_RX_TRUNCATED;
	return parse_ethernet(rx, (void *)(skb->data + rx->inner -
					   K8SOV_INNER_ETH_HLEN));
}

/**
 * k8sov_rx_udp() - encap_rcv of tunnel sockets
 * @sk: the socket
 * @skb: packet with skb->data at the UDP header, whose checksum was verified
 *
 * Context: softirq, rcu_read_lock().
 * Return: 0, the packet was consumed.
 */
int k8sov_rx_udp(struct sock *sk, struct sk_buff *skb)
{
	const struct k8sov_sock *ks = rcu_dereference_sk_user_data(sk);
	struct k8sov_rx rx __uninitialized;
	enum k8sov_drop reason;

	if (unlikely(!ks))
		goto drop_closing;
	rx.kov = NULL;
	rx.host = NULL;
	rx.skb = skb;
	rx.outer = skb_network_offset(skb) + skb_headroom(skb);
	reason = parse_packet(ks, &rx);
	if (likely(!reason))
		reason = k8sov_rx_deliver(&rx);
	if (likely(!reason))
		return 0;
	/* Who sent a packet matters more than what else is wrong with it. */
	if (!rx.kov)
		rx.kov = any_device(ks);
	else if (!rx.host && k8sov_rx_host(&rx))
		reason = K8SOV_DROP_RX_HOST;
	if (rx.kov) {
		k8sov_drop(rx.kov, skb, reason);
		return 0;
	}

drop_closing:
	kfree_skb(skb);
	return 0;
}

/* Hosts may have a VNI of their own, so it is the address that tells. */
static bool sent_to_host(const struct k8sov_sock *ks, const void *daddr)
{
	const struct k8sov_sock_user *user;
	const struct k8sov_tables *tables;
	int bucket;

	hash_for_each_rcu(ks->devices, bucket, user, node) {
		tables = rcu_dereference(user->kov->tables);
		if (k8sov_host_find_outer_rcu(tables->peers,
					      ks->family == AF_INET6, daddr))
			return true;
	}
	return false;
}

/**
 * k8sov_rx_udp_error() - encap_err_lookup of tunnel sockets
 * @sk: the socket
 * @skb: packet of ours that an ICMP error quotes, its headers set
 *
 * Outer packets have many source ports, none of them the socket's, so UDP asks
 * whether a quoted packet was sent by us. Without the answer path MTU
 * discovery on the underlay would not work.
 *
 * Context: softirq, rcu_read_lock().
 * Return: 0 if so, -ENOENT if it is no tunnel packet to a host, -EINVAL if too
 * little is quoted to tell.
 */
int k8sov_rx_udp_error(struct sock *sk, struct sk_buff *skb)
{
	const struct k8sov_sock *ks = rcu_dereference_sk_user_data(sk);
	struct k8sov_tunnel_header tunnel;
	const void *daddr;

	if (!ks)
		return -ENOENT;
	if (!pskb_may_pull(skb, skb_transport_offset(skb) + TUNNEL_HLEN))
		return -EINVAL;
	if (k8sov_tunnel_parse(is_geneve(ks), skb_transport_header(skb) +
			       K8SOV_UDP_HLEN, &tunnel))
		return -ENOENT;
	daddr = ks->family == AF_INET6 ? (void *)&ipv6_hdr(skb)->daddr :
					 (void *)&ip_hdr(skb)->daddr;
	return sent_to_host(ks, daddr) ? 0 : -ENOENT;
}

static bool same_word(const void *a, const void *b)
{
	return get_unaligned((const u64 *)a) == get_unaligned((const u64 *)b);
}

/* The fixed part of a tunnel header says how long it is with its options, so
 * the rest is only compared with a packet that has as much. Without options
 * they are 22 bytes, three words that overlap.
 */
static bool same_headers(const void *a, const void *b, unsigned int len)
{
	if (!same_word(a, b))
		return false;
	if (likely(len == K8SOV_VXLAN_HLEN + K8SOV_INNER_ETH_HLEN))
		return same_word(a + 8, b + 8) && same_word(a + 14, b + 14);
	return !memcmp(a, b, len);
}

/* Packets are of one flow only if their tunnel and Ethernet headers are the
 * same.
 */
static void compare_headers(struct list_head *head, const void *headers,
			    unsigned int offset, unsigned int len)
{
	struct sk_buff *p;

	list_for_each_entry(p, head, list)
		if (NAPI_GRO_CB(p)->same_flow &&
		    !same_headers(p->data + offset, headers, len))
			NAPI_GRO_CB(p)->same_flow = 0;
}

/**
 * k8sov_gro_udp() - gro_receive of tunnel sockets
 * @sk: the socket
 * @head: packets held for aggregation
 * @skb: packet with its GRO offset behind the UDP header
 *
 * The Ethernet header is ours to compare, too: eth_gro_receive() would look at
 * the packets of @head once more.
 *
 * Context: NAPI, rcu_read_lock().
 * Return: packet to flush from @head, or NULL.
 */
struct sk_buff *k8sov_gro_udp(struct sock *sk, struct list_head *head,
			      struct sk_buff *skb)
{
	const struct k8sov_sock *ks = rcu_dereference_sk_user_data(sk);
	unsigned int len, offset = skb_gro_offset(skb);
	struct k8sov_tunnel_header tunnel __uninitialized;
	const struct packet_offload *inner;
	struct sk_buff *flush_pp = NULL;
	const void *headers;
	int flush = 1;

	headers = skb_gro_header(skb, offset + K8SOV_VXLAN_HLEN, offset);
	if (unlikely(!headers || !ks ||
		     k8sov_tunnel_parse(is_geneve(ks), headers, &tunnel)))
		goto out;
	len = tunnel.len + K8SOV_INNER_ETH_HLEN;
	headers = skb_gro_header(skb, offset + len, offset);
	if (unlikely(!headers))
		goto out;
	inner = gro_find_receive_by_type(((const struct ethhdr *)
					  (headers + tunnel.len))->h_proto);
	if (unlikely(!inner))
		goto out;
	compare_headers(head, headers, offset, len);
	skb_gro_pull(skb, len);
	skb_gro_postpull_rcsum(skb, headers, len);
	flush_pp = call_gro_receive(inner->callbacks.gro_receive, head, skb);
	flush = 0;
out:
	skb_gro_flush_final(skb, flush_pp, flush);
	return flush_pp;
}

/**
 * k8sov_gro_udp_complete() - gro_complete of tunnel sockets
 * @sk: the socket
 * @skb: aggregate
 * @nhoff: offset of the tunnel header from skb->data
 *
 * Context: NAPI, rcu_read_lock().
 * Return: 0, or the errno of the inner protocol.
 */
int k8sov_gro_udp_complete(struct sock *sk, struct sk_buff *skb, int nhoff)
{
	const struct k8sov_sock *ks = rcu_dereference_sk_user_data(sk);
	struct k8sov_tunnel_header tunnel;

	if (!ks || k8sov_tunnel_parse(is_geneve(ks), skb->data + nhoff,
				      &tunnel))
		return -ENOENT;
	skb_set_inner_mac_header(skb, nhoff + tunnel.len);
	return eth_gro_complete(skb, nhoff + tunnel.len);
}

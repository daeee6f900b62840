// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "tx.h"

#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rcupdate.h>
#include <net/dst.h>
#include <net/icmp.h>
#include <net/inet_ecn.h>
#include <net/ipv6.h>

#include "drop.h"
#include "route.h"
#include "stats.h"
#include "tables.h"
#include "trace.h"

/* Nested devices use up the kernel stack; the limit is that of Linux'
 * own tunnels (IP_TUNNEL_RECURSION_LIMIT).
 */
#define RECURSION_LIMIT 5

static void answer_unreachable(struct sk_buff *skb, bool v6)
{
	if (v6)
		icmpv6_ndo_send(skb, ICMPV6_DEST_UNREACH,
				ICMPV6_ADDR_UNREACH, 0);
	else
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
}

/* Destinations that only make sense on a link. */
static bool link_scoped(bool v6, const void *daddr)
{
	return k8sov_addr_is_multicast(v6, daddr) ||
	       (v6 && ipv6_addr_type(daddr) & IPV6_ADDR_LINKLOCAL);
}

static enum k8sov_drop refusal(enum k8sov_subnet_type type)
{
	switch (type) {
	case K8SOV_SUBNET_TYPE_LOCAL:
		return K8SOV_DROP_TX_LOCAL;
	case K8SOV_SUBNET_TYPE_BLACKHOLE:
		return K8SOV_DROP_TX_BLACKHOLE;
	case K8SOV_SUBNET_TYPE_UNREACHABLE:
		return K8SOV_DROP_TX_UNREACHABLE;
	case K8SOV_SUBNET_TYPE_HOST:
	case __K8SOV_SUBNET_TYPE_MAX:
		break;
	}
	return K8SOV_DROP_TX_NO_SUBNET;
}

/**
 * k8sov_tx_find() - find the host that has a destination
 * @peers: tables
 * @v6: family of the address
 * @daddr: destination, in network order
 * @host: the host, if one has it
 *
 * Context: rcu_read_lock() or rcu_read_lock_bh().
 * Return: K8SOV_DROP_NONE, or the reason why packets to it are dropped.
 */
enum k8sov_drop k8sov_tx_find(const struct k8sov_peers *peers, bool v6,
			      const void *daddr, struct k8sov_host **host)
{
	/* What is in no subnet is on host 0, which does not exist. */
	u32 value = k8sov_subnet_value(K8SOV_SUBNET_TYPE_HOST, 0);
	const struct k8sov_lpm_entry *entry;

	entry = k8sov_lpm_lookup(&peers->subnets[v6], daddr);
	if (likely(entry))
		value = READ_ONCE(entry->value);
	if (likely(k8sov_subnet_value_type(value) == K8SOV_SUBNET_TYPE_HOST)) {
		*host = k8sov_host_find_rcu(peers,
					    k8sov_subnet_value_host(value));
		if (likely(*host))
			return K8SOV_DROP_NONE;
	}
	if (link_scoped(v6, daddr))
		return K8SOV_DROP_TX_MULTICAST;
	return refusal(k8sov_subnet_value_type(value));
}

static enum k8sov_drop find_host(struct k8sov_tx *tx, const void *daddr)
{
	const struct k8sov_tables *tables = k8sov_rcu(tx->kov->tables);
	enum k8sov_drop reason;

	reason = k8sov_tx_find(tables->peers, tx->inner_v6, daddr, &tx->host);
	if (likely(!reason))
		return K8SOV_DROP_NONE;
	/* Routers solicit and listeners report on every device, so these go
	 * without an answer.
	 */
	if (reason != K8SOV_DROP_TX_MULTICAST &&
	    reason != K8SOV_DROP_TX_BLACKHOLE)
		answer_unreachable(tx->skb, tx->inner_v6);
	return reason;
}

/* What the outer header copies from the inner one. */
static void inherit(struct k8sov_tx *tx, u8 inner_tos, u8 inner_ttl)
{
	const struct k8sov_conf *conf = tx->conf;
	u8 tos = conf->tos_inherit ? inner_tos : conf->tos;

	tx->tos = INET_ECN_encapsulate(tos, inner_tos);
	tx->ttl = conf->ttl_inherit ? inner_ttl : conf->ttl;
}

static enum k8sov_drop classify_v4(struct k8sov_tx *tx)
{
	const struct iphdr *iph;

	if (unlikely(!pskb_network_may_pull(tx->skb, sizeof(*iph))))
		return K8SOV_DROP_TX_MALFORMED;
	iph = ip_hdr(tx->skb);
	if (unlikely(iph->version != 4 || iph->ihl < 5))
		return K8SOV_DROP_TX_MALFORMED;
	tx->inner_df = iph->frag_off & htons(IP_DF);
	inherit(tx, iph->tos, iph->ttl);
	return find_host(tx, &iph->daddr);
}

static enum k8sov_drop classify_v6(struct k8sov_tx *tx)
{
	const struct ipv6hdr *ip6h;

	if (unlikely(!pskb_network_may_pull(tx->skb, sizeof(*ip6h))))
		return K8SOV_DROP_TX_MALFORMED;
	ip6h = ipv6_hdr(tx->skb);
	if (unlikely(ip6h->version != 6))
		return K8SOV_DROP_TX_MALFORMED;
	tx->inner_v6 = true;
	tx->inner_df = true;
	inherit(tx, ipv6_get_dsfield(ip6h), ip6h->hop_limit);
	return find_host(tx, &ip6h->daddr);
}

/* Packet sockets may leave the protocol open; the version tells. */
static __be16 ip_protocol(const struct sk_buff *skb)
{
	if (likely(skb->protocol))
		return skb->protocol;
	if (!skb_headlen(skb))
		return 0;
	switch (skb->data[0] >> 4) {
	case 4:
		return htons(ETH_P_IP);
	case 6:
		return htons(ETH_P_IPV6);
	}
	return 0;
}

static enum k8sov_drop classify(struct k8sov_tx *tx)
{
	tx->skb->protocol = ip_protocol(tx->skb);
	if (tx->skb->protocol == htons(ETH_P_IP))
		return classify_v4(tx);
	if (tx->skb->protocol == htons(ETH_P_IPV6))
		return classify_v6(tx);
	return K8SOV_DROP_TX_NOT_IP;
}

/**
 * k8sov_tx_host() - send a packet to a host
 * @tx: packet, device, host and what the outer header inherits
 *
 * The way from a known host to the wire, without the netdevice: callers that
 * know the host already may enter here.
 *
 * Context: rcu_read_lock_bh().
 * Return: K8SOV_DROP_NONE if the packet was consumed, else the reason why the
 * caller has to drop it.
 */
enum k8sov_drop k8sov_tx_host(struct k8sov_tx *tx)
{
	enum k8sov_drop reason;

	if (unlikely(dev_recursion_level() > RECURSION_LIMIT))
		return K8SOV_DROP_TX_RECURSION;
	tx->dst = k8sov_route_host(tx->kov, tx->conf, tx->host, tx->tos,
				   &tx->source);
	if (IS_ERR(tx->dst)) {
		answer_unreachable(tx->skb, tx->inner_v6);
		return K8SOV_DROP_TX_NO_ROUTE;
	}
	if (unlikely(tx->dst->dev == tx->kov->dev)) {
		reason = K8SOV_DROP_TX_LOOP;
		goto err_release_dst;
	}
	reason = k8sov_tx_fit(tx);
	if (unlikely(reason))
		goto err_release_dst;

	trace_k8sov_tx(tx->kov->dev, tx->skb, tx->host);
	switch ((enum k8sov_encap)tx->host->encap) {
	case K8SOV_ENCAP_VXLAN:
	case K8SOV_ENCAP_GENEVE:
		reason = k8sov_tx_udp(tx);
		break;
	case K8SOV_ENCAP_IPIP:
		reason = k8sov_tx_ipip(tx);
		break;
	case K8SOV_ENCAP_DIRECT:
	case __K8SOV_ENCAP_MAX:
		reason = k8sov_tx_direct(tx);
		break;
	}
	if (likely(!reason))
		return K8SOV_DROP_NONE;

err_release_dst:
	dst_release(tx->dst);
	return reason;
}

/**
 * k8sov_tx_start() - ndo_start_xmit of the device
 * @skb: an IP packet, consumed
 * @dev: the device
 *
 * Context: rcu_read_lock_bh(), on any number of CPUs at once.
 * Return: NETDEV_TX_OK.
 */
netdev_tx_t k8sov_tx_start(struct sk_buff *skb, struct net_device *dev)
{
	struct k8sov_dev *kov = netdev_priv(dev);
	struct k8sov_tx tx __uninitialized;
	enum k8sov_drop reason;

	tx.kov = kov;
	tx.skb = skb;
	tx.len = skb->len;
	tx.inner_v6 = false;
	tx.split = false;

	tx.conf = k8sov_conf_rcu(kov);
	reason = classify(&tx);
	if (likely(!reason))
		reason = k8sov_tx_host(&tx);
	if (unlikely(reason))
		k8sov_drop(kov, skb, reason);
	return NETDEV_TX_OK;
}

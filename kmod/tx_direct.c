// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "tx.h"

#include <net/arp.h>
#include <net/dst.h>
#include <net/ip_tunnels.h>
#include <net/neighbour.h>

#include "route.h"
#include "stats.h"

/**
 * k8sov_tx_direct() - send a packet to a host as it is
 * @tx: packet, host and route; @tx->dst is consumed on success
 *
 * The host is the next hop, so it has to be a neighbour on the underlay. Its
 * link layer address is resolved in its own family, whatever the family of the
 * packet is (as in RFC 5549).
 *
 * Context: rcu_read_lock_bh().
 * Return: K8SOV_DROP_NONE; K8SOV_DROP_TX_NOT_ON_LINK if the host is behind a
 * gateway; K8SOV_DROP_TX_TOO_BIG; K8SOV_DROP_TX_NO_MEMORY.
 */
enum k8sov_drop k8sov_tx_direct(struct k8sov_tx *tx)
{
	struct net_device *out = tx->dst->dev;
	struct sk_buff *skb = tx->skb;
	int table = NEIGH_ARP_TABLE;

	if (unlikely(!k8sov_route_on_link(tx->dst)))
		return K8SOV_DROP_TX_NOT_ON_LINK;
	/* The sender's route has the MTU by now, its next packet is split. */
	if (unlikely(tx->split))
		return K8SOV_DROP_TX_TOO_BIG;
	if (unlikely(skb_cow_head(skb, LL_RESERVED_SPACE(out))))
		return K8SOV_DROP_TX_NO_MEMORY;

	if (tx->host->remote.family == AF_INET6)
		table = NEIGH_ND_TABLE;
	skb_scrub_packet(skb, k8sov_device_crosses_net(tx->kov));
	skb->mark = tx->conf->fwmark;
	skb->dev = out;
	k8sov_stats_tx(tx->kov, tx->host, tx->len);
	neigh_xmit(table, out, tx->host->remote.bytes, skb);
	dst_release(tx->dst);
	return K8SOV_DROP_NONE;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "tx.h"

#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <net/dst.h>
#include <net/icmp.h>

#include "compat/compat.h"
#include "encap.h"

static bool fits(const struct sk_buff *skb, unsigned int mtu)
{
	if (skb_is_gso(skb))
		return skb_gso_validate_network_len(skb, mtu);
	return skb->len <= mtu;
}

static void answer_too_big(struct sk_buff *skb, unsigned int mtu, bool v6)
{
	if (v6)
		icmpv6_ndo_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	else
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			      htonl(mtu));
}

/**
 * k8sov_tx_fit() - does a packet fit the path to its host?
 * @tx: packet, host and route
 *
 * If not, the sender learns the MTU: its route to the destination, so that the
 * stack acts on it from the next packet on, and by an ICMP error already for
 * this one (RFC 1191, RFC 8201). A packet that may be fragmented is sent in
 * outer fragments, as is one for an MTU that IPv6 has no answer for.
 *
 * Fills in @tx->overhead.
 *
 * Context: rcu_read_lock_bh().
 * Return: K8SOV_DROP_NONE, with @tx->split saying if outer fragments are
 * needed, or K8SOV_DROP_TX_TOO_BIG.
 */
enum k8sov_drop k8sov_tx_fit(struct k8sov_tx *tx)
{
	struct sk_buff *skb = tx->skb;
	int mtu;

	tx->overhead = k8sov_encap_overhead(tx->host->encap,
					    tx->host->remote.family ==
					    AF_INET6);
	mtu = dst_mtu(tx->dst) - tx->overhead;
	if (likely(skb->len <= mtu))
		return K8SOV_DROP_NONE;
	if (mtu > 0 && fits(skb, mtu))
		return K8SOV_DROP_NONE;

	if (mtu < (tx->inner_v6 ? IPV6_MIN_MTU : 68)) {
		tx->split = true;
		return K8SOV_DROP_NONE;
	}
	skb_dst_update_pmtu_no_confirm(skb, mtu);
	if (tx->inner_df) {
		answer_too_big(skb, mtu, tx->inner_v6);
		return K8SOV_DROP_TX_TOO_BIG;
	}
	tx->split = true;
	return K8SOV_DROP_NONE;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_RX_H
#define _K8SOV_RX_H

#include <linux/types.h>

#include <uapi/linux/k8sov.h>

#include "addr.h"
#include "device.h"
#include "tables.h"

struct net_device;
struct sk_buff;

/**
 * struct k8sov_rx - a packet on its way from a host
 *
 * Not initialized where UDP packets make it, for the reason of struct k8sov_tx.
 *
 * @kov: the device it arrived for
 * @peers: tables of the generation that the packet sees
 * @host: who sent it, NULL until that is known
 * @skb: the packet
 * @lower: device of the underlay that it came by, from k8sov_rx_deliver() on
 * @outer: offset of the outer IP header from skb->head
 * @inner: offset of the inner IP header from skb->data
 * @protocol: ETH_P_IP or ETH_P_IPV6, of the inner packet
 */
struct k8sov_rx {
	struct k8sov_dev *kov;
	const struct k8sov_peers *peers;
	struct k8sov_host *host;
	struct sk_buff *skb;
	const struct net_device *lower;
	unsigned int outer;
	unsigned int inner;
	__be16 protocol;
};

/**
 * k8sov_rx_source() - who has an inner source?
 * @peers: tables
 * @v6: family of the address
 * @saddr: inner source, in network order
 *
 * Context: rcu_read_lock().
 * Return: k8sov_subnet_value(), that of host 0, which does not exist, if it is
 * in no subnet.
 */
static inline u32 k8sov_rx_source(const struct k8sov_peers *peers, bool v6,
				  const void *saddr)
{
	const struct k8sov_lpm_entry *entry;

	entry = k8sov_lpm_lookup(&peers->subnets[v6], saddr);
	return entry ? READ_ONCE(entry->value) :
		       k8sov_subnet_value(K8SOV_SUBNET_TYPE_HOST, 0);
}

/**
 * k8sov_rx_check() - may a host send a packet from and to these addresses?
 * @peers: tables
 * @host: id of the host that sent the packet
 * @source: what k8sov_rx_source() says of the inner source
 * @v6: family of the addresses
 * @daddr: inner destination, in network order
 *
 * A host may only speak for its own subnets, and only to ours: the node is no
 * relay between hosts.
 *
 * Context: rcu_read_lock().
 * Return: K8SOV_DROP_NONE, K8SOV_DROP_RX_MULTICAST, K8SOV_DROP_RX_SOURCE or
 * K8SOV_DROP_RX_DESTINATION.
 */
static inline enum k8sov_drop k8sov_rx_check(const struct k8sov_peers *peers,
					     u32 host, u32 source, bool v6,
					     const void *daddr)
{
	const struct k8sov_lpm_entry *entry;

	if (unlikely(k8sov_addr_is_multicast(v6, daddr)))
		return K8SOV_DROP_RX_MULTICAST;
	if (source != k8sov_subnet_value(K8SOV_SUBNET_TYPE_HOST, host))
		return K8SOV_DROP_RX_SOURCE;
	entry = k8sov_lpm_lookup(&peers->subnets[v6], daddr);
	if (!entry || READ_ONCE(entry->value) !=
		      k8sov_subnet_value(K8SOV_SUBNET_TYPE_LOCAL, 0))
		return K8SOV_DROP_RX_DESTINATION;
	return K8SOV_DROP_NONE;
}

/* Packet path: rcu_read_lock(), bottom halves off. */

enum k8sov_drop k8sov_rx_host(struct k8sov_rx *rx);
enum k8sov_drop k8sov_rx_deliver(struct k8sov_rx *rx);

#endif /* _K8SOV_RX_H */

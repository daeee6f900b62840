/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_TX_H
#define _K8SOV_TX_H

#include <linux/netdevice.h>

#include <uapi/linux/k8sov.h>

#include "addr.h"
#include "device.h"

struct dst_entry;

/**
 * struct k8sov_tx - a packet on its way to a host
 *
 * Not initialized where it is made: kernels that clear all locals
 * (CONFIG_INIT_STACK_ALL_ZERO) would clear it for each packet.
 *
 * @kov: the device
 * @conf: its configuration
 * @host: where the packet goes
 * @skb: the packet
 * @dst: route to @host
 * @source: outer source address
 * @len: length of the inner packet in bytes
 * @overhead: bytes that the encapsulation adds to it
 * @inner_v6: the inner packet is IPv6
 * @inner_df: the inner packet must not be fragmented
 * @split: the packet fits the path to @host only in outer fragments
 * @tos: outer TOS
 * @ttl: outer TTL
 */
struct k8sov_tx {
	struct k8sov_dev *kov;
	const struct k8sov_conf *conf;
	struct k8sov_host *host;
	struct sk_buff *skb;
	struct dst_entry *dst;
	struct k8sov_addr source;
	unsigned int len;
	unsigned int overhead;
	bool inner_v6;
	bool inner_df;
	bool split;
	u8 tos;
	u8 ttl;
};

/* Packet path: rcu_read_lock_bh(). */

enum k8sov_drop k8sov_tx_find(const struct k8sov_peers *peers, bool v6,
			      const void *daddr, struct k8sov_host **host);
netdev_tx_t k8sov_tx_start(struct sk_buff *skb, struct net_device *dev);
enum k8sov_drop k8sov_tx_host(struct k8sov_tx *tx);
enum k8sov_drop k8sov_tx_fit(struct k8sov_tx *tx);
enum k8sov_drop k8sov_tx_udp(struct k8sov_tx *tx);
enum k8sov_drop k8sov_tx_ipip(struct k8sov_tx *tx);
enum k8sov_drop k8sov_tx_direct(struct k8sov_tx *tx);

#endif /* _K8SOV_TX_H */

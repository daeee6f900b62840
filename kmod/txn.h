/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_TXN_H
#define _K8SOV_TXN_H

#include <linux/list.h>

#include "tables.h"

struct k8sov_dev;
struct net;
struct netlink_ext_ack;

#define K8SOV_TXN_MAX	64	/* open transactions of one device */

/**
 * struct k8sov_txn - changes that are not in force yet
 *
 * A group is copied when the transaction first touches it, and starts empty
 * where the transaction said that it replaces it.
 *
 * @list: member of k8sov_dev.txns
 * @net: namespace of the socket; an identifier, not a reference
 * @id: number, unique on this machine
 * @portid: socket that the transaction belongs to
 * @replace: tables that start empty, enum k8sov_table
 * @touched: tables with changes, enum k8sov_table
 * @groups: own groups, NULL where nothing was touched
 * @base_peers: version of the live group when it was copied, 0 if it was not
 * @base_endpoints: the same
 * @base_identities: the same
 */
struct k8sov_txn {
	struct list_head list;
	const struct net *net;
	u32 id;
	u32 portid;
	u32 replace;
	u32 touched;
	struct k8sov_groups groups;
	u64 base_peers;
	u64 base_endpoints;
	u64 base_identities;
};

/* The tables that struct k8sov_peers holds. */
#define K8SOV_PEERS_TABLES	(K8SOV_TABLE_HOST | K8SOV_TABLE_SUBNET)

/* The tables that struct k8sov_endpoints holds. */
#define K8SOV_ENDPOINTS_TABLES	(K8SOV_TABLE_ENDPOINT | K8SOV_TABLE_RULESET)

/* Slow path: may sleep, callers hold the lock of the device. */

struct k8sov_txn *k8sov_txn_begin(struct k8sov_dev *kov, const struct net *net,
				  u32 portid, u32 replace);
struct k8sov_txn *k8sov_txn_find(struct k8sov_dev *kov, u32 id);
int k8sov_txn_prepare(struct k8sov_dev *kov, struct k8sov_txn *txn,
		      struct netlink_ext_ack *extack);
int k8sov_txn_commit(struct k8sov_dev *kov, struct k8sov_txn *txn);
void k8sov_txn_adopt(struct k8sov_txn *txn, struct k8sov_groups *groups);
void k8sov_txn_abort(struct k8sov_dev *kov, struct k8sov_txn *txn);
void k8sov_txn_abort_all(struct k8sov_dev *kov);
void k8sov_txn_abort_socket(struct k8sov_dev *kov, const struct net *net,
			    u32 portid);

struct k8sov_peers *k8sov_txn_peers(struct k8sov_dev *kov,
				    struct k8sov_txn *txn);
struct k8sov_endpoints *k8sov_txn_endpoints(struct k8sov_dev *kov,
					    struct k8sov_txn *txn);
struct k8sov_identities *k8sov_txn_identities(struct k8sov_dev *kov,
					      struct k8sov_txn *txn);

#endif /* _K8SOV_TXN_H */

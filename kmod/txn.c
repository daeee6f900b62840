// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "txn.h"

#include <linux/slab.h>

#include "device.h"
#include "endpoint.h"
#include "identity.h"
#include "peers.h"
#include "refuse.h"

static atomic_t last_id = ATOMIC_INIT(0);

static u32 next_id(void)
{
	u32 id;

	do {
		id = atomic_inc_return(&last_id);
	} while (!id);
	return id;
}

/**
 * k8sov_txn_begin() - open a transaction
 * @kov: device, its lock held
 * @net: namespace of the socket
 * @portid: socket
 * @replace: tables that start empty, enum k8sov_table
 *
 * Return: the transaction; ERR_PTR(-ENOSPC) if the device has too many,
 * ERR_PTR(-ENOMEM).
 */
struct k8sov_txn *k8sov_txn_begin(struct k8sov_dev *kov, const struct net *net,
				  u32 portid, u32 replace)
{
	struct k8sov_txn *txn;

	lockdep_assert_held(&kov->lock);
	if (kov->n_txns >= K8SOV_TXN_MAX)
		return ERR_PTR(-ENOSPC);
	txn = kzalloc(sizeof(*txn), GFP_KERNEL_ACCOUNT);
	if (!txn)
		return ERR_PTR(-ENOMEM);

	txn->id = next_id();
	txn->net = net;
	txn->portid = portid;
	txn->replace = replace;
	list_add_tail(&txn->list, &kov->txns);
	kov->n_txns++;
	return txn;
}

/**
 * k8sov_txn_find() - transaction by number
 * @kov: device, its lock held
 * @id: the number
 *
 * Return: the transaction, or NULL.
 */
struct k8sov_txn *k8sov_txn_find(struct k8sov_dev *kov, u32 id)
{
	struct k8sov_txn *txn;

	lockdep_assert_held(&kov->lock);
	list_for_each_entry(txn, &kov->txns, list)
		if (txn->id == id)
			return txn;
	return NULL;
}

/* What is replaced depends on nothing, so only copies can be overtaken. */
static bool was_overtaken(const struct k8sov_tables *live,
			  const struct k8sov_txn *txn)
{
	u64 peers = txn->replace & K8SOV_TABLE_SUBNET ?
		    live->peers->host_version : live->peers->version;
	u64 endpoints = txn->replace & K8SOV_TABLE_ENDPOINT ?
			live->endpoints->ruleset_version :
			live->endpoints->version;

	return (txn->base_peers && txn->base_peers != peers) ||
	       (txn->base_endpoints && txn->base_endpoints != endpoints) ||
	       (txn->base_identities &&
		txn->base_identities != live->identities->version);
}

/**
 * k8sov_txn_prepare() - can a transaction be committed?
 * @kov: device, its lock held
 * @txn: the transaction
 * @extack: where to say what is wrong
 *
 * Return: 0; -EAGAIN if a table that the transaction copied has changed
 * since, -ENOMEM.
 */
int k8sov_txn_prepare(struct k8sov_dev *kov, struct k8sov_txn *txn,
		      struct netlink_ext_ack *extack)
{
	/* Tables that were to be replaced but got no entry become empty. */
	if ((txn->replace & K8SOV_PEERS_TABLES &&
	     IS_ERR(k8sov_txn_peers(kov, txn))) ||
	    (txn->replace & K8SOV_ENDPOINTS_TABLES &&
	     IS_ERR(k8sov_txn_endpoints(kov, txn))) ||
	    (txn->replace & K8SOV_TABLE_IDENTITY &&
	     IS_ERR(k8sov_txn_identities(kov, txn))))
		return -ENOMEM;

	if (was_overtaken(k8sov_tables_locked(kov), txn))
		return k8sov_refuse(extack, NULL, -EAGAIN,
				    "the tables changed since the transaction touched them; repeat it");
	return 0;
}

/**
 * k8sov_txn_commit() - put a transaction in force, and end it
 * @kov: device, its lock held
 * @txn: the transaction, prepared since the lock was taken. Freed on success
 *
 * Return: 0 or -ENOMEM.
 */
int k8sov_txn_commit(struct k8sov_dev *kov, struct k8sov_txn *txn)
{
	int err = k8sov_tables_swap(kov, &txn->groups);

	if (!err)
		k8sov_txn_abort(kov, txn);
	return err;
}

/**
 * k8sov_txn_adopt() - let a transaction go on with other groups
 * @txn: the transaction
 * @groups: groups that followed from its own ones; NULL keeps its own. All NULL
 *	afterwards, for they belong to the transaction then
 */
void k8sov_txn_adopt(struct k8sov_txn *txn, struct k8sov_groups *groups)
{
	struct k8sov_groups *own = &txn->groups;

	/* What stays here is destroyed below. */
	if (groups->peers)
		swap(own->peers, groups->peers);
	if (groups->endpoints)
		swap(own->endpoints, groups->endpoints);
	if (groups->identities)
		swap(own->identities, groups->identities);
	k8sov_groups_destroy(groups);
}

/**
 * k8sov_txn_abort() - forget a transaction
 * @kov: device, its lock held
 * @txn: the transaction. Freed
 */
void k8sov_txn_abort(struct k8sov_dev *kov, struct k8sov_txn *txn)
{
	lockdep_assert_held(&kov->lock);
	list_del(&txn->list);
	kov->n_txns--;
	k8sov_groups_destroy(&txn->groups);
	kfree(txn);
}

/**
 * k8sov_txn_abort_all() - forget all transactions of a device
 * @kov: device, its lock held
 */
void k8sov_txn_abort_all(struct k8sov_dev *kov)
{
	struct k8sov_txn *txn, *next;

	list_for_each_entry_safe(txn, next, &kov->txns, list)
		k8sov_txn_abort(kov, txn);
}

/**
 * k8sov_txn_abort_socket() - forget the transactions of a socket
 * @kov: device, its lock held
 * @net: namespace of the socket
 * @portid: the socket
 */
void k8sov_txn_abort_socket(struct k8sov_dev *kov, const struct net *net,
			    u32 portid)
{
	struct k8sov_txn *txn, *next;

	list_for_each_entry_safe(txn, next, &kov->txns, list)
		if (txn->portid == portid && txn->net == net)
			k8sov_txn_abort(kov, txn);
}

/**
 * k8sov_txn_peers() - hosts and subnets to change
 * @kov: device, its lock held
 * @txn: transaction, or NULL for the live tables
 *
 * Return: the group, or ERR_PTR(-ENOMEM).
 */
struct k8sov_peers *k8sov_txn_peers(struct k8sov_dev *kov,
				    struct k8sov_txn *txn)
{
	struct k8sov_peers *live = k8sov_tables_locked(kov)->peers;
	struct k8sov_peers *own;
	bool with_subnets;

	if (!txn)
		return live;
	if (txn->groups.peers)
		return txn->groups.peers;

	if (txn->replace & K8SOV_TABLE_HOST) {
		own = k8sov_peers_create();
	} else {
		with_subnets = !(txn->replace & K8SOV_TABLE_SUBNET);
		own = k8sov_peers_clone(kov, live, with_subnets);
		txn->base_peers = with_subnets ? live->version :
						 live->host_version;
	}
	if (!own)
		return ERR_PTR(-ENOMEM);
	txn->groups.peers = own;
	return own;
}

/**
 * k8sov_txn_endpoints() - endpoints and rulesets to change
 * @kov: device, its lock held
 * @txn: transaction, or NULL for the live tables
 *
 * Return: the group, or ERR_PTR(-ENOMEM).
 */
struct k8sov_endpoints *k8sov_txn_endpoints(struct k8sov_dev *kov,
					    struct k8sov_txn *txn)
{
	struct k8sov_endpoints *live = k8sov_tables_locked(kov)->endpoints;
	struct k8sov_endpoints *own;
	u32 keep;

	if (!txn)
		return live;
	if (txn->groups.endpoints)
		return txn->groups.endpoints;

	keep = K8SOV_ENDPOINTS_TABLES & ~txn->replace;
	own = k8sov_endpoints_clone(live, keep);
	if (keep & K8SOV_TABLE_RULESET)
		txn->base_endpoints = keep & K8SOV_TABLE_ENDPOINT ?
				      live->version : live->ruleset_version;
	if (!own)
		return ERR_PTR(-ENOMEM);
	txn->groups.endpoints = own;
	return own;
}

/**
 * k8sov_txn_identities() - identities to change
 * @kov: device, its lock held
 * @txn: transaction, or NULL for the live tables
 *
 * Return: the group, or ERR_PTR(-ENOMEM).
 */
struct k8sov_identities *k8sov_txn_identities(struct k8sov_dev *kov,
					      struct k8sov_txn *txn)
{
	struct k8sov_identities *live = k8sov_tables_locked(kov)->identities;
	struct k8sov_identities *own;

	if (!txn)
		return live;
	if (txn->groups.identities)
		return txn->groups.identities;

	if (txn->replace & K8SOV_TABLE_IDENTITY) {
		own = k8sov_identities_create();
	} else {
		own = k8sov_identities_clone(live);
		txn->base_identities = live->version;
	}
	if (!own)
		return ERR_PTR(-ENOMEM);
	txn->groups.identities = own;
	return own;
}

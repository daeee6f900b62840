// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "flush.h"

#include "change.h"
#include "endpoint.h"
#include "identity.h"
#include "peers.h"
#include "policy.h"
#include "subnet.h"
#include "txn.h"

static int copy_peers(const struct k8sov_change *c,
		      const struct k8sov_peers *src, u32 tables,
		      const u64 *owner, struct k8sov_peers **out)
{
	bool all = !owner && tables & K8SOV_TABLE_SUBNET;
	struct k8sov_peers *peers;
	int err = 0;

	if (all && tables & K8SOV_TABLE_HOST)
		peers = k8sov_peers_create();
	else
		peers = k8sov_peers_clone(c->kov, src, !all);
	if (!peers)
		return -ENOMEM;

	if (owner && tables & K8SOV_TABLE_SUBNET)
		k8sov_subnet_flush(c, peers, *owner);
	if (tables & K8SOV_TABLE_HOST)
		err = k8sov_host_flush(c, peers, owner);
	if (err)
		k8sov_peers_destroy(peers);
	else
		*out = peers;
	return err;
}

static int copy_endpoints(const struct k8sov_change *c,
			  struct k8sov_endpoints *src, u32 tables,
			  const u64 *owner, struct k8sov_endpoints **out)
{
	struct k8sov_endpoints *eps;
	int err = 0;

	eps = k8sov_endpoints_clone(src, owner ? K8SOV_ENDPOINTS_TABLES :
				    K8SOV_ENDPOINTS_TABLES & ~tables);
	if (!eps)
		return -ENOMEM;
	if (owner && tables & K8SOV_TABLE_ENDPOINT)
		k8sov_endpoint_flush(eps, *owner);
	if (tables & K8SOV_TABLE_RULESET)
		err = k8sov_ruleset_flush(c, eps, owner);
	if (err)
		k8sov_endpoints_destroy(eps);
	else
		*out = eps;
	return err;
}

static int copy_identities(const struct k8sov_identities *src,
			   const u64 *owner, struct k8sov_identities **out)
{
	*out = owner ? k8sov_identities_clone(src) : k8sov_identities_create();
	if (!*out)
		return -ENOMEM;
	if (owner)
		k8sov_identity_flush(*out, *owner);
	return 0;
}

/**
 * k8sov_flush_copy() - build emptied copies of tables
 * @c: the request
 * @txn: transaction, or NULL for the live tables
 * @tables: what to empty, enum k8sov_table
 * @owner: empty them only of this owner's entries, NULL for all
 * @groups: set to the copies, to be put in place by the caller
 *
 * The originals are left alone, so that nothing is flushed if something may
 * not be.
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -EBUSY if a subnet that stays names a host that is to go, or an
 * endpoint a ruleset; -ENOMEM.
 */
int k8sov_flush_copy(const struct k8sov_change *c, struct k8sov_txn *txn,
		     u32 tables, const u64 *owner,
		     struct k8sov_groups *groups)
{
	struct k8sov_identities *identities;
	struct k8sov_endpoints *endpoints;
	struct k8sov_peers *peers;
	int err = 0;

	if (tables & K8SOV_PEERS_TABLES) {
		peers = k8sov_txn_peers(c->kov, txn);
		err = PTR_ERR_OR_ZERO(peers) ?:
		      copy_peers(c, peers, tables, owner, &groups->peers);
	}
	if (!err && tables & K8SOV_ENDPOINTS_TABLES) {
		endpoints = k8sov_txn_endpoints(c->kov, txn);
		err = PTR_ERR_OR_ZERO(endpoints) ?:
		      copy_endpoints(c, endpoints, tables, owner,
				     &groups->endpoints);
	}
	if (!err && tables & K8SOV_TABLE_IDENTITY) {
		identities = k8sov_txn_identities(c->kov, txn);
		err = PTR_ERR_OR_ZERO(identities) ?:
		      copy_identities(identities, owner, &groups->identities);
	}
	if (err)
		k8sov_groups_destroy(groups);
	return err;
}

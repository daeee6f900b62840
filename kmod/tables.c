// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "tables.h"

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "device.h"
#include "endpoint.h"
#include "identity.h"
#include "peers.h"
#include "policy_hook.h"
#include "txn.h"

/*
 * All devices with tables. The mutex is taken inside RTNL and outside the lock
 * of a device.
 */
static DEFINE_MUTEX(list_lock);
static LIST_HEAD(devices);

/* Frees what commits replaced; a million prefixes take their time. */
static struct workqueue_struct *free_wq;

/**
 * k8sov_tables_locked() - the root, for writers
 * @kov: device, its lock held
 *
 * Return: the live root, NULL if the device is dying.
 */
struct k8sov_tables *k8sov_tables_locked(const struct k8sov_dev *kov)
{
	return rcu_dereference_protected(kov->tables,
					 lockdep_is_held(&kov->lock));
}

/**
 * k8sov_tables_free_later() - free something big after a grace period
 * @work: frees it
 */
void k8sov_tables_free_later(struct rcu_work *work)
{
	queue_rcu_work(free_wq, work);
}

/**
 * k8sov_groups_destroy() - free groups that nobody looks at
 * @groups: the groups; all NULL afterwards
 */
void k8sov_groups_destroy(struct k8sov_groups *groups)
{
	k8sov_peers_destroy(groups->peers);
	k8sov_endpoints_destroy(groups->endpoints);
	k8sov_identities_destroy(groups->identities);
	memset(groups, 0, sizeof(*groups));
}

static void free_root(struct work_struct *work)
{
	struct k8sov_tables *tables;

	tables = container_of(to_rcu_work(work), struct k8sov_tables,
			      free_work);
	k8sov_groups_destroy(&tables->stale);
	kfree(tables);
}

static struct k8sov_tables *root_create(void)
{
	struct k8sov_tables *tables;

	tables = kzalloc(sizeof(*tables), GFP_KERNEL_ACCOUNT);
	if (tables)
		INIT_RCU_WORK(&tables->free_work, free_root);
	return tables;
}

static void adopt_groups(struct k8sov_dev *kov, struct k8sov_tables *tables,
			 const struct k8sov_groups *groups)
{
	u64 generation = tables->generation;

	if (groups->peers) {
		tables->peers = groups->peers;
		tables->peers->version = generation;
		tables->peers->host_version = generation;
		k8sov_peers_publish(tables->peers, &kov->lock);
	}
	if (groups->endpoints) {
		tables->endpoints = groups->endpoints;
		tables->endpoints->version = generation;
		tables->endpoints->ruleset_version = generation;
		k8sov_endpoints_publish(tables->endpoints, &kov->lock);
	}
	if (groups->identities) {
		tables->identities = groups->identities;
		tables->identities->version = generation;
		k8sov_identities_publish(tables->identities, &kov->lock);
	}
}

/**
 * k8sov_tables_create() - give a device empty tables
 * @kov: device; its lock is initialised
 *
 * Context: before the device is registered. May sleep.
 * Return: 0 or -ENOMEM.
 */
int k8sov_tables_create(struct k8sov_dev *kov)
{
	struct k8sov_tables *tables = root_create();
	struct k8sov_groups groups = {
		.peers = k8sov_peers_create(),
		.endpoints = k8sov_endpoints_create(),
		.identities = k8sov_identities_create(),
	};

	if (!tables || !groups.peers || !groups.endpoints ||
	    !groups.identities) {
		k8sov_groups_destroy(&groups);
		kfree(tables);
		return -ENOMEM;
	}

	tables->generation = 1;
	adopt_groups(kov, tables, &groups);
	rcu_assign_pointer(kov->tables, tables);

	mutex_lock(&list_lock);
	list_add_tail(&kov->on_list, &devices);
	mutex_unlock(&list_lock);
	return 0;
}

/**
 * k8sov_tables_destroy() - take the tables from a device
 * @kov: device; dying from now on
 *
 * Ends all transactions. Memory is freed after a grace period.
 *
 * Context: no packet finds the device any more, those that have found it are
 * in a read side section. May sleep.
 */
void k8sov_tables_destroy(struct k8sov_dev *kov)
{
	struct k8sov_tables *tables;

	mutex_lock(&list_lock);
	list_del(&kov->on_list);
	mutex_unlock(&list_lock);

	mutex_lock(&kov->lock);
	kov->dying = true;
	k8sov_txn_abort_all(kov);
	tables = rcu_replace_pointer(kov->tables, NULL,
				     lockdep_is_held(&kov->lock));
	mutex_unlock(&kov->lock);

	tables->stale.peers = tables->peers;
	tables->stale.endpoints = tables->endpoints;
	tables->stale.identities = tables->identities;
	k8sov_tables_free_later(&tables->free_work);
}

/**
 * k8sov_tables_reset_routes() - forget the cached routes to all hosts
 * @kov: device
 *
 * Hosts that transactions hold besides the live tables are the same objects;
 * those that only a transaction has were never routed to.
 *
 * Context: may sleep.
 */
void k8sov_tables_reset_routes(struct k8sov_dev *kov)
{
	struct k8sov_host *host = NULL;
	struct k8sov_tables *tables;

	mutex_lock(&kov->lock);
	tables = k8sov_tables_locked(kov);
	while (tables && (host = k8sov_host_next(kov, tables->peers,
						 host ? host->id : 0)))
		dst_cache_reset(&host->dst_cache);
	mutex_unlock(&kov->lock);
}

/**
 * k8sov_tables_swap() - put new groups in force, all at once
 * @kov: device, its lock and RTNL held, so that either is enough to look at the
 *	root
 * @groups: what to put in force; NULL keeps the live group. All NULL after
 *	success, for they belong to the device then
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int k8sov_tables_swap(struct k8sov_dev *kov, struct k8sov_groups *groups)
{
	struct k8sov_tables *old = k8sov_tables_locked(kov);
	struct k8sov_tables *tables = root_create();

	ASSERT_RTNL();
	lockdep_assert_held(&kov->lock);
	if (!tables)
		return -ENOMEM;

	tables->peers = old->peers;
	tables->endpoints = old->endpoints;
	tables->identities = old->identities;
	tables->generation = old->generation + 1;
	adopt_groups(kov, tables, groups);
	rcu_assign_pointer(kov->tables, tables);
	k8sov_policy_changed(kov);

	old->stale.peers = groups->peers ? old->peers : NULL;
	old->stale.endpoints = groups->endpoints ? old->endpoints : NULL;
	old->stale.identities = groups->identities ? old->identities : NULL;
	memset(groups, 0, sizeof(*groups));
	k8sov_tables_free_later(&old->free_work);
	return 0;
}

/**
 * k8sov_tables_touch() - note a change of the live tables
 * @kov: device, its lock held
 * @table: enum k8sov_table, what was changed
 *
 * Comes after the change, so that no connection keeps what it was allowed
 * before.
 */
void k8sov_tables_touch(struct k8sov_dev *kov, u32 table)
{
	struct k8sov_tables *tables = k8sov_tables_locked(kov);
	u64 generation = tables->generation + 1;

	lockdep_assert_held(&kov->lock);
	WRITE_ONCE(tables->generation, generation);
	if (table & (K8SOV_TABLE_HOST | K8SOV_TABLE_SUBNET))
		tables->peers->version = generation;
	if (table & K8SOV_TABLE_HOST)
		tables->peers->host_version = generation;
	if (table & K8SOV_ENDPOINTS_TABLES)
		tables->endpoints->version = generation;
	if (table & K8SOV_TABLE_RULESET)
		tables->endpoints->ruleset_version = generation;
	if (table & K8SOV_TABLE_IDENTITY)
		tables->identities->version = generation;
	if (table != K8SOV_TABLE_HOST)
		k8sov_policy_changed(kov);
}

/**
 * k8sov_tables_memory() - memory that the live tables hold
 * @kov: device, its lock held
 *
 * Return: bytes.
 */
size_t k8sov_tables_memory(const struct k8sov_dev *kov)
{
	const struct k8sov_tables *tables = k8sov_tables_locked(kov);
	size_t bytes = tables->endpoints->bytes;
	unsigned int f;

	for (f = 0; f < K8SOV_FAMILIES; f++)
		bytes += tables->endpoints->addrs[f].bytes +
			 tables->identities->prefixes[f].bytes;
	return bytes + k8sov_peers_memory(kov, tables->peers);
}

/**
 * k8sov_tables_for_each() - visit all devices that have tables
 * @fn: called with the lock of the device held
 * @arg: for @fn
 *
 * Context: may sleep.
 */
void k8sov_tables_for_each(void (*fn)(struct k8sov_dev *kov, void *arg),
			   void *arg)
{
	struct k8sov_dev *kov;

	mutex_lock(&list_lock);
	list_for_each_entry(kov, &devices, on_list) {
		mutex_lock(&kov->lock);
		fn(kov, arg);
		mutex_unlock(&kov->lock);
	}
	mutex_unlock(&list_lock);
}

/**
 * k8sov_tables_init() - before the first device
 *
 * Return: 0 or -ENOMEM.
 */
int k8sov_tables_init(void)
{
	free_wq = alloc_workqueue("k8sov_free", WQ_UNBOUND, 0);
	return free_wq ? 0 : -ENOMEM;
}

/**
 * k8sov_tables_exit() - after the last device
 *
 * Waits until everything is freed: roots that wait for a grace period become
 * work, that work leaves hosts, endpoints and rulesets to wait for another one,
 * and rulesets become work then.
 */
void k8sov_tables_exit(void)
{
	rcu_barrier();
	flush_workqueue(free_wq);
	rcu_barrier();
	destroy_workqueue(free_wq);
	rcu_barrier();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "identity.h"

#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "change.h"
#include "device.h"
#include "refuse.h"

static const struct k8sov_change_words identity_words =
	K8SOV_CHANGE_WORDS("identity");

static const struct nlattr *blame_key(const struct k8sov_change *c)
{
	return c->attrs[K8SOV_A_IDENTITY_PREFIX] ?:
	       c->attrs[K8SOV_A_IDENTITY_PREFIX6];
}

static struct k8sov_lpm *prefix_table(struct k8sov_identities *ids,
				      const struct k8sov_prefix *prefix)
{
	return &ids->prefixes[k8sov_family_index(prefix->addr.family)];
}

/**
 * k8sov_identities_count() - number of entries
 * @ids: the group
 *
 * Return: prefixes of both families.
 */
u32 k8sov_identities_count(const struct k8sov_identities *ids)
{
	return ids->prefixes[K8SOV_V4].count + ids->prefixes[K8SOV_V6].count;
}

/**
 * k8sov_identities_create() - an empty group
 *
 * Return: the group, or NULL without memory.
 */
struct k8sov_identities *k8sov_identities_create(void)
{
	struct k8sov_identities *ids;

	ids = kzalloc(sizeof(*ids), GFP_KERNEL_ACCOUNT);
	if (!ids)
		return NULL;
	k8sov_lpm_init(&ids->prefixes[K8SOV_V4], AF_INET);
	k8sov_lpm_init(&ids->prefixes[K8SOV_V6], AF_INET6);
	return ids;
}

/**
 * k8sov_identities_clone() - a copy that can be changed aside
 * @src: the original; the lock of its device is held
 *
 * Return: the copy, or NULL without memory.
 */
struct k8sov_identities *
k8sov_identities_clone(const struct k8sov_identities *src)
{
	struct k8sov_identities *ids = k8sov_identities_create();
	unsigned int f;

	if (!ids)
		return NULL;
	for (f = 0; f < K8SOV_FAMILIES; f++) {
		if (k8sov_lpm_clone(&ids->prefixes[f], &src->prefixes[f])) {
			k8sov_identities_destroy(ids);
			return NULL;
		}
	}
	return ids;
}

/**
 * k8sov_identities_publish() - make a group ready for readers
 * @ids: the group
 * @lock: what its writers hold from now on
 */
void k8sov_identities_publish(struct k8sov_identities *ids, struct mutex *lock)
{
	k8sov_lpm_publish(&ids->prefixes[K8SOV_V4], lock);
	k8sov_lpm_publish(&ids->prefixes[K8SOV_V6], lock);
}

/**
 * k8sov_identities_destroy() - free a group that nobody looks at
 * @ids: the group, or NULL
 */
void k8sov_identities_destroy(struct k8sov_identities *ids)
{
	if (!ids)
		return;
	k8sov_lpm_clear(&ids->prefixes[K8SOV_V4]);
	k8sov_lpm_clear(&ids->prefixes[K8SOV_V6]);
	kfree(ids);
}

/**
 * k8sov_identity_find() - identity by exact prefix
 * @ids: group to look in
 * @prefix: the prefix
 *
 * Return: the entry, or NULL.
 */
struct k8sov_lpm_entry *k8sov_identity_find(const struct k8sov_identities *ids,
					    const struct k8sov_prefix *prefix)
{
	unsigned int f = k8sov_family_index(prefix->addr.family);

	return k8sov_lpm_find(&ids->prefixes[f], prefix->addr.bytes,
			      prefix->len);
}

static int check_room(const struct k8sov_change *c,
		      const struct k8sov_identities *ids)
{
	u32 max;

	rcu_read_lock();
	max = k8sov_conf_rcu(c->kov)->max_identities;
	rcu_read_unlock();
	if (k8sov_identities_count(ids) < max)
		return 0;
	return k8sov_refuse(c->extack, blame_key(c), -ENOSPC,
			    "the device has as many identities as max-identities allows");
}

/**
 * k8sov_identity_set() - add or replace an identity
 * @c: the request
 * @ids: group that gets the entry, live or of a transaction
 * @prefix: key
 * @identity: what the prefix stands for
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -EEXIST if it is there but may not be replaced, -ENOENT if there
 * is none to replace, -EPERM if it is another owner's, -ENOSPC if the device's
 * max-identities forbids it, -ENOMEM. Nothing is changed in all these cases.
 */
int k8sov_identity_set(const struct k8sov_change *c,
		       struct k8sov_identities *ids,
		       const struct k8sov_prefix *prefix, u32 identity)
{
	struct k8sov_lpm_entry *e = k8sov_identity_find(ids, prefix);
	int err;

	err = k8sov_change_may_set(c, &identity_words, blame_key(c),
				   e ? &e->owner : NULL);
	if (!err && !e)
		err = check_room(c, ids);
	if (err)
		return err;

	if (e) {
		k8sov_lpm_entry_set(e, identity, c->owner);
		return 0;
	}
	return k8sov_lpm_insert(prefix_table(ids, prefix), prefix->addr.bytes,
				prefix->len, identity, c->owner);
}

/**
 * k8sov_identity_delete() - delete an identity
 * @c: the request
 * @ids: group that has the entry, live or of a transaction
 * @prefix: the exact prefix
 * @gone: set to a copy of what was deleted
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -ENOENT if there is none, -EPERM if it is another owner's.
 */
int k8sov_identity_delete(const struct k8sov_change *c,
			  struct k8sov_identities *ids,
			  const struct k8sov_prefix *prefix,
			  struct k8sov_lpm_entry *gone)
{
	struct k8sov_lpm_entry *e = k8sov_identity_find(ids, prefix);
	int err;

	err = k8sov_change_may_delete(c, &identity_words, blame_key(c),
				      e ? &e->owner : NULL);
	if (err)
		return err;

	*gone = *e;
	k8sov_lpm_remove(prefix_table(ids, prefix), e);
	return 0;
}

/**
 * k8sov_identity_flush() - delete all identities of one owner
 * @ids: group of nobody else yet
 * @owner: whose entries
 *
 * Context: the lock of the device is held. May sleep.
 */
void k8sov_identity_flush(struct k8sov_identities *ids, u64 owner)
{
	struct k8sov_lpm_entry *e, *next;
	unsigned int f;

	for (f = 0; f < K8SOV_FAMILIES; f++) {
		struct k8sov_lpm *t = &ids->prefixes[f];

		e = k8sov_lpm_next(t, NULL, 0, true);
		for (; e; e = next) {
			next = k8sov_lpm_next(t, e->addr, e->len, false);
			cond_resched();
			if (e->owner == owner)
				k8sov_lpm_remove(t, e);
		}
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "subnet.h"

#include <linux/netlink.h>
#include <linux/sched.h>

#include "change.h"
#include "device.h"
#include "refuse.h"
#include "peers.h"

static const struct k8sov_change_words subnet_words =
	K8SOV_CHANGE_WORDS("subnet");

static const struct nlattr *blame_key(const struct k8sov_change *c)
{
	return c->attrs[K8SOV_A_SUBNET_PREFIX] ?:
	       c->attrs[K8SOV_A_SUBNET_PREFIX6];
}

static struct k8sov_lpm *prefix_table(struct k8sov_peers *peers,
				      const struct k8sov_prefix *prefix)
{
	return &peers->subnets[k8sov_family_index(prefix->addr.family)];
}

/* Add @n to the number of subnets of the host that @value names, if any. */
static void count_subnet(const struct k8sov_change *c,
			 struct k8sov_peers *peers, u32 value, int n)
{
	u32 host = k8sov_subnet_value_host(value);

	if (k8sov_subnet_value_type(value) == K8SOV_SUBNET_TYPE_HOST)
		*k8sov_host_subnets(c->kov, peers, host) += n;
}

/**
 * k8sov_subnet_find() - subnet by exact prefix
 * @peers: group to look in
 * @prefix: the prefix
 *
 * Context: the lock of the device is held.
 * Return: the entry, or NULL.
 */
struct k8sov_lpm_entry *k8sov_subnet_find(const struct k8sov_peers *peers,
					  const struct k8sov_prefix *prefix)
{
	unsigned int f = k8sov_family_index(prefix->addr.family);

	return k8sov_lpm_find(&peers->subnets[f], prefix->addr.bytes,
			      prefix->len);
}

static int check_host(const struct k8sov_change *c, struct k8sov_peers *peers,
		      const struct k8sov_subnet_spec *spec)
{
	const struct nlattr *attr = c->attrs[K8SOV_A_SUBNET_HOST];

	if (spec->type != K8SOV_SUBNET_TYPE_HOST) {
		if (spec->host)
			return k8sov_refuse(c->extack, attr, -EINVAL,
					    "only subnets of type host have a host");
		return 0;
	}
	if (!spec->host)
		return k8sov_refuse_missing(c->extack, K8SOV_A_SUBNET_HOST,
					    "a subnet of type host needs the id of a host");
	if (!k8sov_host_find(c->kov, peers, spec->host))
		return k8sov_refuse(c->extack, attr, -ENOENT,
				    "there is no host with this id");
	return 0;
}

static int check_room(const struct k8sov_change *c,
		      const struct k8sov_peers *peers)
{
	u32 max;

	rcu_read_lock();
	max = k8sov_conf_rcu(c->kov)->max_subnets;
	rcu_read_unlock();
	if (k8sov_peers_subnet_count(peers) < max)
		return 0;
	return k8sov_refuse(c->extack, blame_key(c), -ENOSPC,
			    "the device has as many subnets as max-subnets allows");
}

/**
 * k8sov_subnet_set() - add or replace a subnet
 * @c: the request
 * @peers: group that gets the subnet, live or of a transaction
 * @spec: the subnet
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -EEXIST if it is there but may not be replaced, -ENOENT if there
 * is none to replace or no such host, -EPERM if it is another owner's, -EINVAL
 * if host and type do not fit, -ENOSPC if the device's max-subnets forbids it,
 * -ENOMEM. Nothing is changed in all these cases.
 */
int k8sov_subnet_set(const struct k8sov_change *c, struct k8sov_peers *peers,
		     const struct k8sov_subnet_spec *spec)
{
	u32 value = k8sov_subnet_value(spec->type, spec->host);
	struct k8sov_lpm_entry *e;
	int err;

	e = k8sov_subnet_find(peers, &spec->prefix);
	err = k8sov_change_may_set(c, &subnet_words, blame_key(c),
				   e ? &e->owner : NULL);
	if (!err)
		err = check_host(c, peers, spec);
	if (!err && !e)
		err = check_room(c, peers);
	if (err)
		return err;

	if (e) {
		count_subnet(c, peers, e->value, -1);
		k8sov_lpm_entry_set(e, value, c->owner);
	} else {
		err = k8sov_lpm_insert(prefix_table(peers, &spec->prefix),
				       spec->prefix.addr.bytes,
				       spec->prefix.len, value, c->owner);
		if (err)
			return err;
	}
	count_subnet(c, peers, value, 1);
	return 0;
}

/**
 * k8sov_subnet_delete() - delete a subnet
 * @c: the request
 * @peers: group that has the subnet, live or of a transaction
 * @prefix: the exact prefix
 * @gone: set to a copy of what was deleted
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -ENOENT if there is none, -EPERM if it is another owner's.
 */
int k8sov_subnet_delete(const struct k8sov_change *c,
			struct k8sov_peers *peers,
			const struct k8sov_prefix *prefix,
			struct k8sov_lpm_entry *gone)
{
	struct k8sov_lpm_entry *e = k8sov_subnet_find(peers, prefix);
	int err;

	err = k8sov_change_may_delete(c, &subnet_words, blame_key(c),
				      e ? &e->owner : NULL);
	if (err)
		return err;

	*gone = *e;
	k8sov_lpm_remove(prefix_table(peers, prefix), e);
	count_subnet(c, peers, gone->value, -1);
	return 0;
}

/**
 * k8sov_subnet_flush() - delete all subnets of one owner
 * @c: the request
 * @peers: group of nobody else yet
 * @owner: whose subnets
 *
 * Context: the lock of the device is held. May sleep.
 */
void k8sov_subnet_flush(const struct k8sov_change *c,
			struct k8sov_peers *peers, u64 owner)
{
	struct k8sov_lpm_entry *e, *next;
	unsigned int f;

	for (f = 0; f < K8SOV_FAMILIES; f++) {
		struct k8sov_lpm *t = &peers->subnets[f];

		e = k8sov_lpm_next(t, NULL, 0, true);
		for (; e; e = next) {
			next = k8sov_lpm_next(t, e->addr, e->len, false);
			cond_resched();
			if (e->owner != owner)
				continue;
			count_subnet(c, peers, e->value, -1);
			k8sov_lpm_remove(t, e);
		}
	}
}

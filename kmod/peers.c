// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "peers.h"

#include <linux/slab.h>

#include "device.h"

/**
 * k8sov_peers_subnet_count() - number of subnets
 * @peers: the group
 *
 * Return: prefixes of both families.
 */
u32 k8sov_peers_subnet_count(const struct k8sov_peers *peers)
{
	return peers->subnets[K8SOV_V4].count + peers->subnets[K8SOV_V6].count;
}

/**
 * k8sov_peers_create() - an empty group
 *
 * Return: the group, or NULL without memory.
 */
struct k8sov_peers *k8sov_peers_create(void)
{
	struct k8sov_peers *peers;

	peers = kzalloc(sizeof(*peers), GFP_KERNEL_ACCOUNT);
	if (!peers)
		return NULL;
	peers->free_hint = 1;
	k8sov_lpm_init(&peers->outer[K8SOV_V4], AF_INET);
	k8sov_lpm_init(&peers->outer[K8SOV_V6], AF_INET6);
	k8sov_lpm_init(&peers->subnets[K8SOV_V4], AF_INET);
	k8sov_lpm_init(&peers->subnets[K8SOV_V6], AF_INET6);
	return peers;
}

static int copy_hosts(const struct k8sov_dev *kov, struct k8sov_peers *dst,
		      const struct k8sov_peers *src, bool with_subnets)
{
	const struct k8sov_host_vec *old;
	struct k8sov_host_vec *vec;
	struct k8sov_host *host;
	u32 id;

	old = rcu_dereference_protected(src->hosts,
					lockdep_is_held(&kov->lock));
	if (!old)
		return 0;
	vec = kvzalloc(struct_size(vec, slot, old->size), GFP_KERNEL_ACCOUNT);
	if (!vec)
		return -ENOMEM;

	vec->size = old->size;
	for (id = 0; id < old->size; id++) {
		host = rcu_dereference_protected(old->slot[id].host,
						 lockdep_is_held(&kov->lock));
		if (!host)
			continue;
		RCU_INIT_POINTER(vec->slot[id].host, k8sov_host_get(host));
		if (with_subnets)
			vec->slot[id].subnets = old->slot[id].subnets;
	}
	RCU_INIT_POINTER(dst->hosts, vec);
	dst->n_hosts = src->n_hosts;
	dst->free_hint = src->free_hint;
	dst->host_bytes = src->host_bytes;
	memcpy(dst->n_encap, src->n_encap, sizeof(dst->n_encap));
	return 0;
}

/**
 * k8sov_peers_clone() - a copy that can be changed aside
 * @kov: device, its lock held
 * @src: the original
 * @with_subnets: copy the subnets as well as the hosts
 *
 * Return: the copy, or NULL without memory.
 */
struct k8sov_peers *k8sov_peers_clone(const struct k8sov_dev *kov,
				      const struct k8sov_peers *src,
				      bool with_subnets)
{
	struct k8sov_peers *peers = k8sov_peers_create();
	unsigned int f;
	int err;

	if (!peers)
		return NULL;
	err = copy_hosts(kov, peers, src, with_subnets);
	for (f = 0; !err && f < K8SOV_FAMILIES; f++) {
		err = k8sov_lpm_clone(&peers->outer[f], &src->outer[f]);
		if (!err && with_subnets)
			err = k8sov_lpm_clone(&peers->subnets[f],
					      &src->subnets[f]);
	}
	if (err) {
		k8sov_peers_destroy(peers);
		return NULL;
	}
	return peers;
}

/**
 * k8sov_peers_publish() - make a group ready for readers
 * @peers: the group
 * @lock: what its writers hold from now on
 */
void k8sov_peers_publish(struct k8sov_peers *peers, struct mutex *lock)
{
	unsigned int f;

	for (f = 0; f < K8SOV_FAMILIES; f++) {
		k8sov_lpm_publish(&peers->outer[f], lock);
		k8sov_lpm_publish(&peers->subnets[f], lock);
	}
}

/**
 * k8sov_peers_destroy() - free a group that nobody looks at
 * @peers: the group, or NULL
 */
void k8sov_peers_destroy(struct k8sov_peers *peers)
{
	struct k8sov_host_vec *vec;
	unsigned int f;
	u32 id;

	if (!peers)
		return;
	/* No reader and no writer is left, so there is no lock to hold. */
	vec = rcu_dereference_raw(peers->hosts);
	for (id = 1; vec && id < vec->size; id++)
		k8sov_host_put(rcu_dereference_raw(vec->slot[id].host));
	kvfree(vec);
	for (f = 0; f < K8SOV_FAMILIES; f++) {
		k8sov_lpm_clear(&peers->outer[f]);
		k8sov_lpm_clear(&peers->subnets[f]);
	}
	kfree(peers);
}

/**
 * k8sov_peers_memory() - memory that a group holds
 * @kov: device, its lock held
 * @peers: the group
 *
 * Return: bytes.
 */
size_t k8sov_peers_memory(const struct k8sov_dev *kov,
			  const struct k8sov_peers *peers)
{
	const struct k8sov_host_vec *vec;
	size_t bytes = peers->host_bytes;
	unsigned int f;

	vec = rcu_dereference_protected(peers->hosts,
					lockdep_is_held(&kov->lock));
	if (vec)
		bytes += struct_size(vec, slot, vec->size);
	for (f = 0; f < K8SOV_FAMILIES; f++)
		bytes += peers->outer[f].bytes + peers->subnets[f].bytes;
	return bytes;
}

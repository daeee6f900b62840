/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_IDENTITY_H
#define _K8SOV_IDENTITY_H

#include "addrs.h"
#include "lpm.h"

struct k8sov_change;

/* Identities that stand for something by themselves. */
#define K8SOV_IDENTITY_WORLD		0
#define K8SOV_IDENTITY_NODE		1
#define K8SOV_IDENTITY_UNMANAGED	3

/**
 * struct k8sov_identities - what addresses stand for
 * @prefixes: prefix -> identity, per family
 * @version: generation of the last change
 */
struct k8sov_identities {
	struct k8sov_lpm prefixes[K8SOV_FAMILIES];
	u64 version;
};

/* Packet path: callers hold rcu_read_lock(). */

/**
 * k8sov_identity_lookup_rcu() - what an address stands for
 * @ids: group of the generation that the caller looks at
 * @v6: the address is IPv6
 * @addr: address in network order
 *
 * Return: the identity, K8SOV_IDENTITY_WORLD if no prefix covers @addr.
 */
static inline u32
k8sov_identity_lookup_rcu(const struct k8sov_identities *ids, bool v6,
			  const void *addr)
{
	const struct k8sov_lpm_entry *e;

	e = k8sov_lpm_lookup(&ids->prefixes[v6], addr);
	return e ? READ_ONCE(e->value) : K8SOV_IDENTITY_WORLD;
}

/* Slow path: may sleep. */

u32 k8sov_identities_count(const struct k8sov_identities *ids);
struct k8sov_identities *k8sov_identities_create(void);
struct k8sov_identities *
k8sov_identities_clone(const struct k8sov_identities *src);
void k8sov_identities_publish(struct k8sov_identities *ids, struct mutex *lock);
void k8sov_identities_destroy(struct k8sov_identities *ids);

/* The same, callers hold the lock of the device. */

struct k8sov_lpm_entry *k8sov_identity_find(const struct k8sov_identities *ids,
					    const struct k8sov_prefix *prefix);
int k8sov_identity_set(const struct k8sov_change *c,
		       struct k8sov_identities *ids,
		       const struct k8sov_prefix *prefix, u32 identity);
int k8sov_identity_delete(const struct k8sov_change *c,
			  struct k8sov_identities *ids,
			  const struct k8sov_prefix *prefix,
			  struct k8sov_lpm_entry *gone);
void k8sov_identity_flush(struct k8sov_identities *ids, u64 owner);

#endif /* _K8SOV_IDENTITY_H */

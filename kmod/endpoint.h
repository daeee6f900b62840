/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ENDPOINT_H
#define _K8SOV_ENDPOINT_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/xarray.h>

#include <uapi/linux/k8sov.h>

#include "addrs.h"
#include "lpm.h"

#define K8SOV_ENDPOINT_ADDRS	(K8SOV_FAMILIES * K8SOV_ENDPOINT_ADDR_MAX)

struct k8sov_change;
struct k8sov_ruleset;
struct nlattr;

/**
 * struct k8sov_endpoint - a local pod
 *
 * Immutable once it is in a table; replacing puts a new object in its place.
 * Shared by the live tables and those of transactions, hence counted.
 *
 * @link: key, interface index of the host side of the pod's link
 * @identity: what the pod is in policy
 * @state: enum k8sov_endpoint_state
 * @n_addrs: length of @addrs
 * @ingress: ruleset for packets to the pod, 0 if all may pass
 * @egress: ruleset for packets from the pod, 0 if all may pass
 * @owner: cookie
 * @refs: tables that hold the object
 * @rcu: defers freeing until no packet can hold the object
 * @name: label, behind @addrs; empty if none
 * @addrs: addresses of both families
 */
struct k8sov_endpoint {
	u32 link;
	u32 identity;
	u8 state;
	u8 n_addrs;
	u32 ingress;
	u32 egress;
	u64 owner;
	refcount_t refs;
	struct rcu_head rcu;
	char *name;
	struct k8sov_addr addrs[];
};

/**
 * struct k8sov_endpoints - local pods, and the rulesets that they name
 *
 * One unit, since an endpoint must not be without its rulesets.
 *
 * @links: endpoints by link
 * @addrs: address -> link, per family
 * @rulesets: rulesets by id (struct k8sov_ruleset)
 * @count: endpoints in @links
 * @n_rulesets: rulesets in @rulesets
 * @bytes: memory that the endpoints and rulesets hold
 * @version: generation of the last change
 * @ruleset_version: the same, of the rulesets alone
 */
struct k8sov_endpoints {
	struct xarray links;
	struct k8sov_lpm addrs[K8SOV_FAMILIES];
	struct xarray rulesets;
	u32 count;
	u32 n_rulesets;
	size_t bytes;
	u64 version;
	u64 ruleset_version;
};

/**
 * struct k8sov_endpoint_spec - what a request says about an endpoint
 * @link: key
 * @identity: what the pod is in policy
 * @state: enum k8sov_endpoint_state
 * @n_addrs: length of @addrs
 * @ingress: id of a ruleset, or 0
 * @egress: id of a ruleset, or 0
 * @addrs: addresses of both families
 * @addr_attrs: the attributes that @addrs come from, to blame
 * @name: label, or NULL
 */
struct k8sov_endpoint_spec {
	u32 link;
	u32 identity;
	u8 state;
	u8 n_addrs;
	u32 ingress;
	u32 egress;
	struct k8sov_addr addrs[K8SOV_ENDPOINT_ADDRS];
	const struct nlattr *addr_attrs[K8SOV_ENDPOINT_ADDRS];
	const char *name;
};

/* Packet path: callers hold rcu_read_lock(). */

/**
 * k8sov_endpoint_find_rcu() - endpoint by link
 * @eps: group of the generation that the caller looks at
 * @link: interface index
 *
 * Return: the endpoint, valid until the caller leaves the read side, or NULL.
 */
static inline struct k8sov_endpoint *
k8sov_endpoint_find_rcu(struct k8sov_endpoints *eps, u32 link)
{
	XA_STATE(xas, &eps->links, link);
	struct k8sov_endpoint *ep;

	/* As xa_load(), which begins a read side section of its own. */
	do {
		ep = xas_load(&xas);
		if (xa_is_zero(ep))
			ep = NULL;
	} while (xas_retry(&xas, ep));
	return ep;
}

/**
 * k8sov_endpoint_find_addr_rcu() - endpoint by address
 * @eps: group of the generation that the caller looks at
 * @v6: the address is IPv6
 * @addr: address in network order
 *
 * Return: the endpoint, valid until the caller leaves the read side, or NULL.
 */
static inline struct k8sov_endpoint *
k8sov_endpoint_find_addr_rcu(struct k8sov_endpoints *eps, bool v6,
			     const void *addr)
{
	const struct k8sov_lpm_entry *e;

	e = k8sov_lpm_lookup(&eps->addrs[v6], addr);
	return e ? k8sov_endpoint_find_rcu(eps, READ_ONCE(e->value)) : NULL;
}

/* Slow path: may sleep. */

struct k8sov_endpoint *k8sov_endpoint_get(struct k8sov_endpoint *ep);
void k8sov_endpoint_put(struct k8sov_endpoint *ep);

struct k8sov_endpoints *k8sov_endpoints_create(void);
struct k8sov_endpoints *k8sov_endpoints_clone(struct k8sov_endpoints *src,
					      u32 tables);
void k8sov_endpoints_publish(struct k8sov_endpoints *eps, struct mutex *lock);
void k8sov_endpoints_destroy(struct k8sov_endpoints *eps);

/* The same, callers hold the lock of the device. */

struct k8sov_endpoint *k8sov_endpoint_find(struct k8sov_endpoints *eps,
					   u32 link);
struct k8sov_endpoint *k8sov_endpoint_find_addr(struct k8sov_endpoints *eps,
						const struct k8sov_addr *addr);
struct k8sov_endpoint *k8sov_endpoint_next(struct k8sov_endpoints *eps,
					   u32 link);
int k8sov_endpoint_set(const struct k8sov_change *c,
		       struct k8sov_endpoints *eps,
		       const struct k8sov_endpoint_spec *spec);
int k8sov_endpoint_delete(const struct k8sov_change *c,
			  struct k8sov_endpoints *eps, u32 link);
void k8sov_endpoint_remove(struct k8sov_endpoints *eps,
			   struct k8sov_endpoint *ep);
void k8sov_endpoint_flush(struct k8sov_endpoints *eps, u64 owner);

#endif /* _K8SOV_ENDPOINT_H */

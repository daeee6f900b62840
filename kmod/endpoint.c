// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "endpoint.h"

#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "change.h"
#include "device.h"
#include "policy.h"
#include "refuse.h"

static const struct k8sov_change_words endpoint_words =
	K8SOV_CHANGE_WORDS("endpoint");

/**
 * k8sov_endpoint_get() - take a reference
 * @ep: the endpoint, which a table holds
 *
 * Return: @ep.
 */
struct k8sov_endpoint *k8sov_endpoint_get(struct k8sov_endpoint *ep)
{
	refcount_inc(&ep->refs);
	return ep;
}

/**
 * k8sov_endpoint_put() - release a reference
 * @ep: the endpoint. Packets may use it until a grace period is over
 */
void k8sov_endpoint_put(struct k8sov_endpoint *ep)
{
	if (refcount_dec_and_test(&ep->refs))
		kfree_rcu(ep, rcu);
}

/**
 * k8sov_endpoints_create() - an empty group
 *
 * Return: the group, or NULL without memory.
 */
struct k8sov_endpoints *k8sov_endpoints_create(void)
{
	struct k8sov_endpoints *eps;

	eps = kzalloc(sizeof(*eps), GFP_KERNEL_ACCOUNT);
	if (!eps)
		return NULL;
	xa_init_flags(&eps->links, XA_FLAGS_ACCOUNT);
	xa_init_flags(&eps->rulesets, XA_FLAGS_ACCOUNT);
	k8sov_lpm_init(&eps->addrs[K8SOV_V4], AF_INET);
	k8sov_lpm_init(&eps->addrs[K8SOV_V6], AF_INET6);
	return eps;
}

static size_t endpoint_size(const char *name, unsigned int n_addrs)
{
	return sizeof(struct k8sov_endpoint) +
	       n_addrs * sizeof(struct k8sov_addr) + strlen(name) + 1;
}

/* Count @ep in, or with @n = -1 out. */
static void count_endpoint(struct k8sov_endpoints *eps,
			   const struct k8sov_endpoint *ep, int n)
{
	eps->count += n;
	eps->bytes += n * (ssize_t)endpoint_size(ep->name, ep->n_addrs);
}

static int copy_links(struct k8sov_endpoints *dst, struct k8sov_endpoints *src)
{
	struct k8sov_endpoint *ep;
	unsigned long link;
	unsigned int f;
	int err = 0;

	xa_for_each(&src->links, link, ep) {
		err = xa_err(xa_store(&dst->links, link, ep, GFP_KERNEL));
		if (err)
			return err;
		count_endpoint(dst, k8sov_endpoint_get(ep), 1);
	}
	for (f = 0; !err && f < K8SOV_FAMILIES; f++)
		err = k8sov_lpm_clone(&dst->addrs[f], &src->addrs[f]);
	return err;
}

static int copy_rulesets(struct k8sov_endpoints *dst,
			 struct k8sov_endpoints *src)
{
	struct k8sov_ruleset *rs;
	unsigned long id;

	xa_for_each(&src->rulesets, id, rs) {
		int err = xa_err(xa_store(&dst->rulesets, id, rs, GFP_KERNEL));

		if (err)
			return err;
		dst->bytes += k8sov_ruleset_get(rs)->bytes;
		dst->n_rulesets++;
	}
	return 0;
}

/**
 * k8sov_endpoints_clone() - a copy that can be changed aside
 * @src: the original; the lock of its device is held
 * @tables: what to copy of it, enum k8sov_table
 *
 * Return: the copy, or NULL without memory.
 */
struct k8sov_endpoints *k8sov_endpoints_clone(struct k8sov_endpoints *src,
					      u32 tables)
{
	struct k8sov_endpoints *eps = k8sov_endpoints_create();
	int err = 0;

	if (!eps)
		return NULL;
	if (tables & K8SOV_TABLE_RULESET)
		err = copy_rulesets(eps, src);
	if (!err && tables & K8SOV_TABLE_ENDPOINT)
		err = copy_links(eps, src);
	if (err) {
		k8sov_endpoints_destroy(eps);
		return NULL;
	}
	return eps;
}

/**
 * k8sov_endpoints_publish() - make a group ready for readers
 * @eps: the group
 * @lock: what its writers hold from now on
 */
void k8sov_endpoints_publish(struct k8sov_endpoints *eps, struct mutex *lock)
{
	k8sov_lpm_publish(&eps->addrs[K8SOV_V4], lock);
	k8sov_lpm_publish(&eps->addrs[K8SOV_V6], lock);
}

/**
 * k8sov_endpoints_destroy() - free a group that nobody looks at
 * @eps: the group, or NULL
 */
void k8sov_endpoints_destroy(struct k8sov_endpoints *eps)
{
	struct k8sov_endpoint *ep;
	struct k8sov_ruleset *rs;
	unsigned long key;

	if (!eps)
		return;
	xa_for_each(&eps->links, key, ep)
		k8sov_endpoint_put(ep);
	xa_destroy(&eps->links);
	xa_for_each(&eps->rulesets, key, rs)
		k8sov_ruleset_put(rs);
	xa_destroy(&eps->rulesets);
	k8sov_lpm_clear(&eps->addrs[K8SOV_V4]);
	k8sov_lpm_clear(&eps->addrs[K8SOV_V6]);
	kfree(eps);
}

/**
 * k8sov_endpoint_find() - endpoint by link
 * @eps: group to look in
 * @link: interface index
 *
 * Return: the endpoint, or NULL.
 */
struct k8sov_endpoint *k8sov_endpoint_find(struct k8sov_endpoints *eps,
					   u32 link)
{
	return xa_load(&eps->links, link);
}

/**
 * k8sov_endpoint_find_addr() - endpoint by address
 * @eps: group to look in
 * @addr: address
 *
 * Return: the endpoint, or NULL.
 */
struct k8sov_endpoint *k8sov_endpoint_find_addr(struct k8sov_endpoints *eps,
						const struct k8sov_addr *addr)
{
	const struct k8sov_lpm_entry *e = k8sov_addrs_find(eps->addrs, addr);

	return e ? k8sov_endpoint_find(eps, e->value) : NULL;
}

/**
 * k8sov_endpoint_next() - walk in the order of links
 * @eps: group to look in
 * @link: where the walk is, 0 for the start; need not exist any more
 *
 * Return: the endpoint with the next higher link, or NULL.
 */
struct k8sov_endpoint *k8sov_endpoint_next(struct k8sov_endpoints *eps,
					   u32 link)
{
	unsigned long index = link;

	return xa_find_after(&eps->links, &index, ULONG_MAX, XA_PRESENT);
}

static int check_link(const struct k8sov_change *c,
		      const struct k8sov_endpoint_spec *spec)
{
	const struct nlattr *attr = c->attrs[K8SOV_A_ENDPOINT_LINK];
	struct net_device *dev = c->kov->dev;
	bool known;

	if (spec->link == dev->ifindex)
		return k8sov_refuse(c->extack, attr, -EINVAL,
				    "the link of an endpoint cannot be the overlay device itself");
	rcu_read_lock();
	known = dev_get_by_index_rcu(dev_net(dev), spec->link);
	rcu_read_unlock();
	if (!known)
		return k8sov_refuse(c->extack, attr, -ENODEV,
				    "there is no interface with this index");
	return 0;
}

static int check_addrs(const struct k8sov_change *c,
		       const struct k8sov_endpoint_spec *spec)
{
	unsigned int i;

	for (i = 0; i < spec->n_addrs; i++)
		if (!k8sov_addr_is_unicast(&spec->addrs[i]))
			return k8sov_refuse(c->extack, spec->addr_attrs[i],
					    -EINVAL,
					    "the address of an endpoint must be unicast, and not loopback");
	return 0;
}

static int check_ruleset(const struct k8sov_change *c,
			 struct k8sov_endpoints *eps, u32 id, int attr)
{
	if (!id || k8sov_ruleset_find(eps, id))
		return 0;
	return k8sov_refuse(c->extack, c->attrs[attr], -ENOENT,
			    "there is no such ruleset");
}

static int check_rulesets(const struct k8sov_change *c,
			  struct k8sov_endpoints *eps,
			  const struct k8sov_endpoint_spec *spec)
{
	return check_ruleset(c, eps, spec->ingress,
			     K8SOV_A_ENDPOINT_INGRESS) ?:
	       check_ruleset(c, eps, spec->egress, K8SOV_A_ENDPOINT_EGRESS);
}

static int check_room(const struct k8sov_change *c,
		      const struct k8sov_endpoints *eps)
{
	u32 max;

	rcu_read_lock();
	max = k8sov_conf_rcu(c->kov)->max_endpoints;
	rcu_read_unlock();
	if (eps->count < max)
		return 0;
	return k8sov_refuse(c->extack, c->attrs[K8SOV_A_ENDPOINT_LINK],
			    -ENOSPC,
			    "the device has as many endpoints as max-endpoints allows");
}

static struct k8sov_endpoint *
endpoint_create(const struct k8sov_change *c,
		const struct k8sov_endpoint_spec *spec)
{
	const char *name = spec->name ?: "";
	struct k8sov_endpoint *ep;

	ep = kmalloc(endpoint_size(name, spec->n_addrs), GFP_KERNEL_ACCOUNT);
	if (!ep)
		return NULL;

	ep->link = spec->link;
	ep->identity = spec->identity;
	ep->state = spec->state;
	ep->n_addrs = spec->n_addrs;
	ep->ingress = spec->ingress;
	ep->egress = spec->egress;
	ep->owner = c->owner;
	refcount_set(&ep->refs, 1);
	memcpy(ep->addrs, spec->addrs, spec->n_addrs * sizeof(ep->addrs[0]));
	ep->name = (char *)&ep->addrs[spec->n_addrs];
	strscpy(ep->name, name, strlen(name) + 1);
	return ep;
}

static int claim_addrs(const struct k8sov_change *c,
		       struct k8sov_endpoints *eps,
		       const struct k8sov_endpoint_spec *spec)
{
	unsigned int bad;
	int err;

	err = k8sov_addrs_claim(eps->addrs, spec->addrs, spec->n_addrs,
				spec->link, &bad);
	if (err == -EEXIST)
		return k8sov_refuse(c->extack, spec->addr_attrs[bad], err,
				    "the address is another endpoint's");
	if (err == -EINVAL)
		return k8sov_refuse(c->extack, spec->addr_attrs[bad], err,
				    "the address is given twice");
	return err;
}

/**
 * k8sov_endpoint_set() - add or replace an endpoint
 * @c: the request
 * @eps: group that gets the endpoint, live or of a transaction
 * @spec: the endpoint
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -EEXIST if it is there but may not be replaced, or an address is
 * another endpoint's; -ENOENT if there is none to replace, or no such ruleset;
 * -ENODEV if there is no such interface; -EPERM if it is another owner's;
 * -EINVAL if an address is not allowed; -ENOSPC if the device's max-endpoints
 * forbids it; -ENOMEM. Nothing is changed in all these cases.
 */
int k8sov_endpoint_set(const struct k8sov_change *c,
		       struct k8sov_endpoints *eps,
		       const struct k8sov_endpoint_spec *spec)
{
	struct k8sov_endpoint *old = k8sov_endpoint_find(eps, spec->link);
	struct k8sov_endpoint *ep;
	int err;

	err = k8sov_change_may_set(c, &endpoint_words,
				   c->attrs[K8SOV_A_ENDPOINT_LINK],
				   old ? &old->owner : NULL);
	if (!err)
		err = check_link(c, spec);
	if (!err)
		err = check_addrs(c, spec);
	if (!err)
		err = check_rulesets(c, eps, spec);
	if (!err && !old)
		err = check_room(c, eps);
	if (err)
		return err;

	ep = endpoint_create(c, spec);
	if (!ep)
		return -ENOMEM;
	/* From here on the store cannot fail. */
	err = xa_reserve(&eps->links, spec->link, GFP_KERNEL);
	if (!err)
		err = claim_addrs(c, eps, spec);
	if (err)
		goto err_free_endpoint;

	xa_store(&eps->links, spec->link, ep, GFP_KERNEL);
	count_endpoint(eps, ep, 1);
	if (old) {
		k8sov_addrs_release(eps->addrs, old->addrs, old->n_addrs,
				    spec->addrs, spec->n_addrs);
		count_endpoint(eps, old, -1);
		k8sov_endpoint_put(old);
	}
	return 0;

err_free_endpoint:
	if (!old)
		xa_release(&eps->links, spec->link);
	kfree(ep);
	return err;
}

/**
 * k8sov_endpoint_delete() - delete an endpoint
 * @c: the request
 * @eps: group that has the endpoint, live or of a transaction
 * @link: key
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -ENOENT if there is none, -EPERM if it is another owner's.
 */
int k8sov_endpoint_delete(const struct k8sov_change *c,
			  struct k8sov_endpoints *eps, u32 link)
{
	struct k8sov_endpoint *ep = k8sov_endpoint_find(eps, link);
	int err;

	err = k8sov_change_may_delete(c, &endpoint_words,
				      c->attrs[K8SOV_A_ENDPOINT_LINK],
				      ep ? &ep->owner : NULL);
	if (!err)
		k8sov_endpoint_remove(eps, ep);
	return err;
}

/**
 * k8sov_endpoint_remove() - take an endpoint out of a group
 * @eps: the group
 * @ep: the endpoint
 *
 * Context: the lock of the device is held. May sleep.
 */
void k8sov_endpoint_remove(struct k8sov_endpoints *eps,
			   struct k8sov_endpoint *ep)
{
	xa_erase(&eps->links, ep->link);
	k8sov_addrs_release(eps->addrs, ep->addrs, ep->n_addrs, NULL, 0);
	count_endpoint(eps, ep, -1);
	k8sov_endpoint_put(ep);
}

/**
 * k8sov_endpoint_flush() - delete all endpoints of one owner
 * @eps: group of nobody else yet
 * @owner: whose endpoints
 *
 * Context: the lock of the device is held. May sleep.
 */
void k8sov_endpoint_flush(struct k8sov_endpoints *eps, u64 owner)
{
	struct k8sov_endpoint *ep;
	unsigned long link;

	xa_for_each(&eps->links, link, ep)
		if (ep->owner == owner)
			k8sov_endpoint_remove(eps, ep);
}

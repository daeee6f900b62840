// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/*
 * Every packet of a pod passes the ingress hook of its link first, before
 * bridges, flow tables, defragmentation (where a pod could add fragments to
 * another's packets) and connection tracking (which it could fill), and no
 * other packet does.
 *
 * But for one case: what tc redirects to an ifb, as the CNI plugin bandwidth
 * has it, comes back behind that hook. So where there is an ifb, IP packets
 * are checked at PRE_ROUTING as well, which costs all of the namespace.
 */

#include "guard.h"

#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/slab.h>
#include <net/rtnetlink.h>

#include "device.h"
#include "endpoint.h"
#include "netns.h"
#include "policy_hook.h"
#include "refuse.h"
#include "source.h"

/**
 * struct guard - checks at one link
 * @ops: the hook. Its device needs no reference: the link's end ends the
 *	endpoint, and so the guard
 * @rcu: defers freeing, those who list hooks read @ops
 */
struct guard {
	struct nf_hook_ops ops;
	struct rcu_head rcu;
};

static const struct nf_hook_ops late_ops[] = {
	{
		.hook = k8sov_source_check,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP_PRI_CONNTRACK_DEFRAG - 1,
	},
	{
		.hook = k8sov_source_check,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP6_PRI_CONNTRACK_DEFRAG - 1,
	},
};

static int hold_late(struct k8sov_dev *kov, struct net *net)
{
	struct k8sov_guards *guards = &kov->guards;
	unsigned int i;
	int err;

	if (guards->late_net)
		return 0;
	memcpy(guards->late, late_ops, sizeof(guards->late));
	for (i = 0; i < ARRAY_SIZE(guards->late); i++)
		guards->late[i].priv = kov;
	err = nf_register_net_hooks(net, guards->late,
				    ARRAY_SIZE(guards->late));
	if (err)
		return err;
	guards->late_net = net;
	atomic_inc(&k8sov_net(net)->late_users);
	return 0;
}

static void release_late(struct k8sov_guards *guards)
{
	struct net *net = guards->late_net;

	if (!net)
		return;
	guards->late_net = NULL;
	atomic_dec(&k8sov_net(net)->late_users);
	nf_unregister_net_hooks(net, guards->late, ARRAY_SIZE(guards->late));
}

static bool has_ifb(struct net *net)
{
	struct net_device *dev;
	bool found = false;

	rcu_read_lock();
	for_each_netdev_rcu(net, dev) {
		found = k8sov_guard_is_ifb(dev);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

static int add_guard(struct k8sov_dev *kov, struct net_device *dev)
{
	struct k8sov_guards *guards = &kov->guards;
	struct guard *guard;
	int err;

	guard = kzalloc(sizeof(*guard), GFP_KERNEL_ACCOUNT);
	if (!guard)
		return -ENOMEM;
	guard->ops = (struct nf_hook_ops){
		.hook = k8sov_source_check,
		.dev = dev,
		.priv = kov,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		.priority = NF_IP_PRI_FIRST,
	};
	err = xa_insert(&guards->links, dev->ifindex, guard, GFP_KERNEL);
	if (err)
		goto err_free_guard;
	err = nf_register_net_hook(dev_net(dev), &guard->ops);
	if (err)
		goto err_erase;
	guards->count++;
	return 0;

err_erase:
	xa_erase(&guards->links, dev->ifindex);
err_free_guard:
	kfree(guard);
	return err;
}

static void remove_guard(struct k8sov_guards *guards, unsigned long link,
			 struct guard *guard)
{
	xa_erase(&guards->links, link);
	guards->count--;
	nf_unregister_net_hook(dev_net(guard->ops.dev), &guard->ops);
	kfree_rcu(guard, rcu);
}

/**
 * k8sov_guard_init() - no guards yet
 * @guards: of a new device
 */
void k8sov_guard_init(struct k8sov_guards *guards)
{
	xa_init_flags(&guards->links, XA_FLAGS_ACCOUNT);
}

/**
 * k8sov_guard_hold() - check what enters by a link from now on
 * @kov: device, its lock held
 * @link: interface index
 * @attr: what names @link, to blame, or NULL
 * @extack: words for a refusal
 *
 * Goes before an endpoint of the link is live; k8sov_guard_update() must
 * follow.
 *
 * Context: may sleep.
 * Return: 0, also if held already; -ENODEV if there is no such interface;
 * -EOPNOTSUPP if the device is to judge and cannot; -ENOMEM; -E2BIG if
 * netfilter allows no more hooks.
 */
int k8sov_guard_hold(struct k8sov_dev *kov, u32 link,
		     const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	struct k8sov_guards *guards = &kov->guards;
	struct net_device *dev;
	int err = 0;

	lockdep_assert_held(&kov->lock);
	if (xa_load(&guards->links, link))
		return 0;
	if (k8sov_policy_is_lost(kov))
		return k8sov_refuse(extack, attr, -EOPNOTSUPP,
				    "the device came to this namespace without its policy: set it again, or bring the device up");
	/* Not gone before we have the hook: its end waits for our lock then. */
	dev = dev_get_by_index(dev_net(kov->dev), link);
	if (!dev)
		return k8sov_refuse(extack, attr, -ENODEV,
				    "there is no interface with this index");
	/* Those that come after the first guard are seen coming. */
	if (!guards->count && has_ifb(dev_net(dev)))
		err = hold_late(kov, dev_net(dev));
	if (!err)
		err = add_guard(kov, dev);
	dev_put(dev);
	if (err)
		return k8sov_refuse(extack, attr, err,
				    "there is no room for the netfilter hook that checks what the pod sends from");
	return 0;
}

/**
 * k8sov_guard_hold_all() - the same for all links of a group
 * @kov: device, its lock held
 * @eps: endpoints that are to be live
 * @extack: words for a refusal
 *
 * Context: may sleep.
 * Return: as k8sov_guard_hold().
 */
int k8sov_guard_hold_all(struct k8sov_dev *kov, struct k8sov_endpoints *eps,
			 struct netlink_ext_ack *extack)
{
	struct k8sov_endpoint *ep = NULL;
	int err = 0;

	while (!err && (ep = k8sov_endpoint_next(eps, ep ? ep->link : 0)))
		err = k8sov_guard_hold(kov, ep->link, NULL, extack);
	return err;
}

/**
 * k8sov_guard_drop() - a link goes, and its endpoint has gone
 * @kov: device, its lock held
 * @link: interface index
 *
 * Does not look at the others, as k8sov_guard_update() would: pods go one by
 * one. Packets may be in the hook until a grace period is over.
 *
 * Context: may sleep.
 */
void k8sov_guard_drop(struct k8sov_dev *kov, u32 link)
{
	struct k8sov_guards *guards = &kov->guards;
	struct guard *guard;

	lockdep_assert_held(&kov->lock);
	guard = xa_load(&guards->links, link);
	if (guard)
		remove_guard(guards, link, guard);
	if (!guards->count)
		release_late(guards);
}

/**
 * k8sov_guard_update() - endpoints may have gone
 * @kov: device, its lock held
 *
 * Packets may be in the hooks until a grace period is over.
 *
 * Context: may sleep.
 */
void k8sov_guard_update(struct k8sov_dev *kov)
{
	struct k8sov_endpoints *eps = k8sov_tables_locked(kov)->endpoints;
	struct k8sov_guards *guards = &kov->guards;
	struct guard *guard;
	unsigned long link;

	lockdep_assert_held(&kov->lock);
	xa_for_each(&guards->links, link, guard) {
		if (guards->count == eps->count)
			break;
		if (!k8sov_endpoint_find(eps, link))
			remove_guard(guards, link, guard);
	}
	if (!guards->count)
		release_late(guards);
}

/**
 * k8sov_guard_release() - check nothing more
 * @kov: device, its lock held; it carries no more packets
 *
 * Packets may be in the hooks until a grace period is over.
 *
 * Context: may sleep.
 */
void k8sov_guard_release(struct k8sov_dev *kov)
{
	struct k8sov_guards *guards = &kov->guards;
	struct guard *guard;
	unsigned long link;

	lockdep_assert_held(&kov->lock);
	xa_for_each(&guards->links, link, guard)
		remove_guard(guards, link, guard);
	release_late(guards);
}

/**
 * k8sov_guard_is_ifb() - does a device hand packets back to where they entered?
 * @dev: any device
 *
 * Context: any.
 * Return: true if it is an ifb.
 */
bool k8sov_guard_is_ifb(const struct net_device *dev)
{
	return dev->rtnl_link_ops && !strcmp(dev->rtnl_link_ops->kind, "ifb");
}

/**
 * k8sov_guard_see_ifb() - an ifb appears
 * @kov: device, its lock held
 * @ifb: the ifb, in the list of its namespace already
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM or -E2BIG if there is no room for hooks.
 */
int k8sov_guard_see_ifb(struct k8sov_dev *kov, const struct net_device *ifb)
{
	struct net *net = dev_net(ifb);

	lockdep_assert_held(&kov->lock);
	if (!kov->guards.count || !net_eq(dev_net(kov->dev), net))
		return 0;
	return hold_late(kov, net);
}

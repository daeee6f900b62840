// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/*
 * Every packet of a pod is looked at where it enters by its link, before
 * bridges, defragmentation (where a pod could add fragments to another's
 * packets) and connection tracking (which it could fill), and no other packet
 * is.
 *
 * We are the link's receive handler, which costs least. There is one to a link
 * and what is built upon a link (a bridge) needs it; then it is a netfilter
 * hook at the link's ingress, which costs all receptions of the machine. What
 * tc redirects to an ifb, as the CNI plugin bandwidth has it, comes back
 * behind that hook. So where there are both, IP packets are checked at
 * PRE_ROUTING as well, which costs all of the namespace.
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
 * @link: needs no reference: its end ends the endpoint, and so the guard
 * @ops: the hook, if @hooked
 * @hooked: it is the hook that checks, not the receive handler
 * @rcu: defers freeing, those who list hooks read @ops
 */
struct guard {
	struct net_device *link;
	struct nf_hook_ops ops;
	bool hooked;
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

/* A guard has one of the two at every moment, for a short time both. */
static int hook(struct k8sov_dev *kov, struct guard *guard)
{
	struct k8sov_guards *guards = &kov->guards;
	struct net *net = dev_net(guard->link);
	int err = 0;

	guard->ops = (struct nf_hook_ops){
		.hook = k8sov_source_check,
		.dev = guard->link,
		.priv = kov,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		.priority = NF_IP_PRI_FIRST,
	};
	/* An ifb that comes after the first hook is seen coming. */
	if (!guards->n_hooked && has_ifb(net))
		err = hold_late(kov, net);
	if (err)
		return err;
	err = nf_register_net_hook(net, &guard->ops);
	if (!err) {
		guard->hooked = true;
		guards->n_hooked++;
	} else if (!guards->n_hooked) {
		release_late(guards);
	}
	return err;
}

static void unhook(struct k8sov_guards *guards, struct guard *guard)
{
	nf_unregister_net_hook(dev_net(guard->link), &guard->ops);
	guards->n_hooked--;
	if (!guards->n_hooked)
		release_late(guards);
}

/* VLAN devices have no handler, but packets meet them before it. */
static int attach(struct k8sov_dev *kov, struct guard *guard)
{
	if (!netdev_has_any_upper_dev(guard->link) &&
	    !netdev_rx_handler_register(guard->link, k8sov_source_receive, kov))
		return 0;
	return hook(kov, guard);
}

static int add_guard(struct k8sov_dev *kov, struct net_device *link)
{
	struct k8sov_guards *guards = &kov->guards;
	struct guard *guard;
	int err;

	guard = kzalloc(sizeof(*guard), GFP_KERNEL_ACCOUNT);
	if (!guard)
		return -ENOMEM;
	guard->link = link;
	err = xa_insert(&guards->links, link->ifindex, guard, GFP_KERNEL);
	if (err)
		goto err_free_guard;
	err = attach(kov, guard);
	if (err)
		goto err_erase;
	guards->count++;
	return 0;

err_erase:
	xa_erase(&guards->links, link->ifindex);
err_free_guard:
	kfree(guard);
	return err;
}

static void remove_guard(struct k8sov_guards *guards, struct guard *guard)
{
	ASSERT_RTNL();
	xa_erase(&guards->links, guard->link->ifindex);
	guards->count--;
	if (guard->hooked)
		unhook(guards, guard);
	else
		netdev_rx_handler_unregister(guard->link);
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
 * Context: RTNL; may sleep.
 * Return: 0, also if held already; -ENODEV if there is no such interface;
 * -EOPNOTSUPP if the device is to judge and cannot; -ENOMEM; -E2BIG if
 * netfilter allows no more hooks.
 */
int k8sov_guard_hold(struct k8sov_dev *kov, u32 link,
		     const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	ASSERT_RTNL();
	lockdep_assert_held(&kov->lock);
	if (xa_load(&kov->guards.links, link))
		return 0;
	if (k8sov_policy_is_lost(kov))
		return k8sov_refuse(extack, attr, -EOPNOTSUPP,
				    "the device came to this namespace without its policy: set it again, or bring the device up");
	dev = __dev_get_by_index(dev_net(kov->dev), link);
	if (!dev)
		return k8sov_refuse(extack, attr, -ENODEV,
				    "there is no interface with this index");
	err = add_guard(kov, dev);
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
 * Context: RTNL; may sleep.
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
 * Context: RTNL; may sleep.
 */
void k8sov_guard_drop(struct k8sov_dev *kov, u32 link)
{
	struct k8sov_guards *guards = &kov->guards;
	struct guard *guard;

	lockdep_assert_held(&kov->lock);
	guard = xa_load(&guards->links, link);
	if (guard)
		remove_guard(guards, guard);
}

/**
 * k8sov_guard_update() - endpoints may have gone
 * @kov: device, its lock held
 *
 * Packets may be in the hooks until a grace period is over.
 *
 * Context: RTNL, if any may have gone; may sleep.
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
			remove_guard(guards, guard);
	}
}

/**
 * k8sov_guard_release() - check nothing more
 * @kov: device, its lock held; it carries no more packets
 *
 * Packets may be in the hooks until a grace period is over.
 *
 * Context: RTNL; may sleep.
 */
void k8sov_guard_release(struct k8sov_dev *kov)
{
	struct k8sov_guards *guards = &kov->guards;
	struct guard *guard;
	unsigned long link;

	lockdep_assert_held(&kov->lock);
	xa_for_each(&guards->links, link, guard)
		remove_guard(guards, guard);
}

/**
 * k8sov_guard_yield() - something is to be built upon a link
 * @kov: device, its lock held
 * @link: a bridge, say, is to be its receive handler
 *
 * Packets are checked twice for a moment, never not at all.
 *
 * Context: RTNL; may sleep.
 * Return: 0, also if the link is no endpoint's; -ENOMEM or -E2BIG if there is
 * no room for the hook that is needed instead. We keep being the handler then.
 */
int k8sov_guard_yield(struct k8sov_dev *kov, struct net_device *link)
{
	struct guard *guard;
	int err;

	lockdep_assert_held(&kov->lock);
	guard = xa_load(&kov->guards.links, link->ifindex);
	if (!guard || guard->link != link || guard->hooked)
		return 0;
	err = hook(kov, guard);
	if (!err)
		netdev_rx_handler_unregister(link);
	return err;
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
	if (!kov->guards.n_hooked || !net_eq(dev_net(kov->dev), net))
		return 0;
	return hold_late(kov, net);
}

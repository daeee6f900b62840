// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/* What others do that ends entries of the tables, or changes verdicts: links
 * go, sockets close, nodes get other addresses.
 */

#include "watch.h"

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "device.h"
#include "endpoint.h"
#include "guard.h"
#include "nl_event.h"
#include "policy_hook.h"
#include "txn.h"

static void remove_private(struct k8sov_dev *kov, u32 link)
{
	struct k8sov_endpoint *ep;
	struct k8sov_txn *txn;

	list_for_each_entry(txn, &kov->txns, list) {
		if (!txn->groups.endpoints)
			continue;
		ep = k8sov_endpoint_find(txn->groups.endpoints, link);
		if (ep)
			k8sov_endpoint_remove(txn->groups.endpoints, ep);
	}
}

static void remove_live(struct k8sov_dev *kov, struct k8sov_endpoint *ep)
{
	k8sov_nl_event_endpoint(dev_net(kov->dev), NULL,
				K8SOV_CMD_ENDPOINT_DEL_NTF, kov, ep);
	k8sov_endpoint_remove(k8sov_tables_locked(kov)->endpoints, ep);
	k8sov_tables_touch(kov, K8SOV_TABLE_ENDPOINT);
}

/*
 * The index of a link means nothing after the link is gone, not even to a
 * transaction that was to add it: the check for its existence is in the past.
 */
static void forget_link(struct k8sov_dev *kov, void *arg)
{
	const struct net_device *link = arg;
	struct k8sov_endpoint *ep;

	if (kov->dying || !net_eq(dev_net(kov->dev), dev_net(link)))
		return;
	remove_private(kov, link->ifindex);
	ep = k8sov_endpoint_find(k8sov_tables_locked(kov)->endpoints,
				 link->ifindex);
	if (ep)
		remove_live(kov, ep);
	k8sov_guard_drop(kov, link->ifindex);
}

/*
 * A device that moves to another namespace leaves the links of its endpoints
 * behind, and the sockets of its transactions.
 */
static void forget_all(struct k8sov_dev *kov)
{
	struct k8sov_endpoints *eps;
	struct k8sov_endpoint *ep;

	mutex_lock(&kov->lock);
	if (!kov->dying) {
		k8sov_txn_abort_all(kov);
		eps = k8sov_tables_locked(kov)->endpoints;
		while ((ep = k8sov_endpoint_next(eps, 0)))
			remove_live(kov, ep);
		k8sov_guard_update(kov);
	}
	mutex_unlock(&kov->lock);
}

/**
 * struct asked - something is to happen that one of ours may have to prevent
 * @dev: the device that it happens to
 * @err: why not
 */
struct asked {
	struct net_device *dev;
	int err;
};

static void see_ifb(struct k8sov_dev *kov, void *arg)
{
	struct asked *asked = arg;

	if (!asked->err && !kov->dying)
		asked->err = k8sov_guard_see_ifb(kov, asked->dev);
}

static void yield_link(struct k8sov_dev *kov, void *arg)
{
	struct asked *asked = arg;

	if (!asked->err)
		asked->err = k8sov_guard_yield(kov, asked->dev);
}

/* A move is UNREGISTER in the old and REGISTER in the new namespace. */
static void follow_device(struct k8sov_dev *kov, bool there)
{
	forget_all(kov);
	if (there)
		k8sov_policy_follow(kov);
	else
		k8sov_policy_release(kov);
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct asked asked = { .dev = dev };

	if (k8sov_device_is(dev) &&
	    (event == NETDEV_UNREGISTER || event == NETDEV_REGISTER))
		follow_device(netdev_priv(dev), event == NETDEV_REGISTER);
	switch (event) {
	case NETDEV_UNREGISTER:
		/* Ours may be links of endpoints of others of ours. */
		k8sov_tables_for_each(forget_link, dev);
		break;
	case NETDEV_REGISTER:
		if (k8sov_guard_is_ifb(dev))
			k8sov_tables_for_each(see_ifb, &asked);
		break;
	case NETDEV_JOIN: /* bridges link their ports too late */
	case NETDEV_PRECHANGEUPPER:
		k8sov_tables_for_each(yield_link, &asked);
		break;
	}
	/* An error undoes what happened, but for NETDEV_JOIN: who asks by that
	 * will find us there.
	 */
	return notifier_from_errno(asked.err);
}

static struct notifier_block netdev_notifier = {
	.notifier_call = netdev_event,
};

static void forget_socket(struct k8sov_dev *kov, void *arg)
{
	const struct netlink_notify *socket = arg;

	k8sov_txn_abort_socket(kov, socket->net, socket->portid);
}

static int netlink_event(struct notifier_block *nb, unsigned long event,
			 void *ptr)
{
	const struct netlink_notify *socket = ptr;

	if (event == NETLINK_URELEASE && socket->protocol == NETLINK_GENERIC)
		k8sov_tables_for_each(forget_socket, ptr);
	return NOTIFY_DONE;
}

static struct notifier_block netlink_notifier = {
	.notifier_call = netlink_event,
};

static int inet_event(struct notifier_block *nb, unsigned long event,
		      void *ptr)
{
	const struct in_ifaddr *ifa = ptr;

	k8sov_policy_node_changed(dev_net(ifa->ifa_dev->dev));
	return NOTIFY_DONE;
}

static struct notifier_block inet_notifier = {
	.notifier_call = inet_event,
	.priority = INT_MIN, /* after the routes, which tell what is local */
};

#if IS_ENABLED(CONFIG_IPV6)
static int inet6_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;

	k8sov_policy_node_changed(dev_net(ifa->idev->dev));
	return NOTIFY_DONE;
}

static struct notifier_block inet6_notifier = {
	.notifier_call = inet6_event,
};

static int watch_inet6(void)
{
	return register_inet6addr_notifier(&inet6_notifier);
}

static void unwatch_inet6(void)
{
	unregister_inet6addr_notifier(&inet6_notifier);
}
#else
static int watch_inet6(void)
{
	return 0;
}

static void unwatch_inet6(void)
{
}
#endif

/**
 * k8sov_watch_init() - watch links, addresses and sockets
 *
 * Return: 0, or what registering returned.
 */
int k8sov_watch_init(void)
{
	int err;

	err = register_netdevice_notifier(&netdev_notifier);
	if (err)
		return err;
	err = netlink_register_notifier(&netlink_notifier);
	if (err)
		goto err_netdev;
	err = register_inetaddr_notifier(&inet_notifier);
	if (err)
		goto err_netlink;
	err = watch_inet6();
	if (err)
		goto err_inet;
	return 0;

err_inet:
	unregister_inetaddr_notifier(&inet_notifier);
err_netlink:
	netlink_unregister_notifier(&netlink_notifier);
err_netdev:
	unregister_netdevice_notifier(&netdev_notifier);
	return err;
}

/**
 * k8sov_watch_exit() - watch no more
 */
void k8sov_watch_exit(void)
{
	unwatch_inet6();
	unregister_inetaddr_notifier(&inet_notifier);
	netlink_unregister_notifier(&netlink_notifier);
	unregister_netdevice_notifier(&netdev_notifier);
}

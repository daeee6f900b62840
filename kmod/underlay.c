// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "underlay.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "device.h"
#include "follow.h"
#include "netns.h"
#include "udp_sock.h"

/* A device on its way to another namespace is in no list, but registered. */
static bool is_moving(struct net_device *dev)
{
	return __dev_get_by_index(dev_net(dev), dev->ifindex) != dev;
}

/* Devices that go with their underlay device, under RTNL. */
static LIST_HEAD(doomed);

/*
 * Deleting a device brings the next one here that has it as underlay. Such a
 * chain may be as long as users like, so whoever comes first does the work for
 * all that come while he is at it: the stack would not last for it.
 */
static void delete_doomed(void)
{
	static bool busy;	/* under RTNL */

	ASSERT_RTNL();
	if (busy)
		return;
	busy = true;
	while (!list_empty(&doomed)) {
		LIST_HEAD(kill);

		list_splice_init(&doomed, &kill);
		unregister_netdevice_many(&kill);
	}
	busy = false;
}

/*
 * A device that names its underlay device goes with it. Links can lead back to
 * a device, also through tunnels that are not ours; then a move of it takes
 * its underlay away, and the move must not find it deleted.
 */
static void lower_gone(const struct net_device *lower)
{
	struct k8sov_dev *kov, *next;

	list_for_each_entry_safe(kov, next,
				 &k8sov_net(dev_net(lower))->devices, on_net)
		if (rtnl_dereference(kov->conf)->link == lower->ifindex &&
		    !is_moving(kov->dev))
			k8sov_device_delete(kov->dev, &doomed);
	delete_doomed();
}

static void lower_changed(const struct net_device *lower)
{
	struct k8sov_dev *kov;

	list_for_each_entry(kov, &k8sov_net(dev_net(lower))->devices, on_net)
		if (kov->dev != lower)
			k8sov_follow(kov);
}

/* ndo_open has no words for a refusal; this comes right before it and has. */
static int before_up(struct net_device *dev, void *info)
{
	struct netlink_ext_ack *extack = netdev_notifier_info_to_extack(info);

	if (!k8sov_device_is(dev))
		return NOTIFY_DONE;
	return notifier_from_errno(k8sov_device_listen(netdev_priv(dev),
						       extack));
}

static int see_event(struct notifier_block *nb, unsigned long event, void *info)
{
	struct net_device *lower = netdev_notifier_info_to_dev(info);

	switch (event) {
	case NETDEV_PRE_UP:
		return before_up(lower, info);
	case NETDEV_UNREGISTER:
		lower_gone(lower);
		break;
	case NETDEV_UP:
	case NETDEV_CHANGEMTU:
		lower_changed(lower);
		break;
	case NETDEV_UDP_TUNNEL_PUSH_INFO:
		k8sov_sock_push_offload(dev_net(lower), lower, true);
		break;
	case NETDEV_UDP_TUNNEL_DROP_INFO:
		k8sov_sock_push_offload(dev_net(lower), lower, false);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block events = { .notifier_call = see_event };

/**
 * k8sov_underlay_init() - follow what happens to other devices
 *
 * Return: 0, or an errno of register_netdevice_notifier().
 */
int __init k8sov_underlay_init(void)
{
	return register_netdevice_notifier(&events);
}

/**
 * k8sov_underlay_exit() - undo k8sov_underlay_init()
 */
void k8sov_underlay_exit(void)
{
	unregister_netdevice_notifier(&events);
}

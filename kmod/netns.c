// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "netns.h"

#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "device.h"
#include "policy_hook.h"

static unsigned int net_id __read_mostly;

/**
 * k8sov_net() - our part of a network namespace
 * @net: the namespace
 *
 * Return: never NULL while @net is alive.
 */
struct k8sov_net *k8sov_net(const struct net *net)
{
	return net_generic(net, net_id);
}

static int __net_init init_net_part(struct net *net)
{
	struct k8sov_net *kn = k8sov_net(net);

	INIT_LIST_HEAD(&kn->devices);
	INIT_LIST_HEAD(&kn->socks);
	k8sov_policy_net_init(kn);
	return 0;
}

/* Devices in the dying namespace itself are deleted by the core. Those that
 * were moved away but send through it have lost their underlay: delete them
 * too, before what they point to goes.
 */
static void __net_exit exit_net_parts(struct list_head *nets)
{
	struct k8sov_dev *kov, *next;
	struct net *net;
	LIST_HEAD(kill);

	rtnl_lock();
	list_for_each_entry(net, nets, exit_list)
		list_for_each_entry_safe(kov, next, &k8sov_net(net)->devices,
					 on_net)
			k8sov_device_delete(kov->dev, &kill);
	unregister_netdevice_many(&kill);
	rtnl_unlock();
}

static struct pernet_operations net_ops = {
	.init = init_net_part,
	.exit_batch = exit_net_parts,
	.id = &net_id,
	.size = sizeof(struct k8sov_net),
};

/**
 * k8sov_netns_init() - take part in network namespaces
 *
 * Return: 0, or -ENOMEM.
 */
int __init k8sov_netns_init(void)
{
	return register_pernet_subsys(&net_ops);
}

/**
 * k8sov_netns_exit() - undo k8sov_netns_init()
 */
void k8sov_netns_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_NETNS_H
#define _K8SOV_NETNS_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/netfilter.h>

struct net;

/**
 * struct k8sov_net - what devices share in one namespace
 * @devices: devices whose outer packets live here; written under RTNL, read
 *	under RCU
 * @socks: tunnel sockets, under RTNL
 * @hook_users: devices that need the netfilter hooks, under RTNL
 * @hooks: the hooks, IPv4 and IPv6
 * @late_users: devices that check sources of this namespace at PRE_ROUTING, too
 */
struct k8sov_net {
	struct list_head devices;
	struct list_head socks;
	unsigned int hook_users;
	struct nf_hook_ops hooks[2];
	atomic_t late_users;
};

struct k8sov_net *k8sov_net(const struct net *net);

int k8sov_netns_init(void);
void k8sov_netns_exit(void);

#endif /* _K8SOV_NETNS_H */

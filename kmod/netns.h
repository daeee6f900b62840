/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_NETNS_H
#define _K8SOV_NETNS_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/netfilter.h>
#include <linux/ratelimit.h>

struct net;

#define K8SOV_POLICY_HOOKS	5

/**
 * struct k8sov_net - what devices share in one namespace
 * @devices: devices whose outer packets live here; written under RTNL, read
 *	under RCU
 * @socks: tunnel sockets, under RTNL
 * @hook_users: devices that need the netfilter hooks, under RTNL
 * @hooks: the hooks, IPv4 and IPv6
 * @late_users: devices that check sources of this namespace at PRE_ROUTING, too
 * @policy_devices: devices whose policy packets of this namespace meet; written
 *	under RTNL, read under RCU
 * @policy_hooks: registered while there is one
 * @policy_generation: grows when verdicts may have changed
 * @denial_rate: of events
 * @denials_suppressed: that no event was sent for
 */
struct k8sov_net {
	struct list_head devices;
	struct list_head socks;
	unsigned int hook_users;
	struct nf_hook_ops hooks[2];
	atomic_t late_users;
	struct list_head policy_devices;
	struct nf_hook_ops policy_hooks[K8SOV_POLICY_HOOKS];
	atomic64_t policy_generation;
	struct ratelimit_state denial_rate;
	atomic64_t denials_suppressed;
};

struct k8sov_net *k8sov_net(const struct net *net);

int k8sov_netns_init(void);
void k8sov_netns_exit(void);

#endif /* _K8SOV_NETNS_H */

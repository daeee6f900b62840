/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_UDP_SOCK_H
#define _K8SOV_UDP_SOCK_H

#include <linux/hashtable.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "device.h"

struct netlink_ext_ack;
struct socket;

/**
 * struct k8sov_sock - a UDP socket that tunnels end at
 *
 * Shared by the devices of a network namespace that have the same port.
 *
 * @sock: the kernel's socket
 * @net: its network namespace
 * @port: UDP port
 * @family: AF_INET or AF_INET6
 * @kind: K8SOV_SOCK_VXLAN or K8SOV_SOCK_GENEVE
 * @bind: VRF it is bound to, interface index or 0
 * @zero_csum_rx: accepts packets without checksum over IPv6
 * @users: devices that hold it, under RTNL
 * @on_net: member of k8sov_net.socks, under RTNL
 * @devices: struct k8sov_sock_user by VNI; written under RTNL, read under RCU
 * @rcu: defers freeing
 */
struct k8sov_sock {
	struct socket *sock;
	struct net *net;
	__be16 port;
	u8 family;
	u8 kind;
	int bind;
	bool zero_csum_rx;

	unsigned int users;
	struct list_head on_net;
	struct rcu_head rcu;
	DECLARE_HASHTABLE(devices, 4);
};

int k8sov_sock_open(struct k8sov_dev *kov, unsigned int kind,
		    unsigned int family, struct netlink_ext_ack *extack);
void k8sov_sock_close(struct k8sov_dev *kov);
void k8sov_sock_push_offload(struct net *net, struct net_device *lower,
			     bool add);

#endif /* _K8SOV_UDP_SOCK_H */

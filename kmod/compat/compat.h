/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_COMPAT_H
#define _K8SOV_COMPAT_H

/*
 * Differences between the kernels that k8sov supports. The rest of the module
 * is written for the newest of them. What cannot be told by the compiler here
 * is probed in kmod/compat/Kbuild.probe and arrives as KOV_HAVE_*.
 */

#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <net/rtnetlink.h>
#include <net/udp_tunnel.h>

/* br_netfilter has brought the packet to the IP hooks, and knows its ports. */
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
static inline bool k8sov_bridge_seen(const struct sk_buff *skb)
{
	return nf_bridge_info_exists(skb);
}

static inline int k8sov_bridge_port_in(const struct sk_buff *skb)
{
	return nf_bridge_get_physinif(skb);
}

static inline int k8sov_bridge_port_out(const struct sk_buff *skb)
{
	return nf_bridge_get_physoutif(skb);
}
#else
static inline bool k8sov_bridge_seen(const struct sk_buff *skb)
{
	return false;
}

static inline int k8sov_bridge_port_in(const struct sk_buff *skb)
{
	return 0;
}

static inline int k8sov_bridge_port_out(const struct sk_buff *skb)
{
	return 0;
}
#endif

/* Segmentation helpers left netdevice.h and skbuff.h in 6.5. */
#ifdef KOV_HAVE_GSO_H
#include <net/gso.h>
#endif

/* NETIF_F_LLTX became a bit of struct net_device in 6.12. */
static inline void k8sov_netdev_set_lltx(struct net_device *dev)
{
#ifdef NETIF_F_LLTX
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

/* Tunnel helpers took a struct socket until 7.1, a struct sock from then on;
 * the argument is chosen, so that the call stays type checked.
 */
#define k8sov_sock_arg(socket)						\
	__builtin_choose_expr(						\
		__builtin_types_compatible_p(				\
			typeof(udp_tunnel_sock_release),		\
			void (struct sock *)),			\
		(socket)->sk, (socket))

#define k8sov_setup_udp_tunnel_sock(net, socket, cfg)			\
	setup_udp_tunnel_sock(net, k8sov_sock_arg(socket), cfg)

#define k8sov_udp_tunnel_sock_release(socket)				\
	udp_tunnel_sock_release(k8sov_sock_arg(socket))

/* newlink got its arguments in a struct in 6.15. */
#ifdef KOV_HAVE_NEWLINK_PARAMS
#define K8SOV_NEWLINK(name)						\
	name(struct net_device *dev, struct rtnl_newlink_params *params, \
	     struct netlink_ext_ack *extack)
#define K8SOV_NEWLINK_UNPACK						\
	struct net *link_net = rtnl_newlink_link_net(params);		\
	struct nlattr **data = params->data;				\
	struct nlattr **tb = params->tb
#else
#define K8SOV_NEWLINK(name)						\
	name(struct net *link_net, struct net_device *dev,		\
	     struct nlattr *tb[], struct nlattr *data[],		\
	     struct netlink_ext_ack *extack)
#define K8SOV_NEWLINK_UNPACK do { } while (0)
#endif

#endif /* _K8SOV_COMPAT_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "udp_sock.h"

#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/l3mdev.h>
#include <net/sock.h>
#include <net/udp_tunnel.h>

#include "compat/compat.h"
#include "netns.h"
#include "rx_udp.h"

static unsigned short offload_type(const struct k8sov_sock *ks)
{
	return ks->kind == K8SOV_SOCK_GENEVE ? UDP_TUNNEL_TYPE_GENEVE :
					       UDP_TUNNEL_TYPE_VXLAN;
}

static struct socket *create_socket(const struct k8sov_sock *ks)
{
	struct udp_port_cfg cfg = {
		.family = ks->family,
		.local_udp_port = ks->port,
		.bind_ifindex = ks->bind,
	};
	struct socket *sock;
	int err;

	if (ks->family == AF_INET6) {
		cfg.ipv6_v6only = 1;
		cfg.use_udp6_rx_checksums = !ks->zero_csum_rx;
	}
	err = udp_sock_create(ks->net, &cfg, &sock);
	if (err)
		return ERR_PTR(err);
	udp_allow_gso(sock->sk);
	return sock;
}

static void setup_callbacks(struct k8sov_sock *ks)
{
	struct udp_tunnel_sock_cfg cfg = {
		.sk_user_data = ks,
		.encap_type = 1,
		.encap_rcv = k8sov_rx_udp,
		.encap_err_lookup = k8sov_rx_udp_error,
		.gro_receive = k8sov_gro_udp,
		.gro_complete = k8sov_gro_udp_complete,
	};

	k8sov_setup_udp_tunnel_sock(ks->net, ks->sock, &cfg);
}

static struct k8sov_sock *create_sock(const struct k8sov_sock *like)
{
	struct k8sov_sock *ks;
	struct socket *sock;

	ks = kmemdup(like, sizeof(*like), GFP_KERNEL_ACCOUNT);
	if (!ks)
		return ERR_PTR(-ENOMEM);
	hash_init(ks->devices);
	sock = create_socket(ks);
	if (IS_ERR(sock)) {
		kfree(ks);
		return ERR_CAST(sock);
	}
	ks->sock = sock;
	list_add(&ks->on_net, &k8sov_net(ks->net)->socks);
	setup_callbacks(ks);
	udp_tunnel_notify_add_rx_port(sock, offload_type(ks));
	return ks;
}

static struct k8sov_sock *find_sock(const struct k8sov_sock *like)
{
	struct k8sov_sock *ks;

	list_for_each_entry(ks, &k8sov_net(like->net)->socks, on_net)
		if (ks->port == like->port && ks->family == like->family &&
		    ks->kind == like->kind && ks->bind == like->bind &&
		    ks->zero_csum_rx == like->zero_csum_rx)
			return ks;
	return NULL;
}

/* Packets that found the socket before use it until their grace period ends:
 * releasing it waits for them.
 */
static void put_sock(struct k8sov_sock *ks)
{
	if (--ks->users)
		return;
	list_del(&ks->on_net);
	udp_tunnel_notify_del_rx_port(ks->sock, offload_type(ks));
	k8sov_udp_tunnel_sock_release(ks->sock);
	kfree_rcu(ks, rcu);
}

static void explain_refusal(int err, unsigned int kind,
			    struct netlink_ext_ack *extack)
{
	if (err == -EADDRINUSE && kind == K8SOV_SOCK_GENEVE)
		NL_SET_ERR_MSG_MOD(extack,
				   "The geneve port is in use, most likely by a geneve device; delete that or choose another geneveport");
	else if (err == -EADDRINUSE)
		NL_SET_ERR_MSG_MOD(extack,
				   "The vxlan port is in use, most likely by a vxlan device such as flannel.1; delete that or choose another dstport");
	else
		NL_SET_ERR_MSG_MOD(extack, "The tunnel socket cannot be opened");
}

/**
 * k8sov_sock_open() - listen for packets of a device
 * @kov: the device
 * @kind: K8SOV_SOCK_VXLAN or K8SOV_SOCK_GENEVE
 * @family: K8SOV_V4 or K8SOV_V6
 * @extack: words for a refusal
 *
 * Context: RTNL; may sleep.
 * Return: 0, also if it was open already; -EADDRINUSE if something else has
 * the port; -ENOMEM.
 */
int k8sov_sock_open(struct k8sov_dev *kov, unsigned int kind,
		    unsigned int family, struct netlink_ext_ack *extack)
{
	const struct k8sov_conf *conf = rtnl_dereference(kov->conf);
	struct k8sov_sock_user *user = &kov->socks[kind][family];
	struct k8sov_sock like = {
		.net = kov->net,
		.port = kind == K8SOV_SOCK_GENEVE ? conf->geneve_port :
						    conf->port,
		.family = family == K8SOV_V6 ? AF_INET6 : AF_INET,
		.kind = kind,
		.bind = l3mdev_master_upper_ifindex_by_index(kov->net,
							     conf->link),
		.zero_csum_rx = conf->udp_zero_csum6_rx,
	};
	struct k8sov_sock *ks;

	if (user->sock)
		return 0;
	ks = find_sock(&like);
	if (!ks)
		ks = create_sock(&like);
	if (IS_ERR(ks)) {
		explain_refusal(PTR_ERR(ks), kind, extack);
		return PTR_ERR(ks);
	}
	user->sock = ks;
	user->kov = kov;
	ks->users++;
	hash_add_rcu(ks->devices, &user->node, kov->vni);
	return 0;
}

static void close_one(struct k8sov_sock_user *user)
{
	struct k8sov_sock *ks = user->sock;

	if (!ks)
		return;
	hash_del_rcu(&user->node);
	user->sock = NULL;
	put_sock(ks);
}

/**
 * k8sov_sock_close() - stop listening for packets of a device
 * @kov: the device
 *
 * Context: RTNL; waits until no packet is on its way through the sockets.
 */
void k8sov_sock_close(struct k8sov_dev *kov)
{
	unsigned int kind, family;
	bool any = false;

	for (kind = 0; kind < K8SOV_SOCK_KINDS; kind++)
		for (family = 0; family < K8SOV_FAMILIES; family++) {
			any |= !!kov->socks[kind][family].sock;
			close_one(&kov->socks[kind][family]);
		}
	if (any)
		synchronize_net();
}

/**
 * k8sov_sock_push_offload() - tell a NIC the ports, or take them back
 * @net: network namespace of the NIC
 * @lower: the NIC
 * @add: tell, else take back
 *
 * Context: RTNL.
 */
void k8sov_sock_push_offload(struct net *net, struct net_device *lower,
			     bool add)
{
	struct k8sov_sock *ks;

	list_for_each_entry(ks, &k8sov_net(net)->socks, on_net) {
		if (add)
			udp_tunnel_push_rx_port(lower, ks->sock,
						offload_type(ks));
		else
			udp_tunnel_drop_rx_port(lower, ks->sock,
						offload_type(ks));
	}
}

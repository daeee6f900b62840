// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "device.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ip_tunnels.h>

#include "compat/compat.h"
#include "drop.h"
#include "encap.h"
#include "ethtool.h"
#include "follow.h"
#include "hook.h"
#include "mtu.h"
#include "netns.h"
#include "policy_hook.h"
#include "source.h"
#include "stats.h"
#include "tx.h"
#include "txn.h"
#include "udp_sock.h"

static bool has_encap(struct k8sov_dev *kov, u8 encap)
{
	const struct k8sov_tables *tables = rtnl_dereference(kov->tables);

	return READ_ONCE(tables->peers->n_encap[encap]);
}

/* Listen in the families that the local addresses leave open. */
static int open_kind(struct k8sov_dev *kov, unsigned int kind,
		     struct netlink_ext_ack *extack)
{
	const struct k8sov_conf *conf = rtnl_dereference(kov->conf);
	bool v4 = conf->local[K8SOV_V4].family;
	bool v6 = conf->local[K8SOV_V6].family;
	int err;

	if (v4 || !v6) {
		err = k8sov_sock_open(kov, kind, K8SOV_V4, extack);
		if (err)
			return err;
	}
	if (!IS_ENABLED(CONFIG_IPV6) || !ipv6_mod_enabled() || (v4 && !v6))
		return 0;
	return k8sov_sock_open(kov, kind, K8SOV_V6, extack);
}

/**
 * k8sov_device_listen() - open the sockets that a device needs to be up
 * @kov: the device
 * @extack: words for a refusal
 *
 * Context: RTNL; may sleep.
 * Return: 0, also if they are open; -EADDRINUSE if something else has a port;
 * -ENOMEM.
 */
int k8sov_device_listen(struct k8sov_dev *kov, struct netlink_ext_ack *extack)
{
	int err;

	err = open_kind(kov, K8SOV_SOCK_VXLAN, extack);
	if (!err && has_encap(kov, K8SOV_ENCAP_GENEVE))
		err = open_kind(kov, K8SOV_SOCK_GENEVE, extack);
	if (err)
		k8sov_sock_close(kov);
	return err;
}

static int open_device(struct net_device *dev)
{
	struct k8sov_dev *kov = netdev_priv(dev);
	int err;

	err = k8sov_policy_follow(kov) ?: k8sov_device_listen(kov, NULL);
	if (err)
		return err;
	if (has_encap(kov, K8SOV_ENCAP_DIRECT)) {
		err = k8sov_hook_hold(kov);
		if (err)
			goto err_listen;
	}
	/* Hooks are wanted for as long as the device is marked as running,
	 * which it is before ndo_open is called.
	 */
	k8sov_hook_update(kov);
	k8sov_follow(kov);
	return 0;

err_listen:
	k8sov_sock_close(kov);
	return err;
}

static int stop_device(struct net_device *dev)
{
	struct k8sov_dev *kov = netdev_priv(dev);

	k8sov_hook_release(kov);
	k8sov_sock_close(kov);
	return 0;
}

static int init_device(struct net_device *dev)
{
	struct k8sov_dev *kov = netdev_priv(dev);

	netdev_lockdep_set_classes(dev);
	return gro_cells_init(&kov->gro_cells, dev);
}

static void uninit_device(struct net_device *dev)
{
	struct k8sov_dev *kov = netdev_priv(dev);

	k8sov_policy_release(kov);
	/* The core waits for packets before it frees the device. */
	mutex_lock(&kov->lock);
	k8sov_guard_release(kov);
	mutex_unlock(&kov->lock);
	/* Open without being up, if somebody else refused that it comes up. */
	k8sov_sock_close(kov);
	gro_cells_destroy(&kov->gro_cells);
}

static int change_mtu(struct net_device *dev, int mtu)
{
	struct k8sov_dev *kov = netdev_priv(dev);
	struct k8sov_conf *conf;

	if (!kov->mtu_following && rtnl_dereference(kov->conf)->mtu_auto) {
		conf = kmemdup(rtnl_dereference(kov->conf), sizeof(*conf),
			       GFP_KERNEL_ACCOUNT);
		if (!conf)
			return -ENOMEM;
		conf->mtu_auto = false;
		kfree_rcu(rcu_replace_pointer(kov->conf, conf,
					      lockdep_rtnl_is_held()), rcu);
	}
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static void get_stats64(struct net_device *dev, struct rtnl_link_stats64 *out)
{
	const struct k8sov_dev *kov = netdev_priv(dev);
	struct k8sov_stats_sum sum;
	int reason;

	k8sov_stats_fold(kov, &sum);
	netdev_stats_to_stats64(out, &dev->stats);
	out->rx_packets = sum.rx_packets;
	out->rx_bytes = sum.rx_bytes;
	out->tx_packets = sum.tx_packets;
	out->tx_bytes = sum.tx_bytes;
	for (reason = 1; reason < __K8SOV_DROP_MAX; reason++)
		if (k8sov_drop_is_tx(reason))
			out->tx_dropped += sum.drops[reason];
		else
			out->rx_dropped += sum.drops[reason];
}

static int get_iflink(const struct net_device *dev)
{
	const struct k8sov_dev *kov = netdev_priv(dev);
	int link;

	rcu_read_lock();
	link = k8sov_conf_rcu(kov)->link;
	rcu_read_unlock();
	return link;
}

static const struct net_device_ops device_ops = {
	.ndo_init = init_device,
	.ndo_uninit = uninit_device,
	.ndo_open = open_device,
	.ndo_stop = stop_device,
	.ndo_start_xmit = k8sov_tx_start,
	.ndo_change_mtu = change_mtu,
	.ndo_get_stats64 = get_stats64,
	.ndo_get_iflink = get_iflink,
};

static const struct device_type device_type = { .name = "k8sov" };

static void free_device(struct net_device *dev)
{
	struct k8sov_dev *kov = netdev_priv(dev);

	k8sov_tables_destroy(kov);
	free_percpu(kov->stats);
	kfree(rcu_dereference_protected(kov->conf, true));
	mutex_destroy(&kov->lock);
}

/**
 * k8sov_device_is() - is a net_device one of ours?
 * @dev: any device
 *
 * Return: true if netdev_priv(@dev) is a struct k8sov_dev.
 */
bool k8sov_device_is(const struct net_device *dev)
{
	return dev->netdev_ops == &device_ops;
}

/**
 * k8sov_device_setup() - fill in a new net_device
 * @dev: device, not registered yet
 *
 * Point to point, so that the one route to the cluster needs one neighbour
 * entry and not one for each remote pod.
 */
void k8sov_device_setup(struct net_device *dev)
{
	struct k8sov_dev *kov = netdev_priv(dev);

	dev->netdev_ops = &device_ops;
	dev->ethtool_ops = &k8sov_ethtool_ops;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE;
	dev->needs_free_netdev = true;
	dev->features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM |
			NETIF_F_RXCSUM | NETIF_F_GSO_SOFTWARE;
	dev->hw_features = dev->features;
	k8sov_netdev_set_lltx(dev);
	netif_keep_dst(dev);
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = K8SOV_MTU_MAX;
	/* Enough for Ethernet with a VLAN tag below. */
	dev->needed_headroom = VLAN_ETH_HLEN +
		k8sov_encap_overhead(K8SOV_ENCAP_VXLAN, false);
	SET_NETDEV_DEVTYPE(dev, &device_type);

	kov->dev = dev;
	mutex_init(&kov->lock);
	k8sov_guard_init(&kov->guards);
	INIT_LIST_HEAD(&kov->txns);
	INIT_LIST_HEAD(&kov->on_net);
	INIT_WORK(&kov->follow_work, k8sov_follow_work);
}

/* One VNI on one port can only be one device's. */
static int refuse_twins(struct k8sov_dev *kov, const struct k8sov_conf *conf,
			struct netlink_ext_ack *extack)
{
	const struct k8sov_conf *theirs;
	struct k8sov_dev *other;

	list_for_each_entry(other, &k8sov_net(kov->net)->devices, on_net) {
		theirs = rtnl_dereference(other->conf);
		if (other == kov || theirs->id != conf->id)
			continue;
		if (theirs->port != conf->port &&
		    theirs->geneve_port != conf->geneve_port)
			continue;
		NL_SET_ERR_MSG_MOD(extack,
				   "Another k8sov device has this id on this port; choose another id");
		return -EEXIST;
	}
	return 0;
}

/**
 * k8sov_device_register() - make a device appear
 * @dev: set up by k8sov_device_setup()
 * @link_net: network namespace of the outer packets
 * @conf: configuration, taken over on success
 * @extack: words for a refusal
 *
 * Context: RTNL.
 * Return: 0; -EEXIST if the id is taken; -ENOMEM; or what
 * k8sov_policy_hold() or register_netdevice() returns.
 */
int k8sov_device_register(struct net_device *dev, struct net *link_net,
			  struct k8sov_conf *conf,
			  struct netlink_ext_ack *extack)
{
	struct k8sov_dev *kov = netdev_priv(dev);
	int err;

	kov->net = link_net;
	kov->vni = conf->id;
	err = refuse_twins(kov, conf, extack);
	if (err)
		return err;
	kov->stats = k8sov_stats_create();
	if (!kov->stats)
		return -ENOMEM;
	err = k8sov_tables_create(kov);
	if (err)
		goto err_stats;
	rcu_assign_pointer(kov->conf, conf);
	if (conf->policy) {
		err = k8sov_policy_hold(kov, extack);
		if (err)
			goto err_tables;
		k8sov_policy_update(kov);
	}
	err = register_netdevice(dev);
	if (err)
		goto err_policy;

	/* Only now, or a failing registration would free everything twice. */
	dev->priv_destructor = free_device;
	list_add_tail_rcu(&kov->on_net, &k8sov_net(link_net)->devices);
	return 0;

err_policy:
	k8sov_policy_release(kov);
err_tables:
	RCU_INIT_POINTER(kov->conf, NULL);
	k8sov_tables_destroy(kov);
err_stats:
	free_percpu(kov->stats);
	return err;
}

/**
 * k8sov_device_delete() - take a device away
 * @dev: the device
 * @kill: list for unregister_netdevice_many()
 *
 * Context: RTNL.
 */
void k8sov_device_delete(struct net_device *dev, struct list_head *kill)
{
	struct k8sov_dev *kov = netdev_priv(dev);

	if (kov->dying)
		return;
	mutex_lock(&kov->lock);
	kov->dying = true;
	k8sov_txn_abort_all(kov);
	mutex_unlock(&kov->lock);
	list_del_rcu(&kov->on_net);
	unregister_netdevice_queue(dev, kill);
}

/**
 * k8sov_device_reconfigure() - put a new configuration in force
 * @kov: the device
 * @conf: complete configuration, taken over on success
 * @extack: words for a refusal
 *
 * Context: RTNL; may sleep.
 * Return: 0; -EBUSY if it cannot change while the device is up; -EEXIST if the
 * port's id is taken; -ENOMEM; what k8sov_policy_hold() refused. Nothing has
 * changed then.
 */
int k8sov_device_reconfigure(struct k8sov_dev *kov, struct k8sov_conf *conf,
			     struct netlink_ext_ack *extack)
{
	struct k8sov_conf *old = rtnl_dereference(kov->conf);
	int err;

	if (netif_running(kov->dev) &&
	    (old->port != conf->port || old->geneve_port != conf->geneve_port ||
	     old->udp_zero_csum6_rx != conf->udp_zero_csum6_rx ||
	     old->link != conf->link ||
	     old->local[K8SOV_V4].family != conf->local[K8SOV_V4].family ||
	     old->local[K8SOV_V6].family != conf->local[K8SOV_V6].family)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "Ports, underlay device and families of local addresses can only change while the device is down");
		return -EBUSY;
	}
	err = refuse_twins(kov, conf, extack);
	if (!err && conf->policy)
		err = k8sov_policy_hold(kov, extack);
	if (err)
		return err;
	if (!netif_running(kov->dev))
		k8sov_sock_close(kov);
	rcu_assign_pointer(kov->conf, conf);
	/* A packet that still has the old one would cache its route. */
	synchronize_net();
	kfree(old);
	k8sov_policy_update(kov);
	k8sov_tables_reset_routes(kov);
	k8sov_follow(kov);
	return 0;
}

/**
 * k8sov_device_want_encap() - get ready for a host with an encapsulation
 * @kov: the device
 * @encap: enum k8sov_encap
 * @extack: words for a refusal
 *
 * The geneve port is opened by the first host that needs it.
 *
 * Context: RTNL; may sleep.
 * Return: 0; -EADDRINUSE if something else has the port; -ENOMEM.
 */
int k8sov_device_want_encap(struct k8sov_dev *kov, u8 encap,
			    struct netlink_ext_ack *extack)
{
	if (!netif_running(kov->dev))
		return 0;
	if (encap == K8SOV_ENCAP_DIRECT)
		return k8sov_hook_hold(kov);
	if (encap == K8SOV_ENCAP_GENEVE)
		return open_kind(kov, K8SOV_SOCK_GENEVE, extack);
	return 0;
}

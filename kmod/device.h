/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_DEVICE_H
#define _K8SOV_DEVICE_H

#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <net/gro_cells.h>

#include <uapi/linux/k8sov.h>

#include "addr.h"
#include "guard.h"
#include "tables.h"

struct k8sov_sock;
struct netlink_ext_ack;

/**
 * struct k8sov_sock_user - a device's hold on a tunnel socket
 * @node: member of k8sov_sock.devices
 * @kov: the device
 * @sock: the socket, NULL if not held
 */
struct k8sov_sock_user {
	struct hlist_node node;
	struct k8sov_dev *kov;
	struct k8sov_sock *sock;
};

/**
 * struct k8sov_conf - configuration of a device
 *
 * Immutable once published; changing the link publishes a new one, so a
 * packet sees either the old or the new configuration, whole.
 *
 * @id: VNI
 * @link: interface index of the underlay device, 0 for any
 * @local: outer source address per family, family 0 if the route decides
 * @port: UDP port of vxlan
 * @geneve_port: UDP port of geneve
 * @port_low: lowest outer UDP source port; 0 for the local port range
 * @port_high: highest outer UDP source port
 * @ttl: outer TTL, 0 for the system's
 * @ttl_inherit: copy the inner TTL
 * @tos: outer TOS
 * @tos_inherit: copy the inner TOS
 * @df: enum k8sov_df
 * @policy: enum k8sov_policy_mode
 * @udp_csum: UDP checksums over IPv4
 * @udp_zero_csum6_tx: no UDP checksums over IPv6
 * @udp_zero_csum6_rx: accept packets without UDP checksum over IPv6
 * @notrack: keep outer packets out of connection tracking
 * @mtu_auto: derive the MTU from the underlay
 * @mac: inner source MAC address, and destination that is accepted
 * @fwmark: mark of outer packets
 * @max_hosts: limit of the table
 * @max_subnets: limit of both families together
 * @max_endpoints: limit of the table
 * @max_identities: limit of both families together
 * @max_rulesets: limit of the table
 * @rcu: defers freeing
 */
struct k8sov_conf {
	u32 id;
	int link;
	struct k8sov_addr local[K8SOV_FAMILIES];
	__be16 port;
	__be16 geneve_port;
	u16 port_low;
	u16 port_high;
	u8 ttl;
	u8 tos;
	u8 df;
	u8 policy;
	bool ttl_inherit;
	bool tos_inherit;
	bool udp_csum;
	bool udp_zero_csum6_tx;
	bool udp_zero_csum6_rx;
	bool notrack;
	bool mtu_auto;
	u8 mac[ETH_ALEN];
	u32 fwmark;

	u32 max_hosts;
	u32 max_subnets;
	u32 max_endpoints;
	u32 max_identities;
	u32 max_rulesets;
	struct rcu_head rcu;
};

/* Tunnel sockets a device may hold: one for each UDP encapsulation. */
enum { K8SOV_SOCK_VXLAN, K8SOV_SOCK_GENEVE, K8SOV_SOCK_KINDS };

/**
 * struct k8sov_dev - an overlay device, netdev_priv() of its net_device
 *
 * Packet path, read mostly:
 * @tables: what a packet is looked up in
 * @conf: configuration
 * @stats: per-CPU counters
 * @dev: the net_device
 * @net: network namespace of the outer packets; holds no reference, the
 *	device is deleted when the namespace goes
 * @vni: VNI, never changes
 * @gro_cells: queues decapsulated TCP for aggregation
 *
 * Control path:
 * @lock: protects @tables' writers, @txns, @dying and @guards. Taken
 *	inside RTNL, never the other way round
 * @txns: open transactions (struct k8sov_txn)
 * @n_txns: length of @txns
 * @dying: the device is being deleted; nothing may be added any more
 * @on_list: member of the list of all devices, in tables.c
 * @guards: check the sources of endpoints
 *
 * Under RTNL:
 * @socks: tunnel sockets by kind and family, open while the device is up
 * @on_net: member of k8sov_net.devices of @net
 * @hooked: netfilter hooks of @net are held
 * @policy_net: namespace whose packets meet the device's policy, NULL if none
 * @on_policy: member of k8sov_net.policy_devices of @policy_net
 * @policy_pinned: a reference to the module is held, for the device enforces
 * @follow_work: brings MTU and hooks in line with the underlay
 * @mtu_following: the MTU is being changed by @follow_work, not by a user
 */
struct k8sov_dev {
	struct k8sov_tables __rcu *tables;
	struct k8sov_conf __rcu *conf;
	struct k8sov_stats __percpu *stats;
	struct net_device *dev;
	struct net *net;
	u32 vni;
	struct gro_cells gro_cells;

	struct mutex lock;	/* writers of tables */
	struct list_head txns;
	u32 n_txns;
	bool dying;
	struct list_head on_list;
	struct k8sov_guards guards;

	struct k8sov_sock_user socks[K8SOV_SOCK_KINDS][K8SOV_FAMILIES];
	struct list_head on_net;
	bool hooked;
	struct net *policy_net;
	struct list_head on_policy;
	bool policy_pinned;
	struct work_struct follow_work;
	bool mtu_following;
};

/* Packet path and control path: callers hold rcu_read_lock(). */

static inline const struct k8sov_conf *
k8sov_conf_rcu(const struct k8sov_dev *kov)
{
	return k8sov_rcu(kov->conf);
}

static inline bool k8sov_device_crosses_net(const struct k8sov_dev *kov)
{
	return !net_eq(kov->net, dev_net(kov->dev));
}

/* Control path: may sleep. */

bool k8sov_device_is(const struct net_device *dev);
void k8sov_device_setup(struct net_device *dev);
int k8sov_device_register(struct net_device *dev, struct net *link_net,
			  struct k8sov_conf *conf,
			  struct netlink_ext_ack *extack);
void k8sov_device_delete(struct net_device *dev, struct list_head *kill);
int k8sov_device_reconfigure(struct k8sov_dev *kov, struct k8sov_conf *conf,
			     struct netlink_ext_ack *extack);
int k8sov_device_listen(struct k8sov_dev *kov, struct netlink_ext_ack *extack);
int k8sov_device_want_encap(struct k8sov_dev *kov, u8 encap,
			    struct netlink_ext_ack *extack);

#endif /* _K8SOV_DEVICE_H */

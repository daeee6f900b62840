/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _FLANNEL_H
#define _FLANNEL_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/rtnl.h"
#include "netconf.h"

/*
 * The vxlan device that Flannel keeps for one family, and what it programs for
 * each peer: a neighbour, an FDB entry, a route.
 */

/**
 * struct flannel_peer - another node
 * @subnet: its part of the cluster network
 * @len: prefix length
 * @gateway: its address inside: the route's next hop and the neighbour
 * @has_mac: there is a neighbour entry
 * @mac: its VTEP MAC address
 * @public: its outer address; family 0 if there is no FDB entry
 * @direct: it is next door and has no more than a route by @public
 */
struct flannel_peer {
	struct k8sov_addr subnet;
	uint8_t len;
	struct k8sov_addr gateway;
	bool has_mac;
	uint8_t mac[6];
	struct k8sov_addr public;
	bool direct;
};

/**
 * struct flannel - a device of Flannel
 * @name: flannel.VNI or flannel-v6.VNI
 * @ifindex: index, 0 if there is none
 * @up: it is up
 * @mtu: MTU, 0 for the default
 * @mac: MAC address
 * @vni: VNI
 * @port: UDP port
 * @link: index of the interface below
 * @local: outer address of this node
 * @addr: its address inside; family 0 for none
 * @peer: the others
 * @peers: how many
 */
struct flannel {
	char name[IFNAMSIZ];
	uint32_t ifindex;
	bool up;
	uint32_t mtu;
	uint8_t mac[6];
	uint32_t vni;
	uint16_t port;
	uint32_t link;
	struct k8sov_addr local;
	struct k8sov_addr addr;
	struct flannel_peer *peer;
	size_t peers;
};

/* V4 or V6. @flannel->ifindex is 0 if there is no such device. */
int flannel_read(struct rtnl *rtnl, unsigned int family,
		 struct flannel *flannel, struct k8sov_error *err);
void flannel_exit(struct flannel *flannel);
void flannel_add_peer(struct flannel *flannel, const struct flannel_peer *peer);

/* Creates the device, down, and sets its index. */
int flannel_create(struct rtnl *rtnl, struct flannel *flannel,
		   struct k8sov_error *err);
/* What going down takes away: address, neighbours, FDB entries, routes. */
int flannel_program(struct rtnl *rtnl, const struct flannel *flannel,
		    struct k8sov_error *err);
/* By @flannel's device, or to a direct peer by its outer address. */
int flannel_write_route(struct rtnl *rtnl, const struct flannel *flannel,
			const struct flannel_peer *peer, bool there,
			struct k8sov_error *err);
/* Routes as Flannel has them to nodes next door, into @flannel's peers. */
int flannel_read_direct(struct rtnl *rtnl, unsigned int family,
			struct flannel *flannel, struct k8sov_error *err);

#endif /* _FLANNEL_H */

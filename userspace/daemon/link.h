/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _LINK_H
#define _LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "../lib/rtnl.h"
#include "lease.h"
#include "netconf.h"

/* Protocol number of our routes, "K"; see /etc/iproute2/rt_protos. */
#define LINK_ROUTE_PROTOCOL 75

/**
 * struct link_wish - the device as it should be
 * @name: name
 * @vni: VNI
 * @port: UDP port, 0 for the default
 * @bind: index of the interface to bind to, 0 for none; an old one is moved
 * @mtu: its MTU, 0 to follow the underlay
 * @mac: MAC address for a new one, zero for any; an old one keeps its own
 */
struct link_wish {
	const char *name;
	uint32_t vni;
	uint16_t port;
	uint32_t bind;
	uint32_t mtu;
	uint8_t mac[6];
};

/**
 * struct link_state - the device as it is
 * @ifindex: index, 0 if there is none
 * @ours: it is a k8sov device
 * @kind: else what it is, "" if that is not known
 * @up: it is up
 * @mtu: MTU
 * @mtu_auto: which follows the underlay
 * @vni: VNI
 * @port: UDP port
 * @bind: index of the interface that it is bound to, or 0
 * @mac: MAC address
 * @policy: enum k8sov_policy_mode
 * @max_identities: most prefixes that have an identity
 * @max_rulesets: most rulesets
 */
struct link_state {
	uint32_t ifindex;
	bool ours;
	char kind[16];
	bool up;
	uint32_t mtu;
	bool mtu_auto;
	uint32_t vni;
	uint16_t port;
	uint32_t bind;
	uint8_t mac[6];
	uint8_t policy;
	uint32_t max_identities;
	uint32_t max_rulesets;
};

#define LINK_ITEMS 32

/**
 * struct link_items - addresses, or networks that routes lead to, of a device
 * @ifindex: the device
 * @addr: address
 * @len: prefix length
 * @n: how many
 */
struct link_items {
	uint32_t ifindex;
	struct k8sov_addr addr[LINK_ITEMS];
	uint8_t len[LINK_ITEMS];
	size_t n;
};

/**
 * struct link_networks - what IP knows of a device
 * @addresses: its addresses
 * @routes: our routes to it
 */
struct link_networks {
	struct link_items addresses;
	struct link_items routes;
};

int link_read(struct rtnl *rtnl, const char *name, struct link_state *state,
	      struct k8sov_error *err);
/* Creates, changes and sets up what is not as wished, and no more. */
int link_ensure(struct rtnl *rtnl, const struct link_wish *wish,
		struct link_state *state, struct k8sov_error *err);
/* The same, but a device that is down stays down. */
int link_prepare(struct rtnl *rtnl, const struct link_wish *wish,
		 struct link_state *state, struct k8sov_error *err);
int link_set_up(struct rtnl *rtnl, uint32_t ifindex, bool up,
		struct k8sov_error *err);
int link_set_policy(struct rtnl *rtnl, uint32_t ifindex, uint8_t mode,
		    struct k8sov_error *err);
int link_delete(struct rtnl *rtnl, uint32_t ifindex, struct k8sov_error *err);
/* The address alone, without a network around it. */
int link_add_address(struct rtnl *rtnl, uint32_t ifindex,
		     const struct k8sov_addr *addr, struct k8sov_error *err);
/* Addresses of this node inside, and a route for each of the networks. */
int link_ensure_networks(struct rtnl *rtnl, uint32_t ifindex,
			 const struct netconf *conf, const struct lease *own,
			 struct k8sov_error *err);
/* What a device loses when it is set down, and gets back. */
int link_read_networks(struct rtnl *rtnl, uint32_t ifindex,
		       struct link_networks *networks, struct k8sov_error *err);
int link_write_networks(struct rtnl *rtnl, const struct link_networks *networks,
			struct k8sov_error *err);

#endif /* _LINK_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* A device as Flannel makes it, and its entries in Flannel's order. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "flannel.h"
#include "link.h"

static void put_addr(struct nlmsghdr *nlh, uint16_t type,
		     const struct k8sov_addr *addr)
{
	mnl_attr_put(nlh, type, bits_width(addr) / 8, bits_bytes(addr));
}

/**
 * flannel_create() - create a device, down
 * @rtnl: socket
 * @flannel: as it should be; its index is set
 * @err: filled on failure
 *
 * Return: 0, -EEXIST if the name is taken, or another -errno.
 */
int flannel_create(struct rtnl *rtnl, struct flannel *flannel,
		   struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct nlattr *info, *data;
	struct ifinfomsg ifi = {};
	struct nlmsghdr *nlh;
	int ret;

	nlh = rtnl_build(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
			 sizeof(ifi), &ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, flannel->name);
	mnl_attr_put(nlh, IFLA_ADDRESS, 6, flannel->mac);
	if (flannel->mtu)
		mnl_attr_put_u32(nlh, IFLA_MTU, flannel->mtu);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "vxlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_VXLAN_ID, flannel->vni);
	mnl_attr_put_u32(nlh, IFLA_VXLAN_LINK, flannel->link);
	put_addr(nlh, flannel->local.family == AF_INET ? IFLA_VXLAN_LOCAL :
		 IFLA_VXLAN_LOCAL6, &flannel->local);
	mnl_attr_put_u16(nlh, IFLA_VXLAN_PORT, htons(flannel->port));
	mnl_attr_put_u8(nlh, IFLA_VXLAN_LEARNING, 0);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	ret = rtnl_talk(rtnl, nlh, NULL, NULL,
			"cannot create Flannel's device", err);
	flannel->ifindex = ret ? 0 : if_nametoindex(flannel->name);
	return ret;
}

/* A neighbour of the peer's family, or with AF_BRIDGE an FDB entry. */
static int write_neighbour(struct rtnl *rtnl, const struct flannel *flannel,
			   const struct flannel_peer *peer, bool fdb,
			   struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	struct ndmsg ndm = {
		.ndm_family = (uint8_t)(fdb ? AF_BRIDGE :
					peer->gateway.family),
		.ndm_ifindex = (int)flannel->ifindex,
		.ndm_state = NUD_PERMANENT,
		.ndm_flags = fdb ? NTF_SELF : 0,
	};

	nlh = rtnl_build(buf, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE,
			 sizeof(ndm), &ndm);
	put_addr(nlh, NDA_DST, fdb ? &peer->public : &peer->gateway);
	mnl_attr_put(nlh, NDA_LLADDR, 6, peer->mac);
	return rtnl_talk(rtnl, nlh, NULL, NULL,
			 "cannot write Flannel's neighbour", err);
}

/**
 * flannel_write_route() - make or remove the route to a node
 * @rtnl: socket
 * @flannel: by whose device, but for a direct peer
 * @peer: the node
 * @there: make it
 * @err: filled on failure
 *
 * Return: 0; -ENETUNREACH if a direct peer is not next door; another -errno.
 */
int flannel_write_route(struct rtnl *rtnl, const struct flannel *flannel,
			const struct flannel_peer *peer, bool there,
			struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	struct rtmsg rtm = {
		.rtm_family = (uint8_t)peer->subnet.family,
		.rtm_dst_len = peer->len,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
		.rtm_flags = peer->direct ? 0 : RTNH_F_ONLINK,
	};

	nlh = rtnl_build(buf, there ? RTM_NEWROUTE : RTM_DELROUTE,
			 there ? NLM_F_CREATE | NLM_F_REPLACE : 0,
			 sizeof(rtm), &rtm);
	put_addr(nlh, RTA_DST, &peer->subnet);
	put_addr(nlh, RTA_GATEWAY,
		 peer->direct ? &peer->public : &peer->gateway);
	if (!peer->direct)
		mnl_attr_put_u32(nlh, RTA_OIF, flannel->ifindex);
	return rtnl_talk(rtnl, nlh, NULL, NULL, "cannot write Flannel's route",
			 err);
}

/**
 * flannel_program() - write address, neighbours, FDB entries and routes
 * @rtnl: socket
 * @flannel: its device is up; direct peers have nothing to do with it
 * @err: filled on failure
 *
 * Return: 0, or -errno of the first that failed.
 */
int flannel_program(struct rtnl *rtnl, const struct flannel *flannel,
		    struct k8sov_error *err)
{
	int ret = 0;
	size_t i;

	if (flannel->addr.family)
		ret = link_add_address(rtnl, flannel->ifindex, &flannel->addr,
				       err);
	for (i = 0; !ret && i < flannel->peers; i++) {
		const struct flannel_peer *peer = &flannel->peer[i];

		if (peer->direct)
			continue;
		if (peer->has_mac)
			ret = write_neighbour(rtnl, flannel, peer, false, err);
		if (!ret && peer->has_mac && peer->public.family)
			ret = write_neighbour(rtnl, flannel, peer, true, err);
		if (!ret)
			ret = flannel_write_route(rtnl, flannel, peer, true,
						  err);
	}
	return ret;
}

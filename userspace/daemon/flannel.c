// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Flannel's device as it is; flannel_write.c makes one. */
#include "flannel.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "../lib/memory.h"

/* The search for a device, and the device. */
struct search {
	unsigned int family;
	struct flannel *flannel;
};

static int family_af(unsigned int family)
{
	return family == V4 ? AF_INET : AF_INET6;
}

static void take_addr(const struct nlattr *attr, int af,
		      struct k8sov_addr *addr)
{
	struct k8sov_addr got = { .family = af };

	if (mnl_attr_get_payload_len(attr) != bits_width(&got) / 8)
		return;
	memcpy(&got.v6, mnl_attr_get_payload(attr), bits_width(&got) / 8);
	*addr = got;
}

static bool take_mac(const struct nlattr *attr, uint8_t mac[6])
{
	if (mnl_attr_get_payload_len(attr) != 6)
		return false;
	memcpy(mac, mnl_attr_get_payload(attr), 6);
	return true;
}

static void take_vxlan(const struct nlattr *data, struct flannel *flannel)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_VXLAN_ID:
			flannel->vni = mnl_attr_get_u32(attr);
			break;
		case IFLA_VXLAN_PORT:
			flannel->port = ntohs(mnl_attr_get_u16(attr));
			break;
		case IFLA_VXLAN_LINK:
			flannel->link = mnl_attr_get_u32(attr);
			break;
		case IFLA_VXLAN_LOCAL:
			take_addr(attr, AF_INET, &flannel->local);
			break;
		case IFLA_VXLAN_LOCAL6:
			take_addr(attr, AF_INET6, &flannel->local);
			break;
		default:
			break;
		}
	}
}

static bool is_name(unsigned int family, const char *name)
{
	return !strncmp(name, family == V4 ? "flannel." : "flannel-v6.",
			family == V4 ? 8 : 11);
}

static int take_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct flannel found = { .ifindex = (uint32_t)ifi->ifi_index };
	struct search *search = data;
	const struct nlattr *attr, *inner;
	bool vxlan = false;

	found.up = ifi->ifi_flags & IFF_UP;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			snprintf(found.name, sizeof(found.name), "%s",
				 mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == IFLA_MTU)
			found.mtu = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_ADDRESS)
			take_mac(attr, found.mac);
		if (mnl_attr_get_type(attr) != IFLA_LINKINFO)
			continue;
		mnl_attr_for_each_nested(inner, attr) {
			if (mnl_attr_get_type(inner) == IFLA_INFO_KIND)
				vxlan = !strcmp(mnl_attr_get_str(inner),
						"vxlan");
			if (mnl_attr_get_type(inner) == IFLA_INFO_DATA && vxlan)
				take_vxlan(inner, &found);
		}
	}
	if (vxlan && is_name(search->family, found.name))
		*search->flannel = found;
	return 0;
}

static int take_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct k8sov_addr addr = { .family = ifa->ifa_family };
	struct flannel *flannel = data;
	const struct nlattr *attr;

	if (ifa->ifa_index != flannel->ifindex ||
	    ifa->ifa_scope == RT_SCOPE_LINK ||
	    (addr.family != AF_INET && addr.family != AF_INET6) ||
	    ifa->ifa_prefixlen != bits_width(&addr))
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(*ifa))
		if (mnl_attr_get_type(attr) == IFA_ADDRESS)
			take_addr(attr, addr.family, &flannel->addr);
	return 0;
}

static int take_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct flannel_peer peer = { .len = rtm->rtm_dst_len };
	struct flannel *flannel = data;
	const struct nlattr *attr;
	uint32_t oif = 0;

	mnl_attr_for_each(attr, nlh, sizeof(*rtm)) {
		if (mnl_attr_get_type(attr) == RTA_DST)
			take_addr(attr, rtm->rtm_family, &peer.subnet);
		if (mnl_attr_get_type(attr) == RTA_GATEWAY)
			take_addr(attr, rtm->rtm_family, &peer.gateway);
		if (mnl_attr_get_type(attr) == RTA_OIF)
			oif = mnl_attr_get_u32(attr);
	}
	if (oif == flannel->ifindex && rtm->rtm_table == RT_TABLE_MAIN &&
	    peer.subnet.family && peer.gateway.family)
		flannel_add_peer(flannel, &peer);
	return 0;
}

/* Neighbours tell MAC addresses, the FDB tells where those are. */
static int take_neighbour(const struct nlmsghdr *nlh, void *data)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	struct flannel *flannel = data;
	struct k8sov_addr dst = {};
	const struct nlattr *attr;
	bool fdb = ndm->ndm_family == AF_BRIDGE, has_mac = false;
	uint8_t mac[6];
	size_t i;

	if ((uint32_t)ndm->ndm_ifindex != flannel->ifindex)
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(*ndm)) {
		if (mnl_attr_get_type(attr) == NDA_LLADDR)
			has_mac = take_mac(attr, mac);
		if (mnl_attr_get_type(attr) == NDA_DST)
			take_addr(attr, mnl_attr_get_payload_len(attr) == 4 ?
				  AF_INET : AF_INET6, &dst);
	}
	if (!has_mac || !dst.family)
		return 0;
	for (i = 0; i < flannel->peers; i++) {
		struct flannel_peer *peer = &flannel->peer[i];

		if (fdb && peer->has_mac && !memcmp(peer->mac, mac, 6)) {
			peer->public = dst;
		} else if (!fdb && bits_equal(&peer->gateway, &dst)) {
			memcpy(peer->mac, mac, 6);
			peer->has_mac = true;
		}
	}
	return 0;
}

static int read_link(struct rtnl *rtnl, struct search *search,
		     struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifinfomsg ifi = {};

	return rtnl_talk(rtnl, rtnl_build(buf, RTM_GETLINK, NLM_F_DUMP,
					  sizeof(ifi), &ifi),
			 take_link, search, "cannot read devices", err);
}

static int read_address(struct rtnl *rtnl, int af, struct flannel *flannel,
			struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifaddrmsg ifa = { .ifa_family = (uint8_t)af,
				 .ifa_index = flannel->ifindex };

	return rtnl_talk(rtnl, rtnl_build(buf, RTM_GETADDR, NLM_F_DUMP,
					  sizeof(ifa), &ifa),
			 take_address, flannel, "cannot read addresses", err);
}

static int read_routes(struct rtnl *rtnl, int af, struct flannel *flannel,
		       struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct rtmsg rtm = { .rtm_family = (uint8_t)af,
			     .rtm_table = RT_TABLE_MAIN };
	struct nlmsghdr *nlh;

	nlh = rtnl_build(buf, RTM_GETROUTE, NLM_F_DUMP, sizeof(rtm), &rtm);
	mnl_attr_put_u32(nlh, RTA_OIF, flannel->ifindex);
	return rtnl_talk(rtnl, nlh, take_route, flannel, "cannot read routes",
			 err);
}

static int read_neighbours(struct rtnl *rtnl, int af, struct flannel *flannel,
			   struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ndmsg ndm = { .ndm_family = (uint8_t)af };

	return rtnl_talk(rtnl, rtnl_build(buf, RTM_GETNEIGH, NLM_F_DUMP,
					  sizeof(ndm), &ndm),
			 take_neighbour, flannel, "cannot read neighbours",
			 err);
}

/**
 * flannel_read() - find Flannel's device of a family, and its peers
 * @rtnl: socket
 * @family: V4 or V6
 * @flannel: filled; flannel_exit() frees it, also on failure
 * @err: filled on failure
 *
 * Return: 0, also if there is no such device; -errno.
 */
int flannel_read(struct rtnl *rtnl, unsigned int family,
		 struct flannel *flannel, struct k8sov_error *err)
{
	struct search search = { family, flannel };
	int af = family_af(family), ret;

	memset(flannel, 0, sizeof(*flannel));
	ret = read_link(rtnl, &search, err);
	if (ret || !flannel->ifindex)
		return ret;
	ret = read_address(rtnl, af, flannel, err);
	if (!ret)
		ret = read_routes(rtnl, af, flannel, err);
	if (!ret)
		ret = read_neighbours(rtnl, af, flannel, err);
	return ret ? ret : read_neighbours(rtnl, AF_BRIDGE, flannel, err);
}

/**
 * flannel_add_peer() - add another node
 * @flannel: to add to
 * @peer: copied
 */
void flannel_add_peer(struct flannel *flannel, const struct flannel_peer *peer)
{
	flannel->peer = memory_grow(flannel->peer, flannel->peers,
				    sizeof(*flannel->peer));
	flannel->peer[flannel->peers++] = *peer;
}

/**
 * flannel_exit() - give back what was read
 * @flannel: empty, then
 */
void flannel_exit(struct flannel *flannel)
{
	free(flannel->peer);
	memset(flannel, 0, sizeof(*flannel));
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "underlay.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"

/* Addresses in the middle of the public Internet: only a default route, or
 * one as good as it, leads there.
 */
static const char *const far_away[FAMILIES] = { "192.88.99.1", "2001::1" };

/**
 * struct way - where the kernel would send a packet
 * @ifindex: interface, 0 for nowhere
 * @gateway: by way of a gateway
 */
struct way {
	uint32_t ifindex;
	bool gateway;
};

static int take_way(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct way *way = data;

	mnl_attr_for_each(attr, nlh, sizeof(*rtm)) {
		if (mnl_attr_get_type(attr) == RTA_OIF &&
		    rtm->rtm_type == RTN_UNICAST)
			way->ifindex = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == RTA_GATEWAY ||
		    mnl_attr_get_type(attr) == RTA_VIA)
			way->gateway = true;
	}
	return 0;
}

static struct way find_way(struct rtnl *rtnl, const struct k8sov_addr *to)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct k8sov_error ignored = {};
	struct rtmsg rtm = {
		.rtm_family = (uint8_t)to->family,
		.rtm_dst_len = (uint8_t)bits_width(to),
	};
	struct way way = {};
	struct nlmsghdr *nlh;

	nlh = rtnl_build(buf, RTM_GETROUTE, 0, sizeof(rtm), &rtm);
	mnl_attr_put(nlh, RTA_DST, bits_width(to) / 8, bits_bytes(to));
	if (rtnl_talk(rtnl, nlh, take_way, &way, "", &ignored))
		way.ifindex = 0;
	return way;
}

static uint32_t default_interface(struct rtnl *rtnl, unsigned int f)
{
	struct k8sov_addr to;

	k8sov_addr_parse(far_away[f], &to);
	return find_way(rtnl, &to).ifindex;
}

struct taking {
	struct underlay *underlay;
	bool preferred[FAMILIES];
};

/* The first global address that stays is published. */
static void consider(struct taking *taking, const struct ifaddrmsg *ifa,
		     uint32_t flags, const struct k8sov_addr *addr)
{
	struct underlay *u = taking->underlay;
	unsigned int f = addr->family == AF_INET ? V4 : V6;
	bool good;

	if (ifa->ifa_scope > RT_SCOPE_SITE ||
	    flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return;
	good = !(flags & (IFA_F_SECONDARY | IFA_F_DEPRECATED));
	if (!u->address[f].family || (good && !taking->preferred[f])) {
		u->address[f] = *addr;
		taking->preferred[f] = good;
	}
}

static int take_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct taking *taking = data;
	struct underlay *u = taking->underlay;
	struct k8sov_addr addr = { .family = ifa->ifa_family };
	uint32_t flags = ifa->ifa_flags;
	const struct nlattr *attr;
	uint16_t wanted = ifa->ifa_family == AF_INET ? IFA_LOCAL :
			  IFA_ADDRESS;
	bool found = false;

	if (ifa->ifa_index != u->ifindex || !bits_width(&addr))
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(*ifa)) {
		if (mnl_attr_get_type(attr) == IFA_FLAGS)
			flags = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) != wanted ||
		    mnl_attr_get_payload_len(attr) != bits_width(&addr) / 8)
			continue;
		memcpy(&addr.v6, mnl_attr_get_payload(attr),
		       bits_width(&addr) / 8);
		found = true;
	}
	if (!found)
		return 0;
	consider(taking, ifa, flags, &addr);
	if (u->n < UNDERLAY_ADDRESSES)
		u->own[u->n++] = addr;
	return 0;
}

static int find_interface(struct rtnl *rtnl, const char *iface,
			  uint32_t *ifindex, struct k8sov_error *err)
{
	if (*iface) {
		*ifindex = if_nametoindex(iface);
		if (!*ifindex)
			return k8sov_error_set(err, ENODEV,
					       "there is no interface %s",
					       iface);
		return 0;
	}
	*ifindex = default_interface(rtnl, V4);
	if (!*ifindex)
		*ifindex = default_interface(rtnl, V6);
	if (!*ifindex)
		return k8sov_error_set(err, ENODEV,
				       "there is no default route to tell the node's interface: use --iface");
	return 0;
}

/**
 * underlay_read() - look at the interface that packets leave by
 * @rtnl: socket
 * @iface: its name, "" for that of the default route
 * @underlay: filled on success
 * @err: filled on failure
 *
 * Return: 0, -ENODEV without such an interface, or another -errno.
 */
int underlay_read(struct rtnl *rtnl, const char *iface,
		  struct underlay *underlay, struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct taking taking = { .underlay = underlay };
	struct ifaddrmsg ifa = {};
	struct nlmsghdr *nlh;
	int ret;

	memset(underlay, 0, sizeof(*underlay));
	ret = find_interface(rtnl, iface, &underlay->ifindex, err);
	if (ret)
		return ret;
	ifa.ifa_index = underlay->ifindex;
	nlh = rtnl_build(buf, RTM_GETADDR, NLM_F_DUMP, sizeof(ifa), &ifa);
	return rtnl_talk(rtnl, nlh, take_address, &taking,
			 "cannot read addresses", err);
}

/**
 * underlay_on_link() - is an address a neighbour?
 * @rtnl: socket
 * @bind: index of the interface that packets must leave by, 0 for any
 * @addr: address
 *
 * Return: true if the kernel would send packets to it without a gateway, as
 * Flannel decides.
 */
bool underlay_on_link(struct rtnl *rtnl, uint32_t bind,
		      const struct k8sov_addr *addr)
{
	struct way way = find_way(rtnl, addr);

	return way.ifindex && !way.gateway &&
	       (!bind || way.ifindex == bind);
}

/**
 * underlay_owns() - is an address the interface's own?
 * @underlay: underlay
 * @addr: address
 *
 * Return: true if so.
 */
bool underlay_owns(const struct underlay *underlay,
		   const struct k8sov_addr *addr)
{
	size_t i;

	for (i = 0; i < underlay->n; i++)
		if (bits_equal(&underlay->own[i], addr))
			return true;
	return false;
}

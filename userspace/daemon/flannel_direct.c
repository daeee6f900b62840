// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Routes that Flannel makes to nodes next door, with its backend host-gw or
 * with DirectRouting: to the subnet by way of the node's outer address.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "../lib/bits.h"
#include "flannel.h"

static void get_addr(const struct nlattr *attr, int af, struct k8sov_addr *addr)
{
	addr->family = af;
	if (mnl_attr_get_payload_len(attr) == bits_width(addr) / 8)
		memcpy(&addr->v6, mnl_attr_get_payload(attr),
		       bits_width(addr) / 8);
	else
		addr->family = 0;
}

static int take_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct flannel_peer peer = { .len = rtm->rtm_dst_len, .direct = true };
	struct flannel *flannel = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(*rtm)) {
		if (mnl_attr_get_type(attr) == RTA_DST)
			get_addr(attr, rtm->rtm_family, &peer.subnet);
		if (mnl_attr_get_type(attr) == RTA_GATEWAY)
			get_addr(attr, rtm->rtm_family, &peer.public);
	}
	/* Routing daemons have protocols of their own. */
	if (rtm->rtm_table == RT_TABLE_MAIN &&
	    rtm->rtm_type == RTN_UNICAST &&
	    rtm->rtm_protocol == RTPROT_BOOT &&
	    peer.subnet.family && peer.public.family)
		flannel_add_peer(flannel, &peer);
	return 0;
}

/**
 * flannel_read_direct() - routes that may be Flannel's
 * @rtnl: socket
 * @family: V4 or V6
 * @flannel: all zeroes; gets a peer for each route, by a gateway, of nobody
 *	who says who it is; flannel_exit() frees them, also on failure
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int flannel_read_direct(struct rtnl *rtnl, unsigned int family,
			struct flannel *flannel, struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct rtmsg rtm = {
		.rtm_family = family == V4 ? AF_INET : AF_INET6,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT,
	};

	return rtnl_talk(rtnl, rtnl_build(buf, RTM_GETROUTE, NLM_F_DUMP,
					  sizeof(rtm), &rtm),
			 take_route, flannel, "cannot read routes", err);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What IP knows of the device: link.h's addresses and routes. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "link.h"
#include "log.h"

#define ITEMS 32

/* Addresses, or networks that routes lead to, of the device. */
struct items {
	uint32_t ifindex;
	struct k8sov_addr addr[ITEMS];
	uint8_t len[ITEMS];
	size_t n;
};

static void add_item(struct items *items, const struct k8sov_addr *addr,
		     uint8_t len)
{
	if (items->n == ITEMS)
		return;
	items->addr[items->n] = *addr;
	items->len[items->n++] = len;
}

static bool has_item(const struct items *items, const struct k8sov_addr *addr,
		     uint8_t len)
{
	size_t i;

	for (i = 0; i < items->n; i++)
		if (items->len[i] == len && bits_equal(&items->addr[i], addr))
			return true;
	return false;
}

static void get_addr(const struct nlattr *attr, struct k8sov_addr *addr)
{
	if (mnl_attr_get_payload_len(attr) == bits_width(addr) / 8)
		memcpy(&addr->v6, mnl_attr_get_payload(attr),
		       bits_width(addr) / 8);
}

static int take_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct k8sov_addr addr = { .family = ifa->ifa_family };
	struct items *items = data;
	const struct nlattr *attr;

	if (ifa->ifa_index != items->ifindex ||
	    ifa->ifa_scope == RT_SCOPE_LINK)
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(*ifa))
		if (mnl_attr_get_type(attr) == IFA_ADDRESS)
			get_addr(attr, &addr);
	add_item(items, &addr, ifa->ifa_prefixlen);
	return 0;
}

static int take_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct k8sov_addr addr = { .family = rtm->rtm_family };
	struct items *items = data;
	const struct nlattr *attr;
	uint32_t oif = 0;

	mnl_attr_for_each(attr, nlh, sizeof(*rtm)) {
		if (mnl_attr_get_type(attr) == RTA_DST)
			get_addr(attr, &addr);
		if (mnl_attr_get_type(attr) == RTA_OIF)
			oif = mnl_attr_get_u32(attr);
	}
	if (oif == items->ifindex &&
	    rtm->rtm_protocol == LINK_ROUTE_PROTOCOL &&
	    rtm->rtm_table == RT_TABLE_MAIN)
		add_item(items, &addr, rtm->rtm_dst_len);
	return 0;
}

static int read_addresses(struct rtnl *rtnl, struct items *items,
			  struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifaddrmsg ifa = { .ifa_index = items->ifindex };

	return rtnl_talk(rtnl, rtnl_build(buf, RTM_GETADDR, NLM_F_DUMP,
					  sizeof(ifa), &ifa),
			 take_address, items, "cannot read addresses", err);
}

/* The kernel filters, so that a node with many routes costs no more. */
static int read_routes(struct rtnl *rtnl, int family, struct items *items,
		       struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	struct rtmsg rtm = {
		.rtm_family = (uint8_t)family,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = LINK_ROUTE_PROTOCOL,
	};

	nlh = rtnl_build(buf, RTM_GETROUTE, NLM_F_DUMP, sizeof(rtm), &rtm);
	mnl_attr_put_u32(nlh, RTA_OIF, items->ifindex);
	return rtnl_talk(rtnl, nlh, take_route, items, "cannot read routes",
			 err);
}

static int write_address(struct rtnl *rtnl, uint16_t type, uint32_t ifindex,
			 const struct k8sov_addr *addr,
			 struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	size_t size = bits_width(addr) / 8;
	struct nlmsghdr *nlh;
	struct ifaddrmsg ifa = {
		.ifa_family = (uint8_t)addr->family,
		.ifa_prefixlen = (uint8_t)bits_width(addr),
		.ifa_flags = addr->family == AF_INET6 ? IFA_F_NODAD : 0,
		.ifa_scope = RT_SCOPE_UNIVERSE,
		.ifa_index = ifindex,
	};

	nlh = rtnl_build(buf, type, type == RTM_NEWADDR ?
			 NLM_F_CREATE | NLM_F_REPLACE : 0, sizeof(ifa), &ifa);
	mnl_attr_put(nlh, IFA_LOCAL, size, bits_bytes(addr));
	mnl_attr_put(nlh, IFA_ADDRESS, size, bits_bytes(addr));
	return rtnl_talk(rtnl, nlh, NULL, NULL, "cannot write an address",
			 err);
}

/**
 * link_add_address() - give a device an address
 * @rtnl: socket
 * @ifindex: device
 * @addr: the address, alone in its network
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int link_add_address(struct rtnl *rtnl, uint32_t ifindex,
		     const struct k8sov_addr *addr, struct k8sov_error *err)
{
	return write_address(rtnl, RTM_NEWADDR, ifindex, addr, err);
}

static int write_route(struct rtnl *rtnl, uint16_t type, uint32_t ifindex,
		       const struct k8sov_addr *addr, uint8_t len,
		       struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	struct rtmsg rtm = {
		.rtm_family = (uint8_t)addr->family,
		.rtm_dst_len = len,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = LINK_ROUTE_PROTOCOL,
		.rtm_scope = addr->family == AF_INET ? RT_SCOPE_LINK :
			     RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};

	/* Never NLM_F_REPLACE: it would take over somebody else's route. */
	nlh = rtnl_build(buf, type, type == RTM_NEWROUTE ? NLM_F_CREATE |
			 NLM_F_EXCL : 0, sizeof(rtm), &rtm);
	mnl_attr_put(nlh, RTA_DST, bits_width(addr) / 8, bits_bytes(addr));
	mnl_attr_put_u32(nlh, RTA_OIF, ifindex);
	return rtnl_talk(rtnl, nlh, NULL, NULL, "cannot write a route", err);
}

static void log_item(const char *what, const struct k8sov_addr *addr,
		     uint8_t len)
{
	char text[K8SOV_ADDR_TEXT];

	k8sov_prefix_format(addr, len, text);
	log_info("link", "%s %s", what, text);
}

/* Addresses in the cluster's networks are ours: an older subnet's goes. */
static void forget_addresses(struct rtnl *rtnl, const struct netconf *conf,
			     const struct items *have,
			     const struct items *want)
{
	struct k8sov_error ignored = {};
	const struct netconf_family *family;
	size_t i;

	for (i = 0; i < have->n; i++) {
		family = &conf->family[have->addr[i].family == AF_INET ? V4 :
				       V6];
		if (have->len[i] != bits_width(&have->addr[i]) ||
		    has_item(want, &have->addr[i], have->len[i]) ||
		    !family->enabled ||
		    !bits_covers(&family->network, family->len,
				 &have->addr[i]))
			continue;
		log_item("removing address", &have->addr[i], have->len[i]);
		write_address(rtnl, RTM_DELADDR, have->ifindex,
			      &have->addr[i], &ignored);
	}
}

static int ensure_addresses(struct rtnl *rtnl, uint32_t ifindex,
			    const struct netconf *conf,
			    const struct lease *own, struct k8sov_error *err)
{
	struct items have = { .ifindex = ifindex }, want = {};
	unsigned int f;
	size_t i;
	int ret = read_addresses(rtnl, &have, err);

	for (f = 0; f < FAMILIES; f++)
		if (own->family[f].subnet.family)
			add_item(&want, &own->family[f].subnet,
				 (uint8_t)bits_width(&own->family[f].subnet));
	for (i = 0; !ret && i < want.n; i++) {
		if (has_item(&have, &want.addr[i], want.len[i]))
			continue;
		log_item("adding address", &want.addr[i], want.len[i]);
		ret = link_add_address(rtnl, ifindex, &want.addr[i], err);
	}
	if (!ret)
		forget_addresses(rtnl, conf, &have, &want);
	return ret;
}

static int ensure_route(struct rtnl *rtnl, uint32_t ifindex,
			const struct netconf_family *family,
			struct k8sov_error *err)
{
	struct items have = { .ifindex = ifindex };
	struct k8sov_error ignored = {};
	int ret = read_routes(rtnl, family->network.family, &have, err);
	size_t i;

	if (!ret && !has_item(&have, &family->network, family->len)) {
		log_item("adding route", &family->network, family->len);
		ret = write_route(rtnl, RTM_NEWROUTE, ifindex,
				  &family->network, family->len, err);
	}
	for (i = 0; !ret && i < have.n; i++) {
		if (have.len[i] == family->len &&
		    bits_equal(&have.addr[i], &family->network))
			continue;
		log_item("removing route", &have.addr[i], have.len[i]);
		write_route(rtnl, RTM_DELROUTE, ifindex, &have.addr[i],
			    have.len[i], &ignored);
	}
	return ret;
}

/**
 * link_ensure_networks() - addresses and routes of the device
 * @rtnl: socket
 * @ifindex: device, up
 * @conf: cluster's configuration
 * @own: this node's lease
 * @err: filled on failure
 *
 * Return: 0, -EEXIST if a route of somebody else leads to the same network, or
 * another -errno.
 */
int link_ensure_networks(struct rtnl *rtnl, uint32_t ifindex,
			 const struct netconf *conf, const struct lease *own,
			 struct k8sov_error *err)
{
	unsigned int f;
	int ret = ensure_addresses(rtnl, ifindex, conf, own, err);

	for (f = 0; !ret && f < FAMILIES; f++)
		if (conf->family[f].enabled)
			ret = ensure_route(rtnl, ifindex, &conf->family[f],
					   err);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "link.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "log.h"

static void take_info(const struct nlattr *info, struct link_state *state)
{
	const struct nlattr *attr, *data = NULL;
	struct k8sov_error ignored;
	struct k8sov_link link = {};

	mnl_attr_for_each_nested(attr, info) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			snprintf(state->kind, sizeof(state->kind), "%.15s",
				 mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
			data = attr;
	}
	state->ours = !strcmp(state->kind, "k8sov");
	if (!state->ours || !data ||
	    k8sov_attrs_parse(&k8sov_link_set, mnl_attr_get_payload(data),
			      mnl_attr_get_payload_len(data), &link, &ignored))
		return;
	state->vni = link.id;
	state->port = link.port;
	state->bind = link.link;
	state->mtu_auto = link.mtu_auto;
	memcpy(state->mac, link.mac, sizeof(state->mac));
	state->policy = link.policy;
	state->max_identities = link.max_identities;
	state->max_rulesets = link.max_rulesets;
}

static int take_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct link_state *state = data;
	const struct nlattr *attr;

	state->ifindex = (uint32_t)ifi->ifi_index;
	state->up = ifi->ifi_flags & IFF_UP;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(attr) == IFLA_MTU)
			state->mtu = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
			take_info(attr, state);
	}
	return 0;
}

/**
 * link_read() - look at a device
 * @rtnl: socket
 * @name: its name
 * @state: filled on success, with index 0 if there is none
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int link_read(struct rtnl *rtnl, const char *name, struct link_state *state,
	      struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifinfomsg ifi = {};
	struct nlmsghdr *nlh;
	int ret;

	memset(state, 0, sizeof(*state));
	nlh = rtnl_build(buf, RTM_GETLINK, 0, sizeof(ifi), &ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	ret = rtnl_talk(rtnl, nlh, take_link, state, "cannot read the device",
			err);
	if (ret != -ENODEV)
		return ret;
	memset(state, 0, sizeof(*state));
	return 0;
}

/* The attributes of the device that are in @link. */
static int put_info(struct nlmsghdr *nlh, const struct k8sov_link *link)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO), *data;
	int ret;

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "k8sov");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	ret = k8sov_attrs_put(nlh, RTNL_SIZE, &k8sov_link_set, UINT64_MAX,
			      link);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return ret;
}

static int create(struct rtnl *rtnl, const struct link_wish *wish,
		  struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifinfomsg ifi = {};
	struct k8sov_link link = {};
	struct nlmsghdr *nlh;

	nlh = rtnl_build(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
			 sizeof(ifi), &ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, wish->name);
	if (wish->mtu)
		mnl_attr_put_u32(nlh, IFLA_MTU, wish->mtu);
	K8SOV_SET(&link, id, IFLA_K8SOV_ID, wish->vni);
	if (wish->port)
		K8SOV_SET(&link, port, IFLA_K8SOV_PORT, wish->port);
	if (wish->bind)
		K8SOV_SET(&link, link, IFLA_K8SOV_LINK, wish->bind);
	if (memcmp(wish->mac, link.mac, sizeof(link.mac)) != 0) {
		memcpy(link.mac, wish->mac, sizeof(link.mac));
		link.present |= K8SOV_BIT(IFLA_K8SOV_MAC);
	}
	if (put_info(nlh, &link))
		return k8sov_error_set(err, EMSGSIZE, "the request is too long");
	log_info("link", "creating %s with VNI %u", wish->name, wish->vni);
	return rtnl_talk(rtnl, nlh, NULL, NULL, "cannot create the device",
			 err);
}

/**
 * link_delete() - delete a device
 * @rtnl: socket
 * @ifindex: index
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int link_delete(struct rtnl *rtnl, uint32_t ifindex, struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifinfomsg ifi = { .ifi_index = (int)ifindex };

	return rtnl_talk(rtnl, rtnl_build(buf, RTM_DELLINK, 0, sizeof(ifi),
					  &ifi),
			 NULL, NULL, "cannot delete the device", err);
}

/**
 * link_set_up() - set a device up or down
 * @rtnl: socket
 * @ifindex: index
 * @up: up
 * @err: filled on failure
 *
 * Return: 0, -EADDRINUSE if another device has the UDP port, or another
 * -errno.
 */
int link_set_up(struct rtnl *rtnl, uint32_t ifindex, bool up,
		struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifinfomsg ifi = {
		.ifi_index = (int)ifindex,
		.ifi_flags = up ? IFF_UP : 0,
		.ifi_change = IFF_UP,
	};

	return rtnl_talk(rtnl, rtnl_build(buf, RTM_NEWLINK, 0, sizeof(ifi),
					  &ifi),
			 NULL, NULL, up ? "cannot set the device up" :
			 "cannot set the device down", err);
}

static int change(struct rtnl *rtnl, uint32_t ifindex, uint32_t mtu,
		  const struct k8sov_link *link, struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct ifinfomsg ifi = { .ifi_index = (int)ifindex };
	struct nlmsghdr *nlh;

	nlh = rtnl_build(buf, RTM_NEWLINK, 0, sizeof(ifi), &ifi);
	if (mtu)
		mnl_attr_put_u32(nlh, IFLA_MTU, mtu);
	if (link && put_info(nlh, link))
		return k8sov_error_set(err, EMSGSIZE, "the request is too long");
	return rtnl_talk(rtnl, nlh, NULL, NULL, "cannot change the device",
			 err);
}

/**
 * link_set_policy() - set what a device does with the verdicts of policy
 * @rtnl: socket
 * @ifindex: index
 * @mode: enum k8sov_policy_mode
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int link_set_policy(struct rtnl *rtnl, uint32_t ifindex, uint8_t mode,
		    struct k8sov_error *err)
{
	struct k8sov_link link = {};

	K8SOV_SET(&link, policy, IFLA_K8SOV_POLICY, mode);
	return change(rtnl, ifindex, 0, &link, err);
}

/* Port and underlay can only change while the device is down. */
static int move(struct rtnl *rtnl, const struct link_state *state,
		uint16_t port, uint32_t bind, struct k8sov_error *err)
{
	struct k8sov_error ignored = {};
	struct k8sov_link link = {};
	char name[IF_NAMESIZE];
	int ret;

	if (state->port == port && state->bind == bind)
		return 0;
	K8SOV_SET(&link, port, IFLA_K8SOV_PORT, port);
	K8SOV_SET(&link, link, IFLA_K8SOV_LINK, bind);
	if (!bind || !if_indextoname(bind, name))
		snprintf(name, sizeof(name), "any");
	log_warn("link", "moving the device to UDP port %u of interface %s",
		 port, name);
	ret = link_set_up(rtnl, state->ifindex, false, err);
	if (!ret)
		ret = change(rtnl, state->ifindex, 0, &link, err);
	if (ret && state->up)
		link_set_up(rtnl, state->ifindex, true, &ignored);
	return ret;
}

static int adapt(struct rtnl *rtnl, const struct link_wish *wish,
		 const struct link_state *state, struct k8sov_error *err)
{
	uint16_t port = wish->port ? wish->port : K8SOV_VXLAN_PORT;
	struct k8sov_link link = {};
	int ret = move(rtnl, state, port, wish->bind, err);

	if (!ret && wish->mtu && state->mtu != wish->mtu) {
		ret = change(rtnl, state->ifindex, wish->mtu, NULL, err);
	} else if (!ret && !wish->mtu && !state->mtu_auto) {
		K8SOV_SET(&link, mtu_auto, IFLA_K8SOV_MTU_AUTO, 1);
		ret = change(rtnl, state->ifindex, 0, &link, err);
	}
	return ret;
}

/* A device of another VNI is another network's: its tables serve nobody. */
static int make(struct rtnl *rtnl, const struct link_wish *wish,
		struct link_state *state, struct k8sov_error *err)
{
	int ret = 0;

	if (state->ifindex && !state->ours)
		return k8sov_error_set(err, EEXIST,
				       "%s is a %s device: remove it or use --device",
				       wish->name, *state->kind ? state->kind :
				       "plain");
	if (state->ifindex && state->vni != wish->vni) {
		log_warn("link", "replacing %s: it has VNI %u, the cluster %u",
			 wish->name, state->vni, wish->vni);
		ret = link_delete(rtnl, state->ifindex, err);
		state->ifindex = 0;
	}
	if (!ret)
		ret = state->ifindex ? adapt(rtnl, wish, state, err) :
		      create(rtnl, wish, err);
	return ret ? ret : link_read(rtnl, wish->name, state, err);
}

/**
 * link_prepare() - the same, but leave it down if it is
 * @rtnl: socket
 * @wish: as it should be
 * @state: filled with what it is
 * @err: filled on failure
 *
 * Return: as link_ensure().
 */
int link_prepare(struct rtnl *rtnl, const struct link_wish *wish,
		 struct link_state *state, struct k8sov_error *err)
{
	int ret = link_read(rtnl, wish->name, state, err);

	return ret ? ret : make(rtnl, wish, state, err);
}

/**
 * link_ensure() - create, adopt or repair the device
 * @rtnl: socket
 * @wish: as it should be
 * @state: filled with what it is
 * @err: filled on failure
 *
 * What is right already is not written again: each write is an event that
 * others react to.
 *
 * Return: 0, -EEXIST if something else has the name, -EADDRINUSE if another
 * device has the UDP port, or another -errno.
 */
int link_ensure(struct rtnl *rtnl, const struct link_wish *wish,
		struct link_state *state, struct k8sov_error *err)
{
	int ret = link_prepare(rtnl, wish, state, err);

	if (ret || state->up)
		return ret;
	ret = link_set_up(rtnl, state->ifindex, true, err);
	return ret ? ret : link_read(rtnl, wish->name, state, err);
}

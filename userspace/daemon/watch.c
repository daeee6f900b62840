// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "watch.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "link.h"

static const unsigned int groups[] = {
	RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
	RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
};

struct watch {
	struct mnl_socket *nl;
	uv_poll_t poll;
	void (*changed)(void *data);
	void *data;
	char name[IF_NAMESIZE];
	uint32_t device;
	uint32_t underlay;
};

static bool link_matters(const struct watch *w, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if ((uint32_t)ifi->ifi_index == w->device ||
	    (uint32_t)ifi->ifi_index == w->underlay)
		return true;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			return !strcmp(mnl_attr_get_str(attr), w->name);
	return false;
}

static bool address_matters(const struct watch *w, const struct nlmsghdr *nlh)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);

	return ifa->ifa_index == w->underlay || !w->underlay ||
	       (nlh->nlmsg_type == RTM_DELADDR && ifa->ifa_index == w->device);
}

/* A node has many routes that come and go with its pods: only ours that went
 * matter, those of the underlay, which tell who is a neighbour, and default
 * routes as long as none is known.
 */
static bool route_matters(const struct watch *w, const struct nlmsghdr *nlh)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (nlh->nlmsg_type == RTM_DELROUTE &&
	    rtm->rtm_protocol == LINK_ROUTE_PROTOCOL)
		return true;
	if (!w->underlay)
		return !rtm->rtm_dst_len;
	mnl_attr_for_each(attr, nlh, sizeof(*rtm))
		if (mnl_attr_get_type(attr) == RTA_OIF)
			return mnl_attr_get_u32(attr) == w->underlay;
	return false;
}

static bool matters(const struct watch *w, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return link_matters(w, nlh);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return address_matters(w, nlh);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return route_matters(w, nlh);
	default:
		return false;
	}
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	char buf[64 * 1024] __attribute__((aligned(8)));
	struct watch *w = poll->data;
	const struct nlmsghdr *nlh;
	bool yes = false;
	ssize_t n;
	int len;

	(void)status;
	(void)events;
	for (;;) {
		n = recv(mnl_socket_get_fd(w->nl), buf, sizeof(buf),
			 MSG_DONTWAIT);
		/* Events were lost: any of them may have mattered. */
		if (n < 0 && errno == ENOBUFS) {
			yes = true;
			continue;
		}
		if (n <= 0)
			break;
		len = (int)n;
		nlh = (const struct nlmsghdr *)(void *)buf;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			yes = yes || matters(w, nlh);
	}
	if (yes)
		w->changed(w->data);
}

/**
 * watch_open() - listen to changes of links, addresses and routes
 * @watch: set on success; the caller closes it
 * @loop: loop
 * @changed: called
 * @data: for @changed
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int watch_open(struct watch **watch, uv_loop_t *loop,
	       void (*changed)(void *data), void *data,
	       struct k8sov_error *err)
{
	struct watch *w = memory_must(calloc(1, sizeof(*w)));
	size_t i;

	w->changed = changed;
	w->data = data;
	w->nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!w->nl || mnl_socket_bind(w->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		goto fail;
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (mnl_socket_setsockopt(w->nl, NETLINK_ADD_MEMBERSHIP,
					  (void *)&groups[i],
					  sizeof(groups[i])))
			goto fail;
	if (uv_poll_init(loop, &w->poll, mnl_socket_get_fd(w->nl)))
		goto fail;
	w->poll.data = w;
	uv_poll_start(&w->poll, UV_READABLE, on_readable);
	*watch = w;
	return 0;

fail:
	k8sov_error_system(err, errno, "cannot listen to changes of links");
	if (w->nl)
		mnl_socket_close(w->nl);
	free(w);
	return -err->code;
}

/**
 * watch_interest() - say what matters
 * @watch: watch
 * @name: name of the device
 * @device: its index, 0 if there is none yet
 * @underlay: index of the underlay's interface, 0 if that is not known
 */
void watch_interest(struct watch *watch, const char *name, uint32_t device,
		    uint32_t underlay)
{
	snprintf(watch->name, sizeof(watch->name), "%s", name);
	watch->device = device;
	watch->underlay = underlay;
}

static void free_watch(uv_handle_t *handle)
{
	struct watch *watch = handle->data;

	mnl_socket_close(watch->nl);
	free(watch);
}

/**
 * watch_close() - stop listening
 * @watch: watch or NULL; freed by the loop
 */
void watch_close(struct watch *watch)
{
	if (!watch)
		return;
	uv_poll_stop(&watch->poll);
	uv_close((uv_handle_t *)&watch->poll, free_watch);
}

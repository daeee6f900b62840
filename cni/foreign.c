// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "foreign.h"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "../userspace/lib/error.h"
#include "env.h"
#include "error.h"
#include "netns.h"
#include "sysctl.h"
#include "veth.h"

/* What the kernel says of one end; @netns is what it calls the namespace of the
 * other, -1 without a name.
 */
struct end {
	uint32_t index, peer;
	int32_t netns;
	bool veth, port;
	char name[16];
};

static void take_info(const struct nlattr *info, struct end *end)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, info) {
		const char *text = mnl_attr_get_payload(attr);

		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			end->veth = !strcmp(text, "veth");
		if (mnl_attr_get_type(attr) == IFLA_INFO_SLAVE_KIND)
			end->port = !strcmp(text, "bridge");
	}
}

static int take_end(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct end *end = data;

	end->index = (uint32_t)ifi->ifi_index;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(attr) == IFLA_LINK)
			end->peer = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_LINK_NETNSID)
			end->netns = (int32_t)mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			snprintf(end->name, sizeof(end->name), "%s",
				 mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
			take_info(attr, end);
	}
	return 0;
}

/* By @name, or by @index if that is NULL. */
static int read_end(struct rtnl *rtnl, const char *name, uint32_t index,
		    struct end *end, struct k8sov_error *why)
{
	struct ifinfomsg ifi = { .ifi_index = (int)index };
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;

	*end = (struct end){ .netns = -1 };
	nlh = rtnl_build(buf, RTM_GETLINK, 0, sizeof(ifi), &ifi);
	if (name)
		mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	return rtnl_talk(rtnl, nlh, take_end, end, "cannot read it", why);
}

static int take_netns(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct rtgenmsg))
		if (mnl_attr_get_type(attr) == NETNSA_NSID)
			*(int32_t *)data = (int32_t)mnl_attr_get_u32(attr);
	return 0;
}

/* What the node calls a namespace that it was asked of before. */
static int32_t name_netns(struct rtnl *rtnl, int fd)
{
	struct rtgenmsg gen = { .rtgen_family = AF_UNSPEC };
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct k8sov_error ignored = {};
	struct nlmsghdr *nlh;
	int32_t netns = -1;

	nlh = rtnl_build(buf, RTM_GETNSID, 0, sizeof(gen), &gen);
	mnl_attr_put_u32(nlh, NETNSA_FD, (uint32_t)fd);
	rtnl_talk(rtnl, nlh, take_netns, &netns, "cannot read it", &ignored);
	return netns;
}

/* Indices are of a namespace: another pod's link may have the same ones. */
static int follow(struct veth *veth, const struct end *pod, struct end *host,
		  struct cni_error *err)
{
	struct k8sov_error why = {};

	if (!pod->veth || !pod->peer) {
		cni_fail(err, CNI_UNSUPPORTED,
			 "the interface %s of the pod is no veth", pod->name);
		return cni_details(err, "what it sends does not pass the node, which could judge it");
	}
	if (read_end(&veth->on_host, NULL, pod->peer, host, &why) ||
	    host->peer != pod->index ||
	    host->netns != name_netns(&veth->on_host, veth->netns_fd))
		return cni_fail(err, CNI_MISMATCH,
				"the other end of %s of the pod is not on the node",
				pod->name);
	return 0;
}

static int find(struct veth *veth, const char *ifname, struct end *host,
		struct cni_error *err)
{
	struct k8sov_error why = {};
	struct end pod;

	if (veth_open(veth, err))
		return -1;
	if (read_end(&veth->in_pod, ifname, 0, &pod, &why))
		return cni_fail(err, CNI_MISMATCH,
				"there is no interface %s in the pod: %s",
				ifname, why.message);
	return follow(veth, &pod, host, err);
}

/**
 * foreign_find() - find the node's end of a link
 * @env: names the pod's namespace and its interface
 * @foreign: filled on success
 * @err: CNI_NETNS; CNI_MISMATCH if there is no such interface, or it leads
 *       elsewhere; CNI_UNSUPPORTED if it is no veth
 *
 * The kernel knows best: not all plugins say what they made, and names that
 * they say may be others' by now.
 *
 * Return: 0, or -1.
 */
int foreign_find(const struct cni_env *env, struct foreign *foreign,
		 struct cni_error *err)
{
	struct veth veth = { .netns_fd = netns_open(env->netns, err) };
	struct end host = {};
	int ret;

	if (veth.netns_fd < 0)
		return -1;
	ret = find(&veth, env->ifname, &host, err);
	veth_close(&veth);
	if (ret)
		return -1;
	foreign->index = host.index;
	foreign->port = host.port;
	snprintf(foreign->host, sizeof(foreign->host), "%s", host.name);
	return 0;
}

/**
 * foreign_shown() - does policy see what pods of a bridge say to each other?
 * @foreign: found
 * @family: AF_INET or AF_INET6
 * @err: CNI_KERNEL says what to set
 *
 * Where it does not, the kernel drops all of it: pods would be cut off from
 * some others without a word.
 *
 * Return: 0, also if there is no bridge; or -1.
 */
int foreign_shown(const struct foreign *foreign, int family,
		  struct cni_error *err)
{
	const char *path = family == AF_INET ?
		"bridge/bridge-nf-call-iptables" :
		"bridge/bridge-nf-call-ip6tables";

	if (!foreign->port || sysctl_is(path, "1"))
		return 0;
	cni_fail(err, CNI_KERNEL,
		 "%s is a port of a bridge whose pods policy does not see",
		 foreign->host);
	return cni_details(err, "modprobe br_netfilter, and write 1 to /proc/sys/net/%s",
			   path);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "veth.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../userspace/lib/bits.h"
#include "../userspace/lib/error.h"
#include "error.h"
#include "netns.h"
#include "steps.h"

/* Statistics are most of what the kernel says of a link. */
#define RTEXT_SKIP_STATS (1 << 3)

struct opening {
	struct veth *veth;
	struct cni_error *err;
};

static int open_rtnl(struct rtnl *rtnl, struct cni_error *err)
{
	struct k8sov_error why = {};

	if (rtnl_open(rtnl, &why))
		return cni_fail(err, CNI_KERNEL, "%s", why.message);
	return 0;
}

static int open_in_pod(void *data)
{
	struct opening *opening = data;

	return open_rtnl(&opening->veth->in_pod, opening->err);
}

/**
 * veth_open() - open the sockets of a link, unless they are
 * @veth: link with the pod's namespace
 * @err: filled on failure
 *
 * Return: 0, or -1.
 */
int veth_open(struct veth *veth, struct cni_error *err)
{
	struct opening opening = { veth, err };

	if (!veth->on_host.nl && open_rtnl(&veth->on_host, err))
		return -1;
	if (veth->in_pod.nl)
		return 0;
	return netns_call(veth->netns_fd, open_in_pod, &opening, err);
}

/**
 * veth_close() - close the sockets and the namespace
 * @veth: link, from veth_init() on
 */
void veth_close(struct veth *veth)
{
	rtnl_close(&veth->on_host);
	rtnl_close(&veth->in_pod);
	if (veth->netns_fd >= 0)
		close(veth->netns_fd);
	veth->netns_fd = -1;
}

/**
 * veth_ask_way() - ask where a packet to the middle of the Internet would go
 * @steps: list
 * @family: AF_INET or AF_INET6
 * @from: the address it comes from; NULL if that is not chosen yet
 *
 * Where there is no way there is no answer.
 */
void veth_ask_way(struct steps *steps, int family,
		  const struct k8sov_addr *from)
{
	struct k8sov_addr addr;
	struct rtmsg rtm = {};
	struct nlmsghdr *nlh;

	k8sov_addr_parse(family == AF_INET ? "128.0.0.1" : "2000::1", &addr);
	rtm.rtm_family = (uint8_t)addr.family;
	rtm.rtm_dst_len = (uint8_t)bits_width(&addr);
	if (from)
		rtm.rtm_src_len = rtm.rtm_dst_len;
	nlh = steps_add(steps, NULL, RTM_GETROUTE, 0, sizeof(rtm), &rtm);
	mnl_attr_put(nlh, RTA_DST, bits_width(&addr) / 8, bits_bytes(&addr));
	if (from)
		mnl_attr_put(nlh, RTA_SRC, bits_width(from) / 8,
			     bits_bytes(from));
}

/* The other end, born in the pod with its name. */
static void put_peer(struct nlmsghdr *nlh, const struct veth *veth)
{
	struct nlattr *info, *data, *peer;

	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
	memset(mnl_nlmsg_get_payload_tail(nlh), 0, sizeof(struct ifinfomsg));
	nlh->nlmsg_len += sizeof(struct ifinfomsg);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, veth->ifname);
	mnl_attr_put_u32(nlh, IFLA_MTU, veth->mtu);
	mnl_attr_put(nlh, IFLA_ADDRESS, 6, veth->pod_mac);
	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)veth->netns_fd);
	mnl_attr_nest_end(nlh, peer);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

/* By name: the index is known only when the link is there. */
static struct nlmsghdr *add_host(struct steps *steps, const char *what,
				 const struct veth *veth, uint16_t type,
				 uint16_t flags)
{
	struct ifinfomsg ifi = {};
	struct nlmsghdr *nlh;

	nlh = steps_add(steps, what, type, flags, sizeof(ifi), &ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, veth->host);
	return nlh;
}

static void ask_host(struct steps *steps, const char *what,
		     const struct veth *veth)
{
	struct nlmsghdr *nlh = add_host(steps, what, veth, RTM_GETLINK, 0);

	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_SKIP_STATS);
}

static int take_indexes(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct veth *veth = data;

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return 0;
	veth->host_index = (uint32_t)ifi->ifi_index;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
		if (mnl_attr_get_type(attr) == IFLA_LINK)
			veth->pod_index = mnl_attr_get_u32(attr);
	return 0;
}

/* What the kernel says before the link is there. */
struct found {
	bool in_pod;
	bool on_host;
	char alias[256];
	struct k8sov_addr *source;
};

static int take_found(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct found *found = data;
	const struct nlattr *attr;
	struct k8sov_addr *source;

	if (nlh->nlmsg_type == RTM_NEWLINK)
		found->in_pod = true;
	if (nlh->nlmsg_type != RTM_NEWROUTE)
		return 0;
	source = &found->source[rtm->rtm_family == AF_INET6];
	source->family = rtm->rtm_family;
	mnl_attr_for_each(attr, nlh, sizeof(*rtm))
		if (mnl_attr_get_type(attr) == RTA_PREFSRC &&
		    mnl_attr_get_payload_len(attr) == bits_width(source) / 8)
			memcpy(&source->v6, mnl_attr_get_payload(attr),
			       bits_width(source) / 8);
	return 0;
}

static int take_alias(const struct nlmsghdr *nlh, void *data)
{
	struct found *found = data;
	const struct nlattr *attr;

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return 0;
	found->on_host = true;
	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg))
		if (mnl_attr_get_type(attr) == IFLA_IFALIAS)
			snprintf(found->alias, sizeof(found->alias), "%s",
				 mnl_attr_get_str(attr));
	return 0;
}

static int delete_link(struct rtnl *rtnl, const char *host,
		       struct cni_error *err)
{
	struct k8sov_error why = {};
	struct ifinfomsg ifi = {};
	struct nlmsghdr *nlh;
	struct steps steps;
	int ret;

	steps_begin(&steps, rtnl);
	nlh = steps_add(&steps, "delete the link", RTM_DELLINK, 0, sizeof(ifi),
			&ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, host);
	ret = steps_try(&steps, NULL, NULL, &why);
	if (!ret || ret == -ENODEV)
		return 0;
	return cni_fail(err, CNI_KERNEL, "cannot delete the link %s: %s",
			host, why.message);
}

/* Names are hashes: two attachments can have the same one, aliases never. */
static int delete_own(struct veth *veth, struct found *found,
		      struct cni_error *err)
{
	struct steps steps;

	steps_begin(&steps, &veth->on_host);
	ask_host(&steps, NULL, veth);
	if (steps_run(&steps, take_alias, found, err))
		return -1;
	if (!found->on_host || strcmp(found->alias, veth->alias) != 0)
		return 0;
	found->on_host = false;
	return delete_link(&veth->on_host, veth->host, err);
}

/* What an ADD left that was killed, or whose pod went without a DEL. */
static int remove_left(struct veth *veth, struct cni_error *err)
{
	struct found found = {};

	if (delete_own(veth, &found, err))
		return -1;
	if (!found.on_host)
		return 0;
	return cni_fail(err, CNI_IN_USE,
			"the interface %s on the node belongs to '%s'",
			veth->host, found.alias);
}

/**
 * veth_absent() - make sure that the pod does not have the interface yet
 * @veth: link with the pod's namespace; its sockets are opened, its @source
 *   is set
 * @err: CNI_KERNEL if the interface is there, CNI_IN_USE if somebody else has
 *   the name of the host's end
 *
 * A host's end of the same attachment is a left-over, and goes.
 *
 * Return: 0, or -1.
 */
int veth_absent(struct veth *veth, struct cni_error *err)
{
	struct found found = { .source = veth->source };
	struct ifinfomsg ifi = {};
	struct steps steps;
	struct nlmsghdr *nlh;

	if (veth_open(veth, err))
		return -1;
	steps_begin(&steps, &veth->in_pod);
	nlh = steps_add(&steps, NULL, RTM_GETLINK, 0, sizeof(ifi), &ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, veth->ifname);
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_SKIP_STATS);
	veth_ask_way(&steps, AF_INET, NULL);
	veth_ask_way(&steps, AF_INET6, NULL);
	if (steps_run(&steps, take_found, &found, err))
		return -1;
	if (found.in_pod)
		return cni_fail(err, CNI_KERNEL,
				"the container already has an interface %s",
				veth->ifname);
	return remove_left(veth, err);
}

/**
 * veth_create() - make the pair
 * @veth: link that is absent; its indexes are set
 * @err: CNI_KERNEL says what failed; nothing is left then
 *
 * Return: 0, or -1.
 */
int veth_create(struct veth *veth, struct cni_error *err)
{
	static const char creating[] = "create the link";
	struct steps steps;
	struct nlmsghdr *nlh;

	steps_begin(&steps, &veth->on_host);
	nlh = add_host(&steps, creating, veth, RTM_NEWLINK,
		       NLM_F_CREATE | NLM_F_EXCL);
	mnl_attr_put_u32(nlh, IFLA_MTU, veth->mtu);
	mnl_attr_put(nlh, IFLA_ADDRESS, 6, VETH_HOST_MAC);
	put_peer(nlh, veth);
	nlh = add_host(&steps, "give the link its alias", veth, RTM_SETLINK, 0);
	mnl_attr_put_strz(nlh, IFLA_IFALIAS, veth->alias);
	ask_host(&steps, "find the link", veth);
	if (!steps_run(&steps, take_indexes, veth, err))
		return 0;
	/* Else it is somebody else's. */
	if (steps.failed != creating)
		veth_delete(veth->host, err);
	return -1;
}

/**
 * veth_delete() - delete a link
 * @host: name of the host's end
 * @err: CNI_KERNEL if it is there and cannot be deleted
 *
 * Return: 0, or -1.
 */
int veth_delete(const char *host, struct cni_error *err)
{
	struct rtnl rtnl = {};
	int ret;

	if (open_rtnl(&rtnl, err))
		return -1;
	ret = delete_link(&rtnl, host, err);
	rtnl_close(&rtnl);
	return ret;
}

/**
 * veth_detach() - delete the link of an attachment
 * @veth: link, from veth_init(); nothing is wanted of its namespace
 * @err: CNI_KERNEL if it is there and cannot be deleted
 *
 * Return: 0, also if there is none, or somebody else's of this name; or -1.
 */
int veth_detach(struct veth *veth, struct cni_error *err)
{
	struct found found = {};

	return open_rtnl(&veth->on_host, err) ||
	       delete_own(veth, &found, err) ? -1 : 0;
}

struct each {
	int (*fn)(void *data, const char *host, const char *alias);
	void *data;
	int ret;
};

static int take_each(const struct nlmsghdr *nlh, void *data)
{
	const char *host = NULL, *alias = NULL;
	const struct nlattr *attr;
	struct each *each = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			host = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == IFLA_IFALIAS)
			alias = mnl_attr_get_str(attr);
	}
	if (host && alias && !each->ret)
		each->ret = each->fn(each->data, host, alias);
	return 0;
}

/**
 * veth_each() - look at the links of this network namespace with an alias
 * @fn: called for each, may delete it
 * @data: for @fn
 * @err: CNI_KERNEL if the links cannot be read
 *
 * Return: 0, what @fn returned other than 0, or -1.
 */
int veth_each(int (*fn)(void *data, const char *host, const char *alias),
	      void *data, struct cni_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct each each = { .fn = fn, .data = data };
	struct ifinfomsg ifi = {};
	struct k8sov_error why = {};
	struct rtnl rtnl = {};
	struct nlmsghdr *nlh;
	int ret;

	if (open_rtnl(&rtnl, err))
		return -1;
	nlh = rtnl_build(buf, RTM_GETLINK, NLM_F_DUMP, sizeof(ifi), &ifi);
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_SKIP_STATS);
	ret = rtnl_talk(&rtnl, nlh, take_each, &each,
			"cannot read the node's links", &why);
	rtnl_close(&rtnl);
	if (ret)
		return cni_fail(err, CNI_KERNEL, "%s", why.message);
	return each.ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Is a link as it was made? The part of veth.h that changes nothing. */
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "../userspace/lib/bits.h"
#include "../userspace/lib/error.h"
#include "error.h"
#include "steps.h"
#include "veth.h"

/* What the kernel says of one end. */
struct end {
	uint32_t index, peer, mtu;
	bool up;
	uint8_t mac[6];
	char alias[256];
};

static int take_end(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct end *end = data;

	end->index = (uint32_t)ifi->ifi_index;
	end->up = ifi->ifi_flags & IFF_UP;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(attr) == IFLA_LINK)
			end->peer = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_MTU)
			end->mtu = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_IFALIAS)
			snprintf(end->alias, sizeof(end->alias), "%s",
				 mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == IFLA_ADDRESS &&
		    mnl_attr_get_payload_len(attr) == sizeof(end->mac))
			memcpy(end->mac, mnl_attr_get_payload(attr),
			       sizeof(end->mac));
	}
	return 0;
}

static int check_end(struct rtnl *rtnl, const char *where,
		     const struct result_interface *interface,
		     struct end *end, struct cni_error *err)
{
	struct ifinfomsg ifi = {};
	char mac[K8SOV_ADDR_TEXT];
	struct nlmsghdr *nlh;
	struct steps steps;

	steps_begin(&steps, rtnl);
	nlh = steps_add(&steps, NULL, RTM_GETLINK, 0, sizeof(ifi), &ifi);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, interface->name);
	if (steps_run(&steps, take_end, end, err))
		return -1;
	if (!end->index)
		return cni_fail(err, CNI_MISMATCH,
				"there is no interface %s %s",
				interface->name, where);
	if (!end->up)
		return cni_fail(err, CNI_MISMATCH,
				"the interface %s %s is down", interface->name,
				where);
	if (interface->mtu && interface->mtu != end->mtu)
		return cni_fail(err, CNI_MISMATCH,
				"the interface %s %s has MTU %u, not %u",
				interface->name, where, end->mtu,
				interface->mtu);
	k8sov_mac_format(end->mac, mac);
	if (interface->mac[0] && strcasecmp(interface->mac, mac) != 0)
		return cni_fail(err, CNI_MISMATCH,
				"the interface %s %s has MAC address %s, not %s",
				interface->name, where, mac, interface->mac);
	return 0;
}

static int check_ends(struct veth *veth, const struct result *result,
		      struct cni_error *err)
{
	struct end host = {}, pod = {};

	if (check_end(&veth->on_host, "on the node", &result->interfaces[0],
		      &host, err) ||
	    check_end(&veth->in_pod, "in the pod", &result->interfaces[1],
		      &pod, err))
		return -1;
	if (host.peer != pod.index || strcmp(host.alias, veth->alias) != 0)
		return cni_fail(err, CNI_MISMATCH,
				"the interface %s on the node is not the other end of %s",
				veth->host, veth->ifname);
	veth->host_index = host.index;
	veth->pod_index = pod.index;
	return 0;
}

static void get_addr(const struct nlattr *attr, struct k8sov_addr *addr)
{
	if (mnl_attr_get_payload_len(attr) == bits_width(addr) / 8)
		memcpy(&addr->v6, mnl_attr_get_payload(attr),
		       bits_width(addr) / 8);
}

/* A thing that is looked for among others. */
struct search {
	uint32_t index;
	const struct k8sov_addr *addr;
	const struct result_route *route;
	bool found;
};

static int take_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct k8sov_addr addr = { .family = ifa->ifa_family };
	struct search *search = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(*ifa))
		if (mnl_attr_get_type(attr) == IFA_ADDRESS)
			get_addr(attr, &addr);
	if (ifa->ifa_index == search->index &&
	    bits_equal(&addr, search->addr))
		search->found = true;
	return 0;
}

static int check_address(struct veth *veth, const struct k8sov_addr *addr,
			 struct cni_error *err)
{
	struct search search = { .index = veth->pod_index, .addr = addr };
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	char text[K8SOV_ADDR_TEXT];
	struct k8sov_error why = {};
	struct ifaddrmsg ifa = {
		.ifa_family = (uint8_t)addr->family,
		.ifa_index = veth->pod_index,
	};

	if (rtnl_talk(&veth->in_pod, rtnl_build(buf, RTM_GETADDR, NLM_F_DUMP,
						sizeof(ifa), &ifa),
		      take_address, &search, "cannot read addresses", &why))
		return cni_fail(err, CNI_KERNEL, "%s", why.message);
	k8sov_addr_format(addr, text);
	if (!search.found)
		return cni_fail(err, CNI_MISMATCH,
				"the interface %s in the pod does not have the address %s",
				veth->ifname, text);
	return 0;
}

/* What is not said does not matter. */
static bool says(int64_t want, uint32_t got)
{
	return want < 0 || want == got;
}

static int take_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct search *search = data;
	const struct result_route *want = search->route;
	struct k8sov_addr dst = { .family = rtm->rtm_family };
	struct k8sov_addr gateway = { .family = rtm->rtm_family };
	uint32_t oif = 0, priority = 0, table = rtm->rtm_table;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(*rtm)) {
		if (mnl_attr_get_type(attr) == RTA_DST)
			get_addr(attr, &dst);
		if (mnl_attr_get_type(attr) == RTA_GATEWAY)
			get_addr(attr, &gateway);
		if (mnl_attr_get_type(attr) == RTA_OIF)
			oif = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == RTA_PRIORITY)
			priority = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == RTA_TABLE)
			table = mnl_attr_get_u32(attr);
	}
	if (oif == search->index && rtm->rtm_dst_len == want->len &&
	    bits_equal(&dst, &want->dst) && says(want->priority, priority) &&
	    says(want->table, table) &&
	    (!want->gateway.family || bits_equal(&gateway, &want->gateway)))
		search->found = true;
	return 0;
}

static int find_route(struct veth *veth, const struct result_route *route,
		      bool *found, struct cni_error *err)
{
	struct search search = { .index = veth->pod_index, .route = route };
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct rtmsg rtm = { .rtm_family = (uint8_t)route->dst.family };
	struct k8sov_error why = {};

	if (rtnl_talk(&veth->in_pod, rtnl_build(buf, RTM_GETROUTE, NLM_F_DUMP,
						sizeof(rtm), &rtm),
		      take_route, &search, "cannot read routes", &why))
		return cni_fail(err, CNI_KERNEL, "%s", why.message);
	*found = search.found;
	return 0;
}

static int check_route(struct veth *veth, const struct result_route *route,
		       struct cni_error *err)
{
	char text[K8SOV_ADDR_TEXT];
	bool found = false;

	if (find_route(veth, route, &found, err))
		return -1;
	k8sov_prefix_format(&route->dst, route->len, text);
	if (!found)
		return cni_fail(err, CNI_MISMATCH,
				"the pod does not have the route to %s by %s",
				text, veth->ifname);
	return 0;
}

/* What one end knows of the other: a neighbour, on the node also a route. */
struct known {
	uint32_t oif;
	uint8_t mac[6];
};

static int take_known(const struct nlmsghdr *nlh, void *data)
{
	struct known *known = data;
	const struct nlattr *attr;

	if (nlh->nlmsg_type == RTM_NEWNEIGH) {
		mnl_attr_for_each(attr, nlh, sizeof(struct ndmsg))
			if (mnl_attr_get_type(attr) == NDA_LLADDR &&
			    mnl_attr_get_payload_len(attr) == 6)
				memcpy(known->mac, mnl_attr_get_payload(attr),
				       6);
		return 0;
	}
	mnl_attr_for_each(attr, nlh, sizeof(struct rtmsg))
		if (mnl_attr_get_type(attr) == RTA_OIF)
			known->oif = mnl_attr_get_u32(attr);
	return 0;
}

static void ask_neighbour(struct steps *steps, uint32_t index,
			  const struct k8sov_addr *addr)
{
	struct ndmsg ndm = {
		.ndm_family = (uint8_t)addr->family,
		.ndm_ifindex = (int)index,
	};
	struct nlmsghdr *nlh;

	nlh = steps_add(steps, NULL, RTM_GETNEIGH, 0, sizeof(ndm), &ndm);
	mnl_attr_put(nlh, NDA_DST, bits_width(addr) / 8, bits_bytes(addr));
}

/* Where the node would send a packet for the pod, and to which neighbour. */
static int check_host(struct veth *veth, const struct k8sov_addr *addr,
		      struct cni_error *err)
{
	struct rtmsg rtm = {
		.rtm_family = (uint8_t)addr->family,
		.rtm_dst_len = (uint8_t)bits_width(addr),
		.rtm_flags = RTM_F_FIB_MATCH,
	};
	char text[K8SOV_ADDR_TEXT], mac[K8SOV_ADDR_TEXT];
	struct known known = {};
	struct nlmsghdr *nlh;
	struct steps steps;

	steps_begin(&steps, &veth->on_host);
	nlh = steps_add(&steps, NULL, RTM_GETROUTE, 0, sizeof(rtm), &rtm);
	mnl_attr_put(nlh, RTA_DST, bits_width(addr) / 8, bits_bytes(addr));
	ask_neighbour(&steps, veth->host_index, addr);
	if (steps_run(&steps, take_known, &known, err))
		return -1;
	k8sov_addr_format(addr, text);
	k8sov_mac_format(veth->pod_mac, mac);
	if (known.oif != veth->host_index)
		return cni_fail(err, CNI_MISMATCH,
				"the node does not route %s to %s", text,
				veth->host);
	if (memcmp(known.mac, veth->pod_mac, 6) != 0)
		return cni_fail(err, CNI_MISMATCH,
				"the node sends to another MAC address for %s than the pod's %s",
				text, mac);
	return 0;
}

static int check_pod(struct veth *veth, int family, struct cni_error *err)
{
	struct k8sov_addr gateway = veth_gateway(family);
	struct known known = {};
	struct steps steps;

	steps_begin(&steps, &veth->in_pod);
	ask_neighbour(&steps, veth->pod_index, &gateway);
	if (steps_run(&steps, take_known, &known, err))
		return -1;
	if (memcmp(known.mac, VETH_HOST_MAC, 6) != 0)
		return cni_fail(err, CNI_MISMATCH,
				"the pod does not know its gateway on %s",
				veth->ifname);
	return 0;
}

/* Does an interface that got a way of its own send by it? What the result does
 * not say, the table does.
 */
static int check_own_way(struct veth *veth, const struct k8sov_addr *addr,
			 struct cni_error *err)
{
	const struct result_route own = {
		.dst = { .family = addr->family },
		.priority = -1, .scope = -1,
		.table = VETH_OWN_TABLE + veth->pod_index,
	};
	char text[K8SOV_ADDR_TEXT];
	struct known known = {};
	struct steps steps;
	bool has = false;

	if (find_route(veth, &own, &has, err))
		return -1;
	if (!has)
		return 0;
	steps_begin(&steps, &veth->in_pod);
	veth_ask_way(&steps, addr->family, addr);
	if (steps_run(&steps, take_known, &known, err))
		return -1;
	if (known.oif == veth->pod_index)
		return 0;
	k8sov_addr_format(addr, text);
	return cni_fail(err, CNI_MISMATCH,
			"the pod does not send from %s by %s", text,
			veth->ifname);
}

/**
 * veth_check() - is a link as ADD, and the plugins behind it, left it?
 * @veth: link, from veth_init(), with its namespace; its indexes are set
 * @result: interfaces 0 (node) and 1 (pod), addresses, routes
 * @err: CNI_MISMATCH names the first difference
 *
 * Return: 0, or -1.
 */
int veth_check(struct veth *veth, const struct result *result,
	       struct cni_error *err)
{
	const struct k8sov_addr *addr;
	unsigned int i;

	if (veth_open(veth, err) || check_ends(veth, result, err))
		return -1;
	k8sov_mac_parse(result->interfaces[1].mac, veth->pod_mac);
	for (i = 0; i < result->n_ips; i++) {
		addr = &result->ips[i].addr;
		if (check_address(veth, addr, err) ||
		    check_host(veth, addr, err) ||
		    check_pod(veth, addr->family, err) ||
		    check_own_way(veth, addr, err))
			return -1;
	}
	for (i = 0; i < result->n_routes; i++)
		if (check_route(veth, &result->routes[i], err))
			return -1;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What a new link gets: the part of veth.h that makes packets flow. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "../userspace/lib/bits.h"
#include "../userspace/lib/error.h"
#include "error.h"
#include "netns.h"
#include "steps.h"
#include "sysctl.h"
#include "veth.h"

/* Protocol number of our routes, as the daemon's. */
#define ROUTE_PROTOCOL 75

static bool has_family(const struct result *result, int family)
{
	unsigned int i;

	for (i = 0; i < result->n_ips; i++)
		if (result->ips[i].addr.family == family)
			return true;
	return false;
}

static void put_addr(struct nlmsghdr *nlh, uint16_t type,
		     const struct k8sov_addr *addr)
{
	mnl_attr_put(nlh, type, bits_width(addr) / 8, bits_bytes(addr));
}

static void add_up(struct steps *steps, const char *what, uint32_t index)
{
	struct ifinfomsg ifi = {
		.ifi_index = (int)index,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};

	steps_add(steps, what, RTM_SETLINK, 0, sizeof(ifi), &ifi);
}

/* A pod may send from its own addresses only, and is no router. */
static void add_ipv4_options(struct steps *steps, uint32_t index)
{
	struct ifinfomsg ifi = { .ifi_index = (int)index };
	struct nlattr *spec, *inet, *conf;
	struct nlmsghdr *nlh;

	nlh = steps_add(steps, "set IPv4 options of the link", RTM_SETLINK, 0,
			sizeof(ifi), &ifi);
	spec = mnl_attr_nest_start(nlh, IFLA_AF_SPEC);
	inet = mnl_attr_nest_start(nlh, AF_INET);
	conf = mnl_attr_nest_start(nlh, IFLA_INET_CONF);
	mnl_attr_put_u32(nlh, IPV4_DEVCONF_FORWARDING, 1);
	mnl_attr_put_u32(nlh, IPV4_DEVCONF_RP_FILTER, 1);
	mnl_attr_put_u32(nlh, IPV4_DEVCONF_SEND_REDIRECTS, 0);
	mnl_attr_put_u32(nlh, IPV4_DEVCONF_ACCEPT_REDIRECTS, 0);
	mnl_attr_put_u32(nlh, IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE, 0);
	mnl_attr_nest_end(nlh, conf);
	mnl_attr_nest_end(nlh, inet);
	mnl_attr_nest_end(nlh, spec);
}

/* There is nobody to find by fe80::/10. May fail: a kernel without IPv6 does
 * not know the option.
 */
static void add_no_link_local(struct steps *steps, uint32_t index)
{
	struct ifinfomsg ifi = { .ifi_index = (int)index };
	struct nlattr *spec, *inet;
	struct nlmsghdr *nlh;

	nlh = steps_add(steps, NULL, RTM_SETLINK, 0, sizeof(ifi), &ifi);
	spec = mnl_attr_nest_start(nlh, IFLA_AF_SPEC);
	inet = mnl_attr_nest_start(nlh, AF_INET6);
	mnl_attr_put_u8(nlh, IFLA_INET6_ADDR_GEN_MODE,
			IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(nlh, inet);
	mnl_attr_nest_end(nlh, spec);
}

static void add_address(struct steps *steps, uint32_t index,
			const struct k8sov_addr *addr)
{
	struct ifaddrmsg ifa = {
		.ifa_family = (uint8_t)addr->family,
		.ifa_prefixlen = (uint8_t)bits_width(addr),
		.ifa_flags = addr->family == AF_INET6 ? IFA_F_NODAD : 0,
		.ifa_scope = RT_SCOPE_UNIVERSE,
		.ifa_index = index,
	};
	struct nlmsghdr *nlh;

	nlh = steps_add(steps, "give the pod its address", RTM_NEWADDR,
			NLM_F_CREATE | NLM_F_EXCL, sizeof(ifa), &ifa);
	put_addr(nlh, IFA_LOCAL, addr);
	put_addr(nlh, IFA_ADDRESS, addr);
}

/* Known for ever: nobody asks for a MAC address on this link. */
static void add_neighbour(struct steps *steps, const char *what,
			  uint32_t index, const struct k8sov_addr *addr,
			  const void *mac)
{
	struct ndmsg ndm = {
		.ndm_family = (uint8_t)addr->family,
		.ndm_ifindex = (int)index,
		.ndm_state = NUD_PERMANENT,
	};
	struct nlmsghdr *nlh;

	nlh = steps_add(steps, what, RTM_NEWNEIGH,
			NLM_F_CREATE | NLM_F_REPLACE, sizeof(ndm), &ndm);
	put_addr(nlh, NDA_DST, addr);
	mnl_attr_put(nlh, NDA_LLADDR, 6, mac);
}

/* Never NLM_F_REPLACE: it would take over somebody else's route. */
static struct nlmsghdr *add_route(struct steps *steps, const char *what,
				  uint32_t index, struct rtmsg *rtm,
				  const struct k8sov_addr *dst)
{
	struct nlmsghdr *nlh;

	rtm->rtm_family = (uint8_t)dst->family;
	rtm->rtm_type = RTN_UNICAST;
	nlh = steps_add(steps, what, RTM_NEWROUTE,
			NLM_F_CREATE | NLM_F_EXCL, sizeof(*rtm), rtm);
	if (rtm->rtm_dst_len)
		put_addr(nlh, RTA_DST, dst);
	mnl_attr_put_u32(nlh, RTA_OIF, index);
	return nlh;
}

/* Answers from an address of a second interface leave by it, not by the one
 * that has the default route: the node takes them from there only.
 */
static void add_own_way(struct steps *steps, const struct veth *veth,
			const struct k8sov_addr *addr)
{
	struct k8sov_addr via = veth_gateway(addr->family);
	uint32_t table = VETH_OWN_TABLE + veth->pod_index;
	struct rtmsg rtm = {
		.rtm_protocol = RTPROT_BOOT,
		.rtm_flags = RTNH_F_ONLINK,
	};
	struct fib_rule_hdr rule = {
		.family = (uint8_t)addr->family,
		.src_len = (uint8_t)bits_width(addr),
		.action = FR_ACT_TO_TBL,
	};
	struct nlmsghdr *nlh;

	nlh = steps_add(steps, "give the pod its rule", RTM_NEWRULE,
			NLM_F_CREATE, sizeof(rule), &rule);
	put_addr(nlh, FRA_SRC, addr);
	mnl_attr_put_u32(nlh, FRA_TABLE, table);
	/* Two addresses of a family share the route. */
	nlh = add_route(steps, NULL, veth->pod_index, &rtm, addr);
	put_addr(nlh, RTA_GATEWAY, &via);
	mnl_attr_put_u32(nlh, RTA_TABLE, table);
}

static void put_metrics(struct nlmsghdr *nlh, const struct result_route *route)
{
	struct nlattr *metrics;

	if (!route->mtu && !route->advmss)
		return;
	metrics = mnl_attr_nest_start(nlh, RTA_METRICS);
	if (route->mtu)
		mnl_attr_put_u32(nlh, RTAX_MTU, route->mtu);
	if (route->advmss)
		mnl_attr_put_u32(nlh, RTAX_ADVMSS, route->advmss);
	mnl_attr_nest_end(nlh, metrics);
}

/* The gateway is on no network of the pod's, hence "onlink". */
static void add_pod_route(struct steps *steps, const struct veth *veth,
			  const struct result_route *route)
{
	struct k8sov_addr via = route->gateway.family ? route->gateway :
				veth_gateway(route->dst.family);
	struct rtmsg rtm = {
		.rtm_dst_len = route->len,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_BOOT,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_flags = RTNH_F_ONLINK,
	};
	struct nlmsghdr *nlh;

	if (route->table >= 0)
		rtm.rtm_table = RT_TABLE_UNSPEC;
	if (route->scope >= 0)
		rtm.rtm_scope = (uint8_t)route->scope;
	nlh = add_route(steps, "give the pod its route", veth->pod_index, &rtm,
			&route->dst);
	put_addr(nlh, RTA_GATEWAY, &via);
	if (route->table >= 0)
		mnl_attr_put_u32(nlh, RTA_TABLE, (uint32_t)route->table);
	if (route->priority >= 0)
		mnl_attr_put_u32(nlh, RTA_PRIORITY, (uint32_t)route->priority);
	put_metrics(nlh, route);
}

static int configure_pod(struct veth *veth, const struct result *result,
			 struct cni_error *err)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct k8sov_addr gateway;
	struct steps steps;
	unsigned int i;

	steps_begin(&steps, &veth->in_pod);
	add_no_link_local(&steps, veth->pod_index);
	for (i = 0; i < result->n_ips; i++)
		add_address(&steps, veth->pod_index, &result->ips[i].addr);
	add_up(&steps, "set the pod's interface up", veth->pod_index);
	for (i = 0; i < 2; i++) {
		if (!has_family(result, families[i]))
			continue;
		gateway = veth_gateway(families[i]);
		add_neighbour(&steps, "tell the pod of its gateway",
			      veth->pod_index, &gateway, VETH_HOST_MAC);
	}
	for (i = 0; i < result->n_ips; i++)
		if (veth->source[result->ips[i].addr.family == AF_INET6].family)
			add_own_way(&steps, veth, &result->ips[i].addr);
	for (i = 0; i < result->n_routes; i++)
		add_pod_route(&steps, veth, &result->routes[i]);
	return steps_run(&steps, NULL, NULL, err);
}

static const char routing[] = "route the pod's address to it";

static void add_host_route(struct steps *steps, const struct veth *veth,
			   const struct k8sov_addr *addr)
{
	struct rtmsg rtm = {
		.rtm_dst_len = (uint8_t)bits_width(addr),
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = ROUTE_PROTOCOL,
		.rtm_scope = addr->family == AF_INET ? RT_SCOPE_LINK :
			     RT_SCOPE_UNIVERSE,
	};

	add_route(steps, routing, veth->host_index, &rtm, addr);
}

static int configure_host(struct veth *veth, const struct result *result,
			  struct cni_error *err)
{
	struct k8sov_error why = {};
	struct steps steps;
	unsigned int i;
	int ret;

	steps_begin(&steps, &veth->on_host);
	add_ipv4_options(&steps, veth->host_index);
	add_no_link_local(&steps, veth->host_index);
	add_up(&steps, "set the link up", veth->host_index);
	for (i = 0; i < result->n_ips; i++) {
		add_host_route(&steps, veth, &result->ips[i].addr);
		add_neighbour(&steps, "tell the node of the pod's address",
			      veth->host_index, &result->ips[i].addr,
			      veth->pod_mac);
	}
	ret = steps_try(&steps, NULL, NULL, &why);
	if (ret == -EEXIST && steps.failed == routing)
		return cni_fail(err, CNI_IN_USE,
				"the node has a route to an address of the pod already: another pod has it");
	return ret ? steps_fail(&steps, &why, err) : 0;
}

/* Options that rtnetlink cannot set. */
static int host_settings(const struct veth *veth, const struct result *result,
			 struct cni_error *err)
{
	static const char dir[] = "ipv6/conf";

	if (has_family(result, AF_INET) &&
	    sysctl_ensure(err, "1", "ipv4/ip_forward"))
		return -1;
	if (!has_family(result, AF_INET6))
		return 0;
	if (sysctl_ensure(err, "1", "ipv6/conf/all/forwarding") ||
	    sysctl_write(err, "1", "%s/%s/forwarding", dir, veth->host) ||
	    sysctl_write(err, "0", "%s/%s/accept_ra", dir, veth->host))
		return -1;
	return sysctl_write(err, "0", "%s/%s/accept_redirects", dir,
			    veth->host);
}

struct inside {
	const struct veth *veth;
	struct cni_error *err;
};

static int pod_settings(void *data)
{
	const struct inside *inside = data;
	const char *ifname = inside->veth->ifname;

	/* Runtimes switch it off in pods that they expect to have no IPv6. */
	if (sysctl_write(inside->err, "0", "ipv6/conf/%s/disable_ipv6", ifname))
		return -1;
	return sysctl_write(inside->err, "0", "ipv6/conf/%s/accept_ra", ifname);
}

/**
 * veth_configure() - make packets flow over a new link
 * @veth: link, as veth_create() left it
 * @result: addresses and routes of the pod
 * @err: CNI_KERNEL says what failed; the caller deletes the link
 *
 * The node's end is set up first: the end that is second can send at once.
 *
 * Return: 0, or -1.
 */
int veth_configure(struct veth *veth, const struct result *result,
		   struct cni_error *err)
{
	struct inside inside = { veth, err };

	if (host_settings(veth, result, err))
		return -1;
	if (has_family(result, AF_INET6) &&
	    netns_call(veth->netns_fd, pod_settings, &inside, err))
		return -1;
	if (configure_host(veth, result, err))
		return -1;
	return configure_pod(veth, result, err);
}

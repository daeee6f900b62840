// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "route.h"

#include <linux/ipv6.h>
#include <net/dst_cache.h>
#include <net/inet_dscp.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "device.h"
#include "host.h"

static u8 outer_proto(const struct k8sov_host *host)
{
	return host->encap == K8SOV_ENCAP_IPIP ? IPPROTO_IPIP : IPPROTO_UDP;
}

/**
 * k8sov_route_port() - UDP port that a host listens on
 * @conf: configuration of the device
 * @host: the host
 *
 * Context: any.
 * Return: the port in network order, 0 if the encapsulation has none.
 */
__be16 k8sov_route_port(const struct k8sov_conf *conf,
			const struct k8sov_host *host)
{
	switch ((enum k8sov_encap)host->encap) {
	case K8SOV_ENCAP_VXLAN:
		return host->port ?: conf->port;
	case K8SOV_ENCAP_GENEVE:
		return host->port ?: conf->geneve_port;
	case K8SOV_ENCAP_IPIP:
	case K8SOV_ENCAP_DIRECT:
	case __K8SOV_ENCAP_MAX:
		break;
	}
	return 0;
}

static struct dst_entry *lookup_v4(const struct k8sov_dev *kov,
				   const struct k8sov_conf *conf,
				   const struct k8sov_host *host, u8 tos,
				   struct k8sov_addr *source)
{
	struct flowi4 fl4 = {
		.flowi4_oif = conf->link,
		.flowi4_mark = conf->fwmark,
		.flowi4_tos = tos & INET_DSCP_MASK,
		.flowi4_proto = outer_proto(host),
		.fl4_dport = k8sov_route_port(conf, host),
		.daddr = host->remote.v4,
		.saddr = conf->local[K8SOV_V4].v4,
	};
	struct rtable *rt;

	rt = ip_route_output_key(kov->net, &fl4);
	if (IS_ERR(rt))
		return ERR_CAST(rt);
	source->v4 = fl4.saddr;
	return &rt->dst;
}

#if IS_ENABLED(CONFIG_IPV6)
static struct dst_entry *lookup_v6(const struct k8sov_dev *kov,
				   const struct k8sov_conf *conf,
				   const struct k8sov_host *host, u8 tos,
				   struct k8sov_addr *source)
{
	struct flowi6 fl6 = {
		.flowi6_oif = conf->link,
		.flowi6_mark = conf->fwmark,
		.flowi6_proto = outer_proto(host),
		.fl6_dport = k8sov_route_port(conf, host),
		.flowlabel = ip6_make_flowinfo(tos, 0),
		.daddr = host->remote.v6,
		.saddr = conf->local[K8SOV_V6].v6,
	};
	struct dst_entry *dst;

	if (!ipv6_mod_enabled())
		return ERR_PTR(-EAFNOSUPPORT);
	dst = ip6_dst_lookup_flow(kov->net, NULL, &fl6, NULL);
	if (!IS_ERR(dst))
		source->v6 = fl6.saddr;
	return dst;
}
#endif

/**
 * k8sov_route_host() - the underlay's route to a host
 * @kov: the device
 * @conf: its configuration
 * @host: the host
 * @tos: outer traffic class, which policy routing may look at
 * @source: outer source address, result
 *
 * Rules and IPsec policies of the underlay see the destination port, but no
 * source port, since that differs from flow to flow. The cache of the host is
 * used unless the traffic class varies from packet to packet. It disregards
 * the mark of the inner packet on purpose: the outer one has the device's
 * mark. Changes of the underlay's routes and addresses invalidate a cached
 * route by themselves.
 *
 * Context: rcu_read_lock_bh().
 * Return: the route with a reference for the caller, or an ERR_PTR() of the
 * lookup.
 */
struct dst_entry *k8sov_route_host(const struct k8sov_dev *kov,
				   const struct k8sov_conf *conf,
				   struct k8sov_host *host, u8 tos,
				   struct k8sov_addr *source)
{
	bool cached = !conf->tos_inherit;
	struct dst_entry *dst;
	struct rtable *rt;

	source->family = host->remote.family;
	if (host->remote.family == AF_INET) {
		if (cached) {
			rt = dst_cache_get_ip4(&host->dst_cache, &source->v4);
			if (likely(rt))
				return &rt->dst;
		}
		dst = lookup_v4(kov, conf, host, tos, source);
		if (cached && !IS_ERR(dst))
			dst_cache_set_ip4(&host->dst_cache, dst, source->v4);
		return dst;
	}
#if IS_ENABLED(CONFIG_IPV6)
	if (cached) {
		dst = dst_cache_get_ip6(&host->dst_cache, &source->v6);
		if (likely(dst))
			return dst;
	}
	dst = lookup_v6(kov, conf, host, tos, source);
	if (cached && !IS_ERR(dst))
		dst_cache_set_ip6(&host->dst_cache, dst, &source->v6);
	return dst;
#else
	return ERR_PTR(-EAFNOSUPPORT);
#endif
}

/**
 * k8sov_route_on_link() - does a route lead to a neighbour?
 * @dst: a route that k8sov_route_host() returned
 *
 * Return: true if no gateway is in between.
 */
bool k8sov_route_on_link(const struct dst_entry *dst)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (dst->ops->family == AF_INET6) {
		const struct rt6_info *rt6;

		rt6 = container_of(dst, struct rt6_info, dst);
		return !(rt6->rt6i_flags & RTF_GATEWAY);
	}
#endif
	return !container_of(dst, struct rtable, dst)->rt_gw_family;
}

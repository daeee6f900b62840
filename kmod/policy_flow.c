// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/* Whose packet is it? Connection tracking tells, where it can. */

#include "policy_flow.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "compat/compat.h"
#include "tables.h"

#define ND_HOP_LIMIT	255	/* RFC 4861, 7.1: it has crossed no router */

/**
 * k8sov_policy_is_node() - is it an address of this node?
 * @flow: what is judged
 * @addr: address of its family, in network order
 *
 * An IPv6 address is, too, while others are still asked whether they have it:
 * nothing tells when that ends, and verdicts are remembered.
 *
 * Context: slow; a table of all addresses is looked up.
 * Return: true if packets to it are for the node itself.
 */
bool k8sov_policy_is_node(const struct k8sov_policy_flow *flow,
			  const void *addr)
{
	if (!flow->v6)
		return inet_addr_type(flow->net, *(const __be32 *)addr) ==
		       RTN_LOCAL;
#if IS_ENABLED(CONFIG_IPV6)
	return ipv6_chk_addr_and_flags(flow->net, addr, NULL, true, 0, 0);
#else
	return false;
#endif
}

/**
 * k8sov_policy_on_link() - does an address mean something on its link only?
 * @v6: family
 * @addr: the address, in network order
 *
 * Several endpoints can have or hear it at once. IPv4 link-local addresses do
 * not count: Linux routes them, to metadata services for example.
 *
 * Return: true if only the link tells which endpoint it is.
 */
bool k8sov_policy_on_link(bool v6, const void *addr)
{
	__be32 v4;

	if (v6)
		return ipv6_addr_any(addr) ||
		       ipv6_addr_type(addr) & (IPV6_ADDR_LINKLOCAL |
					       IPV6_ADDR_MULTICAST);
	memcpy(&v4, addr, sizeof(v4));
	return !v4 || k8sov_addr_is_multicast(false, addr);
}

static bool has_ports(u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return true;
	default:
		return false;
	}
}

static bool is_icmp(const struct k8sov_policy_flow *flow)
{
	return flow->protocol == (flow->v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/* Where the payload begins, negative if that is not in this fragment. */
static int find_payload(struct k8sov_policy_flow *flow,
			const struct sk_buff *skb)
{
	int offset = skb_network_offset(skb);
	const struct ipv6hdr *ip6h;
	const struct iphdr *iph;
	__be16 frag_off = 0;

	if (!flow->v6) {
		iph = ip_hdr(skb);
		flow->saddr = &iph->saddr;
		flow->daddr = &iph->daddr;
		flow->protocol = iph->protocol;
		return iph->frag_off & htons(IP_OFFSET) ? -1 :
		       offset + iph->ihl * 4;
	}
	ip6h = ipv6_hdr(skb);
	flow->saddr = &ip6h->saddr;
	flow->daddr = &ip6h->daddr;
	flow->protocol = ip6h->nexthdr;
	offset = ipv6_skip_exthdr(skb, offset + sizeof(*ip6h), &flow->protocol,
				  &frag_off);
	return frag_off & htons(IP6_OFFSET) ? -1 : offset;
}

static void read_header(struct k8sov_policy_flow *flow,
			const struct sk_buff *skb)
{
	int offset = find_payload(flow, skb);
	const __be16 *head;
	__be16 buffer[2];

	flow->kind = K8SOV_POLICY_OPAQUE;
	if (offset < 0)
		return;
	if (has_ports(flow->protocol)) {
		head = skb_header_pointer(skb, offset, 4, buffer);
		if (!head)
			return;
		flow->sport = head[0];
		flow->port = ntohs(head[1]);
	} else if (is_icmp(flow)) {
		head = skb_header_pointer(skb, offset, 2, buffer);
		if (!head)
			return;
		flow->port = ntohs(head[0]);
	}
	flow->kind = K8SOV_POLICY_PACKET;
}

static u8 icmp_type(const struct k8sov_policy_flow *flow)
{
	return flow->port >> 8;
}

static bool is_redirect(const struct k8sov_policy_flow *flow)
{
	return is_icmp(flow) && icmp_type(flow) ==
	       (flow->v6 ? NDISC_REDIRECT : ICMP_REDIRECT);
}

static bool is_error(const struct k8sov_policy_flow *flow)
{
	return is_icmp(flow) && (flow->v6 ? icmpv6_is_err(icmp_type(flow)) :
					    icmp_is_err(icmp_type(flow)));
}

/* Neighbour and listener discovery between a pod and its bridge or node. */
static bool keeps_link(const struct k8sov_policy_flow *flow,
		       const struct sk_buff *skb)
{
	if (!flow->v6 || !is_icmp(flow))
		return false;
	switch (icmp_type(flow)) {
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_ROUTER_ADVERTISEMENT:
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return ipv6_hdr(skb)->hop_limit == ND_HOP_LIMIT;
	case ICMPV6_MGM_QUERY:
	case ICMPV6_MGM_REPORT:
	case ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
		return k8sov_policy_on_link(true, flow->saddr);
	default:
		return false;
	}
}

static const struct nf_conntrack_tuple *tuple(const struct nf_conn *ct,
					      enum ip_conntrack_dir dir)
{
	return &ct->tuplehash[dir].tuple;
}

static bool is_party(const struct nf_conn *ct, const union nf_inet_addr *addr)
{
	enum ip_conntrack_dir dir;

	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		if (nf_inet_addr_cmp(&tuple(ct, dir)->src.u3, addr) ||
		    nf_inet_addr_cmp(&tuple(ct, dir)->dst.u3, addr))
			return true;
	return false;
}

/* A connection that a helper expected is part of the one that announced it,
 * unless that named somebody else.
 */
static const struct nf_conn *find_master(const struct nf_conn *ct)
{
	while (ct->master &&
	       is_party(ct->master, &tuple(ct, IP_CT_DIR_ORIGINAL)->src.u3) &&
	       is_party(ct->master, &tuple(ct, IP_CT_DIR_REPLY)->src.u3))
		ct = ct->master;
	return ct;
}

static void read_tuples(struct k8sov_policy_flow *flow,
			const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *there, *back;

	there = tuple(ct, IP_CT_DIR_ORIGINAL);
	back = tuple(ct, IP_CT_DIR_REPLY);
	flow->saddr = &there->src.u3;
	flow->daddr = &back->src.u3;
	flow->protocol = there->dst.protonum;
	flow->sport = 0;
	flow->port = 0;
	if (has_ports(flow->protocol)) {
		flow->sport = there->src.u.all;
		flow->port = ntohs(back->src.u.all);
	} else if (is_icmp(flow)) {
		flow->port = there->dst.u.icmp.type << 8 |
			     there->dst.u.icmp.code;
	}
}

/* Errors come from the flow's own ends or from routers. A pod that makes up
 * errors of others' flows is neither.
 */
static bool may_report(const struct k8sov_policy_flow *flow,
		       const struct k8sov_tables *tables,
		       const struct nf_conn *ct)
{
	union nf_inet_addr addr = {};

	memcpy(&addr, flow->saddr, flow->v6 ? sizeof(addr.in6) :
					      sizeof(addr.in));
	return is_party(ct, &addr) ||
	       !k8sov_lpm_lookup(&tables->peers->subnets[flow->v6],
				 flow->saddr) ||
	       k8sov_policy_is_node(flow, flow->saddr);
}

/**
 * k8sov_policy_flow_read() - find out what a packet belongs to
 * @flow: filled in; points into @skb and its connection
 * @tables: of the device that judges
 * @skb: the packet
 * @state: where it is
 */
void k8sov_policy_flow_read(struct k8sov_policy_flow *flow,
			    const struct k8sov_tables *tables,
			    const struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct;

	*flow = (struct k8sov_policy_flow){
		.net = state->net,
		.v6 = state->pf == NFPROTO_IPV6,
		.in = k8sov_bridge_port_in(skb) ?: skb->skb_iif,
		.out = k8sov_bridge_port_out(skb),
	};
	if (!flow->out && state->out)
		flow->out = state->out->ifindex;
	read_header(flow, skb);
	if (flow->kind == K8SOV_POLICY_PACKET && is_redirect(flow))
		flow->kind = K8SOV_POLICY_REDIRECT;
	else if (flow->kind == K8SOV_POLICY_PACKET && keeps_link(flow, skb))
		flow->kind = K8SOV_POLICY_LINK;
	if (flow->kind == K8SOV_POLICY_REDIRECT ||
	    flow->kind == K8SOV_POLICY_LINK)
		return;

	ct = nf_ct_get(skb, &ctinfo);
	if (!ct) {
		if (ctinfo != IP_CT_UNTRACKED)
			flow->kind = K8SOV_POLICY_OPAQUE;
		return;
	}
	flow->answer = CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY;
	if (k8sov_policy_on_link(flow->v6, flow->saddr) ||
	    k8sov_policy_on_link(flow->v6, flow->daddr))
		return;
	if (!is_error(flow))
		flow->kind = K8SOV_POLICY_FLOW;
	else if (may_report(flow, tables, ct))
		flow->kind = K8SOV_POLICY_ERROR;
	else
		return;
	read_tuples(flow, find_master(ct));
}

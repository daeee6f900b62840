/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_POLICY_FLOW_H
#define _K8SOV_POLICY_FLOW_H

#include <linux/types.h>

struct k8sov_tables;
struct net;
struct nf_hook_state;
struct sk_buff;

/**
 * enum k8sov_policy_kind - what is judged
 * @K8SOV_POLICY_FLOW: a tracked connection; the verdict is that of all packets
 *	of it, in both directions
 * @K8SOV_POLICY_ERROR: an ICMP error about such a connection, by somebody who
 *	may report it; passes if the connection does
 * @K8SOV_POLICY_PACKET: one packet, by its own header
 * @K8SOV_POLICY_LINK: a packet that keeps the link going; not for policy
 * @K8SOV_POLICY_REDIRECT: an ICMP redirect
 * @K8SOV_POLICY_OPAQUE: a packet that connection tracking cannot place, or
 *	whose header cannot be read
 */
enum k8sov_policy_kind {
	K8SOV_POLICY_FLOW,
	K8SOV_POLICY_ERROR,
	K8SOV_POLICY_PACKET,
	K8SOV_POLICY_LINK,
	K8SOV_POLICY_REDIRECT,
	K8SOV_POLICY_OPAQUE,
};

/**
 * struct k8sov_policy_flow - what policy has to know of a packet
 * @net: namespace that it is in
 * @kind: what is judged
 * @v6: family of the addresses
 * @saddr: who began, before any translation, in network order
 * @daddr: whom it is for, after all translation
 * @protocol: IP protocol
 * @sport: source port, 0 if there is none
 * @port: destination port behind @daddr; type << 8 | code of ICMP and ICMPv6
 * @in: interface that the packet came by, the port if that is a bridge's
 * @out: interface that it leaves by, 0 if it does not
 * @answer: @saddr is told by who answers, so it can be this node
 */
struct k8sov_policy_flow {
	struct net *net;
	enum k8sov_policy_kind kind;
	bool v6;
	const void *saddr;
	const void *daddr;
	u8 protocol;
	__be16 sport;
	u16 port;
	u32 in;
	u32 out;
	bool answer;
};

/* Packet path: callers hold rcu_read_lock(). */

bool k8sov_policy_is_node(const struct k8sov_policy_flow *flow,
			  const void *addr);
bool k8sov_policy_on_link(bool v6, const void *addr);
void k8sov_policy_flow_read(struct k8sov_policy_flow *flow,
			    const struct k8sov_tables *tables,
			    const struct sk_buff *skb,
			    const struct nf_hook_state *state);

#endif /* _K8SOV_POLICY_FLOW_H */

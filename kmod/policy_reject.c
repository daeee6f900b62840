// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "policy_reject.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <net/ipv6.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

static void reject_v4(struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (ip_hdr(skb)->protocol == IPPROTO_TCP)
		nf_send_reset(state->net, state->sk, skb, state->hook);
	else
		nf_send_unreach(skb, ICMP_PORT_UNREACH, state->hook);
}

#if IS_ENABLED(CONFIG_IPV6)
static void reject_v6(struct sk_buff *skb, const struct nf_hook_state *state)
{
	u8 protocol = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off;
	int offset;

	offset = ipv6_skip_exthdr(skb, skb_network_offset(skb) +
				  sizeof(struct ipv6hdr), &protocol, &frag_off);
	if (offset >= 0 && protocol == IPPROTO_TCP)
		nf_send_reset6(state->net, state->sk, skb, state->hook);
	else
		nf_send_unreach6(state->net, skb, ICMPV6_PORT_UNREACH,
				 state->hook);
}
#else
static void reject_v6(struct sk_buff *skb, const struct nf_hook_state *state)
{
}
#endif

/**
 * k8sov_policy_reject() - tell a sender that its packet is not wanted
 * @skb: the packet, to be dropped
 * @state: where it is, an IP hook behind the routing decision
 *
 * A TCP reset for TCP, the ICMP error of a closed port for all else.
 */
void k8sov_policy_reject(struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (state->pf == NFPROTO_IPV6)
		reject_v6(skb, state);
	else
		reject_v4(skb, state);
}

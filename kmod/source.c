// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/* A pod may only send from its own addresses, wherever the packet goes. */

#include "source.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>

#include "device.h"
#include "drop.h"
#include "endpoint.h"
#include "netns.h"
#include "refuse.h"

static bool is_address(const struct k8sov_addr *own, bool v6, const void *addr)
{
	if (v6)
		return own->family == AF_INET6 &&
		       ipv6_addr_equal(&own->v6, addr);
	return own->family == AF_INET && own->v4 == *(const __be32 *)addr;
}

/* DHCP: who has no address yet asks everybody on the link (RFC 2131, 4.1). */
static bool stays_on_link_v4(const __be32 *saddr, const __be32 *daddr)
{
	return !*saddr && ipv4_is_lbcast(*daddr);
}

/* Neighbour and listener discovery (RFC 4861, 4862, 2710). Routers forward
 * neither such sources nor such destinations.
 */
static bool stays_on_link_v6(const void *saddr, const void *daddr)
{
	int source = ipv6_addr_type(saddr);

	return (source == IPV6_ADDR_ANY ||
		(source & IPV6_ADDR_LINKLOCAL && source & IPV6_ADDR_UNICAST)) &&
	       ipv6_addr_type(daddr) & IPV6_ADDR_LINKLOCAL;
}

/**
 * k8sov_source_allowed() - may an endpoint send a packet from an address?
 * @ep: the endpoint whose link the packet enters by
 * @v6: family of the addresses
 * @saddr: source, in network order
 * @daddr: destination, in network order
 *
 * Context: any.
 * Return: true if the address is the endpoint's, or if the packet asks for
 * addresses and stays on the link.
 */
bool k8sov_source_allowed(const struct k8sov_endpoint *ep, bool v6,
			  const void *saddr, const void *daddr)
{
	unsigned int i;

	for (i = 0; i < ep->n_addrs; i++)
		if (is_address(&ep->addrs[i], v6, saddr))
			return true;
	return v6 ? stays_on_link_v6(saddr, daddr) :
		    stays_on_link_v4(saddr, daddr);
}

static unsigned int judge(struct k8sov_dev *kov, struct sk_buff *skb, bool v6,
			  const void *saddr, const void *daddr)
{
	const struct k8sov_tables *tables = rcu_dereference(kov->tables);
	const struct k8sov_endpoint *ep;

	/* Half of all packets come from the device, which is no endpoint. */
	if (skb->dev == kov->dev)
		return NF_ACCEPT;
	ep = k8sov_endpoint_find_rcu(tables->endpoints, skb->dev->ifindex);
	if (!ep || likely(k8sov_source_allowed(ep, v6, saddr, daddr)))
		return NF_ACCEPT;
	k8sov_drop(kov, skb, K8SOV_DROP_TX_SOURCE);
	return NF_STOLEN;
}

static unsigned int enter_v4(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);

	return judge(priv, skb, false, &iph->saddr, &iph->daddr);
}

static unsigned int enter_v6(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	return judge(priv, skb, true, &ip6h->saddr, &ip6h->daddr);
}

/* Before defragmentation, lest a pod adds fragments to another's packets, and
 * so before connection tracking, which it could fill.
 */
static const struct nf_hook_ops source_hooks[] = {
	{
		.hook = enter_v4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP_PRI_CONNTRACK_DEFRAG - 1,
	},
	{
		.hook = enter_v6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP6_PRI_CONNTRACK_DEFRAG - 1,
	},
};

/**
 * k8sov_source_hold() - check sources from now on
 * @kov: device, its lock held
 * @extack: words for a refusal
 *
 * Goes before the first live endpoint; k8sov_source_update() must follow.
 *
 * Context: may sleep.
 * Return: 0, also if held already; -ENOMEM; -E2BIG if the namespace has as many
 * hooks as netfilter allows.
 */
int k8sov_source_hold(struct k8sov_dev *kov, struct netlink_ext_ack *extack)
{
	struct net *net = dev_net(kov->dev);
	unsigned int i;
	int err;

	lockdep_assert_held(&kov->lock);
	if (kov->source_net)
		return 0;
	memcpy(kov->source_hooks, source_hooks, sizeof(source_hooks));
	for (i = 0; i < ARRAY_SIZE(kov->source_hooks); i++)
		kov->source_hooks[i].priv = kov;
	err = nf_register_net_hooks(net, kov->source_hooks,
				    ARRAY_SIZE(kov->source_hooks));
	if (err)
		return k8sov_refuse(extack, NULL, err,
				    "the namespace has no room for the netfilter hooks that check what pods send from");
	kov->source_net = net;
	atomic_inc(&k8sov_net(net)->source_users);
	return 0;
}

/**
 * k8sov_source_release() - check sources no more
 * @kov: device, its lock held
 *
 * Packets may be in the hooks until a grace period is over.
 *
 * Context: may sleep.
 */
void k8sov_source_release(struct k8sov_dev *kov)
{
	struct net *net = kov->source_net;

	lockdep_assert_held(&kov->lock);
	if (!net)
		return;
	kov->source_net = NULL;
	atomic_dec(&k8sov_net(net)->source_users);
	nf_unregister_net_hooks(net, kov->source_hooks,
				ARRAY_SIZE(kov->source_hooks));
}

/**
 * k8sov_source_update() - the live endpoints may have gone
 * @kov: device, its lock held
 *
 * Hooks cost every packet of the namespace, so they stay only while there is
 * an endpoint.
 *
 * Context: may sleep.
 */
void k8sov_source_update(struct k8sov_dev *kov)
{
	if (!k8sov_tables_locked(kov)->endpoints->count)
		k8sov_source_release(kov);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "hook.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack.h>

#include "device.h"
#include "drop.h"
#include "netns.h"
#include "tables.h"

/**
 * struct arrival - an incoming packet of the underlay
 * @skb: the packet
 * @saddr: its source address, in network order
 * @v6: its family
 * @protocol: of its payload
 * @port: UDP destination port, 0 if it has none that can be read
 * @fragment: it is one, as are packets that come after it
 */
struct arrival {
	struct sk_buff *skb;
	const void *saddr;
	bool v6;
	u8 protocol;
	__be16 port;
	bool fragment;
};

static bool is_tunnel_packet(const struct k8sov_conf *conf,
			     const struct arrival *a)
{
	/* Defragmentation skips untracked packets, so a first fragment must
	 * go where its siblings go.
	 */
	if (a->fragment)
		return false;
	if (a->port)
		return a->port == conf->port || a->port == conf->geneve_port;
	return a->protocol == IPPROTO_IPIP || a->protocol == IPPROTO_IPV6;
}

/* Every inner flow has an outer source port of its own, so tracking outer
 * packets would hold one never answered connection for each.
 */
static bool untrack(const struct k8sov_dev *kov, const struct arrival *a)
{
	const struct k8sov_conf *conf = k8sov_conf_rcu(kov);
	const struct k8sov_tables *tables;

	if (!conf->notrack || !is_tunnel_packet(conf, a))
		return false;
	tables = rcu_dereference(kov->tables);
	if (!k8sov_host_find_outer_rcu(tables->peers, a->v6, a->saddr))
		return false;
	/* The raw table may have left a reference to a template. */
	nf_reset_ct(a->skb);
	nf_ct_set(a->skb, NULL, IP_CT_UNTRACKED);
	return true;
}

/* Packets of direct hosts arrive without passing the device, so the source
 * is checked here: only those hosts may send without encapsulation.
 */
static bool forged(const struct k8sov_dev *kov, const struct arrival *a)
{
	const struct k8sov_tables *tables = rcu_dereference(kov->tables);
	const struct k8sov_peers *peers = tables->peers;
	const struct k8sov_lpm_entry *entry;
	const struct k8sov_host *host;
	u32 value;

	/* What an overlay device hands up was checked; a VRF shows packets of
	 * its ports a second time.
	 */
	if (!READ_ONCE(peers->n_encap[K8SOV_ENCAP_DIRECT]) ||
	    k8sov_device_is(a->skb->dev) || netif_is_l3_master(a->skb->dev))
		return false;
	entry = k8sov_lpm_lookup(&peers->subnets[a->v6], a->saddr);
	if (!entry)
		return false;
	value = READ_ONCE(entry->value);
	if (k8sov_subnet_value_type(value) != K8SOV_SUBNET_TYPE_HOST)
		return false;
	host = k8sov_host_find_rcu(peers, k8sov_subnet_value_host(value));
	return !host || host->encap != K8SOV_ENCAP_DIRECT;
}

static unsigned int judge(const struct k8sov_net *kn, const struct arrival *a)
{
	struct k8sov_dev *kov;

	list_for_each_entry_rcu(kov, &kn->devices, on_net) {
		if (untrack(kov, a))
			return NF_ACCEPT;
		if (forged(kov, a)) {
			k8sov_drop(kov, a->skb, K8SOV_DROP_RX_DIRECT);
			return NF_STOLEN;
		}
	}
	return NF_ACCEPT;
}

static __be16 udp_port(const struct sk_buff *skb, unsigned int offset)
{
	const struct udphdr *uh;
	struct udphdr buffer;

	uh = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	return uh ? uh->dest : 0;
}

static unsigned int arrive_v4(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct arrival a = {
		.skb = skb,
		.saddr = &iph->saddr,
		.protocol = iph->protocol,
		.fragment = ip_is_fragment(iph),
	};

	if (iph->protocol == IPPROTO_UDP && !a.fragment)
		a.port = udp_port(skb, skb_network_offset(skb) + iph->ihl * 4);
	return judge(priv, &a);
}

static unsigned int arrive_v6(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct arrival a = {
		.skb = skb,
		.saddr = &ip6h->saddr,
		.v6 = true,
		.protocol = ip6h->nexthdr,
	};

	if (ip6h->nexthdr == IPPROTO_UDP)
		a.port = udp_port(skb, skb_network_offset(skb) + sizeof(*ip6h));
	return judge(priv, &a);
}

/* After defragmentation and the raw table, before connection tracking. */
static const struct nf_hook_ops hook_ops[] = {
	{
		.hook = arrive_v4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP_PRI_CONNTRACK - 1,
	},
	{
		.hook = arrive_v6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = NF_IP6_PRI_CONNTRACK - 1,
	},
};

/**
 * k8sov_hook_hold() - see the incoming packets of a device's underlay
 * @kov: the device
 *
 * Context: RTNL; may sleep.
 * Return: 0, also if held already; -ENOMEM.
 */
int k8sov_hook_hold(struct k8sov_dev *kov)
{
	struct k8sov_net *kn = k8sov_net(kov->net);
	int i, err;

	ASSERT_RTNL();
	if (kov->hooked)
		return 0;
	if (!kn->hook_users) {
		memcpy(kn->hooks, hook_ops, sizeof(kn->hooks));
		for (i = 0; i < ARRAY_SIZE(kn->hooks); i++)
			kn->hooks[i].priv = kn;
		err = nf_register_net_hooks(kov->net, kn->hooks,
					    ARRAY_SIZE(kn->hooks));
		if (err)
			return err;
	}
	WRITE_ONCE(kn->hook_users, kn->hook_users + 1);
	WRITE_ONCE(kov->hooked, true);
	return 0;
}

/**
 * k8sov_hook_release() - undo k8sov_hook_hold()
 * @kov: the device
 *
 * Context: RTNL; may sleep.
 */
void k8sov_hook_release(struct k8sov_dev *kov)
{
	struct k8sov_net *kn = k8sov_net(kov->net);

	ASSERT_RTNL();
	if (!kov->hooked)
		return;
	WRITE_ONCE(kov->hooked, false);
	WRITE_ONCE(kn->hook_users, kn->hook_users - 1);
	if (!kn->hook_users)
		nf_unregister_net_hooks(kov->net, kn->hooks,
					ARRAY_SIZE(kn->hooks));
}

static bool others_at(const struct k8sov_net *kn,
		      const struct nf_hook_entries *entries)
{
	return entries && entries->num_hook_entries >
			  !!READ_ONCE(kn->hook_users) +
			  atomic_read(&kn->late_users);
}

/**
 * k8sov_hook_others() - do others than this module have hooks?
 * @net: namespace of the underlay
 *
 * Context: any.
 * Return: true if packets that arrive meet hooks that are not ours.
 */
bool k8sov_hook_others(const struct net *net)
{
	const struct k8sov_net *kn = k8sov_net(net);
	const struct nf_hook_entries *v4, *v6;
	const struct netns_nf *nf = &net->nf;
	bool others;

	rcu_read_lock();
	v4 = rcu_dereference(nf->hooks_ipv4[NF_INET_PRE_ROUTING]);
	v6 = rcu_dereference(nf->hooks_ipv6[NF_INET_PRE_ROUTING]);
	others = others_at(kn, v4) || others_at(kn, v6);
	rcu_read_unlock();
	return others;
}

/**
 * k8sov_hook_update() - hold the hooks exactly while they are of use
 * @kov: the device
 *
 * A hook costs every packet of the namespace, and there is nothing to keep
 * outer packets out of where nobody else has one. Packets tell when that
 * changes (k8sov_hook_missing()).
 *
 * Context: RTNL; may sleep.
 */
void k8sov_hook_update(struct k8sov_dev *kov)
{
	const struct k8sov_tables *tables = rtnl_dereference(kov->tables);
	bool want = READ_ONCE(tables->peers->n_encap[K8SOV_ENCAP_DIRECT]);

	want |= rtnl_dereference(kov->conf)->notrack &&
		k8sov_hook_others(kov->net);
	if (!want || !netif_running(kov->dev))
		k8sov_hook_release(kov);
	else if (k8sov_hook_hold(kov))
		netdev_warn_once(kov->dev,
				 "no memory to keep outer packets out of connection tracking\n");
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/*
 * Where packets meet policy. Connection tracking remembers verdicts: the upper
 * half of a connection's label holds the generation of policy that let it
 * pass. Any other value, also one that somebody else wrote there, means that
 * the connection is judged again.
 */

#include "policy_hook.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/rtnetlink.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_labels.h>

#include "compat/compat.h"
#include "device.h"
#include "drop.h"
#include "endpoint.h"
#include "netns.h"
#include "policy.h"
#include "policy_event.h"
#include "policy_flow.h"
#include "policy_reject.h"
#include "policy_verdict.h"
#include "stats.h"

#define LABEL_WORD	1	/* bits 64 to 127 */
#define LABEL_BIT	127

static_assert(sizeof(((struct nf_conn_labels *)0)->bits) == 16);
static_assert(BITS_PER_LONG == 64);

static bool has_passed(const struct nf_conn *ct, u64 generation)
{
	const struct nf_conn_labels *labels = nf_ct_labels_find(ct);

	return labels && READ_ONCE(labels->bits[LABEL_WORD]) == generation;
}

/* Not by nf_connlabels_replace(), which tells everybody who listens. */
static void let_pass(const struct nf_conn *ct, u64 generation)
{
	struct nf_conn_labels *labels = nf_ct_labels_find(ct);

	if (labels)
		WRITE_ONCE(labels->bits[LABEL_WORD], generation);
}

static void note_verdict(struct k8sov_dev *kov,
			 const struct k8sov_policy_flow *flow,
			 const struct k8sov_verdict *v, bool first)
{
	if (v->rule)
		atomic64_inc(&v->rule->hits);
	if (v->reason || (first && v->rule && v->rule->log))
		k8sov_policy_event(kov, flow, v);
}

/* Tunnels' packets are not tracked, so each of them comes to judge(). */
static bool is_outer(const struct k8sov_tables *tables,
		     const struct sk_buff *skb,
		     const struct nf_hook_state *state)
{
	if (state->hook != NF_INET_LOCAL_IN || skb_nfct(skb))
		return false;
	return state->pf == NFPROTO_IPV6 ?
	       k8sov_policy_is_strange(tables, true, &ipv6_hdr(skb)->saddr) :
	       k8sov_policy_is_strange(tables, false, &ip_hdr(skb)->saddr);
}

/**
 * struct judging - a packet before its judges
 * @skb: the packet
 * @state: where it is
 * @first: its connection is not established, or it has none
 * @passed: policy of this generation has let the connection pass
 * @whole: what holds for the packet holds for the connection
 */
struct judging {
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	bool first;
	bool passed;
	bool whole;
};

/* Returns false if the packet is gone. */
static bool judge_for(struct k8sov_dev *kov, struct judging *j)
{
	const struct k8sov_tables *tables = rcu_dereference(kov->tables);
	struct k8sov_verdict verdicts[K8SOV_POLICY_DIRECTIONS];
	const struct k8sov_verdict *v;
	struct k8sov_policy_flow flow;
	int i;

	if (is_outer(tables, j->skb, j->state))
		return true;
	k8sov_policy_flow_read(&flow, tables, j->skb, j->state);
	j->whole &= flow.kind == K8SOV_POLICY_FLOW;
	if (j->passed && flow.kind == K8SOV_POLICY_ERROR)
		return true;
	k8sov_policy_decide(tables, &flow, verdicts);
	/* The sender's side first, as a packet meets them. */
	for (i = K8SOV_POLICY_DIRECTIONS - 1; i >= 0; i--) {
		v = &verdicts[i];
		note_verdict(kov, &flow, v, j->first);
		if (!v->reason)
			continue;
		if (k8sov_policy_mode(kov) != K8SOV_POLICY_MODE_ENFORCE) {
			k8sov_stats_audited(kov);
			continue;
		}
		if (v->rule && v->rule->action == K8SOV_RULE_ACTION_REJECT)
			k8sov_policy_reject(j->skb, j->state);
		k8sov_drop(kov, j->skb, v->reason);
		return false;
	}
	return true;
}

static noinline unsigned int judge(const struct k8sov_net *kn,
				   struct sk_buff *skb,
				   const struct nf_hook_state *state,
				   u64 generation)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	struct judging j = {
		.skb = skb,
		.state = state,
		.first = !ct || !nf_ct_is_confirmed(ct),
		.passed = ct && has_passed(ct, generation),
		.whole = ct,
	};
	struct k8sov_dev *kov;

	list_for_each_entry_rcu(kov, &kn->policy_devices, on_policy)
		if (k8sov_policy_mode(kov) != K8SOV_POLICY_MODE_OFF &&
		    !judge_for(kov, &j))
			return NF_STOLEN;
	if (j.whole)
		let_pass(ct, generation);
	return NF_ACCEPT;
}

static unsigned int pass_ip(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	const struct k8sov_net *kn = priv;
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct;
	u64 generation;

	/* The node reaches its pods, and tunnels were judged inside. */
	if (!skb->skb_iif)
		return NF_ACCEPT;
	/* Before the tables, so that a verdict is never newer than they. */
	generation = atomic64_read_acquire(&kn->policy_generation);
	ct = nf_ct_get(skb, &ctinfo);
	if (likely(ct && ctinfo % IP_CT_IS_REPLY != IP_CT_RELATED &&
		   has_passed(ct, generation)))
		return NF_ACCEPT;
	return judge(kn, skb, state, generation);
}

/*
 * A frame from port to port that netfilter's IP hooks have not seen, or that
 * they will not see at the way out. ARP is not for them.
 */
static unsigned int pass_bridge(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct k8sov_verdict v = { .reason = K8SOV_DROP_POLICY_BRIDGED };
	struct k8sov_policy_flow flow = { .net = state->net };
	const struct k8sov_net *kn = priv;
	struct k8sov_endpoints *eps;
	struct k8sov_dev *kov;

	if (k8sov_bridge_seen(skb) || skb->protocol == htons(ETH_P_ARP))
		return NF_ACCEPT;
	list_for_each_entry_rcu(kov, &kn->policy_devices, on_policy) {
		if (k8sov_policy_mode(kov) == K8SOV_POLICY_MODE_OFF)
			continue;
		eps = rcu_dereference(kov->tables)->endpoints;
		v.direction = K8SOV_POLICY_DIRECTION_EGRESS;
		v.ep = k8sov_endpoint_find_rcu(eps, state->in->ifindex);
		if (!v.ep) {
			v.direction = K8SOV_POLICY_DIRECTION_INGRESS;
			v.ep = k8sov_endpoint_find_rcu(eps,
						       state->out->ifindex);
		}
		if (!v.ep)
			continue;
		note_verdict(kov, &flow, &v, true);
		if (k8sov_policy_mode(kov) == K8SOV_POLICY_MODE_ENFORCE) {
			k8sov_drop(kov, skb, v.reason);
			return NF_STOLEN;
		}
		k8sov_stats_audited(kov);
	}
	return NF_ACCEPT;
}

/* After translation of destinations and before that of sources; for the node
 * itself after IPVS took what is not. Bridges: behind br_netfilter.
 */
#define HOOK(function, family, place, order) {	\
	.hook = function,			\
	.pf = family,				\
	.hooknum = place,			\
	.priority = order,			\
}

static const struct nf_hook_ops hook_ops[] = {
	HOOK(pass_ip, NFPROTO_IPV4, NF_INET_LOCAL_IN, NF_IP_PRI_NAT_SRC + 1),
	HOOK(pass_ip, NFPROTO_IPV4, NF_INET_POST_ROUTING,
	     NF_IP_PRI_NAT_SRC - 1),
	HOOK(pass_ip, NFPROTO_IPV6, NF_INET_LOCAL_IN, NF_IP6_PRI_NAT_SRC + 1),
	HOOK(pass_ip, NFPROTO_IPV6, NF_INET_POST_ROUTING,
	     NF_IP6_PRI_NAT_SRC - 1),
	HOOK(pass_bridge, NFPROTO_BRIDGE, NF_BR_FORWARD, NF_BR_PRI_LAST),
};

static_assert(ARRAY_SIZE(hook_ops) == K8SOV_POLICY_HOOKS);

/**
 * k8sov_policy_net_init() - prepare a namespace
 * @kn: our part of it
 *
 * The clock gives generations that no earlier life of the module has used.
 */
void k8sov_policy_net_init(struct k8sov_net *kn)
{
	INIT_LIST_HEAD(&kn->policy_devices);
	atomic64_set(&kn->policy_generation, ktime_get_boottime_ns());
	k8sov_policy_event_init(kn);
}

static int hook_up(struct net *net, struct k8sov_net *kn)
{
	int i, err;

	err = nf_ct_netns_get(net, NFPROTO_INET);
	if (err)
		return err;
	err = nf_connlabels_get(net, LABEL_BIT);
	if (err)
		goto err_conntrack;
	memcpy(kn->policy_hooks, hook_ops, sizeof(hook_ops));
	for (i = 0; i < ARRAY_SIZE(hook_ops); i++)
		kn->policy_hooks[i].priv = kn;
	err = nf_register_net_hooks(net, kn->policy_hooks,
				    ARRAY_SIZE(hook_ops));
	if (err)
		goto err_labels;
	return 0;

err_labels:
	nf_connlabels_put(net);
err_conntrack:
	nf_ct_netns_put(net, NFPROTO_INET);
	return err;
}

/**
 * k8sov_policy_hold() - let packets of the device's namespace meet it
 * @kov: the device; its configuration says what becomes of them
 * @extack: words for a refusal
 *
 * Context: RTNL; may sleep.
 * Return: 0, also if they do already; -ENOMEM; -E2BIG if the namespace has as
 * many hooks as netfilter allows; or what connection tracking returned.
 */
int k8sov_policy_hold(struct k8sov_dev *kov, struct netlink_ext_ack *extack)
{
	struct net *net = dev_net(kov->dev);
	struct k8sov_net *kn = k8sov_net(net);
	int err;

	ASSERT_RTNL();
	if (kov->policy_net)
		return 0;
	if (list_empty(&kn->policy_devices)) {
		err = hook_up(net, kn);
		if (err) {
			NL_SET_ERR_MSG_MOD(extack,
					   "Policy cannot be enforced: the namespace has no room for its netfilter hooks");
			return err;
		}
	}
	WRITE_ONCE(kov->policy_net, net);
	list_add_tail_rcu(&kov->on_policy, &kn->policy_devices);
	return 0;
}

static void pin(struct k8sov_dev *kov, bool want)
{
	if (want == kov->policy_pinned)
		return;
	kov->policy_pinned = want;
	if (want)
		__module_get(THIS_MODULE);
	else
		module_put(THIS_MODULE);
}

/**
 * k8sov_policy_release() - judge no more
 * @kov: the device
 *
 * Context: RTNL; may sleep. No packet uses the device for policy afterwards.
 */
void k8sov_policy_release(struct k8sov_dev *kov)
{
	struct net *net = kov->policy_net;
	struct k8sov_net *kn;

	ASSERT_RTNL();
	if (!net)
		return;
	kn = k8sov_net(net);
	list_del_rcu(&kov->on_policy);
	WRITE_ONCE(kov->policy_net, NULL);
	if (list_empty(&kn->policy_devices)) {
		nf_unregister_net_hooks(net, kn->policy_hooks,
					ARRAY_SIZE(hook_ops));
		nf_connlabels_put(net);
		nf_ct_netns_put(net, NFPROTO_INET);
	}
	synchronize_net();
	pin(kov, false);
}

/**
 * k8sov_policy_update() - a device has another mode
 * @kov: the device, held if its mode is not off
 *
 * Connections that only passed in the old mode are judged again. While a
 * device enforces, the module stays: unloading it would open all pods.
 *
 * Context: RTNL; may sleep.
 */
void k8sov_policy_update(struct k8sov_dev *kov)
{
	u8 mode = rtnl_dereference(kov->conf)->policy;

	if (mode == K8SOV_POLICY_MODE_OFF) {
		k8sov_policy_release(kov);
		return;
	}
	pin(kov, mode == K8SOV_POLICY_MODE_ENFORCE);
	k8sov_policy_changed(kov);
}

/**
 * k8sov_policy_follow() - a device has come to another namespace, or comes up
 * @kov: the device
 *
 * A move cannot be refused any more, so the device stays down there, and takes
 * no pods (k8sov_policy_is_lost()), until its policy can be enforced.
 *
 * Context: RTNL; may sleep.
 * Return: 0, also if it is enforced already; or as k8sov_policy_hold().
 */
int k8sov_policy_follow(struct k8sov_dev *kov)
{
	const struct k8sov_conf *conf = rtnl_dereference(kov->conf);
	int err;

	if (conf->policy == K8SOV_POLICY_MODE_OFF || kov->policy_net)
		return 0;
	err = k8sov_policy_hold(kov, NULL);
	if (err)
		netdev_warn(kov->dev,
			    "no netfilter hooks for policy in this namespace: the device stays down\n");
	else
		k8sov_policy_update(kov);
	return err;
}

/**
 * k8sov_policy_changed() - verdicts may be others from now on
 * @kov: device of which something has changed, visible to packets already
 *
 * Context: any.
 */
void k8sov_policy_changed(const struct k8sov_dev *kov)
{
	const struct net *net;

	rcu_read_lock();
	net = READ_ONCE(kov->policy_net);
	if (net)
		atomic64_inc_return(&k8sov_net(net)->policy_generation);
	rcu_read_unlock();
}

/**
 * k8sov_policy_node_changed() - a node has other addresses from now on
 * @net: its namespace
 *
 * Context: any.
 */
void k8sov_policy_node_changed(const struct net *net)
{
	atomic64_inc_return(&k8sov_net(net)->policy_generation);
}

/**
 * k8sov_policy_is_lost() - does a device not judge although it is to?
 * @kov: the device
 *
 * Context: any.
 * Return: true if it has come to a namespace without room for its hooks.
 */
bool k8sov_policy_is_lost(const struct k8sov_dev *kov)
{
	bool lost;

	rcu_read_lock();
	lost = k8sov_conf_rcu(kov)->policy != K8SOV_POLICY_MODE_OFF &&
	       !READ_ONCE(kov->policy_net);
	rcu_read_unlock();
	return lost;
}

/**
 * k8sov_policy_mode() - what is done with verdicts
 * @kov: the device
 *
 * Context: any.
 * Return: enum k8sov_policy_mode.
 */
u8 k8sov_policy_mode(const struct k8sov_dev *kov)
{
	u8 mode;

	if (!READ_ONCE(kov->policy_net))
		return K8SOV_POLICY_MODE_OFF;
	rcu_read_lock();
	mode = k8sov_conf_rcu(kov)->policy;
	rcu_read_unlock();
	return mode;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "explain.h"

#include <net/dst.h>
#include <net/ip6_fib.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "device.h"
#include "encap.h"
#include "endpoint.h"
#include "identity.h"
#include "policy.h"
#include "policy_hook.h"
#include "policy_verdict.h"
#include "route.h"
#include "rx.h"
#include "source.h"
#include "tables.h"
#include "tx.h"

static struct k8sov_explain_step *add_step(struct k8sov_explanation *x,
					   u8 kind)
{
	struct k8sov_explain_step *step = &x->steps[x->n++];

	memset(step, 0, sizeof(*step));
	step->kind = kind;
	return step;
}

static bool is_v6(const struct k8sov_addr *addr)
{
	return addr->family == AF_INET6;
}

static void add_device(struct k8sov_explanation *x,
		       const struct k8sov_dev *kov)
{
	struct k8sov_explain_step *step = add_step(x, K8SOV_STEP_DEVICE);

	step->link = kov->dev->ifindex;
	step->mtu = READ_ONCE(kov->dev->mtu);
}

static void add_subnet(struct k8sov_explanation *x, u8 kind,
		       const struct k8sov_peers *peers,
		       const struct k8sov_addr *addr)
{
	struct k8sov_explain_step *step = add_step(x, kind);

	step->address = *addr;
	step->subnet = k8sov_lpm_lookup(&peers->subnets[is_v6(addr)],
					addr->bytes);
}

static void add_identity(struct k8sov_explanation *x, u8 kind,
			 const struct k8sov_tables *tables,
			 const struct k8sov_addr *addr)
{
	struct k8sov_explain_step *step = add_step(x, kind);

	step->address = *addr;
	step->identity = k8sov_identity_lookup_rcu(tables->identities,
						   is_v6(addr), addr->bytes);
}

/* The endpoint is the source of what we send and the destination of what we
 * receive. Traffic of the node itself has none.
 */
static void add_endpoint(struct k8sov_explanation *x,
			 const struct k8sov_tables *tables,
			 const struct k8sov_addr *addr)
{
	const struct k8sov_endpoint *ep;
	struct k8sov_explain_step *step;

	ep = k8sov_endpoint_find_addr_rcu(tables->endpoints, is_v6(addr),
					  addr->bytes);
	if (!ep)
		return;
	step = add_step(x, K8SOV_STEP_ENDPOINT);
	step->address = *addr;
	step->endpoint = ep;
	step->link = ep->link;
	step->identity = ep->identity;
}

static void read_gateway(const struct dst_entry *dst, struct k8sov_addr *gw)
{
	const struct rtable *rt;

#if IS_ENABLED(CONFIG_IPV6)
	if (dst->ops->family == AF_INET6) {
		const struct rt6_info *rt6;

		rt6 = container_of(dst, struct rt6_info, dst);
		if (rt6->rt6i_flags & RTF_GATEWAY) {
			gw->family = AF_INET6;
			gw->v6 = rt6->rt6i_gateway;
		}
		return;
	}
#endif
	rt = container_of(dst, struct rtable, dst);
	gw->family = rt->rt_gw_family;
	if (rt->rt_gw_family == AF_INET)
		gw->v4 = rt->rt_gw4;
	else if (rt->rt_gw_family == AF_INET6)
		gw->v6 = rt->rt_gw6;
}

static enum k8sov_drop add_route(struct k8sov_explanation *x,
				 struct k8sov_dev *kov,
				 const struct k8sov_conf *conf,
				 struct k8sov_host *host)
{
	struct k8sov_explain_step *step = add_step(x, K8SOV_STEP_ROUTE);
	enum k8sov_drop reason = K8SOV_DROP_NONE;
	bool v6 = is_v6(&host->remote);
	struct dst_entry *dst;

	step->address = host->remote;
	dst = k8sov_route_host(kov, conf, host, conf->tos, &step->source);
	if (IS_ERR(dst)) {
		step->source.family = 0;
		return K8SOV_DROP_TX_NO_ROUTE;
	}

	step->link = dst->dev->ifindex;
	step->mtu = dst_mtu(dst) - k8sov_encap_overhead(host->encap, v6);
	read_gateway(dst, &step->gateway);
	if (dst->dev == kov->dev)
		reason = K8SOV_DROP_TX_LOOP;
	else if (host->encap == K8SOV_ENCAP_DIRECT && !k8sov_route_on_link(dst))
		reason = K8SOV_DROP_TX_NOT_ON_LINK;
	dst_release(dst);
	return reason;
}

static enum k8sov_drop add_source_check(struct k8sov_explanation *x,
					const struct k8sov_tables *tables,
					const struct k8sov_question *q)
{
	const struct k8sov_endpoint *ep;
	struct k8sov_explain_step *step;

	ep = k8sov_endpoint_find_rcu(tables->endpoints, q->link);
	if (!ep)
		return K8SOV_DROP_NONE;
	step = add_step(x, K8SOV_STEP_SOURCE_CHECK);
	step->address = q->source;
	step->endpoint = ep;
	step->link = ep->link;
	return k8sov_source_allowed(ep, is_v6(&q->source), q->source.bytes,
				    q->destination.bytes) ?
	       K8SOV_DROP_NONE : K8SOV_DROP_TX_SOURCE;
}

static enum k8sov_drop add_verdict(struct k8sov_explanation *x,
				   const struct k8sov_question *q,
				   const struct k8sov_verdict *v)
{
	bool egress = v->direction == K8SOV_POLICY_DIRECTION_EGRESS;
	struct k8sov_explain_step *step;

	if (!v->ep && !v->reason)
		return K8SOV_DROP_NONE;
	step = add_step(x, egress ? K8SOV_STEP_EGRESS_POLICY :
				    K8SOV_STEP_INGRESS_POLICY);
	step->address = egress ? q->source : q->destination;
	step->endpoint = v->ep;
	step->ruleset = v->ruleset;
	step->rule = v->rule;
	step->index = v->index;
	step->identity = v->identity;
	step->reason = v->reason;
	return v->reason;
}

/* A question names an interface or comes from the overlay, unless the node
 * itself is meant.
 */
static enum k8sov_drop add_policy(struct k8sov_explanation *x,
				  const struct k8sov_dev *kov,
				  const struct k8sov_tables *tables,
				  const struct k8sov_question *q)
{
	struct k8sov_verdict verdicts[K8SOV_POLICY_DIRECTIONS];
	const struct k8sov_policy_flow flow = {
		.net = dev_net(kov->dev),
		.kind = K8SOV_POLICY_FLOW,
		.v6 = is_v6(&q->source),
		.saddr = q->source.bytes,
		.daddr = q->destination.bytes,
		.protocol = q->protocol,
		.port = q->port,
		.in = q->link,
		.answer = !q->rx && !q->link,
	};
	enum k8sov_drop reason;

	if (k8sov_policy_mode(kov) == K8SOV_POLICY_MODE_OFF)
		return K8SOV_DROP_NONE;
	k8sov_policy_decide(tables, &flow, verdicts);
	reason = add_verdict(x, q, &verdicts[K8SOV_POLICY_DIRECTION_EGRESS]);
	if (!reason)
		reason = add_verdict(x, q,
				     &verdicts[K8SOV_POLICY_DIRECTION_INGRESS]);
	return k8sov_policy_mode(kov) == K8SOV_POLICY_MODE_ENFORCE ?
	       reason : K8SOV_DROP_NONE;
}

/* A packet to a pod of this node meets policy, but not the device. */
static bool judged_here(const struct k8sov_dev *kov,
			const struct k8sov_tables *tables,
			const struct k8sov_question *q)
{
	return k8sov_policy_mode(kov) != K8SOV_POLICY_MODE_OFF &&
	       k8sov_endpoint_find_addr_rcu(tables->endpoints,
					    is_v6(&q->destination),
					    q->destination.bytes);
}

static enum k8sov_drop explain_tx(struct k8sov_dev *kov,
				  const struct k8sov_tables *tables,
				  const struct k8sov_question *q,
				  struct k8sov_explanation *x)
{
	enum k8sov_drop reason;
	struct k8sov_host *host;

	reason = add_source_check(x, tables, q);
	if (reason)
		return reason;
	add_subnet(x, K8SOV_STEP_SOURCE, tables->peers, &q->source);
	add_endpoint(x, tables, &q->source);
	add_identity(x, K8SOV_STEP_SOURCE_IDENTITY, tables, &q->source);
	add_subnet(x, K8SOV_STEP_DESTINATION, tables->peers, &q->destination);
	reason = add_policy(x, kov, tables, q);
	if (reason || judged_here(kov, tables, q))
		return reason;
	reason = k8sov_tx_find(tables->peers, is_v6(&q->destination),
			       q->destination.bytes, &host);
	if (reason)
		return reason;
	add_identity(x, K8SOV_STEP_DESTINATION_IDENTITY, tables,
		     &q->destination);
	add_step(x, K8SOV_STEP_HOST)->host = host;
	return add_route(x, kov, k8sov_conf_rcu(kov), host);
}

static enum k8sov_drop explain_rx(struct k8sov_dev *kov,
				  const struct k8sov_tables *tables,
				  const struct k8sov_question *q,
				  struct k8sov_explanation *x)
{
	const struct k8sov_peers *peers = tables->peers;
	bool v6 = is_v6(&q->destination);
	struct k8sov_explain_step *step;
	const struct k8sov_host *host;
	enum k8sov_drop reason;

	step = add_step(x, K8SOV_STEP_OUTER_SOURCE);
	step->address = q->outer;
	host = k8sov_host_find_outer_rcu(peers, is_v6(&q->outer),
					 q->outer.bytes);
	step->host = host;
	if (!host)
		return K8SOV_DROP_RX_HOST;
	if (!netif_running(kov->dev))
		return K8SOV_DROP_RX_DOWN;

	add_subnet(x, K8SOV_STEP_SOURCE, peers, &q->source);
	add_identity(x, K8SOV_STEP_SOURCE_IDENTITY, tables, &q->source);
	add_subnet(x, K8SOV_STEP_DESTINATION, peers, &q->destination);
	add_endpoint(x, tables, &q->destination);
	add_identity(x, K8SOV_STEP_DESTINATION_IDENTITY, tables,
		     &q->destination);
	reason = k8sov_rx_check(peers, host->id,
				k8sov_rx_source(peers, v6, q->source.bytes),
				v6, q->destination.bytes);
	return reason ?: add_policy(x, kov, tables, q);
}

/**
 * k8sov_explain() - say what would happen to a packet
 * @kov: device, its lock held and not dying
 * @q: the packet
 * @x: filled in; points to hosts, subnets and endpoints, which stay as long as
 *	the lock is held
 *
 * Makes the lookups of k8sov_tx_start() or k8sov_rx_deliver(), in their order.
 * What depends on the packet beyond its addresses is left out: its length,
 * headers and congestion marks.
 *
 * Context: may sleep.
 */
void k8sov_explain(struct k8sov_dev *kov, const struct k8sov_question *q,
		   struct k8sov_explanation *x)
{
	const struct k8sov_tables *tables;

	x->n = 0;
	rcu_read_lock();
	local_bh_disable();
	tables = rcu_dereference(kov->tables);
	add_device(x, kov);
	if (q->rx)
		x->reason = explain_rx(kov, tables, q, x);
	else
		x->reason = explain_tx(kov, tables, q, x);
	add_step(x, K8SOV_STEP_VERDICT)->reason = x->reason;
	local_bh_enable();
	rcu_read_unlock();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

/* May a flow be? What its ends' rulesets say, and what holds without any. */

#include "policy_verdict.h"

#include "endpoint.h"
#include "identity.h"
#include "policy.h"
#include "subnet.h"
#include "tables.h"

/**
 * struct ends - both ends of a flow
 * @ep: endpoints by enum k8sov_policy_direction: the one that the flow is for,
 *	and the one that it is from
 */
struct ends {
	struct k8sov_endpoint *ep[K8SOV_POLICY_DIRECTIONS];
};

static const void *address(const struct k8sov_policy_flow *flow, u32 direction)
{
	return direction == K8SOV_POLICY_DIRECTION_EGRESS ? flow->saddr :
							    flow->daddr;
}

static struct k8sov_endpoint *find_end(const struct k8sov_tables *tables,
				       const struct k8sov_policy_flow *flow,
				       u32 direction)
{
	const void *addr = address(flow, direction);
	struct k8sov_endpoint *ep;

	ep = k8sov_endpoint_find_addr_rcu(tables->endpoints, flow->v6, addr);
	if (ep || !k8sov_policy_on_link(flow->v6, addr))
		return ep;
	return k8sov_endpoint_find_rcu(tables->endpoints,
				       direction ==
				       K8SOV_POLICY_DIRECTION_EGRESS ?
				       flow->in : flow->out);
}

/* A pod that nobody has told of yet is as isolated as one that is pending. */
static bool is_unknown(const struct k8sov_tables *tables,
		       const struct k8sov_policy_flow *flow, u32 direction)
{
	const void *addr = address(flow, direction);
	const struct k8sov_lpm_entry *e;

	e = k8sov_lpm_lookup(&tables->peers->subnets[flow->v6], addr);
	return e && k8sov_subnet_value_type(READ_ONCE(e->value)) ==
			    K8SOV_SUBNET_TYPE_LOCAL &&
	       !k8sov_policy_is_node(flow, addr) &&
	       !k8sov_policy_on_link(flow->v6, addr);
}

/* What the node itself sends never comes here; only the answers do, and what
 * it sends to itself.
 */
static bool is_from_node(const struct k8sov_policy_flow *flow)
{
	return flow->answer && k8sov_policy_is_node(flow, flow->saddr);
}

static u32 identify(const struct k8sov_tables *tables,
		    const struct k8sov_policy_flow *flow,
		    const struct k8sov_endpoint *ep, u32 direction)
{
	const void *addr = address(flow, direction);
	u32 identity;

	/* One that is the world itself has none of its own. */
	if (ep && ep->identity != K8SOV_IDENTITY_WORLD)
		return ep->identity;
	identity = k8sov_identity_lookup_rcu(tables->identities, flow->v6,
					     addr);
	if (identity == K8SOV_IDENTITY_WORLD &&
	    k8sov_policy_is_node(flow, addr))
		return K8SOV_IDENTITY_NODE;
	return identity;
}

static enum k8sov_drop ask_ruleset(const struct k8sov_tables *tables,
				   const struct k8sov_policy_flow *flow,
				   u32 id, struct k8sov_verdict *v)
{
	const struct k8sov_ruleset *rs;

	rs = k8sov_ruleset_find_rcu(tables->endpoints, id);
	if (!rs)
		return K8SOV_DROP_POLICY_MISSING;
	v->ruleset = rs;
	v->index = k8sov_policy_judge(&rs->blob, v->identity,
				      k8sov_policy_key(flow->protocol,
						       flow->port));
	v->rule = rs->rules[v->index];
	if (v->rule->action == K8SOV_RULE_ACTION_ACCEPT)
		return K8SOV_DROP_NONE;
	return v->direction == K8SOV_POLICY_DIRECTION_EGRESS ?
	       K8SOV_DROP_POLICY_EGRESS : K8SOV_DROP_POLICY_INGRESS;
}

static enum k8sov_drop ask_end(const struct k8sov_tables *tables,
			       const struct k8sov_policy_flow *flow,
			       const struct ends *ends,
			       struct k8sov_verdict *v)
{
	bool egress = v->direction == K8SOV_POLICY_DIRECTION_EGRESS;
	const struct k8sov_endpoint *ep = v->ep;
	u32 id;

	if (!ep)
		return is_unknown(tables, flow, v->direction) ?
		       K8SOV_DROP_POLICY_UNKNOWN : K8SOV_DROP_NONE;
	if (flow->kind == K8SOV_POLICY_REDIRECT)
		return K8SOV_DROP_POLICY_REDIRECT;
	if (ep->state == K8SOV_ENDPOINT_STATE_PENDING)
		return K8SOV_DROP_POLICY_PENDING;
	id = egress ? ep->egress : ep->ingress;
	if (!id || (!egress && is_from_node(flow)))
		return K8SOV_DROP_NONE;
	if (flow->kind == K8SOV_POLICY_OPAQUE)
		return K8SOV_DROP_POLICY_INVALID;
	v->identity = identify(tables, flow, ends->ep[!v->direction],
			       !v->direction);
	return ask_ruleset(tables, flow, id, v);
}

/**
 * k8sov_policy_is_strange() - has a sender nothing to do with pods?
 * @tables: of the device that judges
 * @v6: family
 * @addr: address of the sender, in network order
 *
 * Return: true if no verdict depends on it.
 */
bool k8sov_policy_is_strange(const struct k8sov_tables *tables, bool v6,
			     const void *addr)
{
	return !k8sov_policy_on_link(v6, addr) &&
	       !k8sov_endpoint_find_addr_rcu(tables->endpoints, v6, addr) &&
	       !k8sov_lpm_lookup(&tables->peers->subnets[v6], addr);
}

/**
 * k8sov_policy_decide() - ask both ends of a flow
 * @tables: of the device that judges
 * @flow: the flow
 * @verdicts: filled in, by enum k8sov_policy_direction; only what both let
 *	pass may pass
 *
 * Counts nothing, and takes no notice of whether the device enforces.
 */
void k8sov_policy_decide(const struct k8sov_tables *tables,
			 const struct k8sov_policy_flow *flow,
			 struct k8sov_verdict verdicts[])
{
	struct ends ends;
	bool free;
	u32 i;

	for (i = 0; i < K8SOV_POLICY_DIRECTIONS; i++)
		ends.ep[i] = find_end(tables, flow, i);
	/* Nobody is cut off from himself. */
	free = flow->kind == K8SOV_POLICY_LINK ||
	       (ends.ep[0] && ends.ep[0] == ends.ep[1]);
	for (i = 0; i < K8SOV_POLICY_DIRECTIONS; i++) {
		verdicts[i] = (struct k8sov_verdict){
			.direction = i,
			.ep = ends.ep[i],
		};
		if (!free)
			verdicts[i].reason = ask_end(tables, flow, &ends,
						     &verdicts[i]);
	}
}

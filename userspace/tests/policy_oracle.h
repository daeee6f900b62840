/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_ORACLE_H
#define _POLICY_ORACLE_H

#include "policy_text.h"

/*
 * Slow and obviously right: what the text of the Kubernetes API says, by
 * walking through objects. Shares nothing with the compiler but the objects.
 */
#define ORACLE_MAX 64

struct oracle_pod {
	struct policy_pod pod;
	unsigned long since[16];	/* when it got each of its addresses */
};

struct oracle_node {
	struct policy_node node;
	unsigned long since[16];
};

struct oracle {
	struct oracle_pod pod[ORACLE_MAX];
	size_t pods;
	struct policy_namespace ns[ORACLE_MAX];
	size_t namespaces;
	struct oracle_node node[ORACLE_MAX];
	size_t nodes;
	struct policy policy[ORACLE_MAX];
	size_t policies;
	unsigned long clock;
};

/* Who has an address. */
struct oracle_peer {
	const struct k8sov_addr *addr;
	const struct policy_pod *pod;
	const struct policy_node *node;
};

static inline const char *label_value(const struct policy_labels *labels,
				      const char *key)
{
	size_t i;

	for (i = 0; i < labels->n; i++)
		if (!strcmp(labels->label[i].key, key))
			return labels->label[i].value;
	return NULL;
}

static inline bool oracle_requirement(const struct policy_requirement *req,
				      const char *value)
{
	bool in = false;
	size_t i;

	for (i = 0; value && i < req->n; i++)
		if (!strcmp(req->value[i], value))
			in = true;
	if (req->op == POLICY_IN)
		return in;
	if (req->op == POLICY_NOT_IN)
		return !in;
	if (req->op == POLICY_EXISTS)
		return value;
	return !value;
}

static inline bool oracle_selects(const struct policy_selector *s,
				  const struct policy_labels *labels)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!oracle_requirement(&s->req[i],
					label_value(labels, s->req[i].key)))
			return false;
	return true;
}

static inline bool oracle_selects_ns(const struct oracle *o,
				     const struct policy_selector *s,
				     const char *namespace)
{
	struct policy_label name = {
		(char *)"kubernetes.io/metadata.name", (char *)namespace
	};
	struct policy_labels unknown = { &name, 1 };
	size_t i;

	for (i = 0; i < o->namespaces; i++)
		if (!strcmp(o->ns[i].name, namespace))
			return oracle_selects(s, &o->ns[i].labels);
	return oracle_selects(s, &unknown);
}

static inline bool oracle_in(const struct policy_cidr *cidr,
			     const struct k8sov_addr *addr)
{
	const uint8_t *a = (const uint8_t *)&cidr->addr.v6;
	const uint8_t *b = (const uint8_t *)&addr->v6;
	unsigned int i;

	if (cidr->addr.family != addr->family)
		return false;
	for (i = 0; i < cidr->len; i++)
		if ((a[i / 8] ^ b[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

static inline bool same_addr(const struct k8sov_addr *a,
			     const struct k8sov_addr *b)
{
	return a->family == b->family &&
	       !memcmp(&a->v6, &b->v6, a->family == AF_INET ? 4 : 16);
}

/* The pod or node that got the address last, of those that have it. */
static inline void oracle_owner(const struct oracle *o,
				const struct k8sov_addr *addr,
				struct oracle_peer *peer)
{
	unsigned long best = 0;
	size_t i, j;

	*peer = (struct oracle_peer){ .addr = addr };
	for (i = 0; i < o->pods; i++) {
		const struct oracle_pod *p = &o->pod[i];

		if (p->pod.over || p->pod.host_network)
			continue;
		for (j = 0; j < p->pod.addrs; j++)
			if (same_addr(&p->pod.addr[j], addr) &&
			    p->since[j] > best) {
				best = p->since[j];
				peer->pod = &p->pod;
			}
	}
	for (i = 0; i < o->nodes; i++)
		for (j = 0; j < o->node[i].node.addrs; j++)
			if (same_addr(&o->node[i].node.addr[j], addr) &&
			    o->node[i].since[j] > best) {
				best = o->node[i].since[j];
				peer->pod = NULL;
				peer->node = &o->node[i].node;
			}
}

static inline bool oracle_peer_matches(const struct oracle *o,
				       const struct policy *policy,
				       const struct policy_peer *p,
				       const struct oracle_peer *who)
{
	size_t i;

	switch (p->kind) {
	case POLICY_PEER_PODS:
		if (!who->pod || !oracle_selects(&p->pods, &who->pod->labels))
			return false;
		if (p->own_namespace)
			return !strcmp(policy->namespace, who->pod->namespace);
		return oracle_selects_ns(o, &p->namespaces,
					 who->pod->namespace);
	case POLICY_PEER_NODES:
		return who->node && oracle_selects(&p->nodes,
						   &who->node->labels);
	case POLICY_PEER_BLOCK:
		for (i = 0; i < p->excepts; i++)
			if (oracle_in(&p->except[i], who->addr))
				return false;
		return oracle_in(&p->block, who->addr);
	case POLICY_PEER_UNKNOWN:
		break;
	}
	return false;
}

/* @destination: the pod that knows what a name means, if it may */
static inline bool oracle_port_matches(const struct policy_port *p,
				       const struct policy_pod *destination,
				       unsigned int protocol, unsigned int port)
{
	size_t i;

	if (p->protocol && p->protocol != protocol)
		return false;
	if (!p->protocol && protocol != IPPROTO_TCP &&
	    protocol != IPPROTO_UDP && protocol != IPPROTO_SCTP)
		return false;
	if (!p->name)
		return port >= p->from && port <= p->to;
	for (i = 0; destination && i < destination->ports; i++)
		if (!strcmp(destination->port[i].name, p->name) &&
		    destination->port[i].protocol == protocol &&
		    destination->port[i].port == port)
			return true;
	return false;
}

struct oracle_question {
	const struct policy_pod *pod;
	enum policy_direction direction;
	struct oracle_peer peer;
	unsigned int protocol;
	unsigned int port;
};

static inline bool oracle_ports_match(const struct policy_rule *rule,
				      const struct oracle_question *q,
				      const struct policy_pod *peer)
{
	const struct policy_pod *destination =
		q->direction == POLICY_INGRESS ? q->pod : peer;
	size_t i;

	if (rule->any_port)
		return true;
	for (i = 0; i < rule->ports; i++)
		if (oracle_port_matches(&rule->port[i], destination,
					q->protocol, q->port))
			return true;
	return false;
}

static inline bool oracle_rule_matches(const struct oracle *o,
				       const struct policy *policy,
				       const struct policy_rule *rule,
				       const struct oracle_question *q)
{
	const struct policy_peer *p;
	size_t i;

	if (rule->any_peer)
		return oracle_ports_match(rule, q, q->peer.pod);
	for (i = 0; i < rule->peers; i++) {
		p = &rule->peer[i];
		if (oracle_peer_matches(o, policy, p, &q->peer) &&
		    oracle_ports_match(rule, q, p->kind == POLICY_PEER_PODS ?
					   q->peer.pod : NULL))
			return true;
	}
	return false;
}

static inline bool oracle_unknown(const struct policy_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->peers; i++)
		if (rule->peer[i].kind == POLICY_PEER_UNKNOWN)
			return true;
	return false;
}

static inline bool oracle_subject(const struct oracle *o,
				  const struct policy *policy,
				  const struct policy_pod *pod)
{
	if (!oracle_selects(&policy->subject, &pod->labels))
		return false;
	if (policy->namespace)
		return !strcmp(policy->namespace, pod->namespace);
	return oracle_selects_ns(o, &policy->subject_namespaces,
				 pod->namespace);
}

static inline bool oracle_broken_here(const struct policy *policy,
				      enum policy_direction d)
{
	bool in = policy->applies[0] || policy->rules[0];
	bool out = policy->applies[1] || policy->rules[1];

	return (!in && !out) || (d == POLICY_INGRESS ? in : out);
}

static inline int oracle_order(const void *a, const void *b)
{
	const struct policy *x = *(const struct policy *const *)a;
	const struct policy *y = *(const struct policy *const *)b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* The action of the first rule of a tier, or POLICY_PASS. */
static inline enum policy_action oracle_tier(const struct oracle *o,
					     enum policy_tier tier,
					     const struct oracle_question *q)
{
	const struct policy *sorted[ORACLE_MAX] = {}, *p;
	const struct policy_rule *rule;
	size_t i, j, n = 0;

	for (i = 0; i < o->policies; i++)
		if (o->policy[i].tier == tier &&
		    oracle_subject(o, &o->policy[i], q->pod))
			sorted[n++] = &o->policy[i];
	qsort(sorted, n, sizeof(const struct policy *), oracle_order);
	for (i = 0; i < n; i++) {
		p = sorted[i];
		if (p->broken && oracle_broken_here(p, q->direction))
			return POLICY_DENY;
		for (j = 0; !p->broken && j < p->rules[q->direction]; j++) {
			rule = &p->rule[q->direction][j];
			if (rule->action != POLICY_ACCEPT &&
			    oracle_unknown(rule))
				return POLICY_DENY;
			if (oracle_rule_matches(o, p, rule, q))
				return rule->action;
		}
	}
	return POLICY_PASS;
}

/* NetworkPolicies: POLICY_PASS if none isolates the pod. */
static inline enum policy_action oracle_namespace(const struct oracle *o,
					const struct oracle_question *q)
{
	enum policy_action action = POLICY_PASS;
	const struct policy *p;
	size_t i, j;

	for (i = 0; i < o->policies; i++) {
		p = &o->policy[i];
		if (p->tier != POLICY_TIER_NAMESPACE ||
		    !oracle_subject(o, p, q->pod))
			continue;
		if (p->broken) {
			if (oracle_broken_here(p, q->direction) &&
			    action == POLICY_PASS)
				action = POLICY_DENY;
			continue;
		}
		if (!p->applies[q->direction])
			continue;
		if (action == POLICY_PASS)
			action = POLICY_DENY;
		for (j = 0; j < p->rules[q->direction]; j++)
			if (oracle_rule_matches(o, p, &p->rule[q->direction][j],
						q))
				action = POLICY_ACCEPT;
	}
	return action;
}

static inline bool oracle_accepts(const struct oracle *o,
				  const struct oracle_question *q)
{
	enum policy_action action = oracle_tier(o, POLICY_TIER_ADMIN, q);

	if (action == POLICY_PASS)
		action = oracle_namespace(o, q);
	if (action == POLICY_PASS)
		action = oracle_tier(o, POLICY_TIER_BASELINE, q);
	return action != POLICY_DENY;
}

#endif /* _POLICY_ORACLE_H */

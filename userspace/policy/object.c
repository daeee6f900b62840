// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "object.h"

#include <stdlib.h>
#include <string.h>

static void labels_exit(struct policy_labels *labels)
{
	size_t i;

	for (i = 0; i < labels->n; i++) {
		free(labels->label[i].key);
		free(labels->label[i].value);
	}
	free(labels->label);
}

/**
 * policy_selector_exit() - make a selector empty
 * @selector: the selector, which matches everything afterwards
 */
void policy_selector_exit(struct policy_selector *selector)
{
	struct policy_requirement *req;
	size_t i, j;

	for (i = 0; i < selector->n; i++) {
		req = &selector->req[i];
		for (j = 0; j < req->n; j++)
			free(req->value[j]);
		free(req->value);
		free(req->key);
	}
	free(selector->req);
	memset(selector, 0, sizeof(*selector));
}

static bool requirement_equal(const struct policy_requirement *a,
			      const struct policy_requirement *b)
{
	size_t i;

	if (strcmp(a->key, b->key) != 0 || a->op != b->op || a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (strcmp(a->value[i], b->value[i]) != 0)
			return false;
	return true;
}

/**
 * policy_selector_equal() - are two selectors the same?
 * @a: one
 * @b: the other
 *
 * Return: true if they are; others may still match the same.
 */
bool policy_selector_equal(const struct policy_selector *a,
			   const struct policy_selector *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (!requirement_equal(&a->req[i], &b->req[i]))
			return false;
	return true;
}

static bool text_equal(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool cidr_equal(const struct policy_cidr *a, const struct policy_cidr *b)
{
	return a->len == b->len && a->addr.family == b->addr.family &&
	       !memcmp(&a->addr.v6, &b->addr.v6,
		       a->addr.family == AF_INET6 ? sizeof(a->addr.v6) :
						    sizeof(a->addr.v4));
}

static bool peer_equal(const struct policy_peer *a, const struct policy_peer *b)
{
	size_t i;

	if (a->kind != b->kind || a->own_namespace != b->own_namespace ||
	    !policy_selector_equal(&a->namespaces, &b->namespaces) ||
	    !policy_selector_equal(&a->pods, &b->pods) ||
	    !policy_selector_equal(&a->nodes, &b->nodes) ||
	    !cidr_equal(&a->block, &b->block) || a->excepts != b->excepts)
		return false;
	for (i = 0; i < a->excepts; i++)
		if (!cidr_equal(&a->except[i], &b->except[i]))
			return false;
	return true;
}

static bool port_equal(const struct policy_port *a, const struct policy_port *b)
{
	return a->protocol == b->protocol && text_equal(a->name, b->name) &&
	       a->from == b->from && a->to == b->to;
}

static bool rule_equal(const struct policy_rule *a, const struct policy_rule *b)
{
	size_t i;

	if (a->action != b->action || !text_equal(a->name, b->name) ||
	    a->any_peer != b->any_peer || a->peers != b->peers ||
	    a->any_port != b->any_port || a->ports != b->ports)
		return false;
	for (i = 0; i < a->peers; i++)
		if (!peer_equal(&a->peer[i], &b->peer[i]))
			return false;
	for (i = 0; i < a->ports; i++)
		if (!port_equal(&a->port[i], &b->port[i]))
			return false;
	return true;
}

/**
 * policy_equal() - does a policy say what it said?
 * @a: policy
 * @b: one of the same kind, namespace and name
 *
 * Return: true if it does, in the same words.
 */
bool policy_equal(const struct policy *a, const struct policy *b)
{
	unsigned int d;
	size_t i;

	if (a->tier != b->tier || a->priority != b->priority ||
	    !text_equal(a->broken, b->broken) ||
	    !text_equal(a->note, b->note) ||
	    !policy_selector_equal(&a->subject_namespaces,
				   &b->subject_namespaces) ||
	    !policy_selector_equal(&a->subject, &b->subject))
		return false;
	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		if (a->applies[d] != b->applies[d] ||
		    a->rules[d] != b->rules[d])
			return false;
		for (i = 0; i < a->rules[d]; i++)
			if (!rule_equal(&a->rule[d][i], &b->rule[d][i]))
				return false;
	}
	return true;
}

static void peer_exit(struct policy_peer *peer)
{
	policy_selector_exit(&peer->namespaces);
	policy_selector_exit(&peer->pods);
	policy_selector_exit(&peer->nodes);
	free(peer->except);
}

static void rule_exit(struct policy_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->peers; i++)
		peer_exit(&rule->peer[i]);
	for (i = 0; i < rule->ports; i++)
		free(rule->port[i].name);
	free(rule->peer);
	free(rule->port);
	free(rule->name);
}

/**
 * policy_rules_exit() - free the rules of a policy
 * @policy: the policy, which has none afterwards
 */
void policy_rules_exit(struct policy *policy)
{
	unsigned int d;
	size_t i;

	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		for (i = 0; i < policy->rules[d]; i++)
			rule_exit(&policy->rule[d][i]);
		free(policy->rule[d]);
		policy->rule[d] = NULL;
		policy->rules[d] = 0;
	}
}

/**
 * policy_exit() - free what a policy holds
 * @policy: the policy, as a parser filled it or zeroed
 */
void policy_exit(struct policy *policy)
{
	policy_rules_exit(policy);
	policy_selector_exit(&policy->subject_namespaces);
	policy_selector_exit(&policy->subject);
	free(policy->namespace);
	free(policy->name);
	free(policy->broken);
	free(policy->note);
}

/**
 * policy_pod_exit() - free what a pod holds
 * @pod: the pod, as a parser filled it or zeroed
 */
void policy_pod_exit(struct policy_pod *pod)
{
	size_t i;

	for (i = 0; i < pod->ports; i++)
		free(pod->port[i].name);
	free(pod->port);
	free(pod->addr);
	labels_exit(&pod->labels);
	free(pod->namespace);
	free(pod->name);
	free(pod->uid);
	free(pod->node);
}

/**
 * policy_namespace_exit() - free what a namespace holds
 * @ns: the namespace, as a parser filled it or zeroed
 */
void policy_namespace_exit(struct policy_namespace *ns)
{
	labels_exit(&ns->labels);
	free(ns->name);
}

/**
 * policy_node_exit() - free what a node holds
 * @node: the node, as a parser filled it or zeroed
 */
void policy_node_exit(struct policy_node *node)
{
	labels_exit(&node->labels);
	free(node->name);
	free(node->addr);
}

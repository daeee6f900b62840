// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "object.h"

#include <stdlib.h>

static void labels_exit(struct policy_labels *labels)
{
	size_t i;

	for (i = 0; i < labels->n; i++) {
		free(labels->label[i].key);
		free(labels->label[i].value);
	}
	free(labels->label);
}

static void selector_exit(struct policy_selector *selector)
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
}

static void peer_exit(struct policy_peer *peer)
{
	selector_exit(&peer->namespaces);
	selector_exit(&peer->pods);
	selector_exit(&peer->nodes);
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
 * policy_exit() - free what a policy holds
 * @policy: the policy, as a parser filled it or zeroed
 */
void policy_exit(struct policy *policy)
{
	unsigned int d;
	size_t i;

	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		for (i = 0; i < policy->rules[d]; i++)
			rule_exit(&policy->rule[d][i]);
		free(policy->rule[d]);
	}
	selector_exit(&policy->subject_namespaces);
	selector_exit(&policy->subject);
	free(policy->namespace);
	free(policy->name);
	free(policy->broken);
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

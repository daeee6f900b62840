/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_PRINT_H
#define _POLICY_PRINT_H

#include <stdio.h>

#include "../policy/parse.h"

/* All that was read of an object, as a line; for tests. */

static inline void print_cidr(FILE *file, const struct policy_cidr *cidr)
{
	char text[K8SOV_ADDR_TEXT];

	k8sov_prefix_format(&cidr->addr, cidr->len, text);
	fputs(text, file);
}

static inline void print_selector(FILE *file,
				  const struct policy_selector *selector)
{
	static const char *const ops[] = { "=", "!=", "+", "-" };
	const struct policy_requirement *req;
	size_t i, j;

	fputs("(", file);
	for (i = 0; i < selector->n; i++) {
		req = &selector->req[i];
		fprintf(file, "%s%s%s", i ? "," : "", req->key, ops[req->op]);
		for (j = 0; j < req->n; j++)
			fprintf(file, "%s%s", j ? "|" : "", req->value[j]);
	}
	fputs(")", file);
}

static inline void print_peer(FILE *file, const struct policy_peer *peer)
{
	size_t i;

	switch (peer->kind) {
	case POLICY_PEER_PODS:
		fputs(peer->own_namespace ? " pods own" : " pods ", file);
		if (!peer->own_namespace)
			print_selector(file, &peer->namespaces);
		print_selector(file, &peer->pods);
		break;
	case POLICY_PEER_BLOCK:
		fputs(" block ", file);
		print_cidr(file, &peer->block);
		for (i = 0; i < peer->excepts; i++) {
			fputs("-", file);
			print_cidr(file, &peer->except[i]);
		}
		break;
	case POLICY_PEER_NODES:
		fputs(" nodes ", file);
		print_selector(file, &peer->nodes);
		break;
	case POLICY_PEER_UNKNOWN:
		fputs(" unknown", file);
		break;
	}
}

static inline void print_port(FILE *file, const struct policy_port *port)
{
	fprintf(file, " %u/", port->protocol);
	if (port->name)
		fputs(port->name, file);
	else
		fprintf(file, "%u-%u", port->from, port->to);
}

static inline void print_rule(FILE *file, const struct policy_rule *rule)
{
	static const char *const actions[] = { "accept", "deny", "pass" };
	size_t i;

	fputs(actions[rule->action], file);
	if (rule->name)
		fprintf(file, " '%s'", rule->name);
	if (rule->any_peer)
		fputs(" any", file);
	for (i = 0; i < rule->peers; i++)
		print_peer(file, &rule->peer[i]);
	fputs(" ports", file);
	if (rule->any_port)
		fputs(" any", file);
	for (i = 0; i < rule->ports; i++)
		print_port(file, &rule->port[i]);
}

static inline void print_policy(FILE *file, const struct policy *policy)
{
	static const char *const names[] = { "in", "out" };
	unsigned int d;
	size_t i;

	fprintf(file, "%s %s%s%s tier %u priority %u for ", policy->kind,
		policy->namespace ? policy->namespace : "",
		policy->namespace ? "/" : "", policy->name, policy->tier,
		policy->priority);
	print_selector(file, &policy->subject_namespaces);
	print_selector(file, &policy->subject);
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		if (policy->applies[d])
			fprintf(file, " %s", names[d]);
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		for (i = 0; i < policy->rules[d]; i++) {
			fprintf(file, "; %s ", names[d]);
			print_rule(file, &policy->rule[d][i]);
		}
	if (policy->note)
		fprintf(file, "; note %s", policy->note);
	if (policy->broken)
		fprintf(file, "; broken %s", policy->broken);
}

static inline void print_labels(FILE *file, const struct policy_labels *labels)
{
	size_t i;

	for (i = 0; i < labels->n; i++)
		fprintf(file, " %s=%s", labels->label[i].key,
			labels->label[i].value);
}

static inline void print_addrs(FILE *file, const struct k8sov_addr *addr,
			       size_t n)
{
	char text[K8SOV_ADDR_TEXT];
	size_t i;

	for (i = 0; i < n; i++) {
		k8sov_addr_format(&addr[i], text);
		fprintf(file, " %s", text);
	}
}

static inline void print_pod(FILE *file, const struct policy_pod *pod)
{
	size_t i;

	fprintf(file, "Pod %s/%s uid '%s' node %s%s%s", pod->namespace,
		pod->name, pod->uid, pod->node ? pod->node : "-",
		pod->host_network ? " host" : "", pod->over ? " over" : "");
	print_labels(file, &pod->labels);
	print_addrs(file, pod->addr, pod->addrs);
	for (i = 0; i < pod->ports; i++)
		fprintf(file, " %s:%u/%u", pod->port[i].name,
			pod->port[i].protocol, pod->port[i].port);
}

static inline void print_object(FILE *file, const struct policy_object *object)
{
	switch (object->type) {
	case POLICY_OBJECT_OTHER:
		fputs("other", file);
		break;
	case POLICY_OBJECT_POLICY:
		print_policy(file, &object->policy);
		break;
	case POLICY_OBJECT_POD:
		print_pod(file, &object->pod);
		break;
	case POLICY_OBJECT_NAMESPACE:
		fprintf(file, "Namespace %s", object->ns.name);
		print_labels(file, &object->ns.labels);
		break;
	case POLICY_OBJECT_NODE:
		fprintf(file, "Node %s", object->node.name);
		print_labels(file, &object->node.labels);
		print_addrs(file, object->node.addr, object->node.addrs);
		break;
	}
}

#endif /* _POLICY_PRINT_H */

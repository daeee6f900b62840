// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * policy_oracle - who may talk to whom, by the slow evaluator of the compiler's
 * unit tests. A cluster is a line of JSON of standard input:
 *   {"items": [OBJECT...], "protocols": [6, 17], "ports": [80, 81]}
 * Its answer is a line with what is accepted, all that pods ask of each other:
 *   ["a/p0 b/p1 10.0.0.2 6 80", ...]
 */
#include "../userspace/tests/policy_oracle.h"
#include "../userspace/policy/parse.h"

static struct oracle oracle;

static void die(const char *why)
{
	fprintf(stderr, "policy_oracle: %s\n", why);
	exit(EXIT_FAILURE);
}

static size_t next(size_t *n)
{
	if (*n == ORACLE_MAX)
		die("too many objects");
	return (*n)++;
}

static void take_pod(const struct policy_pod *pod)
{
	struct oracle_pod *new = &oracle.pod[next(&oracle.pods)];
	size_t i;

	new->pod = *pod;
	for (i = 0; i < pod->addrs; i++)
		new->since[i] = ++oracle.clock;
}

static void take_node(const struct policy_node *node)
{
	struct oracle_node *new = &oracle.node[next(&oracle.nodes)];
	size_t i;

	new->node = *node;
	for (i = 0; i < node->addrs; i++)
		new->since[i] = ++oracle.clock;
}

/* The oracle owns what @object holds. */
static void take(void *data, const char *title, struct policy_object *object,
		 const struct k8sov_error *err)
{
	(void)data;
	(void)err;
	if (!object)
		die(title);
	switch (object->type) {
	case POLICY_OBJECT_OTHER:
		die(title);
		break;
	case POLICY_OBJECT_POLICY:
		oracle.policy[next(&oracle.policies)] = object->policy;
		break;
	case POLICY_OBJECT_POD:
		take_pod(&object->pod);
		break;
	case POLICY_OBJECT_NAMESPACE:
		oracle.ns[next(&oracle.namespaces)] = object->ns;
		break;
	case POLICY_OBJECT_NODE:
		take_node(&object->node);
		break;
	}
}

static void forget(void)
{
	while (oracle.pods)
		policy_pod_exit(&oracle.pod[--oracle.pods].pod);
	while (oracle.nodes)
		policy_node_exit(&oracle.node[--oracle.nodes].node);
	while (oracle.namespaces)
		policy_namespace_exit(&oracle.ns[--oracle.namespaces]);
	while (oracle.policies)
		policy_exit(&oracle.policy[--oracle.policies]);
}

/* One end of a flow asks for @pod what it may do with the other's address. */
static bool accepts(const struct policy_pod *pod, enum policy_direction dir,
		    const struct k8sov_addr *peer, json_int_t protocol,
		    json_int_t port)
{
	struct oracle_question q = {
		.pod = pod,
		.direction = dir,
		.protocol = (unsigned int)protocol,
		.port = (unsigned int)port,
	};

	oracle_owner(&oracle, peer, &q.peer);
	return oracle_accepts(&oracle, &q);
}

/* @from has an address of each family, or the flow has no source. */
static const struct k8sov_addr *source_of(const struct policy_pod *from,
					  const struct k8sov_addr *to)
{
	size_t i;

	for (i = 0; i < from->addrs; i++)
		if (from->addr[i].family == to->family)
			return &from->addr[i];
	return NULL;
}

static void ask(const struct policy_pod *from, const struct policy_pod *to,
		const struct k8sov_addr *addr, const json_t *line,
		json_t *answer)
{
	const struct k8sov_addr *source = source_of(from, addr);
	const json_t *protocol, *port;
	char text[K8SOV_ADDR_TEXT];
	json_int_t key[2];
	size_t i, j;

	if (!source)
		return;
	k8sov_addr_format(addr, text);
	json_array_foreach(json_object_get(line, "protocols"), i, protocol)
		json_array_foreach(json_object_get(line, "ports"), j, port) {
			key[0] = json_integer_value(protocol);
			key[1] = json_integer_value(port);
			if (!accepts(from, POLICY_EGRESS, addr, key[0],
				     key[1]) ||
			    !accepts(to, POLICY_INGRESS, source, key[0],
				     key[1]))
				continue;
			json_array_append_new(answer,
				json_sprintf("%s/%s %s/%s %s %d %d",
					     from->namespace, from->name,
					     to->namespace, to->name, text,
					     (int)key[0], (int)key[1]));
		}
}

static void ask_all(const json_t *line, json_t *answer)
{
	const struct policy_pod *to;
	size_t i, j, k;

	for (i = 0; i < oracle.pods; i++)
		for (j = 0; j < oracle.pods; j++) {
			to = &oracle.pod[j].pod;
			for (k = 0; i != j && k < to->addrs; k++)
				ask(&oracle.pod[i].pod, to, &to->addr[k],
				    line, answer);
		}
}

int main(void)
{
	json_t *line, *answer, *item;
	size_t i, size = 0;
	char *text = NULL;

	while (getline(&text, &size, stdin) > 0) {
		line = json_loads(text, 0, NULL);
		if (!line)
			die("no JSON");
		json_array_foreach(json_object_get(line, "items"), i, item)
			policy_parse_each(item, take, NULL);
		answer = json_array();
		ask_all(line, answer);
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
		fflush(stdout);
		json_decref(answer);
		json_decref(line);
		forget();
	}
	free(text);
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Pod and Node of v1: what policy needs of them. They are read leniently, since
 * the API has checked them and most of what they say is not for us.
 */
#include <string.h>

#include "../lib/memory.h"
#include "parse_kind.h"
#include "parse_ports.h"

static char *copy_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? memory_must(strdup(text)) : NULL;
}

static bool read_addr(const json_t *json, struct k8sov_addr *addr)
{
	const char *text = json_string_value(json);

	return text && !k8sov_addr_parse(text, addr);
}

/* Addresses, under @key of each entry; there is room for one more. */
static bool read_addrs(struct reader *reader, const struct field *at,
		       const json_t *json, const char *key,
		       struct k8sov_addr **addr, size_t *addrs)
{
	size_t i, n;

	if (!field_list(reader, at, json, FIELD_ENTRIES, &n))
		return false;
	*addr = memory_must(calloc(n + 1, sizeof(**addr)));
	for (i = 0; i < n; i++)
		*addrs += read_addr(json_object_get(json_array_get(json, i),
						    key), &(*addr)[*addrs]);
	return true;
}

static bool read_pod_addrs(struct reader *reader, const json_t *json,
			   struct policy_pod *pod)
{
	const json_t *status = field_get(json, "status");
	struct field at_status = { NULL, "status", 0 };
	struct field list = { &at_status, "podIPs", 0 };

	if (!read_addrs(reader, &list, field_get(status, "podIPs"), "ip",
			&pod->addr, &pod->addrs))
		return false;
	/* What the list must begin with, if there is one. */
	if (!pod->addrs)
		pod->addrs = read_addr(field_get(status, "podIP"), pod->addr);
	return true;
}

static void read_port(const json_t *json, struct policy_pod *pod)
{
	const json_t *name = field_get(json, "name");
	const json_t *number = field_get(json, "containerPort");
	struct policy_named_port *port;
	struct reader none = {};
	uint8_t protocol = 0;

	if (!json_string_length(name) || json_integer_value(number) < 1 ||
	    json_integer_value(number) > 65535 ||
	    !policy_read_protocol(&none, &(struct field){},
				  field_get(json, "protocol"), &protocol)) {
		free(none.broken);
		return;
	}
	pod->port = memory_grow(pod->port, pod->ports, sizeof(*pod->port));
	port = &pod->port[pod->ports++];
	port->name = memory_must(strdup(json_string_value(name)));
	port->protocol = protocol;
	port->port = (uint16_t)json_integer_value(number);
}

/* Of containers that run before the others, only sidecars stay. */
static bool is_sidecar(const json_t *container)
{
	const char *policy = json_string_value(json_object_get(
		container, "restartPolicy"));

	return policy && !strcmp(policy, "Always");
}

static bool read_containers(struct reader *reader, const struct field *at,
			    const json_t *json, bool init,
			    struct policy_pod *pod)
{
	const json_t *container, *ports;
	struct field list, one;
	size_t i, j, n, m;

	if (!field_list(reader, at, json, FIELD_ENTRIES, &n))
		return false;
	for (i = 0; i < n; i++) {
		one = (struct field){ at, NULL, i };
		list = (struct field){ &one, "ports", 0 };
		container = json_array_get(json, i);
		ports = field_get(container, "ports");
		if (init && !is_sidecar(container))
			continue;
		if (!field_list(reader, &list, ports, FIELD_ENTRIES, &m))
			return false;
		for (j = 0; j < m; j++)
			read_port(json_array_get(ports, j), pod);
	}
	return true;
}

static bool is_over(const json_t *status)
{
	const char *phase = json_string_value(json_object_get(status, "phase"));

	return phase && (!strcmp(phase, "Succeeded") ||
			 !strcmp(phase, "Failed"));
}

/**
 * policy_read_pod() - read a Pod
 * @reader: takes what is wrong
 * @json: the object
 * @pod: filled, but for its name, namespace and labels
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_pod(struct reader *reader, const json_t *json,
		     struct policy_pod *pod)
{
	const json_t *spec = field_get(json, "spec");
	struct field at_spec = { NULL, "spec", 0 };
	struct field containers = { &at_spec, "containers", 0 };
	struct field init = { &at_spec, "initContainers", 0 };

	pod->uid = copy_text(field_get(json, "metadata"), "uid") ?:
		   memory_must(strdup(""));
	pod->node = copy_text(spec, "nodeName");
	pod->host_network = json_is_true(json_object_get(spec, "hostNetwork"));
	pod->over = is_over(field_get(json, "status"));
	return read_containers(reader, &containers,
			       field_get(spec, "containers"), false, pod) &&
	       read_containers(reader, &init,
			       field_get(spec, "initContainers"), true, pod) &&
	       read_pod_addrs(reader, json, pod);
}

/**
 * policy_read_node() - read a Node
 * @reader: takes what is wrong
 * @json: the object
 * @node: filled, but for its name and labels
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_node(struct reader *reader, const json_t *json,
		      struct policy_node *node)
{
	struct field status = { NULL, "status", 0 };
	struct field list = { &status, "addresses", 0 };

	/* Names among the addresses are no addresses. */
	return read_addrs(reader, &list,
			  field_get(field_get(json, "status"), "addresses"),
			  "address", &node->addr, &node->addrs);
}

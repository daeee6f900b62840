// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* NetworkPolicy, networking.k8s.io/v1: as the API server validates it. */
#include <string.h>

#include "../lib/memory.h"
#include "../lib/bits.h"
#include "parse_kind.h"

static const char *const lists[POLICY_DIRECTIONS] = { "ingress", "egress" };
static const char *const peers[POLICY_DIRECTIONS] = { "from", "to" };

static bool read_except(struct reader *reader, const struct field *at,
			const json_t *json, struct policy_peer *peer)
{
	size_t i, n;

	if (!field_list(reader, at, json, FIELD_ENTRIES, &n))
		return false;
	if (!n)
		return true;
	peer->except = memory_must(calloc(n, sizeof(*peer->except)));
	peer->excepts = n;
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };
		struct policy_cidr *except = &peer->except[i];

		if (!field_cidr(reader, &one, json_array_get(json, i), except))
			return false;
		if (except->addr.family != peer->block.addr.family ||
		    except->len <= peer->block.len ||
		    !bits_covers(&peer->block.addr, peer->block.len,
				 &except->addr))
			return field_bad(reader, &one,
					 "is not a smaller part of cidr");
	}
	return true;
}

static bool read_block(struct reader *reader, const struct field *at,
		       const json_t *json, struct policy_peer *peer)
{
	static const char *const known[] = { "cidr", "except", NULL };
	struct field cidr = { at, "cidr", 0 }, except = { at, "except", 0 };

	peer->kind = POLICY_PEER_BLOCK;
	return field_object(reader, at, json, known) &&
	       field_cidr(reader, &cidr, field_get(json, "cidr"),
			  &peer->block) &&
	       read_except(reader, &except, field_get(json, "except"), peer);
}

static bool read_peer(struct reader *reader, const struct field *at,
		      const json_t *json, struct policy_peer *peer)
{
	static const char *const known[] = {
		"podSelector", "namespaceSelector", "ipBlock", NULL
	};
	const json_t *pods = field_get(json, "podSelector");
	const json_t *namespaces = field_get(json, "namespaceSelector");
	const json_t *block = field_get(json, "ipBlock");
	struct field at_pods = { at, "podSelector", 0 };
	struct field at_namespaces = { at, "namespaceSelector", 0 };
	struct field at_block = { at, "ipBlock", 0 };

	if (!field_object(reader, at, json, known))
		return false;
	if (!pods && !namespaces && !block)
		return field_bad(reader, at, "selects nothing: one of podSelector, namespaceSelector, ipBlock must be given");
	if (block && (pods || namespaces))
		return field_bad(reader, at,
				 "ipBlock and selectors exclude each other");
	if (block)
		return read_block(reader, &at_block, block, peer);
	peer->kind = POLICY_PEER_PODS;
	peer->own_namespace = !namespaces;
	return (!namespaces || field_selector(reader, &at_namespaces,
					      namespaces, &peer->namespaces)) &&
	       (!pods || field_selector(reader, &at_pods, pods, &peer->pods));
}

static bool read_end(struct reader *reader, const struct field *at,
		     const json_t *json, struct policy_port *port)
{
	json_int_t number;

	if (!json)
		return true;
	if (port->name || !port->from)
		return field_bad(reader, at, port->name ?
				 "port must be a number, not a name" :
				 "port must be given too");
	if (!field_number(reader, at, json, 1, 65535, &number))
		return false;
	if (number < port->from)
		return field_bad(reader, at,
				 "%" JSON_INTEGER_FORMAT " is below port %u",
				 number, port->from);
	port->to = (uint16_t)number;
	return true;
}

static bool read_port(struct reader *reader, const struct field *at,
		      const json_t *json, struct policy_port *port)
{
	static const char *const known[] = { "protocol", "port", "endPort",
					     NULL };
	const json_t *value = field_get(json, "port");
	struct field at_protocol = { at, "protocol", 0 };
	struct field at_port = { at, "port", 0 };
	struct field at_end = { at, "endPort", 0 };
	json_int_t number = 0;

	if (!field_object(reader, at, json, known) ||
	    !policy_read_protocol(reader, &at_protocol,
				  field_get(json, "protocol"), &port->protocol))
		return false;
	if (json_is_string(value)) {
		if (!field_port_name(reader, &at_port, value, &port->name))
			return false;
	} else if (value && !field_number(reader, &at_port, value, 1, 65535,
					  &number)) {
		return false;
	}
	port->from = (uint16_t)number;
	port->to = value ? (uint16_t)number : 65535;
	return read_end(reader, &at_end, field_get(json, "endPort"), port);
}

static bool read_peers(struct reader *reader, const struct field *at,
		       const json_t *json, struct policy_rule *rule)
{
	size_t i, n;

	if (!field_list(reader, at, json, FIELD_ENTRIES, &n))
		return false;
	rule->any_peer = !n;
	if (!n)
		return true;
	rule->peer = memory_must(calloc(n, sizeof(*rule->peer)));
	rule->peers = n;
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		if (!read_peer(reader, &one, json_array_get(json, i),
			       &rule->peer[i]))
			return false;
	}
	return true;
}

static bool read_ports(struct reader *reader, const struct field *at,
		       const json_t *json, struct policy_rule *rule)
{
	size_t i, n;

	if (!field_list(reader, at, json, FIELD_ENTRIES, &n))
		return false;
	rule->any_port = !n;
	if (!n)
		return true;
	rule->port = memory_must(calloc(n, sizeof(*rule->port)));
	rule->ports = n;
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		if (!read_port(reader, &one, json_array_get(json, i),
			       &rule->port[i]))
			return false;
	}
	return true;
}

static bool read_rules(struct reader *reader, const struct field *at,
		       const json_t *json, struct policy *policy,
		       enum policy_direction dir)
{
	const char *const known[] = { peers[dir], "ports", NULL };
	struct policy_rule *rule;
	size_t i, n;

	if (!field_list(reader, at, json, FIELD_ENTRIES, &n))
		return false;
	rule = policy_add_rules(policy, dir, n);
	for (i = 0; i < n; i++, rule++) {
		const json_t *value = json_array_get(json, i);
		struct field one = { at, NULL, i };
		struct field at_peers = { &one, peers[dir], 0 };
		struct field at_ports = { &one, "ports", 0 };

		rule->action = POLICY_ACCEPT;
		if (!field_object(reader, &one, value, known) ||
		    !read_peers(reader, &at_peers,
				field_get(value, peers[dir]), rule) ||
		    !read_ports(reader, &at_ports, field_get(value, "ports"),
				rule))
			return false;
	}
	return true;
}

static bool read_types(struct reader *reader, const struct field *at,
		       const json_t *json, struct policy *policy)
{
	const char *type;
	size_t i, n;

	if (!field_list(reader, at, json, POLICY_DIRECTIONS, &n))
		return false;
	policy->applies[POLICY_INGRESS] = !n;
	policy->applies[POLICY_EGRESS] = !n && policy->rules[POLICY_EGRESS];
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		if (!field_text(reader, &one, json_array_get(json, i), &type))
			return false;
		if (!strcmp(type, "Ingress"))
			policy->applies[POLICY_INGRESS] = true;
		else if (!strcmp(type, "Egress"))
			policy->applies[POLICY_EGRESS] = true;
		else
			return field_bad(reader, &one,
					 "'%.32s' is neither Ingress nor Egress",
					 type);
	}
	return true;
}

/**
 * policy_read_network() - read a NetworkPolicy
 * @reader: takes what is wrong
 * @json: the object
 * @policy: filled
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_network(struct reader *reader, const json_t *json,
			 struct policy *policy)
{
	static const char *const known[] = {
		"podSelector", "ingress", "egress", "policyTypes", NULL
	};
	const json_t *spec = field_get(json, "spec");
	const json_t *pods = field_get(spec, "podSelector");
	struct field at_spec = { NULL, "spec", 0 };
	struct field at_pods = { &at_spec, "podSelector", 0 };
	struct field at_types = { &at_spec, "policyTypes", 0 };
	unsigned int d;

	if (pods)
		policy_read_subject(reader, &at_pods, pods, &policy->subject);
	if (spec && !field_object(reader, &at_spec, spec, known))
		return false;
	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		struct field list = { &at_spec, lists[d], 0 };

		if (!read_rules(reader, &list, field_get(spec, lists[d]),
				policy, (enum policy_direction)d))
			return false;
	}
	return read_types(reader, &at_types, field_get(spec, "policyTypes"),
			  policy) && !reader->broken;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "parse_ports.h"

#include <netinet/in.h>
#include <string.h>

#include "parse_kind.h"

static const struct {
	const char *name;	/* of v1 and the older kinds */
	const char *key;	/* of ClusterNetworkPolicy */
	uint8_t number;
} protocols[] = {
	{ "TCP", "tcp", IPPROTO_TCP },
	{ "UDP", "udp", IPPROTO_UDP },
	{ "SCTP", "sctp", IPPROTO_SCTP },
};

#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

/**
 * policy_read_protocol() - read the name of a protocol
 * @reader: takes what is wrong
 * @at: which field
 * @json: its value, or NULL for TCP
 * @protocol: set on success
 *
 * Return: true if it is one that has ports.
 */
bool policy_read_protocol(struct reader *reader, const struct field *at,
			  const json_t *json, uint8_t *protocol)
{
	const char *text;
	size_t i;

	*protocol = IPPROTO_TCP;
	if (!json)
		return true;
	if (!field_text(reader, at, json, &text))
		return false;
	for (i = 0; i < PROTOCOLS; i++)
		if (!strcmp(protocols[i].name, text)) {
			*protocol = protocols[i].number;
			return true;
		}
	return field_bad(reader, at, "'%.32s' is none of TCP, UDP, SCTP",
			 text);
}

/* The one member of an object that must have one and no more. */
static bool read_only(struct reader *reader, const struct field *at,
		      const json_t *json, const char **key)
{
	*key = json_object_iter_key(json_object_iter((json_t *)json));
	if (!json_is_object(json))
		return field_bad(reader, at, "must be an object");
	if (!*key || json_object_size(json) > 1)
		return field_bad(reader, at, "must have exactly one field");
	return true;
}

static bool read_number(struct reader *reader, const struct field *at,
			const json_t *json, struct policy_port *port)
{
	json_int_t number;

	if (!field_number(reader, at, json, 1, 65535, &number))
		return false;
	port->from = (uint16_t)number;
	port->to = port->from;
	return true;
}

/* @json may have other members, which the caller knows. */
static bool read_range(struct reader *reader, const struct field *at,
		       const json_t *json, struct policy_port *port)
{
	struct field start = { at, "start", 0 }, end = { at, "end", 0 };
	json_int_t from, to;

	if (!field_number(reader, &start, field_get(json, "start"), 1, 65535,
			  &from) ||
	    !field_number(reader, &end, field_get(json, "end"), 1, 65535, &to))
		return false;
	if (from >= to)
		return field_bad(reader, &end, "must be above start");
	port->from = (uint16_t)from;
	port->to = (uint16_t)to;
	return true;
}

static bool read_destination(struct reader *reader, const struct field *at,
			     const json_t *json, struct policy_port *port)
{
	static const char *const known[] = { "start", "end", NULL };
	struct field one = { at, NULL, 0 };
	const json_t *value;

	if (!read_only(reader, at, json, &one.key))
		return false;
	value = field_get(json, one.key);
	if (!strcmp(one.key, "number"))
		return read_number(reader, &one, value, port);
	if (!strcmp(one.key, "range"))
		return field_object(reader, &one, value, known) &&
		       read_range(reader, &one, value, port);
	return field_bad(reader, &one, "unknown field");
}

/**
 * policy_read_cluster_port() - read an entry of protocols
 * @reader: takes what is wrong
 * @at: which one
 * @json: its value
 * @port: filled
 *
 * An empty one is refused: it may have had what the server does not know.
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_cluster_port(struct reader *reader, const struct field *at,
			      const json_t *json, struct policy_port *port)
{
	static const char *const known[] = { "destinationPort", NULL };
	struct field one = { at, NULL, 0 };
	struct field destination = { &one, known[0], 0 };
	const json_t *value;
	size_t i;

	if (!read_only(reader, at, json, &one.key))
		return false;
	value = field_get(json, one.key);
	if (!strcmp(one.key, "destinationNamedPort"))
		return field_port_name(reader, &one, value, &port->name);
	for (i = 0; i < PROTOCOLS; i++)
		if (!strcmp(one.key, protocols[i].key)) {
			port->protocol = protocols[i].number;
			return field_object(reader, &one, value, known) &&
			       read_destination(reader, &destination,
						field_get(value, known[0]),
						port);
		}
	return field_bad(reader, &one, "unknown field");
}

/**
 * policy_read_admin_port() - read an entry of ports
 * @reader: takes what is wrong
 * @at: which one
 * @json: its value
 * @port: filled
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_admin_port(struct reader *reader, const struct field *at,
			    const json_t *json, struct policy_port *port)
{
	static const char *const number[] = { "protocol", "port", NULL };
	static const char *const range[] = { "protocol", "start", "end", NULL };
	struct field one = { at, NULL, 0 };
	struct field protocol = { &one, "protocol", 0 };
	struct field at_port = { &one, "port", 0 };
	const json_t *value;
	bool single;

	if (!read_only(reader, at, json, &one.key))
		return false;
	value = field_get(json, one.key);
	if (!strcmp(one.key, "namedPort"))
		return field_port_name(reader, &one, value, &port->name);
	single = !strcmp(one.key, "portNumber");
	if (!single && strcmp(one.key, "portRange") != 0)
		return field_bad(reader, &one, "unknown field");
	if (!field_object(reader, &one, value, single ? number : range) ||
	    !policy_read_protocol(reader, &protocol,
				  field_get(value, "protocol"),
				  &port->protocol))
		return false;
	return single ? read_number(reader, &at_port, field_get(value, "port"),
				    port) :
			read_range(reader, &one, value, port);
}

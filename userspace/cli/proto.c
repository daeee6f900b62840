// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "proto.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "../lib/addr.h"

/* Those that pods use; no file to read, the same words on every machine. */
static const struct {
	const char *name;
	uint8_t number;
} protos[] = {
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
	{ "icmp", IPPROTO_ICMP },
	{ "icmpv6", IPPROTO_ICMPV6 },
	{ "sctp", IPPROTO_SCTP },
};

/**
 * proto_parse() - read an IP protocol
 * @text: name or number
 * @number: set on success
 *
 * Return: 0, or -EINVAL if it is none.
 */
int proto_parse(const char *text, uint8_t *number)
{
	uint64_t value;
	size_t i;

	for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (!strcmp(protos[i].name, text)) {
			*number = protos[i].number;
			return 0;
		}
	if (k8sov_number_parse(text, &value) || value > UINT8_MAX)
		return -EINVAL;
	*number = (uint8_t)value;
	return 0;
}

/**
 * proto_parse_port() - read a port as Kubernetes writes it: 80, 53/udp, 53/UDP
 * @text: port, and its protocol if that is not TCP
 * @port: set on success
 * @number: set to the protocol on success
 *
 * Return: 0, or -EINVAL if it is none.
 */
int proto_parse_port(const char *text, uint16_t *port, uint8_t *number)
{
	static const struct {
		const char *name;
		uint8_t number;
	} with_ports[] = {
		{ "/tcp", IPPROTO_TCP },
		{ "/udp", IPPROTO_UDP },
		{ "/sctp", IPPROTO_SCTP },
	};
	size_t i, len = strcspn(text, "/");
	char digits[sizeof("65535")];
	uint64_t value;

	if (len >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (k8sov_number_parse(digits, &value) || !value || value > UINT16_MAX)
		return -EINVAL;
	*port = (uint16_t)value;
	*number = IPPROTO_TCP;
	if (!text[len])
		return 0;
	for (i = 0; i < sizeof(with_ports) / sizeof(with_ports[0]); i++)
		if (!strcasecmp(with_ports[i].name, text + len)) {
			*number = with_ports[i].number;
			return 0;
		}
	return -EINVAL;
}

/**
 * proto_name() - name of an IP protocol
 * @number: protocol
 *
 * Return: the name that proto_parse() reads, NULL if it has none.
 */
const char *proto_name(uint8_t number)
{
	size_t i;

	for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (protos[i].number == number)
			return protos[i].name;
	return NULL;
}

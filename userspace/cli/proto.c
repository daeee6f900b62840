// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "proto.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

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

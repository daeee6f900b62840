// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Ranges of keys: "all", "tcp", "tcp:80", "tcp:8000-8999", "icmp:8", "icmp:3/4",
 * and "0x60050-0x110000" for what has no such name.
 */
#include "key.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/addr.h"
#include "../lib/object.h"
#include "proto.h"

static bool has_types(uint32_t proto)
{
	return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
}

static int parse_raw(const char *text, uint32_t *key)
{
	size_t digits;

	if (strncmp(text, "0x", 2) != 0)
		return -EINVAL;
	digits = strspn(text + 2, "0123456789abcdef");
	if (!digits || digits > 6 || text[2 + digits])
		return -EINVAL;
	*key = (uint32_t)strtoul(text + 2, NULL, 16);
	return 0;
}

static int parse_number(const char *text, uint64_t max, uint32_t *number)
{
	uint64_t value;

	if (k8sov_number_parse(text, &value) || value > max)
		return -EINVAL;
	*number = (uint32_t)value;
	return 0;
}

/* A type stands for all its codes. */
static int parse_type(char *text, uint32_t *first, uint32_t *last)
{
	char *code = strchr(text, '/');

	if (code)
		*code++ = '\0';
	if (parse_number(text, UINT8_MAX, first))
		return -EINVAL;
	*first <<= 8;
	*last = *first | UINT8_MAX;
	if (!code)
		return 0;
	if (parse_number(code, UINT8_MAX, last))
		return -EINVAL;
	*first |= *last;
	*last = *first;
	return 0;
}

static int parse_ports(char *text, bool types, uint32_t *first, uint32_t *last)
{
	char *high = strchr(text, '-');
	uint32_t ignored;

	if (high)
		*high++ = '\0';
	if (types)
		return parse_type(text, first, last) ? -EINVAL :
		       high ? parse_type(high, &ignored, last) : 0;
	if (parse_number(text, UINT16_MAX, first))
		return -EINVAL;
	*last = *first;
	return high ? parse_number(high, UINT16_MAX, last) : 0;
}

static int parse_proto(char *text, uint32_t *from, uint32_t *to)
{
	uint32_t first = 0, last = UINT16_MAX;
	char *ports = strchr(text, ':');
	uint8_t proto;

	if (ports)
		*ports++ = '\0';
	if (proto_parse(text, &proto) ||
	    (ports && parse_ports(ports, has_types(proto), &first, &last)))
		return -EINVAL;
	*from = (uint32_t)proto << 16 | first;
	*to = (uint32_t)proto << 16 | last;
	return 0;
}

/**
 * key_parse() - read a range of keys
 * @text: range
 * @from: set to the first key on success
 * @to: set to the last one
 *
 * Return: 0, or -EINVAL if it is none.
 */
int key_parse(const char *text, uint32_t *from, uint32_t *to)
{
	char copy[KEY_TEXT], *high;

	if (!strcmp(text, "all")) {
		*from = 0;
		*to = K8SOV_POLICY_KEY_MAX;
		return 0;
	}
	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	snprintf(copy, sizeof(copy), "%s", text);
	if (strncmp(copy, "0x", 2) != 0)
		return parse_proto(copy, from, to) || *from > *to ? -EINVAL : 0;
	high = strchr(copy, '-');
	if (high)
		*high++ = '\0';
	if (parse_raw(copy, from) || parse_raw(high ? high : copy, to) ||
	    *from > *to)
		return -EINVAL;
	return 0;
}

static void format_types(uint32_t first, uint32_t last,
			 char text[static KEY_TEXT])
{
	size_t used = strlen(text);

	if (first == last)
		snprintf(text + used, KEY_TEXT - used, ":%u/%u", first >> 8,
			 first & 0xff);
	else if (first >> 8 == last >> 8)
		snprintf(text + used, KEY_TEXT - used, ":%u", first >> 8);
	else
		snprintf(text + used, KEY_TEXT - used, ":%u-%u", first >> 8,
			 last >> 8);
}

static void format_ports(uint32_t first, uint32_t last,
			 char text[static KEY_TEXT])
{
	size_t used = strlen(text);

	if (first == last)
		snprintf(text + used, KEY_TEXT - used, ":%u", first);
	else
		snprintf(text + used, KEY_TEXT - used, ":%u-%u", first, last);
}

/* Whether a range of types is one that parse_type() makes. */
static bool whole_types(uint32_t first, uint32_t last)
{
	return first == last || (!(first & 0xff) && (last & 0xff) == 0xff);
}

/**
 * key_format() - write a range of keys as key_parse() reads it
 * @from: first key
 * @to: last key
 * @text: set
 */
void key_format(uint32_t from, uint32_t to, char text[static KEY_TEXT])
{
	uint32_t proto = from >> 16, first = from & 0xffff, last = to & 0xffff;
	const char *name = proto_name((uint8_t)proto);

	if (!from && to == K8SOV_POLICY_KEY_MAX) {
		snprintf(text, KEY_TEXT, "all");
		return;
	}
	if (to >> 16 != proto ||
	    (has_types(proto) && !whole_types(first, last))) {
		snprintf(text, KEY_TEXT, "0x%x-0x%x", from, to);
		return;
	}
	if (name)
		snprintf(text, KEY_TEXT, "%s", name);
	else
		snprintf(text, KEY_TEXT, "%u", proto);
	if (!first && last == UINT16_MAX)
		return;
	if (has_types(proto))
		format_types(first, last, text);
	else
		format_ports(first, last, text);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "field.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"
#include "../lib/bits.h"

#define PATH 256
#define SENTENCE 512

/**
 * field_clean() - make a plain line of a text
 * @text: changed: others' words must not begin lines in a log
 */
void field_clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

/* The path begins at the object's top, "spec.ingress[0].ports". */
static size_t format_path(const struct field *at, char path[static PATH])
{
	size_t n = at->up ? format_path(at->up, path) : 0;

	if (n >= PATH)
		return n;
	if (at->key)
		return n + (size_t)snprintf(path + n, PATH - n, "%s%s",
					    n ? "." : "", at->key);
	return n + (size_t)snprintf(path + n, PATH - n, "[%zu]", at->index);
}

static char *compose(const struct field *at, const char *what)
{
	char path[PATH] = "", *sentence;

	format_path(at, path);
	if (asprintf(&sentence, "%s: %s", path, what) < 0)
		sentence = memory_must(NULL);
	field_clean(sentence);
	return sentence;
}

/**
 * field_bad() - say what is wrong
 * @reader: object; what was said first stays
 * @at: the field to blame
 * @fmt: the end of a sentence that begins with the field
 *
 * Return: false.
 */
bool field_bad(struct reader *reader, const struct field *at,
	       const char *fmt, ...)
{
	char what[SENTENCE];
	va_list args;

	if (reader->broken)
		return false;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	reader->broken = compose(at, what);
	return false;
}

/**
 * field_note() - say what is not obeyed, though nothing is wrong with it
 * @reader: object; what was said first stays
 * @at: the field
 * @what: the end of a sentence that begins with the field
 */
void field_note(struct reader *reader, const struct field *at,
		const char *what)
{
	if (!reader->note)
		reader->note = compose(at, what);
}

/**
 * field_get() - member of an object
 * @object: the object; anything else has no members
 * @key: name of the member
 *
 * Return: the member, NULL if there is none or it is null.
 */
const json_t *field_get(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_null(value) ? NULL : value;
}

static bool is_known(const char *key, const char *const *known)
{
	for (; *known; known++)
		if (!strcmp(*known, key))
			return true;
	return false;
}

/**
 * field_object() - is it an object, with nothing in it that we do not know?
 * @reader: whose field it is
 * @at: which one
 * @json: its value
 * @known: names of the members it may have, NULL at the end
 *
 * What we do not know may take back what the rest allows.
 *
 * Return: true if so.
 */
bool field_object(struct reader *reader, const struct field *at,
		  const json_t *json, const char *const *known)
{
	const char *key;
	json_t *value;

	if (!json_is_object(json))
		return field_bad(reader, at, "must be an object");
	json_object_foreach((json_t *)json, key, value) {
		struct field one = { at, key, 0 };

		if (!is_known(key, known))
			return field_bad(reader, &one, "unknown field");
	}
	return true;
}

/**
 * field_list() - is it a list, and not too long?
 * @reader: whose field it is
 * @at: which one
 * @json: its value; NULL is an empty list
 * @most: elements it may have
 * @n: set to its length
 *
 * Return: true if so.
 */
bool field_list(struct reader *reader, const struct field *at,
		const json_t *json, size_t most, size_t *n)
{
	*n = json_array_size(json);
	if (json && !json_is_array(json))
		return field_bad(reader, at, "must be a list");
	if (*n > most)
		return field_bad(reader, at, "has %zu entries, more than %zu",
				 *n, most);
	reader->entries += *n;
	if (reader->entries > FIELD_ENTRIES)
		return field_bad(reader, at,
				 "the lists of the object have more than %d entries",
				 FIELD_ENTRIES);
	return true;
}

/**
 * field_text() - read a text
 * @reader: whose field it is
 * @at: which one
 * @json: its value
 * @text: set on success, as long as @json lives
 *
 * Return: true if it is one.
 */
bool field_text(struct reader *reader, const struct field *at,
		const json_t *json, const char **text)
{
	*text = json_string_value(json);
	return *text ? true : field_bad(reader, at, "must be a text");
}

/**
 * field_number() - read a whole number
 * @reader: whose field it is
 * @at: which one
 * @json: its value
 * @least: what it must be at least
 * @most: what it must be at most
 * @number: set on success
 *
 * Return: true if it is one.
 */
bool field_number(struct reader *reader, const struct field *at,
		  const json_t *json, json_int_t least, json_int_t most,
		  json_int_t *number)
{
	*number = json_integer_value(json);
	if (json_is_integer(json) && *number >= least && *number <= most)
		return true;
	return field_bad(reader, at,
			 "must be a number from %" JSON_INTEGER_FORMAT
			 " to %" JSON_INTEGER_FORMAT, least, most);
}

/* Digits alone: the length of a prefix is not written in other ways. */
static bool cut_length(const char *text, char *addr, size_t size,
		       unsigned int *len)
{
	const char *slash = strchr(text, '/'), *digit;

	if (!slash || (size_t)(slash - text) >= size || !slash[1])
		return false;
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	for (*len = 0, digit = slash + 1; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || *len > 128)
			return false;
		*len = *len * 10 + (unsigned int)(*digit - '0');
	}
	return true;
}

/**
 * field_cidr() - read a network
 * @reader: whose field it is
 * @at: which one
 * @json: its value
 * @cidr: set on success, host bits cleared as Kubernetes does
 *
 * A network of mapped addresses is one of IPv4: no packet has mapped ones.
 *
 * Return: true if it is one.
 */
bool field_cidr(struct reader *reader, const struct field *at,
		const json_t *json, struct policy_cidr *cidr)
{
	struct k8sov_addr *addr = &cidr->addr;
	char head[INET6_ADDRSTRLEN];
	const char *text;
	unsigned int len;

	if (!field_text(reader, at, json, &text))
		return false;
	if (!cut_length(text, head, sizeof(head), &len) ||
	    k8sov_addr_parse(head, addr) || len > bits_width(addr))
		return field_bad(reader, at, "'%.64s' is no IPv4 or IPv6 network",
				 text);
	bits_mask(addr, (uint8_t)len);
	if (addr->family == AF_INET6 && len >= 96 &&
	    IN6_IS_ADDR_V4MAPPED(&addr->v6)) {
		uint32_t v4;

		memcpy(&v4, &addr->v6.s6_addr[12], sizeof(v4));
		memset(addr, 0, sizeof(*addr));
		addr->family = AF_INET;
		addr->v4.s_addr = v4;
		len -= 96;
	}
	cidr->len = (uint8_t)len;
	return true;
}

/**
 * field_port_name() - read the name of a port
 * @reader: whose field it is
 * @at: which one
 * @json: its value
 * @name: set on success, to be freed
 *
 * RFC 6335 section 5.1, in lower case as Kubernetes wants it.
 *
 * Return: true if it is one.
 */
bool field_port_name(struct reader *reader, const struct field *at,
		     const json_t *json, char **name)
{
	bool letter = false, good;
	const char *text;
	size_t i, len;

	if (!field_text(reader, at, json, &text))
		return false;
	len = strlen(text);
	good = len && len <= 15 && text[0] != '-' && text[len - 1] != '-' &&
	       !strstr(text, "--");
	for (i = 0; good && i < len; i++) {
		letter |= text[i] >= 'a' && text[i] <= 'z';
		good = (text[i] >= 'a' && text[i] <= 'z') || text[i] == '-' ||
		       (text[i] >= '0' && text[i] <= '9');
	}
	if (!good || !letter)
		return field_bad(reader, at, "'%.32s' is no name of a port",
				 text);
	*name = memory_must(strdup(text));
	return true;
}

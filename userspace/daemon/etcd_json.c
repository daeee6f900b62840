// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "etcd_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* What a base64 digit stands for, 64 and more for what is none. */
static unsigned int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/**
 * etcd_json_bytes() - any bytes
 * @bytes: the bytes
 * @len: how many
 *
 * Return: a new string.
 */
json_t *etcd_json_bytes(const char *bytes, size_t len)
{
	char *text = memory_must(malloc(len / 3 * 4 + 5)), *to = text;
	const uint8_t *from = (const uint8_t *)bytes;
	json_t *json;
	uint32_t n;
	size_t i, left;

	for (i = 0; i < len; i += 3) {
		left = len - i;
		n = from[i] << 16 | (left > 1 ? from[i + 1] << 8 : 0) |
		    (left > 2 ? from[i + 2] : 0);
		*to++ = alphabet[n >> 18];
		*to++ = alphabet[n >> 12 & 63];
		*to++ = left > 1 ? alphabet[n >> 6 & 63] : '=';
		*to++ = left > 2 ? alphabet[n & 63] : '=';
	}
	json = json_stringn(text, to - text);
	free(text);
	return json;
}

/**
 * etcd_json_text() - a text as bytes
 * @text: the text
 *
 * Return: a new string.
 */
json_t *etcd_json_text(const char *text)
{
	return etcd_json_bytes(text, strlen(text));
}

/**
 * etcd_json_number() - a 64-bit number
 * @number: the number
 *
 * Return: a new string.
 */
json_t *etcd_json_number(int64_t number)
{
	return json_sprintf("%" PRId64, number);
}

/**
 * etcd_json_get_bytes() - bytes of an object
 * @object: the object, or NULL
 * @key: its key
 * @len: set to how many, or NULL
 *
 * Return: the bytes and a 0 byte, to be freed; none if the key is not there;
 * NULL if the value is not base64.
 */
char *etcd_json_get_bytes(const json_t *object, const char *key, size_t *len)
{
	const json_t *value = json_object_get(object, key);
	const char *text = value ? json_string_value(value) : "";
	size_t i, n = text ? strcspn(text, "=") : 0;
	uint32_t bits = 0;
	char *bytes, *to;

	/* One digit alone holds no byte; padding fills up to four. */
	if (!text || n % 4 == 1 || strspn(text + n, "=") != strlen(text + n) ||
	    strlen(text) % 4 || strlen(text) - n > 2)
		return NULL;
	bytes = memory_must(malloc(n / 4 * 3 + 4));
	for (i = 0, to = bytes; i < n; i++) {
		if (digit(text[i]) > 63) {
			free(bytes);
			return NULL;
		}
		bits = bits << 6 | digit(text[i]);
		if (i % 4)
			*to++ = bits >> (6 - i % 4 * 2) & 0xff;
	}
	*to = '\0';
	if (len)
		*len = to - bytes;
	return bytes;
}

/**
 * etcd_json_get_number() - a number of an object
 * @object: the object, or NULL
 * @key: its key
 *
 * Return: the number, 0 if it is not there or none.
 */
int64_t etcd_json_get_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value))
		return json_integer_value(value);
	return json_is_string(value) ?
		       strtoll(json_string_value(value), NULL, 10) :
		       0;
}

/**
 * etcd_json_set_prefix() - a range over keys that begin with a text
 * @object: its "key" and "range_end" are set
 * @prefix: the text; its last byte is not 0xff
 */
void etcd_json_set_prefix(json_t *object, const char *prefix)
{
	char *end = memory_must(strdup(prefix));

	end[strlen(end) - 1]++;
	json_object_set_new(object, "key", etcd_json_text(prefix));
	json_object_set_new(object, "range_end", etcd_json_text(end));
	free(end);
}

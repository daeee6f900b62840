// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "json_brief.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"

/* Offset past the string whose opening quote is at @at. */
static size_t skip_string(const char *text, size_t len, size_t at)
{
	for (at++; at < len && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at < len ? at + 1 : len;
}

static size_t skip_space(const char *text, size_t len, size_t at)
{
	while (at < len && text[at] && strchr(" \t\r\n", text[at]))
		at++;
	return at;
}

/* Offset of what ends the value at @at. */
static size_t skip_value(const char *text, size_t len, size_t at)
{
	unsigned int depth = 0;

	while (at < len) {
		switch (text[at]) {
		case '"':
			at = skip_string(text, len, at);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (!depth--)
				return at;
			break;
		case ',':
			if (!depth)
				return at;
			break;
		default:
			break;
		}
		at++;
	}
	return at;
}

static bool is_one_of(const char *const *names, const char *name, size_t len)
{
	for (; *names; names++)
		if (strlen(*names) == len && !memcmp(*names, name, len))
			return true;
	return false;
}

/* A label may be called as a part of an object is; its value is a string. */
static bool is_nested(const char *text, size_t len, size_t at)
{
	at = skip_space(text, len, at);
	return at < len && (text[at] == '{' || text[at] == '[');
}

/**
 * json_brief() - read an object without what nobody asks it for
 * @text: of the object
 * @len: its length in bytes
 * @without: names of members, at any depth, whose objects and arrays become
 *	null; ends with NULL
 *
 * To pass over a member takes a fraction of the time that it takes to read it,
 * and it may be nonsense as long as its brackets are in order.
 *
 * Return: a new reference, NULL if it is no JSON.
 */
json_t *json_brief(const char *text, size_t len, const char *const *without)
{
	/* A member becomes longer by less than its name and two quotes. */
	char *brief = memory_must(malloc(len * 2 + 1));
	size_t at = 0, used = 0, end, colon;
	json_t *object;

	while (at < len) {
		if (text[at] != '"') {
			brief[used++] = text[at++];
			continue;
		}
		end = skip_string(text, len, at);
		memcpy(brief + used, text + at, end - at);
		used += end - at;
		colon = skip_space(text, len, end);
		if (colon < len && text[colon] == ':' &&
		    is_nested(text, len, colon + 1) &&
		    is_one_of(without, text + at + 1, end - at - 2)) {
			used = (size_t)(stpcpy(brief + used, ":null") - brief);
			end = skip_value(text, len, colon + 1);
		}
		at = end;
	}
	object = json_loadb(brief, used, 0, NULL);
	free(brief);
	return object;
}

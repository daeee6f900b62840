// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Label selectors, and the words that labels are made of. */
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"
#include "field.h"

#define LABEL 63
#define SUBDOMAIN 253

static bool is_lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z');
}

/**
 * field_is_label() - is it one part of a DNS name?
 * @text: text
 * @len: its length
 *
 * Return: true if so, RFC 1123 section 2.1, in lower case.
 */
bool field_is_label(const char *text, size_t len)
{
	size_t i;

	if (!len || len > LABEL || text[0] == '-' || text[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (!is_lower(text[i]) && text[i] != '-')
			return false;
	return true;
}

/**
 * field_is_subdomain() - is it a DNS name?
 * @text: text
 * @len: its length
 *
 * As Kubernetes has it: of any number of parts, of which none is limited.
 *
 * Return: true if so.
 */
bool field_is_subdomain(const char *text, size_t len)
{
	size_t i;

	if (!len || len > SUBDOMAIN)
		return false;
	for (i = 0; i < len; i++) {
		if (is_lower(text[i]))
			continue;
		/* Neither a dot nor a dash is at an end of a part. */
		if ((text[i] != '.' && text[i] != '-') || !i || i == len - 1)
			return false;
		if ((text[i] == '.' && !is_lower(text[i - 1])) ||
		    (text[i] == '-' && text[i - 1] == '.'))
			return false;
	}
	return true;
}

/* What a value is, and a key behind its slash; empty is for others to judge. */
static bool is_word(const char *text, size_t len)
{
	size_t i;

	if (len > LABEL)
		return false;
	for (i = 0; i < len; i++)
		if (!is_alnum(text[i]) &&
		    (!i || i == len - 1 || !strchr("-_.", text[i])))
			return false;
	return true;
}

static bool is_key(const char *text)
{
	const char *slash = strchr(text, '/');

	if (slash && !field_is_subdomain(text, (size_t)(slash - text)))
		return false;
	if (slash)
		text = slash + 1;
	return *text && is_word(text, strlen(text));
}

static bool read_key(struct reader *reader, const struct field *at,
		     const char *text, char **key)
{
	if (!is_key(text))
		return field_bad(reader, at, "'%.96s' is no key of a label",
				 text);
	*key = memory_must(strdup(text));
	return true;
}

static bool read_value(struct reader *reader, const struct field *at,
		       const json_t *json, char **value)
{
	const char *text;

	if (!field_text(reader, at, json, &text))
		return false;
	if (!is_word(text, strlen(text)))
		return field_bad(reader, at, "'%.96s' is no value of a label",
				 text);
	*value = memory_must(strdup(text));
	return true;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_values(struct reader *reader, const struct field *at,
			const json_t *json, struct policy_requirement *req)
{
	size_t i, n;

	if (!field_list(reader, at, json, FIELD_ENTRIES, &n))
		return false;
	if ((req->op == POLICY_IN || req->op == POLICY_NOT_IN) != (n > 0))
		return field_bad(reader, at, n ?
				 "Exists and DoesNotExist have no values" :
				 "In and NotIn need at least one value");
	if (!n)
		return true;
	req->value = memory_must(calloc(n, sizeof(*req->value)));
	req->n = n;
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		if (!read_value(reader, &one, json_array_get(json, i),
				&req->value[i]))
			return false;
	}
	qsort(req->value, n, sizeof(*req->value), compare_text);
	return true;
}

static bool read_operator(struct reader *reader, const struct field *at,
			  const json_t *json, enum policy_operator *op)
{
	static const char *const names[] = {
		[POLICY_IN] = "In",
		[POLICY_NOT_IN] = "NotIn",
		[POLICY_EXISTS] = "Exists",
		[POLICY_DOES_NOT_EXIST] = "DoesNotExist",
	};
	const char *text;
	size_t i;

	if (!field_text(reader, at, json, &text))
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], text)) {
			*op = (enum policy_operator)i;
			return true;
		}
	return field_bad(reader, at,
			 "'%.32s' is none of In, NotIn, Exists, DoesNotExist",
			 text);
}

static bool read_expression(struct reader *reader, const struct field *at,
			    const json_t *json, struct policy_requirement *req)
{
	static const char *const known[] = { "key", "operator", "values",
					     NULL };
	struct field op = { at, "operator", 0 }, key = { at, "key", 0 };
	struct field values = { at, "values", 0 };
	const char *text;

	return field_object(reader, at, json, known) &&
	       field_text(reader, &key, field_get(json, "key"), &text) &&
	       read_key(reader, &key, text, &req->key) &&
	       read_operator(reader, &op, field_get(json, "operator"),
			     &req->op) &&
	       read_values(reader, &values, field_get(json, "values"), req);
}

static bool read_labels(struct reader *reader, const struct field *at,
			const json_t *json, struct policy_selector *selector)
{
	struct policy_requirement *req;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)json, key, value) {
		struct field one = { at, key, 0 };

		req = &selector->req[selector->n++];
		req->op = POLICY_IN;
		req->value = memory_must(calloc(1, sizeof(*req->value)));
		req->n = 1;
		if (!read_key(reader, &one, key, &req->key) ||
		    !read_value(reader, &one, value, &req->value[0]))
			return false;
	}
	return true;
}

static bool read_expressions(struct reader *reader, const struct field *at,
			     const json_t *json,
			     struct policy_selector *selector)
{
	size_t i;

	for (i = 0; i < json_array_size(json); i++) {
		struct field one = { at, NULL, i };

		if (!read_expression(reader, &one, json_array_get(json, i),
				     &selector->req[selector->n++]))
			return false;
	}
	return true;
}

/* So that equal selectors are equal, however they were written. */
static int compare_requirement(const void *a, const void *b)
{
	const struct policy_requirement *one = a, *other = b;
	int ret = strcmp(one->key, other->key);

	return ret ? ret : (int)one->op - (int)other->op;
}

/**
 * field_selector() - read a label selector
 * @reader: whose field it is
 * @at: which one
 * @json: its value
 * @selector: filled, also in part on failure; sorted by key on success
 *
 * Return: true if it is one.
 */
bool field_selector(struct reader *reader, const struct field *at,
		    const json_t *json, struct policy_selector *selector)
{
	static const char *const known[] = { "matchLabels", "matchExpressions",
					     NULL };
	const json_t *labels = field_get(json, "matchLabels");
	const json_t *list = field_get(json, "matchExpressions");
	struct field at_labels = { at, "matchLabels", 0 };
	struct field at_list = { at, "matchExpressions", 0 };
	size_t n;

	if (!field_object(reader, at, json, known) ||
	    !field_list(reader, &at_list, list, FIELD_ENTRIES, &n))
		return false;
	if (labels && !json_is_object(labels))
		return field_bad(reader, &at_labels, "must be an object");
	n += json_object_size(labels);
	reader->entries += json_object_size(labels);
	if (reader->entries > FIELD_ENTRIES)
		return field_bad(reader, &at_labels, "too many labels");
	if (!n)
		return true;
	selector->req = memory_must(calloc(n, sizeof(*selector->req)));
	if (!read_labels(reader, &at_labels, labels, selector) ||
	    !read_expressions(reader, &at_list, list, selector))
		return false;
	qsort(selector->req, selector->n, sizeof(*selector->req),
	      compare_requirement);
	return true;
}

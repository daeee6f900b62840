// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "yaml_json.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "../lib/error.h"

/* Nothing that people write is deeper; aliases could make it endless. */
#define DEPTH 100

/**
 * struct walk - a document on its way to JSON
 * @doc: document
 * @values: that may still come: aliases can make a billion of some lines, but
 *	what is written out has no more values than bytes
 * @err: filled on failure
 */
struct walk {
	yaml_document_t *doc;
	size_t values;
	struct k8sov_error *err;
};

static json_t *convert(struct walk *walk, int index, unsigned int depth);

static json_t *refuse(const struct walk *walk, const yaml_node_t *node,
		      const char *why)
{
	k8sov_error_set(walk->err, EINVAL, "line %zu: %s",
			node->start_mark.line + 1, why);
	return NULL;
}

/* A leading 0 is no octal number here, but one was meant where it is: text. */
static bool read_integer(const char *text, long long *number)
{
	const char *digits = text + (*text == '-' || *text == '+');
	int base = 10;
	char *end;

	if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'o')) {
		base = digits[1] == 'x' ? 16 : 8;
		digits += 2;
	} else if (digits[0] == '0' && digits[1]) {
		return false;
	}
	if (!isxdigit((unsigned char)*digits) ||
	    (base != 10 && digits != text + 2))
		return false;
	errno = 0;
	*number = strtoll(digits, &end, base);
	if (*text == '-')
		*number = -*number;
	return !*end && !errno;
}

/* Plain words mean what YAML 1.2's core schema says; quoted ones are text. So
 * are numbers with a fraction, which nobody has a use for.
 */
static json_t *scalar(const struct walk *walk, const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;
	size_t len = node->data.scalar.length;
	long long number;

	if (strlen(text) != len)
		return refuse(walk, node, "a text has a zero byte");
	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_stringn(text, len);
	if (!len || !strcmp(text, "~") || !strcasecmp(text, "null"))
		return json_null();
	if (!strcasecmp(text, "true"))
		return json_true();
	if (!strcasecmp(text, "false"))
		return json_false();
	if (read_integer(text, &number))
		return json_integer(number);
	return json_stringn(text, len);
}

static json_t *sequence(struct walk *walk, const yaml_node_t *node,
			unsigned int depth)
{
	json_t *array = json_array(), *value;
	const yaml_node_item_t *item;

	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++) {
		value = convert(walk, *item, depth);
		if (json_array_append_new(array, value)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static const char *read_key(const struct walk *walk, const yaml_node_t *key,
			    const json_t *object)
{
	const char *name = (const char *)key->data.scalar.value;
	const char *why = NULL;

	if (key->type != YAML_SCALAR_NODE ||
	    strlen(name) != key->data.scalar.length)
		why = "a key must be a word";
	else if (json_object_get(object, name))
		why = "a key is given twice";
	if (why)
		refuse(walk, key, why);
	return why ? NULL : name;
}

static json_t *mapping(struct walk *walk, const yaml_node_t *node,
		       unsigned int depth)
{
	const yaml_node_pair_t *pair;
	json_t *object = json_object();
	const yaml_node_t *key;
	const char *name;

	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		key = yaml_document_get_node(walk->doc, pair->key);
		name = read_key(walk, key, object);
		if (!name || json_object_set_new(object, name,
						 convert(walk, pair->value,
							 depth))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *convert(struct walk *walk, int index, unsigned int depth)
{
	const yaml_node_t *node = yaml_document_get_node(walk->doc, index);

	if (depth >= DEPTH || !walk->values--)
		return refuse(walk, node, "too deep or too large");
	switch (node->type) {
	case YAML_SCALAR_NODE:
		return scalar(walk, node);
	case YAML_SEQUENCE_NODE:
		return sequence(walk, node, depth + 1);
	case YAML_MAPPING_NODE:
		return mapping(walk, node, depth + 1);
	case YAML_NO_NODE:
		break;
	}
	return refuse(walk, node, "not understood");
}

/* Of the first thing in it: what stands before may be comments. */
static size_t document_line(yaml_document_t *doc)
{
	return yaml_document_get_root_node(doc)->start_mark.line + 1;
}

static json_t *read_document(yaml_document_t *doc, size_t size,
			     struct k8sov_error *err)
{
	struct walk walk = { .doc = doc, .values = size + 1, .err = err };
	json_t *root = convert(&walk, 1, 0);

	if (!root && !err->code)
		k8sov_error_set(err, EINVAL, "line %zu: a value cannot be read",
				doc->start_mark.line + 1);
	return root;
}

/**
 * yaml_each() - read YAML that may have several documents
 * @text: YAML, or JSON, which is YAML too
 * @len: its bytes
 * @take: called for each document; false ends it
 * @data: for it
 *
 * After one that is no YAML nothing more can be read. One that is, but not as
 * JSON can be, is only one that failed.
 */
void yaml_each(const char *text, size_t len, yaml_take *take, void *data)
{
	struct k8sov_error err = {};
	yaml_document_t doc;
	yaml_parser_t parser;
	bool more = true;
	json_t *root;

	if (!yaml_parser_initialize(&parser)) {
		k8sov_error_set(&err, ENOMEM, "out of memory");
		take(data, 0, NULL, &err);
		return;
	}
	yaml_parser_set_input_string(&parser, (const yaml_char_t *)text, len);
	while (more) {
		k8sov_error_clear(&err);
		if (!yaml_parser_load(&parser, &doc)) {
			k8sov_error_set(&err, EINVAL, "no YAML: line %zu: %s",
					parser.problem_mark.line + 1,
					parser.problem);
			take(data, parser.problem_mark.line + 1, NULL, &err);
			break;
		}
		more = yaml_document_get_root_node(&doc) != NULL;
		if (more) {
			root = read_document(&doc, len, &err);
			more = take(data, document_line(&doc), root, &err);
			json_decref(root);
		}
		yaml_document_delete(&doc);
	}
	yaml_parser_delete(&parser);
}

struct first {
	json_t *root;
	struct k8sov_error *err;
	bool any;
};

static bool take_first(void *data, size_t line, json_t *root,
		       const struct k8sov_error *err)
{
	struct first *first = data;

	(void)line;
	first->any = true;
	first->root = json_incref(root);
	*first->err = *err;
	return false;
}

/**
 * yaml_to_json() - read YAML
 * @text: YAML, or JSON, which is YAML too
 * @len: its bytes
 * @err: filled on failure
 *
 * Return: the first document as JSON, a new reference, or NULL with a sentence
 * that names the line.
 */
json_t *yaml_to_json(const char *text, size_t len, struct k8sov_error *err)
{
	struct first first = { .err = err };

	k8sov_error_clear(err);
	yaml_each(text, len, take_first, &first);
	if (!first.any)
		k8sov_error_set(err, EINVAL, "the file is empty");
	return first.root;
}

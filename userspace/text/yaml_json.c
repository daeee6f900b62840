// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "yaml_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "../lib/error.h"

/* A file of configuration is not deeper; aliases could make it endless. */
#define DEPTH 32
/* Aliases can also make it wide: a billion laughs are cut short here. */
#define VALUES 100000

struct walk {
	yaml_document_t *doc;
	unsigned int values;
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

/* Plain words mean what YAML 1.2's core schema says; quoted ones are text. */
static json_t *scalar(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;
	size_t len = node->data.scalar.length;
	long long number;
	char *end;

	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_stringn(text, len);
	if (!len || !strcmp(text, "~") || !strcasecmp(text, "null"))
		return json_null();
	if (!strcasecmp(text, "true"))
		return json_true();
	if (!strcasecmp(text, "false"))
		return json_false();
	errno = 0;
	number = strtoll(text, &end, 10);
	if (!*end && end == text + len && !errno)
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

static json_t *mapping(struct walk *walk, const yaml_node_t *node,
		       unsigned int depth)
{
	const yaml_node_pair_t *pair;
	json_t *object = json_object();
	const yaml_node_t *key;

	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		key = yaml_document_get_node(walk->doc, pair->key);
		if (key->type != YAML_SCALAR_NODE) {
			json_decref(object);
			return refuse(walk, key, "a key must be a word");
		}
		if (json_object_set_new(object,
					(const char *)key->data.scalar.value,
					convert(walk, pair->value, depth))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *convert(struct walk *walk, int index, unsigned int depth)
{
	const yaml_node_t *node = yaml_document_get_node(walk->doc, index);

	if (depth >= DEPTH || walk->values++ >= VALUES)
		return refuse(walk, node, "too deep or too large");
	switch (node->type) {
	case YAML_SCALAR_NODE:
		return scalar(node);
	case YAML_SEQUENCE_NODE:
		return sequence(walk, node, depth + 1);
	case YAML_MAPPING_NODE:
		return mapping(walk, node, depth + 1);
	case YAML_NO_NODE:
		break;
	}
	return refuse(walk, node, "not understood");
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
	struct walk walk = { .err = err };
	yaml_document_t doc;
	yaml_parser_t parser;
	json_t *root = NULL;

	if (!yaml_parser_initialize(&parser)) {
		k8sov_error_set(err, ENOMEM, "out of memory");
		return NULL;
	}
	yaml_parser_set_input_string(&parser, (const yaml_char_t *)text, len);
	k8sov_error_clear(err);
	if (!yaml_parser_load(&parser, &doc)) {
		k8sov_error_set(err, EINVAL, "no YAML: line %zu: %s",
				parser.problem_mark.line + 1, parser.problem);
		yaml_parser_delete(&parser);
		return NULL;
	}
	walk.doc = &doc;
	if (yaml_document_get_root_node(&doc))
		root = convert(&walk, 1, 0);
	else
		k8sov_error_set(err, EINVAL, "the file is empty");
	if (!root && !err->code)
		k8sov_error_set(err, EINVAL, "a value cannot be read");
	yaml_document_delete(&doc);
	yaml_parser_delete(&parser);
	return root;
}

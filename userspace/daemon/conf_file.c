// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "conf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "option.h"

/**
 * struct reader - a file that is being read
 * @path: for sentences
 * @doc: what libyaml made of it
 * @seen: the option was there before
 * @cb: told what is right
 * @data: for @cb
 * @errors: told what is wrong
 */
struct reader {
	const char *path;
	yaml_document_t doc;
	bool seen[OPTIONS];
	conf_file_cb cb;
	void *data;
	FILE *errors;
};

static unsigned int line_of(const yaml_node_t *node)
{
	return (unsigned int)node->start_mark.line + 1;
}

static void complain(struct reader *reader, const yaml_node_t *node,
		     const char *key, const char *words)
{
	fprintf(reader->errors, "%s:%u: %s%s%s\n", reader->path, line_of(node),
		key, *key ? ": " : "", words);
}

/* A value, or values in a list with commas between; NULL if it is neither. */
static char *text_of(struct reader *reader, const yaml_node_t *node)
{
	const yaml_node_item_t *item;
	const yaml_node_t *part;
	char *text = NULL;
	size_t size = 0;
	bool good = true;
	FILE *to;

	if (node->type == YAML_SCALAR_NODE)
		return strdup((const char *)node->data.scalar.value);
	if (node->type != YAML_SEQUENCE_NODE)
		return NULL;
	to = open_memstream(&text, &size);
	if (!to)
		return NULL;
	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++) {
		part = yaml_document_get_node(&reader->doc, *item);
		good = good && part->type == YAML_SCALAR_NODE;
		if (!good)
			break;
		fprintf(to, "%s%s", ftell(to) > 0 ? "," : "",
			(const char *)part->data.scalar.value);
	}
	fclose(to);
	if (good)
		return text;
	free(text);
	return NULL;
}

static void read_pair(struct reader *reader, const yaml_node_t *key,
		      const yaml_node_t *value)
{
	const struct option *option;
	const char *name;
	bool *seen;
	char *text;

	if (key->type != YAML_SCALAR_NODE) {
		complain(reader, key, "", "a key must be a word");
		return;
	}
	name = (const char *)key->data.scalar.value;
	option = option_find(name, key->data.scalar.length);
	if (!option) {
		complain(reader, key, name, "there is no such option");
		return;
	}
	if (option->flag_only) {
		complain(reader, key, name, "is a flag only");
		return;
	}
	seen = &reader->seen[option - option_table];
	if (*seen) {
		complain(reader, key, name, "is there twice");
		return;
	}
	*seen = true;
	text = text_of(reader, value);
	if (text)
		reader->cb(option, text, line_of(value), reader->data);
	else
		complain(reader, value, name, "must be a value or a list");
	free(text);
}

static void read_document(struct reader *reader)
{
	const yaml_node_t *root = yaml_document_get_root_node(&reader->doc);
	const yaml_node_pair_t *pair;

	/* Nothing but comments is no configuration, and fine. */
	if (!root)
		return;
	if (root->type != YAML_MAPPING_NODE) {
		complain(reader, root, "", "options must look like 'key: value'");
		return;
	}
	for (pair = root->data.mapping.pairs.start;
	     pair < root->data.mapping.pairs.top; pair++)
		read_pair(reader, yaml_document_get_node(&reader->doc, pair->key),
			  yaml_document_get_node(&reader->doc, pair->value));
}

static bool load(struct reader *reader, yaml_parser_t *parser)
{
	if (yaml_parser_load(parser, &reader->doc))
		return true;
	fprintf(reader->errors, "%s:%zu: %s\n", reader->path,
		parser->problem_mark.line + 1,
		parser->problem ? parser->problem : "is no YAML");
	return false;
}

/* Whatever stands behind "---" would count for nothing. */
static void read_all(struct reader *reader, yaml_parser_t *parser)
{
	const yaml_node_t *root;

	if (!load(reader, parser))
		return;
	read_document(reader);
	yaml_document_delete(&reader->doc);
	if (!load(reader, parser))
		return;
	root = yaml_document_get_root_node(&reader->doc);
	if (root)
		complain(reader, root, "", "only one document may be there");
	yaml_document_delete(&reader->doc);
}

/**
 * conf_file_read() - read a configuration file
 * @path: of the file
 * @optional: it need not be there
 * @cb: called for each option that is told, in order
 * @data: for @cb
 * @errors: gets a sentence a line for everything that is wrong
 */
void conf_file_read(const char *path, bool optional, conf_file_cb cb,
		    void *data, FILE *errors)
{
	struct reader reader = {
		.path = path, .cb = cb, .data = data, .errors = errors,
	};
	FILE *file = fopen(path, "re");
	yaml_parser_t parser;

	if (!file) {
		if (errno != ENOENT || !optional)
			fprintf(errors, "config: cannot read %s: %s\n", path,
				strerror(errno));
		return;
	}
	if (!yaml_parser_initialize(&parser)) {
		fprintf(errors, "config: out of memory\n");
		fclose(file);
		return;
	}
	yaml_parser_set_input_file(&parser, file);
	read_all(&reader, &parser);
	yaml_parser_delete(&parser);
	fclose(file);
}

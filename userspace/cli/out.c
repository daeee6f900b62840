// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "out.h"

#include <inttypes.h>

#include "token.h"

/* Takes over @value; into an object with a key, else to the end of a list. */
static void add_value(struct out *out, const char *key, json_t *value)
{
	json_t *top = out->open[out->depth - 1];

	if (json_is_array(top))
		json_array_append_new(top, value);
	else
		json_object_set_new(top, key, value);
}

static void push(struct out *out, json_t *value)
{
	out->open[out->depth++] = value;
}

/**
 * out_begin() - begin the results of a command
 * @out: writer
 */
void out_begin(struct out *out)
{
	out->any = false;
	if (out->json && !out->lines)
		fputc('[', out->file);
}

/**
 * out_end() - end the results of a command
 * @out: writer
 */
void out_end(struct out *out)
{
	if (out->json && !out->lines)
		fputs("]\n", out->file);
}

/**
 * out_object() - begin an object
 * @out: writer
 */
void out_object(struct out *out)
{
	if (!out->json)
		return;
	if (out->any && !out->lines)
		fputs(out->pretty ? "," : ",\n", out->file);
	push(out, json_object());
	if (!out->event)
		return;
	out_string(out, "event", NULL, out->event);
	out_string(out, "object", NULL, out->object);
	out->event = NULL;
}

/**
 * out_object_end() - end an object: write it, keep nothing of it
 * @out: writer
 */
void out_object_end(struct out *out)
{
	out->any = true;
	if (!out->json) {
		fputc('\n', out->file);
		return;
	}
	json_dumpf(out->open[0], out->file,
		   out->pretty ? JSON_INDENT(4) : JSON_COMPACT);
	if (out->lines)
		fputc('\n', out->file);
	json_decref(out->open[0]);
	out->depth = 0;
}

/**
 * out_list() - begin a list in an object; text knows none
 * @out: writer
 * @key: name
 */
void out_list(struct out *out, const char *key)
{
	json_t *list;

	if (!out->json)
		return;
	list = json_array();
	add_value(out, key, list);
	push(out, list);
}

/**
 * out_item() - begin an object in a list
 * @out: writer
 */
void out_item(struct out *out)
{
	json_t *item;

	if (!out->json)
		return;
	item = json_object();
	add_value(out, NULL, item);
	push(out, item);
}

/**
 * out_close() - end a list or an object in it
 * @out: writer
 */
void out_close(struct out *out)
{
	if (out->json)
		out->depth--;
}

/**
 * out_text() - write what only a person reads
 * @out: writer
 * @text: words
 */
void out_text(struct out *out, const char *text)
{
	if (!out->json)
		fputs(text, out->file);
}

/**
 * out_string() - write a string, quoted in text if it has to be
 * @out: writer
 * @key: JSON key or NULL
 * @label: text before the value, or NULL
 * @value: string
 */
void out_string(struct out *out, const char *key, const char *label,
		const char *value)
{
	char text[TOKEN_TEXT];
	json_t *string;

	if (!out->json) {
		if (label)
			fprintf(out->file, "%s%s", label,
				token_quote(value, text));
		return;
	}
	if (!key && !json_is_array(out->open[out->depth - 1]))
		return;
	string = json_string(value);
	/* The kernel stores bytes; JSON has only UTF-8. */
	if (!string)
		string = json_string_nocheck("\xef\xbf\xbd");
	add_value(out, key, string);
}

/**
 * out_number() - write a number
 * @out: writer
 * @key: JSON key or NULL
 * @label: text before the value, or NULL
 * @value: number
 *
 * What JSON numbers of 64 bits with sign cannot hold becomes a string.
 */
void out_number(struct out *out, const char *key, const char *label,
		uint64_t value)
{
	char text[24];

	if (!out->json) {
		if (label)
			fprintf(out->file, "%s%" PRIu64, label, value);
		return;
	}
	if (!key)
		return;
	if (value <= INT64_MAX) {
		add_value(out, key, json_integer((json_int_t)value));
		return;
	}
	snprintf(text, sizeof(text), "%" PRIu64, value);
	add_value(out, key, json_string(text));
}

/**
 * out_bool() - write true or false, to JSON only
 * @out: writer
 * @key: JSON key
 * @value: which
 */
void out_bool(struct out *out, const char *key, bool value)
{
	if (out->json)
		add_value(out, key, json_boolean(value));
}

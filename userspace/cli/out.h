/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_OUT_H
#define _K8SOVCTL_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct out - the one writer of results, as text or JSON
 *
 * Values have a key for JSON and a label for text; NULL leaves the value out
 * of that form. In text the label comes first, blanks included.
 *
 * @file: where to
 * @json: JSON instead of text
 * @pretty: indented JSON
 * @lines: every object is a line of its own, not part of an array
 * @event: what happened to the next object, or NULL
 * @object: what kind of object it is, if something happened to it
 * @any: an object was written
 * @depth: open containers
 * @open: containers, the object first
 */
struct out {
	FILE *file;
	bool json;
	bool pretty;
	bool lines;
	const char *event;
	const char *object;
	bool any;
	unsigned int depth;
	json_t *open[4];
};

void out_begin(struct out *out);
void out_end(struct out *out);
void out_object(struct out *out);
void out_object_end(struct out *out);
void out_list(struct out *out, const char *key);
void out_item(struct out *out);
void out_close(struct out *out);

void out_text(struct out *out, const char *text);
void out_string(struct out *out, const char *key, const char *label,
		const char *value);
void out_number(struct out *out, const char *key, const char *label,
		uint64_t value);
void out_bool(struct out *out, const char *key, bool value);

#endif /* _K8SOVCTL_OUT_H */

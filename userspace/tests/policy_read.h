/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_READ_H
#define _POLICY_READ_H

#include <stdlib.h>

#include "../lib/error.h"
#include "policy_print.h"
#include "tap.h"

/**
 * struct reading - what comes of a text
 * @what: behaviour
 * @text: JSON, with ' for "
 * @result: as policy_print.h prints it, or the sentence of the error
 */
struct reading {
	const char *what;
	const char *text;
	const char *result;
};

static inline char *read_text(const char *text)
{
	struct policy_object object;
	struct k8sov_error err = {};
	char *copy = strdup(text), *at, *out = NULL;
	size_t size;
	json_t *json;
	FILE *file;

	for (at = copy; (at = strchr(at, '\'')); )
		*at = '"';
	json = json_loads(copy, 0, NULL);
	free(copy);
	file = open_memstream(&out, &size);
	if (!json)
		fputs("no JSON", file);
	else if (policy_parse(json, NULL, NULL, &object, &err))
		fprintf(file, "error %s", err.message);
	else
		print_object(file, &object);
	fclose(file);
	if (json && !err.code)
		policy_object_exit(&object);
	json_decref(json);
	return out;
}

static inline void readings_are(const struct reading *reading, size_t n)
{
	char *got;

	for (; n; n--, reading++) {
		got = read_text(reading->text);
		tap_equal(reading->result, got, reading->what);
		free(got);
	}
}

#define READINGS_ARE(table) \
	readings_are(table, sizeof(table) / sizeof((table)[0]))

#endif /* _POLICY_READ_H */

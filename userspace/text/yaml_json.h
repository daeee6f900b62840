/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _YAML_JSON_H
#define _YAML_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct k8sov_error;

/**
 * typedef yaml_take - takes a document
 * @data: as it was given
 * @line: where it begins
 * @root: its content, which ends with the call, or NULL
 * @err: why there is none
 *
 * Return: true to go on.
 */
typedef bool yaml_take(void *data, size_t line, json_t *root,
		       const struct k8sov_error *err);

void yaml_each(const char *text, size_t len, yaml_take *take, void *data);
/* The first document of a YAML text as JSON, a new reference, or NULL. */
json_t *yaml_to_json(const char *text, size_t len, struct k8sov_error *err);

#endif /* _YAML_JSON_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _YAML_JSON_H
#define _YAML_JSON_H

#include <stddef.h>

#include <jansson.h>

struct k8sov_error;

/* The first document of a YAML text as JSON, a new reference, or NULL. */
json_t *yaml_to_json(const char *text, size_t len, struct k8sov_error *err);

#endif /* _YAML_JSON_H */

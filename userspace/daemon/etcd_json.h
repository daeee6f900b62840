/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ETCD_JSON_H
#define _ETCD_JSON_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/*
 * The values of etcd's JSON: bytes are base64, 64-bit numbers are strings, and
 * what is zero or empty is not there.
 */
json_t *etcd_json_bytes(const char *bytes, size_t len);
json_t *etcd_json_text(const char *text);
json_t *etcd_json_number(int64_t number);

char *etcd_json_get_bytes(const json_t *object, const char *key, size_t *len);
int64_t etcd_json_get_number(const json_t *object, const char *key);

/* A range over all keys that begin with a text: sets "key", "range_end". */
void etcd_json_set_prefix(json_t *object, const char *prefix);

#endif /* _ETCD_JSON_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _JSON_FIND_H
#define _JSON_FIND_H

#include <jansson.h>

const json_t *json_find(const json_t *object, const char *key);

#endif /* _JSON_FIND_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _JSON_BRIEF_H
#define _JSON_BRIEF_H

#include <stddef.h>

#include <jansson.h>

json_t *json_brief(const char *text, size_t len, const char *const *without);

#endif /* _JSON_BRIEF_H */

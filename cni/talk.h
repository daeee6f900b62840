/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_TALK_H
#define _CNI_TALK_H

#include <jansson.h>

struct cni_error;

/* A line on stdout, where nothing else may be; takes the reference. */
int talk_write(json_t *json, struct cni_error *err);
/* All of stdin, terminated; the caller frees it. Gives up after @wait
 * milliseconds without a byte, -1: never.
 */
char *talk_read(int wait, size_t *len, struct cni_error *err);

#endif /* _CNI_TALK_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CONF_FILE_H
#define _CONF_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct option;

/* A key and its value; @line counts from 1. */
typedef void (*conf_file_cb)(const struct option *option, const char *value,
			     unsigned int line, void *data);

/* A missing file is no error if @optional. Writes a sentence a line to @errors
 * for everything that is wrong, and calls @cb for what is not.
 */
void conf_file_read(const char *path, bool optional, conf_file_cb cb,
		    void *data, FILE *errors);

#endif /* _CONF_FILE_H */

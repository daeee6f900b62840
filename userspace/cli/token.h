/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_TOKEN_H
#define _K8SOVCTL_TOKEN_H

#include <stddef.h>

/* Room for any name in quotes with all its bytes escaped. */
#define TOKEN_TEXT (4 * 256 + 3)

int token_split(char *line, char **words, int max);
const char *token_quote(const char *word, char text[static TOKEN_TEXT]);

#endif /* _K8SOVCTL_TOKEN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_LINE_H
#define _K8SOVCTL_LINE_H

#include <stdio.h>

/* The longest line with its end: an endpoint with all its addresses fits. */
#define LINE_SIZE 8192

int line_read(FILE *file, char text[static LINE_SIZE]);
const char *line_error(int code);

#endif /* _K8SOVCTL_LINE_H */

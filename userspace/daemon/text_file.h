/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _TEXT_FILE_H
#define _TEXT_FILE_H

struct k8sov_error;

/* A small text file, replaced at once or not at all; directories are made.
 * Nothing is written if it has that text.
 */
int text_file_write(const char *path, const char *text,
		    struct k8sov_error *err);
/* Its text, which the caller frees; NULL if there is none. */
char *text_file_read(const char *path);

#endif /* _TEXT_FILE_H */

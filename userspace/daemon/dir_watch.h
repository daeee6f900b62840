/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _DIR_WATCH_H
#define _DIR_WATCH_H

#include <uv.h>

/* Directories of which some may not be there yet. */
struct dir_watch;

/* @dirs: absolute paths with commas between. */
struct dir_watch *dir_watch_open(uv_loop_t *loop, const char *area,
				 const char *dirs,
				 void (*changed)(void *data), void *data);
void dir_watch_close(struct dir_watch *watch);

#endif /* _DIR_WATCH_H */

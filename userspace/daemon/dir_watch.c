// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "dir_watch.h"

#include <string.h>

#include "../lib/memory.h"
#include "log.h"

struct dir_watch {
	struct dir_watch *next;
	uv_fs_event_t event;
	const char *area;
	char *path;
	void (*changed)(void *data);
	void *data;
};

static void on_event(uv_fs_event_t *event, const char *file, int events,
		     int status);

/* What is not there comes to be in the nearest directory above that is. */
static void watch_nearest(struct dir_watch *watch)
{
	char *path = memory_must(strdup(watch->path)), *slash;
	int ret;

	uv_fs_event_stop(&watch->event);
	while ((ret = uv_fs_event_start(&watch->event, on_event, path, 0)) ==
	       UV_ENOENT && (slash = strrchr(path, '/')) && path[1])
		slash[slash == path] = '\0';
	if (ret)
		log_warn(watch->area, "changes of %s will not be noticed: %s",
			 watch->path, uv_strerror(ret));
	free(path);
}

static void on_event(uv_fs_event_t *event, const char *file, int events,
		     int status)
{
	struct dir_watch *watch = event->data;

	(void)file;
	(void)events;
	(void)status;
	/* It may have come, gone, or become another one. */
	watch_nearest(watch);
	watch->changed(watch->data);
}

static struct dir_watch *open_one(uv_loop_t *loop, const char *path, size_t len)
{
	struct dir_watch *watch = memory_must(calloc(1, sizeof(*watch)));

	watch->path = memory_must(strndup(path, len));
	uv_fs_event_init(loop, &watch->event);
	watch->event.data = watch;
	return watch;
}

/**
 * dir_watch_open() - hear of what comes to directories and goes from them
 * @loop: that it runs in
 * @area: of the program, for the log; a constant
 * @dirs: as dir_watch.h says
 * @changed: called after each change, or what may have been one
 * @data: for @changed
 *
 * Return: the watch; where the kernel has none to give, a log says so.
 */
struct dir_watch *dir_watch_open(uv_loop_t *loop, const char *area,
				 const char *dirs,
				 void (*changed)(void *data), void *data)
{
	struct dir_watch *first = NULL, *watch;
	size_t len;

	for (; *dirs; dirs += len + (dirs[len] == ',')) {
		len = strcspn(dirs, ",");
		watch = open_one(loop, dirs, len);
		watch->area = area;
		watch->changed = changed;
		watch->data = data;
		watch->next = first;
		first = watch;
		watch_nearest(watch);
	}
	return first;
}

static void free_watch(uv_handle_t *handle)
{
	struct dir_watch *watch = handle->data;

	free(watch->path);
	free(watch);
}

/**
 * dir_watch_close() - hear no more
 * @watch: the watch, or NULL; freed by the loop
 */
void dir_watch_close(struct dir_watch *watch)
{
	struct dir_watch *next;

	for (; watch; watch = next) {
		next = watch->next;
		uv_close((uv_handle_t *)&watch->event, free_watch);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "policy_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "../policy/manifest.h"
#include "dir_watch.h"
#include "log.h"

/* Changes come in groups; this many ms are waited for the rest of one. */
#define SETTLE_MS 3
/* Not every file system tells of changes. */
#define RESCAN_MS 20000

struct policy_files {
	char *path;
	struct dir_watch *watch;
	uv_timer_t timer;
	struct policy_events events;
	void *data;
	struct policy_manifests known;
	uint64_t looks;		/* of the directory when it was read */
	bool told;		/* once, everything */
	char why[256];
};

static void set_state(struct policy_files *files, const char *why)
{
	if (files->told && !strcmp(files->why, why))
		return;
	snprintf(files->why, sizeof(files->why), "%s", why);
	files->events.state(files->data, files->why);
}

static uint64_t mix(uint64_t looks, const void *data, size_t size)
{
	const unsigned char *byte = data;

	while (size--)
		looks = (looks ^ *byte++) * UINT64_C(0x100000001b3);
	return looks;
}

/* A sum over the files, so that their order does not matter. */
static int look(const char *path, uint64_t *looks, size_t *n)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;
	uint64_t one;

	*n = 0;
	*looks = 0;
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.' ||
		    fstatat(dirfd(dir), entry->d_name, &st, 0))
			continue;
		one = mix(UINT64_C(0xcbf29ce484222325), entry->d_name,
			  strlen(entry->d_name));
		one = mix(one, &st.st_ino, sizeof(st.st_ino));
		one = mix(one, &st.st_size, sizeof(st.st_size));
		one = mix(one, &st.st_mtim, sizeof(st.st_mtim));
		one = mix(one, &st.st_ctim, sizeof(st.st_ctim));
		*looks += one;
		++*n;
	}
	closedir(dir);
	return 0;
}

/* Both are in the order of titles; what went over to @new has none in @old. */
static void tell_removed(struct policy_files *files,
			 const struct policy_manifests *new)
{
	const struct policy_manifests *old = &files->known;
	size_t i, j = 0;

	for (i = 0; i < old->objects; i++) {
		if (!old->object[i].title)
			continue;
		while (j < new->objects && strcmp(new->object[j].title,
						  old->object[i].title) < 0)
			j++;
		if (j == new->objects || strcmp(new->object[j].title,
						old->object[i].title) != 0)
			files->events.remove(files->data, old->object[i].title);
	}
}

/* Objects of no interest may have the title of one that is. */
static void drop_others(struct policy_manifests *all)
{
	size_t i, n = 0;

	for (i = 0; i < all->objects; i++) {
		struct policy_manifest *manifest = &all->object[i];

		if (manifest->stale ||
		    manifest->object.type != POLICY_OBJECT_OTHER) {
			all->object[n++] = *manifest;
			continue;
		}
		free(manifest->title);
		free(manifest->file);
	}
	all->objects = n;
}

static void tell(struct policy_files *files, struct policy_manifests *new)
{
	struct policy_manifest *manifest;
	size_t i;

	tell_removed(files, new);
	for (i = 0; i < new->objects; i++) {
		manifest = &new->object[i];
		/* A stale one was told when it was read. */
		if (!manifest->stale)
			files->events.set(files->data, &manifest->object);
		memset(&manifest->object, 0, sizeof(manifest->object));
	}
}

static void describe_trouble(const struct policy_manifests *all, char *why,
			     size_t size)
{
	const struct policy_trouble *trouble = all->trouble;
	char line[32] = "";

	*why = '\0';
	if (!all->troubles)
		return;
	if (trouble->line)
		snprintf(line, sizeof(line), " line %zu", trouble->line);
	snprintf(why, size, "%.100s%s: %.100s%s", trouble->file, line,
		 trouble->what, all->troubles > 1 ? ", and more" : "");
}

/* All that can be read is read; only then it is known what is gone. */
static int read_all(struct policy_files *files, size_t n,
		    struct k8sov_error *err)
{
	struct policy_manifests new = {};
	char why[256];
	int ret;

	if (files->told && !n && files->known.objects)
		return k8sov_error_set(err, ENOENT,
				       "all files are gone, what they said stays");
	ret = policy_manifests_add(&new, files->path, err);
	if (ret) {
		policy_manifests_exit(&new);
		return ret;
	}
	policy_manifests_finish(&new);
	policy_manifests_inherit(&new, &files->known);
	describe_trouble(&new, why, sizeof(why));
	/* What cannot be read may be a policy: better nothing than half. */
	if (new.blind && !files->told) {
		policy_manifests_exit(&new);
		return k8sov_error_set(err, EINVAL, "%.250s", why);
	}
	drop_others(&new);
	tell(files, &new);
	policy_manifests_exit(&files->known);
	files->known = new;
	set_state(files, why);
	files->told = true;
	files->events.complete(files->data);
	return 0;
}

static void on_timer(uv_timer_t *timer)
{
	struct policy_files *files = timer->data;
	struct k8sov_error err = {};
	char why[256];
	uint64_t looks;
	size_t n;
	int ret = look(files->path, &looks, &n);

	if (ret)
		k8sov_error_system(&err, -ret, "cannot open");
	else if (!files->told || looks != files->looks)
		ret = read_all(files, n, &err);
	if (ret) {
		snprintf(why, sizeof(why), "%.120s: %.120s", files->path,
			 err.message);
		set_state(files, why);
	} else if (!files->known.troubles) {
		files->looks = looks;
	}
	uv_timer_start(timer, on_timer, RESCAN_MS, 0);
}

static void on_change(void *data)
{
	struct policy_files *files = data;

	uv_timer_start(&files->timer, on_timer, SETTLE_MS, 0);
}

/**
 * policy_files_open() - read a directory, and hear of changes
 * @loop: that it runs in
 * @path: directory; it need not be there yet
 * @events: who is told, from the loop
 * @data: for @events
 *
 * Return: the source; the caller closes it.
 */
struct policy_files *policy_files_open(uv_loop_t *loop, const char *path,
				       const struct policy_events *events,
				       void *data)
{
	struct policy_files *files = memory_must(calloc(1, sizeof(*files)));

	files->path = memory_must(strdup(path));
	files->events = *events;
	files->data = data;
	uv_timer_init(loop, &files->timer);
	files->timer.data = files;
	/* First watch, then look: nothing falls between. */
	files->watch = dir_watch_open(loop, "policy", path, on_change,
				      files);
	uv_timer_start(&files->timer, on_timer, 0, 0);
	return files;
}

static void on_closed(uv_handle_t *handle)
{
	struct policy_files *files = handle->data;

	policy_manifests_exit(&files->known);
	free(files->path);
	free(files);
}

/**
 * policy_files_close() - hear no more
 * @files: source or NULL; freed by the loop
 */
void policy_files_close(struct policy_files *files)
{
	if (!files)
		return;
	dir_watch_close(files->watch);
	uv_close((uv_handle_t *)&files->timer, on_closed);
}

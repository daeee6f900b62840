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
#include "guard.h"
#include "log.h"

/* Changes come in groups; this many ms are waited for the rest of one. */
#define SETTLE_MS 3
/* Not every file system tells of changes. */
#define RESCAN_MS 20000

#define TYPES (POLICY_OBJECT_NODE + 1)

struct policy_files {
	char *path;
	struct dir_watch *watch;
	uv_timer_t timer;
	struct policy_events events;
	void *data;
	struct policy_manifests known;
	struct guard guard[TYPES];	/* of lists of objects of a type */
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
static int look(const char *path, uint64_t *looks)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;
	uint64_t one;

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
	}
	closedir(dir);
	return 0;
}

/* What went over to @new has no title in what was known. */
static void tell_removed(struct policy_files *files,
			 const struct policy_manifests *new)
{
	const struct policy_manifests *old = &files->known;
	size_t i;

	for (i = 0; i < old->objects; i++)
		if (old->object[i].title &&
		    !policy_manifests_find(new, old->object[i].title))
			files->events.remove(files->data, old->object[i].title);
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
	enum policy_object_type type;
	struct policy_object *object;
	size_t i;

	tell_removed(files, new);
	for (i = 0; i < new->objects; i++) {
		object = &new->object[i].object;
		type = object->type;
		/* A stale one was told when it was read. */
		if (!new->object[i].stale)
			files->events.set(files->data, object);
		/* What it held was taken over. */
		*object = (struct policy_object){ .type = type };
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

static bool is_lost(const struct policy_manifest *manifest,
		    const struct policy_manifests *new)
{
	struct stat st;

	return !policy_manifests_find(new, manifest->title) &&
	       lstat(manifest->file, &st) && errno == ENOENT;
}

/*
 * A file that is there says what it says. Files that are gone together may be
 * a mount that is not there, or a copy that is not done.
 */
static void guard(struct policy_files *files, struct policy_manifests *new)
{
	const struct policy_manifest *known = files->known.object;
	size_t n = files->known.objects, i;
	struct guard_list list[TYPES] = {};
	bool doubt[TYPES];

	for (i = 0; i < n; i++) {
		struct guard_list *of = &list[known[i].object.type];

		of->known++;
		if (is_lost(&known[i], new))
			of->sum += mix(0, known[i].title,
				       strlen(known[i].title));
		else
			of->seen++;
	}
	for (i = 0; i < TYPES; i++) {
		list[i].alone = 1;
		doubt[i] = !guard_believes(&files->guard[i], &list[i],
				uv_now(files->timer.loop) / 1000);
	}
	for (i = 0; i < n; i++)
		if (doubt[known[i].object.type] && is_lost(&known[i], new))
			policy_manifests_distrust(new, known[i].file,
				"it is gone with more than half of what there was of a kind: what it said stays for a minute");
}

/* All that can be read is read; only then it is known what is gone. */
static int read_all(struct policy_files *files, struct k8sov_error *err)
{
	struct policy_manifests new = {};
	char why[256];
	int ret;

	ret = policy_manifests_add(&new, files->path, err);
	if (!ret && files->known.objects && !new.objects && !new.troubles)
		ret = k8sov_error_set(err, ENOENT,
				      "all files are gone, what they said stays");
	if (ret)
		goto out;
	policy_manifests_finish(&new);
	guard(files, &new);
	policy_manifests_inherit(&new, &files->known);
	describe_trouble(&new, why, sizeof(why));
	/* What cannot be read may be a policy: better nothing than half. */
	if (new.blind && !files->told) {
		ret = k8sov_error_set(err, EINVAL, "%.250s", why);
		goto out;
	}
	drop_others(&new);
	tell(files, &new);
	policy_manifests_exit(&files->known);
	files->known = new;
	set_state(files, why);
	files->told = true;
	files->events.complete(files->data);
	return 0;

out:
	policy_manifests_exit(&new);
	return ret;
}

static void on_timer(uv_timer_t *timer)
{
	struct policy_files *files = timer->data;
	struct k8sov_error err = {};
	char why[256];
	uint64_t looks;
	int ret = look(files->path, &looks);

	if (ret)
		k8sov_error_system(&err, -ret, "cannot open");
	else if (!files->told || looks != files->looks)
		ret = read_all(files, &err);
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

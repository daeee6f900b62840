// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/memory.h"
#include "../lib/error.h"
#include "../text/yaml_json.h"
#include "field.h"

/* More than a cluster of 20,000 pods has to say. */
#define FILE_SIZE (64UL * 1024 * 1024)

/* A file being read. */
struct file {
	struct policy_manifests *all;
	const char *path;
	size_t line;
};

static bool has_suffix(const char *name, const char *suffix)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot, suffix);
}

static bool is_manifest(const char *name)
{
	return *name != '.' && (has_suffix(name, ".json") ||
				has_suffix(name, ".yaml") ||
				has_suffix(name, ".yml"));
}

static struct policy_trouble *add_trouble(struct file *file, const char *title,
					  size_t line, const char *what)
{
	struct policy_manifests *all = file->all;
	struct policy_trouble *trouble;

	all->trouble = memory_grow(all->trouble, all->troubles,
				   sizeof(*trouble));
	trouble = &all->trouble[all->troubles++];
	trouble->title = title ? memory_must(strdup(title)) : NULL;
	trouble->file = memory_must(strdup(file->path));
	trouble->line = line;
	trouble->what = memory_must(strdup(what));
	trouble->twice = false;
	/* Of a broken text a part may be quoted. */
	field_clean(trouble->what);
	return trouble;
}

static void take_object(void *data, const char *title,
			struct policy_object *object,
			const struct k8sov_error *err)
{
	struct file *file = data;
	struct policy_manifests *all = file->all;
	struct policy_manifest *new;

	if (!object) {
		/* Of no kind and without a name: there is nothing to say. */
		add_trouble(file, strcmp(title, "? ?") != 0 ? title : NULL,
			    file->line, err->message);
		return;
	}
	all->object = memory_grow(all->object, all->objects, sizeof(*new));
	new = &all->object[all->objects];
	new->title = memory_must(strdup(title));
	new->file = memory_must(strdup(file->path));
	new->line = file->line;
	new->order = all->objects++;
	new->stale = false;
	new->object = *object;
}

static bool take_document(void *data, size_t line, json_t *root,
			  const struct k8sov_error *err)
{
	struct file *file = data;

	file->line = line;
	if (!root)
		add_trouble(file, NULL, line, err->message);
	else if (!json_is_null(root))
		policy_parse_each(root, take_object, file);
	return true;
}

static void read_json(struct file *file, const char *text, size_t len)
{
	struct k8sov_error err = {};
	json_error_t where;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);

	if (!root)
		k8sov_error_set(&err, EINVAL, "no JSON: line %d column %d: %s",
				where.line, where.column, where.text);
	take_document(file, 1, root, &err);
	json_decref(root);
}

/* Of anything that can be read: also what another program writes. */
static char *read_all(int fd, size_t *len, struct k8sov_error *err)
{
	size_t room = 0;
	char *text = NULL;
	ssize_t n = 1;

	for (*len = 0; n > 0 && *len <= FILE_SIZE; *len += (size_t)n) {
		if (room - *len < 4096) {
			room = room ? room * 2 : 65536;
			text = memory_must(realloc(text, room));
		}
		n = read(fd, text + *len, room - *len);
		if (n < 0)
			break;
	}
	if (!n)
		return text;
	if (n < 0)
		k8sov_error_system(err, errno, "cannot read");
	else
		k8sov_error_set(err, EFBIG, "larger than %lu MiB",
				FILE_SIZE / 1024 / 1024);
	free(text);
	return NULL;
}

static void read_file(struct policy_manifests *all, const char *path,
		      int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	struct file file = { .all = all, .path = path };
	struct k8sov_error err = {};
	struct stat st;
	char *text = NULL;
	size_t len = 0;

	/* It was there a moment ago; that it is not is no trouble. That a
	 * link leads nowhere is.
	 */
	if (fd < 0 && errno == ENOENT && lstat(path, &st))
		return;
	if (fd < 0)
		k8sov_error_system(&err, errno, "cannot open");
	else
		text = read_all(fd, &len, &err);
	/* Whoever writes it anew begins like this. */
	if (text && !len && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
		k8sov_error_set(&err, ENODATA, "it is empty");
		free(text);
		text = NULL;
	}
	if (!text)
		add_trouble(&file, NULL, 0, err.message);
	else if (has_suffix(path, ".json") || (len && *text == '{'))
		read_json(&file, text, len);
	else
		yaml_each(text, len, take_document, &file);
	free(text);
	if (fd >= 0)
		close(fd);
}

static int filter(const struct dirent *entry)
{
	return is_manifest(entry->d_name);
}

/* By bytes, the same in all locales. */
static int compare_entry(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/**
 * policy_manifests_add() - read a directory or file
 * @all: zeroed, or with what was read of others
 * @path: its path
 * @err: filled on failure
 *
 * Return: 0, or -errno if it is not there or cannot be listed.
 */
int policy_manifests_add(struct policy_manifests *all, const char *path,
			 struct k8sov_error *err)
{
	struct dirent **entry;
	struct stat st;
	char *file;
	int i, n;

	if (stat(path, &st))
		return k8sov_error_system(err, errno, "cannot open");
	if (!S_ISDIR(st.st_mode)) {
		read_file(all, path, 0);
		return 0;
	}
	n = scandir(path, &entry, filter, compare_entry);
	if (n < 0)
		return k8sov_error_system(err, errno, "cannot list");
	for (i = 0; i < n; i++) {
		if (asprintf(&file, "%s/%s", path, entry[i]->d_name) < 0)
			file = memory_must(NULL);
		/* Nor does a pipe among the files hold us up. */
		read_file(all, file, O_NONBLOCK);
		free(file);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

static void manifest_exit(struct policy_manifest *manifest)
{
	policy_object_exit(&manifest->object);
	free(manifest->title);
	free(manifest->file);
	memset(manifest, 0, sizeof(*manifest));
}

static int compare_manifest(const void *a, const void *b)
{
	const struct policy_manifest *one = a, *other = b;
	int ret = strcmp(one->title, other->title);

	if (ret)
		return ret;
	return one->order < other->order ? -1 : one->order > other->order;
}

static void sort(struct policy_manifests *all)
{
	if (all->objects)
		qsort(all->object, all->objects, sizeof(*all->object),
		      compare_manifest);
}

/* Another group may have a kind of the name: they are not for us, nor equal. */
static bool is_same(const struct policy_manifest *a,
		    const struct policy_manifest *b)
{
	return a->object.type != POLICY_OBJECT_OTHER &&
	       a->object.type == b->object.type && !strcmp(a->title, b->title);
}

static void settle(struct policy_manifests *all, struct policy_manifest *first,
		   struct policy_manifest *second)
{
	struct file file = { .all = all, .path = second->file };
	const struct policy *other = &first->object.policy;
	struct policy *policy = &second->object.policy;
	char *what;

	if (asprintf(&what, "it is there twice, also in %s line %zu",
		     first->file, first->line) < 0)
		what = memory_must(NULL);
	if (second->object.type != POLICY_OBJECT_POLICY) {
		add_trouble(&file, second->title, second->line, what)->twice =
			true;
		free(what);
		return;
	}
	free(policy->broken);
	policy->broken = what;
	policy_rules_exit(policy);
	policy->applies[POLICY_INGRESS] = policy->namespace != NULL;
	policy->applies[POLICY_EGRESS] = policy->namespace != NULL;
	if (policy_selector_equal(&other->subject, &policy->subject) &&
	    policy_selector_equal(&other->subject_namespaces,
				  &policy->subject_namespaces))
		return;
	policy_selector_exit(&policy->subject_namespaces);
	policy_selector_exit(&policy->subject);
}

/* Of each object, the last one. */
static void drop_doubles(struct policy_manifests *all)
{
	struct policy_manifest *in = all->object, *out = all->object;
	struct policy_manifest *end = in + all->objects;

	for (; in < end; in++) {
		if (in + 1 < end && is_same(in, in + 1)) {
			settle(all, in, in + 1);
			manifest_exit(in);
		} else if (in != out) {
			*out++ = *in;
		} else {
			out++;
		}
	}
	all->objects = (size_t)(out - all->object);
}

static bool is_there(const struct policy_manifests *all, size_t objects,
		     const char *title)
{
	size_t low = 0, mid;
	int ret;

	while (low < objects) {
		mid = low + (objects - low) / 2;
		ret = strcmp(title, all->object[mid].title);
		if (!ret)
			return true;
		if (ret < 0)
			objects = mid;
		else
			low = mid + 1;
	}
	return false;
}

/* What a file said that cannot be read any more, or not all of it. Return:
 * true if it is known that it said something.
 */
static bool take_over(struct policy_manifests *all, size_t objects,
		      struct policy_manifests *old, const char *file)
{
	struct policy_manifest *from;
	bool known = false;
	size_t i;

	for (i = 0; i < old->objects; i++) {
		from = &old->object[i];
		if (!from->file || strcmp(from->file, file) != 0)
			continue;
		known = true;
		if (is_there(all, objects, from->title))
			continue;
		all->object = memory_grow(all->object, all->objects,
					  sizeof(*from));
		from->stale = true;
		all->object[all->objects++] = *from;
		memset(from, 0, sizeof(*from));
	}
	return known;
}

/**
 * policy_manifests_finish() - end reading
 * @all: all that was added; sorted afterwards, each object once
 */
void policy_manifests_finish(struct policy_manifests *all)
{
	sort(all);
	drop_doubles(all);
}

/**
 * policy_manifests_distrust() - do not believe that a file is gone
 * @all: what was read, finished
 * @path: path of the file
 * @what: a sentence about why
 */
void policy_manifests_distrust(struct policy_manifests *all, const char *path,
			       const char *what)
{
	struct file file = { .all = all, .path = path };
	size_t i;

	for (i = 0; i < all->troubles; i++)
		if (!strcmp(all->trouble[i].file, path) &&
		    !all->trouble[i].twice)
			return;
	add_trouble(&file, NULL, 0, what);
}

/**
 * policy_manifests_inherit() - let files that cannot be read say what they said
 * @all: what was read, finished; still sorted afterwards
 * @old: what was read before; to be freed by the caller all the same
 */
void policy_manifests_inherit(struct policy_manifests *all,
			      struct policy_manifests *old)
{
	size_t i, objects = all->objects;
	const char *last = "";

	/* The troubles of a file are beside each other. */
	for (i = 0; i < all->troubles; i++) {
		const char *file = all->trouble[i].file;

		if (all->trouble[i].twice)
			continue;
		if (strcmp(file, last) != 0 &&
		    !take_over(all, objects, old, file))
			all->blind = true;
		last = file;
	}
	sort(all);
}

/**
 * policy_manifests_find() - is an object there?
 * @all: what was read, finished
 * @title: its title
 *
 * Return: true if it is.
 */
bool policy_manifests_find(const struct policy_manifests *all,
			   const char *title)
{
	return is_there(all, all->objects, title);
}

/**
 * policy_manifests_exit() - free what was read
 * @all: empty afterwards
 */
void policy_manifests_exit(struct policy_manifests *all)
{
	size_t i;

	for (i = 0; i < all->objects; i++)
		manifest_exit(&all->object[i]);
	for (i = 0; i < all->troubles; i++) {
		free(all->trouble[i].title);
		free(all->trouble[i].file);
		free(all->trouble[i].what);
	}
	free(all->object);
	free(all->trouble);
	memset(all, 0, sizeof(*all));
}

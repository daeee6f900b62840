// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "node_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "json_find.h"
#include "log.h"
#include "../text/yaml_json.h"

/* More than any node has to say. */
#define FILE_SIZE (256UL * 1024)
/* File systems count time in steps of up to this many seconds, so that a file
 * can change twice in one of them.
 */
#define RACY_SECONDS 2

static const char *const subnet_key[FAMILIES] = { "Subnet", "IPv6Subnet" };
static const int family_af[FAMILIES] = { AF_INET, AF_INET6 };

/**
 * node_file_suffix() - is it the name of a file that we read?
 * @file: name
 *
 * Return: true if it ends as JSON and YAML files do and is not hidden.
 */
bool node_file_suffix(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot && *file != '.' &&
	       (!strcmp(dot, ".json") || !strcmp(dot, ".yaml") ||
		!strcmp(dot, ".yml"));
}

static char *read_all(int fd, size_t *len, struct k8sov_error *err)
{
	char *text = memory_must(malloc(FILE_SIZE + 1));
	ssize_t n;

	for (*len = 0; *len <= FILE_SIZE; *len += (size_t)n) {
		n = read(fd, text + *len, FILE_SIZE + 1 - *len);
		if (!n)
			return text;
		if (n < 0) {
			k8sov_error_system(err, errno, "cannot read");
			free(text);
			return NULL;
		}
	}
	k8sov_error_set(err, EFBIG, "larger than %lu bytes", FILE_SIZE);
	free(text);
	return NULL;
}

/**
 * node_file_load() - read a JSON or YAML file
 * @dir: descriptor of its directory
 * @file: its name
 * @err: filled on failure; code ENOENT if there is none
 *
 * Return: a new reference, or NULL.
 */
json_t *node_file_load(int dir, const char *file, struct k8sov_error *err)
{
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *dot = strrchr(file, '.');
	json_t *root = NULL;
	json_error_t where;
	size_t len;
	char *text;

	if (fd < 0) {
		k8sov_error_system(err, errno, "cannot open");
		return NULL;
	}
	text = read_all(fd, &len, err);
	close(fd);
	if (!text)
		return NULL;
	if (dot && strcmp(dot, ".json") != 0) {
		root = yaml_to_json(text, len, err);
	} else {
		root = json_loadb(text, len, 0, &where);
		if (!root)
			k8sov_error_set(err, EINVAL,
					"no JSON: line %d column %d: %s",
					where.line, where.column, where.text);
	}
	free(text);
	return root;
}

/**
 * node_file_parse() - what a node's file says
 * @root: content
 * @lease: filled in on success, but for key and name
 * @err: filled on failure
 *
 * Return: 0, or -EINVAL.
 */
int node_file_parse(const json_t *root, struct lease *lease,
		    struct k8sov_error *err)
{
	struct k8sov_addr subnet[FAMILIES] = {};
	uint8_t len[FAMILIES] = {};
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		const json_t *value = json_find(root, subnet_key[f]);
		const char *text = json_string_value(value);

		if (!value)
			continue;
		if (!text || !strchr(text, '/') ||
		    k8sov_prefix_parse(text, &subnet[f], &len[f]) ||
		    subnet[f].family != family_af[f])
			return k8sov_error_set(err, EINVAL,
					       "%s must be an IPv%d network",
					       subnet_key[f],
					       f == V4 ? 4 : 6);
		bits_mask(&subnet[f], len[f]);
	}
	if (lease_parse_attrs(root, lease, err))
		return -err->code;
	for (f = 0; f < FAMILIES; f++) {
		lease->family[f].subnet = subnet[f];
		lease->family[f].len = len[f];
	}
	return 0;
}

/**
 * node_file_fill() - write a lease into a file's content
 * @root: content, changed; other keys stay
 * @lease: lease
 */
void node_file_fill(json_t *root, const struct lease *lease)
{
	char prefix[K8SOV_ADDR_TEXT], *text = lease_format_attrs(lease);
	json_t *attrs = text ? json_loads(text, 0, NULL) : NULL;
	unsigned int f;

	json_object_update(root, attrs);
	json_decref(attrs);
	free(text);
	for (f = 0; f < FAMILIES; f++) {
		if (!lease->family[f].subnet.family)
			continue;
		k8sov_prefix_format(&lease->family[f].subnet,
				    lease->family[f].len, prefix);
		json_object_set_new(root, subnet_key[f], json_string(prefix));
	}
}

static int write_text(int fd, const char *text)
{
	int ret = dprintf(fd, "%s\n", text);

	return ret < 0 || fsync(fd) ? -errno : 0;
}

/**
 * node_file_write() - replace a file
 * @dir: descriptor of its directory
 * @file: its name
 * @root: content
 * @err: filled on failure
 *
 * Return: 0, or -errno; the old file is still there then.
 */
int node_file_write(int dir, const char *file, const json_t *root,
		    struct k8sov_error *err)
{
	char *text = json_dumps(root, JSON_INDENT(2)), *name = NULL;
	int fd = -1, ret = -ENOMEM;

	if (text && asprintf(&name, ".%s.%d", file, getpid()) > 0) {
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			    0644);
		ret = fd < 0 ? -errno : write_text(fd, text);
	}
	if (!ret && renameat(dir, name, dir, file))
		ret = -errno;
	if (ret && fd >= 0)
		unlinkat(dir, name, 0);
	if (fd >= 0)
		close(fd);
	free(name);
	free(text);
	return ret ? k8sov_error_system(err, -ret, "cannot write") : 0;
}

static void file_exit(struct node_file *file)
{
	free(file->file);
	free(file->node);
	lease_destroy(file->lease);
}

/**
 * node_files_exit() - forget the files
 * @files: files, empty afterwards
 */
void node_files_exit(struct node_files *files)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		file_exit(&files->file[i]);
	free(files->file);
	files->file = NULL;
	files->n = 0;
}

static bool unchanged(const struct node_file *file, const struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return file->ino == st->st_ino && file->size == st->st_size &&
	       file->mtime.tv_sec == st->st_mtim.tv_sec &&
	       file->mtime.tv_nsec == st->st_mtim.tv_nsec &&
	       st->st_mtim.tv_sec + RACY_SECONDS < now.tv_sec;
}

static void complain(struct node_file *file, const struct k8sov_error *err)
{
	log_warn("store", "file %s: %s%s", file->file, err->message,
		 file->lease->unreadable ? "" :
					   "; what it said before still counts");
	file->bad = true;
}

static void read_file(struct node_file *file, int dir)
{
	struct k8sov_error err = {};
	struct lease *lease;
	json_t *root = node_file_load(dir, file->file, &err);

	if (!root) {
		complain(file, &err);
		return;
	}
	lease = memory_must(lease_create(file->node, file->node));
	if (node_file_parse(root, lease, &err)) {
		complain(file, &err);
		lease_destroy(lease);
	} else {
		lease_destroy(file->lease);
		file->lease = lease;
		file->bad = false;
	}
	json_decref(root);
}

/* The same file may have been known: what it said then is taken over. */
static void scan_file(struct node_file *file, int dir, const char *name,
		      struct node_file *old)
{
	struct stat st = {};

	memset(file, 0, sizeof(*file));
	if (old) {
		*file = *old;
		memset(old, 0, sizeof(*old));
	} else {
		file->file = memory_must(strdup(name));
		file->node = memory_must(strdup(name));
		*strrchr(file->node, '.') = '\0';
		file->lease = memory_must(lease_create(file->node, file->node));
		file->lease->unreadable = true;
	}
	if (fstatat(dir, name, &st, 0) || unchanged(file, &st))
		return;
	file->ino = st.st_ino;
	file->size = st.st_size;
	file->mtime = st.st_mtim;
	read_file(file, dir);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(int dir, char ***names, size_t *n, struct k8sov_error *err)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	*names = NULL;
	*n = 0;
	if (!stream)
		return k8sov_error_system(err, errno, "cannot list");
	while ((errno = 0, entry = readdir(stream))) {
		if (!node_file_suffix(entry->d_name))
			continue;
		*names = memory_grow(*names, *n, sizeof(**names));
		(*names)[(*n)++] = memory_must(strdup(entry->d_name));
	}
	if (errno)
		k8sov_error_system(err, errno, "cannot list");
	closedir(stream);
	if (*n)
		qsort(*names, *n, sizeof(**names), compare);
	return -err->code;
}

/**
 * node_files_scan() - look at the files of a directory
 * @files: what was known; changed on success
 * @dir: descriptor of the directory
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int node_files_scan(struct node_files *files, int dir,
		    struct k8sov_error *err)
{
	struct node_files new = {};
	size_t n, i, old = 0;
	char **names;
	int ret;

	k8sov_error_clear(err);
	ret = list(dir, &names, &n, err);
	if (!ret)
		new.file = memory_must(calloc(n + 1, sizeof(*new.file)));
	for (i = 0; !ret && i < n; i++) {
		while (old < files->n &&
		       strcmp(files->file[old].file, names[i]) < 0)
			old++;
		if (old < files->n && !strcmp(files->file[old].file, names[i]))
			scan_file(&new.file[i], dir, names[i],
				  &files->file[old++]);
		else
			scan_file(&new.file[i], dir, names[i], NULL);
	}
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	if (ret)
		return ret;
	new.n = n;
	node_files_exit(files);
	*files = new;
	return 0;
}

static int compare_file(const void *name, const void *file)
{
	return strcmp(name, ((const struct node_file *)file)->file);
}

/**
 * node_files_refresh() - look at one file
 * @files: files
 * @dir: descriptor of the directory
 * @file: its name
 *
 * Return: the file, read again if it changed; NULL if it was not known or is
 * not there any more, so that all must be looked at.
 */
struct node_file *node_files_refresh(const struct node_files *files, int dir,
				     const char *file)
{
	struct node_file *known;
	struct stat st;

	if (!files->n)
		return NULL;
	known = bsearch(file, files->file, files->n, sizeof(*known),
			compare_file);
	if (!known || fstatat(dir, file, &st, 0))
		return NULL;
	known->ino = st.st_ino;
	known->size = st.st_size;
	known->mtime = st.st_mtim;
	read_file(known, dir);
	return known;
}

/**
 * node_files_find() - find the file of a node
 * @files: files
 * @node: its name
 *
 * Return: the file, or NULL.
 */
struct node_file *node_files_find(const struct node_files *files,
				  const char *node)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		if (!strcmp(files->file[i].node, node))
			return &files->file[i];
	return NULL;
}

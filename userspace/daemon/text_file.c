// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/error.h"
#include "../lib/memory.h"

#define TEXT_SIZE 16384

/**
 * text_file_read() - read a small file
 * @path: its path
 *
 * Return: its text, which the caller frees, or NULL.
 */
char *text_file_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;
	ssize_t n;

	if (fd < 0)
		return NULL;
	text = memory_must(calloc(1, TEXT_SIZE));
	n = read(fd, text, TEXT_SIZE - 1);
	close(fd);
	if (n >= 0)
		return text;
	free(text);
	return NULL;
}

static void make_directories(const char *path)
{
	char *copy = memory_must(strdup(path)), *slash = copy;

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		mkdir(copy, 0755);
		*slash = '/';
	}
	free(copy);
}

/* A full disk may take a part, and say why only when asked for the rest. */
static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t n;

	for (; left; text += n, left -= (size_t)n) {
		n = write(fd, text, left);
		if (n < 0)
			return -errno;
	}
	return fsync(fd) ? -errno : 0;
}

static int write_new(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write_all(fd, text);
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

/**
 * text_file_write() - write a small file
 * @path: its path
 * @text: its text
 * @err: filled on failure
 *
 * Return: 0, or -errno; the old file is still there then.
 */
int text_file_write(const char *path, const char *text,
		    struct k8sov_error *err)
{
	char *old = text_file_read(path), *name = NULL;
	bool same = old && !strcmp(old, text);
	int ret;

	free(old);
	if (same)
		return 0;
	make_directories(path);
	/* One that a killed process left is used again. */
	if (asprintf(&name, "%s.new", path) < 0)
		name = memory_must(NULL);
	ret = write_new(name, text);
	if (!ret && rename(name, path))
		ret = -errno;
	if (ret) {
		unlink(name);
		k8sov_error_set(err, -ret, "cannot write %.128s: %s", path,
				strerror(-ret));
	}
	free(name);
	return ret;
}

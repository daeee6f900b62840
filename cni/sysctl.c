// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

#define BASE "/proc/sys/net/"
#define PATH_SIZE 128

/**
 * sysctl_exists() - does this kernel have a setting?
 * @path: below /proc/sys/net
 *
 * Return: true if so.
 */
bool sysctl_exists(const char *path)
{
	char full[PATH_SIZE];

	snprintf(full, sizeof(full), BASE "%s", path);
	return !access(full, F_OK);
}

static bool is_set(const char *full, const char *value)
{
	size_t len = strlen(value);
	char buf[16];
	ssize_t got;
	int fd = open(full, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	got = read(fd, buf, sizeof(buf));
	close(fd);
	return got == (ssize_t)len + 1 && !memcmp(buf, value, len);
}

/**
 * sysctl_is() - does a setting have a value?
 * @path: below /proc/sys/net
 * @value: as text
 *
 * Return: true if so; false also if this kernel does not have the setting.
 */
bool sysctl_is(const char *path, const char *value)
{
	char full[PATH_SIZE];

	snprintf(full, sizeof(full), BASE "%s", path);
	return is_set(full, value);
}

static int write_value(const char *full, const char *value)
{
	int ret = 0, fd = open(full, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static int set(const char *full, const char *value, struct cni_error *err)
{
	int ret = write_value(full, value);

	/* Where /proc/sys is read-only somebody else sees to it. */
	if (!ret || is_set(full, value))
		return 0;
	return cni_fail(err, CNI_KERNEL, "cannot write %s to %s: %s", value,
			full, strerror(-ret));
}

/**
 * sysctl_write() - set a value
 * @err: CNI_KERNEL if it cannot be set
 * @value: as text
 * @fmt: format of the path below /proc/sys/net
 *
 * Return: 0, or -1.
 */
int sysctl_write(struct cni_error *err, const char *value, const char *fmt,
		 ...)
{
	char full[PATH_SIZE] = BASE;
	va_list args;

	va_start(args, fmt);
	/* clang-tidy 14 forgets va_start() when it reads several files. */
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(full + strlen(BASE), sizeof(full) - strlen(BASE), fmt, args);
	va_end(args);
	return set(full, value, err);
}

/**
 * sysctl_ensure() - set a value unless it is set already
 * @err: CNI_KERNEL if it cannot be set
 * @value: as text
 * @path: below /proc/sys/net
 *
 * Return: 0, or -1.
 */
int sysctl_ensure(struct cni_error *err, const char *value, const char *path)
{
	char full[PATH_SIZE];

	if (sysctl_is(path, value))
		return 0;
	snprintf(full, sizeof(full), BASE "%s", path);
	return set(full, value, err);
}

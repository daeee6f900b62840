// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/error.h"

/**
 * netns_enter() - move the process to a network namespace
 * @name: its name, as 'ip netns' knows it
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int netns_enter(const char *name, struct k8sov_error *err)
{
	char path[PATH_MAX];
	int fd, ret = 0;

	if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return k8sov_error_set(err, EINVAL,
				       "'%s' is no name of a network namespace",
				       name);
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return k8sov_error_set(err, errno,
				       errno == ENOENT ?
				       "there is no network namespace '%s'" :
				       "cannot open the network namespace '%s'",
				       name);
	if (setns(fd, CLONE_NEWNET))
		ret = k8sov_error_system(err, errno,
					 "cannot enter the network namespace");
	close(fd);
	return ret;
}

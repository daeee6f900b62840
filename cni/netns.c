// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "error.h"

#define OWN_NETNS "/proc/self/ns/net"

/* A namespace that lost its mount is an empty file of another file system. */
static bool is_netns(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == NSFS_MAGIC &&
	       ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

static bool is_own(int fd)
{
	struct stat own, st;

	return !stat(OWN_NETNS, &own) && !fstat(fd, &st) &&
	       own.st_dev == st.st_dev && own.st_ino == st.st_ino;
}

/* As the reference plugins let it be. */
static bool own_allowed(void)
{
	const char *text = getenv("CNI_NETNS_OVERRIDE");

	return text && (!strcmp(text, "1") || !strcasecmp(text, "true"));
}

/**
 * netns_open() - open the network namespace of a pod
 * @path: where it is
 * @err: CNI_NETNS if there is none, or if it is the node's own
 *
 * Return: a file descriptor that the caller closes, or -1.
 */
int netns_open(const char *path, struct cni_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return cni_fail(err, CNI_NETNS,
				"cannot open the network namespace %s: %s",
				path, strerror(errno));
	if (!is_netns(fd)) {
		close(fd);
		return cni_fail(err, CNI_NETNS,
				"%s is no network namespace", path);
	}
	if (is_own(fd) && !own_allowed()) {
		close(fd);
		return cni_fail(err, CNI_NETNS,
				"%s is the network namespace of the plugin itself",
				path);
	}
	return fd;
}

/**
 * netns_lock() - wait until no other ADD is at work in a pod
 * @fd: the namespace; the lock ends when it is closed
 * @err: CNI_IO
 *
 * Runtimes attach several interfaces of a pod at once. What one finds there,
 * as that there is no default route yet, another must not change meanwhile.
 *
 * Return: 0, or -1.
 */
int netns_lock(int fd, struct cni_error *err)
{
	while (flock(fd, LOCK_EX))
		if (errno != EINTR)
			return cni_fail(err, CNI_IO,
					"cannot lock the pod's network namespace: %s",
					strerror(errno));
	return 0;
}

/**
 * netns_call() - run a function in another network namespace
 * @fd: the namespace
 * @fn: function; sockets that it opens stay in the namespace
 * @data: for @fn
 * @err: CNI_NETNS if the namespace cannot be entered; @fn fills it otherwise
 *
 * Return: what @fn returns, or -1.
 */
int netns_call(int fd, int (*fn)(void *data), void *data,
	       struct cni_error *err)
{
	int own = open(OWN_NETNS, O_RDONLY | O_CLOEXEC);
	int ret;

	if (own < 0)
		return cni_fail(err, CNI_IO, "cannot open " OWN_NETNS ": %s",
				strerror(errno));
	if (setns(fd, CLONE_NEWNET)) {
		ret = cni_fail(err, CNI_NETNS,
			       "cannot enter the pod's network namespace: %s",
			       strerror(errno));
		close(own);
		return ret;
	}
	ret = fn(data);
	/* Whatever came next would happen to the pod instead of the node. */
	if (setns(own, CLONE_NEWNET))
		abort();
	close(own);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ipam_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../userspace/lib/addr.h"
#include "conf.h"
#include "error.h"
#include "veth.h"

#define DEFAULT_DIR "/var/lib/cni/k8sov"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static int read_boot(struct ipam_dir *dir, struct cni_error *err)
{
	int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, dir->boot, sizeof(dir->boot) - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return cni_fail(err, CNI_IO, "cannot read " BOOT_ID ": %s",
				strerror(errno));
	dir->boot[n] = '\0';
	dir->boot[strcspn(dir->boot, "\n")] = '\0';
	return 0;
}

/* As mkdir -p does. */
static void make_dirs(const char *path)
{
	char part[PATH_MAX];
	const char *end = path;

	do {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		snprintf(part, sizeof(part), "%.*s", (int)(end - path), path);
		mkdir(part, 0755);
	} while (*end);
}

/* A process has one directory. Who opens it again, to undo, has the same lock,
 * not one that waits for the other.
 */
static int opened = -1;

/**
 * ipam_dir_open() - open the directory of addresses
 * @dir: filled; its @fd stays open until the process ends, and the lock with it
 * @conf: names the directory if it is not the usual one; must live as long
 * @create: make it
 * @err: CNI_IO
 *
 * Return: 0, also if there is none and @create is false; or -1.
 */
int ipam_dir_open(struct ipam_dir *dir, const struct conf *conf, bool create,
		  struct cni_error *err)
{
	const char *path = json_string_value(json_object_get(conf->ipam,
							     "dataDir"));
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

	dir->path = path && *path ? path : DEFAULT_DIR;
	if (opened < 0)
		opened = open(dir->path, flags);
	if (opened < 0 && errno == ENOENT && create) {
		make_dirs(dir->path);
		opened = open(dir->path, flags);
	}
	dir->fd = opened;
	if (dir->fd < 0 && errno == ENOENT && !create)
		return 0;
	if (dir->fd < 0)
		return cni_fail(err, CNI_IO, "cannot open %s: %s", dir->path,
				strerror(errno));
	return read_boot(dir, err);
}

/**
 * ipam_dir_lock() - wait for a lock on the directory
 * @dir: directory
 * @how: LOCK_SH or LOCK_EX; one that is held is given up first
 * @err: CNI_IO
 *
 * Return: 0, or -1.
 */
int ipam_dir_lock(const struct ipam_dir *dir, int how, struct cni_error *err)
{
	while (flock(dir->fd, how))
		if (errno != EINTR)
			return cni_fail(err, CNI_IO, "cannot lock %s: %s",
					dir->path, strerror(errno));
	return 0;
}

/**
 * ipam_dir_take() - take an address
 * @dir: directory, locked
 * @name: the address
 * @who: takes it
 *
 * Return: 0, -EEXIST if somebody has it, or another -errno.
 */
int ipam_dir_take(const struct ipam_dir *dir, const char *name,
		  const struct ipam_entry *who)
{
	char target[IPAM_TARGET];

	if (snprintf(target, sizeof(target), "%s %s %s %s", who->network,
		     who->container, who->ifname, dir->boot) >=
	    (int)sizeof(target))
		return -ENAMETOOLONG;
	return symlinkat(target, dir->fd, name) ? -errno : 0;
}

/**
 * ipam_dir_drop() - give an address back
 * @dir: directory, locked
 * @name: the address
 */
void ipam_dir_drop(const struct ipam_dir *dir, const char *name)
{
	unlinkat(dir->fd, name, 0);
}

/* The next of the words at @rest; "" if there is none any more. */
static const char *next_word(char **rest)
{
	char *word = strsep(rest, " ");

	return word ? word : "";
}

/**
 * ipam_dir_get() - who has an address?
 * @dir: directory
 * @name: the address
 * @target: room for the answer
 * @entry: set; what was not written by us has empty parts
 *
 * Return: true if somebody has.
 */
bool ipam_dir_get(const struct ipam_dir *dir, const char *name,
		  char target[static IPAM_TARGET], struct ipam_entry *entry)
{
	ssize_t n = readlinkat(dir->fd, name, target, IPAM_TARGET - 1);
	char *rest = target;

	if (n < 0)
		return false;
	target[n] = '\0';
	entry->network = next_word(&rest);
	entry->container = next_word(&rest);
	entry->ifname = next_word(&rest);
	entry->boot = next_word(&rest);
	return true;
}

/**
 * ipam_entry_equal() - do addresses belong to one attachment?
 * @a: one
 * @b: the other
 *
 * Return: true if so.
 */
bool ipam_entry_equal(const struct ipam_entry *a, const struct ipam_entry *b)
{
	return !strcmp(a->container, b->container) &&
	       !strcmp(a->ifname, b->ifname) &&
	       !strcmp(a->network, b->network);
}

/**
 * ipam_dir_stale() - was an address left by somebody who is gone?
 * @dir: directory; no shared lock is held by who may just make the link
 * @entry: address
 *
 * Return: true if so.
 */
bool ipam_dir_stale(const struct ipam_dir *dir,
		    const struct ipam_entry *entry)
{
	char host[16];

	if (strcmp(entry->boot, dir->boot) != 0)
		return true;
	veth_name(entry->network, entry->container, entry->ifname, host);
	return !if_nametoindex(host);
}

/**
 * ipam_dir_sweep() - look at all addresses that are taken
 * @dir: directory, locked
 * @fn: called for each; true drops it
 * @data: for @fn
 * @err: CNI_IO
 *
 * Return: how many were dropped, or -1.
 */
int ipam_dir_sweep(const struct ipam_dir *dir,
		   bool (*fn)(const struct ipam_dir *dir,
			      const struct ipam_entry *entry, void *data),
		   void *data, struct cni_error *err)
{
	int fd = openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	char target[IPAM_TARGET];
	struct ipam_entry entry;
	struct k8sov_addr addr;
	struct dirent *file;
	int dropped = 0;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		return cni_fail(err, CNI_IO, "cannot read %s: %s", dir->path,
				strerror(errno));
	}
	while ((file = readdir(stream))) {
		if (k8sov_addr_parse(file->d_name, &addr) ||
		    !ipam_dir_get(dir, file->d_name, target, &entry) ||
		    !fn(dir, &entry, data))
			continue;
		ipam_dir_drop(dir, file->d_name);
		dropped++;
	}
	closedir(stream);
	return dropped;
}

static void last_name(unsigned int set, char name[static 16])
{
	snprintf(name, 16, "last.%u", set);
}

/**
 * ipam_dir_get_last() - the address that was given last
 * @dir: directory
 * @set: out of which set
 * @addr: set; family 0 if it is not known
 */
void ipam_dir_get_last(const struct ipam_dir *dir, unsigned int set,
		       struct k8sov_addr *addr)
{
	char name[16], text[K8SOV_ADDR_TEXT];
	ssize_t n;

	last_name(set, name);
	n = readlinkat(dir->fd, name, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = '\0';
	if (k8sov_addr_parse(text, addr))
		addr->family = AF_UNSPEC;
}

/**
 * ipam_dir_set_last() - remember the address that was given last
 * @dir: directory
 * @set: out of which set
 * @name: the address
 *
 * To forget it, or the later of two at once, does no harm.
 */
void ipam_dir_set_last(const struct ipam_dir *dir, unsigned int set,
		       const char *name)
{
	char last[16];

	last_name(set, last);
	unlinkat(dir->fd, last, 0);
	(void)!symlinkat(name, dir->fd, last);
}

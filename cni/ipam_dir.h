/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_IPAM_DIR_H
#define _CNI_IPAM_DIR_H

#include <stdbool.h>

struct cni_error;
struct conf;
struct k8sov_addr;

/*
 * The addresses of the node that are taken, by whatever network: symbolic links
 * DATADIR/ADDRESS -> "NETWORK CONTAINER IFNAME BOOT". One is there or not, and
 * never half-written: symlink(2) decides who gets an address, and nothing has
 * to be synced, for after a power failure the pods are gone as well.
 *
 * What takes an address to put it on a link holds a shared lock until its
 * process ends, for until then it looks like one that was left. What takes
 * away others' leftovers holds an exclusive one.
 */
struct ipam_dir {
	int fd;			/* -1: there is none */
	const char *path;
	char boot[40];
};

/* A taken address. The texts live during a call. */
struct ipam_entry {
	const char *network, *container, *ifname, *boot;
};

#define IPAM_TARGET 512

/* With @create it is there afterwards. */
int ipam_dir_open(struct ipam_dir *dir, const struct conf *conf, bool create,
		  struct cni_error *err);
/* LOCK_SH or LOCK_EX; waits. */
int ipam_dir_lock(const struct ipam_dir *dir, int how, struct cni_error *err);
/* 0, -EEXIST or another -errno. */
int ipam_dir_take(const struct ipam_dir *dir, const char *name,
		  const struct ipam_entry *who);
void ipam_dir_drop(const struct ipam_dir *dir, const char *name);
/* False if @name is not taken. @target holds the texts. */
bool ipam_dir_get(const struct ipam_dir *dir, const char *name,
		  char target[static IPAM_TARGET], struct ipam_entry *entry);
/* Are they of the same attachment? */
bool ipam_entry_equal(const struct ipam_entry *a, const struct ipam_entry *b);
/* Of an earlier boot, or without a link on the node. */
bool ipam_dir_stale(const struct ipam_dir *dir,
		    const struct ipam_entry *entry);
/* Drops those for which @fn says so; the number of them, or -1. */
int ipam_dir_sweep(const struct ipam_dir *dir,
		   bool (*fn)(const struct ipam_dir *dir,
			      const struct ipam_entry *entry, void *data),
		   void *data, struct cni_error *err);

/* The address that was given last out of a set; family 0 if none was. */
void ipam_dir_get_last(const struct ipam_dir *dir, unsigned int set,
		       struct k8sov_addr *addr);
void ipam_dir_set_last(const struct ipam_dir *dir, unsigned int set,
		       const char *name);

#endif /* _CNI_IPAM_DIR_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _NODE_FILE_H
#define _NODE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include <jansson.h>

#include "lease.h"
#include "netconf.h"

struct k8sov_error;

/* Files of the file store. All I/O is from a directory's descriptor. */

/**
 * struct node_file - the file of a node, as it was read last
 * @file: its name
 * @node: that without suffix
 * @ino: inode
 * @size: bytes
 * @mtime: time of its last change
 * @lease: what it said when it was last good; unreadable if it never was
 * @bad: it was not good the last time
 */
struct node_file {
	char *file;
	char *node;
	ino_t ino;
	off_t size;
	struct timespec mtime;
	struct lease *lease;
	bool bad;
};

/** struct node_files - the files of a directory, sorted by name */
struct node_files {
	struct node_file *file;
	size_t n;
};

/* The JSON of a .json, .yaml or .yml file: a new reference, or NULL. */
json_t *node_file_load(int dir, const char *file, struct k8sov_error *err);
bool node_file_suffix(const char *file);

/*
 * Look again. Files that did not change are not read again; what is wrong with
 * one is logged, and its last good lease stays. @files is as it was on failure.
 * Return: 0, or -errno with a sentence if the listing is not complete.
 */
int node_files_scan(struct node_files *files, int dir,
		    struct k8sov_error *err);
/* Look again at one that is known; NULL if it is not, or not any more. */
struct node_file *node_files_refresh(const struct node_files *files, int dir,
				     const char *file);
struct node_file *node_files_find(const struct node_files *files,
				  const char *node);
void node_files_exit(struct node_files *files);

/* LeaseAttrs with "Subnet" and "IPv6Subnet". */
int node_file_parse(const json_t *root, struct lease *lease,
		    struct k8sov_error *err);
/* The same of @lease into @root, beside what else is there. */
void node_file_fill(json_t *root, const struct lease *lease);
/* Whole or not at all, also for readers on other machines. */
int node_file_write(int dir, const char *file, const json_t *root,
		    struct k8sov_error *err);

#endif /* _NODE_FILE_H */

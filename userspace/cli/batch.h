/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_BATCH_H
#define _K8SOVCTL_BATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct ctx;
struct k8sov_batch;
struct k8sov_host;
struct noun;

/* What the first and last lines of a saved table begin with. */
#define SAVE_BEGIN "# k8sovctl save"
#define SAVE_END "# k8sovctl end"

/**
 * struct batch - commands that come from a file
 * @name: file, for messages
 * @line: number of the current line
 * @queue: changes that were not sent yet, tagged with their lines
 * @device: device of all lines whatever they say, or 0
 * @restore: only lines that add are allowed
 * @only: only lines of this object are allowed, or NULL
 * @saved: a saved table, which must end properly
 * @ended: the end of a saved table was seen
 * @lines: number of lines with a command
 * @txn: open transaction or 0
 * @txn_device: its device
 * @txn_line: line that opened it
 * @txn_replaces: tables that it replaces
 * @bad_line: line that failed first since then, or 0
 * @status: exit status so far
 * @hosts: tree of host words seen in this batch
 */
struct batch {
	const char *name;
	unsigned int line;
	struct k8sov_batch *queue;
	uint32_t device;
	bool restore;
	const struct noun *only;
	bool saved;
	bool ended;
	unsigned int lines;
	uint32_t txn;
	uint32_t txn_device;
	unsigned int txn_line;
	uint32_t txn_replaces;
	unsigned int bad_line;
	int status;
	void *hosts;
};

int batch_run(struct ctx *ctx, struct batch *batch, FILE *file);
int batch_file(struct ctx *ctx, const char *name);

/* For commands; all of them also work where there is no batch. */
int batch_settle(struct ctx *ctx);
int batch_write(struct ctx *ctx, unsigned int cmd, uint16_t flags,
		const void *obj);
uint32_t batch_device(const struct ctx *ctx);

/* batch_host.c */
int batch_find_host(struct ctx *ctx, uint32_t ifindex, const char *word,
		    uint32_t *id);
void batch_add_host(struct ctx *ctx, uint32_t ifindex, const char *word,
		    uint32_t id);
void batch_note_host(struct ctx *ctx, const struct k8sov_host *host);
void batch_forget_hosts(struct ctx *ctx);

#endif /* _K8SOVCTL_BATCH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_CTX_H
#define _K8SOVCTL_CTX_H

#include <stdbool.h>
#include <stdint.h>

#include "../lib/error.h"
#include "dev.h"
#include "out.h"

struct batch;
struct hosts;
struct k8sov_sock;

/**
 * struct ctx - everything a command works with
 * @out: where results go
 * @err: why the command failed
 * @sock: socket, NULL until ctx_open(); a batch keeps its transaction here
 * @family: AF_INET or AF_INET6 to show only that, else 0
 * @stats: show more
 * @keep_going: a batch goes on after errors
 * @status: of the program that a command ran, to end with
 * @devs: names of interfaces seen so far
 * @hosts: names of hosts seen so far, or NULL
 * @batch: the batch that the command is a line of, or NULL
 */
struct ctx {
	struct out out;
	struct k8sov_error err;
	struct k8sov_sock *sock;
	int family;
	bool stats;
	bool keep_going;
	int status;
	struct devs devs;
	struct hosts *hosts;
	struct batch *batch;
};

int ctx_open(struct ctx *ctx);
int ctx_end_dump(struct ctx *ctx, int ret);
int ctx_only_device(struct ctx *ctx, uint32_t *ifindex);
void ctx_close(struct ctx *ctx);

#endif /* _K8SOVCTL_CTX_H */

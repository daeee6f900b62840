// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ctx.h"

#include <errno.h>
#include <stddef.h>

#include "../lib/object.h"
#include "../lib/sock.h"
#include "hosts.h"

/**
 * ctx_open() - open the socket if it is not yet
 * @ctx: context
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int ctx_open(struct ctx *ctx)
{
	return ctx->sock ? 0 : k8sov_sock_open(&ctx->sock, &ctx->err);
}

/* The index of the first device, and how many there are. */
struct found {
	uint32_t ifindex;
	unsigned int n;
};

static int count_device(const void *obj, void *data)
{
	const struct k8sov_device *device = obj;
	struct found *found = data;

	found->ifindex = device->ifindex;
	found->n++;
	return 0;
}

/**
 * ctx_end_dump() - what a dump that was for reading means
 * @ctx: context
 * @ret: what the dump returned
 *
 * One that changes made inconsistent had what there was, only not all at the
 * same moment.
 *
 * Return: 0, also after a warning; or @ret with @ctx->err filled.
 */
int ctx_end_dump(struct ctx *ctx, int ret)
{
	/* A callback has no words. */
	if (ret == -ENOMEM)
		return k8sov_error_set(&ctx->err, ENOMEM, "out of memory");
	if (ret != -EINTR)
		return ret;
	fprintf(stderr, "k8sovctl: warning: %s\n", ctx->err.message);
	return 0;
}

/**
 * ctx_only_device() - the device that a command means that names none
 * @ctx: context
 * @ifindex: set on success
 *
 * Return: 0, -ENODEV if there is not exactly one, or another -errno.
 */
int ctx_only_device(struct ctx *ctx, uint32_t *ifindex)
{
	struct found found = {};
	int ret;

	if (ctx->devs.only) {
		*ifindex = ctx->devs.only;
		return 0;
	}
	ret = ctx_open(ctx);
	if (!ret)
		ret = k8sov_device_dump(ctx->sock, count_device, &found,
					&ctx->err);
	if (ret)
		return ret;
	if (!found.n)
		return k8sov_error_set(&ctx->err, ENODEV,
				       "there is no k8sov device: add one with 'ip link add ov0 type k8sov'");
	if (found.n > 1)
		return k8sov_error_set(&ctx->err, ENODEV,
				       "there are %u k8sov devices: say which with 'dev DEV'",
				       found.n);
	ctx->devs.only = found.ifindex;
	*ifindex = found.ifindex;
	return 0;
}

/**
 * ctx_close() - free what a context holds
 * @ctx: context
 */
void ctx_close(struct ctx *ctx)
{
	hosts_destroy(ctx->hosts);
	ctx->hosts = NULL;
	k8sov_sock_close(ctx->sock);
	ctx->sock = NULL;
}

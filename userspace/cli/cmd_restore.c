// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>
#include <stdio.h>

#include "../lib/attr.h"
#include "../lib/txn.h"
#include "batch.h"
#include "cmd.h"
#include "ctx.h"

#define ALL_TABLES K8SOV_TABLE_MASK

static int open_txn(struct ctx *ctx, struct batch *batch)
{
	int ret;

	ret = ctx_open(ctx);
	if (!ret && !batch->device)
		ret = ctx_only_device(ctx, &batch->device);
	if (!ret)
		ret = k8sov_txn_begin(ctx->sock, batch->device,
				      batch->txn_replaces, &batch->txn,
				      &ctx->err);
	return ret;
}

/**
 * cmd_restore() - replace tables by standard input, all at once or not at all
 * @ctx: context
 * @noun: table, or the object of all tables
 * @args: device; it replaces the one that the lines name
 *
 * Return: 0, -ECANCELED if a line failed and was told of, or another -errno
 * with @ctx->err filled.
 */
int cmd_restore(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	struct batch batch = {
		.name = "stdin",
		.restore = true,
		.only = noun->object ? noun : NULL,
		.txn_replaces = noun->object ? noun->object->table :
					       ALL_TABLES,
	};
	struct k8sov_error ignored;
	int ret;

	if (ctx->batch)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "restore cannot be part of a batch");
	/* A part of a table is not what anybody saved. */
	ctx->keep_going = false;
	batch.device = (uint32_t)k8sov_field_number(args->set, ATTR_IFINDEX,
						    &args->obj);
	ret = open_txn(ctx, &batch);
	if (ret)
		return ret;
	ret = batch_run(ctx, &batch, stdin);
	if (!ret)
		return k8sov_txn_commit(ctx->sock, batch.device, batch.txn,
					NULL, &ctx->err);
	k8sov_txn_abort(ctx->sock, batch.device, batch.txn, &ignored);
	return ret;
}

static const struct command commands[] = {
	{ NULL,
	  "Replace all tables of a device by standard input, at once or not at all.",
	  args_save, cmd_restore },
	{}
};

const struct noun noun_restore = {
	.name = "restore",
	.help = "Read all tables from standard input.",
	.set = &k8sov_txn_set,
	.commands = commands,
};

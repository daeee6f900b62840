// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>
#include <stdio.h>

#include "../lib/attr.h"
#include "../lib/batch.h"
#include "../lib/sock.h"
#include "../lib/txn.h"
#include "batch.h"
#include "cmd.h"
#include "ctx.h"

#define ALL_TABLES K8SOV_TABLE_MASK

/* The subnets of the device on their way into a transaction. */
struct copy {
	struct ctx *ctx;
	struct k8sov_batch *queue;
	uint32_t txn;
};

static int copy_subnet(const void *obj, void *data)
{
	struct k8sov_subnet subnet = *(const struct k8sov_subnet *)obj;
	struct copy *copy = data;

	K8SOV_SET(&subnet, txn, K8SOV_A_SUBNET_TXN, copy->txn);
	return k8sov_batch_add(copy->queue, K8SOV_CMD_SUBNET_NEW,
			       k8sov_write_flags(K8SOV_WRITE_ADD), &subnet,
			       subnet.host, &copy->ctx->err);
}

static int refuse_copy(uint64_t tag, const struct k8sov_error *err,
		       void *data)
{
	struct ctx *ctx = data;
	struct k8sov_error why = *err;

	k8sov_error_set(&ctx->err, why.code, "a subnet via id %u stands in the way: %s",
			(unsigned int)tag, why.message);
	ctx->err.refused = true;
	return -why.code;
}

/*
 * A subnet names its host, so the kernel replaces hosts only with subnets.
 * Those that are there now go into the transaction behind the new hosts, read
 * on a socket of their own while they are written.
 */
static int copy_subnets(struct ctx *ctx, const struct batch *batch)
{
	k8sov_autoclose struct k8sov_sock *sock = NULL;
	struct copy copy = { .ctx = ctx, .txn = batch->txn };
	struct k8sov_subnet filter = {};
	int ret;

	ret = k8sov_sock_open(&sock, &ctx->err);
	if (!ret)
		ret = k8sov_batch_create(&copy.queue, ctx->sock, refuse_copy,
					 ctx, &ctx->err);
	if (ret)
		return ret;
	K8SOV_SET(&filter, ifindex, K8SOV_A_SUBNET_IFINDEX, batch->device);
	ret = k8sov_object_dump(sock, &k8sov_object_subnet, &filter,
				copy_subnet, &copy, &ctx->err);
	if (!ret)
		ret = k8sov_batch_flush(copy.queue, &ctx->err);
	k8sov_batch_destroy(copy.queue);
	return ret;
}

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

	if (noun->object == &k8sov_object_host)
		batch.txn_replaces |= K8SOV_TABLE_SUBNET;
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
	if (!ret && noun->object == &k8sov_object_host)
		ret = copy_subnets(ctx, &batch);
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

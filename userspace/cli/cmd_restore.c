// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/batch.h"
#include "../lib/sock.h"
#include "../lib/txn.h"
#include "batch.h"
#include "cmd.h"
#include "ctx.h"

#define ALL_TABLES K8SOV_TABLE_MASK

/* A table of the device on its way into a transaction. */
struct copy {
	struct ctx *ctx;
	const struct k8sov_object *kind;
	struct k8sov_batch *queue;
	uint32_t txn;
};

static int copy_one(const void *obj, void *data)
{
	struct copy *copy = data;
	const struct k8sov_set *set = copy->kind->set;
	union k8sov_any any;
	uint64_t tag;

	memcpy(&any, obj, set->size);
	k8sov_field_add_number(set, ATTR_TXN, &any, copy->txn);
	tag = copy->kind == &k8sov_object_subnet ? any.subnet.host :
						   any.endpoint.link;
	return k8sov_batch_add(copy->queue, copy->kind->new,
			       k8sov_write_flags(K8SOV_WRITE_ADD), &any, tag,
			       &copy->ctx->err);
}

static int refuse_copy(uint64_t tag, const struct k8sov_error *err,
		       void *data)
{
	struct copy *copy = data;
	struct ctx *ctx = copy->ctx;
	struct k8sov_error why = *err;

	if (copy->kind == &k8sov_object_subnet)
		k8sov_error_set(&ctx->err, why.code,
				"a subnet via id %u stands in the way: %s",
				(unsigned int)tag, why.message);
	else
		k8sov_error_set(&ctx->err, why.code,
				"the endpoint at %s stands in the way: %s",
				dev_name(&ctx->devs, (uint32_t)tag),
				why.message);
	ctx->err.refused = true;
	return -why.code;
}

/*
 * A subnet names its host, so the kernel replaces hosts only with subnets, and
 * rulesets only with endpoints. What is there now of these goes into the
 * transaction behind the new entries, read on a socket of its own while it is
 * written.
 */
static int copy_table(struct ctx *ctx, const struct batch *batch,
		      const struct k8sov_object *kind)
{
	k8sov_autoclose struct k8sov_sock *sock = NULL;
	struct copy copy = { .ctx = ctx, .kind = kind, .txn = batch->txn };
	union k8sov_any filter;
	int ret;

	ret = k8sov_sock_open(&sock, &ctx->err);
	if (!ret)
		ret = k8sov_batch_create(&copy.queue, ctx->sock, refuse_copy,
					 &copy, &ctx->err);
	if (ret)
		return ret;
	memset(&filter, 0, kind->set->size);
	k8sov_field_add_number(kind->set, ATTR_IFINDEX, &filter,
			       batch->device);
	ret = k8sov_object_dump(sock, kind, &filter, copy_one, &copy,
				&ctx->err);
	if (!ret)
		ret = k8sov_batch_flush(copy.queue, &ctx->err);
	k8sov_batch_destroy(copy.queue);
	return ret;
}

static const struct k8sov_object *who_names(const struct k8sov_object *kind)
{
	if (kind == &k8sov_object_host)
		return &k8sov_object_subnet;
	if (kind == &k8sov_object_ruleset)
		return &k8sov_object_endpoint;
	return NULL;
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
	const struct k8sov_object *also = who_names(noun->object);
	struct k8sov_error ignored;
	int ret;

	if (also)
		batch.txn_replaces |= also->table;
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
	if (!ret && also)
		ret = copy_table(ctx, &batch, also);
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

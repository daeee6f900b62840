// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Transactions in a batch: begin, lines, commit or abort. */
#include <errno.h>

#include "../lib/attr.h"
#include "../lib/txn.h"
#include "batch.h"
#include "cmd.h"
#include "ctx.h"

static const struct arg begin_args[] = {
	{ .word = "replace", .value = "TABLE[,TABLE]...", .type = ARG_TABLES,
	  .attr = K8SOV_A_TXN_TABLES,
	  .help = "Tables that start empty: host, subnet, endpoint, identity, ruleset." },
	ARG_DEVICE, {}
};

static const struct arg no_args[] = { {} };

static int run_begin(struct ctx *ctx, const struct noun *noun,
		     struct args *args)
{
	struct k8sov_txn *txn = &args->obj.txn;
	struct batch *batch = ctx->batch;
	int ret;

	(void)noun;
	if (batch->txn)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "the transaction of line %u is still open",
				       batch->txn_line);
	if (!K8SOV_HAS(txn, K8SOV_A_TXN_IFINDEX)) {
		ret = ctx_only_device(ctx, &txn->ifindex);
		if (ret)
			return ret;
	}
	ret = ctx_open(ctx);
	if (!ret)
		ret = k8sov_txn_begin(ctx->sock, txn->ifindex, txn->tables,
				      &batch->txn, &ctx->err);
	if (ret)
		return ret;
	batch->txn_device = txn->ifindex;
	batch->txn_line = batch->line;
	batch->txn_replaces = txn->tables;
	batch->bad_line = 0;
	if (txn->tables & K8SOV_TABLE_HOST)
		batch_forget_hosts(ctx);
	return 0;
}

static int end_txn(struct ctx *ctx, bool commit)
{
	struct batch *batch = ctx->batch;
	uint32_t txn = batch->txn;

	batch->txn = 0;
	batch_forget_hosts(ctx);
	if (commit)
		return k8sov_txn_commit(ctx->sock, batch->txn_device, txn,
					NULL, &ctx->err);
	return k8sov_txn_abort(ctx->sock, batch->txn_device, txn, &ctx->err);
}

static int run_commit(struct ctx *ctx, const struct noun *noun,
		      struct args *args)
{
	struct batch *batch = ctx->batch;
	unsigned int bad = batch->bad_line;
	int ret;

	(void)noun;
	(void)args;
	if (!batch->txn)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "there is no transaction to commit");
	ret = end_txn(ctx, !bad);
	if (ret || !bad)
		return ret;
	return k8sov_error_set(&ctx->err, EINVAL,
			       "nothing is committed since line %u failed",
			       bad);
}

static int run_abort(struct ctx *ctx, const struct noun *noun,
		     struct args *args)
{
	(void)noun;
	(void)args;
	if (!ctx->batch->txn)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "there is no transaction to abort");
	return end_txn(ctx, false);
}

static const struct command begin_commands[] = {
	{ NULL, "Collect the lines up to commit, to put them in force at once.",
	  begin_args, run_begin },
	{}
};
static const struct command commit_commands[] = {
	{ NULL, "Put the lines since begin in force at once.", no_args,
	  run_commit },
	{}
};
static const struct command abort_commands[] = {
	{ NULL, "Forget the lines since begin.", no_args, run_abort },
	{}
};

const struct noun noun_begin = {
	.name = "begin",
	.help = "Open a transaction.",
	.set = &k8sov_txn_set,
	.commands = begin_commands,
	.batch = true,
};

const struct noun noun_commit = {
	.name = "commit",
	.help = "Put it in force.",
	.set = &k8sov_txn_set,
	.commands = commit_commands,
	.batch = true,
};

const struct noun noun_abort = {
	.name = "abort",
	.help = "Forget it.",
	.set = &k8sov_txn_set,
	.commands = abort_commands,
	.batch = true,
};

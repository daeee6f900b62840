// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "batch.h"

#include <errno.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/batch.h"
#include "../lib/txn.h"
#include "cmd.h"
#include "ctx.h"
#include "fail.h"
#include "line.h"
#include "token.h"

#define WORDS_MAX 128

/* The first failure decides the exit status. */
static void note_failure(struct ctx *ctx, unsigned int line)
{
	struct batch *batch = ctx->batch;

	if (!batch->status)
		batch->status = fail_status(&ctx->err);
	if (!batch->bad_line)
		batch->bad_line = line;
	fail_print(&ctx->err, batch->name, line);
}

static int take_refusal(uint64_t tag, const struct k8sov_error *err,
			void *data)
{
	struct ctx *ctx = data;

	if (err != &ctx->err)
		ctx->err = *err;
	note_failure(ctx, (unsigned int)tag);
	return ctx->keep_going ? 0 : -ECANCELED;
}

/**
 * batch_settle() - send what lines before this one changed
 * @ctx: context
 *
 * Return: 0, -ECANCELED if one of them failed and was told of, or another
 * -errno with @ctx->err filled.
 */
int batch_settle(struct ctx *ctx)
{
	if (!ctx->batch || !ctx->batch->queue)
		return 0;
	return k8sov_batch_flush(ctx->batch->queue, &ctx->err);
}

/**
 * batch_write() - send a change, soon
 * @ctx: context with an open socket and a batch
 * @cmd: K8SOV_CMD_*
 * @flags: NLM_F_*
 * @obj: struct of the operation's set; it joins the open transaction
 *
 * Return: as batch_settle().
 */
int batch_write(struct ctx *ctx, unsigned int cmd, uint16_t flags,
		const void *obj)
{
	const struct k8sov_set *set = k8sov_op_get(cmd)->set;
	struct batch *batch = ctx->batch;
	union k8sov_any copy;
	int ret;

	if (!batch->queue) {
		ret = k8sov_batch_create(&batch->queue, ctx->sock,
					 take_refusal, ctx, &ctx->err);
		if (ret)
			return ret;
	}
	if (!batch->txn)
		return k8sov_batch_add(batch->queue, cmd, flags, obj,
				       batch->line, &ctx->err);
	memcpy(&copy, obj, set->size);
	k8sov_field_add_number(set, ATTR_TXN, &copy, batch->txn);
	return k8sov_batch_add(batch->queue, cmd, flags, &copy, batch->line,
			       &ctx->err);
}

/**
 * batch_device() - device that lines mean whatever they say
 * @ctx: context
 *
 * Return: its index, or 0.
 */
uint32_t batch_device(const struct ctx *ctx)
{
	return ctx->batch ? ctx->batch->device : 0;
}

static int check_restore(struct ctx *ctx, char **words)
{
	const struct batch *batch = ctx->batch;
	const struct noun *noun = cmd_noun(words[0]);

	if (!batch->restore)
		return 0;
	if (!noun || !noun->object || !words[1] ||
	    (strcmp(words[1], "add") != 0 && strcmp(words[1], "replace") != 0 &&
	     strcmp(words[1], "append") != 0))
		return k8sov_error_set(&ctx->err, EINVAL,
				       "only lines that add can be restored");
	if (batch->only && noun != batch->only)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "only lines that add a %s can be restored here",
				       batch->only->name);
	return 0;
}

static void note_comment(struct batch *batch, const char *text)
{
	if (!strncmp(text, SAVE_BEGIN, strlen(SAVE_BEGIN)))
		batch->saved = true;
	if (!strncmp(text, SAVE_END, strlen(SAVE_END)))
		batch->ended = true;
}

static int run_line(struct ctx *ctx, char *text)
{
	char *words[WORDS_MAX];
	int n, ret;

	if (*text == '#') {
		note_comment(ctx->batch, text);
		return 0;
	}
	n = token_split(text, words, WORDS_MAX);
	if (n < 0)
		return k8sov_error_set(&ctx->err, -n, n == -E2BIG ?
				       "there are too many words" :
				       "the quotes do not fit");
	if (!n)
		return 0;
	ctx->batch->lines++;
	ret = check_restore(ctx, words);
	return ret ? ret : cmd_run(ctx, words);
}

/* Returns 0 to go on. */
static int take_line(struct ctx *ctx, char *text)
{
	int ret = run_line(ctx, text);
	struct k8sov_error err;

	if (!ret || ret == -ECANCELED)
		return ret;
	/* What stands before a bad line is carried out, and told of first. */
	err = ctx->err;
	ret = batch_settle(ctx);
	if (ret)
		return ret;
	ctx->err = err;
	note_failure(ctx, ctx->batch->line);
	return ctx->keep_going ? 0 : -ECANCELED;
}

static int check_end(struct ctx *ctx)
{
	struct batch *batch = ctx->batch;

	if (batch->txn && !batch->restore)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "the transaction of line %u has no 'commit': nothing of it is in force",
				       batch->txn_line);
	if (batch->restore && batch->saved && !batch->ended)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "the input is cut short: nothing was restored");
	if (batch->restore && !batch->saved && !batch->lines)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "the input is empty: use flush to delete all");
	return 0;
}

/**
 * batch_run() - run the commands of a file
 * @ctx: context
 * @batch: named, and with its restrictions set; else zero
 * @file: open file
 *
 * Each failure is told of with its line. All but a transaction that the caller
 * opened is settled at the end.
 *
 * Return: 0, or -ECANCELED if something failed, with @ctx->err telling whose
 * fault the first failure was.
 */
int batch_run(struct ctx *ctx, struct batch *batch, FILE *file)
{
	char text[LINE_SIZE];
	int ret = 0, got;

	ctx->batch = batch;
	while (!ret) {
		batch->line++;
		got = line_read(file, text);
		if (!got)
			break;
		if (got < 0) {
			k8sov_error_set(&ctx->err, -got, "%s",
					line_error(got));
			note_failure(ctx, batch->line);
			ret = -ECANCELED;
			break;
		}
		ret = take_line(ctx, text);
	}
	if (!ret)
		ret = batch_settle(ctx);
	if (!ret)
		ret = check_end(ctx);
	if (ret && ret != -ECANCELED)
		note_failure(ctx, batch->line);
	k8sov_batch_destroy(batch->queue);
	batch->queue = NULL;
	batch_forget_hosts(ctx);
	ctx->batch = NULL;
	ctx->err.refused = batch->status == STATUS_REFUSED;
	return batch->status ? -ECANCELED : 0;
}

/**
 * batch_file() - run the commands of a file
 * @ctx: context
 * @name: file, "-" for standard input
 *
 * Return: 0, -ECANCELED if something failed and was told of, or -errno with
 * @ctx->err filled.
 */
int batch_file(struct ctx *ctx, const char *name)
{
	struct batch batch = { .name = name };
	FILE *file = stdin;
	int ret;

	if (strcmp(name, "-") != 0) {
		file = fopen(name, "re");
		if (!file)
			return k8sov_error_set(&ctx->err, errno,
					       "cannot open '%s': %s", name,
					       strerror(errno));
	} else {
		batch.name = "stdin";
	}
	ret = batch_run(ctx, &batch, file);
	if (file != stdin)
		fclose(file);
	return ret;
}

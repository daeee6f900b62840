// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/attr.h"
#include "batch.h"
#include "cmd.h"
#include "ctx.h"

/* A table that changes more often than this while it is read is in the middle
 * of a load; whoever loads it should be asked instead.
 */
#define TRIES 10

const struct arg args_save[] = { ARG_DEVICE, {} };

/* One attempt to write all tables of one generation. */
struct save {
	struct ctx *ctx;
	FILE *file;
	uint32_t ifindex;
	const struct noun *noun;
	const struct arg *args;
};

static int save_one(const void *obj, void *data)
{
	struct save *save = data;

	if (save->noun->save) {
		save->noun->save(save->ctx, save->file, obj);
		return 0;
	}
	fprintf(save->file, "%s add", save->noun->name);
	args_write(save->ctx, save->file, save->args, save->noun->set, obj);
	putc_unlocked('\n', save->file);
	return 0;
}

static int save_table(struct save *save, const struct noun *noun)
{
	union k8sov_any filter;

	memset(&filter, 0, noun->set->size);
	k8sov_field_add_number(noun->set, ATTR_IFINDEX, &filter,
			       save->ifindex);
	save->noun = noun;
	save->args = cmd_command(noun, "add")->args;
	return k8sov_object_dump(save->ctx->sock, noun->object, &filter,
				 save_one, save, &save->ctx->err);
}

static int save_tables(struct save *save, const struct noun *only)
{
	size_t i;
	int ret = 0;

	if (only->object)
		return save_table(save, only);
	for (i = 0; !ret && i < K8SOV_OBJECTS; i++)
		ret = save_table(save, cmd_noun_of(k8sov_objects[i]));
	return ret;
}

/* -EINTR if the tables changed meanwhile. */
static int try_save(struct save *save, const struct noun *only)
{
	struct k8sov_device before, after;
	struct ctx *ctx = save->ctx;
	int ret;

	rewind(save->file);
	if (ftruncate(fileno(save->file), 0))
		return k8sov_error_system(&ctx->err, errno,
					  "cannot use a temporary file");
	ret = k8sov_device_get(ctx->sock, save->ifindex, &before, &ctx->err);
	if (ret)
		return ret;
	fprintf(save->file, SAVE_BEGIN " dev %s generation %" PRIu64 "\n",
		before.ifname, before.generation);
	ret = save_tables(save, only);
	if (!ret)
		ret = k8sov_device_get(ctx->sock, save->ifindex, &after,
				       &ctx->err);
	if (ret)
		return ret;
	if (before.generation != after.generation)
		return k8sov_error_set(&ctx->err, EINTR,
				       "the tables keep changing");
	fprintf(save->file, SAVE_END "\n");
	return 0;
}

static int copy_out(struct ctx *ctx, FILE *from)
{
	char buf[65536];
	size_t n;

	if (fflush(from))
		return k8sov_error_system(&ctx->err, errno,
					  "cannot use a temporary file");
	rewind(from);
	while ((n = fread(buf, 1, sizeof(buf), from)) > 0)
		if (fwrite(buf, 1, n, ctx->out.file) != n)
			return k8sov_error_system(&ctx->err, errno,
						  "cannot write");
	return 0;
}

/* The kernel is read into a file first, for a second try must be possible
 * before anything was written out. Small systems may have no place for one.
 */
static FILE *open_temporary(void)
{
	FILE *file = tmpfile();
	int fd;

	if (file)
		return file;
	fd = memfd_create("k8sovctl", MFD_CLOEXEC);
	if (fd < 0)
		return NULL;
	file = fdopen(fd, "w+");
	if (!file)
		close(fd);
	return file;
}

/**
 * cmd_save() - write tables as lines that cmd_restore() reads
 * @ctx: context
 * @noun: table, or the object of all tables
 * @args: device
 *
 * Return: 0, -EINTR if the tables keep changing, or another -errno with
 * @ctx->err filled.
 */
int cmd_save(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	struct save save = { .ctx = ctx };
	int ret, tries = TRIES;

	save.ifindex = (uint32_t)k8sov_field_number(args->set, ATTR_IFINDEX,
						    &args->obj);
	ret = ctx_open(ctx);
	if (!ret && !save.ifindex)
		ret = ctx_only_device(ctx, &save.ifindex);
	if (ret)
		return ret;
	save.file = open_temporary();
	if (!save.file)
		return k8sov_error_system(&ctx->err, errno,
					  "cannot use a temporary file");
	do {
		ret = try_save(&save, noun);
	} while (ret == -EINTR && --tries);
	if (!ret)
		ret = copy_out(ctx, save.file);
	fclose(save.file);
	return ret;
}

static const struct command commands[] = {
	{ NULL, "Write all tables of a device as lines that restore reads.",
	  args_save, cmd_save },
	{}
};

const struct noun noun_save = {
	.name = "save",
	.help = "Write all tables as text.",
	.set = &k8sov_txn_set,
	.commands = commands,
};

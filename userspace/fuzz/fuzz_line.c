// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any text as the lines of a batch, up to what would be sent. A line that adds
 * an object must be written as a line that adds the same.
 */
#include <stdlib.h>
#include <string.h>

#include "../cli/cmd.h"
#include "../cli/ctx.h"
#include "../cli/line.h"
#include "../cli/token.h"
#include "../lib/attr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS_MAX 128

static int parse_line(struct ctx *ctx, char *line, struct args *args,
		      const struct noun **noun, const struct command **cmd)
{
	static char *words[WORDS_MAX];
	int n = token_split(line, words, WORDS_MAX);

	if (n < 2)
		return -1;
	*noun = cmd_noun(words[0]);
	*cmd = *noun ? cmd_command(*noun, words[1]) : NULL;
	if (!*cmd)
		return -1;
	args->table = (*cmd)->args;
	args->set = args->table == args_flush ? &k8sov_txn_set :
						(*noun)->set;
	return args_parse(ctx, args, words + ((*cmd)->name ? 2 : 1));
}

static void check_again(struct ctx *ctx, const struct noun *noun,
			const struct args *args)
{
	static char text[65536];
	FILE *file = fmemopen(text, sizeof(text), "w");
	static struct args again;
	const struct command *cmd;
	const struct noun *found;

	fprintf(file, "%s add", noun->name);
	args_write(ctx, file, args->table, args->set, &args->obj);
	fclose(file);
	if (parse_line(ctx, text, &again, &found, &cmd) || found != noun)
		abort();
	if ((args->obj.present & ~K8SOV_BIT(ATTR_FORCE) &
	     ~K8SOV_BIT(ATTR_OWNER)) !=
	    (again.obj.present & ~K8SOV_BIT(ATTR_OWNER)))
		abort();
}

static void take_line(char *line)
{
	static struct ctx ctx;
	static struct args args;
	const struct command *cmd;
	const struct noun *noun;

	if (parse_line(&ctx, line, &args, &noun, &cmd))
		return;
	/* A host that is named must be looked up before it can be written. */
	if (cmd->run == cmd_add && !args.host)
		check_again(&ctx, noun, &args);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[LINE_SIZE];
	FILE *file;

	if (!size)
		return -1;
	file = fmemopen((void *)(uintptr_t)data, size, "r");
	if (!file)
		return -1;
	while (line_read(file, line) > 0)
		take_line(line);
	fclose(file);
	return 0;
}

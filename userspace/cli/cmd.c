// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cmd.h"

#include <errno.h>
#include <string.h>

#include "../lib/attr.h"
#include "batch.h"
#include "ctx.h"
#include "help.h"

const struct noun *const nouns[] = {
	&noun_device,
	&noun_host,
	&noun_subnet,
	&noun_endpoint,
	&noun_identity,
	&noun_ruleset,
	&noun_save,
	&noun_restore,
	&noun_stats,
	&noun_monitor,
	&noun_node,
	&noun_pod,
	&noun_policy,
	&noun_trace,
	&noun_begin,
	&noun_commit,
	&noun_abort,
	NULL
};

/**
 * cmd_noun() - find an object by its word
 * @name: word
 *
 * Return: the object, or NULL.
 */
const struct noun *cmd_noun(const char *name)
{
	const struct noun *const *noun;

	for (noun = nouns; *noun; noun++)
		if (!strcmp((*noun)->name, name))
			return *noun;
	return NULL;
}

/**
 * cmd_noun_of() - find an object by its table
 * @object: table
 *
 * Return: the object.
 */
const struct noun *cmd_noun_of(const struct k8sov_object *object)
{
	const struct noun *const *noun;

	for (noun = nouns; *noun && (*noun)->object != object; noun++)
		;
	return *noun;
}

/**
 * cmd_command() - find a command by its word
 * @noun: object
 * @name: word, NULL for the object's only command
 *
 * Return: the command, or NULL.
 */
const struct command *cmd_command(const struct noun *noun, const char *name)
{
	const struct command *cmd;

	for (cmd = noun->commands; cmd->run; cmd++)
		if (!cmd->name || (name && !strcmp(cmd->name, name)))
			return cmd;
	return NULL;
}

static bool sets_attr(const struct arg *arg, unsigned int attr)
{
	if (!arg->pair)
		return arg->attr == attr;
	return arg->pair->v4 == attr || arg->pair->v6 == attr ||
	       arg->pair->len == attr;
}

static const char *arg_word(const struct k8sov_set *set,
			    const struct arg *table, unsigned int attr)
{
	const struct arg *arg;

	for (arg = table; arg->type != ARG_END; arg++)
		if (sets_attr(arg, attr))
			return arg->word || !arg->pair ? arg->word :
			       k8sov_attr_get(set, arg->pair->v4)->name;
	return NULL;
}

static const char *noun_word(const struct noun *noun, unsigned int attr)
{
	const struct command *cmd;
	const char *word;

	/* What adds an object names most of its attributes, and better. */
	cmd = cmd_command(noun, "add");
	word = cmd ? arg_word(noun->set, cmd->args, attr) : NULL;
	for (cmd = noun->commands; cmd->run && !word; cmd++)
		if (cmd->args != args_flush)
			word = arg_word(noun->set, cmd->args, attr);
	return word;
}

/**
 * cmd_attr_word() - what the command line calls an attribute
 * @set: its set
 * @attr: its id
 *
 * Return: the word, the name of the attribute if no argument sets it.
 */
const char *cmd_attr_word(const struct k8sov_set *set, unsigned int attr)
{
	const struct noun *const *noun;
	const char *word;

	for (noun = nouns; *noun; noun++) {
		word = (*noun)->set == set ? noun_word(*noun, attr) : NULL;
		if (word)
			return word;
	}
	return k8sov_attr_get(set, attr)->name;
}

static bool is_help(const char *word)
{
	return word && (!strcmp(word, "-h") || !strcmp(word, "--help") ||
			!strcmp(word, "help"));
}

static bool wants_help(char **words)
{
	/* What follows "--" is for another program. */
	for (; *words && strcmp(*words, "--") != 0; words++)
		if (is_help(*words))
			return true;
	return false;
}

/* Changes are queued, all else wants to see those of the lines before. */
static bool is_write(const struct command *cmd)
{
	return cmd->run == cmd_add || cmd->run == cmd_replace ||
	       cmd->run == cmd_append || cmd->run == cmd_del ||
	       cmd->run == cmd_flush;
}

static int run_command(struct ctx *ctx, const struct noun *noun,
		       const struct command *cmd, char **words)
{
	struct args args = { .set = noun->set, .table = cmd->args };
	int ret;

	if (cmd->args == args_flush)
		args.set = &k8sov_txn_set;
	if (wants_help(words)) {
		help_command(noun, cmd);
		return 0;
	}
	ret = args_parse(ctx, &args, words);
	if (!ret && !is_write(cmd))
		ret = batch_settle(ctx);
	if (!ret)
		ret = cmd->run(ctx, noun, &args);
	args_clear(&args);
	return ret;
}

/**
 * cmd_run() - run a command
 * @ctx: context
 * @words: object, command and arguments, NULL at the end
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_run(struct ctx *ctx, char **words)
{
	const struct noun *noun = cmd_noun(words[0]);
	const struct command *cmd;

	if (!noun || (noun->batch && !ctx->batch))
		return k8sov_error_set(&ctx->err, EINVAL,
				       "there is no object '%s' (try 'k8sovctl -h')",
				       words[0]);
	words++;
	if (!noun->commands->name)
		return run_command(ctx, noun, noun->commands, words);
	if (is_help(words[0])) {
		help_noun(noun);
		return 0;
	}
	if (!words[0])
		return k8sov_error_set(&ctx->err, EINVAL,
				       "what about the %s? (try 'k8sovctl %s -h')",
				       noun->name, noun->name);
	cmd = cmd_command(noun, words[0]);
	if (!cmd)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "'%s' is no command of %s (try 'k8sovctl %s -h')",
				       words[0], noun->name, noun->name);
	return run_command(ctx, noun, cmd, words + 1);
}

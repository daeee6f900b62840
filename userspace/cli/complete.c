// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * 'k8sovctl --complete WORD...' prints what may follow the words, one a line,
 * for shells. "<DEV>" and "<IF>" stand for names of interfaces, "<FILE>" for
 * those of files.
 */
#include "complete.h"

#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "cmd.h"

static void print_nouns(void)
{
	const struct noun *const *noun;

	for (noun = nouns; *noun; noun++)
		if (!(*noun)->batch)
			puts((*noun)->name);
}

static void print_commands(const struct noun *noun)
{
	const struct command *cmd;

	for (cmd = noun->commands; cmd->run; cmd++)
		puts(cmd->name);
}

static void print_enum(const struct k8sov_enum *values)
{
	unsigned int i;

	for (i = 0; i < values->count; i++)
		puts(values->entries[i].name);
}

static void print_values(const struct k8sov_set *set, const struct arg *arg)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, arg->attr);

	if (arg->type == ARG_DEV || arg->type == ARG_LINK)
		printf("<%s>\n", arg->value);
	if (arg->type == ARG_HOST)
		puts("id");
	if (arg->type == ARG_RULE)
		print_enum(&k8sov_rule_action_enum);
	if (arg->type == ARG_PROTO)
		puts("tcp\nudp\nicmp\nicmpv6\nsctp");
	if (arg->type == ARG_ATTR && attr->values)
		print_enum(attr->values);
}

static const struct arg *find_word(const struct arg *table, const char *word)
{
	const struct arg *arg;

	for (arg = table; arg->type != ARG_END; arg++)
		if (arg_is(arg, word))
			return arg;
	return NULL;
}

/* Keywords that were not given, nor one of their group. */
static void print_words(const struct arg *table, char **words)
{
	const struct arg *arg, *given;
	char **word;
	bool used;

	for (arg = table; arg->type != ARG_END; arg++) {
		used = !arg->word;
		for (word = words; *word && !used; word++) {
			given = find_word(table, *word);
			if (!given)
				continue;
			used = given == arg ? !(arg->flags & ARG_MANY) :
			       arg->group && given->group == arg->group;
		}
		if (!used)
			puts(arg->word);
		if (!used && arg->flags & ARG_OPTION)
			printf("--%s\n", arg->word);
		if (arg->type == ARG_TABLE)
			puts("host\nsubnet\nendpoint\nidentity\nruleset");
		if (arg->type == ARG_REST && !arg->word)
			puts("<FILE>");
	}
}

/**
 * complete() - print what may follow
 * @words: object, command and arguments so far, all complete
 */
void complete(char **words)
{
	const struct command *cmd;
	const struct noun *noun;
	const struct arg *last;
	size_t n;

	if (!words[0]) {
		print_nouns();
		return;
	}
	noun = cmd_noun(words[0]);
	if (!noun)
		return;
	words++;
	if (noun->commands->name && !words[0]) {
		print_commands(noun);
		return;
	}
	cmd = cmd_command(noun, words[0]);
	if (!cmd)
		return;
	if (cmd->name)
		words++;
	for (n = 0; words[n]; n++)
		;
	last = n ? find_word(cmd->args, words[n - 1]) : NULL;
	if (last && last->value)
		print_values(cmd->args == args_flush ? &k8sov_txn_set :
			     noun->set, last);
	else
		print_words(cmd->args, words);
}

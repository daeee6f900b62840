// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* All of it comes from the tables that the parser reads. */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "cmd.h"

static const char options[] =
	"Options:\n"
	"  -j, --json         JSON instead of text\n"
	"  -p, --pretty       indented JSON\n"
	"  -s, --stats        show more\n"
	"  -4, -6             show IPv4 or IPv6 only\n"
	"  -n, --netns NAME   work in the network namespace NAME\n"
	"  -b, --batch FILE   read commands from FILE, or - for standard input\n"
	"  -f, --force-batch  go on after errors in a batch\n"
	"  -V, --version      print the version\n"
	"  -h, --help         print help, also behind any OBJECT or COMMAND\n";

/**
 * help_program() - print what the program can
 */
void help_program(void)
{
	const struct noun *const *noun;

	printf("Usage: k8sovctl [OPTION]... OBJECT COMMAND [ARGUMENT]...\n"
	       "       k8sovctl [OPTION]... -b FILE\n\n"
	       "Objects and commands:\n");
	for (noun = nouns; *noun; noun++)
		printf("  %-10s %s%s\n", (*noun)->name, (*noun)->help,
		       (*noun)->batch ? " Only in a batch." : "");
	printf("\n%s", options);
}

static void print_arg(const struct arg *arg)
{
	if (arg->word)
		printf("%s%s", arg->word, arg->value ? " " : "");
	if (arg->value)
		printf("%s", arg->value);
}

/* Arguments of one group stand together: one in parentheses must be given, of
 * those in brackets one may be.
 */
static void print_usage(const struct arg *arg)
{
	bool need;

	while (arg->type != ARG_END) {
		need = arg->flags & ARG_NEED;
		if (!need)
			printf(" [");
		else
			printf(arg->group ? " (" : " ");
		print_arg(arg);
		for (; arg->group && arg[1].group == arg->group; arg++) {
			printf("|");
			print_arg(arg + 1);
		}
		if (!need)
			printf("]");
		else if (arg->group)
			printf(")");
		if (arg->flags & ARG_MANY)
			printf("...");
		arg++;
	}
	printf("\n");
}

static void print_line(const struct noun *noun, const struct command *cmd)
{
	printf("k8sovctl %s", noun->name);
	if (cmd->name)
		printf(" %s", cmd->name);
	print_usage(cmd->args);
}

/**
 * help_noun() - print what an object can
 * @noun: object
 */
void help_noun(const struct noun *noun)
{
	const struct command *cmd;

	printf("%s\n\n", noun->help);
	for (cmd = noun->commands; cmd->run; cmd++)
		print_line(noun, cmd);
}

static const char *arg_help(const struct k8sov_set *set, const struct arg *arg)
{
	const struct k8sov_attr *attr;

	if (arg->help)
		return arg->help;
	attr = k8sov_attr_get(set, arg->pair ? arg->pair->v4 : arg->attr);
	return attr->values && arg->type == ARG_CONST ?
	       k8sov_enum_doc(attr->values, arg->number) : attr->doc;
}

static void print_values(const struct k8sov_set *set, const struct arg *arg)
{
	const struct k8sov_attr *attr;
	unsigned int i;

	if (arg->type != ARG_ATTR)
		return;
	attr = k8sov_attr_get(set, arg->attr);
	for (i = 0; attr->values && i < attr->values->count; i++)
		printf("  %-16s   %s: %s\n", "", attr->values->entries[i].name,
		       attr->values->entries[i].doc);
}

/**
 * help_command() - print the arguments of a command
 * @noun: its object
 * @cmd: command
 */
void help_command(const struct noun *noun, const struct command *cmd)
{
	const struct arg *arg;
	char head[64];

	printf("%s\n\nUsage: ", cmd->help);
	print_line(noun, cmd);
	if (cmd->args->type != ARG_END)
		printf("\n");
	for (arg = cmd->args; arg->type != ARG_END; arg++) {
		snprintf(head, sizeof(head), "%s%s%s",
			 arg->word ? arg->word : "",
			 arg->word && arg->value ? " " : "",
			 arg->value ? arg->value : "");
		printf("  %-16s %s\n", head, arg_help(noun->set, arg));
		print_values(noun->set, arg);
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_ARG_H
#define _K8SOVCTL_ARG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../lib/addr.h"
#include "../lib/object.h"

struct ctx;

/** enum arg_type - how an argument is read */
enum arg_type {
	ARG_END,
	ARG_ATTR,	/* WORD VALUE, what the attribute's kind says */
	ARG_ADDR,	/* WORD ADDRESS, or ADDRESS without a word */
	ARG_PREFIX,	/* PREFIX without a word */
	ARG_FLAG,	/* WORD sets a flag */
	ARG_CONST,	/* WORD sets a number */
	ARG_DEV,	/* WORD INTERFACE, a k8sov device */
	ARG_LINK,	/* WORD INTERFACE, any */
	ARG_HOST,	/* WORD NAME, WORD ADDRESS or WORD id N */
	ARG_TABLES,	/* WORD TABLE[,TABLE]... */
	ARG_TABLE,	/* a table's name as a word, any number of them */
	ARG_PROTO,	/* WORD tcp, udp, icmp ... or a number */
	ARG_PORT,	/* PORT[/PROTOCOL] without a word, a port of TCP */
	ARG_TEXT,	/* WORD TEXT, one of a command */
	ARG_REST,	/* WORD and everything behind it; without, files */
	ARG_RULE,	/* WORD ACTION [log] [name NAME] */
	ARG_CLASS,	/* WORD N IDENTITY[,IDENTITY]... */
	ARG_RANGE,	/* WORD N KEYS RULE */
};

#define ARG_NEED	0x1	/* must be given; of a group, one must be */
#define ARG_MANY	0x2	/* may be given again */
#define ARG_ZERO	0x4	/* 0 is the same as not given */
#define ARG_OPTION	0x8	/* --WORD is the same as WORD */

/**
 * struct arg - one argument of a command
 * @word: keyword, NULL if the place says it
 * @value: what stands behind the word, for help
 * @type: how to read it
 * @flags: ARG_NEED, ARG_MANY, ARG_ZERO, ARG_OPTION
 * @group: arguments of one group, but 0, exclude each other
 * @attr: attribute that it sets
 * @pair: attributes that it sets, if it is an address
 * @number: what ARG_CONST sets
 * @help: sentence, NULL to take the specification's
 */
struct arg {
	const char *word;
	const char *value;
	enum arg_type type;
	unsigned int flags;
	unsigned int group;
	unsigned int attr;
	const struct k8sov_pair *pair;
	uint64_t number;
	const char *help;
};

/**
 * struct numbers - numbers of a command, as many as there are
 * @v: the numbers
 * @n: how many
 */
struct numbers {
	uint32_t *v;
	unsigned int n;
};

/**
 * struct args - what a command was given
 * @set: layout of @obj
 * @table: arguments that the command takes
 * @seen: bit n is set if argument n of the table was given
 * @host: host as it was named, or NULL
 * @host_id: @host is an id
 * @text: what ARG_TEXT or ARG_PORT was given, or NULL
 * @rest: words of ARG_REST, or NULL
 * @members: what ARG_CLASS was given, as the kernel wants it
 * @ranges: what ARG_RANGE was given, as the kernel wants it
 * @obj: all the rest
 */
struct args {
	const struct k8sov_set *set;
	const struct arg *table;
	uint64_t seen;
	const char *host;
	bool host_id;
	const char *text;
	char **rest;
	struct numbers members;
	struct numbers ranges;
	union k8sov_any obj;
};

int args_parse(struct ctx *ctx, struct args *args, char **words);
void args_write(struct ctx *ctx, FILE *file, const struct arg *table,
		const struct k8sov_set *set, const void *obj);
bool arg_is(const struct arg *arg, const char *word);
bool args_seen(const struct args *args, const char *word);
void args_clear(struct args *args);

/* arg_ruleset.c */
int args_read_ruleset(struct ctx *ctx, struct args *args,
		      const struct arg *arg, char ***words);
void args_end_ruleset(struct args *args);

#endif /* _K8SOVCTL_ARG_H */

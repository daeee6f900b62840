/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_CMD_H
#define _K8SOVCTL_CMD_H

#include <stdbool.h>

#include "arg.h"

struct ctx;
struct noun;

/**
 * struct command - one command of an object
 * @name: keyword, NULL if the object is the command
 * @help: sentence
 * @args: arguments that it takes
 * @run: carries it out; returns 0, or -errno with ctx->err filled
 */
struct command {
	const char *name;
	const char *help;
	const struct arg *args;
	int (*run)(struct ctx *ctx, const struct noun *noun,
		   struct args *args);
};

/**
 * struct noun - an object of the command line
 * @name: keyword
 * @help: sentence
 * @set: attributes that the arguments set
 * @commands: those it has, a NULL @run at the end
 * @object: table that it stands for, or NULL
 * @keys: bits of the attributes that the kernel finds one object by
 * @pair: attributes of its address, for -4 and -6
 * @print: writes one object
 * @save: writes an object as the lines that make it, or NULL if "add" and its
 *	arguments do
 * @parts: an object is dumped as several messages
 * @batch: only means something in a batch
 */
struct noun {
	const char *name;
	const char *help;
	const struct k8sov_set *set;
	const struct command *commands;
	const struct k8sov_object *object;
	uint64_t keys;
	const struct k8sov_pair *pair;
	void (*print)(struct ctx *ctx, const void *obj);
	void (*save)(struct ctx *ctx, FILE *file, const void *obj);
	bool parts;
	bool batch;
};

/* Ids that all sets with a device share; see lib/object.h. */
#define ATTR_IFINDEX	K8SOV_A_HOST_IFINDEX
#define ATTR_TXN	K8SOV_A_HOST_TXN
#define ATTR_OWNER	K8SOV_A_HOST_OWNER
#define ATTR_FORCE	K8SOV_A_HOST_FORCE

#define ARG_DEVICE { .word = "dev", .value = "DEV", .type = ARG_DEV, \
	.attr = ATTR_IFINDEX, .help = "The k8sov device." }
#define ARG_OWNER { .word = "owner", .value = "N", .type = ARG_ATTR, \
	.attr = ATTR_OWNER, .flags = ARG_ZERO, \
	.help = "Cookie of the owner." }
#define ARG_FORCE { .word = "force", .type = ARG_FLAG, .attr = ATTR_FORCE, \
	.help = "Also if another owner's entry is changed." }

extern const struct noun noun_device;
extern const struct noun noun_host;
extern const struct noun noun_subnet;
extern const struct noun noun_endpoint;
extern const struct noun noun_identity;
extern const struct noun noun_ruleset;
extern const struct noun noun_save;
extern const struct noun noun_restore;
extern const struct noun noun_stats;
extern const struct noun noun_monitor;
extern const struct noun noun_node;
extern const struct noun noun_pod;
extern const struct noun noun_policy;
extern const struct noun noun_trace;
extern const struct noun noun_begin;
extern const struct noun noun_commit;
extern const struct noun noun_abort;

extern const struct noun *const nouns[];

int cmd_run(struct ctx *ctx, char **words);
const struct noun *cmd_noun(const char *name);
const struct noun *cmd_noun_of(const struct k8sov_object *object);
const struct command *cmd_command(const struct noun *noun, const char *name);
const char *cmd_attr_word(const struct k8sov_set *set, unsigned int attr);

/* cmd_write.c: what every table has */
extern const struct arg args_flush[];
int cmd_add(struct ctx *ctx, const struct noun *noun, struct args *args);
int cmd_replace(struct ctx *ctx, const struct noun *noun, struct args *args);
int cmd_append(struct ctx *ctx, const struct noun *noun, struct args *args);
int cmd_del(struct ctx *ctx, const struct noun *noun, struct args *args);
int cmd_flush(struct ctx *ctx, const struct noun *noun, struct args *args);
/* cmd_show.c */
int cmd_show(struct ctx *ctx, const struct noun *noun, struct args *args);
/* pod_run.c */
int cmd_pod_run(struct ctx *ctx, const struct noun *noun, struct args *args);
/* pod_adopt.c */
int cmd_pod_adopt(struct ctx *ctx, const struct noun *noun, struct args *args);
/* policy_show.c, policy_explain.c */
int cmd_policy_show(struct ctx *ctx, const struct noun *noun,
		    struct args *args);
int cmd_policy_explain(struct ctx *ctx, const struct noun *noun,
		       struct args *args);
/* cmd_trace.c */
extern const struct arg args_trace[];
int cmd_policy_trace(struct ctx *ctx, const struct noun *noun,
		     struct args *args);
/* cmd_save.c, cmd_restore.c */
extern const struct arg args_save[];
int cmd_save(struct ctx *ctx, const struct noun *noun, struct args *args);
int cmd_restore(struct ctx *ctx, const struct noun *noun, struct args *args);

#define TABLE_COMMANDS(add_args, del_args)				\
	{ "add", "Add one.", add_args, cmd_add },			\
	{ "replace", "Change one, or add it.", add_args, cmd_replace },	\
	{ "del", "Delete one.", del_args, cmd_del },			\
	{ "flush", "Delete all, or all of one owner.", args_flush,	\
	  cmd_flush },							\
	{ "save", "Write the table as lines that restore reads.",	\
	  args_save, cmd_save },					\
	{ "restore", "Replace the table by standard input, at once.",	\
	  args_save, cmd_restore }

#endif /* _K8SOVCTL_CMD_H */

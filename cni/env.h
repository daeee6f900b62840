/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_ENV_H
#define _CNI_ENV_H

#include <stdbool.h>

#include "args.h"

struct cni_error;

enum cni_command {
	CMD_ADD,
	CMD_DEL,
	CMD_CHECK,
	CMD_STATUS,
	CMD_GC,
	CMD_VERSION,
	CMD_UNKNOWN,
};

/**
 * struct cni_env - what the runtime says in the environment
 * @command: what to do
 * @verb: the same as it is written
 * @container: identifier of the container; "", as what follows, if absent
 * @ifname: name of the interface inside
 * @netns: path of the network namespace; DEL may have none
 * @path: where plugins are
 * @args: CNI_ARGS
 */
struct cni_env {
	enum cni_command command;
	const char *verb;
	const char *container;
	const char *ifname;
	const char *netns;
	const char *path;
	struct cni_args args;
};

/* CNI_COMMAND is there. Says all that is missing. */
int env_read(struct cni_env *env, struct cni_error *err);
/* Are the names good ones? */
int env_check(const struct cni_env *env, struct cni_error *err);
void env_clear(struct cni_env *env);

/* What containers and networks may be called. Pure. */
bool env_name_good(const char *name);

#endif /* _CNI_ENV_H */

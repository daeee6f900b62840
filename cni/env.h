/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_ENV_H
#define _CNI_ENV_H

#include <stdbool.h>

#include "args.h"

struct cni_error;

enum cni_command { CMD_ADD, CMD_DEL, CMD_CHECK, CMD_STATUS, CMD_GC, CMD_VERSION };

/**
 * struct cni_env - what the runtime says in the environment
 * @command: what to do
 * @container: identifier of the container
 * @ifname: name of the interface inside
 * @netns: path of the network namespace; "" if DEL has none
 * @path: where plugins are
 * @args: CNI_ARGS
 */
struct cni_env {
	enum cni_command command;
	const char *container;
	const char *ifname;
	const char *netns;
	const char *path;
	struct cni_args args;
};

#endif /* _CNI_ENV_H */

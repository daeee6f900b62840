/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_PLUGIN_H
#define _K8SOVCTL_PLUGIN_H

#include <jansson.h>
#include <stdbool.h>

struct k8sov_error;

/**
 * struct plugin - the CNI plugin, and what it is told each time
 * @path: folders to look in, separated by colons
 * @conf: network configuration, as text
 * @container: identifier of the container
 * @ifname: name of the interface
 * @args: CNI_ARGS
 * @netns: path of the pod's network namespace
 */
struct plugin {
	const char *path;
	char *conf;
	char container[256];
	const char *ifname;
	const char *args;
	char netns[256];
};

/* $CNI_PATH, or where plugins usually are. */
const char *plugin_path(void);

/* "ADD" or "DEL"; @result, if wanted, is the caller's. */
int plugin_call(const struct plugin *plugin, const char *command,
		json_t **result, struct k8sov_error *err);
/* Our plugin's part of a configuration or list of them; NULL: of what k8sovd
 * wrote, or defaults.
 */
int plugin_conf(const char *file, char **conf, struct k8sov_error *err);

#endif /* _K8SOVCTL_PLUGIN_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What k8sovd does with its configuration when it is not to be an agent. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/error.h"
#include "conf.h"
#include "node_file.h"
#include "option.h"
#include "store.h"

/* Where Flannel's manifest puts it, as store_kube.c. */
#define NETCONF_KUBE "/etc/kube-flannel/net-conf.json"

/**
 * conf_describe() - the configuration as JSON
 * @conf: the options
 *
 * Return: object with the names of options as keys, without secrets; a new
 * reference.
 */
json_t *conf_describe(const struct conf *conf)
{
	json_t *object = json_object();
	unsigned int i;

	for (i = 0; i < OPTIONS; i++)
		if (!option_table[i].flag_only)
			json_object_set_new(object, option_table[i].name,
					    option_describe(&option_table[i],
							    conf));
	return object;
}

/**
 * conf_print() - the configuration as a configuration file
 * @conf: the options
 * @out: where to print
 */
void conf_print(const struct conf *conf, FILE *out)
{
	json_t *value;
	unsigned int i;

	for (i = 0; i < OPTIONS; i++) {
		/* A file cannot name another, and store says the second. */
		if (option_table[i].flag_only ||
		    !strcmp(option_table[i].name, "config") ||
		    !strcmp(option_table[i].name, "etcd-endpoints"))
			continue;
		value = option_describe(&option_table[i], conf);
		if (!value)
			continue;
		fprintf(out, "%s: ", option_table[i].name);
		json_dumpf(value, out, JSON_ENCODE_ANY);
		fputc('\n', out);
		json_decref(value);
	}
}

/* --name and, behind a blank, the words that may follow it. */
static void print_flags(FILE *out)
{
	const struct option *option;
	unsigned int i;
	int w;

	for (i = 0; i < OPTIONS; i++) {
		option = &option_table[i];
		if (option->min == CONF_COMPLETE &&
		    option->type == OPTION_ACTION)
			continue;
		fprintf(out, "--%s", option->name);
		for (w = 0; option->words && option->words[w]; w++)
			fprintf(out, " %s", option->words[w]);
		if (!option->words && option->value)
			fprintf(out, " <%s>", option->value);
		fputc('\n', out);
	}
}

static int check_netconf(int dir, const char *file, bool allocates,
			 FILE *errors)
{
	struct k8sov_error err;
	struct netconf netconf;
	json_t *root = node_file_load(dir, file, &err);
	char *text = NULL;
	int ret = -err.code;

	if (root) {
		text = json_dumps(root, 0);
		ret = netconf_parse(text ? text : "", text ? strlen(text) : 0,
				    allocates, &netconf, &err);
	}
	if (ret && ret != -ENOENT)
		fprintf(errors, "%s: %s\n", file, err.message);
	json_decref(root);
	free(text);
	return ret;
}

static int check_directory(const char *path, FILE *errors)
{
	static const char *const names[] = {
		"net-conf.json", "net-conf.yaml", "net-conf.yml",
	};
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = -ENOENT;
	size_t i;

	if (dir < 0) {
		fprintf(errors, "store: cannot read directory %s: %s\n", path,
			strerror(errno));
		return -EINVAL;
	}
	for (i = 0; i < 3 && ret == -ENOENT; i++)
		ret = check_netconf(dir, names[i], true, errors);
	if (ret == -ENOENT)
		fprintf(errors, "store: there is no net-conf.json in %s\n",
			path);
	close(dir);
	return ret;
}

/* What can be known of the cluster without a network. */
static int check_cluster(const struct conf *conf, FILE *errors)
{
	struct store_config store;
	const char *path;
	bool kubernetes;
	char scheme[16];
	int ret;

	if (conf->policy_only == 1)
		return 0;
	conf_store(conf, scheme, &store);
	/* Kubernetes allocates subnets itself, etcd holds all of it. */
	kubernetes = !strcmp(scheme, "kubernetes");
	if (!strcmp(scheme, "etcd"))
		return 0;
	path = store.netconf_file;
	if (!path && !kubernetes)
		return check_directory(store.where, errors);
	if (!path)
		path = NETCONF_KUBE;
	ret = check_netconf(AT_FDCWD, path, !kubernetes, errors);
	if (ret == -ENOENT)
		fprintf(errors, "net-config-path: there is no %s\n", path);
	return ret;
}

/**
 * conf_act() - do what was asked for instead of being an agent
 * @conf: of conf_init(), its action is not CONF_RUN
 * @out: where to print what was asked for
 * @errors: gets a sentence a line for what is wrong
 *
 * Return: exit status.
 */
int conf_act(const struct conf *conf, FILE *out, FILE *errors)
{
	switch (conf->action) {
	case CONF_HELP:
		option_help(out);
		break;
	case CONF_VERSION:
		fputs("k8sovd " K8SOV_VERSION "\n", out);
		break;
	case CONF_COMPLETE:
		print_flags(out);
		break;
	case CONF_CHECK:
		if (check_cluster(conf, errors))
			return EXIT_FAILURE;
		conf_print(conf, out);
		break;
	case CONF_RUN:
		break;
	}
	return fflush(out) ? EXIT_FAILURE : EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What k8sovd does with its configuration when it is not to be an agent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../lib/error.h"
#include "conf.h"
#include "option.h"
#include "store.h"

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

static int check_netconf(const char *path, bool allocates, FILE *errors)
{
	struct k8sov_error err;
	struct netconf netconf;
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	int ret = 0;

	if (!file) {
		fprintf(errors, "net-config-path: cannot read %s: %s\n", path,
			strerror(errno));
		return -EINVAL;
	}
	len = getdelim(&text, &size, '\0', file);
	if (netconf_parse(len > 0 ? text : "", len > 0 ? (size_t)len : 0,
			  allocates, &netconf, &err)) {
		fprintf(errors, "%s: %s\n", path, err.message);
		ret = -EINVAL;
	}
	free(text);
	fclose(file);
	return ret;
}

/* What can be known of the cluster without a network. */
static int check_cluster(const struct conf *conf, FILE *errors)
{
	struct store_config store;
	char scheme[16], *path;
	struct stat st;
	int ret = 0;

	conf_store(conf, scheme, &store);
	if (store.netconf_file)
		return check_netconf(store.netconf_file,
				     !strcmp(scheme, "etcd"), errors);
	if (strcmp(scheme, "file"))
		return 0;
	if (stat(store.where, &st) || !S_ISDIR(st.st_mode)) {
		fprintf(errors, "store: there is no directory %s\n",
			store.where);
		return -EINVAL;
	}
	if (asprintf(&path, "%s/net-conf.json", store.where) < 0)
		return -ENOMEM;
	if (!stat(path, &st))
		ret = check_netconf(path, false, errors);
	free(path);
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

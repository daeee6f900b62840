// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "conf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "conf_file.h"
#include "conf_rules.h"
#include "option.h"
#include "store.h"

/* Who told an option; a later one has precedence. */
enum source { SOURCE_DEFAULT, SOURCE_FILE, SOURCE_ENV, SOURCE_FLAG };

/**
 * struct loader - a configuration that is being put together
 * @conf: the result
 * @source: who is telling now
 * @told: who told each option last
 * @errors: sentences
 */
struct loader {
	struct conf *conf;
	enum source source;
	enum source told[OPTIONS];
	FILE *errors;
};

static enum source *told(struct loader *loader, const char *name)
{
	return &loader->told[option_find(name, strlen(name)) - option_table];
}

static void take(struct loader *loader, const struct option *option,
		 const char *value, const char *where)
{
	struct k8sov_error err;

	if (option_set(option, loader->conf, value, &err))
		fprintf(loader->errors, "%s: %s\n", where, err.message);
	loader->told[option - option_table] = loader->source;
}

static void take_line(const struct option *option, const char *value,
		      unsigned int line, void *data)
{
	struct loader *loader = data;
	char where[PATH_MAX + 80];

	snprintf(where, sizeof(where), "%s:%u: %s", loader->conf->config, line,
		 option->name);
	if (option->offset == offsetof(struct conf, config)) {
		fprintf(loader->errors, "%s: a file cannot name another\n",
			where);
		return;
	}
	take(loader, option, value, where);
}

/* An empty variable says nothing, as people write them in /etc/default. */
static void read_env(struct loader *loader, const char *only)
{
	const struct option *option;
	char name[OPTION_ENV_TEXT];
	const char *value, *from;
	unsigned int i;

	for (i = 0; i < OPTIONS; i++) {
		option = &option_table[i];
		if (option->flag_only || (only && strcmp(only, option->name) != 0))
			continue;
		option_env(option, name);
		from = name;
		value = getenv(from);
		if ((!value || !*value) && option->env) {
			from = option->env;
			value = getenv(from);
		}
		if (value && *value)
			take(loader, option, value, from);
	}
}

/* One flag with its value; the number of words that it is made of. */
static int read_flag(struct loader *loader, char *const *argv, const char *only)
{
	const char *name = argv[0] + 2, *value = strchr(name, '=');
	const struct option *option;
	char where[80];
	int words = 1;

	if (argv[0][0] != '-' || !argv[0][1]) {
		option = NULL;
	} else if (argv[0][1] != '-') {
		option = argv[0][2] ? NULL : option_letter(argv[0][1]);
		value = NULL;
	} else {
		option = option_find(name, value ? (size_t)(value - name) :
						   strlen(name));
	}
	if (!option) {
		if (!only)
			fprintf(loader->errors,
				"'%s' is no option (try 'k8sovd --help')\n",
				argv[0]);
		return 1;
	}
	if (value) {
		value++;
	} else if (option->type != OPTION_ACTION &&
		   option->type != OPTION_BOOL && argv[1]) {
		value = argv[1];
		words = 2;
	}
	snprintf(where, sizeof(where), "--%s", option->name);
	if (!only || !strcmp(only, option->name))
		take(loader, option, value, where);
	return words;
}

static void read_flags(struct loader *loader, int argc, char *const *argv,
		       const char *only)
{
	int i = 1;

	while (i < argc)
		i += read_flag(loader, argv + i, only);
}

/* --etcd-endpoints URL is --store etcd:URL by another name. */
static void settle_store(struct loader *loader)
{
	struct conf *conf = loader->conf;
	char *store;

	if (*told(loader, "etcd-endpoints") != loader->source ||
	    !*conf->etcd_endpoints)
		return;
	if (*told(loader, "store") == loader->source) {
		fputs("etcd-endpoints: store is told, too; only one can count\n",
		      loader->errors);
		return;
	}
	if (asprintf(&store, "etcd:%s", conf->etcd_endpoints) < 0)
		return;
	free(conf->store);
	conf->store = store;
}

static void settle_password(struct loader *loader)
{
	enum source text = *told(loader, "etcd-password");
	enum source file = *told(loader, "etcd-password-file");
	struct conf *conf = loader->conf;

	if (text == file && text != SOURCE_DEFAULT) {
		fputs("etcd-password-file: etcd-password is told, too; only one can count\n",
		      loader->errors);
	} else if (file > text && *conf->password_file) {
		conf_read_password(conf, loader->errors);
	} else if (text > file) {
		*conf->password_file = '\0';
	}
	log_hide(conf->password);
}

static void settle_node(struct loader *loader)
{
	struct conf *conf = loader->conf;
	char name[256] = "";

	if (*conf->node)
		return;
	if (gethostname(name, sizeof(name) - 1))
		fprintf(loader->errors, "node-name: the host has no name: %s\n",
			strerror(errno));
	free(conf->node);
	conf->node = strdup(name);
}

static void load(struct loader *loader, int argc, char *const *argv)
{
	struct conf *conf = loader->conf;
	/* What is wrong is said when all is read, not while searching. */
	FILE *errors = loader->errors, *null = fopen("/dev/null", "we");

	loader->errors = null ? null : errors;
	loader->source = SOURCE_ENV;
	read_env(loader, "config");
	loader->source = SOURCE_FLAG;
	read_flags(loader, argc, argv, "config");
	loader->errors = errors;
	if (null)
		fclose(null);
	loader->source = SOURCE_FILE;
	if (*conf->config)
		conf_file_read(conf->config,
			       *told(loader, "config") == SOURCE_DEFAULT,
			       take_line, loader, errors);
	settle_store(loader);
	loader->source = SOURCE_ENV;
	read_env(loader, NULL);
	settle_store(loader);
	loader->source = SOURCE_FLAG;
	read_flags(loader, argc, argv, NULL);
	settle_store(loader);
	settle_password(loader);
	settle_node(loader);
}

/* Help is there whatever else is wrong. */
static enum conf_action early_action(int argc, char *const *argv)
{
	const struct option *option;
	int i;

	for (i = 1; i < argc; i++) {
		option = NULL;
		if (!strncmp(argv[i], "--", 2))
			option = option_find(argv[i] + 2, strlen(argv[i] + 2));
		else if (argv[i][0] == '-' && argv[i][1] && !argv[i][2])
			option = option_letter(argv[i][1]);
		if (option && option->type == OPTION_ACTION &&
		    option->min != CONF_CHECK)
			return option->min;
	}
	return CONF_RUN;
}

/**
 * conf_init() - put the configuration together
 * @conf: result
 * @argc: of main()
 * @argv: of main()
 * @errors: gets a sentence a line for everything that is wrong
 *
 * Return: 0; -EINVAL if something was written to @errors; -ENOMEM.
 */
int conf_init(struct conf *conf, int argc, char *const *argv, FILE *errors)
{
	struct loader loader = { .conf = conf };
	char *words = NULL;
	size_t size = 0;
	unsigned int i;

	memset(conf, 0, sizeof(*conf));
	loader.errors = open_memstream(&words, &size);
	if (!loader.errors)
		return -ENOMEM;
	for (i = 0; i < OPTIONS; i++)
		if (option_init(&option_table[i], conf))
			fputs("out of memory\n", loader.errors);
	conf->action = early_action(argc, argv);
	if (conf->action == CONF_RUN) {
		load(&loader, argc, argv);
		conf_check_rules(conf, loader.errors);
	}
	fclose(loader.errors);
	fwrite(words, 1, size, errors);
	free(words);
	return size ? -EINVAL : 0;
}

/**
 * conf_exit() - give back what a configuration holds
 * @conf: of conf_init()
 */
void conf_exit(struct conf *conf)
{
	unsigned int i;

	for (i = 0; i < OPTIONS; i++)
		option_exit(&option_table[i], conf);
}

/**
 * conf_override() - let options have the last word about the cluster
 * @conf: the options
 * @netconf: what the cluster says, changed
 */
void conf_override(const struct conf *conf, struct netconf *netconf)
{
	if (conf->backend >= 0)
		netconf->backend = (enum backend)conf->backend;
	if (conf->vni)
		netconf->vni = conf->vni;
	if (conf->port)
		netconf->port = (uint16_t)conf->port;
	if (conf->mtu)
		netconf->mtu = conf->mtu;
	if (conf->direct_routing >= 0)
		netconf->direct_routing = conf->direct_routing;
}

static const char *told_or_null(const char *text)
{
	return *text ? text : NULL;
}

/**
 * conf_store() - what a store needs to know
 * @conf: the options, which must outlive @config
 * @scheme: set to what stands before the colon
 * @config: set, without a wish
 */
void conf_store(const struct conf *conf, char scheme[static 16],
		struct store_config *config)
{
	size_t len = strcspn(conf->store, ":");
	bool kubernetes;

	snprintf(scheme, 16, "%.*s", len < 16 ? (int)len : 0, conf->store);
	kubernetes = !strcmp(scheme, "kubernetes");
	*config = (struct store_config){
		.where = conf->store + len + (conf->store[len] == ':'),
		.node = conf->node,
		.prefix = told_or_null(kubernetes ? conf->kube_prefix :
						    conf->prefix),
		.cafile = told_or_null(conf->cafile),
		.certfile = told_or_null(conf->certfile),
		.keyfile = told_or_null(conf->keyfile),
		.username = told_or_null(conf->username),
		.password = told_or_null(conf->password),
		.api_url = told_or_null(conf->api_url),
		.netconf_file = told_or_null(conf->netconf_file),
		.renew_margin = conf->renew_margin,
	};
}

/**
 * conf_policy_dir() - where are manifests of policies?
 * @conf: the options
 *
 * Return: a directory, which the caller frees; NULL if none is told, and the
 * store is none.
 */
char *conf_policy_dir(const struct conf *conf)
{
	char *path;

	if (*conf->policy_dir)
		return memory_must(strdup(conf->policy_dir));
	if (strncmp(conf->store, "file:", 5) != 0)
		return NULL;
	if (asprintf(&path, "%s/policy", conf->store + 5) < 0)
		path = memory_must(NULL);
	return path;
}

/**
 * conf_log() - what the log needs to know
 * @conf: the options
 * @config: set
 */
void conf_log(const struct conf *conf, struct log_config *config)
{
	*config = (struct log_config){
		.level = (enum log_level)conf->log_level,
		.json = conf->log_json,
	};
}

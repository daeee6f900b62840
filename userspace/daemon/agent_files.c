// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What this node tells programs that run on it. */
#include <stdio.h>
#include <string.h>

#include "../lib/memory.h"
#include "agent_parts.h"
#include "cni_conf.h"
#include "log.h"
#include "subnet_env.h"
#include "text_file.h"

#define SUBNET_ENV "/run/flannel/subnet.env"
#define SUBNET_JSON "/run/k8sov/subnet.json"

/* Nodes that share a file system each have their own. The caller frees it. */
static char *json_path(const struct conf *conf)
{
	char *path = NULL;

	if (!strcmp(conf->subnet_file, SUBNET_ENV))
		return memory_must(strdup(SUBNET_JSON));
	if (asprintf(&path, "%s.json", conf->subnet_file) < 0)
		memory_must(NULL);
	return path;
}

static int write_subnets(const struct agent *agent, const char *json,
			 struct k8sov_error *err)
{
	const struct conf *conf = agent->conf;
	char *text = subnet_env_format(&agent->netconf, agent->own,
				       agent->link.mtu, conf->ip_masq);
	int ret = text_file_write(conf->subnet_file, text, err);

	free(text);
	if (ret)
		return ret;
	text = subnet_env_json(&agent->netconf, agent->own, agent->link.mtu,
			       conf->device);
	ret = text_file_write(json, text, err);
	free(text);
	return ret;
}

/* Plugins that pods should be attached by. The caller frees it. */
static char *wanted(const struct conf *conf)
{
	char *all;

	if (asprintf(&all, "k8sov%s%s", *conf->cni_chain ? "," : "",
		     conf->cni_chain) < 0)
		memory_must(NULL);
	return all;
}

/* Those of them that there are. */
static char *installed(const struct conf *conf)
{
	char *all = wanted(conf), *some = cni_conf_installed(all,
							     conf->cni_bin);

	free(all);
	return some;
}

/* Said once until it changes. */
static void tell_plugins(struct agent *agent)
{
	char *plugins = installed(agent->conf), *all = wanted(agent->conf);
	const struct conf *conf = agent->conf;
	bool same = agent->plugins && !strcmp(agent->plugins, plugins);

	free(agent->plugins);
	agent->plugins = plugins;
	if (!same && !*plugins)
		log_info("cni", "the plugin k8sov is not in %s: %s is not written",
			 conf->cni_bin, conf->cni_conf);
	else if (!same && strcmp(plugins, all) != 0)
		log_warn("cni", "of the plugins %s only %s are in %s: pods go without the others",
			 all, plugins, conf->cni_bin);
	free(all);
}

/* It makes the node a place for pods, so it comes after all else. */
static int write_cni(struct agent *agent, const char *json,
		     struct k8sov_error *err)
{
	const struct conf *conf = agent->conf;
	char *text;
	int ret;

	tell_plugins(agent);
	if (!*agent->plugins)
		return 0;
	text = cni_conf_format(conf->device, strcmp(json, SUBNET_JSON) != 0 ?
			       json : NULL, agent->plugins);
	ret = text_file_write(conf->cni_conf, text, err);
	free(text);
	return ret;
}

/**
 * agent_files_write() - tell this node's programs about its subnet
 * @agent: agent with an own lease and a device
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int agent_files_write(struct agent *agent, struct k8sov_error *err)
{
	const struct conf *conf = agent->conf;
	char *json;
	int ret;

	if (!*conf->subnet_file)
		return 0;
	json = json_path(conf);
	ret = write_subnets(agent, json, err);
	/* Whoever asked only for a subnet has no device for our plugin. */
	if (!ret && *conf->cni_conf && agent->netconf.backend != BACKEND_ALLOC)
		ret = write_cni(agent, json, err);
	free(json);
	return ret;
}

/**
 * agent_files_stale() - are there other plugins than when they were told?
 * @agent: agent
 *
 * Return: true if so, and agent_files_write() has something to do.
 */
bool agent_files_stale(const struct agent *agent)
{
	char *now = agent->plugins ? installed(agent->conf) : NULL;
	bool stale = now && strcmp(now, agent->plugins) != 0;

	free(now);
	return stale;
}

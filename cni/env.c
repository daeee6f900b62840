// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "env.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

#define BIT(command) (1U << (command))
#define POD (BIT(CMD_ADD) | BIT(CMD_DEL) | BIT(CMD_CHECK))

static const char *const verbs[CMD_UNKNOWN] = {
	[CMD_ADD] = "ADD",
	[CMD_DEL] = "DEL",
	[CMD_CHECK] = "CHECK",
	[CMD_STATUS] = "STATUS",
	[CMD_GC] = "GC",
	[CMD_VERSION] = "VERSION",
};

static const char *get(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

/* CNI_PATH is only needed by who delegates, who says so then. */
static int find_missing(const struct cni_env *env, struct cni_error *err)
{
	const struct {
		const char *name;
		const char *value;
		unsigned int commands;
	} needs[] = {
		{ "CNI_CONTAINERID", env->container, POD },
		{ "CNI_NETNS", env->netns, BIT(CMD_ADD) | BIT(CMD_CHECK) },
		{ "CNI_IFNAME", env->ifname, POD },
	};
	char list[64] = "";
	size_t i, n = 0;

	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (*needs[i].value || !(needs[i].commands & BIT(env->command)))
			continue;
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
				      n ? "," : "", needs[i].name);
	}
	if (!n)
		return 0;
	return cni_fail(err, CNI_ENVIRONMENT,
			"required env variables [%s] missing", list);
}

/**
 * env_read() - read the environment
 * @env: filled, env_clear() frees it, also after a failure
 * @err: CNI_ENVIRONMENT: what is missing, or CNI_ARGS is wrong
 *
 * Return: 0, or -1.
 */
int env_read(struct cni_env *env, struct cni_error *err)
{
	int command = 0;

	*env = (struct cni_env){
		.verb = get("CNI_COMMAND"),
		.container = get("CNI_CONTAINERID"),
		.ifname = get("CNI_IFNAME"),
		.netns = get("CNI_NETNS"),
		.path = get("CNI_PATH"),
	};
	while (command < CMD_UNKNOWN && strcmp(env->verb, verbs[command]) != 0)
		command++;
	env->command = (enum cni_command)command;
	if (env->command == CMD_VERSION)
		return 0;
	if (find_missing(env, err))
		return -1;
	/* Without meaning for the others, whatever is in it. */
	if (env->command != CMD_ADD && env->command != CMD_CHECK)
		return 0;
	return args_parse(get("CNI_ARGS"), &env->args, err);
}

/**
 * env_name_good() - may a container or a network be called so?
 * @name: its name
 *
 * Return: true for letters, digits, and "_.-" behind the first byte.
 */
bool env_name_good(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++) {
		if (isascii(name[i]) && isalnum(name[i]))
			continue;
		if (!i || !strchr("_.-", name[i]))
			return false;
	}
	return i > 0;
}

static bool ifname_good(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++) {
		if (name[i] == '/' || name[i] == ':' ||
		    isspace((unsigned char)name[i]))
			return false;
	}
	return i > 0 && i < 16 && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

/**
 * env_check() - check the names, which become parts of others
 * @env: read
 * @err: CNI_ENVIRONMENT names the variable
 *
 * Return: 0, or -1.
 */
int env_check(const struct cni_env *env, struct cni_error *err)
{
	if (!(BIT(env->command) & POD))
		return 0;
	if (!env_name_good(env->container))
		return cni_fail(err, CNI_ENVIRONMENT,
				"CNI_CONTAINERID: \"%.64s\" is no good name, which has letters, digits and \"_.-\"",
				env->container);
	if (!ifname_good(env->ifname))
		return cni_fail(err, CNI_ENVIRONMENT,
				"CNI_IFNAME: \"%.64s\" is no name of an interface, which has 1 to 15 bytes without '/', ':' and blanks",
				env->ifname);
	return 0;
}

/**
 * env_clear() - free what env_read() keeps
 * @env: filled by it
 */
void env_clear(struct cni_env *env)
{
	args_clear(&env->args);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Calls the CNI plugin as a container runtime does (specification 1.1.0). */
#include "plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/error.h"

#define TYPE "k8sov"
#define PLUGINS "/opt/cni/bin:/usr/lib/cni"
#define CONFLIST "/etc/cni/net.d/10-k8sov.conflist"
/* Far more than a result has. */
#define RESULT_MAX (1 << 20)

static const char defaults[] =
	"{\"cniVersion\":\"1.0.0\",\"name\":\"" TYPE "\",\"type\":\"" TYPE "\"}";

/**
 * plugin_path() - where plugins are
 *
 * Return: folders, separated by colons.
 */
const char *plugin_path(void)
{
	const char *path = getenv("CNI_PATH");

	return path ? path : PLUGINS;
}

static bool is_ours(const json_t *conf)
{
	const char *type = json_string_value(json_object_get(conf, "type"));

	return type && !strcmp(type, TYPE);
}

/* The configuration that a runtime makes of a member of a list. */
static json_t *pick_conf(json_t *root)
{
	const json_t *plugins = json_object_get(root, "plugins");
	json_t *one;
	size_t i;

	if (is_ours(root))
		return json_incref(root);
	json_array_foreach(plugins, i, one) {
		if (!is_ours(one))
			continue;
		one = json_copy(one);
		json_object_set(one, "name", json_object_get(root, "name"));
		json_object_set(one, "cniVersion",
				json_object_get(root, "cniVersion"));
		return one;
	}
	return NULL;
}

/**
 * plugin_conf() - read the network configuration
 * @file: where it is; NULL for k8sovd's, or the defaults if there is none
 * @conf: text, which the caller frees
 * @err: filled on failure
 *
 * Return: 0, -EINVAL if it has no part for our plugin, or another -errno.
 */
int plugin_conf(const char *file, char **conf, struct k8sov_error *err)
{
	const char *path = file ? file : CONFLIST;
	json_error_t why;
	json_t *root, *one;

	if (!file && access(CONFLIST, F_OK)) {
		*conf = strdup(defaults);
		return *conf ? 0 : k8sov_error_system(err, ENOMEM, path);
	}
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
	/* What cannot be opened has no line, and its name in the words. */
	if (!root)
		return why.line < 0 ?
		       k8sov_error_set(err, EINVAL, "%s", why.text) :
		       k8sov_error_set(err, EINVAL, "%s: line %d: %s", path,
				       why.line, why.text);
	one = pick_conf(root);
	*conf = one ? json_dumps(one, JSON_COMPACT) : NULL;
	json_decref(one);
	json_decref(root);
	if (!*conf)
		return k8sov_error_set(err, EINVAL,
				       "%s has no plugin of type '" TYPE "'",
				       path);
	return 0;
}

static int find(const char *path, char program[static PATH_MAX],
		struct k8sov_error *err)
{
	struct stat st;
	const char *at;
	int n;

	for (at = path; *at; at += n + !!at[n]) {
		n = (int)strcspn(at, ":");
		snprintf(program, PATH_MAX, "%.*s/" TYPE, n, at);
		if (!stat(program, &st) && S_ISREG(st.st_mode))
			return 0;
	}
	k8sov_error_set(err, ENOENT, "there is no CNI plugin " TYPE " in %s",
			path);
	err->refused = true;
	return -ENOENT;
}

static char **make_env(const struct plugin *plugin, const char *command)
{
	const char *path = getenv("PATH");
	const char *const parts[][2] = {
		{ "CNI_COMMAND=", command },
		{ "CNI_CONTAINERID=", plugin->container },
		{ "CNI_NETNS=", plugin->netns },
		{ "CNI_IFNAME=", plugin->ifname },
		{ "CNI_PATH=", plugin->path },
		{ "CNI_ARGS=", plugin->args },
		{ "PATH=", path ? path : "" },
	};
	enum { N = sizeof(parts) / sizeof(parts[0]) };
	static char lines[N][PATH_MAX];
	static char *env[N + 1];
	unsigned int i;

	for (i = 0; i < N; i++) {
		snprintf(lines[i], sizeof(lines[i]), "%s%s", parts[i][0],
			 parts[i][1]);
		env[i] = lines[i];
	}
	return env;
}

static int spawn(const char *program, const struct plugin *plugin,
		 const char *command, const int in[2], const int out[2],
		 pid_t *pid)
{
	char *argv[] = { (char *)program, NULL };
	posix_spawn_file_actions_t actions;
	int ret;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	ret = posix_spawn(pid, program, &actions, NULL, argv,
			  make_env(plugin, command));
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/* A configuration fits a pipe: the plugin reads it all before it answers. */
static json_t *converse(const char *conf, int to, int from)
{
	size_t len = strlen(conf), size = 0;
	char part[4096], *all = NULL;
	json_t *answer = NULL;
	FILE *text;
	ssize_t n;

	n = write(to, conf, len);
	close(to);
	text = open_memstream(&all, &size);
	while (text && n >= 0 && (n = read(from, part, sizeof(part))) > 0 &&
	       ftell(text) < RESULT_MAX)
		fwrite(part, 1, (size_t)n, text);
	if (text)
		fclose(text);
	if (all)
		answer = json_loadb(all, size, 0, NULL);
	free(all);
	return answer;
}

static int judge(int status, const char *command, const json_t *answer,
		 struct k8sov_error *err)
{
	const char *msg = json_string_value(json_object_get(answer, "msg"));
	const char *more = json_string_value(json_object_get(answer,
							     "details"));

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (msg)
		k8sov_error_set(err, EIO, "%.150s%s%.90s", msg,
				more && *more ? ": " : "", more ? more : "");
	else
		k8sov_error_set(err, EIO,
				"the CNI plugin fails on %s and does not say why",
				command);
	err->refused = true;
	return -EIO;
}

/**
 * plugin_call() - run the plugin
 * @plugin: what to tell it
 * @command: CNI_COMMAND
 * @result: its answer, which the caller frees, may be NULL; NULL if not wanted
 * @err: filled on failure, with the plugin's words
 *
 * Return: 0, -ENOENT if there is no plugin, -EIO if it refused, or another
 * -errno.
 */
int plugin_call(const struct plugin *plugin, const char *command,
		json_t **result, struct k8sov_error *err)
{
	char program[PATH_MAX];
	json_t *answer;
	int in[2], out[2], ret, status = 0;
	pid_t pid;

	ret = find(plugin->path, program, err);
	if (ret)
		return ret;
	if (pipe2(in, O_CLOEXEC))
		return k8sov_error_system(err, errno, "cannot make a pipe");
	if (pipe2(out, O_CLOEXEC)) {
		ret = k8sov_error_system(err, errno, "cannot make a pipe");
		close(in[0]);
		close(in[1]);
		return ret;
	}
	ret = spawn(program, plugin, command, in, out, &pid);
	close(in[0]);
	close(out[1]);
	if (ret) {
		close(in[1]);
		close(out[0]);
		return k8sov_error_system(err, ret, program);
	}
	answer = converse(plugin->conf, in[1], out[0]);
	close(out[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	ret = judge(status, command, answer, err);
	if (!ret && result)
		*result = json_incref(answer);
	json_decref(answer);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "delegate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf.h"
#include "delegate_conf.h"
#include "env.h"
#include "error.h"

/* More than any result can be. */
#define ANSWER_SIZE (256 * 1024UL)
#define PATH_SIZE 4096

/**
 * struct child - a delegated plugin
 * @path: program
 * @in: file with its configuration
 * @out: pipe of its answer
 * @answer: what it said
 * @len: bytes of it; above ANSWER_SIZE: too many
 * @status: as wait() says
 */
struct child {
	char path[PATH_SIZE];
	int in, out[2];
	char *answer;
	size_t len;
	int status;
};

/* The first regular file of that name in a directory of CNI_PATH. */
static int find(const struct cni_env *env, const char *type,
		char path[static PATH_SIZE], struct cni_error *err)
{
	const char *dir = env->path;
	struct stat st;
	size_t n;

	if (!*type || strchr(type, '/'))
		return cni_fail(err, CNI_CONFIG,
				"'%s' is no name of an IPAM plugin", type);
	for (; *dir; dir += n + (dir[n] == ':')) {
		n = strcspn(dir, ":");
		if (n && snprintf(path, PATH_SIZE, "%.*s/%s", (int)n, dir,
				  type) < PATH_SIZE &&
		    !stat(path, &st) && S_ISREG(st.st_mode))
			return 0;
	}
	return cni_fail(err, CNI_CONFIG,
			"there is no IPAM plugin '%s' in CNI_PATH '%s'", type,
			env->path);
}

/* A file and no pipe: who does not read it does not stop us. */
static int write_input(const char *text)
{
	size_t len = strlen(text), done = 0;
	int fd = memfd_create("conf", MFD_CLOEXEC);
	ssize_t n;

	while (fd >= 0 && done < len) {
		n = write(fd, text + done, len - done);
		if (n < 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Somebody may just be writing the program, as upgrades do. */
static int spawn(const struct child *child,
		 const posix_spawn_file_actions_t *actions, pid_t *pid)
{
	char *argv[] = { (char *)child->path, NULL };
	int ret, tries = 5;

	do {
		ret = posix_spawn(pid, child->path, actions, NULL, argv,
				  environ);
	} while (ret == ETXTBSY && --tries && poll(NULL, 0, 200) == 0);
	return ret;
}

static int read_answer(struct child *child)
{
	ssize_t n;

	while (child->len <= ANSWER_SIZE) {
		n = read(child->out[0], child->answer + child->len,
			 ANSWER_SIZE + 1 - child->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : 0;
		child->len += (size_t)n;
	}
	return 0;
}

/* 0, or an errno. No zombie stays, and no plugin that says too much hangs. */
static int run(struct child *child)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int ret;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, child->in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, child->out[1],
					 STDOUT_FILENO);
	ret = spawn(child, &actions, &pid);
	posix_spawn_file_actions_destroy(&actions);
	close(child->out[1]);
	child->out[1] = -1;
	if (ret)
		return ret;
	ret = read_answer(child);
	close(child->out[0]);
	child->out[0] = -1;
	while (waitpid(pid, &child->status, 0) < 0 && errno == EINTR)
		;
	return ret;
}

/* It said why: that is what the runtime shall hear. */
static bool take_error(const json_t *json, struct cni_error *err)
{
	json_int_t code = json_integer_value(json_object_get(json, "code"));
	const char *msg = json_string_value(json_object_get(json, "msg"));
	const char *details;

	if (!code || !msg)
		return false;
	details = json_string_value(json_object_get(json, "details"));
	cni_fail(err, (enum cni_code)code, "%s", msg);
	if (details)
		cni_details(err, "%s", details);
	return true;
}

static int judge(const struct child *child, const char *type, json_t **answer,
		 struct cni_error *err)
{
	bool good = WIFEXITED(child->status) && !WEXITSTATUS(child->status);
	json_t *json = NULL;
	int ret = -1;

	if (child->len > ANSWER_SIZE)
		return cni_fail(err, CNI_DECODE,
				"the IPAM plugin '%s' answers with more than %lu bytes",
				type, ANSWER_SIZE);
	if (!good || answer)
		json = json_loadb(child->answer, child->len, 0, NULL);
	if (good && (json || !answer)) {
		if (answer)
			*answer = json_incref(json);
		ret = 0;
	} else if (good) {
		cni_fail(err, CNI_DECODE,
			 "the answer of the IPAM plugin '%s' is no JSON", type);
	} else if (!take_error(json, err)) {
		cni_fail(err, CNI_IO,
			 "the IPAM plugin '%s' failed with status 0x%x", type,
			 (unsigned int)child->status);
		cni_details(err, "%.*s", (int)(child->len > 512 ? 512 :
					       child->len), child->answer);
	}
	json_decref(json);
	return ret;
}

static void close_all(struct child *child)
{
	const int fds[] = { child->in, child->out[0], child->out[1] };
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(child->answer);
}

static int run_with(struct child *child, const char *text, const char *type,
		    json_t **answer, struct cni_error *err)
{
	int ret = 0;

	child->in = write_input(text);
	child->answer = malloc(ANSWER_SIZE + 1);
	if (child->in < 0 || !child->answer ||
	    pipe2(child->out, O_CLOEXEC))
		ret = errno;
	if (!ret)
		ret = run(child);
	if (!ret)
		return judge(child, type, answer, err);
	return cni_fail(err, CNI_IO, "cannot run the IPAM plugin %s: %s",
			child->path, strerror(ret));
}

/**
 * delegate_run() - have another plugin manage addresses
 * @env: what the runtime said; CNI_COMMAND is changed for the plugin alone
 * @conf: names the plugin
 * @node: its subnets, for plugins that must be told; NULL if not known
 * @verb: CNI_COMMAND for it
 * @answer: set to what it answers, for the caller to release; or NULL
 * @err: CNI_CONFIG if there is no such plugin, what it said, CNI_IO or
 *   CNI_DECODE
 *
 * Return: 0, or -1.
 */
int delegate_run(const struct cni_env *env, const struct conf *conf,
		 const struct node *node, const char *verb, json_t **answer,
		 struct cni_error *err)
{
	struct child child = { .in = -1, .out = { -1, -1 } };
	char *text;
	int ret;

	if (find(env, conf->ipam_type, child.path, err))
		return -1;
	text = delegate_conf(conf, node);
	if (!text)
		return cni_fail(err, CNI_IO, "out of memory");
	setenv("CNI_COMMAND", verb, 1);
	ret = run_with(&child, text, conf->ipam_type, answer, err);
	setenv("CNI_COMMAND", env->verb, 1);
	close_all(&child);
	free(text);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * 'pod run': a child in a network namespace of its own waits until the plugin
 * attached it, then becomes the program. Whatever ends the child takes the
 * namespace and so the link with it; DEL then gives the address back.
 */
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "plugin.h"

/* The child's, for the signal handler; 0 if there is none. */
static volatile sig_atomic_t child;

static void forward(int sig)
{
	if (child)
		kill((pid_t)child, sig);
}

/* A terminal sends its signals to both: the program decides about those. */
static void handle_signals(void)
{
	static const int passed[] = { SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = SIG_IGN };
	unsigned int i;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGQUIT, &act, NULL);
	sigaction(SIGPIPE, &act, NULL);
	act.sa_handler = forward;
	act.sa_flags = SA_RESTART;
	for (i = 0; i < sizeof(passed) / sizeof(*passed); i++)
		sigaction(passed[i], &act, NULL);
}

static int raise_loopback(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, SIOCGIFFLAGS, &ifr);
	ifr.ifr_flags |= IFF_UP;
	ret = ret ? ret : ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return ret;
}

/* @line: a byte each way, "I am in my namespace" and "you are attached". */
static _Noreturn void be_pod(int line, char **words)
{
	char *shell = getenv("SHELL");
	char *fallback[] = { shell ? shell : (char *)"/bin/sh", NULL };
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) || raise_loopback()) {
		byte = (char)errno;
		write(line, &byte, 1);
		_exit(127);
	}
	byte = 0;
	if (write(line, &byte, 1) != 1 || read(line, &byte, 1) != 1)
		_exit(127);
	words = words ? words : fallback;
	execvp(words[0], words);
	byte = errno == ENOENT ? 127 : 126;
	fprintf(stderr, "k8sovctl: %s: %s\n", words[0], strerror(errno));
	_exit(byte);
}

static int start_child(char **words, int *line, struct k8sov_error *err)
{
	char byte = 0;
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return k8sov_error_system(err, errno, "cannot make a socket");
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return k8sov_error_system(err, errno, "cannot fork");
	if (!pid)
		be_pod(pair[1], words);
	child = pid;
	handle_signals();
	close(pair[1]);
	*line = pair[0];
	if (read(pair[0], &byte, 1) != 1 || byte)
		return k8sov_error_system(err, byte ? byte : EIO,
					  "cannot make a network namespace");
	return 0;
}

static int wait_child(void)
{
	int status = 0;

	while (waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR)
		;
	child = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	       WEXITSTATUS(status);
}

/* On standard error: what the program prints may go elsewhere. */
static void announce(const char *name, const json_t *result)
{
	const json_t *ips = json_object_get(result, "ips");
	const json_t *ip;
	size_t i;

	fprintf(stderr, "k8sovctl: pod %s", name);
	json_array_foreach(ips, i, ip)
		fprintf(stderr, " address %s", json_string_value(
			json_object_get(ip, "address")));
	fprintf(stderr, "\n");
}

static int attach(const struct plugin *plugin, const char *name, int line,
		  struct k8sov_error *err)
{
	json_t *result = NULL;
	char byte = 0;
	int ret;

	ret = plugin_call(plugin, "ADD", &result, err);
	if (ret)
		return ret;
	announce(name, result);
	json_decref(result);
	/* A child that is gone already is found by wait_child(). */
	send(line, &byte, 1, MSG_NOSIGNAL);
	return 0;
}

static int run_child(struct ctx *ctx, struct plugin *plugin, const char *name,
		     char **words)
{
	struct k8sov_error later = {};
	int line = -1, ret;

	ret = start_child(words, &line, &ctx->err);
	if (!ret) {
		snprintf(plugin->netns, sizeof(plugin->netns),
			 "/proc/%d/ns/net", (int)child);
		ret = attach(plugin, name, line, &ctx->err);
	}
	if (line >= 0)
		close(line);
	if (ret && child)
		kill((pid_t)child, SIGKILL);
	if (child)
		ctx->status = wait_child();
	plugin->netns[0] = '\0';
	if (plugin_call(plugin, "DEL", NULL, &later) && !ret) {
		ctx->err = later;
		ret = -later.code;
	}
	return ret;
}

/**
 * cmd_pod_run() - run a program in a pod that lives as long as it
 * @ctx: context; its status becomes the program's, 128 and the signal if that
 *       killed it
 * @noun: pods
 * @args: name, configuration, program
 *
 * Return: 0 if it ran, whatever it returned; else -errno with @ctx->err
 * filled.
 */
int cmd_pod_run(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	char cni_args[K8SOV_ENDPOINT_NAME_MAX + 80];
	struct plugin plugin = {
		.path = plugin_path(), .ifname = "eth0", .args = cni_args,
	};
	const char *name;
	int ret;

	(void)noun;
	if (ctx->batch)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "a batch cannot run pods");
	ret = plugin_conf(args->text, &plugin.conf, &ctx->err);
	if (ret)
		return ret;
	snprintf(plugin.container, sizeof(plugin.container), "run-%d",
		 (int)getpid());
	name = K8SOV_HAS(&args->obj.endpoint, K8SOV_A_ENDPOINT_NAME) ?
	       args->obj.endpoint.name : plugin.container;
	snprintf(cni_args, sizeof(cni_args),
		 "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=%s",
		 name);
	ret = run_child(ctx, &plugin, name, args->rest);
	free(plugin.conf);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * attach PLUGIN CONF COMMAND FIRST COUNT WIDTH
 *
 * Calls a CNI plugin for the pods FIRST to FIRST + COUNT - 1, whose namespaces
 * are /run/netns/pN, WIDTH of them at a time. Prints for each call its
 * milliseconds and the most memory that the plugin, or what it called, had in
 * KiB; and "all" with the milliseconds of all calls together. What plugins
 * answer goes to stderr.
 *
 * A program starts with the peak memory of who forked it: this one is small,
 * as no script would be.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PODS	4096

static struct call {
	pid_t pid;
	double start;
} calls[PODS];

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void start_call(char **args, unsigned int pod, struct call *call)
{
	char container[32], netns[32];
	int conf;

	call->start = now();
	call->pid = fork();
	if (call->pid < 0)
		err(1, "fork");
	if (call->pid)
		return;
	snprintf(container, sizeof(container), "pod%u", pod);
	snprintf(netns, sizeof(netns), "/run/netns/p%u", pod);
	setenv("CNI_COMMAND", args[3], 1);
	setenv("CNI_CONTAINERID", container, 1);
	setenv("CNI_NETNS", netns, 1);
	setenv("CNI_IFNAME", "eth0", 1);
	conf = open(args[2], O_RDONLY);
	if (conf < 0 || dup2(conf, 0) < 0)
		err(1, "%s", args[2]);
	if (dup2(2, 1) < 0 || !freopen("/dev/null", "w", stderr))
		err(1, "stdout");
	execl(args[1], args[1], NULL);
	_exit(127);
}

static void end_call(unsigned int count)
{
	struct rusage usage;
	unsigned int i;
	int status;
	pid_t pid = wait4(-1, &status, 0, &usage);

	if (pid < 0)
		err(1, "wait");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "the plugin failed with status %d", status);
	for (i = 0; i < count; i++)
		if (calls[i].pid == pid)
			printf("%.3f %ld\n", now() - calls[i].start,
			       usage.ru_maxrss);
}

int main(int argc, char **argv)
{
	unsigned int first, count, width, i, ended = 0;
	double start;

	if (argc != 7)
		errx(1, "usage: attach PLUGIN CONF COMMAND FIRST COUNT WIDTH");
	first = (unsigned int)strtoul(argv[4], NULL, 10);
	count = (unsigned int)strtoul(argv[5], NULL, 10);
	width = (unsigned int)strtoul(argv[6], NULL, 10);
	if (count > PODS || !width)
		errx(1, "at most %u calls, and at least one at a time", PODS);
	start = now();
	for (i = 0; i < count; i++) {
		if (i - ended == width) {
			end_call(i);
			ended++;
		}
		start_call(argv, first + i, &calls[i]);
	}
	for (; ended < count; ended++)
		end_call(count);
	printf("all %.3f\n", now() - start);
	return 0;
}

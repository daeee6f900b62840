// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * attach PLUGIN DIR COMMAND FIRST COUNT WIDTH
 *
 * Calls a CNI plugin for the pods FIRST to FIRST + COUNT - 1, whose namespaces
 * are /run/netns/pN, WIDTH of them at a time. DIR/conf is its configuration,
 * DIR/pN what ADD answers, which DEL is told, as runtimes do. Prints for each
 * call its milliseconds, the most memory that the plugin, or what it called,
 * had in KiB, and the microseconds of a processor that they and the kernel for
 * them took; and "all" with the milliseconds of all calls together.
 *
 * A program starts with the peak memory of who forked it: this one is small,
 * as no script would be.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
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

/* DIR/NAMEpod; no number for pod 0, and none for what is no pod's. */
static int open_of(const char *dir, const char *name, unsigned int pod,
		   int flags)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s%.0u", dir, name, pod);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static size_t read_all(int fd, char *text, size_t room)
{
	ssize_t n = read(fd, text, room - 1);

	if (n <= 0)
		err(1, "nothing to read");
	close(fd);
	text[n] = '\0';
	return (size_t)n;
}

/* The configuration with a last member more. */
static void make_input(const char *dir, bool del, unsigned int pod, int to)
{
	char conf[4096], prev[4096];

	read_all(open_of(dir, "conf", 0, O_RDONLY), conf, sizeof(conf));
	if (del) {
		read_all(open_of(dir, "p", pod, O_RDONLY), prev, sizeof(prev));
		*strrchr(conf, '}') = '\0';
		dprintf(to, "%s,\"prevResult\":%s}", conf, prev);
	} else {
		dprintf(to, "%s", conf);
	}
	lseek(to, 0, SEEK_SET);
}

static void run(char **args, unsigned int pod, int in, int out)
{
	char container[32], netns[32];

	snprintf(container, sizeof(container), "pod%u", pod);
	snprintf(netns, sizeof(netns), "/run/netns/p%u", pod);
	setenv("CNI_COMMAND", args[3], 1);
	setenv("CNI_CONTAINERID", container, 1);
	setenv("CNI_NETNS", netns, 1);
	setenv("CNI_IFNAME", "eth0", 1);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
		err(1, "stdin");
	execl(args[1], args[1], NULL);
	_exit(127);
}

static void start_call(char **args, unsigned int pod, struct call *call)
{
	bool del = !strcmp(args[3], "DEL");
	int in = open_of(args[2], "in", pod, O_RDWR | O_CREAT | O_TRUNC);
	int out = del ? 2 : open_of(args[2], "p", pod,
				    O_WRONLY | O_CREAT | O_TRUNC);

	make_input(args[2], del, pod, in);
	call->start = now();
	call->pid = fork();
	if (call->pid < 0)
		err(1, "fork");
	if (!call->pid)
		run(args, pod, in, out);
	close(in);
	if (!del)
		close(out);
}

static long usec(struct timeval tv)
{
	return tv.tv_sec * 1000000 + tv.tv_usec;
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
			printf("%.3f %ld %ld\n", now() - calls[i].start,
			       usage.ru_maxrss,
			       usec(usage.ru_utime) + usec(usage.ru_stime));
}

int main(int argc, char **argv)
{
	unsigned int first, count, width, i, ended = 0;
	double start;

	if (argc != 7)
		errx(1, "usage: attach PLUGIN DIR COMMAND FIRST COUNT WIDTH");
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

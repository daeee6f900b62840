// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) k8sov contributors
/*
 * stream NAMESPACE ADDRESS WARM_UP BYTES [LAPS]
 *
 * Sends WARM_UP and then LAPS (1) times BYTES bytes by TCP to itself: from the
 * namespace that it is called in to ADDRESS in /run/netns/NAMESPACE. Prints
 * the nanoseconds that each lap took.
 *
 * One thread is both ends, and nothing is on the way when it sends the next
 * chunk. So no scheduler and no window decides how many segments travel, are
 * merged and are acknowledged together: each run is the same.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK	65536

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/* A socket belongs to the namespace in which it was made. */
static int tcp_socket_in(int namespace)
{
	int fd;

	if (setns(namespace, CLONE_NEWNET))
		err(1, "setns");
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		err(1, "socket");
	return fd;
}

static int open_namespace(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static void connect_to(const char *name, const char *address, int *out, int *in)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	socklen_t len = sizeof(to);
	char path[256];
	int listener;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	*out = tcp_socket_in(open_namespace("/proc/self/ns/net"));
	listener = tcp_socket_in(open_namespace(path));
	if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
		errx(1, "%s is no IPv4 address", address);
	if (bind(listener, (struct sockaddr *)&to, sizeof(to)) ||
	    listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&to, &len))
		err(1, "listen");
	if (connect(*out, (struct sockaddr *)&to, sizeof(to)))
		err(1, "connect");
	*in = accept(listener, NULL, NULL);
	if (*in < 0)
		err(1, "accept");
	close(listener);
}

static size_t moved(ssize_t n)
{
	if (n < 0 && errno != EAGAIN)
		err(1, "stream");
	return n < 0 ? 0 : (size_t)n;
}

static void pass_chunk(int out, int in)
{
	static char buffer[CHUNK];
	size_t sent = 0, got = 0;

	while (got < CHUNK) {
		if (sent < CHUNK)
			sent += moved(send(out, buffer, CHUNK - sent,
					   MSG_DONTWAIT));
		got += moved(recv(in, buffer, CHUNK - got, MSG_DONTWAIT));
	}
}

static void pass(int out, int in, long long bytes)
{
	while (bytes > 0) {
		pass_chunk(out, in);
		bytes -= CHUNK;
	}
}

static long long lap(int out, int in, long long bytes)
{
	long long start = now();

	pass(out, in, bytes);
	return now() - start;
}

int main(int argc, char **argv)
{
	long long warm_up, bytes, *took;
	int out, in, i, laps;

	warm_up = argc >= 5 ? atoll(argv[3]) : 0;
	bytes = argc >= 5 ? atoll(argv[4]) : 0;
	laps = argc == 6 ? atoi(argv[5]) : argc == 5;
	if (warm_up <= 0 || bytes <= 0 || warm_up % CHUNK || bytes % CHUNK ||
	    laps <= 0)
		errx(1, "usage: stream NAMESPACE ADDRESS WARM_UP BYTES [LAPS] (bytes: multiples of %d)",
		     CHUNK);
	took = calloc(laps, sizeof(*took));
	if (!took)
		err(1, "calloc");
	connect_to(argv[1], argv[2], &out, &in);
	pass(out, in, warm_up);
	/* Nothing is printed in between: that would be measured, too. */
	for (i = 0; i < laps; i++)
		took[i] = lap(out, in, bytes);
	for (i = 0; i < laps; i++)
		printf("%lld\n", took[i]);
	free(took);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
// Copyright (C) k8sov contributors
/*
 * sink PORT: a UDP socket that takes every datagram and keeps none. Its filter
 * refuses them after the whole receive path, so that no wake-up and no copy
 * disturbs the count; the socket's drop counter in /proc/net/udp tells how
 * many have come. Prints "ready" when it listens; ends when it is killed.
 */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int open_sink(int port)
{
	struct sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog prog = { .len = 1, .filter = &refuse };
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		return -1;
	return bind(fd, (struct sockaddr *)&any, sizeof(any)) ? -1 : fd;
}

int main(int argc, char **argv)
{
	int port = argc == 2 ? atoi(argv[1]) : 0;

	if (port <= 0 || port > 65535) {
		fprintf(stderr, "usage: sink PORT\n");
		return 1;
	}
	if (open_sink(port) < 0) {
		perror("sink");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

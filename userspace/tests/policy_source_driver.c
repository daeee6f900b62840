// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * A source of policies alone, for tests of it: policy_source_driver
 * kubernetes:KUBECONFIG or DIR prints what the source tells, a line each.
 * The end of standard input ends it.
 */
#include <stdlib.h>
#include <string.h>

#include "../daemon/policy_files.h"
#include "../daemon/policy_kube.h"
#include "../lib/error.h"
#include "policy_print.h"

static struct policy_kube *kube;
static struct policy_files *files;
static uv_pipe_t input;

static void on_set(void *data, struct policy_object *object)
{
	(void)data;
	fputs("set ", stdout);
	print_object(stdout, object);
	putchar('\n');
	fflush(stdout);
	policy_object_exit(object);
}

static void on_remove(void *data, const char *title)
{
	(void)data;
	printf("remove %s\n", title);
	fflush(stdout);
}

static void on_complete(void *data)
{
	(void)data;
	puts("complete");
	fflush(stdout);
}

static void on_state(void *data, const char *why)
{
	(void)data;
	printf("state %s\n", why);
	fflush(stdout);
}

static const struct policy_events events = {
	.set = on_set,
	.remove = on_remove,
	.complete = on_complete,
	.state = on_state,
};

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
	static char room[256];

	(void)handle;
	(void)size;
	*buf = uv_buf_init(room, sizeof(room));
}

static void on_input(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	(void)buf;
	if (n >= 0)
		return;
	policy_kube_close(kube);
	policy_files_close(files);
	uv_close((uv_handle_t *)stream, NULL);
}

int main(int argc, char **argv)
{
	struct k8sov_error err = {};
	uv_loop_t loop;

	if (argc != 2)
		return EXIT_FAILURE;
	uv_loop_init(&loop);
	uv_pipe_init(&loop, &input, 0);
	uv_pipe_open(&input, 0);
	uv_read_start((uv_stream_t *)&input, on_room, on_input);
	if (strncmp(argv[1], "kubernetes:", 11) != 0) {
		files = policy_files_open(&loop, argv[1], &events, NULL);
	} else if (policy_kube_open(&kube, &loop, argv[1] + 11, NULL, &events,
				    NULL, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return EXIT_FAILURE;
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The nodes of the cluster, as k8sovd of this one knows them. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"

#define PORT 9472
#define SECONDS 10

static const struct k8sov_pair at_pair = {
	.v4 = K8SOV_A_HOST_REMOTE, .v6 = K8SOV_A_HOST_REMOTE6,
};

static const struct arg show_args[] = {
	{ .word = "at", .value = "ADDRESS", .type = ARG_ADDR,
	  .pair = &at_pair,
	  .help = "Address that k8sovd listens on, 127.0.0.1 by default." },
	{ .word = "port", .value = "N", .type = ARG_ATTR,
	  .attr = K8SOV_A_HOST_PORT,
	  .help = "Its TCP port, 9472 by default." },
	{}
};

static int connect_to(const struct k8sov_addr *addr, uint16_t port)
{
	const struct timeval most = { .tv_sec = SECONDS };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(port),
				   .sin6_addr = addr->v6 };
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr = addr->v4 };
	int fd = socket(addr->family, SOCK_STREAM | SOCK_CLOEXEC, 0), ret;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
	ret = addr->family == AF_INET ?
	      connect(fd, (struct sockaddr *)&v4, sizeof(v4)) :
	      connect(fd, (struct sockaddr *)&v6, sizeof(v6));
	if (!ret)
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

/* The whole answer with its head, to be freed; NULL with errno. */
static char *ask(int fd, size_t *size)
{
	static const char question[] = "GET /debug/state HTTP/1.0\r\n\r\n";
	char part[4096], *all = NULL;
	ssize_t n = write(fd, question, sizeof(question) - 1);
	FILE *to;
	int code;

	if (n != (ssize_t)sizeof(question) - 1)
		return NULL;
	to = open_memstream(&all, size);
	if (!to)
		return NULL;
	while ((n = read(fd, part, sizeof(part))) > 0)
		fwrite(part, 1, (size_t)n, to);
	code = errno;
	fclose(to);
	if (!n)
		return all;
	free(all);
	errno = code;
	return NULL;
}

static json_t *get_state(const struct k8sov_addr *addr, uint16_t port,
			 struct k8sov_error *err)
{
	char text[K8SOV_ADDR_TEXT], *all = NULL, *body = NULL;
	int fd = connect_to(addr, port), code = -fd;
	json_t *state = NULL;
	size_t size = 0;

	if (fd >= 0) {
		all = ask(fd, &size);
		code = errno;
		close(fd);
	}
	if (!all) {
		k8sov_addr_format(addr, text);
		k8sov_error_set(err, code, "no answer of k8sovd on %s port %u: %s",
				text, port, strerror(code));
		err->refused = true;
		return NULL;
	}
	body = strstr(all, "\r\n\r\n");
	if (!strncmp(all, "HTTP/1.", 7) && !strncmp(all + 8, " 200 ", 5) && body)
		state = json_loadb(body + 4, size - (size_t)(body + 4 - all), 0,
				   NULL);
	free(all);
	if (!state) {
		k8sov_error_set(err, EPROTO, "what answers on port %u is no k8sovd",
				port);
		err->refused = true;
	}
	return state;
}

static void print_text(struct out *out, const json_t *object, const char *from,
		       const char *key, const char *label)
{
	const char *text = json_string_value(json_object_get(object, from));

	if (text)
		out_string(out, key, label, text);
}

static void print_node(struct ctx *ctx, const json_t *node, bool self)
{
	const json_t *v4 = json_object_get(node, "ipv4");
	const json_t *v6 = json_object_get(node, "ipv6");
	bool unreadable = json_is_true(json_object_get(node, "unreadable"));
	struct out *out = &ctx->out;

	/* Whoever cannot be read may be of any family. */
	if (!unreadable && ((ctx->family == AF_INET && !v4) ||
			    (ctx->family == AF_INET6 && !v6)))
		return;
	out_object(out);
	print_text(out, node, "name", "name", "");
	print_text(out, node, "backend", "backend", " backend ");
	print_text(out, v4, "subnet", "subnet", " subnet ");
	print_text(out, v4, "public", "public", " public ");
	print_text(out, v4, "mac", "mac", " mac ");
	print_text(out, v6, "subnet", "subnet6", " subnet6 ");
	print_text(out, v6, "public", "public6", " public6 ");
	print_text(out, v6, "mac", "mac6", " mac6 ");
	if (json_is_integer(json_object_get(node, "age")))
		out_number(out, "age", " age ", (uint64_t)json_integer_value(
			   json_object_get(node, "age")));
	if (unreadable)
		out_text(out, " unreadable");
	if (self)
		out_text(out, " self");
	if (out->json) {
		out_bool(out, "unreadable", unreadable);
		out_bool(out, "self", self);
	}
	out_object_end(out);
}

static int show_nodes(struct ctx *ctx, const struct noun *noun,
		      struct args *args)
{
	struct k8sov_addr addr = { .family = AF_INET };
	uint16_t port = PORT;
	const json_t *agent, *node, *nodes;
	json_t *state;
	size_t i;

	(void)noun;
	addr.v4.s_addr = htonl(INADDR_LOOPBACK);
	if (k8sov_pair_count(&k8sov_host_set, &at_pair, &args->obj))
		k8sov_pair_item(&k8sov_host_set, &at_pair, &args->obj, 0,
				&addr);
	if (K8SOV_HAS(&args->obj.host, K8SOV_A_HOST_PORT))
		port = args->obj.host.port;
	state = get_state(&addr, port, &ctx->err);
	if (!state)
		return -ctx->err.code;
	agent = json_object_get(state, "agent");
	out_begin(&ctx->out);
	node = json_object_get(agent, "self");
	if (node)
		print_node(ctx, node, true);
	nodes = json_object_get(agent, "nodes");
	for (i = 0; i < json_array_size(nodes); i++)
		print_node(ctx, json_array_get(nodes, i), false);
	out_end(&ctx->out);
	json_decref(state);
	return 0;
}

static const struct command commands[] = {
	{ "show", "List the nodes that k8sovd knows, this one first.",
	  show_args, show_nodes },
	{}
};

const struct noun noun_node = {
	.name = "node",
	.help = "Nodes of the cluster, as k8sovd knows them.",
	.set = &k8sov_host_set,
	.commands = commands,
};

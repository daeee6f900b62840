// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "../lib/error.h"

/* Enough for a scraper and some people; no more memory than that. */
#define CONNECTIONS 16U
#define SECONDS 10U

/**
 * struct http_server - a server in the loop
 * @mhd: the library's
 * @poll: readable when @mhd has something to do
 * @timer: fires when it wants to be called without that
 * @handles: of the loop that are open
 * @cb: writes answers
 * @data: for @cb
 */
struct http_server {
	struct MHD_Daemon *mhd;
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned int handles;
	http_server_cb cb;
	void *data;
};

static enum MHD_Result send_answer(struct MHD_Connection *connection,
				   const struct http_answer *answer, char *body,
				   size_t size)
{
	enum MHD_Result ret = MHD_NO;
	struct MHD_Response *response;

	response = MHD_create_response_from_buffer(size, body,
						   MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(body);
		return MHD_NO;
	}
	MHD_add_response_header(response, "Content-Type", answer->type);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	if (answer->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET, HEAD");
	ret = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return ret;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *upload,
				  size_t *upload_size, void **state)
{
	struct http_server *server = cls;
	struct http_answer answer = {
		.status = MHD_HTTP_NOT_FOUND,
		.type = "text/plain; charset=utf-8",
	};
	char *body = NULL;
	size_t size = 0;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)state;
	answer.body = open_memstream(&body, &size);
	if (!answer.body)
		return MHD_NO;
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		answer.status = MHD_HTTP_METHOD_NOT_ALLOWED;
		fputs("only GET and HEAD\n", answer.body);
	} else {
		server->cb(url, &answer, server->data);
	}
	fclose(answer.body);
	return send_answer(connection, &answer, body, size);
}

static void on_timer(uv_timer_t *handle);

static void run(struct http_server *server)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(server->mhd);
	if (MHD_get_timeout(server->mhd, &ms) == MHD_YES)
		uv_timer_start(&server->timer, on_timer, ms, 0);
	else
		uv_timer_stop(&server->timer);
}

static void on_timer(uv_timer_t *handle)
{
	run(handle->data);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
	(void)status;
	(void)events;
	run(handle->data);
}

static void on_closed(uv_handle_t *handle)
{
	struct http_server *server = handle->data;

	if (--server->handles)
		return;
	/* Not before: the loop must not watch a file that is closed. */
	MHD_stop_daemon(server->mhd);
	free(server);
}

static socklen_t to_sockaddr(const struct k8sov_addr *addr, uint16_t port,
			     struct sockaddr_storage *to)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = (sa_family_t)addr->family;
	if (addr->family == AF_INET6) {
		v6->sin6_addr = addr->v6;
		v6->sin6_port = htons(port);
		return sizeof(*v6);
	}
	v4->sin_addr = addr->v4;
	v4->sin_port = htons(port);
	return sizeof(*v4);
}

/* Here, for the library does not say why it cannot. */
static int listen_on(const struct k8sov_addr *addr, uint16_t port,
		     struct k8sov_error *err)
{
	char text[K8SOV_ADDR_TEXT];
	struct sockaddr_storage to;
	socklen_t len = to_sockaddr(addr, port, &to);
	int fd, ret, on = 1;

	fd = socket(addr->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (!bind(fd, (struct sockaddr *)&to, len) && !listen(fd, 16))
			return fd;
	}
	ret = errno;
	if (fd >= 0)
		close(fd);
	k8sov_addr_format(addr, text);
	return k8sov_error_set(err, ret,
			       "metrics cannot listen on %s port %u: %s", text,
			       port, strerror(ret));
}

static struct MHD_Daemon *start(struct http_server *server, int fd)
{
	return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request,
				server,
				MHD_OPTION_LISTEN_SOCKET, fd,
				MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
				MHD_OPTION_CONNECTION_TIMEOUT, SECONDS,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				(size_t)16384, MHD_OPTION_END);
}

/**
 * http_server_open() - listen
 * @server: set on success
 * @loop: that it runs in
 * @addr: to listen on
 * @port: to listen on, 0 for any
 * @cb: writes an answer; from the loop's thread
 * @data: for @cb
 * @err: filled on failure
 *
 * Return: 0; -EADDRINUSE and so on as bind(2) says; -ENOMEM.
 */
int http_server_open(struct http_server **server, uv_loop_t *loop,
		     const struct k8sov_addr *addr, uint16_t port,
		     http_server_cb cb, void *data, struct k8sov_error *err)
{
	struct http_server *new = calloc(1, sizeof(*new));
	const union MHD_DaemonInfo *info;
	int fd;

	if (!new)
		return k8sov_error_set(err, ENOMEM, "out of memory");
	fd = listen_on(addr, port, err);
	if (fd < 0) {
		free(new);
		return fd;
	}
	new->cb = cb;
	new->data = data;
	new->mhd = start(new, fd);
	info = new->mhd ? MHD_get_daemon_info(new->mhd,
					      MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info || uv_poll_init(loop, &new->poll, info->epoll_fd)) {
		if (new->mhd)
			MHD_stop_daemon(new->mhd);
		else
			close(fd);
		free(new);
		return k8sov_error_set(err, ENOMEM,
				       "the server of metrics does not start");
	}
	uv_timer_init(loop, &new->timer);
	new->handles = 2;
	new->poll.data = new;
	new->timer.data = new;
	/* Answering questions is no reason for the loop to go on. */
	uv_unref((uv_handle_t *)&new->poll);
	uv_unref((uv_handle_t *)&new->timer);
	uv_poll_start(&new->poll, UV_READABLE, on_poll);
	*server = new;
	return 0;
}

/**
 * http_server_close() - stop listening, drop who is connected
 * @server: gone after the loop turned once more; may be NULL
 */
void http_server_close(struct http_server *server)
{
	if (!server)
		return;
	uv_poll_stop(&server->poll);
	uv_close((uv_handle_t *)&server->poll, on_closed);
	uv_close((uv_handle_t *)&server->timer, on_closed);
}

/**
 * http_server_port() - the port that is listened on
 * @server: the server
 *
 * Return: the port.
 */
uint16_t http_server_port(const struct http_server *server)
{
	const union MHD_DaemonInfo *info;

	info = MHD_get_daemon_info(server->mhd, MHD_DAEMON_INFO_BIND_PORT);
	return info ? info->port : 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _HTTP_SERVER_H
#define _HTTP_SERVER_H

#include <stdint.h>
#include <stdio.h>

#include <uv.h>

#include "../lib/addr.h"

struct k8sov_error;
struct http_server;

/**
 * struct http_answer - to a request for a path
 * @status: HTTP status, 404 unless changed
 * @type: content type, "text/plain; charset=utf-8" unless changed; not copied
 * @body: where to write the body
 */
struct http_answer {
	unsigned int status;
	const char *type;
	FILE *body;
};

typedef void (*http_server_cb)(const char *path, struct http_answer *answer,
			       void *data);

/*
 * Answers GET and HEAD in the loop's thread, few connections at a time.
 * Return: 0; -errno with a sentence that names address and port.
 */
int http_server_open(struct http_server **server, uv_loop_t *loop,
		     const struct k8sov_addr *addr, uint16_t port,
		     http_server_cb cb, void *data, struct k8sov_error *err);
/* Gone after the loop turned once more. */
void http_server_close(struct http_server *server);
/* The port it listens on, for those who asked for port 0. */
uint16_t http_server_port(const struct http_server *server);

#endif /* _HTTP_SERVER_H */

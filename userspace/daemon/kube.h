/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KUBE_H
#define _KUBE_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "http.h"

struct k8sov_error;

/* A client of one Kubernetes API server; and one request of it. */
struct kube;
struct kube_call;

/**
 * struct kube_reply - how a request ended
 * @error: 0 if it succeeded, else a negative errno: -EACCES (no right),
 *	-EAGAIN (rights may be better by now), -ENOENT, -EBADMSG, -EPROTO (no
 *	API server), -ESTALE (410: what was asked from is forgotten), -EBUSY
 *	(429, 5xx), or what struct http_reply has
 * @why: a sentence if @error
 * @wait_ms: the server asked to wait so long
 * @body: of the answer, as in struct http_reply
 * @len: its bytes
 */
struct kube_reply {
	int error;
	const char *why;
	unsigned int wait_ms;
	const char *body;
	size_t len;
};

/**
 * struct kube_request - what to ask
 * @method: "GET" or "PATCH"
 * @path: behind the server's URL
 * @patch: body of a strategic merge patch, or NULL
 * @timeout: milliseconds, 0 for an endless stream
 * @compressed: as in struct http_request
 * @begin: likewise
 * @data: as in struct http_request
 * @done: it has ended
 * @user: given to all
 */
struct kube_request {
	const char *method;
	const char *path;
	const char *patch;
	unsigned int timeout;
	bool compressed;
	void (*begin)(void *user);
	void (*data)(void *user, const char *data, size_t len);
	void (*done)(void *user, const struct kube_reply *reply);
	void *user;
};

int kube_create(struct kube **kube, uv_loop_t *loop, const char *config,
		const char *url, struct k8sov_error *err);
void kube_destroy(struct kube *kube);
const char *kube_server(const struct kube *kube);
struct kube_call *kube_start(struct kube *kube,
			     const struct kube_request *request);
void kube_cancel(struct kube_call *call);

/* What an API server says in a Status object of its own accord. */
int kube_status_error(unsigned int code);

#endif /* _KUBE_H */

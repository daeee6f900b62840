/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _HTTP_H
#define _HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

struct k8sov_error;

/* A client of any number of servers, in one loop; and one request of it. */
struct http;
struct http_call;

/**
 * struct http_tls - whom to trust and who we are
 * @cafile: certificates to trust, PEM, NULL for the system's
 * @certfile: own certificate, PEM, or NULL
 * @keyfile: its key, NULL if in @certfile
 * @connect: "::HOST:PORT" to connect to whatever URLs say, for servers whose
 *	certificate has another name; or NULL
 * @insecure: trust anybody
 */
struct http_tls {
	const char *cafile;
	const char *certfile;
	const char *keyfile;
	const char *connect;
	bool insecure;
};

/**
 * struct http_reply - how a request ended
 * @error: 0 if the server answered, else a negative errno: -ETIMEDOUT,
 *	-EMSGSIZE (longer than the limit), -EKEYREJECTED (TLS), -ECONNRESET
 *	(ended too early), -EHOSTUNREACH (any other way not to reach it)
 * @why: a sentence if @error
 * @cert: a sentence if the own certificate has ended, "" if not; some servers
 *	say 401 then
 * @status: of HTTP, 0 if none came
 * @retry_after: seconds that the server asked to wait, 0 if it did not
 * @body: what was answered, ends with a 0 byte that @len does not count; of
 *	a stream, only that of an answer that is not 200
 * @len: bytes of @body
 */
struct http_reply {
	int error;
	const char *why;
	const char *cert;
	unsigned int status;
	unsigned int retry_after;
	const char *body;
	size_t len;
};

/**
 * struct http_request - what to ask
 * @method: "GET", "POST" and so on
 * @url: all of it
 * @headers: lines as "Name: value", ended by NULL; or NULL
 * @body: to send, or NULL; copied
 * @len: bytes of @body
 * @timeout: milliseconds for all of it, 0 for an endless stream
 * @compressed: the answer may come as gzip
 * @limit: most bytes of the answer to keep, 0 for 8 MiB
 * @begin: a stream's answer begins, with status 200, although there may be
 *	nothing of it for long; may be NULL
 * @data: a piece of a stream's answer has come; NULL to collect it for @done
 * @done: it has ended; nothing is called afterwards
 * @user: given to all
 *
 * They are called from the loop, never from http_start(), and may start and
 * cancel any call.
 */
struct http_request {
	const char *method;
	const char *url;
	const char *const *headers;
	const char *body;
	size_t len;
	unsigned int timeout;
	bool compressed;
	size_t limit;
	void (*begin)(void *user);
	void (*data)(void *user, const char *data, size_t len);
	void (*done)(void *user, const struct http_reply *reply);
	void *user;
};

int http_create(struct http **http, uv_loop_t *loop,
		const struct http_tls *tls, struct k8sov_error *err);
void http_destroy(struct http *http);
struct http_call *http_start(struct http *http,
			     const struct http_request *request);
void http_cancel(struct http_call *call);

#endif /* _HTTP_H */

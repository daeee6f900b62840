// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "../lib/error.h"
#include "http_cert.h"

#ifndef K8SOV_VERSION
#define K8SOV_VERSION "0"
#endif

#define CONNECT_MS 3000L
#define LIMIT_DEFAULT (8u << 20)
/* A server that is gone without a word is noticed after a minute. */
#define KEEPALIVE_IDLE 30L
#define KEEPALIVE_INTERVAL 10L

/**
 * struct http - requests of one loop
 * @loop: the loop
 * @multi: libcurl's side of it
 * @timer: libcurl's timeouts
 * @tls: for all requests, own copies
 * @own: about the own certificate
 * @calls: all that did not end
 * @busy: callbacks are being called: nothing may be freed
 * @dying: http_destroy() was called from a callback
 */
struct http {
	uv_loop_t *loop;
	CURLM *multi;
	uv_timer_t timer;
	struct http_tls tls;
	char own[HTTP_CERT_SIZE];
	struct http_call *calls;
	bool busy;
	bool dying;
};

/**
 * struct http_call - a request
 * @next: the next one of the client
 * @http: the client
 * @easy: libcurl's side of it
 * @request: as asked; its pointers to text are gone
 * @headers: libcurl's list
 * @connect: libcurl's list of where to connect to
 * @body: of the answer, or the piece that @request.data has not seen
 * @len: bytes of @body
 * @room: size of @body
 * @why: libcurl's sentence, and ours about certificates
 * @cert: about certificates
 * @result: of libcurl
 * @status: of HTTP, 0 until known
 * @headed: all headers of the answer are there
 * @begun: that was told
 * @too_long: the answer exceeded the limit
 * @ended: @result is known
 * @dead: to be freed
 */
struct http_call {
	struct http_call *next;
	struct http *http;
	CURL *easy;
	struct http_request request;
	struct curl_slist *headers;
	struct curl_slist *connect;
	char *body;
	size_t len;
	size_t room;
	char why[CURL_ERROR_SIZE + HTTP_CERT_SIZE];
	struct http_cert cert;
	CURLcode result;
	long status;
	bool headed;
	bool begun;
	bool too_long;
	bool ended;
	bool dead;
};

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void free_http(uv_handle_t *handle)
{
	struct http *http = handle->data;

	free((char *)http->tls.cafile);
	free((char *)http->tls.certfile);
	free((char *)http->tls.keyfile);
	free((char *)http->tls.connect);
	free(http);
}

static void free_call(struct http_call *call)
{
	curl_multi_remove_handle(call->http->multi, call->easy);
	curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->headers);
	curl_slist_free_all(call->connect);
	free(call->body);
	free(call);
}

static void free_dead(struct http *http)
{
	struct http_call **at = &http->calls, *call;

	while ((call = *at)) {
		if (!call->dead && !http->dying) {
			at = &call->next;
			continue;
		}
		*at = call->next;
		free_call(call);
	}
}

static void finish(struct http *http)
{
	free_dead(http);
	curl_multi_cleanup(http->multi);
	http->multi = NULL;
	uv_close((uv_handle_t *)&http->timer, free_http);
}

static int reply_error(const struct http_call *call)
{
	switch ((int)call->result) {
	case CURLE_OK:
		return 0;
	case CURLE_OPERATION_TIMEDOUT:
		return -ETIMEDOUT;
	case CURLE_WRITE_ERROR:
		return call->too_long ? -EMSGSIZE : -ECONNRESET;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return -ECONNRESET;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return -EKEYREJECTED;
	default:
		return -EHOSTUNREACH;
	}
}

/* Who refuses a certificate says so, if at all, in many ways. */
static const char *explain(struct http_call *call)
{
	const char *cert = call->cert.peer;
	size_t len;

	if (!call->why[0])
		snprintf(call->why, sizeof(call->why), "%s",
			 curl_easy_strerror(call->result));
	len = strlen(call->why);
	if (!*cert && call->result != CURLE_COULDNT_CONNECT &&
	    call->result != CURLE_OPERATION_TIMEDOUT)
		cert = call->http->own;
	if (*cert)
		snprintf(call->why + len, sizeof(call->why) - len, ": %s",
			 cert);
	return call->why;
}

static void call_done(struct http_call *call)
{
	struct http_reply reply = {
		.error = reply_error(call),
		.status = call->status,
		.cert = call->http->own,
		.body = call->body ?: "",
		.len = call->len,
	};
	curl_off_t wait = 0;

	if (reply.error == -EMSGSIZE)
		reply.why = "the answer is too long";
	else if (reply.error)
		reply.why = explain(call);
	curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &wait);
	reply.retry_after = wait > 0 && wait < 86400 ? wait : 0;
	call->dead = true;
	call->request.done(call->request.user, &reply);
}

static void call_begin(struct http_call *call)
{
	call->begun = true;
	if (call->request.begin && call->status == 200)
		call->request.begin(call->request.user);
}

/* The piece is the callback's while it runs: more may be put by then. */
static void call_data(struct http_call *call)
{
	char *piece = call->body;
	size_t len = call->len, room = call->room;

	call->body = NULL;
	call->len = 0;
	call->room = 0;
	call->request.data(call->request.user, piece, len);
	/* To get one anew for each piece takes as long as all else here. */
	if (call->body) {
		free(piece);
		return;
	}
	piece[0] = '\0';
	call->body = piece;
	call->room = room;
}

/*
 * libcurl must not be called from its callbacks. So these only note what came,
 * and everybody is told here, where all is allowed.
 */
static void tell(struct http *http)
{
	struct http_call *call;
	CURLMsg *msg;
	int left;

	if (http->busy)
		return;
	while ((msg = curl_multi_info_read(http->multi, &left))) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &call);
		call->result = msg->data.result;
		call->ended = true;
	}
	http->busy = true;
	for (call = http->calls; call && !http->dying; call = call->next) {
		if (call->ended || call->headed)
			curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE,
					  &call->status);
		if (!call->dead && call->headed && !call->begun)
			call_begin(call);
		if (!call->dead && call->len && call->request.data &&
		    call->status == 200)
			call_data(call);
		if (!call->dead && !http->dying && call->ended)
			call_done(call);
	}
	http->busy = false;
	if (http->dying)
		finish(http);
	else
		free_dead(http);
}

static void on_timer(uv_timer_t *timer)
{
	struct http *http = timer->data;
	int running;

	curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0,
				 &running);
	tell(http);
}

static int set_timer(CURLM *multi, long ms, void *data)
{
	struct http *http = data;

	(void)multi;
	if (ms < 0)
		uv_timer_stop(&http->timer);
	else
		uv_timer_start(&http->timer, on_timer, ms, 0);
	return 0;
}

/**
 * struct watched - a socket of libcurl
 * @poll: the loop's side of it
 * @http: the client
 * @fd: the socket
 */
struct watched {
	uv_poll_t poll;
	struct http *http;
	curl_socket_t fd;
};

static void on_socket(uv_poll_t *poll, int status, int events)
{
	struct watched *watched = poll->data;
	struct http *http = watched->http;
	int running, bits = 0;

	if (status < 0)
		bits = CURL_CSELECT_ERR;
	if (events & UV_READABLE)
		bits |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		bits |= CURL_CSELECT_OUT;
	curl_multi_socket_action(http->multi, watched->fd, bits, &running);
	tell(http);
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *data,
		      void *per_socket)
{
	struct watched *watched = per_socket;
	struct http *http = data;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (watched)
			uv_close((uv_handle_t *)&watched->poll, free_handle);
		curl_multi_assign(http->multi, fd, NULL);
		return 0;
	}
	if (!watched) {
		watched = calloc(1, sizeof(*watched));
		if (!watched)
			abort();
		watched->http = http;
		watched->fd = fd;
		watched->poll.data = watched;
		if (uv_poll_init_socket(http->loop, &watched->poll, fd)) {
			free(watched);
			return -1;
		}
		curl_multi_assign(http->multi, fd, watched);
	}
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	uv_poll_start(&watched->poll, events, on_socket);
	return 0;
}

static size_t on_write(char *data, size_t size, size_t count, void *user)
{
	struct http_call *call = user;
	size_t len = size * count, room = call->room;
	char *body;

	if (!call->status)
		curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE,
				  &call->status);
	if (call->dead)
		return 0;
	if (len > call->request.limit - call->len) {
		call->too_long = true;
		return 0;
	}
	while (room < call->len + len + 1)
		room = room ? room * 2 : 2048;
	if (room != call->room) {
		body = realloc(call->body, room);
		if (!body)
			abort();
		call->body = body;
		call->room = room;
	}
	memcpy(call->body + call->len, data, len);
	call->len += len;
	call->body[call->len] = '\0';
	return len;
}

/* An empty line ends the headers. */
static size_t on_header(char *data, size_t size, size_t count, void *user)
{
	struct http_call *call = user;

	if (size * count <= 2 && (*data == '\r' || *data == '\n'))
		call->headed = true;
	return size * count;
}

static void set_tls(struct http_call *call, const struct http_tls *tls)
{
	CURL *easy = call->easy;

#if LIBCURL_VERSION_NUM >= 0x075700
	/* Authorities change while we run. */
	curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
#endif
	if (tls->cafile)
		curl_easy_setopt(easy, CURLOPT_CAINFO, tls->cafile);
	if (tls->certfile) {
		curl_easy_setopt(easy, CURLOPT_SSLCERT, tls->certfile);
		curl_easy_setopt(easy, CURLOPT_SSLKEY,
				 tls->keyfile ?: tls->certfile);
	}
	call->cert.own = call->http->own;
	http_cert_watch(easy, &call->cert);
	if (tls->insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (tls->connect) {
		call->connect = curl_slist_append(NULL, tls->connect);
		curl_easy_setopt(easy, CURLOPT_CONNECT_TO, call->connect);
	}
}

static void set_options(struct http_call *call,
			const struct http_request *request)
{
	CURL *easy = call->easy;

	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "k8sovd/" K8SOV_VERSION);
	if (request->body) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE,
				 (long)request->len);
		curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body);
	}
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->why);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout);
	if (request->compressed)
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	/* A stream for each watch: nothing is won by sharing a connection. */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			 (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_IDLE);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_INTERVAL);
	set_tls(call, &call->http->tls);
}

/**
 * http_start() - send a request
 * @http: the client
 * @request: what to ask; only its texts and body are copied
 *
 * Return: the call, valid until its @done has been called or it was cancelled.
 */
struct http_call *http_start(struct http *http,
			     const struct http_request *request)
{
	struct http_call *call = calloc(1, sizeof(*call));
	const char *const *line;

	if (!call)
		abort();
	call->http = http;
	call->request = *request;
	if (!call->request.limit)
		call->request.limit = LIMIT_DEFAULT;
	call->easy = curl_easy_init();
	if (!call->easy)
		abort();
	/* libcurl would wait for a leave to send that few servers give. */
	call->headers = curl_slist_append(NULL, "Expect:");
	for (line = request->headers; line && *line; line++)
		call->headers = curl_slist_append(call->headers, *line);
	set_options(call, request);
	call->next = http->calls;
	http->calls = call;
	curl_multi_add_handle(http->multi, call->easy);
	return call;
}

/**
 * http_cancel() - forget a call
 * @call: the call; its callbacks are not called any more. May be NULL
 */
void http_cancel(struct http_call *call)
{
	if (!call)
		return;
	call->dead = true;
	if (!call->http->busy)
		free_dead(call->http);
}

static int check_file(const char *what, const char *path,
		      struct k8sov_error *err)
{
	if (!path || !access(path, R_OK))
		return 0;
	return k8sov_error_set(err, errno, "cannot read the %s %s: %s", what,
			       path, strerror(errno));
}

static char *copy(const char *text)
{
	char *own = text ? strdup(text) : NULL;

	if (text && !own)
		abort();
	return own;
}

/**
 * http_create() - a client without requests
 * @http: set to it
 * @loop: where its callbacks are called
 * @tls: for all its requests
 * @err: says why not
 *
 * Return: 0; -ENOENT, -EACCES and so on if a file of @tls cannot be read.
 */
int http_create(struct http **http, uv_loop_t *loop,
		const struct http_tls *tls, struct k8sov_error *err)
{
	struct http *new;

	if (check_file("CA file", tls->cafile, err) ||
	    check_file("certificate", tls->certfile, err) ||
	    check_file("key", tls->keyfile, err))
		return -err->code;
	new = calloc(1, sizeof(*new));
	if (!new || curl_global_init(CURL_GLOBAL_DEFAULT))
		abort();
	new->multi = curl_multi_init();
	if (!new->multi)
		abort();
	new->loop = loop;
	new->tls.cafile = copy(tls->cafile);
	new->tls.certfile = copy(tls->certfile);
	new->tls.keyfile = copy(tls->keyfile);
	new->tls.connect = copy(tls->connect);
	new->tls.insecure = tls->insecure;
	uv_timer_init(loop, &new->timer);
	new->timer.data = new;
	curl_multi_setopt(new->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(new->multi, CURLMOPT_SOCKETDATA, new);
	curl_multi_setopt(new->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(new->multi, CURLMOPT_TIMERDATA, new);
	*http = new;
	return 0;
}

/**
 * http_destroy() - cancel all calls and free a client
 * @http: the client, or NULL; the loop must run once more to close its
 *	handles
 */
void http_destroy(struct http *http)
{
	if (!http)
		return;
	http->dying = true;
	if (!http->busy)
		finish(http);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kube.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "kube_config.h"
#include "log.h"

/* The kubelet writes a new token long before the old one ends. */
#define TOKEN_NS 60000000000ULL

/**
 * struct kube - an API server
 * @http: client
 * @config: how to reach it
 * @calls: all that did not end
 * @header: "Authorization: …", NULL without token
 * @read: when the token was read, as uv_hrtime() counts; 0 if it must be now
 */
struct kube {
	struct http *http;
	struct kube_config config;
	struct kube_call *calls;
	char *header;
	uint64_t read;
};

/**
 * struct kube_call - a request
 * @next: the next one of the server
 * @kube: the server
 * @http: the request that is sent
 * @request: as asked, its texts are gone
 */
struct kube_call {
	struct kube_call *next;
	struct kube *kube;
	struct http_call *http;
	struct kube_request request;
};

static void set_token(struct kube *kube, char *token)
{
	token[strcspn(token, "\r\n")] = '\0';
	free(kube->header);
	if (asprintf(&kube->header, "Authorization: Bearer %s", token) < 0)
		memory_must(NULL);
}

/* A file that is empty or away is one that is being written: keep the old. */
static bool read_token(struct kube *kube)
{
	const char *path = kube->config.token_file;
	char *old, *token;
	bool changed;

	if (!path || (kube->read && uv_hrtime() - kube->read < TOKEN_NS))
		return false;
	token = kube_config_slurp(path);
	if (!token || !strcspn(token, " \t\r\n")) {
		log_warn("kube", "the token in %s cannot be read: %s", path,
			 token ? "it is empty" : strerror(errno));
		free(token);
		return false;
	}
	old = kube->header;
	kube->header = NULL;
	set_token(kube, token);
	changed = !old || strcmp(old, kube->header) != 0;
	kube->read = uv_hrtime();
	free(old);
	free(token);
	return changed;
}

/**
 * kube_create() - a client without requests
 * @kube: set to it
 * @loop: where its callbacks are called
 * @config: as kube_config_load() has it
 * @url: likewise
 * @err: filled on failure
 *
 * Return: 0, or as kube_config_load() and http_create().
 */
int kube_create(struct kube **kube, uv_loop_t *loop, const char *config,
		const char *url, struct k8sov_error *err)
{
	struct kube *new = memory_must(calloc(1, sizeof(*new)));
	struct http_tls tls;
	int ret;

	ret = kube_config_load(config, url, &new->config, err);
	tls = (struct http_tls){
		.cafile = new->config.cafile,
		.certfile = new->config.certfile,
		.keyfile = new->config.keyfile,
		.connect = new->config.connect,
		.insecure = new->config.insecure,
	};
	if (!ret)
		ret = http_create(&new->http, loop, &tls, err);
	if (ret) {
		kube_config_exit(&new->config);
		free(new);
		return ret;
	}
	if (new->config.token)
		set_token(new, new->config.token);
	if (new->config.insecure)
		log_warn("kube", "%s says that any API server is to be trusted",
			 config);
	*kube = new;
	return 0;
}

/**
 * kube_destroy() - cancel all requests and free a client
 * @kube: the client; the loop must run once more
 */
void kube_destroy(struct kube *kube)
{
	struct kube_call *call;

	while ((call = kube->calls)) {
		kube->calls = call->next;
		free(call);
	}
	http_destroy(kube->http);
	kube_config_exit(&kube->config);
	free(kube->header);
	free(kube);
}

/**
 * kube_server() - whom a client asks
 * @kube: the client
 *
 * Return: the URL.
 */
const char *kube_server(const struct kube *kube)
{
	return kube->config.server;
}

static void drop(struct kube_call *call)
{
	struct kube_call **at = &call->kube->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	free(call);
}

/**
 * kube_status_error() - meaning of a status
 * @code: of HTTP, or of a Status object
 *
 * Return: as @error of struct kube_reply.
 */
int kube_status_error(unsigned int code)
{
	if (code >= 200 && code < 300)
		return 0;
	if (code == 401 || code == 403)
		return -EACCES;
	if (code == 404)
		return -ENOENT;
	if (code == 410)
		return -ESTALE;
	if (code == 400 || code == 415 || code == 422)
		return -EBADMSG;
	return code == 429 || code >= 500 ? -EBUSY : -EPROTO;
}

/* The server's own words, or what there is instead. */
static void explain(const struct kube *kube, const struct http_reply *reply,
		    struct kube_reply *out, char why[static 512])
{
	json_t *status = json_loadb(reply->body, reply->len, 0, NULL);
	const json_t *details = json_object_get(status, "details");
	const char *words = json_string_value(json_object_get(status,
							      "message"));
	json_int_t wait = json_integer_value(
		json_object_get(details, "retryAfterSeconds"));

	if (reply->error)
		words = reply->why;
	if (wait < (json_int_t)reply->retry_after)
		wait = reply->retry_after;
	out->wait_ms = wait > 0 && wait < 3600 ? (unsigned int)wait * 1000 : 0;
	if (!reply->error && !words)
		snprintf(why, 512, "API server %.200s: HTTP status %u",
			 kube->config.server, reply->status);
	else
		snprintf(why, 512, "API server %.160s: %.200s%s%.140s",
			 kube->config.server, words,
			 reply->status == 401 && *reply->cert ? ": " : "",
			 reply->status == 401 ? reply->cert : "");
	json_decref(status);
}

static void on_done(void *user, const struct http_reply *reply)
{
	struct kube_call *call = user;
	struct kube *kube = call->kube;
	struct kube_request request = call->request;
	struct kube_reply out = {
		.error = reply->error ?: kube_status_error(reply->status),
		.why = "",
		.body = reply->body,
		.len = reply->len,
	};
	char why[512];

	if (!reply->error && reply->status == 401) {
		/* The token has ended; there may be a new one. */
		kube->read = 0;
		if (read_token(kube))
			out.error = -EAGAIN;
	}
	if (out.error) {
		explain(kube, reply, &out, why);
		out.why = why;
	}
	drop(call);
	request.done(request.user, &out);
}

static void on_begin(void *user)
{
	struct kube_call *call = user;

	if (call->request.begin)
		call->request.begin(call->request.user);
}

static void on_data(void *user, const char *data, size_t len)
{
	struct kube_call *call = user;

	call->request.data(call->request.user, data, len);
}

/**
 * kube_start() - send a request
 * @kube: the client
 * @request: what to ask; its texts are copied
 *
 * Return: the call, valid until its @done has been called or it was cancelled.
 */
struct kube_call *kube_start(struct kube *kube,
			     const struct kube_request *request)
{
	struct kube_call *call = memory_must(calloc(1, sizeof(*call)));
	const char *headers[4] = { "Accept: application/json" };
	struct http_request http = {
		.method = request->method,
		.headers = headers,
		.body = request->patch,
		.len = request->patch ? strlen(request->patch) : 0,
		.timeout = request->timeout,
		.compressed = request->compressed,
		.begin = on_begin,
		.data = request->data ? on_data : NULL,
		.done = on_done,
		.user = call,
	};
	size_t n = 1;
	char *url;

	read_token(kube);
	if (kube->header)
		headers[n++] = kube->header;
	if (request->patch)
		headers[n] = "Content-Type: application/strategic-merge-patch+json";
	if (asprintf(&url, "%s%s", kube->config.server, request->path) < 0)
		memory_must(NULL);
	http.url = url;
	call->kube = kube;
	call->request = *request;
	call->next = kube->calls;
	kube->calls = call;
	call->http = http_start(kube->http, &http);
	free(url);
	return call;
}

/**
 * kube_cancel() - forget a call
 * @call: the call, or NULL; its callbacks are not called any more
 */
void kube_cancel(struct kube_call *call)
{
	if (!call)
		return;
	http_cancel(call->http);
	drop(call);
}

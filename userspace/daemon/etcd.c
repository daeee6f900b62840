// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "etcd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "etcd_json.h"
#include "json_stream.h"
#include "log.h"

/* Longer than a member takes to find out that it has no leader. */
#define CALL_MS 8000
#define WATCH_LIMIT (8u << 20)
#define WHY_SIZE 512

/* Codes of gRPC, as answers have them. */
enum {
	GRPC_DEADLINE_EXCEEDED = 4,
	GRPC_NOT_FOUND = 5,
	GRPC_PERMISSION_DENIED = 7,
	GRPC_OUT_OF_RANGE = 11,
	GRPC_UNAVAILABLE = 14,
	GRPC_UNAUTHENTICATED = 16,
};

/**
 * struct etcd - a cluster
 * @http: for all requests
 * @endpoint: URLs of its members
 * @count: how many
 * @at: the one that is asked
 * @username: or NULL
 * @password: or NULL
 * @token: header with what the user is known by, NULL until authenticated
 * @tokens: how many there have been
 * @authenticating: the call for the next token
 * @calls: all that did not end
 */
struct etcd {
	struct http *http;
	char **endpoint;
	unsigned int count;
	unsigned int at;
	char *username;
	char *password;
	char *token;
	unsigned int tokens;
	struct etcd_call *authenticating;
	struct etcd_call *calls;
};

/**
 * struct etcd_call - a request or watch
 * @next: the next one of the cluster
 * @etcd: the cluster
 * @method: as "kv/range"
 * @body: what is sent
 * @http: the request that is under way, NULL while waiting for a token
 * @stream: of a watch
 * @done: its end
 * @result: answers of a watch; NULL for a request
 * @user: for both
 * @at: the endpoint that was asked
 * @tries: how many were asked
 * @token: number of the token that was sent
 * @reauthed: a new token was asked for once
 * @open: needs no token
 * @busy: @stream is being read: freed later
 * @dead: cancelled or ended meanwhile
 */
struct etcd_call {
	struct etcd_call *next;
	struct etcd *etcd;
	const char *method;
	char *body;
	struct http_call *http;
	struct json_stream stream;
	etcd_done_fn done;
	etcd_result_fn result;
	void *user;
	unsigned int at;
	unsigned int tries;
	unsigned int token;
	bool reauthed;
	bool open;
	bool busy;
	bool dead;
};

static void send_call(struct etcd_call *call);
static void authenticate(struct etcd *etcd);

static void free_call(struct etcd_call *call)
{
	struct etcd_call **at;

	if (!call->dead) {
		for (at = &call->etcd->calls; *at != call; at = &(*at)->next)
			;
		*at = call->next;
		http_cancel(call->http);
		call->http = NULL;
	}
	call->dead = true;
	if (call->busy)
		return;
	json_stream_exit(&call->stream);
	free(call->body);
	free(call);
}

static void end_call(struct etcd_call *call, const struct etcd_reply *reply)
{
	etcd_done_fn done = call->done;
	void *user = call->user;

	free_call(call);
	done(user, reply);
}

__attribute__((format(printf, 3, 4)))
static void fail(struct etcd_call *call, int error, const char *fmt, ...)
{
	char why[WHY_SIZE];
	struct etcd_reply reply = { .error = error, .why = why };
	int len = snprintf(why, sizeof(why), "etcd at %s: ",
			   call->etcd->endpoint[call->at]);
	va_list args;

	if (len < 0 || (size_t)len >= sizeof(why))
		len = 0;
	va_start(args, fmt);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(why + len, sizeof(why) - len, fmt, args);
	va_end(args);
	end_call(call, &reply);
}

/* The member cannot serve: the next one may. */
static void unavailable(struct etcd_call *call, const char *why)
{
	struct etcd *etcd = call->etcd;

	if (call->at == etcd->at)
		etcd_next(etcd);
	/* Where a watch goes on is known to its owner. */
	if (call->result || ++call->tries >= etcd->count) {
		fail(call, -EHOSTUNREACH, "%s", why);
		return;
	}
	log_debug("etcd", "%s: %s, trying %s", etcd->endpoint[call->at], why,
		  etcd->endpoint[etcd->at]);
	send_call(call);
}

/* The token was not taken: there may be a newer one, or must be. */
static bool reauthenticate(struct etcd_call *call)
{
	struct etcd *etcd = call->etcd;

	if (!etcd->username || call->reauthed || call->open)
		return false;
	call->reauthed = true;
	if (call->token == etcd->tokens) {
		free(etcd->token);
		etcd->token = NULL;
	}
	send_call(call);
	return true;
}

static bool says(const char *message, const char *words)
{
	return strstr(message, words);
}

/* An error with a gRPC code, by whatever way it came. */
static void refused(struct etcd_call *call, int code, const char *message)
{
	bool denied = code == GRPC_PERMISSION_DENIED ||
		      says(message, "permission denied");

	if (code == GRPC_UNAUTHENTICATED ||
	    says(message, "invalid auth token") ||
	    says(message, "revision of auth store is old") ||
	    (denied && call->result)) {
		if (reauthenticate(call))
			return;
	}
	if (code == GRPC_UNAVAILABLE || code == GRPC_DEADLINE_EXCEEDED)
		unavailable(call, message);
	else if (says(message, "user name is empty"))
		fail(call, -EACCES, "it wants a user: give --etcd-username and --etcd-password");
	else if (denied && call->etcd->username)
		fail(call, -EACCES, "user %s may not use %s: %s",
		     call->etcd->username, call->method, message);
	else if (denied || code == GRPC_UNAUTHENTICATED ||
		 says(message, "authentication failed"))
		fail(call, -EACCES, "%s", message);
	else if (code == GRPC_NOT_FOUND)
		fail(call, -ENOENT, "%s", message);
	else if (code == GRPC_OUT_OF_RANGE && says(message, "compacted"))
		fail(call, -ESTALE, "%s", message);
	else
		fail(call, -EIO, "%s", message);
}

static const char *string_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

/* Of a stream {"error":{…}}, else {"error":"…","code":…}. */
static void take_error(struct etcd_call *call, const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	const char *message;
	int code;

	if (json_is_object(error)) {
		message = string_of(error, "message");
		code = etcd_json_get_number(error, "grpc_code");
	} else {
		message = json_string_value(error) ?: "";
		code = etcd_json_get_number(answer, "code");
	}
	refused(call, code, message[0] ? message : "it refuses without a word");
}

static void not_etcd(struct etcd_call *call, const struct http_reply *reply)
{
	if (says(reply->body, "CommonName of client"))
		fail(call, -EACCES, "it takes no client certificate with a CommonName when users are in force: make one without CN, as by openssl req -subj /O=k8sov");
	else if (reply->status >= 502 && reply->status <= 504)
		unavailable(call, "its gateway does not reach it");
	else
		fail(call, -EPROTO, "it does not speak version 3 of etcd's protocol (HTTP status %u)",
		     reply->status);
}

static void on_done(void *user, const struct http_reply *reply)
{
	struct etcd_reply ok = { 0 };
	struct etcd_call *call = user;
	json_t *answer;

	call->http = NULL;
	if (reply->error == -EMSGSIZE) {
		fail(call, -EMSGSIZE, "%s", reply->why);
		return;
	}
	if (reply->error) {
		unavailable(call, reply->why);
		return;
	}
	if (call->result && reply->status == 200) {
		unavailable(call, "it ended the watch");
		return;
	}
	answer = json_loadb(reply->body, reply->len, 0, NULL);
	if (json_object_get(answer, "error")) {
		take_error(call, answer);
	} else if (!json_is_object(answer) || reply->status != 200) {
		not_etcd(call, reply);
	} else {
		ok.json = json_object_get(answer, "result") ?: answer;
		end_call(call, &ok);
	}
	json_decref(answer);
}

static void take_result(struct etcd_call *call, const json_t *result)
{
	const char *reason = string_of(result, "cancel_reason");
	const char *words = strstr(reason, " desc = ");

	if (words)
		reason = words + strlen(" desc = ");
	if (!json_is_true(json_object_get(result, "canceled"))) {
		call->result(call->user, result);
		return;
	}
	if (etcd_json_get_number(result, "compact_revision"))
		fail(call, -ESTALE, "what follows was compacted");
	else if (says(reason, "permission denied") ||
		 says(reason, "auth token"))
		refused(call, 0, reason);
	else
		unavailable(call, reason[0] ? reason : "it gave up the watch");
}

/* The owner may end the watch, and so may what comes. */
static void on_data(void *user, const char *data, size_t len)
{
	struct etcd_call *call = user;
	struct http_call *http = call->http;
	const char *text;
	json_t *answer;
	int ret;

	call->busy = true;
	ret = json_stream_put(&call->stream, data, len);
	if (ret)
		fail(call, ret, "a change is too large");
	while (!call->dead && call->http == http) {
		ret = json_stream_next(&call->stream, &text, &len);
		if (!ret)
			break;
		answer = ret < 0 ? NULL : json_loadb(text, len, 0, NULL);
		if (!answer)
			fail(call, -EPROTO, "a watch is not JSON");
		else if (json_object_get(answer, "error"))
			take_error(call, answer);
		else
			take_result(call, json_object_get(answer, "result"));
		json_decref(answer);
	}
	call->busy = false;
	if (call->dead)
		free_call(call);
}

static void send_call(struct etcd_call *call)
{
	const char *headers[] = { "Content-Type: application/json", NULL, NULL,
				  NULL };
	struct etcd *etcd = call->etcd;
	char url[512];
	struct http_request request = {
		.method = "POST",
		.url = url,
		.headers = headers,
		.body = call->body,
		.len = strlen(call->body),
		.timeout = call->result ? 0 : CALL_MS,
		.data = call->result ? on_data : NULL,
		.done = on_done,
		.user = call,
	};
	unsigned int n = 1;

	http_cancel(call->http);
	call->http = NULL;
	json_stream_exit(&call->stream);
	json_stream_init(&call->stream, WATCH_LIMIT);
	call->at = etcd->at;
	if (etcd->username && !etcd->token && !call->open) {
		authenticate(etcd);
		return;
	}
	/* A member without a leader ends a watch only if it is told to. */
	if (call->result)
		headers[n++] = "Grpc-Metadata-hasleader: true";
	if (!call->open)
		headers[n] = etcd->token;
	call->token = etcd->tokens;
	snprintf(url, sizeof(url), "%s/v3/%s", etcd->endpoint[call->at],
		 call->method);
	call->http = http_start(etcd->http, &request);
}

static struct etcd_call *create_call(struct etcd *etcd, const char *method,
				     etcd_done_fn done, void *user)
{
	struct etcd_call *call = memory_must(calloc(1, sizeof(*call)));

	call->etcd = etcd;
	call->method = method;
	call->done = done;
	call->user = user;
	call->next = etcd->calls;
	etcd->calls = call;
	return call;
}

static struct etcd_call *waiting(const struct etcd *etcd)
{
	struct etcd_call *call;

	for (call = etcd->calls; call; call = call->next)
		if (!call->http && !call->open)
			return call;
	return NULL;
}

static void on_token(void *user, const struct etcd_reply *reply)
{
	const char *token = string_of(reply->json, "token");
	struct etcd *etcd = user;
	struct etcd_call *call;

	etcd->authenticating = NULL;
	etcd->tokens++;
	free(etcd->token);
	etcd->token = NULL;
	if (asprintf(&etcd->token, "Authorization: %s", token) < 0)
		abort();
	while ((call = waiting(etcd))) {
		/* A user that nobody asked for does no harm. */
		if (!reply->error ||
		    says(reply->why, "authentication is not enabled"))
			send_call(call);
		else
			end_call(call, reply);
	}
	if (reply->error) {
		free(etcd->token);
		etcd->token = NULL;
	}
}

static void authenticate(struct etcd *etcd)
{
	struct etcd_call *call;
	json_t *body;

	if (etcd->authenticating)
		return;
	body = json_pack("{s:s, s:s}", "name", etcd->username, "password",
			 etcd->password ?: "");
	call = create_call(etcd, "auth/authenticate", on_token, etcd);
	call->body = memory_must(json_dumps(body, JSON_COMPACT));
	call->open = true;
	etcd->authenticating = call;
	json_decref(body);
	send_call(call);
}

/**
 * etcd_call() - ask the cluster
 * @etcd: the cluster
 * @method: as "kv/range", not copied
 * @body: what to ask; the reference is taken
 * @done: is told the answer
 * @user: for @done
 *
 * Return: the call, valid until @done is called or it is cancelled.
 */
struct etcd_call *etcd_call(struct etcd *etcd, const char *method,
			    json_t *body, etcd_done_fn done, void *user)
{
	struct etcd_call *call = create_call(etcd, method, done, user);

	call->body = memory_must(json_dumps(body, JSON_COMPACT));
	json_decref(body);
	send_call(call);
	return call;
}

/**
 * etcd_watch() - be told of changes
 * @etcd: the cluster
 * @creates: array of create_requests; the reference is taken
 * @result: is told each answer
 * @done: is told why it ended
 * @user: for both
 *
 * Return: the call, valid until @done is called or it is cancelled.
 */
struct etcd_call *etcd_watch(struct etcd *etcd, json_t *creates,
			     etcd_result_fn result, etcd_done_fn done,
			     void *user)
{
	struct etcd_call *call = create_call(etcd, "watch", done, user);
	json_t *create, *wrapped;
	char *text, *joined;
	size_t i;

	call->result = result;
	call->body = memory_must(strdup(""));
	json_array_foreach(creates, i, create) {
		wrapped = json_pack("{s:O}", "create_request", create);
		text = memory_must(json_dumps(wrapped, JSON_COMPACT));
		if (asprintf(&joined, "%s%s\n", call->body, text) < 0)
			abort();
		free(text);
		free(call->body);
		call->body = joined;
		json_decref(wrapped);
	}
	json_decref(creates);
	send_call(call);
	return call;
}

/**
 * etcd_cancel() - forget a call
 * @call: the call; its callbacks are not called any more. May be NULL
 */
void etcd_cancel(struct etcd_call *call)
{
	if (call)
		free_call(call);
}

/**
 * etcd_next() - ask another member from now on
 * @etcd: the cluster
 */
void etcd_next(struct etcd *etcd)
{
	etcd->at = (etcd->at + 1) % etcd->count;
}

/**
 * etcd_endpoint() - the member that is asked
 * @etcd: the cluster
 *
 * Return: its URL.
 */
const char *etcd_endpoint(const struct etcd *etcd)
{
	return etcd->endpoint[etcd->at];
}

static int add_endpoint(struct etcd *etcd, const char *url,
			struct k8sov_error *err)
{
	const char *host = strstr(url, "://");
	size_t len = strlen(url);

	while (len && url[len - 1] == '/')
		len--;
	if (!host || url + len <= host + 3 ||
	    (strncmp(url, "http://", 7) != 0 &&
	     strncmp(url, "https://", 8) != 0))
		return k8sov_error_set(err, EINVAL,
				       "etcd: '%s' is not a URL as http://10.0.0.1:2379",
				       url);
	if (len > 255)
		return k8sov_error_set(err, EINVAL, "etcd: a URL is too long");
	etcd->endpoint = memory_grow(etcd->endpoint, etcd->count,
				     sizeof(*etcd->endpoint));
	etcd->endpoint[etcd->count++] = memory_must(strndup(url, len));
	return 0;
}

/**
 * etcd_create() - a client of a cluster
 * @etcd: set to it
 * @loop: where it runs
 * @config: how to reach it; copied
 * @err: says why not
 *
 * Return: 0; -EINVAL if an endpoint is none; -ENOENT, -EACCES and so on if a
 * file of TLS cannot be read.
 */
int etcd_create(struct etcd **etcd, uv_loop_t *loop,
		const struct etcd_config *config, struct k8sov_error *err)
{
	struct etcd *new = memory_must(calloc(1, sizeof(*new)));
	char *urls = memory_must(strdup(config->endpoints));
	char *rest = urls, *url;
	int ret = 0;

	if (config->username) {
		new->username = memory_must(strdup(config->username));
		new->password = memory_must(strdup(config->password ?: ""));
	}
	while (!ret && (url = strsep(&rest, ",")))
		ret = add_endpoint(new, url, err);
	free(urls);
	if (!ret)
		ret = http_create(&new->http, loop, &config->tls, err);
	if (ret)
		etcd_destroy(new);
	else
		*etcd = new;
	return ret;
}

/**
 * etcd_destroy() - cancel all calls and free a client
 * @etcd: the client, or NULL; the loop must run once more to close handles
 */
void etcd_destroy(struct etcd *etcd)
{
	if (!etcd)
		return;
	/* What is freed is not in the list any more. */
	while (etcd->calls)
		free_call(etcd->calls); /* NOLINT(clang-analyzer-unix.Malloc) */
	http_destroy(etcd->http);
	while (etcd->count)
		free(etcd->endpoint[--etcd->count]);
	free(etcd->endpoint);
	free(etcd->username);
	free(etcd->password);
	free(etcd->token);
	free(etcd);
}

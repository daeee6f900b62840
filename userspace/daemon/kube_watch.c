// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kube_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "../lib/memory.h"
#include "backoff.h"
#include "json_brief.h"
#include "json_stream.h"
#include "kube.h"
#include "kube_list.h"

/* Objects of one page: what the server must hold for us is bounded. */
#define PAGE 500
#define PAGE_MS 60000
/* etcd takes no object of more than 1.5 MiB; JSON may be twice as long. */
#define EVENT_MAX (8u << 20)
/* A server that does not answer a watch waits for a version to come. */
#define BEGIN_MS 30000
/* There is a bookmark each minute, so silence is a lost connection. */
#define SILENCE_MS 180000
/* A watch that ends sooner, and with nothing, is a failure. */
#define SHORT_NS 1000000000ULL
/* Watches end after a while, those of a cluster's nodes not together. */
#define WATCH_SECONDS 300

/**
 * struct kube_watch - objects that are followed
 * @config: what is followed; its texts are copies
 * @events: whom to tell
 * @data: for @events
 * @call: what is being asked, or NULL
 * @timer: the next try, or the end of patience with @call
 * @version: resourceVersion of the last that was told, NULL to list first
 * @list: the page that is coming
 * @stream: the events that are coming
 * @broken: what came was nonsense
 * @watching: @call is a watch
 * @begun: it was accepted
 * @heard: an event has come
 * @since: when it began, as uv_hrtime() counts
 * @failures: in a row
 * @lists: how many there were
 * @watches: likewise
 * @count: of events
 */
struct kube_watch {
	struct kube_watch_config config;
	const struct kube_watch_events *events;
	void *data;
	struct kube_call *call;
	uv_timer_t timer;
	char *version;
	struct kube_list list;
	struct json_stream stream;
	bool broken;
	bool watching;
	bool begun;
	bool heard;
	uint64_t since;
	unsigned int failures;
	unsigned int lists;
	unsigned int watches;
	uint64_t count;
};

static void ask(struct kube_watch *watch);

static void on_retry(uv_timer_t *timer)
{
	ask(timer->data);
}

static void set_version(struct kube_watch *watch, const char *version)
{
	char *new = version ? memory_must(strdup(version)) : NULL;

	free(watch->version);
	watch->version = new;
}

/* Who was told to wait does not come back with all the others. */
static void lost(struct kube_watch *watch, int error, const char *why,
		 unsigned int wait_ms)
{
	unsigned int ms = backoff_ms(watch->failures++);

	watch->call = NULL;
	watch->events->current(watch->data, error, why);
	uv_timer_start(&watch->timer, on_retry, wait_ms + ms, 0);
}

static void abandon(struct kube_watch *watch, int error, const char *why)
{
	kube_cancel(watch->call);
	lost(watch, error, why, 0);
}

/*
 * Most of an object is what its owner reports of it and who wrote what; most
 * events are of no other change.
 */
static const char *const without[] = { "status", "managedFields", NULL };

static const char *meta(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(json_object_get(object,
						 "metadata"), key));
}

/* An object, or if @key is not NULL, something with an object there. */
static json_t *load(const struct kube_watch *watch, const char *text,
		    size_t len, const char *key)
{
	json_t *json = json_brief(text, len, watch->config.without);
	const char *name = meta(key ? json_object_get(json, key) : json,
				"name");

	if (!name || !watch->config.whole ||
	    strcmp(name, watch->config.whole) != 0)
		return json;
	json_decref(json);
	return json_loadb(text, len, 0, NULL);
}

static void on_item(void *data, const char *text, size_t len)
{
	struct kube_watch *watch = data;
	json_t *object = load(watch, text, len, NULL);

	if (object)
		watch->events->put(watch->data, object);
	else
		watch->broken = true;
	json_decref(object);
}

static void on_list_data(void *user, const char *data, size_t len)
{
	struct kube_watch *watch = user;

	if (kube_list_put(&watch->list, data, len) || watch->broken)
		abandon(watch, -EPROTO, "what answers is no API server, or the list is broken");
}

static void list_page(struct kube_watch *watch, const char *more);

static void on_list_done(void *user, const struct kube_reply *reply)
{
	struct kube_watch *watch = user;
	char *version, *more;

	watch->call = NULL;
	if (reply->error) {
		lost(watch, reply->error, reply->why, reply->wait_ms);
		return;
	}
	if (kube_list_end(&watch->list, &version, &more)) {
		lost(watch, -EPROTO, "what answers is no API server, or the list is cut off",
		     0);
		return;
	}
	if (more) {
		list_page(watch, more);
	} else {
		set_version(watch, version);
		watch->events->complete(watch->data);
		/* kube_watch_again() may have been the answer. */
		if (watch->version)
			ask(watch);
	}
	free(version);
	free(more);
}

static char *escape(const char *text)
{
	char *out = memory_must(malloc(strlen(text) * 3 + 1)), *at = out;

	for (; *text; text++) {
		if ((*text >= '0' && *text <= '9') || *text == '-' ||
		    (*text >= 'A' && *text <= 'Z') || *text == '_' ||
		    (*text >= 'a' && *text <= 'z'))
			*at++ = *text;
		else
			at += sprintf(at, "%%%02X", (unsigned char)*text);
	}
	*at = '\0';
	return out;
}

/*
 * Without resourceVersion it is what etcd has now: no older than anything
 * that any server has told before.
 */
static void list_page(struct kube_watch *watch, const char *more)
{
	char *token = escape(more ?: ""), *path;
	struct kube_request request = {
		.method = "GET",
		.timeout = PAGE_MS,
		.compressed = true,
		.data = on_list_data,
		.done = on_list_done,
		.user = watch,
	};

	kube_list_exit(&watch->list);
	kube_list_init(&watch->list, on_item, watch);
	watch->broken = false;
	if (asprintf(&path, "%s?limit=%d%s%s", watch->config.path, PAGE,
		     more ? "&continue=" : "", token) < 0)
		memory_must(NULL);
	request.path = path;
	watch->call = kube_start(watch->config.kube, &request);
	free(path);
	free(token);
}

static void on_silence(uv_timer_t *timer)
{
	struct kube_watch *watch = timer->data;

	if (!watch->begun) {
		set_version(watch, NULL);
		abandon(watch, -ETIMEDOUT, "the API server does not begin a watch");
		return;
	}
	kube_cancel(watch->call);
	watch->call = NULL;
	ask(watch);
}

static void on_begin(void *user)
{
	struct kube_watch *watch = user;

	watch->begun = true;
	watch->since = uv_hrtime();
	uv_timer_start(&watch->timer, on_silence, watch->config.silence_ms, 0);
	watch->events->current(watch->data, 0, "");
}

/* Return: false if the watch has come to its end. */
static bool tell_error(struct kube_watch *watch, const json_t *status)
{
	json_int_t code = json_integer_value(json_object_get(status, "code"));
	const char *words = json_string_value(json_object_get(status,
							      "message"));
	char why[256];
	int error = kube_status_error(code > 0 ? (unsigned int)code : 500);

	snprintf(why, sizeof(why), "API server %.80s: %.150s",
		 kube_server(watch->config.kube), words ?: "the watch failed");
	if (error == -ESTALE)
		set_version(watch, NULL);
	abandon(watch, error ?: -EPROTO, why);
	return false;
}

/* Return: false if the watch has come to its end. */
static bool tell(struct kube_watch *watch, const char *text, size_t len)
{
	json_t *event = load(watch, text, len, "object");
	const json_t *object = json_object_get(event, "object");
	const char *type = json_string_value(json_object_get(event, "type"));
	const char *version = meta(object, "resourceVersion");
	bool more = true;

	if (type && !strcmp(type, "ERROR")) {
		more = tell_error(watch, object);
	} else if (!type || !version) {
		abandon(watch, -EPROTO, "the API server's watch is broken");
		more = false;
	} else {
		watch->heard = true;
		watch->failures = 0;
		watch->count++;
		set_version(watch, version);
		if (!strcmp(type, "ADDED") || !strcmp(type, "MODIFIED"))
			watch->events->put(watch->data, object);
		else if (!strcmp(type, "DELETED"))
			watch->events->remove(watch->data, object);
	}
	json_decref(event);
	return more;
}

static void on_watch_data(void *user, const char *data, size_t len)
{
	struct kube_watch *watch = user;
	const char *text;
	size_t size;
	int ret;

	uv_timer_start(&watch->timer, on_silence, watch->config.silence_ms, 0);
	ret = json_stream_put(&watch->stream, data, len);
	while (!ret && (ret = json_stream_next(&watch->stream, &text,
					       &size)) > 0) {
		if (!tell(watch, text, size))
			return;
		ret = 0;
	}
	if (ret < 0)
		abandon(watch, -EPROTO, "the API server's watch is broken");
}

static void on_watch_done(void *user, const struct kube_reply *reply)
{
	struct kube_watch *watch = user;
	bool lived = watch->begun &&
		     (watch->heard || uv_hrtime() - watch->since > SHORT_NS);

	watch->call = NULL;
	uv_timer_stop(&watch->timer);
	if (lived)
		watch->failures = 0;
	if (reply->error == -ESTALE)
		set_version(watch, NULL);
	if (reply->error)
		lost(watch, reply->error, reply->why, reply->wait_ms);
	else if (!lived)
		lost(watch, -EBUSY, "the API server ends watches at once", 0);
	else
		ask(watch);
}

static void start_watch(struct kube_watch *watch)
{
	char *version = escape(watch->version), *path;
	struct kube_request request = {
		.method = "GET",
		.begin = on_begin,
		.data = on_watch_data,
		.done = on_watch_done,
		.user = watch,
	};
	uint32_t chance = 0;

	if (getrandom(&chance, sizeof(chance), 0) < 0)
		chance = 0;
	json_stream_exit(&watch->stream);
	json_stream_init(&watch->stream, EVENT_MAX);
	if (asprintf(&path, "%s?watch=1&resourceVersion=%s&allowWatchBookmarks=true&timeoutSeconds=%u",
		     watch->config.path, version,
		     WATCH_SECONDS + chance % WATCH_SECONDS) < 0)
		memory_must(NULL);
	request.path = path;
	watch->begun = false;
	watch->heard = false;
	watch->watches++;
	uv_timer_start(&watch->timer, on_silence, watch->config.begin_ms, 0);
	watch->call = kube_start(watch->config.kube, &request);
	free(path);
	free(version);
}

static void ask(struct kube_watch *watch)
{
	watch->watching = watch->version;
	if (watch->watching) {
		start_watch(watch);
		return;
	}
	watch->lists++;
	watch->events->begin(watch->data);
	list_page(watch, NULL);
}

/**
 * kube_watch_create() - begin to follow
 * @loop: where it runs
 * @config: what to follow
 * @events: whom to tell, never from here
 * @data: for @events
 *
 * Return: the watch.
 */
struct kube_watch *kube_watch_create(uv_loop_t *loop,
				     const struct kube_watch_config *config,
				     const struct kube_watch_events *events,
				     void *data)
{
	struct kube_watch *watch = memory_must(calloc(1, sizeof(*watch)));

	watch->config = *config;
	watch->config.path = memory_must(strdup(config->path));
	if (config->whole)
		watch->config.whole = memory_must(strdup(config->whole));
	watch->config.without = config->without ?: without;
	watch->config.begin_ms = config->begin_ms ?: BEGIN_MS;
	watch->config.silence_ms = config->silence_ms ?: SILENCE_MS;
	watch->events = events;
	watch->data = data;
	kube_list_init(&watch->list, on_item, watch);
	json_stream_init(&watch->stream, EVENT_MAX);
	uv_timer_init(loop, &watch->timer);
	watch->timer.data = watch;
	uv_timer_start(&watch->timer, on_retry, 0, 0);
	return watch;
}

/**
 * kube_watch_again() - tell the whole list once more
 * @watch: the watch
 */
void kube_watch_again(struct kube_watch *watch)
{
	/* What is about to list does so anyway. */
	if (!watch->version)
		return;
	kube_cancel(watch->call);
	watch->call = NULL;
	set_version(watch, NULL);
	uv_timer_start(&watch->timer, on_retry, 0, 0);
}

static void free_watch(uv_handle_t *handle)
{
	struct kube_watch *watch = handle->data;

	kube_list_exit(&watch->list);
	json_stream_exit(&watch->stream);
	free(watch->version);
	free((char *)watch->config.path);
	free((char *)watch->config.whole);
	free(watch);
}

/**
 * kube_watch_destroy() - follow no more
 * @watch: the watch, or NULL; the loop must run once more to close handles
 */
void kube_watch_destroy(struct kube_watch *watch)
{
	if (!watch)
		return;
	kube_cancel(watch->call);
	uv_close((uv_handle_t *)&watch->timer, free_watch);
}

/**
 * kube_watch_describe() - state of it for people
 * @watch: the watch
 *
 * Return: a new object.
 */
json_t *kube_watch_describe(const struct kube_watch *watch)
{
	return json_pack("{s:s, s:s, s:i, s:i, s:I, s:b}", "server",
			 kube_server(watch->config.kube), "version",
			 watch->version ?: "", "lists", (int)watch->lists,
			 "watches", (int)watch->watches, "events",
			 (json_int_t)watch->count, "current",
			 watch->watching && watch->begun);
}

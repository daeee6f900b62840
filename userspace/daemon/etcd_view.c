// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "etcd_view.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"
#include "backoff.h"
#include "etcd_json.h"

/* Subnets that are asked for at once: what is held of a list is bounded. */
#define PAGE 500
/* A member that is paused takes a watch and does not say so. */
#define CREATE_MS 10000
/*
 * A watch is silent when nothing changes, and when its member is paused or cut
 * off. So a question is asked now and then, of the member alone.
 */
#define PROBE_MS 10000
#define PROBE_JITTER_MS 5000
/* etcd tells each ten minutes that nothing has changed. */
#define SILENCE_MS 1500000
/* A watch that lasted so long was a good one. */
#define GOOD_NS 10000000000ULL

/* The two things that are watched; their watch_id is one more. */
enum { CONFIG, SUBNETS, WATCHES };

/**
 * struct etcd_view - state of it
 * @etcd: the cluster
 * @timer: next try, or the patience with a watch
 * @events: whom to tell
 * @data: for @events
 * @config: key of the configuration
 * @subnets: what the keys of subnets begin with
 * @call: list or watch, NULL between tries
 * @probe: question whether the watch's member still answers
 * @endpoint: the watch's member
 * @begin_ms: patience with a watch that is not confirmed
 * @silence_ms: patience with one that is silent
 * @heard: when the watch told anything, as uv_now() counts
 * @page: subnets to ask for at once
 * @listed: revision of the snapshot that is being told
 * @seen: last revision that was told, of each watch
 * @created: watches that were confirmed
 * @whole: there has been a snapshot to go on from
 * @failures: in a row
 * @since: when the watch began to be current
 * @lists: snapshots that were begun
 * @watches: watches that were begun
 */
struct etcd_view {
	struct etcd *etcd;
	uv_timer_t timer;
	const struct etcd_view_events *events;
	void *data;
	char *config;
	char *subnets;
	struct etcd_call *call;
	struct etcd_call *probe;
	const char *endpoint;
	unsigned int begin_ms;
	unsigned int silence_ms;
	uint64_t heard;
	unsigned int page;
	int64_t listed;
	int64_t seen[WATCHES];
	unsigned int created;
	bool whole;
	unsigned int failures;
	uint64_t since;
	unsigned int lists;
	unsigned int watches;
};

static void list(struct etcd_view *view);
static void list_page(struct etcd_view *view, const char *after);
static void watch(struct etcd_view *view);

static void try_again(uv_timer_t *timer)
{
	struct etcd_view *view = timer->data;

	if (view->whole)
		watch(view);
	else
		list(view);
}

static void lost(struct etcd_view *view, int error, const char *why)
{
	bool good = view->created == WATCHES &&
		    uv_hrtime() - view->since > GOOD_NS;

	etcd_cancel(view->probe);
	view->probe = NULL;
	view->call = NULL;
	view->created = 0;
	if (error == -ESTALE)
		view->whole = false;
	view->failures = good ? 0 : view->failures + 1;
	uv_timer_start(&view->timer, try_again,
		       backoff_ms(view->failures ? view->failures - 1 : 0), 0);
	view->events->current(view->data, error, why);
}

/* Tells one key; false if it is not base64. */
static bool tell_put(struct etcd_view *view, const json_t *json)
{
	struct etcd_kv kv = {
		.revision = etcd_json_get_number(json, "mod_revision"),
		.lease = etcd_json_get_number(json, "lease"),
	};
	char *key = etcd_json_get_bytes(json, "key", NULL);
	char *value = etcd_json_get_bytes(json, "value", &kv.len);
	bool good = key && value;

	if (good && !strcmp(key, view->config)) {
		view->events->config(view->data, value, kv.len);
	} else if (good && !strncmp(key, view->subnets,
				    strlen(view->subnets))) {
		kv.key = key + strlen(view->subnets);
		kv.value = value;
		view->events->put(view->data, &kv);
	}
	free(key);
	free(value);
	return good;
}

static const json_t *range_of(const json_t *answer, size_t index)
{
	const json_t *responses = json_object_get(answer, "responses");

	return json_object_get(json_array_get(responses, index),
			       "response_range");
}

static const json_t *last_of(const json_t *array)
{
	return json_array_get(array, json_array_size(array) - 1);
}

static void tell_page(struct etcd_view *view, const json_t *range)
{
	const json_t *kvs = json_object_get(range, "kvs");
	const json_t *kv;
	char *last;
	size_t i;

	json_array_foreach(kvs, i, kv) {
		tell_put(view, kv);
	}
	last = etcd_json_get_bytes(last_of(kvs), "key", NULL);
	if (json_is_true(json_object_get(range, "more")) && last && *last) {
		list_page(view, last);
	} else {
		view->seen[CONFIG] = view->listed;
		view->seen[SUBNETS] = view->listed;
		view->whole = true;
		view->events->complete(view->data, view->listed);
		watch(view);
	}
	free(last);
}

static bool list_failed(struct etcd_view *view, const struct etcd_reply *reply)
{
	view->call = NULL;
	if (!reply->error)
		return false;
	if (reply->error == -EMSGSIZE && view->page > 1) {
		view->page = view->page / 8 ?: 1;
		list(view);
	} else {
		lost(view, reply->error, reply->why);
	}
	return true;
}

static void on_page(void *data, const struct etcd_reply *reply)
{
	struct etcd_view *view = data;

	if (!list_failed(view, reply))
		tell_page(view, reply->json);
}

/* Of one revision, whatever changes meanwhile. */
static void list_page(struct etcd_view *view, const char *after)
{
	json_t *body = json_object();
	size_t len = strlen(after);

	etcd_json_set_prefix(body, view->subnets);
	/* The next possible key has one 0 byte more. */
	json_object_set_new(body, "key", etcd_json_bytes(after, len + 1));
	json_object_set_new(body, "limit", json_integer(view->page));
	json_object_set_new(body, "revision", etcd_json_number(view->listed));
	view->call = etcd_call(view->etcd, "kv/range", body, on_page, view);
}

static void on_list(void *data, const struct etcd_reply *reply)
{
	struct etcd_view *view = data;
	const json_t *kvs;

	if (list_failed(view, reply))
		return;
	view->listed = etcd_json_get_number(
		json_object_get(reply->json, "header"), "revision");
	if (!view->listed || !range_of(reply->json, SUBNETS)) {
		lost(view, -EPROTO, "etcd answers nonsense");
		return;
	}
	kvs = json_object_get(range_of(reply->json, CONFIG), "kvs");
	if (!json_array_size(kvs))
		view->events->config(view->data, NULL, 0);
	else
		tell_put(view, json_array_get(kvs, 0));
	view->lists++;
	view->events->begin(view->data);
	tell_page(view, range_of(reply->json, SUBNETS));
}

static void list(struct etcd_view *view)
{
	json_t *subnets = json_object(), *body;

	view->created = 0;
	view->whole = false;
	etcd_json_set_prefix(subnets, view->subnets);
	json_object_set_new(subnets, "limit", json_integer(view->page));
	body = json_pack("{s:[{s:{s:o}}, {s:o}]}", "success", "request_range",
			 "key", etcd_json_text(view->config), "request_range",
			 subnets);
	view->call = etcd_call(view->etcd, "kv/txn", body, on_list, view);
}

static void tell_event(struct etcd_view *view, const json_t *event)
{
	const char *type = json_string_value(json_object_get(event, "type"));
	const json_t *kv = json_object_get(event, "kv");
	char *key = etcd_json_get_bytes(kv, "key", NULL);
	size_t len = strlen(view->subnets);
	bool config = key && !strcmp(key, view->config);

	if (!type || strcmp(type, "DELETE") != 0)
		tell_put(view, kv);
	else if (config)
		view->events->config(view->data, NULL, 0);
	else if (key && !strncmp(key, view->subnets, len))
		view->events->remove(view->data, key + len);
	view->seen[config ? CONFIG : SUBNETS] =
		etcd_json_get_number(kv, "mod_revision");
	free(key);
}

static void start_probe(struct etcd_view *view);

/* Another member may have answered: the watch's did not, then. */
static void on_probe(void *data, const struct etcd_reply *reply)
{
	struct etcd_view *view = data;

	view->probe = NULL;
	if (!reply->error && view->endpoint == etcd_endpoint(view->etcd)) {
		start_probe(view);
		return;
	}
	etcd_cancel(view->call);
	lost(view, reply->error ?: -EHOSTUNREACH,
	     reply->why ?: "a member of etcd does not answer any more");
}

/* Its member answers, but not for the watch: one that is new may be heard. */
static bool is_deaf(struct etcd_view *view)
{
	if (uv_now(view->timer.loop) - view->heard <= view->silence_ms)
		return false;
	etcd_cancel(view->call);
	watch(view);
	return true;
}

static void probe(uv_timer_t *timer)
{
	struct etcd_view *view = timer->data;
	json_t *body;

	if (is_deaf(view))
		return;
	body = json_pack("{s:o, s:b, s:b}", "key", etcd_json_text(view->config),
			 "count_only", 1, "serializable", 1);
	view->probe = etcd_call(view->etcd, "kv/range", body, on_probe, view);
}

static void start_probe(struct etcd_view *view)
{
	unsigned int ms = PROBE_MS + backoff_ms(UINT_MAX) % PROBE_JITTER_MS;

	uv_timer_start(&view->timer, probe,
		       ms < view->silence_ms ? ms : view->silence_ms, 0);
}

/*
 * With events, the revision of the header may be ahead of what was told: a
 * watch that catches up is told in parts. Without, it is progress.
 */
static void on_result(void *data, const json_t *result)
{
	const json_t *header = json_object_get(result, "header");
	const json_t *events = json_object_get(result, "events"), *event;
	int64_t revision = etcd_json_get_number(header, "revision");
	int64_t id = etcd_json_get_number(result, "watch_id");
	struct etcd_view *view = data;
	size_t i;

	view->heard = uv_now(view->timer.loop);
	json_array_foreach(events, i, event) {
		tell_event(view, event);
	}
	if (i) {
		view->events->changed(view->data, view->seen[SUBNETS]);
		return;
	}
	if (!json_is_true(json_object_get(result, "created"))) {
		if (id >= 1 && id <= WATCHES && revision > view->seen[id - 1])
			view->seen[id - 1] = revision;
		return;
	}
	if (++view->created < WATCHES)
		return;
	view->since = uv_hrtime();
	if (revision < view->seen[SUBNETS]) {
		/* A member that lags, or another cluster by the same name. */
		etcd_cancel(view->call);
		lost(view, -ESTALE, "etcd is older than what it has told");
		return;
	}
	start_probe(view);
	view->events->current(view->data, 0, NULL);
	view->events->changed(view->data, view->seen[SUBNETS]);
}

static void on_end(void *data, const struct etcd_reply *reply)
{
	lost(data, reply->error, reply->why);
}

static void out_of_patience(uv_timer_t *timer)
{
	struct etcd_view *view = timer->data;

	etcd_cancel(view->call);
	etcd_next(view->etcd);
	lost(view, -EHOSTUNREACH, "etcd does not confirm a watch");
}

static json_t *create_request(const struct etcd_view *view, int which)
{
	json_t *create = json_object();

	if (which == SUBNETS)
		etcd_json_set_prefix(create, view->subnets);
	else
		json_object_set_new(create, "key",
				    etcd_json_text(view->config));
	json_object_set_new(create, "watch_id", json_integer(which + 1));
	json_object_set_new(create, "start_revision",
			    etcd_json_number(view->seen[which] + 1));
	json_object_set_new(create, "progress_notify", json_true());
	return create;
}

static void watch(struct etcd_view *view)
{
	json_t *creates = json_array();
	int i;

	for (i = 0; i < WATCHES; i++)
		json_array_append_new(creates, create_request(view, i));
	view->created = 0;
	view->watches++;
	uv_timer_start(&view->timer, out_of_patience, view->begin_ms, 0);
	view->endpoint = etcd_endpoint(view->etcd);
	view->call = etcd_watch(view->etcd, creates, on_result, on_end, view);
}

/**
 * etcd_view_create() - begin to look
 * @loop: where it runs
 * @config: where to look; texts are copied
 * @events: whom to tell
 * @data: for @events
 *
 * Return: the view.
 */
struct etcd_view *etcd_view_create(uv_loop_t *loop,
				   const struct etcd_view_config *config,
				   const struct etcd_view_events *events,
				   void *data)
{
	struct etcd_view *view = memory_must(calloc(1, sizeof(*view)));

	view->etcd = config->etcd;
	view->begin_ms = config->begin_ms ?: CREATE_MS;
	view->silence_ms = config->silence_ms ?: SILENCE_MS;
	view->events = events;
	view->data = data;
	view->page = PAGE;
	/* The slash keeps <prefix>/subnetsX out. */
	if (asprintf(&view->config, "%s/config", config->prefix) < 0 ||
	    asprintf(&view->subnets, "%s/subnets/", config->prefix) < 0)
		abort();
	uv_timer_init(loop, &view->timer);
	view->timer.data = view;
	list(view);
	return view;
}

static void free_view(uv_handle_t *handle)
{
	struct etcd_view *view = handle->data;

	free(view->config);
	free(view->subnets);
	free(view);
}

/**
 * etcd_view_destroy() - look no more
 * @view: the view, or NULL; the loop must run once more to close handles
 */
void etcd_view_destroy(struct etcd_view *view)
{
	if (!view)
		return;
	etcd_cancel(view->call);
	etcd_cancel(view->probe);
	uv_close((uv_handle_t *)&view->timer, free_view);
}

/**
 * etcd_view_again() - tell a snapshot once more
 * @view: the view; it stays as current as it is
 */
void etcd_view_again(struct etcd_view *view)
{
	if (view->created < WATCHES)
		return;
	etcd_cancel(view->call);
	etcd_cancel(view->probe);
	view->probe = NULL;
	uv_timer_stop(&view->timer);
	list(view);
}

/**
 * etcd_view_describe() - state of it for people
 * @view: the view
 *
 * Return: a new object.
 */
json_t *etcd_view_describe(const struct etcd_view *view)
{
	return json_pack("{s:s, s:I, s:i, s:i, s:b}", "endpoint",
			 etcd_endpoint(view->etcd), "revision",
			 (json_int_t)view->seen[SUBNETS], "lists", view->lists,
			 "watches", view->watches, "current",
			 view->created == WATCHES);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kube_self.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lib/memory.h"
#include "backoff.h"
#include "kube.h"
#include "kube_node.h"
#include "log.h"

#define PATCH_MS 15000
/*
 * Who undoes what we wrote would do so for ever. And an event may come that is
 * older than our own patch.
 */
#define HOLD_MS 10000

/**
 * struct kube_self - the own node in Kubernetes
 * @kube: the server
 * @path: where it is patched
 * @prefix: of annotations
 * @told: whom to tell
 * @data: for @told
 * @node: Node object as it was seen last, NULL if there is none
 * @lease: what was published last, NULL if nothing was
 * @ready: packets flow
 * @trouble: why they do not, NULL if nobody said
 * @call: patch that is sent, or NULL
 * @timer: the next try
 * @notes: patch of annotations that was sent last
 * @notes_at: when it was done, as uv_now() counts
 * @ready_at: when the condition was patched; 0 if it never was
 * @failures: in a row
 * @patches: that were done
 */
struct kube_self {
	struct kube *kube;
	char *path;
	char *prefix;
	void (*told)(void *data, int error, const char *why);
	void *data;
	json_t *node;
	struct lease *lease;
	bool ready;
	char *trouble;
	struct kube_call *call;
	uv_timer_t timer;
	char *notes;
	uint64_t notes_at;
	uint64_t ready_at;
	unsigned int failures;
	unsigned int patches;
};

static void update(struct kube_self *self);

static void on_timer(uv_timer_t *timer)
{
	update(timer->data);
}

static void on_done(void *user, const struct kube_reply *reply)
{
	struct kube_self *self = user;
	json_t *node;

	self->call = NULL;
	if (reply->error) {
		self->told(self->data, reply->error, reply->why);
		uv_timer_start(&self->timer, on_timer, reply->wait_ms +
			       backoff_ms(self->failures++), 0);
		return;
	}
	self->failures = 0;
	self->patches++;
	/* The answer is the node as it is now; its event comes later. */
	node = json_loadb(reply->body, reply->len, 0, NULL);
	if (node && *kube_node_uid(node)) {
		json_decref(self->node);
		self->node = json_incref(node);
	}
	json_decref(node);
	update(self);
}

static void send_patch(struct kube_self *self, const char *patch)
{
	struct kube_request request = {
		.method = "PATCH",
		.path = self->path,
		.patch = patch,
		.timeout = PATCH_MS,
		.done = on_done,
		.user = self,
	};

	self->call = kube_start(self->kube, &request);
}

/* Return: true if it is too early to do the same again. */
static bool hold(struct kube_self *self, uint64_t at)
{
	uint64_t passed = uv_now(self->timer.loop) - at;

	if (!at || passed >= HOLD_MS)
		return false;
	uv_timer_start(&self->timer, on_timer, HOLD_MS - passed, 0);
	return true;
}

/* Return: true if there was something to write. */
static bool update_notes(struct kube_self *self)
{
	char *patch = self->lease ? kube_node_patch(self->node, self->prefix,
						    self->lease) : NULL;

	if (!patch)
		return false;
	if (self->notes && !strcmp(self->notes, patch) &&
	    hold(self, self->notes_at)) {
		free(patch);
		return true;
	}
	log_debug("kube", "annotations of this node: %s", patch);
	free(self->notes);
	self->notes = patch;
	self->notes_at = uv_now(self->timer.loop);
	send_patch(self, patch);
	return true;
}

static bool update_ready(struct kube_self *self)
{
	time_t now = time(NULL);
	char text[32], *patch = NULL;
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	if (self->ready || self->trouble)
		patch = kube_node_ready_patch(self->node, self->trouble, text);
	if (!patch)
		return false;
	if (!hold(self, self->ready_at)) {
		self->ready_at = uv_now(self->timer.loop);
		send_patch(self, patch);
	}
	free(patch);
	return true;
}

static void update(struct kube_self *self)
{
	/* Whatever is waited for looks again at all. */
	if (self->call || !self->node ||
	    (self->failures && uv_is_active((uv_handle_t *)&self->timer)))
		return;
	uv_timer_stop(&self->timer);
	if (!update_notes(self) && !update_ready(self) && self->lease)
		self->told(self->data, 0, "");
}

/**
 * kube_self_create() - nothing is known and nothing to be told yet
 * @loop: where it runs
 * @kube: the server
 * @node: name of the node
 * @prefix: of annotations
 * @told: as kube_self.h says, never called from here
 * @data: for @told
 *
 * Return: the own node.
 */
struct kube_self *kube_self_create(uv_loop_t *loop, struct kube *kube,
				   const char *node, const char *prefix,
				   void (*told)(void *data, int error,
						const char *why),
				   void *data)
{
	struct kube_self *self = memory_must(calloc(1, sizeof(*self)));

	self->kube = kube;
	self->told = told;
	self->data = data;
	self->prefix = memory_must(strdup(prefix));
	if (asprintf(&self->path, "/api/v1/nodes/%s/status", node) < 0)
		memory_must(NULL);
	uv_timer_init(loop, &self->timer);
	self->timer.data = self;
	return self;
}

static void free_self(uv_handle_t *handle)
{
	struct kube_self *self = handle->data;

	json_decref(self->node);
	lease_destroy(self->lease);
	free(self->notes);
	free(self->trouble);
	free(self->prefix);
	free(self->path);
	free(self);
}

/**
 * kube_self_destroy() - write no more
 * @self: the own node, or NULL; the loop must run once more
 */
void kube_self_destroy(struct kube_self *self)
{
	if (!self)
		return;
	kube_cancel(self->call);
	uv_close((uv_handle_t *)&self->timer, free_self);
}

/**
 * kube_self_seen() - the own Node object came, changed or went
 * @self: the own node
 * @node: Node object, or NULL
 */
void kube_self_seen(struct kube_self *self, const json_t *node)
{
	/* Another node by the same name says nothing of us yet. */
	if (!node || !self->node ||
	    strcmp(kube_node_uid(node), kube_node_uid(self->node)) != 0) {
		self->notes_at = 0;
		self->ready_at = 0;
	}
	json_decref(self->node);
	self->node = json_incref((json_t *)node);
	update(self);
}

/**
 * kube_self_publish() - what the other nodes should know
 * @self: the own node
 * @lease: backend, public addresses, MAC addresses and VNIs count
 */
void kube_self_publish(struct kube_self *self, const struct lease *lease)
{
	lease_destroy(self->lease);
	self->lease = memory_must(lease_copy(lease));
	update(self);
}

/**
 * kube_self_ready() - packets of this node flow
 * @self: the own node
 */
void kube_self_ready(struct kube_self *self)
{
	/* That is another thing to say than what was said before. */
	if (self->trouble)
		self->ready_at = 0;
	free(self->trouble);
	self->trouble = NULL;
	self->ready = true;
	update(self);
}

/**
 * kube_self_unready() - packets of this node do not flow
 * @self: the own node
 * @why: a sentence
 */
void kube_self_unready(struct kube_self *self, const char *why)
{
	free(self->trouble);
	self->trouble = memory_must(strdup(why));
	self->ready = false;
	update(self);
}

/**
 * kube_self_describe() - state of it for people
 * @self: the own node
 *
 * Return: a new object.
 */
json_t *kube_self_describe(const struct kube_self *self)
{
	return json_pack("{s:b, s:b, s:b, s:i, s:i}", "exists",
			 self->node != NULL, "published", self->lease != NULL,
			 "ready", self->ready, "patches", (int)self->patches,
			 "failures", (int)self->failures);
}

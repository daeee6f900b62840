/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KUBE_WATCH_H
#define _KUBE_WATCH_H

#include <jansson.h>
#include <uv.h>

struct kube;
struct kube_watch;

/**
 * struct kube_watch_events - what happens to a kind of objects
 * @begin: a list begins; one that was begun before is forgotten
 * @put: an object is there, or changed; valid during the call
 * @remove: an object is gone
 * @complete: the list is whole: what it had not is gone
 * @current: 0: what was told is current; else a negative errno and a sentence
 *	why it may not be; tried again until it is
 */
struct kube_watch_events {
	void (*begin)(void *data);
	void (*put)(void *data, const json_t *object);
	void (*remove)(void *data, const json_t *object);
	void (*complete)(void *data);
	void (*current)(void *data, int error, const char *why);
};

/**
 * struct kube_watch_config - what to follow
 * @kube: the server
 * @path: of the objects
 * @without: members whose objects and arrays are not told, as json_brief() has
 *	them; NULL for status and managedFields
 * @whole: name of the one that is told with all of them, or NULL
 * @begin_ms: patience with a watch that does not begin, 0 for the usual
 * @silence_ms: patience with one that is silent, 0 for the usual
 */
struct kube_watch_config {
	struct kube *kube;
	const char *path;
	const char *const *without;
	const char *whole;
	unsigned int begin_ms;
	unsigned int silence_ms;
};

/* Lists and watches, and never gives up. */
struct kube_watch *kube_watch_create(uv_loop_t *loop,
				     const struct kube_watch_config *config,
				     const struct kube_watch_events *events,
				     void *data);
void kube_watch_destroy(struct kube_watch *watch);
void kube_watch_again(struct kube_watch *watch);
json_t *kube_watch_describe(const struct kube_watch *watch);

#endif /* _KUBE_WATCH_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "policy_kube.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "../policy/hash.h"
#include "guard.h"
#include "kube.h"
#include "kube_watch.h"
#include "log.h"

/**
 * struct kind - a kind of objects
 * @path: of all of them
 * @api: their apiVersion
 * @name: kind
 * @optional: a server need not have it
 */
struct kind {
	const char *path;
	const char *api;
	const char *name;
	bool optional;
};

/* Namespaces and nodes come first, they are few; pods may be very many. */
static const struct kind kinds[] = {
	{ "/api/v1/namespaces", "v1", "Namespace", false },
	{ "/api/v1/nodes", "v1", "Node", false },
	{ "/apis/networking.k8s.io/v1/networkpolicies",
	  "networking.k8s.io/v1", "NetworkPolicy", false },
	{ "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
	  "policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", true },
	{ "/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies",
	  "policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", true },
	{ "/apis/policy.networking.k8s.io/v1alpha1/baselineadminnetworkpolicies",
	  "policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy",
	  true },
	{ "/api/v1/pods", "v1", "Pod", false },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* What makes a pod or a node long, and says nothing that policies ask for. */
static const char *const without[] = {
	"managedFields", "containerStatuses", "initContainerStatuses",
	"ephemeralContainerStatuses", "volumes", "volumeMounts", "env",
	"affinity", "tolerations", "images", NULL
};

/* An object that was told. */
struct known {
	unsigned int generation;
	UT_hash_handle hh;
	char title[];
};

/**
 * struct follower - follows the objects of a kind
 * @kube: what it is part of
 * @kind: kind
 * @watch: watch
 * @known: what was told
 * @generation: of the list that had it last
 * @before: how many were known before that list
 * @guard: of lists
 * @whole: all were told once
 * @error: 0 or why what was told may not be current, a negative errno
 * @why: the same as a sentence
 */
struct follower {
	struct policy_kube *kube;
	const struct kind *kind;
	struct kube_watch *watch;
	struct known *known;
	unsigned int generation;
	size_t before;
	struct guard guard;
	bool whole;
	int error;
	char why[256];
};

struct policy_kube {
	struct kube *client;
	struct policy_events events;
	void *data;
	struct follower follower[KINDS];
	uv_timer_t again;	/* asks for lists that were not believed */
	char why[256];		/* as it was told */
};

/* What is not there need not be. Return: false if nothing is wrong. */
static bool describe(const struct follower *follower, char why[static 256])
{
	if (follower->error &&
	    !(follower->kind->optional && follower->error == -ENOENT))
		snprintf(why, 256, "%s", follower->why);
	else if (follower->guard.doubts)
		snprintf(why, 256, "%s: more than half of them, or all, are gone: what is known stays until that is said again in %d seconds",
			 follower->kind->name, GUARD_SECONDS);
	else
		return false;
	return true;
}

/* The first thing that is wrong. */
static void tell_state(struct policy_kube *kube)
{
	char why[256] = "";
	size_t i = 0;

	while (i < KINDS && !describe(&kube->follower[i], why))
		i++;
	if (!strcmp(why, kube->why))
		return;
	snprintf(kube->why, sizeof(kube->why), "%s", why);
	kube->events.state(kube->data, kube->why);
}

/* Whatever was told counts as soon as all kinds were told once. */
static void changed(struct policy_kube *kube)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (!kube->follower[i].whole)
			return;
	kube->events.complete(kube->data);
}

/* As policy_source.h has it. Return: NULL if it has no name. */
static char *make_title(const struct kind *kind, const json_t *object)
{
	const json_t *meta = json_object_get(object, "metadata");
	const char *name = json_string_value(json_object_get(meta, "name"));
	const char *ns = json_string_value(json_object_get(meta, "namespace"));
	char *title;

	if (!name)
		return NULL;
	if (asprintf(&title, "%s %s%s%s", kind->name, ns ?: "", ns ? "/" : "",
		     name) < 0)
		title = memory_must(NULL);
	return title;
}

static void note(struct follower *follower, const char *title)
{
	size_t len = strlen(title);
	struct known *known;

	HASH_FIND(hh, follower->known, title, len, known);
	if (!known) {
		known = memory_must(calloc(1, sizeof(*known) + len + 1));
		memcpy(known->title, title, len);
		HASH_ADD(hh, follower->known, title, len, known);
	}
	known->generation = follower->generation;
}

static void on_begin(void *data)
{
	struct follower *follower = data;

	follower->generation++;
	follower->before = HASH_COUNT(follower->known);
}

/* What cannot be read at all is as it was when it could. */
static void on_put(void *data, const json_t *json)
{
	struct follower *follower = data;
	struct policy_kube *kube = follower->kube;
	const struct kind *kind = follower->kind;
	struct policy_object object = {};
	struct k8sov_error err = {};
	char *title = make_title(kind, json);

	if (!title)
		return;
	note(follower, title);
	if (policy_parse(json, kind->api, kind->name, &object, &err)) {
		log_warn("policy", "%s is left as it was: %s", title,
			 err.message);
	} else {
		kube->events.set(kube->data, &object);
		changed(kube);
	}
	free(title);
}

static void forget(struct follower *follower, struct known *known)
{
	struct policy_kube *kube = follower->kube;

	kube->events.remove(kube->data, known->title);
	HASH_DEL(follower->known, known);
	free(known);
}

static void on_remove(void *data, const json_t *json)
{
	struct follower *follower = data;
	char *title = make_title(follower->kind, json);
	struct known *known = NULL;

	if (title)
		HASH_FIND(hh, follower->known, title, strlen(title), known);
	free(title);
	if (!known)
		return;
	forget(follower, known);
	changed(follower->kube);
}

static uint64_t sum_of(const char *title)
{
	uint64_t sum = 0;

	while (*title)
		sum = sum * 31 + (unsigned char)*title++;
	return sum;
}

static bool believes(struct follower *follower)
{
	struct guard_list list = { .known = follower->before };
	const struct known *known;

	for (known = follower->known; known; known = known->hh.next) {
		if (known->generation == follower->generation)
			list.seen++;
		else
			list.sum += sum_of(known->title);
	}
	return guard_believes(&follower->guard, &list,
			      uv_now(follower->kube->again.loop) / 1000);
}

static void on_again(uv_timer_t *timer)
{
	struct policy_kube *kube = timer->data;
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (kube->follower[i].guard.doubts)
			kube_watch_again(kube->follower[i].watch);
}

static void on_complete(void *data)
{
	struct follower *follower = data;
	struct policy_kube *kube = follower->kube;
	bool all = believes(follower);
	struct known *known, *next;

	if (!all)
		uv_timer_start(&kube->again, on_again, GUARD_MS, 0);
	for (known = all ? follower->known : NULL; known; known = next) {
		next = known->hh.next;
		if (known->generation != follower->generation)
			forget(follower, known);
	}
	tell_state(kube);
	follower->whole = true;
	changed(kube);
}

static void on_current(void *data, int error, const char *why)
{
	struct follower *follower = data;

	follower->error = error;
	snprintf(follower->why, sizeof(follower->why), "%s: %.200s",
		 follower->kind->name, why);
	tell_state(follower->kube);
	/* A server without the kind has no object of it. What it had stays:
	 * who takes a kind away takes its objects away first, and tells.
	 */
	if (error == -ENOENT && follower->kind->optional && !follower->whole) {
		follower->whole = true;
		changed(follower->kube);
	}
}

static const struct kube_watch_events watch_events = {
	.begin = on_begin,
	.put = on_put,
	.remove = on_remove,
	.complete = on_complete,
	.current = on_current,
};

/**
 * policy_kube_open() - follow policies, and what they ask about
 * @kube: set on success; the caller closes it
 * @loop: that it runs in
 * @config: kubeconfig files with colons between, "" in a pod
 * @url: URL of the server, NULL for what @config says
 * @events: who is told, from the loop
 * @data: for @events
 * @err: filled on failure
 *
 * Return: 0, or what kube_create() says.
 */
int policy_kube_open(struct policy_kube **kube, uv_loop_t *loop,
		     const char *config, const char *url,
		     const struct policy_events *events, void *data,
		     struct k8sov_error *err)
{
	struct policy_kube *new = memory_must(calloc(1, sizeof(*new)));
	struct kube_watch_config watch = { .without = without };
	struct follower *follower;
	size_t i;
	int ret;

	ret = kube_create(&new->client, loop, config, url, err);
	if (ret) {
		free(new);
		return ret;
	}
	new->events = *events;
	new->data = data;
	uv_timer_init(loop, &new->again);
	new->again.data = new;
	watch.kube = new->client;
	for (i = 0; i < KINDS; i++) {
		follower = &new->follower[i];
		follower->kube = new;
		follower->kind = &kinds[i];
		watch.path = kinds[i].path;
		follower->watch = kube_watch_create(loop, &watch,
						    &watch_events, follower);
	}
	*kube = new;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/**
 * policy_kube_close() - follow no more
 * @kube: source or NULL; freed by the loop
 */
void policy_kube_close(struct policy_kube *kube)
{
	struct known *known, *next;
	size_t i;

	if (!kube)
		return;
	for (i = 0; i < KINDS; i++) {
		kube_watch_destroy(kube->follower[i].watch);
		for (known = kube->follower[i].known; known; known = next) {
			next = known->hh.next;
			HASH_DEL(kube->follower[i].known, known);
			free(known);
		}
	}
	kube_destroy(kube->client);
	uv_close((uv_handle_t *)&kube->again, on_closed);
}

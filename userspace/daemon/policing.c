// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "policing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "../lib/rtnl.h"
#include "conf.h"
#include "link.h"
#include "log.h"
#include "policy_files.h"
#include "policy_kernel.h"
#include "policy_kube.h"
#include "policy_sync.h"
#include "store.h"

#define RETRY_FIRST_MS 20
#define RETRY_LAST_MS 30000
/* A problem in a log is one of a few, not one of thousands. */
#define PROBLEMS_MAX 20

/**
 * struct problems - policies that are not obeyed as they are
 * @n: how many
 * @sum: to see that they are others
 * @first: one of them, and why; "" if there is none
 */
struct problems {
	size_t n;
	uint64_t sum;
	char first[256];
};

/**
 * struct policing - policy of this node
 * @conf: options
 * @on_change: called when policing_read_status() may say something new
 * @data: for @on_change
 * @rtnl: socket for the device's mode
 * @files: source, or NULL
 * @kube: the other source, or NULL
 * @sync: the kernel, and what it is to have; its device is 0 as long as there
 *	is none
 * @timer: compares or tells soon, or again after a failure
 * @retry_ms: when
 * @mode: the device's, enum k8sov_policy_mode
 * @whole: everything was told once
 * @problems: policies that are not obeyed as they are
 * @source_trouble: what the source says about itself
 * @trouble: what else does not work
 * @status: the rest of what others may know
 */
struct policing {
	const struct conf *conf;
	void (*on_change)(void *data);
	void *data;
	struct rtnl rtnl;
	struct policy_files *files;
	struct policy_kube *kube;
	struct policy_sync sync;
	uv_timer_t timer;
	uint64_t retry_ms;
	uint8_t mode;
	bool whole;
	struct problems problems;
	char source_trouble[256];
	char trouble[256];
	struct policing_status status;
};

static void on_timer(uv_timer_t *timer);

/* Once, when everything that came in this iteration was heard. */
static void schedule(struct policing *policing)
{
	uv_timer_start(&policing->timer, on_timer, 0, 0);
}

static uint64_t add_to_sum(uint64_t sum, const char *text)
{
	while (*text)
		sum = sum * 31 + (unsigned char)*text++;
	return sum;
}

static void count_problem(void *context, const char *object, const char *why)
{
	struct problems *problems = context;

	if (!problems->n++)
		snprintf(problems->first, sizeof(problems->first),
			 "%.120s is not obeyed as it is: %.110s", object, why);
	problems->sum = add_to_sum(add_to_sum(problems->sum, object), why);
}

static void log_problem(void *context, const char *object, const char *why)
{
	size_t *left = context;

	if (*left && (*left)--)
		log_warn("policy", "%s is not obeyed as it is: %s", object,
			 why);
}

static void tell_problems(struct policing *policing)
{
	uint64_t sum = policing->problems.sum;
	size_t left = PROBLEMS_MAX;

	policing->problems = (struct problems){};
	policy_problems(policing->sync.compiler, count_problem,
			&policing->problems);
	if (policing->problems.sum != sum)
		policy_problems(policing->sync.compiler, log_problem, &left);
}

static int set_mode(struct policing *policing, struct k8sov_error *err)
{
	static const char *const names[] = { "off", "audit", "enforce" };
	uint8_t mode = (uint8_t)policing->conf->policy;
	int ret;

	if (policing->mode == mode)
		return 0;
	ret = link_set_policy(&policing->rtnl, policing->sync.device, mode,
			      err);
	if (ret)
		return ret;
	policing->mode = mode;
	log_info("policy", "%s: %s", policing->conf->device, names[mode]);
	return 0;
}

static void tell_synced(struct policing *policing,
			const struct policy_synced *synced)
{
	struct policing_status *status = &policing->status;
	struct policy_counts counts;

	policy_count(policing->sync.compiler, &counts);
	status->policies = counts.policies;
	status->rulesets = counts.rulesets;
	status->identities = counts.identities;
	status->ready = synced->count.ready;
	status->pending = synced->count.pending;
	status->waiting = synced->count.waiting;
	status->changes += synced->changes;
	if (synced->changes)
		log_info("policy", "%zu changes made", synced->changes);
	if (synced->foreign)
		log_warn("policy", "%zu identities are left as somebody else has set them",
			 synced->foreign);
	tell_problems(policing);
}

static int tell_kernel(struct policing *policing, struct k8sov_error *err)
{
	struct policy_synced synced;
	int ret = policy_sync(&policing->sync, &synced, err);

	if (!ret)
		tell_synced(policing, &synced);
	return ret;
}

/*
 * Before everything is known, nothing is changed. Where nothing is attached
 * yet, that may be judged from the beginning all the same.
 */
static int switch_on(struct policing *policing, struct k8sov_error *err)
{
	struct policy_endpoints endpoints;
	int ret;

	if (policing->whole) {
		ret = tell_kernel(policing, err);
		return ret ? ret : set_mode(policing, err);
	}
	ret = policy_kernel_endpoints(policing->sync.kernel,
				      policing->sync.device, &endpoints, err);
	if (!ret && !endpoints.n)
		ret = set_mode(policing, err);
	free(endpoints.endpoint);
	return ret;
}

/* What isolates pods is taken away when nobody is judged any more. */
static int switch_off(struct policing *policing, struct k8sov_error *err)
{
	struct policy_synced synced;
	int ret = set_mode(policing, err);

	if (!ret)
		ret = policy_sync_clear(&policing->sync, &synced, err);
	if (!ret && synced.changes)
		log_info("policy", "%zu changes made: nothing of policy is left",
			 synced.changes);
	return ret;
}

static void fail(struct policing *policing, const struct k8sov_error *err)
{
	/* Somebody attached a pod or took room meanwhile: nobody's fault. */
	if ((err->code != EAGAIN && err->code != ENOSPC) ||
	    policing->retry_ms > RETRY_FIRST_MS) {
		log_error("policy", "%s", err->message);
		policing->status.errors++;
		snprintf(policing->trouble, sizeof(policing->trouble), "%s",
			 err->message);
	}
	uv_timer_start(&policing->timer, on_timer, policing->retry_ms, 0);
	policing->retry_ms = policing->retry_ms * 2 < RETRY_LAST_MS ?
			     policing->retry_ms * 2 : RETRY_LAST_MS;
}

static void on_timer(uv_timer_t *timer)
{
	struct policing *policing = timer->data;
	struct k8sov_error err = {};

	if (!policing->sync.device)
		return;
	if (policing->conf->policy == K8SOV_POLICY_MODE_OFF ?
	    switch_off(policing, &err) : switch_on(policing, &err)) {
		fail(policing, &err);
	} else {
		policing->trouble[0] = '\0';
		policing->retry_ms = RETRY_FIRST_MS;
		if (policing->whole && !policing->status.in_force)
			log_info("policy", "the kernel has what the policies say");
		policing->status.in_force |= policing->whole;
	}
	policing->on_change(policing->data);
}

static void on_event(void *data, enum policy_event event)
{
	struct policing *policing = data;

	policing->sync.all |= event == POLICY_EVENT_TABLES;
	schedule(policing);
}

static void on_set(void *data, struct policy_object *object)
{
	const struct policing *policing = data;
	struct policy_compiler *compiler = policing->sync.compiler;

	switch (object->type) {
	case POLICY_OBJECT_OTHER:
		break;
	case POLICY_OBJECT_POLICY:
		policy_set(compiler, &object->policy);
		break;
	case POLICY_OBJECT_POD:
		policy_pods_set(policing->sync.pods, compiler, &object->pod);
		break;
	case POLICY_OBJECT_NAMESPACE:
		policy_set_namespace(compiler, &object->ns);
		break;
	case POLICY_OBJECT_NODE:
		policy_set_node(compiler, &object->node);
		break;
	}
	policy_object_exit(object);
}

/* "KIND NAMESPACE/NAME" or "KIND NAME" */
static void on_remove(void *data, const char *title)
{
	const struct policing *policing = data;
	struct policy_compiler *compiler = policing->sync.compiler;
	char *kind = memory_must(strdup(title));
	char *name = strchr(kind, ' '), *slash;

	*name++ = '\0';
	slash = strchr(name, '/');
	if (slash)
		*slash = '\0';
	if (!strcmp(kind, "Pod") && slash)
		policy_pods_remove(policing->sync.pods, compiler, name,
				   slash + 1);
	else if (!strcmp(kind, "Namespace"))
		policy_remove_namespace(compiler, name);
	else if (!strcmp(kind, "Node"))
		policy_remove_node(compiler, name);
	else
		policy_remove(compiler, kind, slash ? name : NULL,
			      slash ? slash + 1 : name);
	free(kind);
}

static void on_complete(void *data)
{
	struct policing *policing = data;

	policing->whole = true;
	schedule(policing);
}

static void on_state(void *data, const char *why)
{
	struct policing *policing = data;

	if (*why)
		log_warn("policy", "%s", why);
	snprintf(policing->source_trouble, sizeof(policing->source_trouble),
		 "%s", why);
	policing->on_change(policing->data);
}

static const struct policy_events events = {
	.set = on_set,
	.remove = on_remove,
	.complete = on_complete,
	.state = on_state,
};

/* Files, where they are told; else what the store is. */
static int open_source(struct policing *policing, uv_loop_t *loop,
		       struct k8sov_error *err)
{
	char *path = conf_policy_dir(policing->conf);
	struct store_config store;
	char scheme[16];

	if (!path) {
		conf_store(policing->conf, scheme, &store);
		return policy_kube_open(&policing->kube, loop, store.where,
					store.api_url, &events, policing, err);
	}
	policing->files = policy_files_open(loop, path, &events, policing);
	free(path);
	return 0;
}

/**
 * policing_open() - begin
 * @policing: set on success; the caller closes it
 * @loop: that it runs in
 * @conf: options, which must stay
 * @on_change: called when policing_read_status() may have something new to say
 * @data: for @on_change
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int policing_open(struct policing **policing, uv_loop_t *loop,
		  const struct conf *conf, void (*on_change)(void *data),
		  void *data, struct k8sov_error *err)
{
	struct policing *new = memory_must(calloc(1, sizeof(*new)));
	const struct policy_start start = { .node = conf->node };
	int ret;

	new->conf = conf;
	new->on_change = on_change;
	new->data = data;
	new->retry_ms = RETRY_FIRST_MS;
	new->sync.compiler = policy_compiler_create(&start);
	new->sync.pods = policy_pods_create(conf->node);
	uv_timer_init(loop, &new->timer);
	new->timer.data = new;
	ret = rtnl_open(&new->rtnl, err);
	if (!ret)
		ret = policy_kernel_open(&new->sync.kernel, loop, on_event,
					 new, err);
	if (!ret && conf->policy != K8SOV_POLICY_MODE_OFF)
		ret = open_source(new, loop, err);
	if (ret) {
		policing_close(new);
		return ret;
	}
	*policing = new;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct policing *policing = handle->data;

	policy_pods_destroy(policing->sync.pods);
	policy_compiler_destroy(policing->sync.compiler);
	rtnl_close(&policing->rtnl);
	free(policing);
}

/**
 * policing_close() - end; the policy stays in force
 * @policing: policing or NULL; freed by the loop
 */
void policing_close(struct policing *policing)
{
	if (!policing)
		return;
	policy_files_close(policing->files);
	policy_kube_close(policing->kube);
	policy_kernel_close(policing->sync.kernel);
	uv_close((uv_handle_t *)&policing->timer, on_closed);
}

/**
 * policing_set_device() - the device is, or became, as told
 * @policing: policing, or NULL
 * @device: device, with index 0 if there is none
 */
void policing_set_device(struct policing *policing,
			 const struct link_state *device)
{
	const struct policy_limits limits = {
		.rulesets = device->max_rulesets,
		.prefixes = device->max_identities,
	};

	if (!policing)
		return;

	if (device->ifindex != policing->sync.device)
		policing->sync.all = true;
	else if (device->policy == policing->mode &&
		 limits.rulesets == policing->sync.limits.rulesets &&
		 limits.prefixes == policing->sync.limits.prefixes)
		return;
	policing->sync.limits = limits;
	policing->sync.device = device->ifindex;
	policy_kernel_watch(policing->sync.kernel, device->ifindex);
	policing->mode = device->policy;
	schedule(policing);
}

/**
 * policing_read_status() - how is it doing?
 * @policing: policing, or NULL if no mode was told
 * @status: set; its texts are valid until the loop goes on
 */
void policing_read_status(const struct policing *policing,
			  struct policing_status *status)
{
	memset(status, 0, sizeof(*status));
	status->trouble = "";
	status->problem = "";
	if (!policing)
		return;
	*status = policing->status;
	status->told = policing->conf->policy != K8SOV_POLICY_MODE_OFF;
	status->problems = policing->problems.n;
	status->problem = policing->problems.first;
	status->trouble = *policing->trouble ? policing->trouble :
			  policing->source_trouble;
}

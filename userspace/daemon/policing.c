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
#include "policy_pods.h"
#include "policy_txn.h"
#include "store.h"

#define RETRY_FIRST_MS 20
#define RETRY_LAST_MS 30000
/* A problem in a log is one of a few, not one of thousands. */
#define PROBLEMS_MAX 20

/**
 * struct policing - policy of this node
 * @conf: options
 * @on_change: called when policing_read_status() may say something new
 * @data: for @on_change
 * @rtnl: socket for the device's mode
 * @kernel: policy in the kernel
 * @files: source, or NULL
 * @kube: the other source, or NULL
 * @compiler: what the cluster says, and what that means here
 * @pods: those of this node
 * @timer: compares or tells soon, or again after a failure
 * @retry_ms: when
 * @device: index of the device, 0 as long as there is none
 * @mode: its mode, enum k8sov_policy_mode
 * @whole: everything was told once
 * @all: the kernel may have anything: compare, do not only tell of changes
 * @doomed: rulesets that nothing names when the transaction ends
 * @n_doomed: how many
 * @problems: policies that are not obeyed as they are
 * @problems_sum: to see that they are others
 * @source_trouble: what the source says about itself
 * @trouble: what else does not work
 * @status: the rest of what others may know
 */
struct policing {
	const struct conf *conf;
	void (*on_change)(void *data);
	void *data;
	struct rtnl rtnl;
	struct policy_kernel *kernel;
	struct policy_files *files;
	struct policy_kube *kube;
	struct policy_compiler *compiler;
	struct policy_pods *pods;
	uv_timer_t timer;
	uint64_t retry_ms;
	uint32_t device;
	uint8_t mode;
	bool whole;
	bool all;
	uint32_t *doomed;
	size_t n_doomed;
	size_t problems;
	uint64_t problems_sum;
	char source_trouble[256];
	char trouble[256];
	struct policing_status status;
};

/* Changes on their way to the kernel. */
struct run {
	struct policing *policing;
	struct policy_endpoints endpoints;
	struct policy_old *old;		/* NULL: only changes are told */
	struct policy_txn txn;
};

static void on_timer(uv_timer_t *timer);

/* Once, when everything that came in this iteration was heard. */
static void schedule(struct policing *policing)
{
	uv_timer_start(&policing->timer, on_timer, 0, 0);
}

static void doom(struct policing *policing, uint32_t id)
{
	policing->doomed = memory_grow(policing->doomed, policing->n_doomed,
				       sizeof(*policing->doomed));
	policing->doomed[policing->n_doomed++] = id;
}

/* Endpoints are set when all is known that concerns them. */
static void emit(void *context, const struct policy_change *change)
{
	struct run *run = context;
	struct policing *policing = run->policing;

	switch (change->kind) {
	case POLICY_SET_ENDPOINT:
		policy_pods_want(policing->pods, &change->endpoint);
		break;
	case POLICY_DELETE_ENDPOINT:
		policy_pods_unwant(policing->pods, &change->endpoint);
		break;
	case POLICY_SET_RULESET:
		if (run->old)
			policy_old_ruleset(run->old, change->ruleset.id);
		policy_txn_set_ruleset(&run->txn, &change->ruleset);
		break;
	case POLICY_DELETE_RULESET:
		doom(policing, change->ruleset.id);
		break;
	case POLICY_SET_PREFIX:
		if (!run->old || !policy_old_prefix(run->old, &change->prefix))
			policy_txn_set_prefix(&run->txn, &change->prefix);
		break;
	case POLICY_DELETE_PREFIX:
		policy_txn_delete_prefix(&run->txn, &change->prefix.cidr);
		break;
	}
}

static void emit_nothing(void *context, const struct policy_change *change)
{
	(void)context;
	(void)change;
}

static void settle_endpoints(struct run *run)
{
	struct k8sov_endpoint endpoint;
	size_t i;

	for (i = 0; i < run->endpoints.n; i++)
		if (policy_pods_settle(run->policing->pods,
				       &run->endpoints.endpoint[i], &endpoint))
			policy_txn_set_endpoint(&run->txn, &endpoint);
}

static void tell_kernel(struct run *run)
{
	struct policing *policing = run->policing;

	policing->n_doomed = 0;
	policy_pods_attach(policing->pods, policing->compiler,
			   &run->endpoints);
	if (run->old) {
		policy_commit(policing->compiler, emit_nothing, NULL);
		policy_pods_unwant_all(policing->pods);
		policy_repeat(policing->compiler, emit, run);
		policy_old_delete_prefixes(run->old, &run->txn);
	} else {
		policy_commit(policing->compiler, emit, run);
	}
	settle_endpoints(run);
	if (run->old)
		policy_old_delete_rulesets(run->old, &run->txn);
	while (policing->n_doomed)
		policy_txn_delete_ruleset(&run->txn,
				policing->doomed[--policing->n_doomed]);
}

static void count_problem(void *context, const char *object, const char *why)
{
	struct policing *policing = context;
	const char *text;

	policing->problems++;
	for (text = object; *text; text++)
		policing->problems_sum = policing->problems_sum * 31 +
					 (unsigned char)*text;
	for (text = why; *text; text++)
		policing->problems_sum = policing->problems_sum * 31 +
					 (unsigned char)*text;
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
	uint64_t sum = policing->problems_sum;
	size_t left = PROBLEMS_MAX;

	policing->problems = 0;
	policing->problems_sum = 0;
	policy_problems(policing->compiler, count_problem, policing);
	if (policing->problems_sum != sum)
		policy_problems(policing->compiler, log_problem, &left);
}

static int set_mode(struct policing *policing, struct k8sov_error *err)
{
	static const char *const names[] = { "off", "audit", "enforce" };
	uint8_t mode = (uint8_t)policing->conf->policy;
	int ret;

	if (policing->mode == mode)
		return 0;
	ret = link_set_policy(&policing->rtnl, policing->device, mode, err);
	if (ret)
		return ret;
	policing->mode = mode;
	log_info("policy", "%s: %s", policing->conf->device, names[mode]);
	return 0;
}

static int end_run(struct run *run, struct k8sov_error *err)
{
	struct policing *policing = run->policing;
	size_t changes = run->txn.changes;
	int ret = policy_txn_end(&run->txn, err);

	/* What the compiler told is lost: it has to repeat it. */
	policing->all = ret != 0;
	if (ret)
		return ret;
	policing->status.changes += changes;
	policing->status.waiting = policy_pods_waiting(policing->pods,
						       &run->endpoints);
	if (changes)
		log_info("policy", "%zu changes made", changes);
	if (run->txn.foreign)
		log_warn("policy", "%zu identities are left as somebody else has set them",
			 run->txn.foreign);
	tell_problems(policing);
	return 0;
}

static int read_kernel(struct run *run, struct k8sov_error *err)
{
	struct policing *policing = run->policing;
	int ret;

	ret = policy_kernel_endpoints(policing->kernel, policing->device,
				      &run->endpoints, err);
	if (!ret && policing->whole && policing->all)
		ret = policy_old_read(&run->old, policing->kernel,
				      policing->device, err);
	return ret;
}

/*
 * Before everything is known, nothing is changed. Where nothing is attached
 * yet, that may be judged from the beginning all the same.
 */
static int run_once(struct policing *policing, struct k8sov_error *err)
{
	struct run run = { .policing = policing };
	int ret;

	run.txn.sock = policy_kernel_sock(policing->kernel);
	run.txn.ifindex = policing->device;
	ret = read_kernel(&run, err);
	if (!ret && policing->whole) {
		tell_kernel(&run);
		ret = end_run(&run, err);
	}
	if (!ret && (policing->whole || !run.endpoints.n))
		ret = set_mode(policing, err);
	policy_old_destroy(run.old);
	free(run.endpoints.endpoint);
	return ret;
}

static void fail(struct policing *policing, const struct k8sov_error *err)
{
	/* Somebody attached a pod meanwhile: that is nobody's fault. */
	if (err->code != EAGAIN || policing->retry_ms > RETRY_FIRST_MS) {
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

	if (!policing->device)
		return;
	if (policing->conf->policy == K8SOV_POLICY_MODE_OFF ?
	    set_mode(policing, &err) : run_once(policing, &err)) {
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

	policing->all |= event == POLICY_EVENT_TABLES;
	schedule(policing);
}

static void on_set(void *data, struct policy_object *object)
{
	struct policing *policing = data;

	switch (object->type) {
	case POLICY_OBJECT_OTHER:
		break;
	case POLICY_OBJECT_POLICY:
		policy_set(policing->compiler, &object->policy);
		break;
	case POLICY_OBJECT_POD:
		policy_pods_set(policing->pods, policing->compiler,
				&object->pod);
		break;
	case POLICY_OBJECT_NAMESPACE:
		policy_set_namespace(policing->compiler, &object->ns);
		break;
	case POLICY_OBJECT_NODE:
		policy_set_node(policing->compiler, &object->node);
		break;
	}
	policy_object_exit(object);
}

/* "KIND NAMESPACE/NAME" or "KIND NAME" */
static void on_remove(void *data, const char *title)
{
	struct policing *policing = data;
	char *kind = memory_must(strdup(title));
	char *name = strchr(kind, ' '), *slash;

	*name++ = '\0';
	slash = strchr(name, '/');
	if (slash)
		*slash = '\0';
	if (!strcmp(kind, "Pod") && slash)
		policy_pods_remove(policing->pods, policing->compiler, name,
				   slash + 1);
	else if (!strcmp(kind, "Namespace"))
		policy_remove_namespace(policing->compiler, name);
	else if (!strcmp(kind, "Node"))
		policy_remove_node(policing->compiler, name);
	else
		policy_remove(policing->compiler, kind, slash ? name : NULL,
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
	new->compiler = policy_compiler_create(&start);
	new->pods = policy_pods_create(conf->node);
	uv_timer_init(loop, &new->timer);
	new->timer.data = new;
	ret = rtnl_open(&new->rtnl, err);
	if (!ret)
		ret = policy_kernel_open(&new->kernel, loop, on_event, new,
					 err);
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

	policy_pods_destroy(policing->pods);
	policy_compiler_destroy(policing->compiler);
	rtnl_close(&policing->rtnl);
	free(policing->doomed);
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
	policy_kernel_close(policing->kernel);
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
	if (!policing)
		return;
	if (device->ifindex != policing->device)
		policing->all = true;
	else if (device->policy == policing->mode)
		return;
	policing->device = device->ifindex;
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
	if (!policing)
		return;
	*status = policing->status;
	status->told = policing->conf->policy != K8SOV_POLICY_MODE_OFF;
	status->problems = policing->problems;
	status->trouble = *policing->trouble ? policing->trouble :
			  policing->source_trouble;
}

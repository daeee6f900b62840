// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "enforcer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "../lib/rtnl.h"
#include "conf.h"
#include "desired.h"
#include "diff.h"
#include "dir_watch.h"
#include "kernel.h"
#include "link.h"
#include "log.h"
#include "policing.h"
#include "subnet_env.h"
#include "text_file.h"
#include "watch.h"

#define RETRY_FIRST_MS 500
#define RETRY_LAST_MS 30000

/* Nothing is ever sent with it. */
#define ANY_VNI 1

/**
 * struct enforcer - the enforcer
 * @conf: options
 * @rtnl: socket for requests
 * @watch: events of the device
 * @dir: the directory that the subnet file is in, NULL if none is told
 * @kernel: tables in the kernel
 * @policing: policy of pods
 * @timer: looks at all of it soon, or again after a failure
 * @retry_ms: when
 * @closing: enforcer_close() was called
 * @on_change: see enforcer_open()
 * @data: for @on_change
 * @link: device
 * @own: this node's subnets as they were last told, NULL if nobody told any
 * @asked: it was said already that nobody did
 * @status: counters; its texts are not set
 * @trouble: what does not work right now, "" if all does
 */
struct enforcer {
	const struct conf *conf;
	struct rtnl rtnl;
	struct watch *watch;
	struct dir_watch *dir;
	struct kernel *kernel;
	struct policing *policing;
	uv_timer_t timer;
	uint64_t retry_ms;
	bool closing;
	void (*on_change)(void *data);
	void *data;

	struct link_state link;
	struct lease *own;
	bool asked;
	struct status status;
	char trouble[256];
};

static void on_timer(uv_timer_t *timer);

/* Once, when everything that came in this iteration was heard. */
static void schedule(void *data)
{
	struct enforcer *enforcer = data;

	if (!enforcer->closing)
		uv_timer_start(&enforcer->timer, on_timer, 0, 0);
}

static void on_policing(void *data)
{
	const struct enforcer *enforcer = data;

	enforcer->on_change(enforcer->data);
}

/* Its hooks need no device that is up, and the UDP port is the other
 * network's. What somebody else has made stays as it is.
 */
static int update_device(struct enforcer *enforcer, struct k8sov_error *err)
{
	const struct link_wish wish = {
		.name = enforcer->conf->device,
		.vni = ANY_VNI,
	};
	struct link_state *link = &enforcer->link;
	int ret = link_read(&enforcer->rtnl, wish.name, link, err);

	if (!ret && (!link->ifindex || !link->ours))
		ret = link_prepare(&enforcer->rtnl, &wish, link, err);
	/* Only links matter, and there is no other. */
	watch_interest(enforcer->watch, wish.name, link->ifindex,
		       link->ifindex);
	if (!ret && link->up)
		ret = k8sov_error_set(err, EBUSY,
				      "%s is up, as if it carried packets: set it down or use --device",
				      wish.name);
	return ret;
}

/* A file that is gone, or makes no sense, takes nothing back: pods that were
 * isolated would be open.
 */
static void read_own(struct enforcer *enforcer)
{
	const struct conf *conf = enforcer->conf;
	char *text = text_file_read(conf->subnet_file);
	struct lease *own = memory_must(lease_create(conf->node, conf->node));

	if (text && !subnet_env_parse(text, own)) {
		lease_destroy(enforcer->own);
		enforcer->own = own;
		own = NULL;
	} else if (!enforcer->own && !enforcer->asked) {
		log_warn("node", "%s has no subnet of this node: pods that the plugin did not register are not isolated",
			 *conf->subnet_file ? conf->subnet_file :
			 "subnet-file");
	}
	enforcer->asked = true;
	lease_destroy(own);
	free(text);
}

static int apply(struct enforcer *enforcer, const struct desired *desired,
		 const struct tables *actual, struct k8sov_error *err)
{
	struct kernel_result result = {};
	struct diff diff;
	int ret;

	diff_init(&diff, &desired->tables, actual, false);
	ret = kernel_apply(enforcer->kernel, enforcer->link.ifindex, &diff,
			   &desired->tables, actual, &result, err);
	enforcer->status.made += result.made;
	enforcer->status.refused += result.refused;
	if (diff.ops)
		log_info("kernel", "%zu changes made, %zu refused",
			 result.made, result.refused);
	if (!ret && result.refused)
		ret = k8sov_error_set(err, EBUSY, "%.250s", result.why);
	diff_exit(&diff);
	return ret;
}

/* Whoever is in a local subnet and nobody's endpoint is isolated. */
static int update_tables(struct enforcer *enforcer, struct k8sov_error *err)
{
	static const struct netconf none;
	struct tables actual = {};
	struct desired_input input = {
		.conf = &none,
		.own = enforcer->own,
		.actual = &actual,
	};
	struct desired desired;
	int ret;

	if (!enforcer->own)
		return 0;
	ret = kernel_read(enforcer->kernel, enforcer->link.ifindex, &actual,
			  err);
	if (!ret) {
		desired_init(&desired, &input);
		ret = apply(enforcer, &desired, &actual, err);
		desired_exit(&desired);
	}
	tables_exit(&actual);
	return ret;
}

static int update(struct enforcer *enforcer, struct k8sov_error *err)
{
	int ret = update_device(enforcer, err);

	if (ret)
		return ret;
	read_own(enforcer);
	ret = update_tables(enforcer, err);
	policing_set_device(enforcer->policing, &enforcer->link);
	return ret;
}

static void on_timer(uv_timer_t *timer)
{
	struct enforcer *enforcer = timer->data;
	struct k8sov_error err = {};

	if (update(enforcer, &err)) {
		log_error("enforcer", "%s", err.message);
		snprintf(enforcer->trouble, sizeof(enforcer->trouble), "%s",
			 err.message);
		enforcer->status.errors++;
		uv_timer_start(timer, on_timer, enforcer->retry_ms, 0);
		enforcer->retry_ms = enforcer->retry_ms * 2 < RETRY_LAST_MS ?
				     enforcer->retry_ms * 2 : RETRY_LAST_MS;
	} else {
		enforcer->trouble[0] = '\0';
		enforcer->retry_ms = RETRY_FIRST_MS;
	}
	enforcer->on_change(enforcer->data);
}

static void on_closed(uv_handle_t *handle)
{
	struct enforcer *enforcer = handle->data;

	lease_destroy(enforcer->own);
	rtnl_close(&enforcer->rtnl);
	free(enforcer);
}

/**
 * enforcer_close() - stop
 * @enforcer: enforcer or NULL; freed by the loop
 */
void enforcer_close(struct enforcer *enforcer)
{
	if (!enforcer)
		return;
	enforcer->closing = true;
	watch_close(enforcer->watch);
	dir_watch_close(enforcer->dir);
	kernel_close(enforcer->kernel);
	policing_close(enforcer->policing);
	uv_close((uv_handle_t *)&enforcer->timer, on_closed);
}

static void watch_file(struct enforcer *enforcer, uv_loop_t *loop)
{
	char *path = memory_must(strdup(enforcer->conf->subnet_file));
	char *slash = strrchr(path, '/');

	if (slash && slash != path) {
		*slash = '\0';
		enforcer->dir = dir_watch_open(loop, "policy", path, schedule,
					       enforcer);
	}
	free(path);
}

/**
 * enforcer_open() - start
 * @enforcer: set on success; the caller closes it
 * @loop: loop
 * @conf: options, which must stay; a policy is told
 * @on_change: called when enforcer_read_status() may have something new to say
 * @data: for @on_change
 * @err: filled on failure
 *
 * Return: 0, or -errno if it makes no sense to go on; what may become better
 * by itself is tried again.
 */
int enforcer_open(struct enforcer **enforcer, uv_loop_t *loop,
		  const struct conf *conf, void (*on_change)(void *data),
		  void *data, struct k8sov_error *err)
{
	struct enforcer *new = memory_must(calloc(1, sizeof(*new)));
	int ret;

	new->conf = conf;
	new->on_change = on_change;
	new->data = data;
	new->retry_ms = RETRY_FIRST_MS;
	uv_timer_init(loop, &new->timer);
	new->timer.data = new;
	ret = rtnl_open(&new->rtnl, err);
	if (!ret)
		ret = kernel_open(&new->kernel, loop, schedule, new, err);
	if (!ret)
		ret = watch_open(&new->watch, loop, schedule, new, err);
	if (!ret)
		ret = policing_open(&new->policing, loop, conf, on_policing,
				    new, err);
	if (ret) {
		enforcer_close(new);
		return ret;
	}
	watch_file(new, loop);
	schedule(new);
	*enforcer = new;
	return 0;
}

/**
 * enforcer_read_status() - how is it doing?
 * @data: enforcer
 * @status: filled in; its texts are valid until the loop goes on
 */
void enforcer_read_status(void *data, struct status *status)
{
	const struct enforcer *enforcer = data;

	*status = enforcer->status;
	status->policy_only = true;
	status->last_error = enforcer->trouble;
	status->device = enforcer->conf->device;
	status->own_known = enforcer->own;
	status->device_up = enforcer->link.ifindex && enforcer->link.ours;
	policing_read_status(enforcer->policing, &status->policy);
}

/**
 * enforcer_describe() - the enforcer as JSON
 * @data: enforcer
 *
 * Return: object, a new reference.
 */
json_t *enforcer_describe(void *data)
{
	const struct enforcer *enforcer = data;
	json_t *self = json_pack("{s:s}", "name", enforcer->conf->node);
	const struct lease_family *family;
	char text[K8SOV_ADDR_TEXT];
	unsigned int f;

	for (f = 0; enforcer->own && f < FAMILIES; f++) {
		family = &enforcer->own->family[f];
		if (!family->subnet.family)
			continue;
		k8sov_prefix_format(&family->subnet, family->len, text);
		json_object_set_new(self, f == V4 ? "ipv4" : "ipv6",
				    json_pack("{s:s}", "subnet", text));
	}
	return json_pack("{s:s, s:o}", "node", enforcer->conf->node, "self",
			 self);
}

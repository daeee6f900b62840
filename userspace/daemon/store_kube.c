// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Kubernetes as a store: nodes are Node objects, their subnets what Kubernetes
 * gave them as podCIDRs, and the rest annotations as Flannel writes them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "condition.h"
#include "kube.h"
#include "kube_config.h"
#include "kube_node.h"
#include "kube_self.h"
#include "kube_table.h"
#include "kube_watch.h"
#include "log.h"
#include "status.h"
#include "store.h"

#define PREFIX_DEFAULT "flannel.alpha.coreos.com"
#define NETCONF_DEFAULT "/etc/kube-flannel/net-conf.json"
/* A ConfigMap is mounted by symbolic links: inotify would see the link. */
#define LOOK_MS 2000

/**
 * struct store - a cluster in Kubernetes
 * @kube: client
 * @watch: the nodes
 * @self: the own one
 * @table: nodes that were told
 * @events: whom to tell
 * @data: for @events
 * @node: name of this node
 * @prefix: of annotations
 * @path: of net-conf.json
 * @text: what it said
 * @look: when it is read again
 * @conf: what was understood of it
 * @has_conf: something was
 * @seen: own Node object, NULL if there is none
 * @own: own subnets as told, NULL if they were not
 * @listing: a list is being told
 * @conditions: how all parts are doing
 */
struct store {
	struct kube *kube;
	struct kube_watch *watch;
	struct kube_self *self;
	struct kube_table table;
	const struct store_events *events;
	void *data;
	char *node;
	char *prefix;
	char *path;
	char *text;
	uv_timer_t look;
	struct netconf conf;
	bool has_conf;
	json_t *seen;
	struct lease *own;
	bool listing;
	struct conditions conditions;
};

static int check_own(const struct store *store, const struct lease *lease,
		     struct k8sov_error *err)
{
	char subnet[K8SOV_ADDR_TEXT], network[K8SOV_ADDR_TEXT];
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		const struct netconf_family *conf = &store->conf.family[f];
		const struct lease_family *own = &lease->family[f];

		if (!conf->enabled)
			continue;
		if (!own->subnet.family)
			return k8sov_error_set(err, ENOENT,
					       "node %.64s has no IPv%d podCIDR yet: does kube-controller-manager run with --allocate-node-cidrs?",
					       store->node, f == V4 ? 4 : 6);
		k8sov_prefix_format(&own->subnet, own->len, subnet);
		k8sov_prefix_format(&conf->network, conf->len, network);
		if (own->len < conf->len ||
		    !bits_covers(&conf->network, conf->len, &own->subnet))
			return k8sov_error_set(err, EINVAL,
					       "podCIDR %s of node %.64s is not in the network %s of %.80s",
					       subnet, store->node, network,
					       store->path);
	}
	return 0;
}

/* Subnets of families that the cluster has not are nobody's business. */
static void drop_others(const struct store *store, struct lease *lease)
{
	unsigned int f;

	for (f = 0; f < FAMILIES; f++)
		if (!store->conf.family[f].enabled)
			memset(&lease->family[f], 0, sizeof(lease->family[f]));
}

static void tell_own(struct store *store)
{
	struct k8sov_error err = {};
	struct lease *lease;
	int ret;

	if (!store->has_conf || !store->conditions.whole)
		return;
	if (!store->seen) {
		k8sov_error_set(&err, ENOENT,
				"Kubernetes has no node '%.64s': does --node-name say what kubectl get nodes says?",
				store->node);
		conditions_set(&store->conditions, CONDITION_OWN,
			       -ENOENT, err.message);
		return;
	}
	lease = memory_must(lease_create(store->node, store->node));
	lease->owner = lease_owner(kube_node_uid(store->seen));
	ret = kube_node_subnets(store->seen, lease, &err);
	if (!ret)
		ret = check_own(store, lease, &err);
	drop_others(store, lease);
	if (ret || (store->own && lease_equal(lease, store->own))) {
		lease_destroy(lease);
	} else {
		lease_destroy(store->own);
		store->own = lease;
		store->events->own(store->data, lease);
	}
	conditions_set(&store->conditions, CONDITION_OWN, ret, err.message);
}

/* What was in force stays in force until something better is there. */
static void take_netconf(struct store *store, char *text)
{
	struct netconf conf = {};
	struct k8sov_error err = {};
	char why[512];

	free(store->text);
	store->text = text;
	if (netconf_parse(text, strlen(text), false, &conf, &err)) {
		snprintf(why, sizeof(why), "%.200s: %s", store->path,
			 err.message);
		conditions_set(&store->conditions, CONDITION_CONFIG,
			       -EINVAL, why);
		return;
	}
	conditions_set(&store->conditions, CONDITION_CONFIG, 0, NULL);
	if (!store->has_conf || !netconf_equal(&conf, &store->conf)) {
		store->conf = conf;
		store->has_conf = true;
		store->events->netconf(store->data, &conf);
	}
	tell_own(store);
}

static void on_look(uv_timer_t *timer)
{
	struct store *store = timer->data;
	char *text = kube_config_slurp(store->path);
	char why[512];

	if (!text) {
		snprintf(why, sizeof(why), "cannot read %.200s: %s",
			 store->path, strerror(errno));
		conditions_set(&store->conditions, CONDITION_CONFIG,
			       -ENOENT, why);
		free(store->text);
		store->text = NULL;
	} else if (store->text && !strcmp(text, store->text)) {
		free(text);
	} else {
		take_netconf(store, text);
	}
}

static void see_own(struct store *store, const json_t *node)
{
	json_decref(store->seen);
	store->seen = json_incref((json_t *)node);
	kube_self_seen(store->self, node);
	tell_own(store);
}

static void on_begin(void *data)
{
	struct store *store = data;

	store->table.generation++;
	store->listing = true;
	store->events->begin(store->data);
}

static void forget(struct store *store, const char *name)
{
	/* What a list has not need not be said to be gone. */
	if (store->listing || !kube_table_find(&store->table, name))
		return;
	kube_table_remove(&store->table, name);
	store->events->remove(store->data, name);
}

/* A node that cannot be read is as it was, unless it is another one by now. */
static struct lease *keep(struct store *store, const json_t *node,
			  const char *why)
{
	const char *name = kube_node_name(node);
	const struct lease *old = kube_table_find(&store->table, name);
	uint64_t owner = lease_owner(kube_node_uid(node));
	bool known = old && old->owner == owner;
	struct lease *lease;

	lease = memory_must(known ? lease_copy(old) : lease_create(name, name));
	lease->owner = owner;
	lease->unreadable |= !known;
	log_warn("store", "node %s in Kubernetes is left as %s: %s", name,
		 lease->unreadable ? "the kernel has it" : "it was", why);
	return lease;
}

static void on_put(void *data, const json_t *node)
{
	const char *name = kube_node_name(node);
	struct store *store = data;
	const struct lease *old;
	struct lease *lease = NULL;
	struct k8sov_error err = {};
	bool same;

	if (!strcmp(name, store->node)) {
		if (store->listing)
			store->table.own = store->table.generation;
		see_own(store, node);
		return;
	}
	if (kube_node_lease(node, store->prefix, &lease, &err) == -EINVAL)
		lease = keep(store, node, err.message);
	if (!lease) {
		forget(store, name);
		return;
	}
	/* Most changes are of a node's status, which is not ours to care. */
	old = kube_table_find(&store->table, name);
	same = old && lease_equal(old, lease) && !store->listing;
	kube_table_put(&store->table, lease);
	if (!same)
		store->events->put(store->data, lease);
}

static void on_remove(void *data, const json_t *node)
{
	const char *name = kube_node_name(node);
	struct store *store = data;

	if (!strcmp(name, store->node))
		see_own(store, NULL);
	else
		forget(store, name);
}

static void on_complete(void *data)
{
	struct store *store = data;

	kube_table_sweep(&store->table);
	store->listing = false;
	store->conditions.whole = true;
	store->events->complete(store->data);
	if (store->table.own != store->table.generation)
		see_own(store, NULL);
	else
		tell_own(store);
}

static void on_current(void *data, int error, const char *why)
{
	struct store *store = data;

	conditions_set(&store->conditions, CONDITION_VIEW, error, why);
}

static void on_self(void *data, int error, const char *why)
{
	struct store *store = data;

	conditions_set(&store->conditions, CONDITION_SELF, error, why);
}

static const struct kube_watch_events watch_events = {
	.begin = on_begin,
	.put = on_put,
	.remove = on_remove,
	.complete = on_complete,
	.current = on_current,
};

static int kube_open(struct store **store, uv_loop_t *loop,
		     const struct store_config *config,
		     const struct store_events *events, void *data,
		     struct k8sov_error *err)
{
	struct kube_watch_config watch = {
		.path = "/api/v1/nodes",
		.begin_ms = config->begin_ms,
		.silence_ms = config->silence_ms,
	};
	struct store *new = memory_must(calloc(1, sizeof(*new)));
	int ret = kube_create(&new->kube, loop, config->where, config->api_url,
			      err);

	if (ret) {
		free(new);
		return ret;
	}
	new->events = events;
	new->data = data;
	conditions_init(&new->conditions, events, data);
	new->node = memory_must(strdup(config->node));
	new->prefix = memory_must(strdup(config->prefix ?: PREFIX_DEFAULT));
	new->path = memory_must(strdup(config->netconf_file ?:
				       NETCONF_DEFAULT));
	new->self = kube_self_create(loop, new->kube, new->node, new->prefix,
				     on_self, new);
	watch.kube = new->kube;
	watch.whole = new->node;
	new->watch = kube_watch_create(loop, &watch, &watch_events, new);
	uv_timer_init(loop, &new->look);
	new->look.data = new;
	uv_timer_start(&new->look, on_look, 0, LOOK_MS);
	*store = new;
	return 0;
}

static void kube_publish(struct store *store, const struct lease *self)
{
	kube_self_publish(store->self, self);
}

static void kube_ready(struct store *store)
{
	kube_self_ready(store->self);
}

static void kube_unready(struct store *store, const char *why)
{
	kube_self_unready(store->self, why);
}

static void kube_again(struct store *store)
{
	kube_watch_again(store->watch);
}

static json_t *kube_describe(const struct store *store)
{
	const struct conditions *conditions = &store->conditions;

	return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "scheme",
			 "kubernetes", "state",
			 status_store_name(conditions->state), "why",
			 conditions->said, "nodes", (int)store->table.count,
			 "watch",
			 kube_watch_describe(store->watch), "self",
			 kube_self_describe(store->self));
}

static void on_closed(uv_handle_t *handle)
{
	struct store *store = handle->data;

	kube_table_exit(&store->table);
	json_decref(store->seen);
	lease_destroy(store->own);
	free(store->node);
	free(store->prefix);
	free(store->path);
	free(store->text);
	free(store);
}

static void kube_close(struct store *store)
{
	kube_watch_destroy(store->watch);
	kube_self_destroy(store->self);
	kube_destroy(store->kube);
	uv_close((uv_handle_t *)&store->look, on_closed);
}

const struct store_ops store_kube = {
	.scheme = "kubernetes",
	.open = kube_open,
	.publish = kube_publish,
	.ready = kube_ready,
	.unready = kube_unready,
	.again = kube_again,
	.describe = kube_describe,
	.close = kube_close,
};

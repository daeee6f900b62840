// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "condition.h"
#include "etcd.h"
#include "etcd_claim.h"
#include "etcd_table.h"
#include "etcd_view.h"
#include "log.h"
#include "status.h"
#include "store.h"

#define PREFIX_DEFAULT "/coreos.com/network"

/**
 * struct store - a cluster in etcd
 * @etcd: client
 * @view: what there is
 * @claim: what is ours of it
 * @table: what @view told
 * @events: whom to tell
 * @data: for @events
 * @self: what was published last, NULL if nothing was
 * @config: key of the configuration, for sentences
 * @conf: the configuration
 * @has_conf: there is one
 * @listing: a snapshot is coming
 * @telling: the snapshot that comes is told as it comes
 * @conditions: how all parts are doing
 */
struct store {
	struct etcd *etcd;
	struct etcd_view *view;
	struct etcd_claim *claim;
	struct etcd_table table;
	const struct store_events *events;
	void *data;
	struct lease *self;
	char *config;
	struct netconf conf;
	bool has_conf;
	bool listing;
	bool telling;
	struct conditions conditions;
};

/* What was in force stays in force until something better is there. */
static void on_config(void *data, const char *value, size_t len)
{
	struct store *store = data;
	struct netconf conf = { 0 };
	struct k8sov_error err;
	char why[512];

	if (!value) {
		snprintf(why, sizeof(why), "etcd has no key %s: put net-conf.json there",
			 store->config);
		conditions_set(&store->conditions, CONDITION_CONFIG,
			       -ENOENT, why);
		return;
	}
	if (netconf_parse(value, len, true, &conf, &err)) {
		snprintf(why, sizeof(why), "%s in etcd: %s", store->config,
			 err.message);
		conditions_set(&store->conditions, CONDITION_CONFIG,
			       -EINVAL, why);
		return;
	}
	conditions_set(&store->conditions, CONDITION_CONFIG, 0, NULL);
	if (store->has_conf && netconf_equal(&conf, &store->conf))
		return;
	store->conf = conf;
	store->has_conf = true;
	store->events->netconf(store->data, &conf);
	etcd_claim_set_netconf(store->claim, &conf);
}

static void on_begin(void *data)
{
	struct store *store = data;

	store->table.generation++;
	store->listing = true;
	store->telling = store->self;
	if (store->telling)
		store->events->begin(store->data);
}

/* A node that tells its own lease to itself would send its packets out. */
static bool is_own(const struct store *store, const struct lease *lease)
{
	const char *key = etcd_claim_key(store->claim);

	return (key && !strcmp(key, lease->key)) ||
	       (store->self && etcd_same_node(lease, store->self));
}

static bool was_told(const struct store *store, const char *key)
{
	const struct etcd_entry *entry = etcd_table_find(&store->table, key);

	return store->telling && entry && !is_own(store, entry->lease);
}

static void on_put(void *data, const struct etcd_kv *kv)
{
	const struct etcd_entry *entry;
	struct store *store = data;
	struct k8sov_error err;
	bool told = was_told(store, kv->key);

	if (etcd_table_put(&store->table, kv, &entry, &err))
		log_warn("store", "subnet %s in etcd is left %s: %s", kv->key,
			 !entry ? "out" :
			 entry->lease->unreadable ? "as the kernel has it" :
						    "as it was", err.message);
	if (!store->telling || !entry)
		return;
	if (!is_own(store, entry->lease))
		store->events->put(store->data, entry->lease);
	else if (told)
		store->events->remove(store->data, kv->key);
}

static void on_remove(void *data, const char *key)
{
	struct store *store = data;
	bool told = was_told(store, key);

	etcd_table_remove(&store->table, key);
	if (told)
		store->events->remove(store->data, key);
}

static void on_changed(void *data, int64_t revision)
{
	struct store *store = data;

	store->table.revision = revision;
	etcd_claim_check(store->claim);
}

/*
 * Before it is known who we are, our own lease could not be told from the
 * others': so nothing was told of them.
 */
static void tell_all(struct store *store)
{
	const struct etcd_entry *entry;
	size_t i;

	store->telling = true;
	store->events->begin(store->data);
	for (i = 0; i < store->table.count; i++) {
		entry = store->table.entry[i];
		if (!is_own(store, entry->lease))
			store->events->put(store->data, entry->lease);
	}
	store->events->complete(store->data);
}

static void on_complete(void *data, int64_t revision)
{
	struct store *store = data;

	etcd_table_sweep(&store->table);
	store->conditions.whole = true;
	store->listing = false;
	if (store->telling)
		store->events->complete(store->data);
	else if (store->self)
		tell_all(store);
	if (revision < store->table.revision) {
		log_warn("store", "etcd has lost data, or is another one");
		etcd_claim_restart(store->claim);
	}
	on_changed(store, revision);
}

static void on_current(void *data, int error, const char *why)
{
	struct store *store = data;

	conditions_set(&store->conditions, CONDITION_VIEW, error, why);
}

static const struct etcd_view_events view_events = {
	.config = on_config,
	.begin = on_begin,
	.put = on_put,
	.remove = on_remove,
	.complete = on_complete,
	.changed = on_changed,
	.current = on_current,
};

static void on_own(void *data, const struct lease *lease)
{
	struct store *store = data;

	store->events->own(store->data, lease);
}

static void on_claim(void *data, int error, const char *why)
{
	struct store *store = data;

	conditions_set(&store->conditions, CONDITION_OWN, error, why);
}

static const struct etcd_claim_events claim_events = {
	.own = on_own,
	.state = on_claim,
};

static void etcd_close(struct store *store)
{
	etcd_claim_destroy(store->claim);
	etcd_view_destroy(store->view);
	etcd_destroy(store->etcd);
	etcd_table_exit(&store->table);
	lease_destroy(store->self);
	free(store->config);
	free(store);
}

/* Keys have one slash between their parts. */
static char *get_prefix(const struct store_config *config)
{
	const char *prefix = config->prefix ?: PREFIX_DEFAULT;
	size_t len = strlen(prefix);

	while (len && prefix[len - 1] == '/')
		len--;
	return memory_must(strndup(prefix, len));
}

static int etcd_open(struct store **store, uv_loop_t *loop,
		     const struct store_config *config,
		     const struct store_events *events, void *data,
		     struct k8sov_error *err)
{
	const struct etcd_config client = {
		.endpoints = config->where,
		.username = config->username,
		.password = config->password,
		.tls = {
			.cafile = config->cafile,
			.certfile = config->certfile,
			.keyfile = config->keyfile,
		},
	};
	struct store *new = memory_must(calloc(1, sizeof(*new)));
	struct etcd_claim_config claim = {
		.table = &new->table,
		.wish = config->wish,
		.renew_margin = config->renew_margin,
	};
	struct etcd_view_config view = {
		.begin_ms = config->begin_ms,
		.silence_ms = config->silence_ms,
	};
	char *prefix;
	int ret;

	ret = etcd_create(&new->etcd, loop, &client, err);
	if (ret) {
		free(new);
		return ret;
	}
	prefix = get_prefix(config);
	if (asprintf(&new->config, "%s/config", prefix) < 0)
		abort();
	new->events = events;
	new->data = data;
	conditions_init(&new->conditions, events, data);
	claim.etcd = new->etcd;
	claim.prefix = prefix;
	new->claim = etcd_claim_create(loop, &claim, &claim_events, new);
	view.etcd = new->etcd;
	view.prefix = prefix;
	new->view = etcd_view_create(loop, &view, &view_events, new);
	free(prefix);
	*store = new;
	return 0;
}

static void etcd_publish(struct store *store, const struct lease *self)
{
	struct lease *old = store->self;
	bool changed;

	store->self = memory_must(lease_copy(self));
	/* With another address others are the node itself. */
	changed = !old || !etcd_same_node(old, self);
	if (changed && store->listing)
		store->telling = false;
	else if (changed && store->conditions.whole)
		tell_all(store);
	lease_destroy(old);
	etcd_claim_set_self(store->claim, store->self);
}

static void etcd_again(struct store *store)
{
	etcd_view_again(store->view);
}

static json_t *etcd_describe(const struct store *store)
{
	const struct conditions *conditions = &store->conditions;

	return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "scheme", "etcd",
			 "state", status_store_name(conditions->state), "why",
			 conditions->said, "subnets",
			 (int)store->table.count, "view",
			 etcd_view_describe(store->view), "claim",
			 etcd_claim_describe(store->claim));
}

const struct store_ops store_etcd = {
	.scheme = "etcd",
	.open = etcd_open,
	.publish = etcd_publish,
	.again = etcd_again,
	.describe = etcd_describe,
	.close = etcd_close,
};

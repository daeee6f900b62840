// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "agent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "agent_parts.h"
#include "guard.h"
#include "log.h"
#include "subnet_env.h"
#include "text_file.h"

#define RETRY_FIRST_MS 500
#define RETRY_LAST_MS 30000
#define COMPARE_SHARE 200
#define COMPARE_GAP_MS 1000

static const struct store_ops *const stores[] = {
	&store_file,
	&store_etcd,
	&store_kube,
};

static void nothing(uv_idle_t *idle)
{
	(void)idle;
}

/* Do it once, when everything that came in this iteration was heard. */
static void schedule(struct agent *agent)
{
	if (!agent->closing)
		uv_idle_start(&agent->idle, nothing);
}

static void on_link_changed(void *data)
{
	struct agent *agent = data;

	agent->link_dirty = true;
	schedule(agent);
}

/* A directory changes often while a plugin is copied to it. */
static void on_plugins_changed(void *data)
{
	struct agent *agent = data;

	if (agent_files_stale(agent))
		on_link_changed(agent);
}

static void on_tables_changed(void *data)
{
	struct agent *agent = data;

	agent->tables_dirty = true;
	schedule(agent);
}

/* Most events are echoes of what we did ourselves. */
static void on_kernel_changed(void *data)
{
	struct agent *agent = data;
	struct k8sov_error ignored = {};
	uint64_t generation = 0;

	if (agent->actual_known &&
	    !kernel_generation(agent->kernel, agent->link.ifindex, &generation,
			       &ignored) &&
	    generation == agent->generation)
		return;
	on_tables_changed(agent);
}

static void on_netconf(void *data, const struct netconf *conf)
{
	struct agent *agent = data;

	agent->netconf = *conf;
	conf_override(agent->conf, &agent->netconf);
	agent->has_netconf = true;
	agent->link_dirty = true;
	on_tables_changed(agent);
}

static void on_begin(void *data)
{
	struct agent *agent = data;

	cluster_begin(agent->cluster);
}

static void on_put(void *data, const struct lease *lease)
{
	struct agent *agent = data;

	if (cluster_put(agent->cluster, lease, uv_now(agent->loop) / 1000))
		on_tables_changed(agent);
}

static void on_remove(void *data, const char *key)
{
	struct agent *agent = data;

	if (cluster_remove(agent->cluster, key))
		on_tables_changed(agent);
}

/* Is there a device, with tables that were read? */
static bool look_at_tables(struct agent *agent)
{
	struct k8sov_error ignored = {};

	if (!agent->link.ifindex)
		link_read(&agent->rtnl, agent->conf->device, &agent->link,
			  &ignored);
	return agent->link.ifindex && !agent_sync_read(agent, &ignored);
}

/* Nodes that a former k8sovd knew: so many hosts of ours the kernel has. */
static size_t known_nodes(struct agent *agent)
{
	size_t i, n = 0;

	if (agent->whole || !look_at_tables(agent))
		return 0;
	/* A node has a host for each family at most. */
	for (i = 0; i < agent->actual.hosts; i++)
		n += tables_is_ours(agent->actual.host[i].owner) &&
		     !strstr(tables_name(&agent->actual, (uint32_t)i), "/v6");
	return n;
}

static void on_doubt(uv_timer_t *timer)
{
	struct agent *agent = timer->data;

	agent->ops->again(agent->store);
}

static void on_complete(void *data)
{
	struct agent *agent = data;
	bool doubted = agent->status.doubt;
	enum cluster_verdict verdict;

	verdict = cluster_complete(agent->cluster, known_nodes(agent),
				   uv_now(agent->loop) / 1000);
	agent->status.doubt = verdict == CLUSTER_DOUBTED;
	if (agent->status.doubt && !doubted)
		log_warn("cluster", "the store has lost more than half of the nodes: what is known stays, until it says so again in %d seconds",
			 GUARD_SECONDS);
	if (!agent->status.doubt)
		uv_timer_stop(&agent->doubt);
	else if (agent->ops->again)
		uv_timer_start(&agent->doubt, on_doubt, GUARD_MS, GUARD_MS);
	agent->whole = verdict == CLUSTER_WHOLE;
	agent->status.snapshots += agent->whole;
	on_tables_changed(agent);
}

static void on_own(void *data, const struct lease *lease)
{
	struct agent *agent = data;
	char *text = lease_format_subnets(lease);
	char *old = agent->own ? lease_format_subnets(agent->own) : NULL;

	if (!old || !text || strcmp(old, text) != 0)
		log_info("node", "this node has %s", text ? text : "");
	free(text);
	free(old);
	lease_destroy(agent->own);
	agent->own = memory_must(lease_copy(lease));
	agent->link_dirty = true;
	on_tables_changed(agent);
}

static void on_state(void *data, enum store_state state, const char *why)
{
	const char *name = status_store_name(state);
	struct agent *agent = data;

	/* Other words for being stale do not make it younger. */
	if (state == STORE_SYNCED || agent->status.store == STORE_SYNCED)
		agent->current = uv_now(agent->loop);
	agent->status.store = state;
	snprintf(agent->store_why, sizeof(agent->store_why), "%s", why);
	if (state == STORE_SYNCED)
		log_info("store", "%s", name);
	else
		log_warn("store", "%s: %s", name, why);
	agent->on_change(agent->data);
}

static void on_pace(uv_timer_t *timer)
{
	schedule(timer->data);
}

/*
 * A lone change is made at once. Where they come in streams, comparing and
 * telling the kernel take half a hundredth of the time, and each comparison
 * makes more of them.
 */
static bool too_early(struct agent *agent)
{
	uint64_t gap = (uint64_t)(agent->compare_ms * COMPARE_SHARE);
	uint64_t now = uv_now(agent->loop);

	gap = gap < COMPARE_GAP_MS ? gap : COMPARE_GAP_MS;
	if (!agent->compared_at || now >= agent->compared_at + gap)
		return false;
	uv_timer_start(&agent->pace, on_pace, agent->compared_at + gap - now,
		       0);
	return true;
}

static int update_tables(struct agent *agent, struct k8sov_error *err)
{
	int ret;

	if (agent->netconf.backend == BACKEND_ALLOC || !agent->tables_dirty ||
	    too_early(agent))
		return 0;
	ret = agent_sync(agent, err);
	if (ret == -ENODEV)
		agent->link_dirty = true;
	if (!ret)
		agent->tables_dirty = false;
	return ret;
}

static int update_files(struct agent *agent, struct k8sov_error *err)
{
	int ret = agent_files_write(agent, err);

	if (!ret)
		agent->status.told = true;
	return ret;
}

static int update(struct agent *agent, struct k8sov_error *err)
{
	struct k8sov_error files = {};
	bool look = agent->link_dirty;
	int ret = 0;

	if (!agent->has_netconf)
		return 0;
	if (look)
		ret = agent_node_update(agent, err);
	if (ret)
		return ret;
	agent->link_dirty = false;
	if (!agent->own)
		return 0;
	/* A full disk keeps no packet, a conflict no pod. */
	ret = update_tables(agent, err);
	if (!look || !update_files(agent, &files))
		return ret;
	agent->link_dirty = true;
	if (ret)
		log_error("agent", "%s", files.message);
	else
		*err = files;
	return -files.code;
}

static void on_retry(uv_timer_t *timer)
{
	struct agent *agent = timer->data;

	/* What failed may be anything: look at all of it. */
	agent->link_dirty = true;
	on_tables_changed(agent);
}

/* What a former k8sovd made goes on forwarding. */
static bool forwards(struct agent *agent)
{
	size_t i;

	if (!look_at_tables(agent))
		return false;
	for (i = 0; i < agent->actual.subnets; i++)
		if (tables_is_ours(agent->actual.subnet[i].owner))
			return true;
	return false;
}

static void fail(struct agent *agent, const struct k8sov_error *err)
{
	if (agent->ops->unready && !agent->synced && !forwards(agent))
		agent->ops->unready(agent->store, err->message);
	log_error("agent", "%s", err->message);
	snprintf(agent->trouble, sizeof(agent->trouble), "%s", err->message);
	agent->status.errors++;
	uv_timer_start(&agent->retry, on_retry, agent->retry_ms, 0);
	agent->retry_ms = agent->retry_ms * 2 < RETRY_LAST_MS ?
			  agent->retry_ms * 2 : RETRY_LAST_MS;
}

static void succeed(struct agent *agent)
{
	bool ready = agent->own && agent->whole && !agent->tables_dirty;

	agent->trouble[0] = '\0';
	agent->retry_ms = RETRY_FIRST_MS;
	uv_timer_stop(&agent->retry);
	if (agent->netconf.backend == BACKEND_ALLOC)
		ready = agent->own;
	if (!ready || agent->synced)
		return;
	agent->synced = true;
	log_info("agent", "the kernel has what the cluster wants: %zu other nodes",
		 cluster_count(agent->cluster));
	if (agent->conf->takeover == TAKEOVER_FLANNEL)
		agent_flannel_forget(agent);
	if (agent->ops->ready)
		agent->ops->ready(agent->store);
}

static void on_check(uv_check_t *check)
{
	struct agent *agent = check->data;
	struct k8sov_error err = {};

	if (!uv_is_active((const uv_handle_t *)&agent->idle))
		return;
	uv_idle_stop(&agent->idle);
	if (update(agent, &err))
		fail(agent, &err);
	else
		succeed(agent);
	agent->on_change(agent->data);
}

static void on_policing(void *data)
{
	const struct agent *agent = data;

	agent->on_change(agent->data);
}

static const struct store_ops *find_store(const char *scheme,
					  struct k8sov_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(stores) / sizeof(stores[0]); i++)
		if (!strcmp(stores[i]->scheme, scheme))
			return stores[i];
	k8sov_error_set(err, EINVAL, "there is no store '%s'", scheme);
	return NULL;
}

/* The subnets that this node had when its subnet.env was written. */
static struct lease *read_wish(const struct conf *conf, const char *env)
{
	struct lease *wish = memory_must(lease_create(conf->node, conf->node));

	if (!env || subnet_env_parse(env, wish)) {
		lease_destroy(wish);
		wish = NULL;
	}
	return wish;
}

static int open_store(struct agent *agent, const char *env,
		      struct k8sov_error *err)
{
	static const struct store_events events = {
		.netconf = on_netconf,
		.begin = on_begin,
		.put = on_put,
		.remove = on_remove,
		.complete = on_complete,
		.own = on_own,
		.state = on_state,
	};
	struct lease *wish = read_wish(agent->conf, env);
	struct store_config config = {};
	char scheme[16];
	int ret;

	conf_store(agent->conf, scheme, &config);
	config.wish = wish;
	agent->ops = find_store(scheme, err);
	ret = agent->ops ? agent->ops->open(&agent->store, agent->loop,
					    &config, &events, agent, err) :
	      -err->code;
	lease_destroy(wish);
	return ret;
}

static void on_closed(uv_handle_t *handle)
{
	struct agent *agent = handle->data;

	if (--agent->handles)
		return;
	cluster_destroy(agent->cluster);
	lease_destroy(agent->own);
	lease_destroy(agent->self);
	tables_exit(&agent->actual);
	rtnl_close(&agent->rtnl);
	json_decref(agent->on_link);
	free(agent->plugins);
	free(agent->note);
	free(agent);
}

/**
 * agent_close() - stop
 * @agent: agent or NULL; freed by the loop
 */
void agent_close(struct agent *agent)
{
	if (!agent)
		return;
	agent->closing = true;
	if (agent->store)
		agent->ops->close(agent->store);
	agent->store = NULL;
	watch_close(agent->watch);
	dir_watch_close(agent->plugin_dirs);
	kernel_close(agent->kernel);
	masq_close(agent->masq);
	policing_close(agent->policing);
	agent->handles = 5;
	uv_close((uv_handle_t *)&agent->doubt, on_closed);
	uv_close((uv_handle_t *)&agent->pace, on_closed);
	uv_close((uv_handle_t *)&agent->idle, on_closed);
	uv_close((uv_handle_t *)&agent->check, on_closed);
	uv_close((uv_handle_t *)&agent->retry, on_closed);
}

/**
 * agent_open() - start
 * @agent: set on success; the caller closes it
 * @loop: loop
 * @conf: options, which must stay
 * @on_change: called when agent_read_state() may have something new to say
 * @data: for @on_change
 * @err: filled on failure
 *
 * Return: 0, or -errno if it makes no sense to go on; what may become better
 * by itself is tried again.
 */
int agent_open(struct agent **agent, uv_loop_t *loop, const struct conf *conf,
	       void (*on_change)(void *data), void *data,
	       struct k8sov_error *err)
{
	struct agent *new = memory_must(calloc(1, sizeof(*new)));
	char *env = NULL;
	int ret;

	new->conf = conf;
	new->loop = loop;
	new->on_change = on_change;
	new->data = data;
	new->retry_ms = RETRY_FIRST_MS;
	new->cluster = cluster_create();
	new->on_link = memory_must(json_object());
	uv_idle_init(loop, &new->idle);
	uv_check_init(loop, &new->check);
	uv_timer_init(loop, &new->retry);
	uv_timer_init(loop, &new->doubt);
	new->doubt.data = new;
	uv_timer_init(loop, &new->pace);
	new->pace.data = new;
	new->idle.data = new;
	new->check.data = new;
	new->retry.data = new;
	uv_check_start(&new->check, on_check);
	new->masq = masq_create(loop);
	if (*conf->subnet_file)
		env = text_file_read(conf->subnet_file);
	if (!conf->ip_masq && env && subnet_env_masquerades(env))
		masq_remove(new->masq);
	ret = rtnl_open(&new->rtnl, err);
	if (!ret)
		ret = kernel_open(&new->kernel, loop, on_kernel_changed, new,
				  err);
	if (!ret)
		ret = watch_open(&new->watch, loop, on_link_changed, new, err);
	if (!ret && conf->policy >= 0)
		ret = policing_open(&new->policing, loop, conf, on_policing,
				    new, err);
	if (!ret && *conf->subnet_file && *conf->cni_conf)
		new->plugin_dirs = dir_watch_open(loop, "cni",
						  conf->cni_bin,
						  on_plugins_changed, new);
	if (!ret)
		ret = open_store(new, env, err);
	free(env);
	if (ret) {
		agent_close(new);
		return ret;
	}
	*agent = new;
	return 0;
}

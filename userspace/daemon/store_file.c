// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * A directory as a store: DIR/net-conf.json and DIR/nodes/NAME.json, or .yaml.
 * Whoever can write files can be the other side: a person, configuration
 * management, a network file system, k8sovd of other nodes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "alloc.h"
#include "log.h"
#include "node_file.h"
#include "store.h"

/* Changes come in groups; this many ms are waited for the rest of one. */
#define SETTLE_MS 3
/* Not every file system tells of changes, and none of a vanished directory. */
#define RESCAN_MS 20000
#define RETRY_MS 1000
/* If more files change at once, all are looked at. */
#define TOUCHED 64

struct store {
	char *path;
	char *node;
	char *netconf_file;
	struct lease *wish;
	struct store_events events;
	void *data;

	uv_fs_event_t watch_dir;
	uv_fs_event_t watch_nodes;
	uv_timer_t timer;
	unsigned int handles;
	ino_t watched;

	struct node_files files;
	char *touched[TOUCHED];
	unsigned int n_touched;
	bool look_at_all;
	bool had_files;		/* nodes were known once */
	bool has_conf;
	struct netconf conf;
	struct lease *own;	/* as it was told to the agent */
	struct lease *self;	/* as the agent published it */
	enum store_state state;
	char why[256];
};

static void set_state(struct store *store, enum store_state state,
		      const char *why)
{
	if (store->state == state && !strcmp(store->why, why))
		return;
	store->state = state;
	snprintf(store->why, sizeof(store->why), "%s", why);
	store->events.state(store->data, state, store->why);
}

static void set_trouble(struct store *store, enum store_state state,
			const char *file, const struct k8sov_error *err)
{
	char why[256];

	snprintf(why, sizeof(why), "%.60s/%.60s: %.120s", store->path, file,
		 err->message);
	set_state(store, state, why);
}

static json_t *load_netconf(struct store *store, int dir, const char **file,
			    struct k8sov_error *err)
{
	static const char *const names[] = {
		"net-conf.json", "net-conf.yaml", "net-conf.yml",
	};
	json_t *root = NULL;
	size_t i;

	if (store->netconf_file) {
		*file = store->netconf_file;
		return node_file_load(AT_FDCWD, *file, err);
	}
	for (i = 0; i < 3 && !root; i++) {
		*file = names[i];
		root = node_file_load(dir, names[i], err);
		if (!root && err->code != ENOENT)
			return NULL;
	}
	if (!root)
		*file = names[0];
	return root;
}

/* A configuration that is not good leaves the last good one in force. */
static int read_netconf(struct store *store, int dir)
{
	const char *file = "";
	struct k8sov_error err = {};
	struct netconf conf;
	char *text = NULL;
	json_t *root = load_netconf(store, dir, &file, &err);
	int ret = -EINVAL;

	if (root)
		text = json_dumps(root, 0);
	if (text)
		ret = netconf_parse(text, strlen(text), true, &conf, &err);
	json_decref(root);
	free(text);
	if (ret) {
		set_trouble(store, store->has_conf ? STORE_STALE :
			    STORE_REFUSED, file, &err);
		return ret;
	}
	if (store->has_conf && netconf_equal(&conf, &store->conf))
		return 0;
	store->conf = conf;
	store->has_conf = true;
	store->events.netconf(store->data, &conf);
	return 0;
}

static bool has_subnets(const struct store *store, const struct lease *lease)
{
	unsigned int f;

	for (f = 0; f < FAMILIES; f++)
		if (store->conf.family[f].enabled &&
		    !lease->family[f].subnet.family)
			return false;
	return true;
}

static int allocate(struct store *store, struct lease *lease,
		    struct k8sov_error *err)
{
	struct alloc_set *taken = alloc_set_create();
	size_t i;
	int ret;

	for (i = 0; i < store->files.n; i++)
		if (strcmp(store->files.file[i].node, store->node) != 0)
			alloc_set_add_lease(taken, store->files.file[i].lease);
	ret = alloc_lease(&store->conf, taken, store->wish, lease, err);
	alloc_set_destroy(taken);
	return ret;
}

/* What the agent said, and the subnets of the node's file or new ones. */
static int compose(struct store *store, const struct node_file *file,
		   struct lease *lease, struct k8sov_error *err)
{
	unsigned int f;

	for (f = 0; file && f < FAMILIES; f++) {
		lease->family[f].subnet = file->lease->family[f].subnet;
		lease->family[f].len = file->lease->family[f].len;
	}
	return has_subnets(store, lease) ? 0 : allocate(store, lease, err);
}

static int write_own(struct store *store, int nodes, struct k8sov_error *err)
{
	struct node_file *file = node_files_find(&store->files, store->node);
	struct lease *lease = memory_must(lease_copy(store->self));
	char *name = NULL;
	json_t *root;
	int ret;

	ret = compose(store, file, lease, err);
	if (asprintf(&name, "%s.json", store->node) < 0)
		name = memory_must(NULL);
	/* YAML is a superset of JSON: the name may stay as it is. */
	root = file ? node_file_load(nodes, file->file, err) : NULL;
	if (!json_is_object(root)) {
		json_decref(root);
		root = json_object();
	}
	if (!ret) {
		node_file_fill(root, lease);
		ret = node_file_write(nodes, file ? file->file : name, root,
				      err);
	}
	json_decref(root);
	free(name);
	lease_destroy(lease);
	return ret;
}

static bool own_is_written(const struct store *store)
{
	const struct node_file *file = node_files_find(&store->files,
						       store->node);
	struct lease *lease;
	char *a, *b;
	bool same;

	if (!file || !has_subnets(store, file->lease))
		return false;
	lease = memory_must(lease_copy(store->self));
	a = lease_format_attrs(lease);
	b = lease_format_attrs(file->lease);
	same = !strcmp(a, b);
	free(a);
	free(b);
	lease_destroy(lease);
	return same;
}

/*
 * Two nodes that look for a free subnet at once must not find the same one.
 * The lock is on a file of its own, since the others are replaced.
 */
static int publish_locked(struct store *store, int nodes,
			  struct k8sov_error *err)
{
	int lock = openat(nodes, ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	int ret;

	if (lock < 0 || flock(lock, LOCK_EX))
		ret = k8sov_error_system(err, errno, "cannot write");
	else
		ret = node_files_scan(&store->files, nodes, err);
	if (!ret)
		ret = write_own(store, nodes, err);
	if (!ret)
		ret = node_files_scan(&store->files, nodes, err);
	if (lock >= 0)
		close(lock);
	return ret;
}

/*
 * Where we may not write, a file that says enough will do. What else prevents
 * it, such as a full disk, passes, and is for @late to tell.
 */
static int publish_own(struct store *store, int nodes, struct k8sov_error *late)
{
	const struct node_file *file;
	struct k8sov_error err = {};
	int ret;

	if (!store->self || !store->has_conf || own_is_written(store))
		return 0;
	ret = publish_locked(store, nodes, &err);
	if (!ret)
		return 0;
	file = node_files_find(&store->files, store->node);
	if (!file || !has_subnets(store, file->lease)) {
		set_trouble(store, STORE_REFUSED, store->node, &err);
		return ret;
	}
	if (ret == -EROFS || ret == -EACCES || ret == -EPERM)
		log_warn("store", "the file of this node is not up to date: %s",
			 err.message);
	else
		k8sov_error_set(late, -ret,
				"the file is not up to date: %.90s",
				err.message);
	return 0;
}

static void tell_own(struct store *store)
{
	const struct node_file *file = node_files_find(&store->files,
						       store->node);

	if (!file || !has_subnets(store, file->lease) ||
	    (store->own && lease_equal(store->own, file->lease)))
		return;
	lease_destroy(store->own);
	store->own = memory_must(lease_copy(file->lease));
	store->events.own(store->data, store->own);
}

static void tell_nodes(struct store *store, const struct k8sov_error *late)
{
	const struct node_file *bad = NULL;
	struct k8sov_error err = {};
	size_t i;

	store->events.begin(store->data);
	for (i = 0; i < store->files.n; i++) {
		const struct node_file *file = &store->files.file[i];

		bad = file->bad ? file : bad;
		if (strcmp(file->node, store->node) != 0)
			store->events.put(store->data, file->lease);
	}
	store->events.complete(store->data);
	k8sov_error_set(&err, EINVAL, "the file cannot be read, what is known of the node stays");
	if (late->code)
		set_trouble(store, STORE_STALE, store->node, late);
	else if (bad)
		set_trouble(store, STORE_STALE, bad->file, &err);
	else
		set_state(store, STORE_SYNCED, "");
}

static void scan_nodes(struct store *store, int nodes)
{
	struct k8sov_error err = {}, late = {};
	int ret = node_files_scan(&store->files, nodes, &err);

	/* Nor is a file of our own to be the first of an empty directory:
	 * the others would take it for all there is.
	 */
	store->had_files |= store->files.n > 0;
	if (!ret && store->had_files && !store->files.n)
		ret = k8sov_error_set(&err, ENOENT,
				      "all files are gone, what is known of the nodes stays");
	if (ret) {
		set_trouble(store, STORE_STALE, "nodes", &err);
		return;
	}
	if (publish_own(store, nodes, &late))
		return;
	tell_own(store);
	tell_nodes(store, &late);
}

static void on_change(uv_fs_event_t *watch, const char *file, int events,
		      int status);

/* A directory that was replaced has another inode and needs a new watch. */
static void watch(struct store *store, int nodes)
{
	struct stat st;
	char *path = NULL;

	if (fstat(nodes, &st) || st.st_ino == store->watched)
		return;
	if (asprintf(&path, "%s/nodes", store->path) < 0)
		path = memory_must(NULL);
	uv_fs_event_stop(&store->watch_dir);
	uv_fs_event_stop(&store->watch_nodes);
	if (!uv_fs_event_start(&store->watch_dir, on_change, store->path, 0) &&
	    !uv_fs_event_start(&store->watch_nodes, on_change, path, 0))
		store->watched = st.st_ino;
	free(path);
}

static void on_timer(uv_timer_t *timer);

static int open_nodes(const char *path)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), nodes;

	if (dir < 0)
		return -1;
	nodes = openat(dir, "nodes", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(dir);
	return nodes;
}

static void forget_touched(struct store *store)
{
	while (store->n_touched)
		free(store->touched[--store->n_touched]);
	store->look_at_all = false;
}

static void touch(struct store *store, const char *file)
{
	unsigned int i;

	for (i = 0; i < store->n_touched; i++)
		if (!strcmp(store->touched[i], file))
			return;
	if (store->n_touched == TOUCHED)
		store->look_at_all = true;
	else
		store->touched[store->n_touched++] =
			memory_must(strdup(file));
}

/*
 * In a cluster of thousands, looking at all files for each that changes is
 * most of the work. Only a whole look tells who is gone, though.
 * Return: false if that is needed.
 */
static bool look_at_touched(struct store *store)
{
	bool good = !store->look_at_all && store->n_touched &&
		    store->state == STORE_SYNCED;
	const struct node_file *file;
	unsigned int i;
	int nodes;

	if (!good)
		return false;
	nodes = open_nodes(store->path);
	for (i = 0; good && i < store->n_touched; i++) {
		file = node_files_refresh(&store->files, nodes,
					  store->touched[i]);
		good = file && !file->bad &&
		       strcmp(file->node, store->node) != 0;
		if (good)
			store->events.put(store->data, file->lease);
	}
	if (nodes >= 0)
		close(nodes);
	return good;
}

static void scan(struct store *store)
{
	int dir = open(store->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t again = RETRY_MS;
	struct k8sov_error err = {};
	int nodes = -1;

	if (dir >= 0) {
		nodes = openat(dir, "nodes", O_RDONLY | O_DIRECTORY |
			       O_CLOEXEC);
		if (nodes < 0 && !store->had_files &&
		    !mkdirat(dir, "nodes", 0755))
			nodes = openat(dir, "nodes", O_RDONLY | O_DIRECTORY |
				       O_CLOEXEC);
	}
	if (nodes < 0) {
		k8sov_error_system(&err, errno, "cannot open");
		set_trouble(store, STORE_STALE, "nodes", &err);
		store->watched = 0;
	} else {
		/* First watch, then look: nothing falls between. */
		watch(store, nodes);
		if (!read_netconf(store, dir))
			scan_nodes(store, nodes);
		close(nodes);
		if (store->state == STORE_SYNCED)
			again = RESCAN_MS;
	}
	if (dir >= 0)
		close(dir);
	uv_timer_start(&store->timer, on_timer, again, 0);
}

static void on_timer(uv_timer_t *timer)
{
	struct store *store = timer->data;

	if (look_at_touched(store))
		uv_timer_start(timer, on_timer, RESCAN_MS, 0);
	else
		scan(store);
	forget_touched(store);
}

static void on_change(uv_fs_event_t *watch, const char *file, int events,
		      int status)
{
	struct store *store = watch->data;

	(void)events;
	(void)status;
	/* Hidden files are those that somebody is writing, and our lock. */
	if (file && *file == '.' && strncmp(file, "..data", 6) != 0)
		return;
	if (file && watch == &store->watch_nodes)
		touch(store, file);
	else
		store->look_at_all = true;
	uv_timer_start(&store->timer, on_timer, SETTLE_MS, 0);
}

static int file_open(struct store **store, uv_loop_t *loop,
		     const struct store_config *config,
		     const struct store_events *events, void *data,
		     struct k8sov_error *err)
{
	struct store *new;

	if (!*config->where)
		return k8sov_error_set(err, EINVAL,
				       "--store file: needs a directory");
	if (strchr(config->node, '/') || *config->node == '.')
		return k8sov_error_set(err, EINVAL,
				       "the node name %.64s cannot be a file name",
				       config->node);
	new = memory_must(calloc(1, sizeof(*new)));
	new->path = memory_must(strdup(config->where));
	new->node = memory_must(strdup(config->node));
	if (config->netconf_file)
		new->netconf_file = memory_must(strdup(config->netconf_file));
	if (config->wish)
		new->wish = memory_must(lease_copy(config->wish));
	new->events = *events;
	new->data = data;
	uv_fs_event_init(loop, &new->watch_dir);
	uv_fs_event_init(loop, &new->watch_nodes);
	uv_timer_init(loop, &new->timer);
	new->watch_dir.data = new;
	new->watch_nodes.data = new;
	new->timer.data = new;
	uv_timer_start(&new->timer, on_timer, 0, 0);
	*store = new;
	return 0;
}

static void file_publish(struct store *store, const struct lease *self)
{
	lease_destroy(store->self);
	store->self = memory_must(lease_copy(self));
	store->look_at_all = true;
	uv_timer_start(&store->timer, on_timer, 0, 0);
}

static json_t *file_describe(const struct store *store)
{
	size_t i, bad = 0;

	for (i = 0; i < store->files.n; i++)
		bad += store->files.file[i].bad;
	return json_pack("{s:s,s:s,s:I,s:I}", "kind", "file", "directory",
			 store->path, "files", (json_int_t)store->files.n,
			 "bad", (json_int_t)bad);
}

static void on_closed(uv_handle_t *handle)
{
	struct store *store = handle->data;

	if (--store->handles)
		return;
	forget_touched(store);
	node_files_exit(&store->files);
	lease_destroy(store->wish);
	lease_destroy(store->own);
	lease_destroy(store->self);
	free(store->netconf_file);
	free(store->path);
	free(store->node);
	free(store);
}

static void file_close(struct store *store)
{
	store->handles = 3;
	uv_close((uv_handle_t *)&store->watch_dir, on_closed);
	uv_close((uv_handle_t *)&store->watch_nodes, on_closed);
	uv_close((uv_handle_t *)&store->timer, on_closed);
}

const struct store_ops store_file = {
	.scheme = "file",
	.open = file_open,
	.publish = file_publish,
	.describe = file_describe,
	.close = file_close,
};

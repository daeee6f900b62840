// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * A store alone, for tests of it: store_driver SCHEME:WHERE [NAME=VALUE]...
 * prints what the store tells as lines of JSON. On standard input it takes
 * "publish [NAME=VALUE]...", "ready", "unready WHY", "again" and "describe". SIGTERM ends it.
 * Names: node prefix cafile certfile keyfile username password netconf wish
 * margin api_url begin_ms silence_ms, of what is published public public6 mac mac6 vni backend; quiet=1
 * leaves out put and remove.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"
#include "../daemon/status.h"
#include "../daemon/store.h"
#include "../lib/error.h"

static const struct store_ops *const kinds[] = {
	&store_etcd, &store_file, &store_kube,
};
static const struct store_ops *ops;
static struct store *store;
static struct lease *self;
static struct lease *wish;
static bool publishing, quiet;
static unsigned int puts_told;
static char line[4096];
static size_t line_len;
static uv_pipe_t input;
static uv_signal_t ending;

static void print(json_t *json)
{
	char *text = memory_must(json_dumps(json, JSON_COMPACT));

	puts(text);
	fflush(stdout);
	free(text);
	json_decref(json);
}

static json_t *lease_json(const char *event, const struct lease *lease)
{
	char *attrs = lease_format_attrs(lease);
	char *subnets = lease_format_subnets(lease);
	char owner[32];
	json_t *json;

	snprintf(owner, sizeof(owner), "%llx", (unsigned long long)lease->owner);
	json = json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:o}", "event", event,
			 "key", lease->key, "name", lease->name, "owner", owner,
			 "unreadable", lease->unreadable, "subnets", subnets, "attrs",
			 json_loads(attrs, 0, NULL));
	free(attrs);
	free(subnets);
	return json;
}

static void on_netconf(void *data, const struct netconf *conf)
{
	(void)data;
	print(json_pack("{s:s, s:s, s:i, s:i, s:b, s:b}", "event", "netconf",
			"backend", backend_name(conf->backend), "vni",
			(int)conf->vni, "port", (int)conf->port, "v4",
			conf->family[V4].enabled, "v6",
			conf->family[V6].enabled));
}

static void on_begin(void *data)
{
	(void)data;
	puts_told = 0;
	print(json_pack("{s:s}", "event", "begin"));
}

static void on_put(void *data, const struct lease *lease)
{
	(void)data;
	puts_told++;
	if (!quiet)
		print(lease_json("put", lease));
}

static void on_remove(void *data, const char *key)
{
	(void)data;
	if (!quiet)
		print(json_pack("{s:s, s:s}", "event", "remove", "key", key));
}

static void on_complete(void *data)
{
	(void)data;
	print(json_pack("{s:s, s:i}", "event", "complete", "count",
			(int)puts_told));
}

static void on_own(void *data, const struct lease *lease)
{
	(void)data;
	print(lease_json("own", lease));
}

static void on_state(void *data, enum store_state state, const char *why)
{
	(void)data;
	print(json_pack("{s:s, s:s, s:s}", "event", "state", "state",
			status_store_name(state), "why", why ?: ""));
}

static const struct store_events events = {
	.netconf = on_netconf,
	.begin = on_begin,
	.put = on_put,
	.remove = on_remove,
	.complete = on_complete,
	.own = on_own,
	.state = on_state,
};

static void bad(const char *what)
{
	fprintf(stderr, "store_driver: bad %s\n", what);
	exit(1);
}

static void set_self(const char *name, const char *value)
{
	unsigned int f = strchr(name, '6') ? V6 : V4;
	struct lease_family *family = &self->family[f];

	publishing = true;
	if (!strncmp(name, "public", 6)) {
		if (k8sov_addr_parse(value, &family->public))
			bad(value);
	} else if (!strncmp(name, "mac", 3)) {
		if (k8sov_mac_parse(value, family->mac))
			bad(value);
		family->has_mac = true;
		family->vni = family->vni ?: 1;
	} else if (!strncmp(name, "vni", 3)) {
		family->vni = atoi(value);
	} else if (!strcmp(name, "backend")) {
		snprintf(self->backend, sizeof(self->backend), "%s", value);
	} else {
		bad(name);
	}
}

static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{ "node", offsetof(struct store_config, node) },
	{ "prefix", offsetof(struct store_config, prefix) },
	{ "cafile", offsetof(struct store_config, cafile) },
	{ "certfile", offsetof(struct store_config, certfile) },
	{ "keyfile", offsetof(struct store_config, keyfile) },
	{ "username", offsetof(struct store_config, username) },
	{ "password", offsetof(struct store_config, password) },
	{ "api_url", offsetof(struct store_config, api_url) },
	{ "netconf", offsetof(struct store_config, netconf_file) },
};

static void set_config(struct store_config *config, const char *name,
		       const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(name, texts[i].name) != 0)
			continue;
		*(const char **)((char *)config + texts[i].offset) = value;
		return;
	}
	if (!strcmp(name, "wish")) {
		wish = memory_must(lease_create("wish", "wish"));
		if (lease_parse_subnets(value, wish))
			bad(value);
		config->wish = wish;
	} else if (!strcmp(name, "margin")) {
		config->renew_margin = atoi(value);
	} else if (!strcmp(name, "begin_ms")) {
		config->begin_ms = atoi(value);
	} else if (!strcmp(name, "silence_ms")) {
		config->silence_ms = atoi(value);
	} else if (!strcmp(name, "quiet")) {
		quiet = *value == '1';
	} else {
		set_self(name, value);
	}
}

/* NAME=VALUE; the word is cut in two. */
static char *cut(char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		bad(word);
	*value = '\0';
	return value + 1;
}

static void command(char *text)
{
	char *word = strsep(&text, " "), *name;

	if (!strcmp(word, "publish")) {
		while ((name = strsep(&text, " ")))
			set_self(name, cut(name));
		ops->publish(store, self);
	} else if (!strcmp(word, "ready") && ops->ready) {
		ops->ready(store);
	} else if (!strcmp(word, "unready") && ops->unready) {
		ops->unready(store, text ?: "");
	} else if (!strcmp(word, "again") && ops->again) {
		ops->again(store);
	} else if (!strcmp(word, "describe")) {
		print(json_pack("{s:s, s:o}", "event", "describe", "store",
				ops->describe(store)));
	} else {
		bad(word);
	}
}

static void give_room(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
	(void)handle;
	(void)size;
	*buf = uv_buf_init(line + line_len, sizeof(line) - line_len);
}

static void on_input(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	char *end;

	(void)buf;
	if (n < 0) {
		uv_read_stop(stream);
		return;
	}
	line_len += n;
	while ((end = memchr(line, '\n', line_len))) {
		*end++ = '\0';
		command(line);
		line_len -= end - line;
		memmove(line, end, line_len);
	}
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	ops->close(store);
	uv_close((uv_handle_t *)handle, NULL);
	if (input.loop)
		uv_close((uv_handle_t *)&input, NULL);
}

static const struct store_ops *find(char *where, const char **rest)
{
	char *colon = strchr(where, ':');
	size_t i;

	if (!colon)
		bad(where);
	*colon = '\0';
	*rest = colon + 1;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(where, kinds[i]->scheme))
			return kinds[i];
	bad(where);
	return NULL;
}

int main(int argc, char **argv)
{
	struct store_config config = { .node = "node", .renew_margin = 60 };
	uv_loop_t *loop = uv_default_loop();
	struct k8sov_error err;
	int i;

	if (argc < 2)
		bad("arguments");
	signal(SIGPIPE, SIG_IGN);
	self = memory_must(lease_create("self", "self"));
	snprintf(self->backend, sizeof(self->backend), "vxlan");
	ops = find(argv[1], &config.where);
	for (i = 2; i < argc; i++)
		set_config(&config, argv[i], cut(argv[i]));
	if (ops->open(&store, loop, &config, &events, NULL, &err)) {
		fprintf(stderr, "%s\n", err.message);
		uv_run(loop, UV_RUN_DEFAULT);
		return 1;
	}
	if (publishing)
		ops->publish(store, self);
	uv_signal_init(loop, &ending);
	uv_signal_start(&ending, on_signal, SIGTERM);
	if (uv_guess_handle(0) == UV_NAMED_PIPE) {
		uv_pipe_init(loop, &input, 0);
		uv_pipe_open(&input, 0);
		uv_read_start((uv_stream_t *)&input, give_room, on_input);
	}
	uv_run(loop, UV_RUN_DEFAULT);
	lease_destroy(self);
	lease_destroy(wish);
	return uv_loop_close(loop) != 0;
}

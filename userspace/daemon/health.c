// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "health.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/error.h"
#include "conf.h"
#include "http_server.h"
#include "metrics.h"

/**
 * struct health - what is served
 * @server: listens
 * @conf: shown without secrets
 * @source: the agent
 */
struct health {
	struct http_server *server;
	const struct conf *conf;
	const struct status_source *source;
};

static void read_status(const struct health *health, struct status *status)
{
	memset(status, 0, sizeof(*status));
	health->source->read(health->source->data, status);
	if (!status->store_why)
		status->store_why = "";
	if (!status->last_error)
		status->last_error = "";
	if (!status->policy.trouble)
		status->policy.trouble = "";
	if (!status->policy.problem)
		status->policy.problem = "";
}

/* Whoever answers turns the loop; that is all that is asked for. */
static void get_healthz(const struct health *health, struct http_answer *answer)
{
	(void)health;
	fputs("ok\n", answer->body);
}

static void get_readyz(const struct health *health, struct http_answer *answer)
{
	struct status status;
	char words[1024];

	read_status(health, &status);
	status_explain(&status, words, sizeof(words));
	if (status_unready(&status)) {
		answer->status = 503;
		fprintf(answer->body, "%s\n", words);
		return;
	}
	fputs("ok\n", answer->body);
	/* Packets flow, but somebody should know. */
	if (*status.policy.trouble || *status.policy.problem)
		fprintf(answer->body, "%s\n", words);
}

static void get_metrics(const struct health *health,
			struct http_answer *answer)
{
	struct status status;
	struct counters counters;
	struct k8sov_error err;

	read_status(health, &status);
	/* Without the module, the agent's own metrics are what tells. */
	counters_read(&counters, &err);
	answer->type = METRICS_TYPE;
	metrics_write(answer->body, &status, &counters);
	metrics_write_process(answer->body);
	counters_exit(&counters);
}

static json_t *describe_policy(const struct policing_status *policy)
{
	return json_pack("{s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s}",
			 "told", policy->told, "in_force", policy->in_force,
			 "policies", (json_int_t)policy->policies,
			 "rulesets", (json_int_t)policy->rulesets,
			 "identities", (json_int_t)policy->identities,
			 "ready", (json_int_t)policy->ready,
			 "pending", (json_int_t)policy->pending,
			 "waiting", (json_int_t)policy->waiting,
			 "problems", (json_int_t)policy->problems,
			 "problem", policy->problem, "trouble",
			 policy->trouble);
}

static json_t *describe_status(const struct status *status)
{
	const char *why = status_unready(status);
	json_t *object;

	object = json_pack("{s:b, s:s?, s:s, s:b, s:{s:s?, s:s, s:s?, s:I, s:b}, s:{s:I, s:I, s:I, s:I, s:I, s:I}}",
			   "ready", !why, "unready", why,
			   "version", K8SOV_VERSION,
			   "device_up", status->device_up,
			   "store_state", "scheme", status->scheme,
			   "state", status_store_name(status->store),
			   "why", status->store_why,
			   "snapshots", (json_int_t)status->snapshots,
			   "doubt", status->doubt,
			   "entries", "hosts", (json_int_t)status->hosts,
			   "subnets", (json_int_t)status->subnets,
			   "conflicts", (json_int_t)status->conflicts,
			   "foreign", (json_int_t)status->foreign,
			   "invalid", (json_int_t)status->invalid,
			   "held", (json_int_t)status->held);
	return object ? object : json_object();
}

static void get_state(const struct health *health, struct http_answer *answer)
{
	struct status status;
	json_t *state, *agent = NULL;

	read_status(health, &status);
	state = describe_status(&status);
	json_object_set_new(state, "last_error",
			    json_string(status.last_error));
	json_object_set_new(state, "policy", describe_policy(&status.policy));
	json_object_set_new(state, "conf", conf_describe(health->conf));
	if (health->source->describe)
		agent = health->source->describe(health->source->data);
	if (agent)
		json_object_set_new(state, "agent", agent);
	answer->type = "application/json";
	json_dumpf(state, answer->body, JSON_INDENT(2));
	fputc('\n', answer->body);
	json_decref(state);
}

static const struct {
	const char *path;
	void (*get)(const struct health *health, struct http_answer *answer);
} paths[] = {
	{ "/healthz", get_healthz },
	{ "/readyz", get_readyz },
	{ "/metrics", get_metrics },
	{ "/debug/state", get_state },
};

static void get(const char *path, struct http_answer *answer, void *data)
{
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (strcmp(path, paths[i].path) != 0)
			continue;
		answer->status = 200;
		paths[i].get(data, answer);
		return;
	}
	fputs("there are /healthz, /readyz, /metrics and /debug/state\n",
	      answer->body);
}

/**
 * health_open() - serve metrics and health
 * @health: set on success; NULL if --healthz-port is 0
 * @loop: that it runs in
 * @conf: where to listen, and what to show
 * @source: the agent
 * @err: filled on failure
 *
 * Return: 0, or what http_server_open() says.
 */
int health_open(struct health **health, uv_loop_t *loop,
		const struct conf *conf, const struct status_source *source,
		struct k8sov_error *err)
{
	struct health *new;
	int ret;

	*health = NULL;
	if (!conf->health_port)
		return 0;
	new = calloc(1, sizeof(*new));
	if (!new)
		return k8sov_error_set(err, ENOMEM, "out of memory");
	new->conf = conf;
	new->source = source;
	ret = http_server_open(&new->server, loop, &conf->health_ip,
			       (uint16_t)conf->health_port, get, new, err);
	if (ret) {
		free(new);
		return ret;
	}
	*health = new;
	return 0;
}

/**
 * health_close() - stop serving
 * @health: gone; may be NULL
 */
void health_close(struct health *health)
{
	if (!health)
		return;
	http_server_close(health->server);
	free(health);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* k8sovd: keeps the tables of a k8sov device what the cluster wants. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "../lib/error.h"
#include "agent.h"
#include "conf.h"
#include "enforcer.h"
#include "health.h"
#include "log.h"
#include "notify.h"
#include "takeover.h"

/* What waits for the agent starts without it after this time. */
#define PATIENCE_MS 15000

/* What runs, from the first option to the last closed handle. */
struct run {
	struct conf conf;
	uv_loop_t loop;
	uv_signal_t signals[2];
	struct agent *agent;
	struct enforcer *enforcer;
	struct health *health;
	struct status_source source;
};

static void on_change(void *data)
{
	const struct run *run = data;
	struct status status = {};
	char words[256];

	/* A store may speak before agent_open() has returned. */
	if (run->agent)
		agent_read_state(run->agent, &status);
	else if (run->enforcer)
		enforcer_read_status(run->enforcer, &status);
	else
		return;
	if (!status_unready(&status))
		notify_ready();
	status_explain(&status, words, sizeof(words));
	notify_status("%s", words);
}

static void stop(struct run *run)
{
	size_t i;

	notify_stopping();
	notify_exit();
	health_close(run->health);
	run->health = NULL;
	agent_close(run->agent);
	run->agent = NULL;
	enforcer_close(run->enforcer);
	run->enforcer = NULL;
	for (i = 0; i < 2; i++)
		if (!uv_is_closing((uv_handle_t *)&run->signals[i]))
			uv_close((uv_handle_t *)&run->signals[i], NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
	log_info("agent", "signal %d: stopping; the kernel keeps forwarding",
		 number);
	stop(handle->data);
}

static void watch_signals(struct run *run)
{
	static const int numbers[2] = { SIGTERM, SIGINT };
	size_t i;

	for (i = 0; i < 2; i++) {
		uv_signal_init(&run->loop, &run->signals[i]);
		run->signals[i].data = run;
		uv_signal_start(&run->signals[i], on_signal, numbers[i]);
	}
}

static int open_agent(struct run *run, struct k8sov_error *err)
{
	int ret = 0;

	if (run->conf.takeover == TAKEOVER_FLANNEL)
		ret = takeover_flannel(&run->loop, &run->conf, err);
	if (!ret)
		ret = agent_open(&run->agent, &run->loop, &run->conf,
				 on_change, run, err);
	run->source = (struct status_source){
		agent_read_status, agent_describe, run->agent,
	};
	return ret;
}

static int open_enforcer(struct run *run, struct k8sov_error *err)
{
	int ret = enforcer_open(&run->enforcer, &run->loop, &run->conf,
				on_change, run, err);

	run->source = (struct status_source){
		enforcer_read_status, enforcer_describe, run->enforcer,
	};
	return ret;
}

static int open_parts(struct run *run, struct k8sov_error *err)
{
	int ret = run->conf.policy_only == 1 ? open_enforcer(run, err) :
					       open_agent(run, err);

	if (ret)
		return ret;
	return health_open(&run->health, &run->loop, &run->conf, &run->source,
			   err);
}

static int serve(struct run *run)
{
	struct k8sov_error err = {};
	struct log_config log;
	int ret;

	/* Each comparison needs the same few megabytes for a moment: to give
	 * them back and have them cleared again is a third of its time.
	 */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 8 << 20);
	conf_log(&run->conf, &log);
	log_init(&log);
	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&run->loop);
	watch_signals(run);
	notify_init(&run->loop, PATIENCE_MS);
	if (run->conf.takeover == TAKEOVER_BACK)
		ret = takeover_back(&run->loop, &run->conf, &err);
	else
		ret = open_parts(run, &err);
	if (ret)
		log_error("agent", "%s", err.message);
	if (ret || run->conf.takeover == TAKEOVER_BACK)
		stop(run);
	uv_run(&run->loop, UV_RUN_DEFAULT);
	uv_loop_close(&run->loop);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	if (conf_init(&run.conf, argc, argv, stderr))
		status = EXIT_FAILURE;
	else if (run.conf.action != CONF_RUN)
		status = conf_act(&run.conf, stdout, stderr);
	else
		status = serve(&run);
	conf_exit(&run.conf);
	log_exit();
	return status;
}

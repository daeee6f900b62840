/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _AGENT_H
#define _AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <uv.h>

#include "status.h"

struct conf;
struct k8sov_error;

/* What stands between a store and the kernel. */
struct agent;

/* @on_change: called when agent_read_state() may have something new to say. */
int agent_open(struct agent **agent, uv_loop_t *loop, const struct conf *conf,
	       void (*on_change)(void *data), void *data,
	       struct k8sov_error *err);
/* Everything stays as it is: device, tables, addresses, routes, leases. */
void agent_close(struct agent *agent);

/* For struct status_source; @data is the agent. */
void agent_read_status(void *data, struct status *status);
/* All of it but what must be counted. */
void agent_read_state(const struct agent *agent, struct status *status);
json_t *agent_describe(void *data);

#endif /* _AGENT_H */

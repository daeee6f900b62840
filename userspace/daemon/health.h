/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _HEALTH_H
#define _HEALTH_H

#include <stdint.h>

#include <uv.h>

#include "status.h"

struct conf;
struct health;
struct k8sov_error;

/*
 * Serves /metrics, /healthz, /readyz and /debug/state at --healthz-ip and
 * --healthz-port; with port 0 there is nothing, and *@health is NULL. @conf
 * and @source are used until health_close().
 */
int health_open(struct health **health, uv_loop_t *loop,
		const struct conf *conf, const struct status_source *source,
		struct k8sov_error *err);
/* The loop must turn once more. */
void health_close(struct health *health);

#endif /* _HEALTH_H */

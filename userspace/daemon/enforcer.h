/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ENFORCER_H
#define _ENFORCER_H

#include <jansson.h>
#include <uv.h>

#include "status.h"

struct conf;
struct k8sov_error;

/* What stands in the place of the agent where another network carries packets:
 * a device that stays down and only judges them, and its policy.
 */
struct enforcer;

/* As agent.h has it. */
int enforcer_open(struct enforcer **enforcer, uv_loop_t *loop,
		  const struct conf *conf, void (*on_change)(void *data),
		  void *data, struct k8sov_error *err);
/* Everything stays as it is. */
void enforcer_close(struct enforcer *enforcer);

/* For struct status_source; @data is the enforcer. */
void enforcer_read_status(void *data, struct status *status);
json_t *enforcer_describe(void *data);

#endif /* _ENFORCER_H */

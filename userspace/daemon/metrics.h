/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _METRICS_H
#define _METRICS_H

#include <stdio.h>

#include "counters.h"
#include "status.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Prometheus' text format. */
void metrics_write(FILE *out, const struct status *status,
		   const struct counters *counters);
void metrics_write_process(FILE *out);

#endif /* _METRICS_H */

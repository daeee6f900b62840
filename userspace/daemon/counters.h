/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _COUNTERS_H
#define _COUNTERS_H

#include <net/if.h>
#include <stddef.h>

#include "../lib/object.h"

struct k8sov_error;

/**
 * struct counters - what the kernel counted
 * @device: array, by device
 * @devices: how many
 */
struct counters {
	struct counters_device {
		char name[IFNAMSIZ];
		struct k8sov_stats stats;
	} *device;
	size_t devices;
};

/* All devices of this network namespace; @counters is empty on failure. */
int counters_read(struct counters *counters, struct k8sov_error *err);
void counters_exit(struct counters *counters);

#endif /* _COUNTERS_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/sock.h"

static int add_device(const void *obj, void *data)
{
	const struct k8sov_stats *stats = obj;
	struct counters *counters = data;
	struct counters_device *device;

	device = reallocarray(counters->device, counters->devices + 1,
			      sizeof(*device));
	if (!device)
		return -ENOMEM;
	counters->device = device;
	device += counters->devices;
	device->stats = *stats;
	/* Renamed or gone since: the next scrape has it right. */
	if (if_indextoname(stats->ifindex, device->name))
		counters->devices++;
	return 0;
}

/**
 * counters_read() - ask the kernel for the counters of all devices
 * @counters: set; empty on failure
 * @err: filled on failure
 *
 * Return: 0; -ENOENT if the module is not there; another errno of the kernel.
 */
int counters_read(struct counters *counters, struct k8sov_error *err)
{
	k8sov_autoclose struct k8sov_sock *sock = NULL;
	int ret;

	memset(counters, 0, sizeof(*counters));
	ret = k8sov_sock_open(&sock, err);
	if (!ret)
		ret = k8sov_stats_dump(sock, add_device, counters, err);
	if (ret)
		counters_exit(counters);
	return ret;
}

/**
 * counters_exit() - give back what counters hold
 * @counters: empty, then
 */
void counters_exit(struct counters *counters)
{
	free(counters->device);
	memset(counters, 0, sizeof(*counters));
}

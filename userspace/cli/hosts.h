/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_HOSTS_H
#define _K8SOVCTL_HOSTS_H

#include <stdint.h>

#include "../lib/addr.h"
#include "../lib/attrs_gen.h"

struct ctx;
struct hosts;

/**
 * struct host_name - what to call a host
 * @id: its id
 * @name: its name, "" if it has none
 * @addr: its outer address
 */
struct host_name {
	uint32_t id;
	char name[K8SOV_HOST_NAME_MAX + 1];
	struct k8sov_addr addr;
};

const struct host_name *hosts_find(struct ctx *ctx, uint32_t ifindex,
				   uint32_t id);
void hosts_destroy(struct hosts *hosts);

#endif /* _K8SOVCTL_HOSTS_H */

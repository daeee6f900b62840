/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_SUBNET_H
#define _K8SOV_SUBNET_H

#include "addrs.h"
#include "lpm.h"

struct k8sov_change;
struct k8sov_peers;

/**
 * struct k8sov_subnet_spec - what a request says about a subnet
 * @prefix: key
 * @type: enum k8sov_subnet_type
 * @host: host id, 0 if @type is not K8SOV_SUBNET_TYPE_HOST
 */
struct k8sov_subnet_spec {
	struct k8sov_prefix prefix;
	u8 type;
	u32 host;
};

/* Slow path: may sleep, callers hold the lock of the device. */

struct k8sov_lpm_entry *k8sov_subnet_find(const struct k8sov_peers *peers,
					  const struct k8sov_prefix *prefix);
int k8sov_subnet_set(const struct k8sov_change *c, struct k8sov_peers *peers,
		     const struct k8sov_subnet_spec *spec);
int k8sov_subnet_delete(const struct k8sov_change *c,
			struct k8sov_peers *peers,
			const struct k8sov_prefix *prefix,
			struct k8sov_lpm_entry *gone);
void k8sov_subnet_flush(const struct k8sov_change *c,
			struct k8sov_peers *peers, u64 owner);

#endif /* _K8SOV_SUBNET_H */

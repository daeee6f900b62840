/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_PEERS_H
#define _K8SOV_PEERS_H

#include "tables.h"

struct k8sov_dev;
struct mutex;

/* Slow path: may sleep. */

u32 k8sov_peers_subnet_count(const struct k8sov_peers *peers);
struct k8sov_peers *k8sov_peers_create(void);
struct k8sov_peers *k8sov_peers_clone(const struct k8sov_dev *kov,
				      const struct k8sov_peers *src,
				      bool with_subnets);
void k8sov_peers_publish(struct k8sov_peers *peers, struct mutex *lock);
void k8sov_peers_destroy(struct k8sov_peers *peers);
size_t k8sov_peers_memory(const struct k8sov_dev *kov,
			  const struct k8sov_peers *peers);

#endif /* _K8SOV_PEERS_H */

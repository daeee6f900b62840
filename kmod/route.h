/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ROUTE_H
#define _K8SOV_ROUTE_H

#include <linux/err.h>
#include <linux/types.h>

#include "addr.h"

struct dst_entry;
struct k8sov_conf;
struct k8sov_dev;
struct k8sov_host;

/* Callers hold rcu_read_lock() with bottom halves off. */

struct dst_entry *k8sov_route_host(const struct k8sov_dev *kov,
				   const struct k8sov_conf *conf,
				   struct k8sov_host *host, u8 tos,
				   struct k8sov_addr *source);
bool k8sov_route_on_link(const struct dst_entry *dst);
__be16 k8sov_route_port(const struct k8sov_conf *conf,
			const struct k8sov_host *host);

#endif /* _K8SOV_ROUTE_H */

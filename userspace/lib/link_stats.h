/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_LINK_STATS_H
#define _K8SOV_LINK_STATS_H

#include <stdint.h>

struct rtnl_link_stats64;

/* Counters of any interface, by its index. */
int link_stats_read(uint32_t ifindex, struct rtnl_link_stats64 *stats);

#endif /* _K8SOV_LINK_STATS_H */

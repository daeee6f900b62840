/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ETHTOOL_H
#define _K8SOV_ETHTOOL_H

#include <linux/ethtool.h>

extern const struct ethtool_ops k8sov_ethtool_ops;

#endif /* _K8SOV_ETHTOOL_H */

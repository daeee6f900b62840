/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_UNDERLAY_H
#define _K8SOV_UNDERLAY_H

int k8sov_underlay_init(void);
void k8sov_underlay_exit(void);

#endif /* _K8SOV_UNDERLAY_H */

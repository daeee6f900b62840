/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_LINK_H
#define _K8SOV_LINK_H

int k8sov_link_init(void);
void k8sov_link_exit(void);

#endif /* _K8SOV_LINK_H */

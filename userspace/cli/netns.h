/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_NETNS_H
#define _K8SOVCTL_NETNS_H

struct k8sov_error;

int netns_enter(const char *name, struct k8sov_error *err);

#endif /* _K8SOVCTL_NETNS_H */

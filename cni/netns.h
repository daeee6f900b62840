/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_NETNS_H
#define _CNI_NETNS_H

struct cni_error;

/* The network namespace at @path, or -1 with CNI_NETNS. */
int netns_open(const char *path, struct cni_error *err);
/* One ADD in a pod at a time. */
int netns_lock(int fd, struct cni_error *err);
/* What @fn returns, which runs inside of @fd, or -1. */
int netns_call(int fd, int (*fn)(void *data), void *data,
	       struct cni_error *err);

#endif /* _CNI_NETNS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_SYSCTL_H
#define _CNI_SYSCTL_H

#include <stdbool.h>

struct cni_error;

/* Of the network namespace that the caller is in. */
bool sysctl_exists(const char *path);
bool sysctl_is(const char *path, const char *value);
int sysctl_write(struct cni_error *err, const char *value, const char *fmt,
		 ...) __attribute__((format(printf, 3, 4)));
/* For what must not be written when it is so: the kernel would reset others. */
int sysctl_ensure(struct cni_error *err, const char *value, const char *path);

#endif /* _CNI_SYSCTL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_FAIL_H
#define _K8SOVCTL_FAIL_H

struct k8sov_error;

#define STATUS_USAGE	1
#define STATUS_REFUSED	2

int fail_status(const struct k8sov_error *err);
void fail_print(const struct k8sov_error *err, const char *file,
		unsigned int line);

#endif /* _K8SOVCTL_FAIL_H */

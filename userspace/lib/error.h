/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ERROR_H
#define _K8SOV_ERROR_H

#include <stdbool.h>

struct k8sov_set;

/**
 * struct k8sov_error - why a call failed
 * @code: errno, positive; 0 if nothing failed
 * @refused: the kernel said no, as opposed to an input that was not sent
 * @missing: the attribute is absent, as opposed to wrong
 * @set: set that @attr is an id in, NULL if no attribute is to blame
 * @attr: id of the attribute to blame
 * @attribute: its name in the specification, "" if none is to blame
 * @message: a sentence without full stop, the kernel's own where it sent one
 */
struct k8sov_error {
	int code;
	bool refused;
	bool missing;
	const struct k8sov_set *set;
	unsigned int attr;
	char attribute[32];
	char message[256];
};

void k8sov_error_clear(struct k8sov_error *err);
int k8sov_error_set(struct k8sov_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int k8sov_error_system(struct k8sov_error *err, int code, const char *what);

#endif /* _K8SOV_ERROR_H */

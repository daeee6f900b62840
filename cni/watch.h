/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_WATCH_H
#define _CNI_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct k8sov_endpoint;
struct k8sov_error;
struct k8sov_sock;

/**
 * struct watch - changes of one endpoint, from the moment that it is opened
 * @sock: receives events and nothing else
 * @endpoint: device and link
 * @changed: it may have changed since it was last looked at
 */
struct watch {
	struct k8sov_sock *sock;
	const struct k8sov_endpoint *endpoint;
	bool changed;
};

int watch_open(struct watch *watch, const struct k8sov_endpoint *endpoint,
	       struct k8sov_error *err);
void watch_close(struct watch *watch);
int64_t watch_deadline(uint32_t seconds);
int watch_wait(struct watch *watch, int64_t deadline, struct k8sov_error *err);

#endif /* _CNI_WATCH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_BATCH_H
#define _K8SOV_BATCH_H

#include <stdint.h>

struct k8sov_batch;
struct k8sov_error;
struct k8sov_sock;

/**
 * typedef k8sov_batch_cb - told of each message that the kernel refused
 * @tag: what the message was added with
 * @err: why
 * @data: as given to k8sov_batch_create()
 *
 * Return: 0 to go on, or -errno to give up.
 */
typedef int (*k8sov_batch_cb)(uint64_t tag, const struct k8sov_error *err,
			      void *data);

int k8sov_batch_create(struct k8sov_batch **batch, struct k8sov_sock *sock,
		       k8sov_batch_cb cb, void *data, struct k8sov_error *err);
void k8sov_batch_destroy(struct k8sov_batch *batch);
int k8sov_batch_add(struct k8sov_batch *batch, unsigned int cmd,
		    uint16_t flags, const void *obj, uint64_t tag,
		    struct k8sov_error *err);
int k8sov_batch_flush(struct k8sov_batch *batch, struct k8sov_error *err);

#endif /* _K8SOV_BATCH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KERNEL_H
#define _KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "diff.h"
#include "tables.h"

struct k8sov_error;

/* The tables of a device in the kernel: read, changed, watched. */
struct kernel;

/** struct kernel_result - what became of changes */
struct kernel_result {
	size_t made;		/* the kernel made them */
	uint64_t generations;	/* so many more has the device */
	size_t refused;		/* it did not */
	char why[256];		/* its words about the first it refused */
};

/* @changed: the tables were changed, by us or by somebody else. */
int kernel_open(struct kernel **kernel, uv_loop_t *loop,
		void (*changed)(void *data), void *data,
		struct k8sov_error *err);
void kernel_close(struct kernel *kernel);

int kernel_generation(struct kernel *kernel, uint32_t ifindex,
		      uint64_t *generation, struct k8sov_error *err);
int kernel_read(struct kernel *kernel, uint32_t ifindex,
		struct tables *tables, struct k8sov_error *err);
int kernel_apply(struct kernel *kernel, uint32_t ifindex,
		 const struct diff *diff, const struct tables *desired,
		 const struct tables *actual, struct kernel_result *result,
		 struct k8sov_error *err);

#endif /* _KERNEL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_MEMORY_H
#define _K8SOV_MEMORY_H

#include <stdlib.h>

/*
 * Memory or the end of the process. The kernel keeps forwarding by what it
 * has, and a new process starts from there: that is better than going on with
 * half of a picture of the cluster.
 */
static inline void *memory_must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* Room for @n + 1 elements of @size; grows in doubling steps. */
static inline void *memory_grow(void *array, size_t n, size_t size)
{
	if (n & (n - 1) || n == 1)
		return array;
	return memory_must(reallocarray(array, n ? n * 2 : 2, size));
}

#endif /* _K8SOV_MEMORY_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_IDS_H
#define _POLICY_IDS_H

#include <stdint.h>

#include "../lib/memory.h"

/**
 * struct ids - numbers that are taken and given back
 * @next: lowest that was never taken
 * @spare: given back
 * @n: their number
 */
struct ids {
	uint32_t next;
	uint32_t *spare;
	size_t n;
};

static inline uint32_t ids_take(struct ids *ids)
{
	return ids->n ? ids->spare[--ids->n] : ids->next++;
}

static inline void ids_give(struct ids *ids, uint32_t id)
{
	ids->spare = memory_grow(ids->spare, ids->n, sizeof(*ids->spare));
	ids->spare[ids->n++] = id;
}

#endif /* _POLICY_IDS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CLUSTER_H
#define _CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lease.h"

/* The other nodes as the store told them, by key. */
struct cluster;

/** enum cluster_verdict - what the end of a snapshot meant */
enum cluster_verdict {
	CLUSTER_WHOLE,		/* who it did not name is gone */
	CLUSTER_DOUBTED,	/* too many would be gone: nobody is */
	CLUSTER_UNASKED,	/* no snapshot was begun */
};

/**
 * struct cluster_node - a node, and when it said what it says
 * @lease: what it says
 * @newness: above 0 if it changed after a snapshot, higher for later changes
 * @since: second of a clock that does not jump
 */
struct cluster_node {
	struct lease *lease;
	uint64_t newness;
	uint64_t since;
};

typedef void (*cluster_cb)(const struct cluster_node *node, void *data);

struct cluster *cluster_create(void);
void cluster_destroy(struct cluster *cluster);

void cluster_begin(struct cluster *cluster);
bool cluster_put(struct cluster *cluster, const struct lease *lease,
		 uint64_t now);
bool cluster_remove(struct cluster *cluster, const char *key);
enum cluster_verdict cluster_complete(struct cluster *cluster, size_t known,
				      uint64_t now);

size_t cluster_count(const struct cluster *cluster);
void cluster_each(const struct cluster *cluster, cluster_cb cb, void *data);

#endif /* _CLUSTER_H */

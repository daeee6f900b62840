/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KUBE_TABLE_H
#define _KUBE_TABLE_H

#include <stddef.h>

#include "lease.h"

/**
 * struct kube_entry - a node that was told
 * @lease: as it was told
 * @generation: of the list that had it last
 */
struct kube_entry {
	struct lease *lease;
	unsigned int generation;
};

/**
 * struct kube_table - nodes that were told, in the order of their names
 * @entry: array
 * @count: how many
 * @generation: of what is put
 * @own: of the list that had the own node last, which is not in @entry
 */
struct kube_table {
	struct kube_entry *entry;
	size_t count;
	unsigned int generation;
	unsigned int own;
};

const struct lease *kube_table_find(struct kube_table *table,
				    const char *name);
void kube_table_put(struct kube_table *table, struct lease *lease);
void kube_table_remove(struct kube_table *table, const char *name);
void kube_table_sweep(struct kube_table *table);
void kube_table_exit(struct kube_table *table);

#endif /* _KUBE_TABLE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ETCD_TABLE_H
#define _ETCD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alloc.h"
#include "lease.h"

struct k8sov_error;

/**
 * struct etcd_kv - a key of etcd
 * @key: what follows <prefix>/subnets/
 * @value: its value, ends with a 0 byte that @len does not count
 * @len: bytes of @value
 * @revision: of the last change
 * @lease: of etcd, that it goes with; 0 for a reservation
 */
struct etcd_kv {
	const char *key;
	const char *value;
	size_t len;
	int64_t revision;
	int64_t lease;
};

/**
 * struct etcd_entry - a subnet as etcd has it
 * @lease: by the key and the last value that could be read, unreadable if
 *	there has been none
 * @revision: of the last change
 * @etcd_lease: that the key goes with; 0 for a reservation
 * @generation: of the snapshot that it was last in
 */
struct etcd_entry {
	struct lease *lease;
	int64_t revision;
	int64_t etcd_lease;
	unsigned int generation;
};

/**
 * struct etcd_table - all subnets of a cluster
 * @entry: by key
 * @count: how many
 * @generation: of the last snapshot
 * @revision: all changes up to this one are in the table
 */
struct etcd_table {
	struct etcd_entry **entry;
	size_t count;
	unsigned int generation;
	int64_t revision;
};

void etcd_table_exit(struct etcd_table *table);
int etcd_table_put(struct etcd_table *table, const struct etcd_kv *kv,
		   const struct etcd_entry **entry, struct k8sov_error *err);
void etcd_table_remove(struct etcd_table *table, const char *key);
void etcd_table_sweep(struct etcd_table *table);

const struct etcd_entry *etcd_table_find(const struct etcd_table *table,
					 const char *key);
const struct etcd_entry *etcd_table_find_public(const struct etcd_table *table,
						const struct lease *self);
struct alloc_set *etcd_table_taken(const struct etcd_table *table,
				   const char *but);

/* Do two leases name the same node, that is, a public address of both? */
bool etcd_same_node(const struct lease *a, const struct lease *b);
/* Would a lease be written as this text? */
bool etcd_same_value(const struct lease *lease, const char *value);

#endif /* _ETCD_TABLE_H */

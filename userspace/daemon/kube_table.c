// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kube_table.h"

#include <string.h>

#include "../lib/memory.h"

/* Index of a name, or where it would be. */
static size_t search(const struct kube_table *table, const char *name)
{
	size_t low = 0, high = table->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(table->entry[middle].lease->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct kube_table *table, size_t at, const char *name)
{
	return at < table->count &&
	       !strcmp(table->entry[at].lease->name, name);
}

/**
 * kube_table_find() - what was told of a node
 * @table: the table
 * @name: of the node
 *
 * Return: its lease, or NULL.
 */
const struct lease *kube_table_find(struct kube_table *table, const char *name)
{
	size_t at = search(table, name);

	return is_at(table, at, name) ? table->entry[at].lease : NULL;
}

/**
 * kube_table_put() - a node is told
 * @table: the table, which it belongs to now
 * @lease: the node; may be the one that is there
 */
void kube_table_put(struct kube_table *table, struct lease *lease)
{
	size_t at = search(table, lease->name);
	struct kube_entry *entry;

	if (!is_at(table, at, lease->name)) {
		table->entry = memory_grow(table->entry, table->count,
					   sizeof(*table->entry));
		memmove(&table->entry[at + 1], &table->entry[at],
			(table->count++ - at) * sizeof(*table->entry));
		table->entry[at].lease = NULL;
	}
	entry = &table->entry[at];
	if (entry->lease != lease)
		lease_destroy(entry->lease);
	entry->lease = lease;
	entry->generation = table->generation;
}

/**
 * kube_table_remove() - a node is gone
 * @table: the table
 * @name: of the node, which need not be there
 */
void kube_table_remove(struct kube_table *table, const char *name)
{
	size_t at = search(table, name);

	if (!is_at(table, at, name))
		return;
	lease_destroy(table->entry[at].lease);
	memmove(&table->entry[at], &table->entry[at + 1],
		(--table->count - at) * sizeof(*table->entry));
}

/**
 * kube_table_sweep() - what the list of this generation had not is gone
 * @table: the table
 */
void kube_table_sweep(struct kube_table *table)
{
	size_t i, kept = 0;

	for (i = 0; i < table->count; i++) {
		if (table->entry[i].generation == table->generation)
			table->entry[kept++] = table->entry[i];
		else
			lease_destroy(table->entry[i].lease);
	}
	table->count = kept;
}

/**
 * kube_table_exit() - free what a table holds
 * @table: the table
 */
void kube_table_exit(struct kube_table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		lease_destroy(table->entry[i].lease);
	free(table->entry);
	memset(table, 0, sizeof(*table));
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "etcd_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"

/* Index of the first entry whose key is not before @key. */
static size_t find_index(const struct etcd_table *table, const char *key)
{
	size_t low = 0, high = table->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(table->entry[middle]->lease->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct etcd_entry *find(const struct etcd_table *table, const char *key)
{
	size_t i = find_index(table, key);

	if (i == table->count ||
	    strcmp(table->entry[i]->lease->key, key) != 0)
		return NULL;
	return table->entry[i];
}

static void free_entry(struct etcd_entry *entry)
{
	lease_destroy(entry->lease);
	free(entry);
}

/**
 * etcd_table_exit() - forget all entries
 * @table: the table
 */
void etcd_table_exit(struct etcd_table *table)
{
	while (table->count)
		free_entry(table->entry[--table->count]);
	free(table->entry);
	table->entry = NULL;
}

/* A new entry for a key, NULL if that names no subnet. */
static struct etcd_entry *insert(struct etcd_table *table, const char *key)
{
	struct lease *lease = memory_must(lease_create(key, key));
	size_t i = find_index(table, key);
	struct etcd_entry *entry;

	if (lease_parse_subnets(key, lease)) {
		lease_destroy(lease);
		return NULL;
	}
	/* Who it is of is in the value. */
	lease->unreadable = true;
	lease->owner = 0;
	entry = memory_must(calloc(1, sizeof(*entry)));
	entry->lease = lease;
	table->entry = memory_grow(table->entry, table->count,
				   sizeof(struct etcd_entry *));
	memmove(table->entry + i + 1, table->entry + i,
		(table->count - i) * sizeof(struct etcd_entry *));
	table->entry[i] = entry;
	table->count++;
	return entry;
}

/*
 * A cookie that the next owner of the subnet does not have: entries of the
 * old one may be removed late.
 */
static void set_owner(struct lease *lease)
{
	const struct k8sov_addr *public = &lease->family[V4].public;
	char text[2 * K8SOV_ADDR_TEXT + 256], addr[K8SOV_ADDR_TEXT];

	if (!public->family)
		public = &lease->family[V6].public;
	k8sov_addr_format(public, addr);
	snprintf(text, sizeof(text), "%s %s", lease->key, addr);
	lease->owner = lease_owner(text);
}

/* All of the value or nothing of it. */
static int read_value(struct etcd_entry *entry, const struct etcd_kv *kv,
		      struct k8sov_error *err)
{
	json_t *attrs = json_loadb(kv->value, kv->len, 0, NULL);
	struct lease *lease;
	int ret;

	if (!attrs)
		return k8sov_error_set(err, EINVAL, "its value is not JSON");
	lease = memory_must(lease_copy(entry->lease));
	ret = lease_parse_attrs(attrs, lease, err);
	json_decref(attrs);
	if (!ret && !lease->family[V4].public.family &&
	    !lease->family[V6].public.family)
		ret = k8sov_error_set(err, EINVAL, "it has no PublicIP");
	if (ret) {
		lease_destroy(lease);
		return ret;
	}
	set_owner(lease);
	lease->unreadable = false;
	lease_destroy(entry->lease);
	entry->lease = lease;
	return 0;
}

/**
 * etcd_table_put() - a key is there, or changed
 * @table: the table
 * @kv: the key
 * @entry: set to its entry, NULL if the key names no subnet
 * @err: says what is wrong with it
 *
 * Return: 0; -EINVAL if key or value cannot be read, and the entry holds the
 * last value that could.
 */
int etcd_table_put(struct etcd_table *table, const struct etcd_kv *kv,
		   const struct etcd_entry **entry, struct k8sov_error *err)
{
	struct etcd_entry *found = find(table, kv->key);

	if (!found)
		found = insert(table, kv->key);
	*entry = found;
	if (!found)
		return k8sov_error_set(err, EINVAL, "its key is no subnet");
	found->revision = kv->revision;
	found->etcd_lease = kv->lease;
	found->generation = table->generation;
	return read_value(found, kv, err);
}

static void remove_at(struct etcd_table *table, size_t i)
{
	free_entry(table->entry[i]);
	table->count--;
	memmove(table->entry + i, table->entry + i + 1,
		(table->count - i) * sizeof(struct etcd_entry *));
}

/**
 * etcd_table_remove() - a key is gone
 * @table: the table
 * @key: the key
 */
void etcd_table_remove(struct etcd_table *table, const char *key)
{
	if (find(table, key))
		remove_at(table, find_index(table, key));
}

/**
 * etcd_table_sweep() - keys that the last snapshot did not have are gone
 * @table: the table; a snapshot began by increasing its generation
 */
void etcd_table_sweep(struct etcd_table *table)
{
	size_t i;

	for (i = table->count; i--;)
		if (table->entry[i]->generation != table->generation)
			remove_at(table, i);
}

/**
 * etcd_table_find() - the entry of a key
 * @table: the table
 * @key: the key
 *
 * Return: the entry, valid until the table changes; NULL if there is none.
 */
const struct etcd_entry *etcd_table_find(const struct etcd_table *table,
					 const char *key)
{
	return find(table, key);
}

static bool same(const struct k8sov_addr *a, const struct k8sov_addr *b)
{
	if (!a->family || a->family != b->family)
		return false;
	return a->family == AF_INET ?
		       a->v4.s_addr == b->v4.s_addr :
		       !memcmp(&a->v6, &b->v6, sizeof(a->v6));
}

/**
 * etcd_same_node() - are two leases of the same node?
 * @a: one
 * @b: the other
 *
 * Return: true if so. That is decided by IPv4 where both have it, as Flannel
 * does.
 */
bool etcd_same_node(const struct lease *a, const struct lease *b)
{
	unsigned int f = V4;

	if (!a->family[V4].public.family || !b->family[V4].public.family)
		f = V6;
	return same(&a->family[f].public, &b->family[f].public);
}

/**
 * etcd_same_value() - would a lease be written as a text?
 * @lease: the lease
 * @value: the text
 *
 * Return: true if so.
 */
bool etcd_same_value(const struct lease *lease, const char *value)
{
	char *text = memory_must(lease_format_attrs(lease));
	bool same = !strcmp(text, value);

	free(text);
	return same;
}

/**
 * etcd_table_find_public() - what a node had
 * @table: the table
 * @self: has its public addresses
 *
 * Return: the entry, valid until the table changes; NULL if there is none.
 */
const struct etcd_entry *etcd_table_find_public(const struct etcd_table *table,
						const struct lease *self)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (etcd_same_node(table->entry[i]->lease, self))
			return table->entry[i];
	return NULL;
}

/**
 * etcd_table_taken() - what may not be allocated
 * @table: the table
 * @but: key that does not count, or NULL
 *
 * Return: a new set.
 */
struct alloc_set *etcd_table_taken(const struct etcd_table *table,
				   const char *but)
{
	struct alloc_set *set = alloc_set_create();
	size_t i;

	for (i = 0; i < table->count; i++)
		if (!but || strcmp(table->entry[i]->lease->key, but) != 0)
			alloc_set_add_lease(set, table->entry[i]->lease);
	return set;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cluster.h"

#include <string.h>

#include "../lib/memory.h"
#include "guard.h"

#define BUCKETS_MIN 64

struct entry {
	struct entry *next;
	struct cluster_node node;
	uint64_t hash;
	bool seen;
};

struct cluster {
	struct entry **bucket;
	size_t buckets;
	size_t count;
	uint64_t changes;
	bool in_snapshot;
	size_t seen;
	struct guard guard;
};

/**
 * cluster_create() - a cluster that nobody is known of
 *
 * Return: the cluster, which the caller destroys.
 */
struct cluster *cluster_create(void)
{
	struct cluster *c = memory_must(calloc(1, sizeof(*c)));

	c->buckets = BUCKETS_MIN;
	c->bucket = memory_must(calloc(c->buckets, sizeof(struct entry *)));
	return c;
}

static void entry_free(struct entry *entry)
{
	lease_destroy(entry->node.lease);
	free(entry);
}

/**
 * cluster_destroy() - forget all nodes
 * @cluster: cluster or NULL
 */
void cluster_destroy(struct cluster *cluster)
{
	struct entry *entry, *next;
	size_t i;

	if (!cluster)
		return;
	for (i = 0; i < cluster->buckets; i++) {
		for (entry = cluster->bucket[i]; entry; entry = next) {
			next = entry->next;
			entry_free(entry);
		}
	}
	free(cluster->bucket);
	free(cluster);
}

static struct entry **find(struct cluster *c, const char *key, uint64_t hash)
{
	struct entry **at = &c->bucket[hash & (c->buckets - 1)];

	while (*at && ((*at)->hash != hash ||
		       strcmp((*at)->node.lease->key, key) != 0))
		at = &(*at)->next;
	return at;
}

static void grow(struct cluster *c)
{
	struct entry **old = c->bucket, *entry, *next;
	size_t n = c->buckets, i;

	c->buckets *= 4;
	c->bucket = memory_must(calloc(c->buckets, sizeof(struct entry *)));
	for (i = 0; i < n; i++) {
		for (entry = old[i]; entry; entry = next) {
			struct entry **at;

			next = entry->next;
			at = &c->bucket[entry->hash & (c->buckets - 1)];
			entry->next = *at;
			*at = entry;
		}
	}
	free(old);
}

/**
 * cluster_begin() - a snapshot begins
 * @cluster: cluster
 *
 * One that was begun before and is not complete is forgotten; what it put
 * stays.
 */
void cluster_begin(struct cluster *cluster)
{
	struct entry *entry;
	size_t i;

	cluster->in_snapshot = true;
	cluster->seen = 0;
	for (i = 0; i < cluster->buckets; i++)
		for (entry = cluster->bucket[i]; entry; entry = entry->next)
			entry->seen = false;
}

static void see(struct cluster *c, struct entry *entry)
{
	c->seen += !entry->seen;
	entry->seen = true;
}

/* A snapshot does not tell what changed last; a change does. */
static uint64_t newness(struct cluster *c)
{
	return c->in_snapshot ? 0 : ++c->changes;
}

/**
 * cluster_put() - a node is there, or changed
 * @cluster: cluster
 * @lease: what it says; copied
 * @now: seconds of a clock that does not jump
 *
 * Return: true if that was not known.
 */
bool cluster_put(struct cluster *cluster, const struct lease *lease,
		 uint64_t now)
{
	uint64_t hash = lease_owner(lease->key);
	struct entry **at, *entry;

	if (cluster->count >= cluster->buckets)
		grow(cluster);
	at = find(cluster, lease->key, hash);
	entry = *at;
	if (entry && lease_equal(entry->node.lease, lease)) {
		see(cluster, entry);
		return false;
	}
	if (!entry) {
		entry = memory_must(calloc(1, sizeof(*entry)));
		entry->hash = hash;
		*at = entry;
		cluster->count++;
	}
	lease_destroy(entry->node.lease);
	entry->node.lease = memory_must(lease_copy(lease));
	entry->node.newness = newness(cluster);
	entry->node.since = now;
	see(cluster, entry);
	return true;
}

static void drop(struct cluster *c, struct entry **at)
{
	struct entry *entry = *at;

	*at = entry->next;
	c->seen -= entry->seen;
	c->count--;
	entry_free(entry);
}

/**
 * cluster_remove() - a node is gone
 * @cluster: cluster
 * @key: its key
 *
 * Return: true if it was known.
 */
bool cluster_remove(struct cluster *cluster, const char *key)
{
	struct entry **at = find(cluster, key, lease_owner(key));

	if (!*at)
		return false;
	drop(cluster, at);
	return true;
}

static void sweep(struct cluster *c)
{
	struct entry **at;
	size_t i;

	for (i = 0; i < c->buckets; i++) {
		for (at = &c->bucket[i]; *at;) {
			if ((*at)->seen)
				at = &(*at)->next;
			else
				drop(c, at);
		}
	}
}

/* Which nodes a snapshot held, whatever their order. */
static uint64_t snapshot_sum(const struct cluster *c)
{
	const struct entry *entry;
	uint64_t sum = c->seen;
	size_t i;

	for (i = 0; i < c->buckets; i++)
		for (entry = c->bucket[i]; entry; entry = entry->next)
			if (entry->seen)
				sum += entry->hash;
	return sum;
}

/**
 * cluster_complete() - a snapshot is whole
 * @cluster: cluster
 * @known: nodes that are known from elsewhere, such as the kernel's tables;
 *	after a restart the cluster itself knows nobody yet
 * @now: seconds of a clock that does not jump
 *
 * Return: what it meant.
 */
enum cluster_verdict cluster_complete(struct cluster *cluster, size_t known,
				      uint64_t now)
{
	struct guard_list list = {
		.known = known < cluster->count ? cluster->count : known,
		.seen = cluster->seen,
		.alone = 1,
	};

	if (!cluster->in_snapshot)
		return CLUSTER_UNASKED;
	cluster->in_snapshot = false;
	list.sum = snapshot_sum(cluster);
	if (!guard_believes(&cluster->guard, &list, now))
		return CLUSTER_DOUBTED;
	sweep(cluster);
	return CLUSTER_WHOLE;
}

/**
 * cluster_count() - nodes that are known
 * @cluster: cluster
 *
 * Return: the number.
 */
size_t cluster_count(const struct cluster *cluster)
{
	return cluster->count;
}

/**
 * cluster_each() - call with each node
 * @cluster: cluster, which must not change meanwhile
 * @cb: called
 * @data: for @cb
 */
void cluster_each(const struct cluster *cluster, cluster_cb cb, void *data)
{
	const struct entry *entry;
	size_t i;

	for (i = 0; i < cluster->buckets; i++)
		for (entry = cluster->bucket[i]; entry; entry = entry->next)
			cb(&entry->node, data);
}

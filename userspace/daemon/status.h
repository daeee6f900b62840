/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _STATUS_H
#define _STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "netconf.h"
#include "policing.h"
#include "store.h"

#define STATUS_BACKENDS (BACKEND_ALLOC + 1)
/* Upper bounds from 100 us to 10 s, and all above. */
#define STATUS_BUCKETS 12

/**
 * struct histogram - how long something took; all zeroes is a new one
 * @bucket: how often it took up to histogram_bound() of the same index, and
 *	longer than that of the one before
 * @count: how often it was done
 * @sum: seconds of all
 */
struct histogram {
	uint64_t bucket[STATUS_BUCKETS];
	uint64_t count;
	double sum;
};

/**
 * struct status - what others may know of the agent
 * @policy_only: another network carries packets: of what follows, only
 *	@own_known, @device, @device_up, @errors, @made, @refused, @last_error
 *	and @policy count
 * @scheme: kind of the store
 * @store: its state
 * @store_why: a sentence about that, never NULL
 * @snapshots: snapshots that were whole, since the start
 * @snapshot_age: seconds since the store was last known to be current, if
 *	@snapshots
 * @own_known: this node's subnet is known
 * @told: programs of this node have been told it, or need not be
 * @device: name of the device
 * @device_up: it is there and up; with @policy_only, it is there
 * @doubt: a snapshot was not believed
 * @peers: other nodes by backend
 * @hosts: entries in the kernel's tables that are the agent's
 * @subnets: likewise
 * @conflicts: subnets that two have now
 * @foreign: leases of backends that we do not speak
 * @invalid: leases that make no sense
 * @held: deletions that are held back until the cluster is known
 * @runs: reconciliations that were done, and how long each took
 * @errors: of which so many failed
 * @made: changes that the kernel made
 * @refused: changes that it did not make
 * @last_error: sentence about the last failure, "" if it was followed by
 *	success
 * @policy: of pods
 */
struct status {
	bool policy_only;
	const char *scheme;
	enum store_state store;
	const char *store_why;
	uint64_t snapshots;
	double snapshot_age;
	bool own_known;
	bool told;
	const char *device;
	bool device_up;
	bool doubt;
	size_t peers[STATUS_BACKENDS];
	size_t hosts;
	size_t subnets;
	size_t conflicts;
	size_t foreign;
	size_t invalid;
	size_t held;
	struct histogram runs;
	uint64_t errors;
	uint64_t made;
	uint64_t refused;
	const char *last_error;
	struct policing_status policy;
};

/**
 * struct status_source - the agent as metrics and health see it
 * @read: fill in @status, which is all zeroes; texts are valid until the loop
 *	goes on
 * @describe: what /debug/state shows besides @read: cluster, own lease, store,
 *	last changes; a new reference
 * @data: for both
 *
 * Both are called from the loop's thread and must not block.
 */
struct status_source {
	void (*read)(void *data, struct status *status);
	json_t *(*describe)(void *data);
	void *data;
};

double histogram_bound(unsigned int bucket);
void histogram_observe(struct histogram *histogram, double seconds);

/* A sentence about why packets may not flow yet, NULL if they do. */
const char *status_unready(const struct status *status);
/* The same with what is known of the cause, "in service" if they do. */
void status_explain(const struct status *status, char *words, size_t size);
const char *status_store_name(enum store_state state);

#endif /* _STATUS_H */

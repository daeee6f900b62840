// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* From what the compiler says to one transaction of the kernel. */
#include "policy_sync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "../lib/error.h"
#include "../lib/memory.h"

/* Changes on their way to the kernel. */
struct run {
	struct policy_sync *sync;
	struct policy_endpoints endpoints;
	struct policy_old *old;		/* NULL: only changes are told */
	struct policy_txn txn;
	uint32_t *doomed;		/* rulesets that nobody names */
	size_t n_doomed;
};

static void doom(struct run *run, uint32_t id)
{
	run->doomed = memory_grow(run->doomed, run->n_doomed,
				  sizeof(*run->doomed));
	run->doomed[run->n_doomed++] = id;
}

static void want(struct run *run, const struct policy_endpoint *endpoint)
{
	const struct policy_numbers *numbers = &run->txn.numbers;
	struct policy_endpoint numbered = *endpoint;
	unsigned int d;

	numbered.identity = policy_number_identity(numbers, endpoint->identity);
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		numbered.ruleset[d] =
			policy_number_ruleset(numbers, endpoint->ruleset[d]);
	policy_pods_want(run->sync->pods, &numbered);
}

static void set_prefix(struct run *run, const struct policy_prefix *prefix)
{
	struct policy_prefix numbered = *prefix;

	numbered.identity = policy_number_identity(&run->txn.numbers,
						   prefix->identity);
	if (!run->old || !policy_old_prefix(run->old, &numbered))
		policy_txn_set_prefix(&run->txn, &numbered);
}

/* Endpoints are set when all is known that concerns them. */
static void emit(void *context, const struct policy_change *change)
{
	struct run *run = context;
	uint32_t id;

	switch (change->kind) {
	case POLICY_SET_ENDPOINT:
		want(run, &change->endpoint);
		break;
	case POLICY_DELETE_ENDPOINT:
		policy_pods_unwant(run->sync->pods, &change->endpoint);
		break;
	case POLICY_SET_RULESET:
		id = policy_number_ruleset(&run->txn.numbers,
					   change->ruleset.id);
		policy_txn_set_ruleset(&run->txn, id, &change->ruleset);
		break;
	case POLICY_DELETE_RULESET:
		doom(run, policy_number_ruleset(&run->txn.numbers,
						change->ruleset.id));
		break;
	case POLICY_SET_PREFIX:
		set_prefix(run, &change->prefix);
		break;
	case POLICY_DELETE_PREFIX:
		policy_txn_delete_prefix(&run->txn, &change->prefix.cidr);
		break;
	}
}

/* What stays has to be known before anything comes. */
static void mark(void *context, const struct policy_change *change)
{
	struct run *run = context;

	if (change->kind == POLICY_SET_RULESET)
		policy_old_ruleset(run->old,
				   policy_number_ruleset(&run->txn.numbers,
							 change->ruleset.id));
}

static void emit_nothing(void *context, const struct policy_change *change)
{
	(void)context;
	(void)change;
}

static void settle_endpoints(struct run *run)
{
	struct k8sov_endpoint *endpoint = run->endpoints.endpoint, settled;
	size_t i;

	for (i = 0; i < run->endpoints.n; i++, endpoint++) {
		if (!policy_pods_settle(run->sync->pods, endpoint, &settled))
			continue;
		policy_txn_set_endpoint(&run->txn, &settled);
		*endpoint = settled;
	}
}

/*
 * Rulesets that nobody means go before others come, so that no room is needed
 * for both; of what endpoints are in between nobody sees anything.
 */
static void make_room(struct run *run)
{
	struct k8sov_endpoint *endpoint = run->endpoints.endpoint;
	size_t i;

	for (i = 0; i < run->endpoints.n; i++, endpoint++)
		if (policy_pods_is_pod(endpoint) &&
		    (policy_old_is_doomed(run->old, endpoint->ingress) ||
		     policy_old_is_doomed(run->old, endpoint->egress)) &&
		    policy_pods_isolate(endpoint))
			policy_txn_set_endpoint(&run->txn, endpoint);
	policy_old_delete_rulesets(run->old, &run->txn);
}

static size_t left(size_t limit, size_t taken)
{
	return limit > taken ? limit - taken : 0;
}

static void set_limits(struct policy_sync *sync)
{
	const struct policy_limits limits = {
		.rulesets = left(sync->limits.rulesets, sync->others.rulesets),
		.prefixes = left(sync->limits.prefixes, sync->others.prefixes),
	};

	policy_set_limits(sync->compiler, &limits);
}

static void tell_kernel(struct run *run)
{
	struct policy_compiler *compiler = run->sync->compiler;
	struct policy_pods *pods = run->sync->pods;

	set_limits(run->sync);
	policy_pods_attach(pods, compiler, &run->endpoints);
	if (run->old) {
		if (!run->sync->in_force)
			policy_set_had(compiler, policy_old_had, run->old);
		policy_commit(compiler, emit_nothing, NULL);
		policy_set_had(compiler, NULL, NULL);
		policy_pods_unwant_all(pods);
		policy_repeat(compiler, mark, run);
		make_room(run);
		policy_repeat(compiler, emit, run);
		policy_old_delete_prefixes(run->old, &run->txn);
	} else {
		policy_commit(compiler, emit, run);
	}
	settle_endpoints(run);
	while (run->n_doomed)
		policy_txn_delete_ruleset(&run->txn,
					  run->doomed[--run->n_doomed]);
}

/* What the compiler told is lost when that fails: it has to repeat it. */
static int end(struct run *run, struct policy_synced *synced,
	       struct k8sov_error *err)
{
	struct policy_sync *sync = run->sync;
	int ret = policy_txn_end(&run->txn, err);

	sync->all = ret != 0;
	if (ret)
		return ret;
	if (run->txn.generation)
		policy_kernel_own(sync->kernel, run->txn.generation);
	synced->changes = run->txn.changes;
	synced->foreign = run->txn.foreign;
	policy_pods_count(sync->pods, &run->endpoints, &synced->count);
	return 0;
}

/*
 * An API server in front of an empty etcd, or a directory that is not mounted
 * yet, tells of nothing; at first, the kernel knows better than we do.
 */
static int check_first(struct run *run, struct k8sov_error *err)
{
	struct policy_sync *sync = run->sync;
	struct guard_list list = {};
	struct policy_pods_count pods;
	struct policy_counts counts;

	list.known = policy_old_rulesets(run->old);
	if (sync->in_force || !list.known)
		return 0;
	policy_count(sync->compiler, &counts);
	policy_pods_count(sync->pods, &run->endpoints, &pods);
	if (counts.policies && pods.lost * 2 <= pods.ready)
		list.seen = list.known;
	if (guard_believes(&sync->guard, &list, uv_hrtime() / 1000000000))
		return 0;
	return k8sov_error_set(err, ENODATA,
			       "nobody tells of %s, but the kernel has policy: it stays until that was so for %d seconds",
			       counts.policies ? "pods that are in service" :
			       "any policy", GUARD_SECONDS);
}

static int read_kernel(struct run *run, struct k8sov_error *err)
{
	struct policy_sync *sync = run->sync;
	int ret;

	run->txn.sock = policy_kernel_sock(sync->kernel);
	run->txn.ifindex = sync->device;
	ret = policy_kernel_endpoints(sync->kernel, sync->device,
				      &run->endpoints, err);
	if (!ret && sync->all) {
		ret = policy_old_read(&run->old, sync->kernel, sync->device,
				      err);
		if (!ret) {
			policy_old_others(run->old, &sync->others);
			policy_old_number(run->old, &run->endpoints,
					  &sync->numbers);
		}
	}
	run->txn.numbers = sync->numbers;
	return ret;
}

static void run_exit(struct run *run)
{
	policy_old_destroy(run->old);
	free(run->endpoints.endpoint);
	free(run->doomed);
}

/**
 * policy_sync() - tell the kernel what it does not have yet
 * @sync: what to tell, and to whom
 * @synced: set on success
 * @err: filled on failure
 *
 * Return: 0; -EAGAIN if somebody changed an endpoint meanwhile; -ENOSPC if the
 * device has less room than was known, or needs it for rulesets that go with
 * this change: all is compared when this is called again, and what goes, goes
 * first; -ENODATA if what the cluster says is not believed; another -errno.
 * Nothing is changed then.
 */
int policy_sync(struct policy_sync *sync, struct policy_synced *synced,
		struct k8sov_error *err)
{
	struct run run = { .sync = sync };
	int ret = read_kernel(&run, err);

	if (!ret && run.old)
		ret = check_first(&run, err);
	if (!ret) {
		tell_kernel(&run);
		ret = end(&run, synced, err);
	}
	sync->in_force |= !ret;
	run_exit(&run);
	return ret;
}

/* Whoever has set a ruleset that is not ours goes on to be obeyed. */
static bool is_free(const struct run *run, uint32_t ruleset)
{
	return !ruleset || policy_old_has_ruleset(run->old, ruleset);
}

static void release_endpoints(struct run *run)
{
	struct k8sov_endpoint *endpoint = run->endpoints.endpoint;
	size_t i;

	for (i = 0; i < run->endpoints.n; i++, endpoint++)
		if (policy_pods_is_pod(endpoint) &&
		    is_free(run, endpoint->ingress) &&
		    is_free(run, endpoint->egress) &&
		    policy_pods_release(endpoint))
			policy_txn_set_endpoint(&run->txn, endpoint);
}

/**
 * policy_sync_clear() - forget policy
 * @sync: whose device judges nothing
 * @synced: set on success
 * @err: filled on failure
 *
 * What is ours is deleted; endpoints become what the plugin makes where nothing
 * is judged. Once, and again if somebody changed what is ours.
 *
 * Return: as policy_sync().
 */
int policy_sync_clear(struct policy_sync *sync, struct policy_synced *synced,
		      struct k8sov_error *err)
{
	struct run run = { .sync = sync };
	int ret = 0;

	memset(synced, 0, sizeof(*synced));
	if (sync->all) {
		ret = read_kernel(&run, err);
		if (!ret) {
			release_endpoints(&run);
			policy_old_delete_prefixes(run.old, &run.txn);
			policy_old_delete_rulesets(run.old, &run.txn);
			ret = end(&run, synced, err);
		}
		run_exit(&run);
	}
	return ret;
}

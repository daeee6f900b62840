// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double bounds[STATUS_BUCKETS] = {
	0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, INFINITY,
};

/**
 * histogram_bound() - upper bound of a bucket
 * @bucket: below STATUS_BUCKETS
 *
 * Return: seconds; infinity for the last one.
 */
double histogram_bound(unsigned int bucket)
{
	return bounds[bucket];
}

/**
 * histogram_observe() - count how long something took
 * @histogram: to count in
 * @seconds: how long
 */
void histogram_observe(struct histogram *histogram, double seconds)
{
	unsigned int i = 0;

	while (seconds > bounds[i])
		i++;
	histogram->bucket[i]++;
	histogram->count++;
	histogram->sum += seconds;
}

/**
 * status_store_name() - word for the state of a store
 * @state: the state
 *
 * Return: a word in lower case.
 */
const char *status_store_name(enum store_state state)
{
	static const char *const names[] = {
		[STORE_STARTING] = "starting",
		[STORE_SYNCED] = "synced",
		[STORE_STALE] = "stale",
		[STORE_REFUSED] = "refused",
	};

	return names[state];
}

static const char *network_unready(const struct status *status)
{
	if (!status->device_up)
		return "the device is not up";
	if (!status->snapshots && status->store == STORE_REFUSED)
		return "the store refuses this node";
	if (!status->own_known)
		return "this node's subnet is not known yet";
	if (!status->snapshots)
		return "the other nodes are not known yet";
	if (!status->told)
		return "CNI plugins are not told this node's subnet";
	return NULL;
}

/**
 * status_unready() - may packets not flow yet?
 * @status: of the agent
 *
 * A store that went away after the tables were complete is no reason: they
 * still are, and taking the node out of service would not help.
 *
 * Return: a sentence that says why not, NULL if they do.
 */
const char *status_unready(const struct status *status)
{
	const char *why = NULL;

	if (!status->policy_only)
		why = network_unready(status);
	else if (!status->device_up)
		why = "there is no device";
	if (!why && status->policy.told && !status->policy.in_force)
		why = "policies are not in force yet";
	return why;
}

/**
 * status_explain() - say how the agent is doing
 * @status: of the agent
 * @words: gets a sentence
 * @size: of @words
 */
void status_explain(const struct status *status, char *words, size_t size)
{
	const char *why = status_unready(status);
	const char *said[] = {
		why && !status->policy_only &&
		status->store != STORE_SYNCED ? status->store_why : "",
		why ? status->last_error : "",
		status->policy.trouble,
		status->policy.problem,
	};
	size_t len, i;

	snprintf(words, size, "%s", why ? why : "in service");
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		len = strlen(words);
		if (said[i] && *said[i])
			snprintf(words + len, size - len, ": %s", said[i]);
	}
}

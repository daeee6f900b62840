// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* From the leases of the cluster to the tables of the kernel. */
#include <errno.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "agent_parts.h"
#include "diff.h"
#include "log.h"

/* Asked once for each address, until something changes at the underlay. */
static bool on_link(void *data, const struct k8sov_addr *addr)
{
	struct agent *agent = data;
	char text[K8SOV_ADDR_TEXT];
	json_t *known;

	k8sov_addr_format(addr, text);
	known = json_object_get(agent->on_link, text);
	if (!known) {
		known = json_boolean(underlay_on_link(&agent->rtnl,
				*agent->conf->iface ? agent->underlay.ifindex :
				0, addr));
		json_object_set_new(agent->on_link, text, known);
	}
	return json_is_true(known);
}

static void add_peer(const struct cluster_node *node, void *data)
{
	desired_add(data, node->lease, node->newness);
}

/**
 * agent_sync_read() - know the kernel's tables
 * @agent: agent
 * @err: filled on failure
 *
 * They are dumped at the start and when somebody else changed them; after our
 * own changes we know what they are.
 *
 * Return: 0, or -errno.
 */
int agent_sync_read(struct agent *agent, struct k8sov_error *err)
{
	uint64_t generation = 0;
	int ret;

	ret = kernel_generation(agent->kernel, agent->link.ifindex,
				&generation, err);
	if (ret || (agent->actual_known && generation == agent->generation))
		return ret;
	agent->actual_known = false;
	tables_exit(&agent->actual);
	ret = kernel_read(agent->kernel, agent->link.ifindex, &agent->actual,
			  err);
	/* The generation was read first: what came between is seen again. */
	agent->generation = generation;
	agent->actual_known = !ret;
	return ret;
}

static bool is_noted(const struct agent *agent, const char *text)
{
	size_t i;

	for (i = 0; i < agent->notes; i++)
		if (!strcmp(agent->note[i].text, text))
			return true;
	return false;
}

/* What was said the last time is not said again. */
static void tell_notes(struct agent *agent, struct desired *desired)
{
	size_t i;

	for (i = 0; i < desired->notes; i++) {
		const struct desired_note *note = &desired->note[i];

		if (is_noted(agent, note->text))
			continue;
		if (note->kind == DESIRED_FOREIGN)
			log_info("cluster", "%s", note->text);
		else
			log_warn("cluster", "%s", note->text);
	}
	free(agent->note);
	agent->note = desired->note;
	agent->notes = desired->notes;
	desired->note = NULL;
	desired->notes = 0;
	memcpy(agent->left_out, desired->count, sizeof(desired->count));
}

static void tell_foreign(struct agent *agent, const struct desired *desired,
			 const struct diff *diff)
{
	size_t foreign = diff->foreigns + diff->foreign_hosts, i;
	char prefix[K8SOV_ADDR_TEXT];

	if (foreign == agent->blocked)
		return;
	agent->blocked = foreign;
	for (i = 0; i < diff->foreigns && i < DESIRED_NOTES; i++) {
		const struct table_subnet *subnet =
			&desired->tables.subnet[diff->foreign[i]];

		k8sov_prefix_format(&subnet->prefix, subnet->len, prefix);
		log_warn("cluster", "%s is left as somebody else has set it",
			 prefix);
	}
}

/*
 * The result is known without a dump if nothing was refused and nobody else
 * made a change at the same time.
 */
static void take_result(struct agent *agent, const struct diff *diff,
			const struct desired *desired,
			const struct kernel_result *result)
{
	struct k8sov_error ignored = {};
	uint64_t generation = 0;

	if (!diff->ops)
		return;
	agent->status.made += result->made;
	if (result->refused ||
	    kernel_generation(agent->kernel, agent->link.ifindex, &generation,
			      &ignored) ||
	    generation != agent->generation + result->generations) {
		agent->actual_known = false;
		return;
	}
	diff_update(diff, &desired->tables, &agent->actual);
	agent->generation = generation;
}

static int apply(struct agent *agent, const struct desired *desired,
		 struct k8sov_error *err)
{
	struct kernel_result result = {};
	struct diff diff;
	int ret;

	/* Nobody is gone before a whole snapshot said so. */
	diff_init(&diff, &desired->tables, &agent->actual, !agent->whole);
	tell_foreign(agent, desired, &diff);
	agent->status.held = diff.held;
	ret = kernel_apply(agent->kernel, agent->link.ifindex, &diff,
			   &desired->tables, &agent->actual, &result, err);
	if (ret)
		agent->actual_known = false;
	else
		take_result(agent, &diff, desired, &result);
	if (diff.ops)
		log_info("kernel", "%zu changes made, %zu refused",
			 result.made, result.refused);
	agent->status.refused += result.refused;
	agent->unmade = result.refused;
	if (!ret && result.refused)
		ret = k8sov_error_set(err, EBUSY, "%.250s", result.why);
	diff_exit(&diff);
	return ret;
}

/**
 * agent_sync() - make the kernel's tables what the cluster wants
 * @agent: agent with a device and an own lease
 * @err: filled on failure
 *
 * Return: 0, or -errno also if only some of the changes were made.
 */
int agent_sync(struct agent *agent, struct k8sov_error *err)
{
	struct desired_input input = {
		.conf = &agent->netconf,
		.own = agent->self ? agent->self : agent->own,
		.actual = &agent->actual,
		.on_link = on_link,
		.data = agent,
	};
	uint64_t start = uv_hrtime();
	struct desired desired;
	int ret;

	ret = agent_sync_read(agent, err);
	if (ret)
		return ret;
	desired_init(&desired, &input);
	cluster_each(agent->cluster, add_peer, &desired);
	tell_notes(agent, &desired);
	agent->compared_at = uv_now(agent->loop);
	ret = apply(agent, &desired, err);
	desired_exit(&desired);
	agent->compare_ms = (double)(uv_hrtime() - start) / 1e6;
	histogram_observe(&agent->status.runs, agent->compare_ms / 1e3);
	return ret;
}

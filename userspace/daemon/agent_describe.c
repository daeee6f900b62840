// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The agent for people: /debug/state and k8sovctl. */
#include <string.h>

#include "agent_parts.h"

static json_t *address(const struct k8sov_addr *addr)
{
	char text[K8SOV_ADDR_TEXT];

	if (!addr->family)
		return json_null();
	k8sov_addr_format(addr, text);
	return json_string(text);
}

static json_t *describe_family(const struct lease_family *family)
{
	json_t *root = json_object();
	char text[K8SOV_ADDR_TEXT];

	if (family->subnet.family) {
		k8sov_prefix_format(&family->subnet, family->len, text);
		json_object_set_new(root, "subnet", json_string(text));
	}
	json_object_set_new(root, "public", address(&family->public));
	if (family->has_mac) {
		k8sov_mac_format(family->mac, text);
		json_object_set_new(root, "mac", json_string(text));
		json_object_set_new(root, "vni", json_integer(family->vni));
	}
	return root;
}

static json_t *describe_lease(const struct lease *lease)
{
	json_t *root = json_object();
	unsigned int f;

	json_object_set_new(root, "key", json_string(lease->key));
	json_object_set_new(root, "name", json_string(lease->name));
	json_object_set_new(root, "backend", json_string(lease->backend));
	json_object_set_new(root, "owner", json_integer((json_int_t)
				tables_owner(lease->owner)));
	json_object_set_new(root, "unreadable",
			    json_boolean(lease->unreadable));
	for (f = 0; f < FAMILIES; f++)
		if (lease->family[f].subnet.family)
			json_object_set_new(root, f == V4 ? "ipv4" : "ipv6",
					    describe_family(&lease->family[f]));
	return root;
}

struct description {
	json_t *nodes;
	uint64_t now;
};

static void add_node(const struct cluster_node *node, void *data)
{
	json_t *root = describe_lease(node->lease);
	struct description *to = data;

	json_object_set_new(root, "age", json_integer((json_int_t)
						      (to->now - node->since)));
	json_array_append_new(to->nodes, root);
}

static json_t *describe_nodes(const struct agent *agent)
{
	struct description to = {
		.nodes = json_array(),
		.now = uv_now(agent->loop) / 1000,
	};

	cluster_each(agent->cluster, add_node, &to);
	return to.nodes;
}

static json_t *describe_notes(const struct agent *agent)
{
	static const char *const kinds[DESIRED_KINDS] = {
		[DESIRED_CONFLICT] = "conflict",
		[DESIRED_FOREIGN] = "foreign",
		[DESIRED_INVALID] = "invalid",
	};
	json_t *notes = json_array(), *note;
	size_t i;

	for (i = 0; i < agent->notes; i++) {
		note = json_object();
		json_object_set_new(note, "kind",
				    json_string(kinds[agent->note[i].kind]));
		json_object_set_new(note, "text",
				    json_string(agent->note[i].text));
		json_array_append_new(notes, note);
	}
	return notes;
}

/**
 * agent_describe() - the agent as JSON
 * @data: agent
 *
 * Return: object, a new reference.
 */
json_t *agent_describe(void *data)
{
	const struct agent *agent = data;
	json_t *root = json_object();

	json_object_set_new(root, "node", json_string(agent->conf->node));
	if (agent->self)
		json_object_set_new(root, "self", describe_lease(agent->self));
	json_object_set_new(root, "mtu", json_integer(agent->link.mtu));
	if (agent->store && agent->ops->describe)
		json_object_set_new(root, "store",
				    agent->ops->describe(agent->store));
	json_object_set_new(root, "nodes", describe_nodes(agent));
	json_object_set_new(root, "notes", describe_notes(agent));
	return root;
}

static void count_peer(const struct cluster_node *node, void *data)
{
	const struct lease *lease = node->lease;
	struct status *status = data;
	enum backend backend;

	if (!backend_parse(*lease->backend ? lease->backend : "vxlan",
			   &backend))
		status->peers[backend]++;
}

/**
 * agent_read_state() - how is it doing, in a few words?
 * @agent: agent
 * @status: filled in but for what must be counted; its texts are valid until
 *	the loop goes on
 */
void agent_read_state(const struct agent *agent, struct status *status)
{
	*status = agent->status;
	status->scheme = agent->ops->scheme;
	status->store_why = agent->store_why;
	status->last_error = agent->trouble;
	status->device = agent->conf->device;
	/* Whoever asked only for a subnet has no device. */
	status->device_up = agent->netconf.backend == BACKEND_ALLOC ||
			    (agent->link.ifindex && agent->link.up);
	status->own_known = agent->own;
	if (status->store != STORE_SYNCED)
		status->snapshot_age = (double)(uv_now(agent->loop) -
						agent->current) / 1000;
	status->conflicts = agent->left_out[DESIRED_CONFLICT] +
			    agent->blocked + agent->unmade;
	status->foreign = agent->left_out[DESIRED_FOREIGN];
	status->invalid = agent->left_out[DESIRED_INVALID];
	policing_read_status(agent->policing, &status->policy);
}

/**
 * agent_read_status() - how is it doing?
 * @data: agent
 * @status: filled in; its texts are valid until the loop goes on
 */
void agent_read_status(void *data, struct status *status)
{
	const struct agent *agent = data;
	size_t i;

	agent_read_state(agent, status);
	cluster_each(agent->cluster, count_peer, status);
	for (i = 0; i < agent->actual.hosts; i++)
		status->hosts += tables_is_ours(agent->actual.host[i].owner);
	for (i = 0; i < agent->actual.subnets; i++)
		status->subnets +=
			tables_is_ours(agent->actual.subnet[i].owner);
}

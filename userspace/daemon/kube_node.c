// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kube_node.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "../lib/memory.h"

#define CONDITION "NetworkUnavailable"
#define REASON "K8sovIsUp"
#define REASON_NOT "K8sovIsNotUp"

static const char *const notes[NOTES] = {
	[NOTE_MANAGED] = "kube-subnet-manager",
	[NOTE_TYPE] = "backend-type",
	[NOTE_DATA] = "backend-data",
	[NOTE_DATA6] = "backend-v6-data",
	[NOTE_PUBLIC] = "public-ip",
	[NOTE_PUBLIC6] = "public-ipv6",
	[NOTE_OVERWRITE] = "public-ip-overwrite",
	[NOTE_OVERWRITE6] = "public-ipv6-overwrite",
	[NOTE_NODE_PUBLIC] = "node-public-ip",
	[NOTE_NODE_PUBLIC6] = "node-public-ipv6",
};

/* Of one family each; the kinds above are in this order. */
static const struct {
	int af;
	enum kube_note data;
	enum kube_note public;
	enum kube_note overwrite;
	enum kube_note node_public;
} families[FAMILIES] = {
	{ AF_INET, NOTE_DATA, NOTE_PUBLIC, NOTE_OVERWRITE, NOTE_NODE_PUBLIC },
	{ AF_INET6, NOTE_DATA6, NOTE_PUBLIC6, NOTE_OVERWRITE6,
	  NOTE_NODE_PUBLIC6 },
};

static const char *meta(const json_t *node, const char *key)
{
	const char *text = json_string_value(json_object_get(
		json_object_get(node, "metadata"), key));

	return text ?: "";
}

/**
 * kube_node_name() - name of a node
 * @node: Node object
 *
 * Return: the name, "" if it has none.
 */
const char *kube_node_name(const json_t *node)
{
	return meta(node, "name");
}

/**
 * kube_node_uid() - what differs between nodes that had one name in turn
 * @node: Node object
 *
 * Return: the uid, "" if it has none.
 */
const char *kube_node_uid(const json_t *node)
{
	return meta(node, "uid");
}

/**
 * kube_note_name() - name of an annotation
 * @note: which one
 *
 * Return: its name behind the prefix.
 */
const char *kube_note_name(enum kube_note note)
{
	return notes[note];
}

/**
 * kube_node_note() - an annotation of a node
 * @node: Node object
 * @prefix: --kube-annotation-prefix
 * @note: which one
 *
 * Return: its value, "" if it is not there.
 */
const char *kube_node_note(const json_t *node, const char *prefix,
			   enum kube_note note)
{
	const json_t *all = json_object_get(json_object_get(node, "metadata"),
					    "annotations");
	const char *value;
	char key[320];

	snprintf(key, sizeof(key), "%s/%s", prefix, notes[note]);
	value = json_string_value(json_object_get(all, key));
	return value ?: "";
}

/**
 * kube_node_managed() - does a node take part, as Flannel sees it?
 * @node: Node object
 * @prefix: --kube-annotation-prefix
 *
 * Return: true if so.
 */
bool kube_node_managed(const json_t *node, const char *prefix)
{
	return !strcmp(kube_node_note(node, prefix, NOTE_MANAGED), "true");
}

static int add_subnet(const json_t *value, struct lease *lease,
		      struct k8sov_error *err)
{
	const char *text = json_string_value(value);
	struct k8sov_addr subnet;
	unsigned int f;
	uint8_t len;

	if (!text || k8sov_prefix_parse(text, &subnet, &len))
		return k8sov_error_set(err, EINVAL, "podCIDR '%.64s' is no prefix",
				       text ?: "");
	f = subnet.family == AF_INET ? V4 : V6;
	if (lease->family[f].subnet.family)
		return 0;
	bits_mask(&subnet, len);
	lease->family[f].subnet = subnet;
	lease->family[f].len = len;
	return 0;
}

/**
 * kube_node_subnets() - subnets that Kubernetes gave to a node
 * @node: Node object
 * @lease: subnets are set on success: the first of each family
 * @err: filled on failure
 *
 * Return: 0, also if there are none yet; -EINVAL.
 */
int kube_node_subnets(const json_t *node, struct lease *lease,
		      struct k8sov_error *err)
{
	const json_t *spec = json_object_get(node, "spec"), *value;
	const json_t *all = json_object_get(spec, "podCIDRs");
	int ret = 0;
	size_t i;

	for (i = 0; i < FAMILIES; i++)
		memset(&lease->family[i].subnet, 0,
		       sizeof(lease->family[i].subnet));
	json_array_foreach(all, i, value) {
		ret = ret ?: add_subnet(value, lease, err);
	}
	value = json_object_get(spec, "podCIDR");
	if (!json_array_size(all) && json_string_length(value))
		ret = add_subnet(value, lease, err);
	return ret;
}

static int read_public(const char *text, int af, struct k8sov_addr *addr)
{
	struct k8sov_addr read;

	if (!*text)
		return 0;
	if (k8sov_addr_parse(text, &read) || read.family != af)
		return -EINVAL;
	*addr = read;
	return 0;
}

static int read_notes(const json_t *node, const char *prefix,
		      struct lease *lease, struct k8sov_error *err)
{
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		const char *data = kube_node_note(node, prefix,
						  families[f].data);
		const char *public = kube_node_note(node, prefix,
						    families[f].public);

		if (read_public(public, families[f].af,
				&lease->family[f].public))
			return k8sov_error_set(err, EINVAL,
					       "annotation %s '%.64s' is no IPv%d address",
					       notes[families[f].public],
					       public, f == V4 ? 4 : 6);
		/* Flannel writes the null of a backend without data. */
		if (*data && strcmp(data, "null") != 0 &&
		    lease_parse_backend_data(data, &lease->family[f]))
			return k8sov_error_set(err, EINVAL,
					       "annotation %s '%.80s' is not understood",
					       notes[families[f].data], data);
	}
	return 0;
}

/**
 * kube_node_lease() - a node as the agent knows nodes
 * @node: Node object
 * @prefix: --kube-annotation-prefix
 * @lease: set on success, which the caller destroys
 * @err: filled on failure
 *
 * Return: 0; -ENOENT without error if the node does not take part, or not yet;
 * -EINVAL.
 */
int kube_node_lease(const json_t *node, const char *prefix,
		    struct lease **lease, struct k8sov_error *err)
{
	const char *name = kube_node_name(node);
	const char *type = kube_node_note(node, prefix, NOTE_TYPE);
	struct lease *new;
	int ret;

	if (!kube_node_managed(node, prefix))
		return -ENOENT;
	if (!*name || !*kube_node_uid(node))
		return k8sov_error_set(err, EINVAL, "it has no name or no uid");
	new = memory_must(lease_create(name, name));
	new->owner = lease_owner(kube_node_uid(node));
	ret = kube_node_subnets(node, new, err);
	if (!ret && strlen(type) >= sizeof(new->backend))
		ret = k8sov_error_set(err, EINVAL,
				      "annotation %s '%.32s' is not understood",
				      notes[NOTE_TYPE], type);
	if (!ret)
		ret = read_notes(node, prefix, new, err);
	if (!ret && !new->family[V4].subnet.family &&
	    !new->family[V6].subnet.family)
		ret = -ENOENT;
	if (ret) {
		lease_destroy(new);
		return ret;
	}
	snprintf(new->backend, sizeof(new->backend), "%s", type);
	*lease = new;
	return 0;
}

static void want(json_t *all, const json_t *node, const char *prefix,
		 enum kube_note note, const char *value)
{
	char key[320];

	if (!strcmp(kube_node_note(node, prefix, note), value))
		return;
	snprintf(key, sizeof(key), "%s/%s", prefix, notes[note]);
	json_object_set_new(all, key, json_string(value));
}

/* What people told wins; nonsense of theirs does not. */
static void want_public(json_t *all, const json_t *node, const char *prefix,
			const struct lease *self, unsigned int f)
{
	struct k8sov_addr addr = self->family[f].public;
	char text[K8SOV_ADDR_TEXT];

	read_public(kube_node_note(node, prefix, families[f].node_public),
		    families[f].af, &addr);
	read_public(kube_node_note(node, prefix, families[f].overwrite),
		    families[f].af, &addr);
	if (!addr.family)
		return;
	k8sov_addr_format(&addr, text);
	want(all, node, prefix, families[f].public, text);
}

static void want_data(json_t *all, const json_t *node, const char *prefix,
		      const struct lease *self, unsigned int f)
{
	char *text;

	if (!self->family[f].has_mac) {
		want(all, node, prefix, families[f].data, "null");
		return;
	}
	text = memory_must(lease_format_backend_data(&self->family[f]));
	want(all, node, prefix, families[f].data, text);
	free(text);
}

/**
 * kube_node_patch() - how a node comes to say what @self says
 * @node: Node object as it is
 * @prefix: --kube-annotation-prefix
 * @self: what it should say
 *
 * Return: as kube_node.h says.
 */
char *kube_node_patch(const json_t *node, const char *prefix,
		      const struct lease *self)
{
	json_t *all = json_object(), *patch;
	char *text = NULL;
	unsigned int f;

	want(all, node, prefix, NOTE_TYPE, self->backend);
	for (f = 0; f < FAMILIES; f++) {
		if (!self->family[f].public.family && !self->family[f].has_mac)
			continue;
		want_data(all, node, prefix, self, f);
		want_public(all, node, prefix, self, f);
	}
	want(all, node, prefix, NOTE_MANAGED, "true");
	patch = json_pack("{s:{s:O}}", "metadata", "annotations", all);
	if (json_object_size(all))
		text = memory_must(json_dumps(patch, JSON_COMPACT));
	json_decref(patch);
	json_decref(all);
	return text;
}

static bool says(const json_t *object, const char *key, const char *value)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && !strcmp(text, value);
}

/**
 * kube_node_ready_patch() - how a node comes to say if its network is there
 * @node: Node object as it is
 * @why: why it is not, a sentence; NULL if it is
 * @now: time, as RFC 3339 writes it
 *
 * Return: as kube_node.h says.
 */
char *kube_node_ready_patch(const json_t *node, const char *why,
			    const char *now)
{
	const json_t *all = json_object_get(json_object_get(node, "status"),
					    "conditions"), *one;
	const char *status = why ? "True" : "False";
	const char *reason = why ? REASON_NOT : REASON;
	json_t *patch;
	char *text;
	size_t i;

	json_array_foreach(all, i, one) {
		if (says(one, "type", CONDITION) &&
		    says(one, "status", status) &&
		    says(one, "reason", reason) &&
		    (!why || says(one, "message", why)))
			return NULL;
	}
	patch = json_pack("{s:{s:[{s:s,s:s,s:s,s:s,s:s,s:s}]}}", "status",
			  "conditions", "type", CONDITION, "status", status,
			  "reason", reason, "message",
			  why ?: "k8sov is running on this node",
			  "lastTransitionTime", now, "lastHeartbeatTime", now);
	/* A sentence that is no UTF-8 is not told. */
	text = patch ? memory_must(json_dumps(patch, JSON_COMPACT)) : NULL;
	json_decref(patch);
	return text;
}

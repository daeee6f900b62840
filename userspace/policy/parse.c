// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Which kinds there are, and what all of them have: name and labels. */
#include "parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"
#include "../lib/error.h"
#include "parse_kind.h"

#define NAMESPACE_LABEL "kubernetes.io/metadata.name"

/**
 * struct kind - a kind of object that we read
 * @api: apiVersion
 * @name: kind
 * @type: what it is to us
 * @namespaced: it is of a namespace
 * @tier: of a policy, unless it says another
 * @read: reads a policy
 */
struct kind {
	const char *api;
	const char *name;
	enum policy_object_type type;
	bool namespaced;
	enum policy_tier tier;
	bool (*read)(struct reader *reader, const json_t *json,
		     struct policy *policy);
};

static const struct kind kinds[] = {
	{ "networking.k8s.io/v1", "NetworkPolicy", POLICY_OBJECT_POLICY, true,
	  POLICY_TIER_NAMESPACE, policy_read_network },
	{ "policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy",
	  POLICY_OBJECT_POLICY, false, POLICY_TIER_ADMIN, policy_read_cluster },
	{ "policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy",
	  POLICY_OBJECT_POLICY, false, POLICY_TIER_ADMIN, policy_read_cluster },
	{ "policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy",
	  POLICY_OBJECT_POLICY, false, POLICY_TIER_ADMIN, policy_read_admin },
	{ "policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy",
	  POLICY_OBJECT_POLICY, false, POLICY_TIER_BASELINE,
	  policy_read_baseline },
	{ "v1", "Pod", POLICY_OBJECT_POD, true, POLICY_TIERS, NULL },
	{ "v1", "Namespace", POLICY_OBJECT_NAMESPACE, false, POLICY_TIERS,
	  NULL },
	{ "v1", "Node", POLICY_OBJECT_NODE, false, POLICY_TIERS, NULL },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Groups of others have a domain; those of Kubernetes have its, or none. */
static bool is_kubernetes(const char *api)
{
	const char *slash = strchr(api, '/') ?: api;
	const char *dot = memchr(api, '.', (size_t)(slash - api));

	return !dot || (slash - api >= 7 && !strncmp(slash - 7, ".k8s.io", 7));
}

/*
 * A policy of a version or group that is not ours is one all the same, only
 * broken; but others have kinds of the same names, which are not for us.
 */
static const struct kind *find_kind(const char *api, const char *name)
{
	const struct kind *kind, *near = NULL;

	for (kind = kinds; kind < kinds + KINDS; kind++) {
		if (strcmp(kind->name, name) != 0)
			continue;
		if (!strcmp(kind->api, api))
			return kind;
		if (kind->type == POLICY_OBJECT_POLICY && is_kubernetes(api))
			near = kind;
	}
	return near;
}

static const char *meta_text(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(
		json_object_get(json, "metadata"), key));

	return text ?: "";
}

static const char *namespace_of(const json_t *json, const struct kind *kind)
{
	const char *text = meta_text(json, "namespace");

	if (kind && !kind->namespaced)
		return "";
	/* As kubectl does with a file that names none. */
	return *text || !kind ? text : "default";
}

static void format_title(const json_t *json, const char *api, const char *name,
			 char title[static POLICY_TITLE])
{
	const char *ns = namespace_of(json, find_kind(api, name));

	snprintf(title, POLICY_TITLE, "%.100s %.253s%s%.253s",
		 *name ? name : "?", ns, *ns ? "/" : "",
		 *meta_text(json, "name") ? meta_text(json, "name") : "?");
	field_clean(title);
}

static int compare_label(const void *a, const void *b)
{
	return strcmp(((const struct policy_label *)a)->key,
		      ((const struct policy_label *)b)->key);
}

static void set_label(struct policy_labels *labels, const char *key,
		      const char *value)
{
	size_t i;

	for (i = 0; i < labels->n && strcmp(labels->label[i].key, key) != 0;
	     i++)
		;
	if (i == labels->n)
		labels->label[labels->n++].key = memory_must(strdup(key));
	free(labels->label[i].value);
	labels->label[i].value = memory_must(strdup(value));
}

/* There is room for one more. */
static bool read_labels(struct reader *reader, const json_t *json,
			struct policy_labels *labels)
{
	const json_t *all = field_get(json_object_get(json, "metadata"),
				      "labels");
	struct field meta = { NULL, "metadata", 0 };
	struct field at = { &meta, "labels", 0 };
	const char *key, *text;
	json_t *value;

	if (all && !json_is_object(all))
		return field_bad(reader, &at, "must be an object");
	if (json_object_size(all) > FIELD_ENTRIES)
		return field_bad(reader, &at, "too many labels");
	labels->label = memory_must(calloc(json_object_size(all) + 1,
					   sizeof(*labels->label)));
	json_object_foreach((json_t *)all, key, value) {
		struct field one = { &at, key, 0 };
		struct policy_label *label = &labels->label[labels->n];

		if (!field_text(reader, &one, value, &text))
			return false;
		label->key = memory_must(strdup(key));
		label->value = memory_must(strdup(text));
		labels->n++;
	}
	return true;
}

static bool check_names(struct reader *reader, const json_t *json,
			const struct kind *kind)
{
	const char *name = meta_text(json, "name");
	const char *ns = namespace_of(json, kind);
	struct field meta = { NULL, "metadata", 0 };
	struct field at_name = { &meta, "name", 0 };
	struct field at_ns = { &meta, "namespace", 0 };
	bool good = kind->type == POLICY_OBJECT_NAMESPACE ?
		    field_is_label(name, strlen(name)) :
		    field_is_subdomain(name, strlen(name));

	if (!good)
		return field_bad(reader, &at_name, "'%.96s' is no name", name);
	return !*ns || field_is_label(ns, strlen(ns)) ||
	       field_bad(reader, &at_ns, "'%.96s' is no name", ns);
}

/**
 * policy_read_subject() - read a selector of those whom a policy is for
 * @reader: takes what is wrong
 * @at: which field
 * @json: its value
 * @selector: filled on success, else empty, so that it matches all
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_subject(struct reader *reader, const struct field *at,
			 const json_t *json, struct policy_selector *selector)
{
	if (field_selector(reader, at, json, selector))
		return true;
	policy_selector_exit(selector);
	return false;
}

/**
 * policy_add_rules() - make room for the rules of a direction
 * @policy: policy, which has none there
 * @direction: which
 * @n: how many
 *
 * Return: the first of them, zeroed; NULL if there are none.
 */
struct policy_rule *policy_add_rules(struct policy *policy,
				     enum policy_direction direction, size_t n)
{
	if (!n)
		return NULL;
	policy->rules[direction] = n;
	policy->rule[direction] =
		memory_must(calloc(n, sizeof(struct policy_rule)));
	return policy->rule[direction];
}

static char *copy_clean(const char *text)
{
	char *copy = memory_must(strdup(text));

	field_clean(copy);
	return copy;
}

static void read_policy(struct reader *reader, const json_t *json,
			const char *api, const struct kind *kind,
			struct policy *policy)
{
	static const char *const known[] = {
		"apiVersion", "kind", "metadata", "spec", "status", NULL
	};
	struct field at = { NULL, "apiVersion", 0 };

	policy->kind = kind->name;
	policy->tier = kind->tier;
	policy->name = copy_clean(meta_text(json, "name"));
	if (kind->namespaced)
		policy->namespace = copy_clean(namespace_of(json, kind));
	if (strcmp(kind->api, api) != 0)
		field_bad(reader, &at, "'%.64s' is not known, %s is", api,
			  kind->api);
	check_names(reader, json, kind);
	field_object(reader, NULL, json, known);
	kind->read(reader, json, policy);
	policy->broken = reader->broken;
	policy->note = reader->note;
	reader->broken = NULL;
	reader->note = NULL;
	if (!policy->broken)
		return;
	policy_rules_exit(policy);
	policy->applies[POLICY_INGRESS] = kind->namespaced;
	policy->applies[POLICY_EGRESS] = kind->namespaced;
}

static bool read_namespace(struct reader *reader, const json_t *json,
			   struct policy_namespace *ns)
{
	ns->name = memory_must(strdup(meta_text(json, "name")));
	if (!read_labels(reader, json, &ns->labels))
		return false;
	/* Older servers let everybody set it, newer ones nobody. */
	set_label(&ns->labels, NAMESPACE_LABEL, ns->name);
	qsort(ns->labels.label, ns->labels.n, sizeof(*ns->labels.label),
	      compare_label);
	return true;
}

static bool read_pod(struct reader *reader, const json_t *json,
		     const struct kind *kind, struct policy_pod *pod)
{
	pod->name = memory_must(strdup(meta_text(json, "name")));
	pod->namespace = memory_must(strdup(namespace_of(json, kind)));
	if (!read_labels(reader, json, &pod->labels))
		return false;
	qsort(pod->labels.label, pod->labels.n, sizeof(*pod->labels.label),
	      compare_label);
	return policy_read_pod(reader, json, pod);
}

static bool read_node(struct reader *reader, const json_t *json,
		      struct policy_node *node)
{
	node->name = memory_must(strdup(meta_text(json, "name")));
	if (!read_labels(reader, json, &node->labels))
		return false;
	qsort(node->labels.label, node->labels.n, sizeof(*node->labels.label),
	      compare_label);
	return policy_read_node(reader, json, node);
}

static bool read_object(struct reader *reader, const json_t *json,
			const char *api, const struct kind *kind,
			struct policy_object *object)
{
	object->type = kind->type;
	if (kind->type == POLICY_OBJECT_POLICY) {
		read_policy(reader, json, api, kind, &object->policy);
		return true;
	}
	if (!check_names(reader, json, kind))
		return false;
	if (kind->type == POLICY_OBJECT_POD)
		return read_pod(reader, json, kind, &object->pod);
	if (kind->type == POLICY_OBJECT_NODE)
		return read_node(reader, json, &object->node);
	return read_namespace(reader, json, &object->ns);
}

static bool is_list(const json_t *json, const char *kind)
{
	size_t len = strlen(kind);

	return len >= 4 && !strcmp(kind + len - 4, "List") &&
	       json_is_array(json_object_get(json, "items"));
}

/**
 * policy_object_exit() - free what an object holds
 * @object: the object, as policy_parse() filled it or zeroed
 */
void policy_object_exit(struct policy_object *object)
{
	switch (object->type) {
	case POLICY_OBJECT_OTHER:
		break;
	case POLICY_OBJECT_POLICY:
		policy_exit(&object->policy);
		break;
	case POLICY_OBJECT_POD:
		policy_pod_exit(&object->pod);
		break;
	case POLICY_OBJECT_NAMESPACE:
		policy_namespace_exit(&object->ns);
		break;
	case POLICY_OBJECT_NODE:
		policy_node_exit(&object->node);
		break;
	}
	memset(object, 0, sizeof(*object));
}

/**
 * policy_parse() - read an object
 * @json: the object
 * @api: its apiVersion, NULL if it says so itself
 * @name: its kind, NULL if it says so itself
 * @object: set on success, to be given to policy_object_exit()
 * @err: filled on failure
 *
 * Return: 0, also for what is of no interest; -EINVAL if it is no object.
 */
int policy_parse(const json_t *json, const char *api, const char *name,
		 struct policy_object *object, struct k8sov_error *err)
{
	const struct kind *kind;
	struct reader reader = {};

	memset(object, 0, sizeof(*object));
	api = api ?: json_string_value(json_object_get(json, "apiVersion"));
	name = name ?: json_string_value(json_object_get(json, "kind"));
	if (!api || !name)
		return k8sov_error_set(err, EINVAL,
				       "no object of Kubernetes: it has no %s",
				       api ? "kind" : "apiVersion");
	if (is_list(json, name))
		return k8sov_error_set(err, EINVAL,
				       "a list in a list is not read");
	kind = find_kind(api, name);
	if (!kind)
		return 0;
	if (!*meta_text(json, "name"))
		return k8sov_error_set(err, EINVAL,
				       "metadata.name: must be given");
	if (read_object(&reader, json, api, kind, object))
		return 0;
	policy_object_exit(object);
	k8sov_error_set(err, EINVAL, "%s", reader.broken);
	free(reader.broken);
	return -EINVAL;
}

/* What an object says itself is what it is, wherever it is. */
static void take_one(const json_t *json, const char *api, const char *kind,
		     policy_take *take, void *data)
{
	const char *own_api = json_string_value(json_object_get(json,
								"apiVersion"));
	const char *own_kind = json_string_value(json_object_get(json, "kind"));
	struct k8sov_error err = {};
	struct policy_object object;
	char title[POLICY_TITLE];
	int ret;

	if (own_api)
		api = own_api;
	if (own_kind)
		kind = own_kind;
	format_title(json, api ?: "", kind ?: "", title);
	ret = policy_parse(json, api, kind, &object, &err);
	take(data, title, ret ? NULL : &object, &err);
}

/**
 * policy_parse_each() - read an object, or those of a list
 * @json: object or list
 * @take: called for each
 * @data: for it
 */
void policy_parse_each(const json_t *json, policy_take *take, void *data)
{
	const char *api = json_string_value(json_object_get(json,
							    "apiVersion"));
	const char *kind = json_string_value(json_object_get(json, "kind"));
	const json_t *items = json_object_get(json, "items");
	char *of = NULL;
	size_t i;

	if (!api || !kind || !is_list(json, kind)) {
		take_one(json, NULL, NULL, take, data);
		return;
	}
	/* "PodList" is of Pods, "List" of anything that says what it is. */
	if (strcmp(kind, "List") != 0)
		of = memory_must(strndup(kind, strlen(kind) - strlen("List")));
	for (i = 0; i < json_array_size(items); i++)
		take_one(json_array_get(items, i), of ? api : NULL, of, take,
			 data);
	free(of);
}

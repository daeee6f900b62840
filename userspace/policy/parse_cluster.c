// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * The policies of policy.networking.k8s.io: ClusterNetworkPolicy v1alpha2 and
 * v1beta1, and what it took the place of, AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy v1alpha1. They differ in words and in limits.
 */
#include <string.h>

#include "../lib/memory.h"
#include "parse_kind.h"
#include "parse_ports.h"

#define PRIORITY 1000
#define RULE_NAME 100
#define NETWORKS 25

/**
 * struct dialect - how a kind says things
 * @accept: the word of its accepting action
 * @pass: it can pass
 * @most: rules of a direction, peers and ports of a rule
 * @ports: name of a rule's list of ports
 * @port: reads an entry of it
 * @spec: what the spec has
 * @namespaces_needed: a subject or peer by pods must say the namespaces
 */
struct dialect {
	const char *accept;
	bool pass;
	size_t most;
	const char *ports;
	policy_port_reader *port;
	const char *const *spec;
	bool namespaces_needed;
};

static const char *const cluster_spec[] = {
	"tier", "priority", "subject", "ingress", "egress", NULL
};
static const char *const admin_spec[] = {
	"priority", "subject", "ingress", "egress", NULL
};
static const char *const baseline_spec[] = {
	"subject", "ingress", "egress", NULL
};

static const struct dialect cluster = {
	"Accept", true, 25, "protocols", policy_read_cluster_port,
	cluster_spec, false
};
static const struct dialect admin = {
	"Allow", true, 100, "ports", policy_read_admin_port, admin_spec, true
};
static const struct dialect baseline = {
	"Allow", false, 100, "ports", policy_read_admin_port, baseline_spec, true
};

static bool read_pods(struct reader *reader, const struct field *at,
		      const json_t *json, bool namespaces_needed,
		      struct policy_selector *namespaces,
		      struct policy_selector *pods)
{
	static const char *const known[] = { "namespaceSelector",
					     "podSelector", NULL };
	const json_t *ns = field_get(json, "namespaceSelector");
	struct field at_ns = { at, "namespaceSelector", 0 };
	struct field at_pods = { at, "podSelector", 0 };

	return field_object(reader, at, json, known) &&
	       ((!ns && !namespaces_needed) ||
		field_selector(reader, &at_ns, ns, namespaces)) &&
	       field_selector(reader, &at_pods, field_get(json, "podSelector"),
			      pods);
}

static bool read_subject(struct reader *reader, const struct field *at,
			 const json_t *json, const struct dialect *dialect,
			 struct policy *policy)
{
	static const char *const known[] = { "namespaces", "pods", NULL };
	const json_t *pods = field_get(json, "pods");
	const json_t *namespaces = field_get(json, "namespaces");
	struct field at_pods = { at, "pods", 0 };
	struct field at_namespaces = { at, "namespaces", 0 };
	bool good;

	if (!json)
		return field_bad(reader, at, "must be given");
	if (!field_object(reader, at, json, known))
		return false;
	if (!pods == !namespaces)
		return field_bad(reader, at,
				 "exactly one of namespaces and pods must be given");
	if (namespaces)
		return policy_read_subject(reader, &at_namespaces, namespaces,
					   &policy->subject_namespaces);
	good = read_pods(reader, &at_pods, pods, dialect->namespaces_needed,
			 &policy->subject_namespaces, &policy->subject);
	if (!good) {
		policy_selector_exit(&policy->subject_namespaces);
		policy_selector_exit(&policy->subject);
	}
	return good;
}

/* Peers of a kind that is not known: see struct policy_peer. */
static bool add_unknown(struct reader *reader, const struct field *at,
			struct policy_rule *rule)
{
	rule->peer[rule->peers++].kind = POLICY_PEER_UNKNOWN;
	field_note(reader, at, rule->action == POLICY_ACCEPT ?
		   "peers of this kind are not known, the rule does not accept them" :
		   "peers of this kind are not known, the rule denies all");
	return true;
}

/* One peer of the object is as many of ours as it has networks. */
static bool read_networks(struct reader *reader, const struct field *at,
			  const json_t *json, struct policy_rule *rule)
{
	struct policy_peer *peer;
	size_t i, n;

	if (!field_list(reader, at, json, NETWORKS, &n))
		return false;
	if (!n)
		return field_bad(reader, at, "must have at least one entry");
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		peer = &rule->peer[rule->peers];
		peer->kind = POLICY_PEER_BLOCK;
		if (!field_cidr(reader, &one, json_array_get(json, i),
				&peer->block))
			return false;
		rule->peers++;
	}
	return true;
}

static bool read_peer(struct reader *reader, const struct field *at,
		      const json_t *json, const struct dialect *dialect,
		      enum policy_direction dir, struct policy_rule *rule)
{
	struct policy_peer *peer = &rule->peer[rule->peers];
	const char *key = json_object_iter_key(
		json_object_iter((json_t *)json));
	const json_t *value = key ? field_get(json, key) : NULL;
	struct field one = { at, key, 0 };

	if (!json_is_object(json))
		return field_bad(reader, at, "must be an object");
	if (json_object_size(json) > 1)
		return field_bad(reader, at,
				 "must have exactly one kind of peer");
	/* The server drops what it does not know, and leaves it empty. */
	if (!key)
		return add_unknown(reader, at, rule);
	if (!strcmp(key, "networks") && dir == POLICY_EGRESS)
		return read_networks(reader, &one, value, rule);
	rule->peers++;
	if (!strcmp(key, "namespaces"))
		return field_selector(reader, &one, value, &peer->namespaces);
	if (!strcmp(key, "pods"))
		return read_pods(reader, &one, value,
				 dialect->namespaces_needed,
				 &peer->namespaces, &peer->pods);
	peer->kind = POLICY_PEER_NODES;
	if (!strcmp(key, "nodes") && dir == POLICY_EGRESS)
		return field_selector(reader, &one, value, &peer->nodes);
	rule->peers--;
	return add_unknown(reader, &one, rule);
}

static bool read_peers(struct reader *reader, const struct field *at,
		       const json_t *json, const struct dialect *dialect,
		       enum policy_direction dir, struct policy_rule *rule)
{
	size_t i, n, room = 0;

	if (!field_list(reader, at, json, dialect->most, &n))
		return false;
	if (!n)
		return field_bad(reader, at, "must have at least one entry");
	for (i = 0; i < n; i++) {
		size_t networks = json_array_size(json_object_get(
			json_array_get(json, i), "networks"));

		room += networks > 1 && networks <= NETWORKS ? networks : 1;
	}
	rule->peer = memory_must(calloc(room, sizeof(*rule->peer)));
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		if (!read_peer(reader, &one, json_array_get(json, i), dialect,
			       dir, rule))
			return false;
	}
	return true;
}

static bool read_action(struct reader *reader, const struct field *at,
			const json_t *json, const struct dialect *dialect,
			enum policy_action *action)
{
	const char *text;

	if (!field_text(reader, at, json, &text))
		return false;
	if (!strcmp(text, dialect->accept))
		*action = POLICY_ACCEPT;
	else if (!strcmp(text, "Deny"))
		*action = POLICY_DENY;
	else if (dialect->pass && !strcmp(text, "Pass"))
		*action = POLICY_PASS;
	else
		return field_bad(reader, at, "'%.32s' is none of %s, Deny%s",
				 text, dialect->accept,
				 dialect->pass ? ", Pass" : "");
	return true;
}

/* Its length is that of characters, of one to four bytes each. */
static bool read_name(struct reader *reader, const struct field *at,
		      const json_t *json, char **name)
{
	const char *text, *at_text;
	unsigned int length = 0;

	if (!json)
		return true;
	if (!field_text(reader, at, json, &text))
		return false;
	for (at_text = text; *at_text; at_text++)
		length += (*at_text & 0xc0) != 0x80;
	if (length > RULE_NAME)
		return field_bad(reader, at, "is longer than %d characters",
				 RULE_NAME);
	*name = memory_must(strdup(text));
	field_clean(*name);
	return true;
}

/* Only pods have named ports: with other peers the rule says nothing. */
static bool check_names(struct reader *reader, const struct field *at,
			const struct policy_rule *rule)
{
	bool named = false, other = false;
	size_t i;

	for (i = 0; i < rule->ports; i++)
		named |= rule->port[i].name != NULL;
	for (i = 0; i < rule->peers; i++)
		other |= rule->peer[i].kind != POLICY_PEER_PODS &&
			 rule->peer[i].kind != POLICY_PEER_UNKNOWN;
	return !named || !other ||
	       field_bad(reader, at, "named ports need peers that are pods");
}

static bool read_ports(struct reader *reader, const struct field *at,
		       const json_t *json, const struct dialect *dialect,
		       struct policy_rule *rule)
{
	size_t i, n;

	if (!field_list(reader, at, json, dialect->most, &n))
		return false;
	/* No ports would be any port, which is hardly what is meant. */
	if (!n)
		return field_bad(reader, at, "must have at least one entry");
	rule->port = memory_must(calloc(n, sizeof(*rule->port)));
	rule->ports = n;
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		if (!dialect->port(reader, &one, json_array_get(json, i),
				   &rule->port[i]))
			return false;
	}
	return true;
}

static bool read_rule(struct reader *reader, const struct field *at,
		      const json_t *json, const struct dialect *dialect,
		      enum policy_direction dir, struct policy_rule *rule)
{
	const char *peers = dir == POLICY_INGRESS ? "from" : "to";
	const char *const known[] = { "name", "action", peers, dialect->ports,
				      NULL };
	const json_t *ports = field_get(json, dialect->ports);
	struct field at_name = { at, "name", 0 }, at_peers = { at, peers, 0 };
	struct field at_action = { at, "action", 0 };
	struct field at_ports = { at, dialect->ports, 0 };

	if (!field_object(reader, at, json, known) ||
	    !read_name(reader, &at_name, field_get(json, "name"),
		       &rule->name) ||
	    !read_action(reader, &at_action, field_get(json, "action"),
			 dialect, &rule->action) ||
	    !read_peers(reader, &at_peers, field_get(json, peers), dialect,
			dir, rule))
		return false;
	rule->any_port = !ports;
	return (!ports ||
		read_ports(reader, &at_ports, ports, dialect, rule)) &&
	       check_names(reader, &at_ports, rule);
}

static bool read_rules(struct reader *reader, const struct field *at,
		       const json_t *json, const struct dialect *dialect,
		       struct policy *policy, enum policy_direction dir)
{
	struct policy_rule *rule;
	size_t i, n;

	if (!field_list(reader, at, json, dialect->most, &n))
		return false;
	rule = policy_add_rules(policy, dir, n);
	for (i = 0; i < n; i++) {
		struct field one = { at, NULL, i };

		if (!read_rule(reader, &one, json_array_get(json, i), dialect,
			       dir, &rule[i]))
			return false;
	}
	return true;
}

static bool read_spec(struct reader *reader, const struct field *at,
		      const json_t *json, const struct dialect *dialect,
		      struct policy *policy)
{
	struct field at_subject = { at, "subject", 0 };
	struct field at_ingress = { at, "ingress", 0 };
	struct field at_egress = { at, "egress", 0 };

	read_subject(reader, &at_subject, field_get(json, "subject"), dialect,
		     policy);
	return field_object(reader, at, json, dialect->spec) &&
	       read_rules(reader, &at_ingress, field_get(json, "ingress"),
			  dialect, policy, POLICY_INGRESS) &&
	       read_rules(reader, &at_egress, field_get(json, "egress"),
			  dialect, policy, POLICY_EGRESS);
}

static bool read_priority(struct reader *reader, const struct field *at,
			  const json_t *json, struct policy *policy)
{
	struct field one = { at, "priority", 0 };
	json_int_t number = 0;

	if (!field_number(reader, &one, field_get(json, "priority"), 0,
			  PRIORITY, &number))
		return false;
	policy->priority = (unsigned int)number;
	return true;
}

static bool read_tier(struct reader *reader, const struct field *at,
		      const json_t *json, struct policy *policy)
{
	struct field one = { at, "tier", 0 };
	const char *text;

	if (!field_text(reader, &one, field_get(json, "tier"), &text))
		return false;
	if (!strcmp(text, "Baseline"))
		policy->tier = POLICY_TIER_BASELINE;
	else if (strcmp(text, "Admin") != 0)
		return field_bad(reader, &one,
				 "'%.32s' is neither Admin nor Baseline",
				 text);
	return true;
}

/**
 * policy_read_cluster() - read a ClusterNetworkPolicy
 * @reader: takes what is wrong
 * @json: the object
 * @policy: filled
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_cluster(struct reader *reader, const json_t *json,
			 struct policy *policy)
{
	const json_t *spec = field_get(json, "spec");
	struct field at_spec = { NULL, "spec", 0 };

	/* All of them: what can be read of a broken policy is to be there. */
	read_spec(reader, &at_spec, spec, &cluster, policy);
	read_tier(reader, &at_spec, spec, policy);
	read_priority(reader, &at_spec, spec, policy);
	return !reader->broken;
}

/**
 * policy_read_admin() - read an AdminNetworkPolicy
 * @reader: takes what is wrong
 * @json: the object
 * @policy: filled
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_admin(struct reader *reader, const json_t *json,
		       struct policy *policy)
{
	const json_t *spec = field_get(json, "spec");
	struct field at_spec = { NULL, "spec", 0 };

	read_spec(reader, &at_spec, spec, &admin, policy);
	read_priority(reader, &at_spec, spec, policy);
	return !reader->broken;
}

/**
 * policy_read_baseline() - read a BaselineAdminNetworkPolicy
 * @reader: takes what is wrong
 * @json: the object
 * @policy: filled
 *
 * Return: true if nothing is wrong.
 */
bool policy_read_baseline(struct reader *reader, const json_t *json,
			  struct policy *policy)
{
	struct field at_spec = { NULL, "spec", 0 };
	struct field meta = { NULL, "metadata", 0 };
	struct field name = { &meta, "name", 0 };

	policy->tier = POLICY_TIER_BASELINE;
	read_spec(reader, &at_spec, field_get(json, "spec"), &baseline,
		  policy);
	/* There is one in a cluster. */
	if (strcmp(policy->name, "default") != 0)
		field_bad(reader, &name, "must be 'default'");
	return !reader->broken;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_OBJECT_H
#define _POLICY_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/addr.h"

/*
 * What a cluster says about who may talk to whom, as read from the Kubernetes
 * API or from manifests, with defaults filled in. Strings belong to the
 * object. Parsers (parse_*.c) make these, the compiler (compile.c) reads them.
 */

/**
 * struct policy_label - a label of a pod, namespace or node
 * @key: its key
 * @value: its value, may be ""
 */
struct policy_label {
	char *key;
	char *value;
};

/**
 * struct policy_labels - labels, sorted by key
 * @label: array
 * @n: its length
 */
struct policy_labels {
	struct policy_label *label;
	size_t n;
};

/**
 * enum policy_operator - of a requirement of a label selector
 * @POLICY_IN: the key is there, with one of the values
 * @POLICY_NOT_IN: it is not; a missing key matches
 * @POLICY_EXISTS: the key is there
 * @POLICY_DOES_NOT_EXIST: it is not
 */
enum policy_operator {
	POLICY_IN,
	POLICY_NOT_IN,
	POLICY_EXISTS,
	POLICY_DOES_NOT_EXIST,
};

/**
 * struct policy_requirement - what a selector asks of one key
 * @key: the key
 * @op: what of it
 * @value: values, sorted; of POLICY_IN and POLICY_NOT_IN
 * @n: their number
 */
struct policy_requirement {
	char *key;
	enum policy_operator op;
	char **value;
	size_t n;
};

/**
 * struct policy_selector - all requirements must hold; none: everything
 * @req: requirements
 * @n: their number
 */
struct policy_selector {
	struct policy_requirement *req;
	size_t n;
};

/**
 * struct policy_cidr - a network
 * @addr: its first address: host bits are cleared
 * @len: length of the prefix in bits
 */
struct policy_cidr {
	struct k8sov_addr addr;
	uint8_t len;
};

/**
 * enum policy_peer_kind - what a peer selects by
 * @POLICY_PEER_PODS: pods of namespaces, or of the policy's own
 * @POLICY_PEER_BLOCK: a network less exceptions
 * @POLICY_PEER_NODES: nodes by label (CNP, ANP: egress)
 * @POLICY_PEER_UNKNOWN: a kind that we do not know, see struct policy_peer
 */
enum policy_peer_kind {
	POLICY_PEER_PODS,
	POLICY_PEER_BLOCK,
	POLICY_PEER_NODES,
	POLICY_PEER_UNKNOWN,
};

/**
 * struct policy_peer - one entry of from or to
 * @kind: what it selects by
 * @own_namespace: pods of the policy's namespace, @namespaces is not used
 * @namespaces: of the namespaces that match
 * @pods: pods that match there
 * @nodes: nodes that match
 * @block: network
 * @except: parts of @block that are left out
 * @excepts: their number
 *
 * A peer of an unknown kind fails closed: in a rule that accepts it matches
 * nothing, in one that denies or passes it denies everything.
 */
struct policy_peer {
	enum policy_peer_kind kind;
	bool own_namespace;
	struct policy_selector namespaces;
	struct policy_selector pods;
	struct policy_selector nodes;
	struct policy_cidr block;
	struct policy_cidr *except;
	size_t excepts;
};

/**
 * struct policy_port - one entry of ports
 * @protocol: IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP; 0: any (named ports of
 *	ClusterNetworkPolicy)
 * @name: named port of the destination pod, or NULL
 * @from: lowest port if there is no name
 * @to: highest port; 0 to 65535 is any
 */
struct policy_port {
	uint8_t protocol;
	char *name;
	uint16_t from;
	uint16_t to;
};

/**
 * enum policy_action - of a rule
 * @POLICY_ACCEPT: the packet passes
 * @POLICY_DENY: it does not
 * @POLICY_PASS: the next tier decides
 */
enum policy_action {
	POLICY_ACCEPT,
	POLICY_DENY,
	POLICY_PASS,
};

/**
 * struct policy_rule - one rule of one direction
 * @action: what it does; always POLICY_ACCEPT in a NetworkPolicy
 * @name: its name (CNP, ANP), or NULL
 * @any_peer: no peers given: everybody, also outside of the cluster
 * @peer: peers, any of them
 * @peers: their number
 * @any_port: no ports given: any port of any protocol
 * @port: ports, any of them
 * @ports: their number
 */
struct policy_rule {
	enum policy_action action;
	char *name;
	bool any_peer;
	struct policy_peer *peer;
	size_t peers;
	bool any_port;
	struct policy_port *port;
	size_t ports;
};

/**
 * enum policy_tier - in the order in which they decide
 * @POLICY_TIER_ADMIN: before what namespaces say
 * @POLICY_TIER_NAMESPACE: NetworkPolicy; has the last word where one applies
 * @POLICY_TIER_BASELINE: where none does
 * @POLICY_TIERS: their number
 */
enum policy_tier {
	POLICY_TIER_ADMIN,
	POLICY_TIER_NAMESPACE,
	POLICY_TIER_BASELINE,
	POLICY_TIERS,
};

/**
 * enum policy_direction - of packets, as the pod sees it that a policy is for
 * @POLICY_INGRESS: to the pod
 * @POLICY_EGRESS: from the pod
 * @POLICY_DIRECTIONS: their number
 */
enum policy_direction {
	POLICY_INGRESS,
	POLICY_EGRESS,
	POLICY_DIRECTIONS,
};

/**
 * struct policy - a NetworkPolicy, ClusterNetworkPolicy, AdminNetworkPolicy or
 * BaselineAdminNetworkPolicy
 * @kind: that name
 * @tier: when it decides
 * @priority: order within the tier, lower first; not in POLICY_TIER_NAMESPACE
 * @namespace: of a NetworkPolicy, else NULL
 * @name: object's name
 * @subject_namespaces: whose pods it is for; not in POLICY_TIER_NAMESPACE
 * @subject: which of their pods
 * @applies: NetworkPolicy: isolates in this direction (policyTypes, defaulted);
 *	both if it is broken
 * @rule: rules by direction, in order
 * @rules: their number
 * @broken: why it cannot be obeyed, or NULL; @subject is valid all the same
 *	(or matches all pods of the namespace, or of all of them): those pods
 *	are isolated. It has no rules then
 * @note: what of it is not obeyed, though nothing is wrong with it, or NULL
 */
struct policy {
	const char *kind;
	enum policy_tier tier;
	unsigned int priority;
	char *namespace;
	char *name;
	struct policy_selector subject_namespaces;
	struct policy_selector subject;
	bool applies[POLICY_DIRECTIONS];
	struct policy_rule *rule[POLICY_DIRECTIONS];
	size_t rules[POLICY_DIRECTIONS];
	char *broken;
	char *note;
};

/**
 * struct policy_named_port - of a container
 * @name: what rules name it by
 * @protocol: IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP
 * @port: its number
 */
struct policy_named_port {
	char *name;
	uint8_t protocol;
	uint16_t port;
};

/**
 * struct policy_pod - a pod as far as policy needs it
 * @namespace: its namespace
 * @name: its name
 * @uid: tells it from a later pod of the name
 * @node: node it runs on, or NULL
 * @labels: its labels
 * @addr: status.podIPs
 * @addrs: their number
 * @port: named ports of all containers, native sidecars too
 * @ports: their number
 * @host_network: it has the node's addresses; no policy selects it
 * @over: it succeeded or failed: its addresses may be another's by now
 */
struct policy_pod {
	char *namespace;
	char *name;
	char *uid;
	char *node;
	struct policy_labels labels;
	struct k8sov_addr *addr;
	size_t addrs;
	struct policy_named_port *port;
	size_t ports;
	bool host_network;
	bool over;
};

/**
 * struct policy_namespace - a namespace
 * @name: its name
 * @labels: its labels, kubernetes.io/metadata.name among them
 */
struct policy_namespace {
	char *name;
	struct policy_labels labels;
};

/**
 * struct policy_node - a node
 * @name: its name
 * @labels: its labels
 * @addr: its addresses
 * @addrs: their number
 */
struct policy_node {
	char *name;
	struct policy_labels labels;
	struct k8sov_addr *addr;
	size_t addrs;
};

/* Free what the object holds, not the object itself. */
void policy_exit(struct policy *policy);
void policy_pod_exit(struct policy_pod *pod);
void policy_namespace_exit(struct policy_namespace *ns);
void policy_node_exit(struct policy_node *node);
bool policy_equal(const struct policy *a, const struct policy *b);
/* Parts of a policy, empty afterwards. */
void policy_rules_exit(struct policy *policy);
void policy_selector_exit(struct policy_selector *selector);
bool policy_selector_equal(const struct policy_selector *a,
			   const struct policy_selector *b);

#endif /* _POLICY_OBJECT_H */

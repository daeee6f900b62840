/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_CLUSTER_H
#define _POLICY_CLUSTER_H

#include "place.h"

struct policy_entry;
struct policy_rules;
struct ruleset;

/**
 * struct object_list - some policies
 * @object: array
 * @n: its length
 */
struct object_list {
	struct policy_entry **object;
	size_t n;
};

/**
 * struct ns - a namespace that is known, or that something else names
 * @hh: by name
 * @name: its name
 * @refs: who names it; one for being @known
 * @known: it was told
 * @labels: its labels
 * @group: its pods
 * @atom: those that may select pods of it
 * @atoms: their number
 * @policies: its NetworkPolicies
 */
struct ns {
	UT_hash_handle hh;
	struct word *name;
	size_t refs;
	bool known;
	struct labels labels;
	struct group *group;
	struct atom **atom;
	size_t atoms;
	struct object_list policies;
};

/** struct named_port - of a container */
struct named_port {
	struct word *name;
	uint8_t protocol;
	uint16_t port;
};

/**
 * struct ports - named ports of a pod; none is NULL, equal ones are the same
 * @hh: by @key
 * @key: what makes them these
 * @refs: who holds them
 * @n: their number
 * @port: array
 */
struct ports {
	UT_hash_handle hh;
	struct hash_key key;
	size_t refs;
	size_t n;
	struct named_port port[];
};

/**
 * struct group - pods that no selector tells apart
 * @holder: their addresses' holder, first
 * @hh: by @key
 * @key: what makes it this one
 * @ns: their namespace
 * @labels: their labels
 * @ports: their named ports
 * @pods: their number
 * @prev: in the namespace
 * @next: in the namespace
 * @first: pods
 * @locals: endpoints among them
 * @applied: rules for these, in the order in which they decide; held
 * @applies: their number
 * @coming: what these are to be
 * @comes: their number
 * @ruleset: by direction, or NULL if none is for them
 * @reselect: in the list of groups to find @applied of
 * @empty: in the list of groups that had no pods
 */
struct group {
	struct holder holder;
	UT_hash_handle hh;
	struct hash_key key;
	struct ns *ns;
	struct labels labels;
	struct ports *ports;
	size_t pods;
	struct group *prev;
	struct group *next;
	struct pod *first;
	size_t locals;
	struct policy_rules **applied;
	size_t applies;
	struct policy_rules **coming;
	size_t comes;
	struct ruleset *ruleset[POLICY_DIRECTIONS];
	bool reselect;
	bool empty;
};

/**
 * struct endpoint - a pod of this node
 * @uid: of the pod
 * @group: of the pod, or NULL if it is gone
 * @claims: its addresses
 * @namespace: of the pod
 * @name: of the pod
 * @told: the kernel was told of it, as follows
 * @identity: its identity
 * @ruleset: by direction
 * @isolated: for want of room for a ruleset
 * @next: in the list
 */
struct endpoint {
	struct word *uid;
	struct group *group;
	const struct claim *claims;
	struct word *namespace;
	struct word *name;
	bool told;
	uint32_t identity;
	uint32_t ruleset[POLICY_DIRECTIONS];
	bool isolated;
	struct endpoint *next;
};

/**
 * struct pod - one that has addresses of its own
 * @hh: by @key
 * @uid: tells it from a later one of the name
 * @group: those like it
 * @prev: in the group
 * @next: in the group
 * @claims: its addresses
 * @endpoint: set if it runs here
 * @key: NAMESPACE/NAME
 */
struct pod {
	UT_hash_handle hh;
	struct word *uid;
	struct group *group;
	struct pod *prev;
	struct pod *next;
	struct claim *claims;
	struct endpoint *endpoint;
	char key[];
};

/**
 * struct node - a node
 * @holder: its addresses' holder, first
 * @hh: by @name
 * @name: its name
 * @labels: its labels
 * @claims: its addresses
 * @gone: it goes when all is settled
 */
struct node {
	struct holder holder;
	UT_hash_handle hh;
	struct word *name;
	struct labels labels;
	struct claim *claims;
	bool gone;
};

/**
 * struct port_name - a name of ports that rules ask about pods
 * @hh: by @name
 * @name: the name
 * @users: rules that ask
 */
struct port_name {
	UT_hash_handle hh;
	struct word *name;
	size_t users;
};

/**
 * struct atom_list - some atoms
 * @atom: array
 * @n: its length
 */
struct atom_list {
	struct atom **atom;
	size_t n;
};

/**
 * struct group_list - some groups
 * @group: array
 * @n: its length
 */
struct group_list {
	struct group **group;
	size_t n;
};

/**
 * struct cluster - who is there, and what is asked about them
 * @self: name of this node
 * @words: all words
 * @atoms: all atoms
 * @ids: all identities
 * @places: all addresses
 * @ns: all namespaces
 * @ports: all sets of named ports
 * @group: all groups
 * @pod: all pods
 * @node: all nodes
 * @endpoint: pods of this node
 * @port_name: names of ports that are asked about
 * @by_namespace: atoms that select namespaces
 * @by_node: atoms that select nodes
 * @dirty: holders whose set is to be found anew
 * @n: their number
 * @reselect: groups to find the policies of
 * @empty: groups that have no pods, unless some came
 * @policies: policies for the whole cluster
 */
struct cluster {
	struct word *self;
	struct word *words;
	struct atoms atoms;
	struct identities ids;
	struct places places;
	struct ns *ns;
	struct ports *ports;
	struct group *group;
	struct pod *pod;
	struct node *node;
	struct endpoint *endpoint;
	struct port_name *port_name;
	struct atom_list by_namespace;
	struct atom_list by_node;
	struct holder **dirty;
	size_t n;
	struct group_list reselect;
	struct group_list empty;
	struct object_list policies;
};

void cluster_init(struct cluster *c, const char *self);
void cluster_exit(struct cluster *c);

/* cluster.c: namespaces and nodes */
struct ns *ns_get(struct cluster *c, const char *name);
void ns_put(struct cluster *c, struct ns *ns);
void cluster_set_namespace(struct cluster *c,
			   const struct policy_namespace *from);
void cluster_remove_namespace(struct cluster *c, const char *name);
void cluster_set_node(struct cluster *c, const struct policy_node *from);
void cluster_remove_node(struct cluster *c, const char *name);

/* pod.c */
void cluster_set_pod(struct cluster *c, const struct policy_pod *from);
void cluster_remove_pod(struct cluster *c, const char *namespace,
			const char *name);
void cluster_remove_pods(struct cluster *c);
void cluster_claim(struct cluster *c, struct claim **claims,
		   const struct k8sov_addr *addr, size_t n,
		   struct holder *holder);

/* group.c */
struct group *group_of_pod(struct cluster *c, const struct policy_pod *from);
void group_add_pod(struct group *group, struct pod *pod);
void group_remove_pod(struct cluster *c, struct group *group, struct pod *pod);
void group_reselect(struct cluster *c, struct group *group);
struct ports *ports_hold(struct ports *ports);
void ports_put(struct cluster *c, struct ports *ports);
void groups_sweep(struct cluster *c);

/* ask.c: what rules in force ask */
void cluster_use_atom(struct cluster *c, struct atom *atom);
void cluster_unuse_atom(struct cluster *c, struct atom *atom);
void cluster_use_port(struct cluster *c, const char *name);
void cluster_unuse_port(struct cluster *c, const char *name);
void ns_find_atoms(struct cluster *c, struct ns *ns);
void holder_touch(struct cluster *c, struct holder *holder);
void cluster_settle(struct cluster *c);

#endif /* _POLICY_CLUSTER_H */

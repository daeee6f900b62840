/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_RULES_H
#define _POLICY_RULES_H

#include "cluster.h"
#include "view.h"

/**
 * struct rule - a rule whose peers are atoms
 * @name: as in the kernel
 * @action: what it does
 * @any_peer: whatever the peer
 * @any_port: whatever the key
 * @from: the rule in text: its ports
 * @atom: atoms of its peers
 * @atoms: their number
 */
struct rule {
	char *name;
	enum policy_action action;
	bool any_peer;
	bool any_port;
	const struct policy_rule *from;
	struct atom **atom;
	size_t atoms;
};

/**
 * struct policy_rules - what a policy says
 * @policy: in text
 * @object: which policy
 * @subject_namespaces: whose pods it is for, unless it has a namespace
 * @subject: which of these
 * @set: counts, to know which of two came last
 * @closed: there is no room for what it says: it is a broken one, whose texts
 *	are those of @open
 * @open: what a closed one would say; its own
 * @need: prefixes that a closed one asked for and no other, when it was closed
 * @holds: groups that it is for; its rules are there as long as there are any
 * @rule: by direction
 * @rules: their number
 */
struct policy_rules {
	struct policy policy;
	struct policy_entry *object;
	struct selector subject_namespaces;
	struct selector subject;
	uint64_t set;
	bool closed;
	struct policy_rules *open;
	size_t need;
	size_t holds;
	struct rule *rule[POLICY_DIRECTIONS];
	size_t rules[POLICY_DIRECTIONS];
};

/**
 * struct policy_entry - a policy, whatever it says
 * @hh: by @key
 * @ns: its namespace, or NULL
 * @now: what it says, or NULL
 * @next: what it is to say, or NULL for nothing
 * @queued: @next counts
 * @changed: @now changed since rulesets were made
 * @subject: counts how often it came to be for others
 * @key: KIND/NAMESPACE/NAME
 */
struct policy_entry {
	UT_hash_handle hh;
	struct ns *ns;
	struct policy_rules *now;
	struct policy_rules *next;
	bool queued;
	bool changed;
	uintptr_t subject;
	char key[];
};

struct policy_rules *rules_create(struct cluster *c, struct policy *policy);
struct policy_rules *rules_close(struct cluster *c, struct policy_rules *open);
bool rules_ask(const struct policy_rules *rules);
void rules_destroy(struct cluster *c, struct policy_rules *rules);
void rules_hold(struct cluster *c, struct policy_rules *rules);
void rules_put(struct cluster *c, struct policy_rules *rules);
bool rules_select(const struct policy_rules *rules, const struct group *group);
bool rules_apply(const struct policy_rules *rules,
		 enum policy_direction direction);
bool rules_same_subject(const struct policy_rules *a,
			const struct policy_rules *b);
int rules_order(const struct policy_rules *a, const struct policy_rules *b);
void rules_name(const struct policy_rules *rules, char name[POLICY_NAME_SIZE]);

#endif /* _POLICY_RULES_H */

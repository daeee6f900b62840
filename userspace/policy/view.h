/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_VIEW_H
#define _POLICY_VIEW_H

#include "object.h"

/*
 * What policy means on one node, in the kernel's terms: addresses have
 * identities, endpoints have a ruleset for each direction, and a ruleset
 * decides by identity of the other side and by key: protocol << 16 | port.
 * Pointers are valid during the call that hands them over.
 */

/** Identities below are the kernel's; no prefix: world or a node. */
#define POLICY_IDENTITY_FIRST 256
/** In a class: every identity that is in no other class of the ruleset. */
#define POLICY_IDENTITY_ANY UINT32_MAX
/** The highest key. */
#define POLICY_KEY_LAST 0xffffffU
/** What a ruleset may have; one with more is closed, and a problem. */
#define POLICY_RULES_MAX 65535
#define POLICY_CLASSES_MAX 65535
#define POLICY_RANGES_MAX 1048576
#define POLICY_IDENTITIES_MAX 1048576
/** Longest name of a rule or ruleset, with its end. */
#define POLICY_NAME_SIZE 256

/** struct policy_prefix - addresses of an identity, unless a longer one has them */
struct policy_prefix {
	struct policy_cidr cidr;
	uint32_t identity;
};

/**
 * struct policy_range - what decides for some keys
 * @from: lowest
 * @to: highest
 * @rule: index of the rule
 */
struct policy_range {
	uint32_t from;
	uint32_t to;
	uint32_t rule;
};

/**
 * struct policy_class - identities that a ruleset does not tell apart
 * @identity: these; in no other class of the ruleset
 * @identities: their number
 * @range: disjoint, by key; between them the default rule decides
 * @ranges: their number, at least one
 */
struct policy_class {
	const uint32_t *identity;
	size_t identities;
	const struct policy_range *range;
	size_t ranges;
};

/**
 * struct policy_outcome - a rule of a ruleset
 * @name: names object and rule
 * @accept: it accepts, else it drops
 */
struct policy_outcome {
	const char *name;
	bool accept;
};

/**
 * struct policy_ruleset - everything that decides in one direction
 * @id: number, not 0
 * @name: names the first of its policies
 * @rule: rules; the first decides when nothing else does
 * @rules: their number, at least one
 * @class: classes
 * @classes: their number
 */
struct policy_ruleset {
	uint32_t id;
	const char *name;
	const struct policy_outcome *rule;
	size_t rules;
	const struct policy_class *class;
	size_t classes;
};

/**
 * struct policy_endpoint - a pod of this node
 * @namespace: its namespace
 * @name: its name
 * @uid: tells it from another pod of the name
 * @identity: of its addresses, 0 if they have none or not the same
 * @ruleset: by direction; 0: all is accepted
 * @isolated: nothing is accepted, as there is no room for a ruleset of it
 */
struct policy_endpoint {
	const char *namespace;
	const char *name;
	const char *uid;
	uint32_t identity;
	uint32_t ruleset[POLICY_DIRECTIONS];
	bool isolated;
};

/** enum policy_change_kind - what a change does */
enum policy_change_kind {
	POLICY_DELETE_ENDPOINT,	/* only that of this UID */
	POLICY_SET_RULESET,	/* add, or replace the one with this id */
	POLICY_SET_PREFIX,	/* add, or give another identity */
	POLICY_DELETE_PREFIX,
	POLICY_SET_ENDPOINT,
	POLICY_DELETE_RULESET,	/* by id; no endpoint has it */
};

/**
 * struct policy_change - one change
 * @kind: tells which of the others counts
 * @ruleset: set, or deleted by id
 * @prefix: set or deleted
 * @endpoint: set or deleted
 */
struct policy_change {
	enum policy_change_kind kind;
	union {
		struct policy_ruleset ruleset;
		struct policy_prefix prefix;
		struct policy_endpoint endpoint;
	};
};

/**
 * typedef policy_emit - is told of changes, one after the other
 * @context: the caller's
 * @change: the change
 *
 * If a pod, node or policy changed since the commit before, then after each of
 * the changes every direction of every endpoint accepts nothing but what it
 * accepted before all of them or does after all of them. If more changed, it
 * accepts what it would if these had changed one after the other; labels of a
 * namespace count as those of each of its pods.
 */
typedef void policy_emit(void *context, const struct policy_change *change);

#endif /* _POLICY_VIEW_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_VERDICTS_H
#define _POLICY_VERDICTS_H

#include "ranges.h"
#include "rules.h"

/**
 * struct class - identities for which the same is decided
 * @hh: by @range
 * @range: what is decided
 * @ranges: number of them
 * @identity: these; not those of the class of all others
 * @identities: their number
 */
struct class {
	UT_hash_handle hh;
	struct policy_range *range;
	size_t ranges;
	struct identity **identity;
	size_t identities;
};

/**
 * struct answer - what is decided for who is in a set
 * @hh: by @set
 * @set: atoms that rules ask, the others left out; held
 * @class: what is decided
 */
struct answer {
	UT_hash_handle hh;
	struct set *set;
	struct class *class;
};

/**
 * struct asked - a rule that asks an atom
 * @atom: id of the atom
 * @rule: index of the rule
 * @pods: the atom is of pods, whose ports may have names
 */
struct asked {
	uint32_t atom;
	uint32_t rule;
	bool pods;
};

/**
 * struct decider - a rule, where it stands
 * @rule: the rule
 * @tier: of its policy
 */
struct decider {
	const struct rule *rule;
	enum policy_tier tier;
};

/**
 * struct verdicts - what some policies decide in one direction, for everybody
 * @direction: the direction
 * @ports: named ports of the pods that it is for
 * @rule: rules in the order in which they decide
 * @rules: their number
 * @outcome: these in the kernel's terms, the default before them
 * @outcomes: their number
 * @isolated: NetworkPolicies have the last word
 * @asked: what rules ask, by atom
 * @questions: number of that
 * @relevant: a bit for each atom that is asked
 * @atoms: number of bits
 * @always: rules for any peer
 * @all: their number
 * @by_name: rules name ports of others
 * @class: classes by ranges
 * @answer: classes by set
 * @other: class of all who are in no other
 */
struct verdicts {
	enum policy_direction direction;
	struct ports *ports;
	struct decider *rule;
	size_t rules;
	struct policy_outcome *outcome;
	size_t outcomes;
	bool isolated;
	struct asked *asked;
	size_t questions;
	uint64_t *relevant;
	size_t atoms;
	struct asked *always;
	size_t all;
	bool by_name;
	struct class *class;
	struct answer *answer;
	struct class *other;
};

/**
 * struct judge - memory that is used again and again
 * @painter: for ranges
 * @atom: for sets
 * @n: their number
 * @hit: for rules
 * @hits: their number
 */
struct judge {
	struct painter painter;
	struct atom **atom;
	size_t n;
	struct asked *hit;
	size_t hits;
};

struct verdicts *verdicts_create(struct cluster *c, struct judge *judge,
				 enum policy_direction direction,
				 struct ports *ports,
				 struct policy_rules *const *rules, size_t n);
void verdicts_destroy(struct cluster *c, struct verdicts *v);
bool verdicts_add(struct cluster *c, struct judge *judge, struct verdicts *v,
		  struct identity *identity);
void verdicts_forget_unused(struct cluster *c, struct verdicts *v);
bool verdicts_equal(const struct verdicts *a, const struct verdicts *b);
void judge_exit(struct judge *judge);

#endif /* _POLICY_VERDICTS_H */

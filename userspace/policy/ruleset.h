/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_RULESET_H
#define _POLICY_RULESET_H

#include "compile.h"
#include "verdicts.h"

/**
 * struct ruleset - one direction of pods that the same policies are for
 * @hh: by @key
 * @key: direction, named ports and policies, these as long as they are for the
 *	same pods: a ruleset that is replaced stays right for all who have it
 * @id: number in the kernel
 * @direction: the direction
 * @ports: named ports of the pods, if that makes a difference; held
 * @object: the policies in order
 * @objects: their number
 * @users: groups that have it; without any it goes
 * @had: the kernel had one of its name before we began
 * @told: the kernel has it
 * @dirty: @verdicts are to be found anew
 * @over: why it is closed or was not told, or NULL
 * @verdicts: what is decided, or NULL
 */
struct ruleset {
	UT_hash_handle hh;
	struct hash_key key;
	uint32_t id;
	enum policy_direction direction;
	struct ports *ports;
	struct policy_entry **object;
	size_t objects;
	size_t users;
	bool had;
	bool told;
	bool dirty;
	const char *over;
	struct verdicts *verdicts;
};

/**
 * struct rulesets - all rulesets
 * @head: by key
 * @ids: of them
 * @told: how many the kernel has
 * @max: how many it may have
 * @had: whom to ask what the kernel had before we began, or NULL
 * @context: of @had
 * @judge: memory
 */
struct rulesets {
	struct ruleset *head;
	struct ids ids;
	size_t told;
	size_t max;
	policy_had *had;
	const void *context;
	struct judge judge;
};

struct ruleset *ruleset_get(struct rulesets *rulesets,
			    enum policy_direction direction,
			    struct ports *ports,
			    struct policy_rules *const *rules, size_t n);
void ruleset_emit(struct ruleset *ruleset, policy_emit *emit, void *context);
void rulesets_settle(struct cluster *c, struct rulesets *rulesets,
		     policy_emit *emit, void *context);
void rulesets_sweep(struct cluster *c, struct rulesets *rulesets,
		    policy_emit *emit, void *context);
void rulesets_exit(struct rulesets *rulesets);

#endif /* _POLICY_RULESET_H */

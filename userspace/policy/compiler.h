/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_COMPILER_H
#define _POLICY_COMPILER_H

#include "compile.h"
#include "ruleset.h"

/**
 * struct policy_compiler - a compiler
 * @cluster: who is there
 * @object: policies
 * @queue: policies that are to say something else
 * @old: what policies said
 * @olds: their number
 * @sets: counts policies that were told, to know which came last
 * @closed: policies that there is no room for
 * @prefixes: most that the kernel may be told
 * @rulesets: what comes of it
 */
struct policy_compiler {
	struct cluster cluster;
	struct policy_entry *object;
	struct object_list queue;
	struct policy_rules **old;
	size_t olds;
	uint64_t sets;
	size_t closed;
	size_t prefixes;
	struct rulesets rulesets;
};

/* compile.c */
void compiler_queue(struct policy_compiler *p, struct policy_entry *object,
		    struct policy_rules *next);
void compiler_commit(struct policy_compiler *p, policy_emit *emit,
		     void *context);

/* room.c: close policies until the others fit */
void compiler_fit(struct policy_compiler *p, policy_emit *emit, void *context);

#endif /* _POLICY_COMPILER_H */

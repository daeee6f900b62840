/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_COMPILE_H
#define _POLICY_COMPILE_H

#include "view.h"

/*
 * The compiler: objects of the cluster in, what they mean on one node out.
 * Pure; memory or the end of the process.
 *
 * Objects are set and removed in any order. Nothing comes out before
 * policy_commit(), which tells of all changes since the one before. A
 * namespace that was not told has no label but its name.
 */
struct policy_compiler;

/**
 * struct policy_start - where a compiler begins
 * @node: name of this node
 * @identity: lowest identity to give, 0: %POLICY_IDENTITY_FIRST
 * @ruleset: lowest id of a ruleset, 0: 1
 *
 * Where a kernel still has what an earlier compiler said, numbers above its
 * keep both apart until the old ones are gone.
 */
struct policy_start {
	const char *node;
	uint32_t identity;
	uint32_t ruleset;
};

/**
 * typedef policy_problem - is told of what cannot be obeyed as it is
 * @context: the caller's
 * @object: the policy
 * @why: a sentence
 */
typedef void policy_problem(void *context, const char *object,
			    const char *why);

/**
 * struct policy_counts - how much a compiler has to say
 * @policies: of all kinds
 * @rulesets: that they make on this node, and the kernel is told
 * @identities: that these tell apart
 */
struct policy_counts {
	size_t policies;
	size_t rulesets;
	size_t identities;
};

/**
 * struct policy_limits - what the kernel has room for
 * @rulesets: most rulesets
 * @prefixes: most prefixes
 *
 * A policy whose rules tell too many addresses apart is closed as a broken one
 * is, the last that was told first; a ruleset too many is not told, and its
 * endpoints are isolated. Both are problems, and end when there is room.
 */
struct policy_limits {
	size_t rulesets;
	size_t prefixes;
};

/**
 * typedef policy_had - did the kernel have it before the compiler began?
 * @context: the caller's
 * @name: of a ruleset, or of a policy that has a rule there
 *
 * Return: true if it did.
 */
typedef bool policy_had(const void *context, const char *name);

struct policy_compiler *policy_compiler_create(const struct policy_start *start);
void policy_compiler_destroy(struct policy_compiler *p);

void policy_set_limits(struct policy_compiler *p,
		       const struct policy_limits *limits);
void policy_set_had(struct policy_compiler *p, policy_had *had,
		    const void *context);
void policy_set_pod(struct policy_compiler *p, const struct policy_pod *pod);
void policy_remove_pod(struct policy_compiler *p, const char *namespace,
		       const char *name);
void policy_set_namespace(struct policy_compiler *p,
			  const struct policy_namespace *ns);
void policy_remove_namespace(struct policy_compiler *p, const char *name);
void policy_set_node(struct policy_compiler *p, const struct policy_node *node);
void policy_remove_node(struct policy_compiler *p, const char *name);
void policy_set(struct policy_compiler *p, struct policy *policy);
void policy_remove(struct policy_compiler *p, const char *kind,
		   const char *namespace, const char *name);

void policy_commit(struct policy_compiler *p, policy_emit *emit, void *context);
void policy_repeat(struct policy_compiler *p, policy_emit *emit, void *context);
void policy_count(const struct policy_compiler *p,
		  struct policy_counts *counts);
void policy_problems(struct policy_compiler *p, policy_problem *problem,
		     void *context);

#endif /* _POLICY_COMPILE_H */

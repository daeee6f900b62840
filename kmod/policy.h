/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_POLICY_H
#define _K8SOV_POLICY_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <uapi/linux/k8sov.h>

#include "endpoint.h"
#include "policy_eval.h"
#include "tables.h"

struct k8sov_change;
struct nlattr;

/**
 * struct k8sov_rule - what decides about a flow, and by what name
 * @hits: how often it decided
 * @action: enum k8sov_rule_action
 * @log: tell of what it decides
 * @name: where it comes from; empty if nobody said
 */
struct k8sov_rule {
	atomic64_t hits;
	u8 action;
	bool log;
	char name[];
};

/**
 * struct k8sov_ruleset - compiled policy of one direction of endpoints
 *
 * Immutable once packets can find it, but for the hits of its rules. Replacing
 * puts a new object in its place. Shared by the live tables and those of
 * transactions, hence counted.
 *
 * @blob: what judges
 * @rules: what it finds
 * @n_rules: length of @rules, not 0
 * @room_rules: length that @rules has memory for
 * @room_members: the same of @blob.members
 * @room_ranges: the same of @blob.ranges
 * @id: key
 * @txn: transaction that set it and may append to it, 0 if none
 * @owner: cookie
 * @bytes: memory that it holds
 * @refs: tables that hold the object
 * @free_work: frees it when no packet can hold it any more
 * @name: what it is for; empty if nobody said
 */
struct k8sov_ruleset {
	struct k8sov_ruleset_blob blob;
	struct k8sov_rule **rules;
	u32 n_rules;
	u32 room_rules;
	u32 room_members;
	u32 room_ranges;
	u32 id;
	u32 txn;
	u64 owner;
	size_t bytes;
	refcount_t refs;
	struct rcu_work free_work;
	char name[];
};

/* Packet path: callers hold rcu_read_lock(). */

/**
 * k8sov_ruleset_find_rcu() - ruleset by id
 * @eps: group of the generation that the caller looks at
 * @id: key
 *
 * Return: the ruleset, valid until the caller leaves the read side, or NULL.
 */
static inline struct k8sov_ruleset *
k8sov_ruleset_find_rcu(struct k8sov_endpoints *eps, u32 id)
{
	return xa_load(&eps->rulesets, id);
}

/**
 * k8sov_ruleset_parts() - how much a dump has to send
 * @rs: the ruleset
 *
 * Return: rules, members and ranges together.
 */
static inline u32 k8sov_ruleset_parts(const struct k8sov_ruleset *rs)
{
	return rs->n_rules + rs->blob.n_members + rs->blob.n_ranges;
}

/* Slow path: may sleep. */

struct k8sov_ruleset *k8sov_ruleset_create(const char *name);
struct k8sov_ruleset *k8sov_ruleset_get(struct k8sov_ruleset *rs);
void k8sov_ruleset_put(struct k8sov_ruleset *rs);
int k8sov_ruleset_add_rule(struct k8sov_ruleset *rs, const char *name,
			   u8 action, bool log);
int k8sov_ruleset_add_members(struct k8sov_ruleset *rs,
			      const struct k8sov_policy_member *members, u32 n);
int k8sov_ruleset_add_ranges(struct k8sov_ruleset *rs,
			     const struct k8sov_policy_range *ranges, u32 n);

/* The same, callers hold the lock of the device. */

struct k8sov_ruleset *k8sov_ruleset_find(struct k8sov_endpoints *eps, u32 id);
struct k8sov_ruleset *k8sov_ruleset_next(struct k8sov_endpoints *eps, u32 id);
int k8sov_ruleset_set(const struct k8sov_change *c,
		      struct k8sov_endpoints *eps, struct k8sov_ruleset *rs);
int k8sov_ruleset_append(const struct k8sov_change *c,
			 struct k8sov_endpoints *eps,
			 struct k8sov_ruleset *part);
int k8sov_ruleset_delete(const struct k8sov_change *c,
			 struct k8sov_endpoints *eps, u32 id);
int k8sov_ruleset_flush(const struct k8sov_change *c,
			struct k8sov_endpoints *eps, const u64 *owner);

#endif /* _K8SOV_POLICY_H */

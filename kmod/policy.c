// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "policy.h"

#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "change.h"
#include "device.h"
#include "refuse.h"

static const struct k8sov_change_words ruleset_words =
	K8SOV_CHANGE_WORDS("ruleset");

static size_t rule_size(const struct k8sov_rule *rule)
{
	return sizeof(*rule) + strlen(rule->name) + 1;
}

static void free_ruleset(struct work_struct *work)
{
	struct k8sov_ruleset *rs;
	u32 i;

	rs = container_of(to_rcu_work(work), struct k8sov_ruleset, free_work);
	for (i = 0; i < rs->n_rules; i++)
		kfree(rs->rules[i]);
	kvfree(rs->rules);
	kvfree(rs->blob.members);
	kvfree(rs->blob.ranges);
	kvfree(rs->blob.by_identity.slots);
	kvfree(rs->blob.by_class.slots);
	kfree(rs);
}

/**
 * k8sov_ruleset_create() - a ruleset of no rules yet
 * @name: what it is for, or NULL
 *
 * Return: the ruleset, which belongs to nobody, or NULL without memory.
 */
struct k8sov_ruleset *k8sov_ruleset_create(const char *name)
{
	size_t len = name ? strlen(name) + 1 : 1;
	struct k8sov_ruleset *rs;

	rs = kzalloc(struct_size(rs, name, len), GFP_KERNEL_ACCOUNT);
	if (!rs)
		return NULL;
	rs->bytes = struct_size(rs, name, len);
	refcount_set(&rs->refs, 1);
	INIT_RCU_WORK(&rs->free_work, free_ruleset);
	if (name)
		strscpy(rs->name, name, len);
	return rs;
}

/**
 * k8sov_ruleset_get() - take a reference
 * @rs: the ruleset, which somebody holds
 *
 * Return: @rs.
 */
struct k8sov_ruleset *k8sov_ruleset_get(struct k8sov_ruleset *rs)
{
	refcount_inc(&rs->refs);
	return rs;
}

/**
 * k8sov_ruleset_put() - release a reference
 * @rs: the ruleset. Packets may use it until a grace period is over
 */
void k8sov_ruleset_put(struct k8sov_ruleset *rs)
{
	if (refcount_dec_and_test(&rs->refs))
		k8sov_tables_free_later(&rs->free_work);
}

/*
 * Room for @more behind the first @n of an array. Doubles it, since a large
 * ruleset comes in many parts.
 */
static int make_room(struct k8sov_ruleset *rs, void **array, u32 *room,
		     u32 n, u32 more, size_t size)
{
	u32 want = n + more;
	void *bigger;

	if (want <= *room)
		return 0;
	want = max(want, *room * 2);
	bigger = kvmalloc_array(want, size, GFP_KERNEL_ACCOUNT);
	if (!bigger)
		return -ENOMEM;
	if (n)
		memcpy(bigger, *array, n * size);
	kvfree(*array);
	*array = bigger;
	rs->bytes += (want - *room) * size;
	*room = want;
	return 0;
}

static int room_for_rules(struct k8sov_ruleset *rs, u32 more)
{
	return make_room(rs, (void **)&rs->rules, &rs->room_rules,
			 rs->n_rules, more, sizeof(rs->rules[0]));
}

static int room_for_members(struct k8sov_ruleset *rs, u32 more)
{
	return make_room(rs, (void **)&rs->blob.members, &rs->room_members,
			 rs->blob.n_members, more, sizeof(*rs->blob.members));
}

static int room_for_ranges(struct k8sov_ruleset *rs, u32 more)
{
	return make_room(rs, (void **)&rs->blob.ranges, &rs->room_ranges,
			 rs->blob.n_ranges, more, sizeof(*rs->blob.ranges));
}

/* Room for the first @n elements of an array. Another one is empty at first. */
static int make_index(struct k8sov_ruleset *rs,
		      struct k8sov_policy_index *index, u32 n)
{
	u32 bits = k8sov_policy_index_bits(n);
	struct k8sov_policy_slot *slots;

	if (!n || (index->slots && bits <= index->bits))
		return 0;
	slots = kvcalloc(1U << bits, sizeof(*slots), GFP_KERNEL_ACCOUNT);
	if (!slots)
		return -ENOMEM;
	if (index->slots)
		rs->bytes -= sizeof(*slots) << index->bits;
	kvfree(index->slots);
	rs->bytes += sizeof(*slots) << bits;
	*index = (struct k8sov_policy_index){ .slots = slots, .bits = bits };
	return 0;
}

/* The same, of a ruleset that is to have so many members and ranges. */
static int make_indexes(struct k8sov_ruleset *rs, u32 n_members, u32 n_ranges)
{
	return make_index(rs, &rs->blob.by_identity, n_members) ?:
	       make_index(rs, &rs->blob.by_class, n_ranges);
}

/**
 * k8sov_ruleset_add_rule() - add a rule behind the last
 * @rs: ruleset that no table has yet
 * @name: where it comes from, or NULL
 * @action: enum k8sov_rule_action
 * @log: tell of what it decides
 *
 * Return: 0 or -ENOMEM.
 */
int k8sov_ruleset_add_rule(struct k8sov_ruleset *rs, const char *name,
			   u8 action, bool log)
{
	size_t len = name ? strlen(name) + 1 : 1;
	struct k8sov_rule *rule;
	int err;

	err = room_for_rules(rs, 1);
	if (err)
		return err;
	rule = kzalloc(struct_size(rule, name, len), GFP_KERNEL_ACCOUNT);
	if (!rule)
		return -ENOMEM;
	rule->action = action;
	rule->log = log;
	if (name)
		strscpy(rule->name, name, len);
	rs->rules[rs->n_rules++] = rule;
	rs->bytes += rule_size(rule);
	return 0;
}

/**
 * k8sov_ruleset_add_members() - add members behind the last
 * @rs: ruleset that no table has yet
 * @members: members; checked when a table gets them
 * @n: length of @members
 *
 * Return: 0 or -ENOMEM.
 */
int k8sov_ruleset_add_members(struct k8sov_ruleset *rs,
			      const struct k8sov_policy_member *members, u32 n)
{
	int err = room_for_members(rs, n);

	if (err || !n)
		return err;
	memcpy(rs->blob.members + rs->blob.n_members, members,
	       n * sizeof(*members));
	rs->blob.n_members += n;
	return 0;
}

/**
 * k8sov_ruleset_add_ranges() - add ranges behind the last
 * @rs: ruleset that no table has yet
 * @ranges: ranges; checked when a table gets them
 * @n: length of @ranges
 *
 * Return: 0 or -ENOMEM.
 */
int k8sov_ruleset_add_ranges(struct k8sov_ruleset *rs,
			     const struct k8sov_policy_range *ranges, u32 n)
{
	int err = room_for_ranges(rs, n);

	if (err || !n)
		return err;
	memcpy(rs->blob.ranges + rs->blob.n_ranges, ranges,
	       n * sizeof(*ranges));
	rs->blob.n_ranges += n;
	return 0;
}

/**
 * k8sov_ruleset_find() - ruleset by id
 * @eps: group to look in
 * @id: key
 *
 * Return: the ruleset, or NULL.
 */
struct k8sov_ruleset *k8sov_ruleset_find(struct k8sov_endpoints *eps, u32 id)
{
	return xa_load(&eps->rulesets, id);
}

/**
 * k8sov_ruleset_next() - walk in the order of ids
 * @eps: group to look in
 * @id: where the walk is, 0 for the start; need not exist any more
 *
 * Return: the ruleset with the next higher id, or NULL.
 */
struct k8sov_ruleset *k8sov_ruleset_next(struct k8sov_endpoints *eps, u32 id)
{
	unsigned long index = id;

	return xa_find_after(&eps->rulesets, &index, ULONG_MAX, XA_PRESENT);
}

static const char *fault_words(enum k8sov_policy_fault fault,
			       const char *order)
{
	switch (fault) {
	case K8SOV_POLICY_FINE:
		break;
	case K8SOV_POLICY_ORDER:
		return order;
	case K8SOV_POLICY_CLASS:
		return "the class is too high";
	case K8SOV_POLICY_KEY:
		return "the range ends above the highest key";
	case K8SOV_POLICY_EMPTY:
		return "the range ends before it begins";
	case K8SOV_POLICY_RULE:
		return "the range names a rule that the ruleset does not have";
	}
	return NULL;
}

/* @order is what to say if they are out of order. */
static int check_fault(const struct k8sov_change *c, int attr,
		       enum k8sov_policy_fault fault, const char *order)
{
	if (!fault)
		return 0;
	return k8sov_refuse(c->extack, c->attrs[attr], -EINVAL,
			    fault_words(fault, order));
}

static int check_bounds(const struct k8sov_change *c,
			const struct k8sov_ruleset *rs,
			const struct k8sov_ruleset *part)
{
	if ((u64)rs->n_rules + part->n_rules > K8SOV_RULESET_RULE_MAX)
		return k8sov_refuse(c->extack, c->attrs[K8SOV_A_RULESET_RULE],
				    -E2BIG,
				    "the ruleset has too many rules");
	if ((u64)rs->blob.n_members + part->blob.n_members >
	    K8SOV_RULESET_MEMBER_MAX)
		return k8sov_refuse(c->extack,
				    c->attrs[K8SOV_A_RULESET_MEMBER], -E2BIG,
				    "the ruleset has too many members");
	if ((u64)rs->blob.n_ranges + part->blob.n_ranges >
	    K8SOV_RULESET_RANGE_MAX)
		return k8sov_refuse(c->extack,
				    c->attrs[K8SOV_A_RULESET_RANGE], -E2BIG,
				    "the ruleset has too many ranges");
	return 0;
}

/* May @part follow what @rs has? */
static int check_part(const struct k8sov_change *c,
		      const struct k8sov_ruleset *rs,
		      const struct k8sov_ruleset *part)
{
	const struct k8sov_ruleset_blob *old = &rs->blob;
	const struct k8sov_ruleset_blob *new = &part->blob;
	u32 n_rules = rs->n_rules + part->n_rules;
	enum k8sov_policy_fault fault;
	int err;

	err = check_bounds(c, rs, part);
	if (err)
		return err;
	if (c->attrs[K8SOV_A_RULESET_DEFAULT_RULE] &&
	    new->default_rule >= n_rules)
		return k8sov_refuse(c->extack,
				    c->attrs[K8SOV_A_RULESET_DEFAULT_RULE],
				    -EINVAL,
				    "the default is a rule that the ruleset does not have");
	fault = k8sov_policy_check_members(old->n_members ?
					   old->members + old->n_members - 1 :
					   NULL, new->members, new->n_members);
	err = check_fault(c, K8SOV_A_RULESET_MEMBER, fault,
			  "the members are not in the order of identities, each once");
	if (err)
		return err;
	fault = k8sov_policy_check_ranges(old->n_ranges ?
					  old->ranges + old->n_ranges - 1 :
					  NULL, new->ranges, new->n_ranges,
					  n_rules);
	return check_fault(c, K8SOV_A_RULESET_RANGE, fault,
			   "the ranges are not in the order of classes and keys, or overlap");
}

static int check_room(const struct k8sov_change *c,
		      const struct k8sov_endpoints *eps)
{
	u32 max;

	rcu_read_lock();
	max = k8sov_conf_rcu(c->kov)->max_rulesets;
	rcu_read_unlock();
	if (eps->n_rulesets < max)
		return 0;
	return k8sov_refuse(c->extack, c->attrs[K8SOV_A_RULESET_ID], -ENOSPC,
			    "the device has as many rulesets as max-rulesets allows");
}

static int index_new(struct k8sov_ruleset *rs)
{
	int err = make_indexes(rs, rs->blob.n_members, rs->blob.n_ranges);

	if (!err)
		k8sov_policy_index(&rs->blob);
	return err;
}

/**
 * k8sov_ruleset_set() - add or replace a ruleset
 * @c: the request
 * @eps: group that gets the ruleset, live or of a transaction
 * @rs: the ruleset; the group takes its own reference
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -EEXIST if it is there but may not be replaced; -ENOENT if there
 * is none to replace; -EPERM if it is another owner's; -EINVAL if it has no
 * rule, or names one that it does not have, or its members or ranges are out
 * of order or bounds; -E2BIG if it is too large; -ENOSPC if the device's
 * max-rulesets forbids it; -ENOMEM. Nothing is changed in all these cases.
 */
int k8sov_ruleset_set(const struct k8sov_change *c,
		      struct k8sov_endpoints *eps, struct k8sov_ruleset *rs)
{
	static const struct k8sov_ruleset nothing;
	struct k8sov_ruleset *old = k8sov_ruleset_find(eps, rs->id);
	int err;

	err = k8sov_change_may_set(c, &ruleset_words,
				   c->attrs[K8SOV_A_RULESET_ID],
				   old ? &old->owner : NULL);
	if (!err && !rs->n_rules)
		err = k8sov_refuse_missing(c->extack, K8SOV_A_RULESET_RULE,
					   "the ruleset has no rule");
	if (!err)
		err = check_part(c, &nothing, rs);
	if (!err && !old)
		err = check_room(c, eps);
	if (!err)
		err = index_new(rs);
	if (!err)
		err = xa_err(xa_store(&eps->rulesets, rs->id, rs, GFP_KERNEL));
	if (err)
		return err;

	eps->bytes += k8sov_ruleset_get(rs)->bytes;
	if (old) {
		eps->bytes -= old->bytes;
		k8sov_ruleset_put(old);
	} else {
		eps->n_rulesets++;
	}
	return 0;
}

/* All of @part, which @rs has room for. */
static void move_part(struct k8sov_ruleset *rs, struct k8sov_ruleset *part)
{
	u32 i;

	for (i = 0; i < part->n_rules; i++) {
		rs->bytes += rule_size(part->rules[i]);
		rs->rules[rs->n_rules++] = part->rules[i];
	}
	part->n_rules = 0;
	k8sov_ruleset_add_members(rs, part->blob.members, part->blob.n_members);
	k8sov_ruleset_add_ranges(rs, part->blob.ranges, part->blob.n_ranges);
}

/**
 * k8sov_ruleset_append() - add to a ruleset that packets cannot find yet
 * @c: the request
 * @eps: group of a transaction
 * @part: what to add, with the id of the ruleset and the number of the
 *	transaction; its rules are taken out
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -ENOENT if there is none; -EPERM if it is another owner's; -EBUSY
 * if it was not set by the same transaction; -EINVAL or -E2BIG as
 * k8sov_ruleset_set(); -ENOMEM. Nothing is changed in all these cases.
 */
int k8sov_ruleset_append(const struct k8sov_change *c,
			 struct k8sov_endpoints *eps,
			 struct k8sov_ruleset *part)
{
	struct k8sov_ruleset *rs = k8sov_ruleset_find(eps, part->id);
	size_t before;
	int err;

	err = k8sov_change_may_delete(c, &ruleset_words,
				      c->attrs[K8SOV_A_RULESET_ID],
				      rs ? &rs->owner : NULL);
	if (err)
		return err;
	if (!part->txn || rs->txn != part->txn)
		return k8sov_refuse(c->extack, c->attrs[K8SOV_A_RULESET_ID],
				    -EBUSY,
				    "only what the same transaction has set can be appended to");
	err = check_part(c, rs, part);
	if (err)
		return err;

	before = rs->bytes;
	err = room_for_rules(rs, part->n_rules) ?:
	      room_for_members(rs, part->blob.n_members) ?:
	      room_for_ranges(rs, part->blob.n_ranges) ?:
	      make_indexes(rs, rs->blob.n_members + part->blob.n_members,
			   rs->blob.n_ranges + part->blob.n_ranges);
	if (!err) {
		move_part(rs, part);
		if (c->attrs[K8SOV_A_RULESET_DEFAULT_RULE])
			rs->blob.default_rule = part->blob.default_rule;
	}
	/* An index may be a larger one already, and empty. */
	k8sov_policy_index(&rs->blob);
	eps->bytes += rs->bytes - before;
	return err;
}

static bool is_named(struct k8sov_endpoints *eps, u32 id)
{
	struct k8sov_endpoint *ep;
	unsigned long link;

	xa_for_each(&eps->links, link, ep)
		if (ep->ingress == id || ep->egress == id)
			return true;
	return false;
}

static void remove_ruleset(struct k8sov_endpoints *eps,
			   struct k8sov_ruleset *rs)
{
	xa_erase(&eps->rulesets, rs->id);
	eps->n_rulesets--;
	eps->bytes -= rs->bytes;
	k8sov_ruleset_put(rs);
}

/**
 * k8sov_ruleset_delete() - delete a ruleset
 * @c: the request
 * @eps: group that has the ruleset, live or of a transaction
 * @id: key
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -ENOENT if there is none, -EPERM if it is another owner's, -EBUSY
 * if an endpoint names it.
 */
int k8sov_ruleset_delete(const struct k8sov_change *c,
			 struct k8sov_endpoints *eps, u32 id)
{
	struct k8sov_ruleset *rs = k8sov_ruleset_find(eps, id);
	int err;

	err = k8sov_change_may_delete(c, &ruleset_words,
				      c->attrs[K8SOV_A_RULESET_ID],
				      rs ? &rs->owner : NULL);
	if (!err && is_named(eps, id))
		err = k8sov_refuse(c->extack, c->attrs[K8SOV_A_RULESET_ID],
				   -EBUSY, "endpoints name the ruleset");
	if (!err)
		remove_ruleset(eps, rs);
	return err;
}

static bool is_there(struct k8sov_endpoints *eps, u32 id)
{
	return !id || k8sov_ruleset_find(eps, id);
}

/**
 * k8sov_ruleset_flush() - delete rulesets
 * @c: the request
 * @eps: group of nobody else yet
 * @owner: whose rulesets, NULL for all
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0, or -EBUSY if an endpoint of the group names one of them; then the
 * group is of no use any more.
 */
int k8sov_ruleset_flush(const struct k8sov_change *c,
			struct k8sov_endpoints *eps, const u64 *owner)
{
	struct k8sov_ruleset *rs;
	struct k8sov_endpoint *ep;
	unsigned long index;

	xa_for_each(&eps->rulesets, index, rs)
		if (!owner || rs->owner == *owner)
			remove_ruleset(eps, rs);
	xa_for_each(&eps->links, index, ep)
		if (!is_there(eps, ep->ingress) || !is_there(eps, ep->egress))
			return k8sov_refuse(c->extack,
					    c->attrs[K8SOV_A_TXN_TABLES],
					    -EBUSY,
					    "endpoints that stay name rulesets that are to go");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "policy_txn.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/batch.h"
#include "../lib/memory.h"
#include "../lib/object.h"
#include "../lib/ruleset.h"
#include "../lib/txn.h"

/* Of the messages of a batch: which refusals do not matter? */
enum tag {
	TAG_STRICT,
	TAG_PREFIX,	/* somebody else's entry for it stays as it is */
	TAG_GONE,	/* nor does it matter that it is gone already */
};

static const struct k8sov_pair prefix_pair = {
	K8SOV_A_IDENTITY_PREFIX, K8SOV_A_IDENTITY_PREFIX6,
	K8SOV_A_IDENTITY_PREFIX_LEN
};

static int on_refused(uint64_t tag, const struct k8sov_error *err, void *data)
{
	struct policy_txn *txn = data;

	if (tag != TAG_STRICT && err->code == EPERM) {
		txn->foreign++;
		return 0;
	}
	if (tag == TAG_GONE && err->code == ENOENT)
		return 0;
	return -err->code;
}

/* Is there a transaction, in which nothing has gone wrong? */
static bool ready(struct policy_txn *txn)
{
	if (txn->err.code)
		return false;
	if (!txn->id &&
	    k8sov_txn_begin(txn->sock, txn->ifindex, 0, &txn->id, &txn->err))
		return false;
	if (!txn->batch &&
	    k8sov_batch_create(&txn->batch, txn->sock, on_refused, txn,
			       &txn->err))
		return false;
	return true;
}

static void add(struct policy_txn *txn, unsigned int cmd, uint16_t flags,
		const void *obj, enum tag tag)
{
	struct k8sov_error err = {};

	txn->changes++;
	/* Also refusals that do not matter leave their words in it. */
	if (k8sov_batch_add(txn->batch, cmd, flags, obj, tag, &err))
		txn->err = err;
}

static void copy_rules(struct k8sov_rules *rules,
		       const struct policy_ruleset *from)
{
	struct k8sov_rule *rule;
	size_t i;

	rules->n_rules = (unsigned int)from->rules;
	rules->rules = memory_must(calloc(from->rules, sizeof(*rules->rules)));
	for (i = 0; i < from->rules; i++) {
		rule = &rules->rules[i];
		snprintf(rule->name, sizeof(rule->name), "%s",
			 from->rule[i].name);
		rule->present = K8SOV_BIT(K8SOV_A_RULE_NAME);
		K8SOV_SET(rule, action, K8SOV_A_RULE_ACTION,
			  (uint32_t)(from->rule[i].accept ?
				     K8SOV_RULE_ACTION_ACCEPT :
				     K8SOV_RULE_ACTION_DROP));
	}
}

static int by_identity(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The kernel searches, so it wants members by identity, not by class. */
static void copy_members(struct k8sov_rules *rules,
			 const struct policy_ruleset *from,
			 const struct policy_numbers *numbers)
{
	uint32_t *member;
	size_t i, j, n = 0;

	for (i = 0; i < from->classes; i++)
		n += from->class[i].identities;
	member = memory_must(calloc(n + 1, K8SOV_MEMBER_NUMBERS *
					   sizeof(*member)));
	rules->members = member;
	rules->n_members = (unsigned int)n;
	for (i = 0; i < from->classes; i++) {
		for (j = 0; j < from->class[i].identities; j++) {
			*member++ = policy_number_identity(numbers,
						from->class[i].identity[j]);
			*member++ = (uint32_t)i;
		}
	}
	qsort(rules->members, n, K8SOV_MEMBER_NUMBERS * sizeof(*member),
	      by_identity);
}

static void copy_ranges(struct k8sov_rules *rules,
			const struct policy_ruleset *from)
{
	uint32_t *range;
	size_t i, j, n = 0;

	for (i = 0; i < from->classes; i++)
		n += from->class[i].ranges;
	range = memory_must(calloc(n + 1, K8SOV_RANGE_NUMBERS *
					  sizeof(*range)));
	rules->ranges = range;
	rules->n_ranges = (unsigned int)n;
	for (i = 0; i < from->classes; i++) {
		for (j = 0; j < from->class[i].ranges; j++) {
			*range++ = (uint32_t)i;
			*range++ = from->class[i].range[j].from;
			*range++ = from->class[i].range[j].to;
			*range++ = from->class[i].range[j].rule;
		}
	}
}

/**
 * policy_txn_set_ruleset() - add or replace a ruleset
 * @txn: transaction
 * @id: its number in the kernel
 * @ruleset: as the compiler has it
 */
void policy_txn_set_ruleset(struct policy_txn *txn, uint32_t id,
			    const struct policy_ruleset *ruleset)
{
	struct k8sov_rules rules = {
		.ifindex = txn->ifindex,
		.id = id,
		.owner = POLICY_OWNER,
	};
	uint16_t flags = k8sov_write_flags(K8SOV_WRITE_REPLACE);
	struct k8sov_ruleset part;
	unsigned int sent = 0;

	if (!ready(txn))
		return;
	snprintf(rules.name, sizeof(rules.name), "%s", ruleset->name);
	copy_rules(&rules, ruleset);
	copy_members(&rules, ruleset, &txn->numbers);
	copy_ranges(&rules, ruleset);
	while (!txn->err.code && sent < k8sov_rules_total(&rules)) {
		k8sov_rules_part(&rules, &sent, &part);
		K8SOV_SET(&part, txn, K8SOV_A_RULESET_TXN, txn->id);
		add(txn, K8SOV_CMD_RULESET_NEW, flags, &part, TAG_STRICT);
		flags = NLM_F_APPEND;
	}
	k8sov_rules_clear(&rules);
}

/**
 * policy_txn_delete_ruleset() - delete a ruleset that no endpoint names
 * @txn: transaction
 * @id: its number in the kernel
 */
void policy_txn_delete_ruleset(struct policy_txn *txn, uint32_t id)
{
	struct k8sov_ruleset ruleset = {};

	if (!ready(txn))
		return;
	K8SOV_SET(&ruleset, ifindex, K8SOV_A_RULESET_IFINDEX, txn->ifindex);
	K8SOV_SET(&ruleset, txn, K8SOV_A_RULESET_TXN, txn->id);
	K8SOV_SET(&ruleset, owner, K8SOV_A_RULESET_OWNER, POLICY_OWNER);
	K8SOV_SET(&ruleset, id, K8SOV_A_RULESET_ID, id);
	add(txn, K8SOV_CMD_RULESET_DEL, 0, &ruleset, TAG_GONE);
}

static void fill_prefix(const struct policy_txn *txn,
			struct k8sov_identity *identity,
			const struct policy_cidr *cidr)
{
	memset(identity, 0, sizeof(*identity));
	K8SOV_SET(identity, ifindex, K8SOV_A_IDENTITY_IFINDEX, txn->ifindex);
	K8SOV_SET(identity, txn, K8SOV_A_IDENTITY_TXN, txn->id);
	K8SOV_SET(identity, owner, K8SOV_A_IDENTITY_OWNER, POLICY_OWNER);
	k8sov_pair_add(&k8sov_identity_set, &prefix_pair, identity,
		       &cidr->addr);
	K8SOV_SET(identity, prefix_len, K8SOV_A_IDENTITY_PREFIX_LEN,
		  cidr->len);
}

/*
 * What happens to a prefix: it gets an identity, or 0 if it is deleted. Only
 * the last counts, and what is deleted goes first: room is needed for what there
 * is in the end.
 */
struct policy_txn_prefix {
	struct policy_prefix prefix;
	size_t at;
};

static void keep_prefix(struct policy_txn *txn, const struct policy_cidr *cidr,
			uint32_t identity)
{
	txn->prefix = memory_grow(txn->prefix, txn->prefixes,
				  sizeof(*txn->prefix));
	txn->prefix[txn->prefixes] = (struct policy_txn_prefix){
		.prefix = { *cidr, identity }, .at = txn->prefixes,
	};
	txn->prefixes++;
}

static int by_cidr(const struct policy_cidr *a, const struct policy_cidr *b)
{
	if (a->addr.family != b->addr.family)
		return a->addr.family < b->addr.family ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(&a->addr.v6, &b->addr.v6,
		      a->addr.family == AF_INET ? sizeof(a->addr.v4) :
						  sizeof(a->addr.v6));
}

static int by_prefix(const void *a, const void *b)
{
	const struct policy_txn_prefix *x = a, *y = b;
	int order = by_cidr(&x->prefix.cidr, &y->prefix.cidr);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static void send_prefix(struct policy_txn *txn,
			const struct policy_prefix *prefix)
{
	struct k8sov_identity identity;

	if (!ready(txn))
		return;
	fill_prefix(txn, &identity, &prefix->cidr);
	if (!prefix->identity) {
		add(txn, K8SOV_CMD_IDENTITY_DEL, 0, &identity, TAG_GONE);
		return;
	}
	K8SOV_SET(&identity, identity, K8SOV_A_IDENTITY_IDENTITY,
		  prefix->identity);
	add(txn, K8SOV_CMD_IDENTITY_NEW,
	    k8sov_write_flags(K8SOV_WRITE_REPLACE), &identity, TAG_PREFIX);
}

static void send_prefixes(struct policy_txn *txn)
{
	struct policy_txn_prefix *all = txn->prefix;
	size_t i, n = 0;

	if (!txn->prefixes)
		return;
	qsort(all, txn->prefixes, sizeof(*all), by_prefix);
	for (i = 0; i < txn->prefixes; i++) {
		if (n && !by_cidr(&all[n - 1].prefix.cidr, &all[i].prefix.cidr))
			n--;
		all[n++] = all[i];
	}
	for (i = 0; i < n; i++)
		if (!all[i].prefix.identity)
			send_prefix(txn, &all[i].prefix);
	for (i = 0; i < n; i++)
		if (all[i].prefix.identity)
			send_prefix(txn, &all[i].prefix);
	free(txn->prefix);
	txn->prefix = NULL;
	txn->prefixes = 0;
}

/**
 * policy_txn_set_prefix() - say what addresses stand for
 * @txn: transaction
 * @prefix: addresses, and their identity in the kernel, not 0
 */
void policy_txn_set_prefix(struct policy_txn *txn,
			   const struct policy_prefix *prefix)
{
	keep_prefix(txn, &prefix->cidr, prefix->identity);
}

/**
 * policy_txn_delete_prefix() - addresses stand for what a shorter prefix says
 * @txn: transaction
 * @cidr: addresses
 */
void policy_txn_delete_prefix(struct policy_txn *txn,
			      const struct policy_cidr *cidr)
{
	keep_prefix(txn, cidr, 0);
}

/**
 * policy_txn_set_endpoint() - replace an endpoint
 * @txn: transaction
 * @endpoint: as it is to be; with the owner that it has it stays that owner's
 */
void policy_txn_set_endpoint(struct policy_txn *txn,
			     const struct k8sov_endpoint *endpoint)
{
	struct k8sov_endpoint copy = *endpoint;

	if (!ready(txn))
		return;
	K8SOV_SET(&copy, txn, K8SOV_A_ENDPOINT_TXN, txn->id);
	add(txn, K8SOV_CMD_ENDPOINT_NEW, NLM_F_REPLACE, &copy, TAG_STRICT);
}

/**
 * policy_txn_end() - put all changes in force, or none
 * @txn: transaction; empty afterwards but for its numbers
 * @err: filled on failure
 *
 * Return: 0; -EAGAIN if somebody else changed the tables meanwhile; another
 * -errno of what went wrong first. Nothing is changed then.
 */
int policy_txn_end(struct policy_txn *txn, struct k8sov_error *err)
{
	struct k8sov_error last = {}, ignored;

	send_prefixes(txn);
	if (txn->batch && !txn->err.code &&
	    k8sov_batch_flush(txn->batch, &last))
		txn->err = last;
	k8sov_batch_destroy(txn->batch);
	txn->batch = NULL;
	if (txn->id && !txn->err.code)
		k8sov_txn_commit(txn->sock, txn->ifindex, txn->id,
				 &txn->generation, &txn->err);
	if (txn->id && txn->err.code)
		k8sov_txn_abort(txn->sock, txn->ifindex, txn->id, &ignored);
	txn->id = 0;
	if (!txn->err.code)
		return 0;
	*err = txn->err;
	return -err->code;
}

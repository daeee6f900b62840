// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What the kernel has of ours, to find what is not meant any more. */
#include <string.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "../lib/object.h"
#include "../policy/hash.h"
#include "policy_kernel.h"
#include "policy_pods.h"
#include "policy_txn.h"

/* Zeroed before it is filled: it is compared by its bytes. */
struct key {
	struct in6_addr addr;
	int family;
	uint32_t len;
};

struct old_prefix {
	struct key key;
	uint32_t identity;
	bool meant;
	UT_hash_handle hh;
};

struct old_ruleset {
	uint32_t id;
	bool meant;
	UT_hash_handle hh;
};

/* Of a ruleset of ours, or of a policy that has a rule there. */
struct old_name {
	UT_hash_handle hh;
	char name[];
};

struct policy_old {
	struct old_prefix *prefix;
	struct old_ruleset *ruleset;
	struct old_name *name;
	struct policy_taken identities;	/* numbers of others */
	struct policy_taken rulesets;
};

static void fill_key(struct key *key, const struct policy_cidr *cidr)
{
	memset(key, 0, sizeof(*key));
	key->family = cidr->addr.family;
	key->len = cidr->len;
	if (cidr->addr.family == AF_INET)
		memcpy(&key->addr, &cidr->addr.v4, sizeof(cidr->addr.v4));
	else
		key->addr = cidr->addr.v6;
}

static void read_key(const struct key *key, struct policy_cidr *cidr)
{
	memset(cidr, 0, sizeof(*cidr));
	cidr->addr.family = key->family;
	cidr->len = (uint8_t)key->len;
	if (key->family == AF_INET)
		memcpy(&cidr->addr.v4, &key->addr, sizeof(cidr->addr.v4));
	else
		cidr->addr.v6 = key->addr;
}

static int take_identity(const void *obj, void *data)
{
	const struct k8sov_identity *identity = obj;
	struct policy_cidr cidr = { .len = identity->prefix_len };
	struct policy_old *old = data;
	struct old_prefix *prefix;

	if (identity->owner != POLICY_OWNER) {
		policy_taken_add(&old->identities, identity->identity);
		return 0;
	}
	if (K8SOV_HAS(identity, K8SOV_A_IDENTITY_PREFIX6)) {
		cidr.addr.family = AF_INET6;
		cidr.addr.v6 = identity->prefix6;
	} else {
		cidr.addr.family = AF_INET;
		cidr.addr.v4 = identity->prefix;
	}
	prefix = memory_must(calloc(1, sizeof(*prefix)));
	fill_key(&prefix->key, &cidr);
	prefix->identity = identity->identity;
	HASH_ADD(hh, old->prefix, key, sizeof(prefix->key), prefix);
	return 0;
}

static void add_name(struct policy_old *old, const char *name, size_t len)
{
	struct old_name *found;

	HASH_FIND(hh, old->name, name, len, found);
	if (found)
		return;
	found = memory_must(calloc(1, sizeof(*found) + len + 1));
	memcpy(found->name, name, len);
	HASH_ADD(hh, old->name, name, len, found);
}

/* "KIND NAMESPACE/NAME ingress 1", as the compiler names rules. */
static void add_rule_name(struct policy_old *old, const char *name)
{
	const char *end = strstr(name, " ingress ");

	if (!end)
		end = strstr(name, " egress ");
	if (end)
		add_name(old, name, (size_t)(end - name));
}

static void add_rule_names(struct policy_old *old,
			   const struct k8sov_ruleset *part)
{
	unsigned int i;

	if (policy_old_has_ruleset(old, part->id))
		for (i = 0; i < part->n_rule; i++)
			add_rule_name(old, part->rule[i].name);
}

/* Of a ruleset in parts, the first has the head. */
static int take_ruleset(const void *obj, void *data)
{
	const struct k8sov_ruleset *part = obj;
	struct policy_old *old = data;
	struct old_ruleset *ruleset;

	if (!K8SOV_HAS(part, K8SOV_A_RULESET_RULES)) {
		add_rule_names(old, part);
		return 0;
	}
	if (part->owner != POLICY_OWNER) {
		policy_taken_add(&old->rulesets, part->id);
		return 0;
	}
	ruleset = memory_must(calloc(1, sizeof(*ruleset)));
	ruleset->id = part->id;
	HASH_ADD(hh, old->ruleset, id, sizeof(ruleset->id), ruleset);
	add_name(old, part->name, strlen(part->name));
	add_rule_names(old, part);
	return 0;
}

/**
 * policy_old_read() - read what is ours
 * @old: set on success; the caller destroys it
 * @kernel: kernel
 * @ifindex: device
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int policy_old_read(struct policy_old **old, struct policy_kernel *kernel,
		    uint32_t ifindex, struct k8sov_error *err)
{
	struct k8sov_sock *sock = policy_kernel_sock(kernel);
	struct k8sov_identity identities = {};
	struct k8sov_ruleset rulesets = {};
	struct policy_old *new;
	int ret;

	K8SOV_SET(&identities, ifindex, K8SOV_A_IDENTITY_IFINDEX, ifindex);
	K8SOV_SET(&rulesets, ifindex, K8SOV_A_RULESET_IFINDEX, ifindex);
	new = memory_must(calloc(1, sizeof(*new)));
	ret = k8sov_object_dump(sock, &k8sov_object_identity, &identities,
				take_identity, new, err);
	if (!ret)
		ret = k8sov_object_dump(sock, &k8sov_object_ruleset,
					&rulesets, take_ruleset, new, err);
	if (ret)
		policy_old_destroy(new);
	else
		*old = new;
	return ret;
}

/**
 * policy_old_destroy() - forget what was read
 * @old: what was read, or NULL
 */
void policy_old_destroy(struct policy_old *old)
{
	struct old_prefix *prefix, *next_prefix;
	struct old_ruleset *ruleset, *next_ruleset;
	struct old_name *name, *next_name;

	if (!old)
		return;
	for (prefix = old->prefix; prefix; prefix = next_prefix) {
		next_prefix = prefix->hh.next;
		HASH_DEL(old->prefix, prefix);
		free(prefix);
	}
	for (ruleset = old->ruleset; ruleset; ruleset = next_ruleset) {
		next_ruleset = ruleset->hh.next;
		HASH_DEL(old->ruleset, ruleset);
		free(ruleset);
	}
	for (name = old->name; name; name = next_name) {
		next_name = name->hh.next;
		HASH_DEL(old->name, name);
		free(name);
	}
	policy_taken_exit(&old->identities);
	policy_taken_exit(&old->rulesets);
	free(old);
}

/**
 * policy_old_rulesets() - count rulesets of ours
 * @old: what was read
 *
 * Return: how many.
 */
size_t policy_old_rulesets(const struct policy_old *old)
{
	return HASH_COUNT(old->ruleset);
}

/**
 * policy_old_has_ruleset() - is a ruleset ours?
 * @old: what was read
 * @id: its number
 *
 * Return: true if it is.
 */
bool policy_old_has_ruleset(const struct policy_old *old, uint32_t id)
{
	const struct old_ruleset *found;

	HASH_FIND(hh, old->ruleset, &id, sizeof(id), found);
	return found;
}

/**
 * policy_old_had() - was there a ruleset, or a rule of a policy, of ours?
 * @old: what was read
 * @name: of the ruleset or policy
 *
 * Return: true if there was.
 */
bool policy_old_had(const void *old, const char *name)
{
	const struct policy_old *read = old;
	const struct old_name *found;

	HASH_FIND(hh, read->name, name, strlen(name), found);
	return found;
}

/**
 * policy_old_others() - count what is not ours
 * @old: what was read, and not yet numbered
 * @others: set
 */
void policy_old_others(const struct policy_old *old,
		       struct policy_limits *others)
{
	others->rulesets = old->rulesets.n;
	others->prefixes = old->identities.n;
}

/**
 * policy_old_number() - find numbers that nobody else has
 * @old: what was read
 * @endpoints: those that are not pods have identities of others, too
 * @numbers: set to where the widest rooms for ours begin
 */
void policy_old_number(struct policy_old *old,
		       const struct policy_endpoints *endpoints,
		       struct policy_numbers *numbers)
{
	size_t i;

	for (i = 0; i < endpoints->n; i++)
		if (!policy_pods_is_pod(&endpoints->endpoint[i]))
			policy_taken_add(&old->identities,
					 endpoints->endpoint[i].identity);
	numbers->identity = policy_taken_room(&old->identities,
					      POLICY_IDENTITY_FIRST,
					      POLICY_IDENTITY_ANY - 1);
	numbers->ruleset = policy_taken_room(&old->rulesets, 1, INT32_MAX);
}

/**
 * policy_old_prefix() - a prefix is meant
 * @old: what was read
 * @prefix: the prefix and its identity
 *
 * Return: true if the kernel has it so.
 */
bool policy_old_prefix(struct policy_old *old,
		       const struct policy_prefix *prefix)
{
	struct old_prefix *found;
	struct key key;

	fill_key(&key, &prefix->cidr);
	HASH_FIND(hh, old->prefix, &key, sizeof(key), found);
	if (!found)
		return false;
	found->meant = true;
	return found->identity == prefix->identity;
}

/**
 * policy_old_ruleset() - a ruleset is meant
 * @old: what was read
 * @id: its number
 */
void policy_old_ruleset(struct policy_old *old, uint32_t id)
{
	struct old_ruleset *found;

	HASH_FIND(hh, old->ruleset, &id, sizeof(id), found);
	if (found)
		found->meant = true;
}

/**
 * policy_old_is_doomed() - is a ruleset one that nobody means?
 * @old: what was read
 * @id: its number
 *
 * Return: true if it is ours and was not named by policy_old_ruleset().
 */
bool policy_old_is_doomed(const struct policy_old *old, uint32_t id)
{
	const struct old_ruleset *found;

	HASH_FIND(hh, old->ruleset, &id, sizeof(id), found);
	return found && !found->meant;
}

/**
 * policy_old_delete_prefixes() - delete those that nobody means
 * @old: what was read
 * @txn: transaction
 */
void policy_old_delete_prefixes(const struct policy_old *old,
				struct policy_txn *txn)
{
	const struct old_prefix *prefix;
	struct policy_cidr cidr;

	for (prefix = old->prefix; prefix; prefix = prefix->hh.next) {
		if (prefix->meant)
			continue;
		read_key(&prefix->key, &cidr);
		policy_txn_delete_prefix(txn, &cidr);
	}
}

/**
 * policy_old_delete_rulesets() - delete those that nobody means
 * @old: what was read
 * @txn: transaction in which no endpoint names them any more
 */
void policy_old_delete_rulesets(const struct policy_old *old,
				struct policy_txn *txn)
{
	const struct old_ruleset *ruleset;

	for (ruleset = old->ruleset; ruleset; ruleset = ruleset->hh.next)
		if (!ruleset->meant)
			policy_txn_delete_ruleset(txn, ruleset->id);
}

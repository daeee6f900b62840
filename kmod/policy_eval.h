/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a ruleset says about a flow
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_POLICY_EVAL_H
#define _K8SOV_POLICY_EVAL_H

#include <linux/types.h>

/**
 * struct k8sov_policy_member - an identity and the class it belongs to
 * @identity: %K8SOV_IDENTITY_ANY stands for all that no member names
 * @class: number of the class
 *
 * The layout is that of the netlink attribute.
 */
struct k8sov_policy_member {
	u32 identity;
	u32 class;
};

/**
 * struct k8sov_policy_range - what happens to some keys of a class
 * @class: number of the class
 * @from: first key, see k8sov_policy_key()
 * @to: last key
 * @rule: index of the rule that decides
 *
 * The layout is that of the netlink attribute.
 */
struct k8sov_policy_range {
	u32 class;
	u32 from;
	u32 to;
	u32 rule;
};

/**
 * struct k8sov_policy_slot - what one number stands for
 * @from: the number
 * @to: what it stands for, plus 1; 0: the slot is empty
 */
struct k8sov_policy_slot {
	u32 from;
	u32 to;
};

/**
 * struct k8sov_policy_index - hash of numbers
 * @slots: where the hash says, or behind it. NULL: there are none
 * @bits: logarithm of the length of @slots, of which half is empty at least
 * @n: elements of the array that are entered
 */
struct k8sov_policy_index {
	struct k8sov_policy_slot *slots;
	u32 bits;
	u32 n;
};

/**
 * struct k8sov_ruleset_blob - the part of a ruleset that judges
 * @members: in the order of identities, each once
 * @ranges: in the order of classes and keys, without overlap
 * @by_identity: the class of each member
 * @by_class: the number of the first range of each class
 * @n_members: length of @members
 * @n_ranges: length of @ranges
 * @default_rule: index of the rule for keys in no range
 *
 * The arrays are in the order that they have on the wire. What is looked for
 * is in the indexes, which are as easily added to.
 */
struct k8sov_ruleset_blob {
	struct k8sov_policy_member *members;
	struct k8sov_policy_range *ranges;
	struct k8sov_policy_index by_identity;
	struct k8sov_policy_index by_class;
	u32 n_members;
	u32 n_ranges;
	u32 default_rule;
};

/**
 * enum k8sov_policy_fault - what is wrong with members or ranges
 * @K8SOV_POLICY_FINE: nothing
 * @K8SOV_POLICY_ORDER: one is not behind the one before it
 * @K8SOV_POLICY_CLASS: a class is %K8SOV_RULESET_CLASS_MAX or above
 * @K8SOV_POLICY_KEY: a key is above %K8SOV_POLICY_KEY_MAX
 * @K8SOV_POLICY_EMPTY: a range ends before it begins
 * @K8SOV_POLICY_RULE: there is no such rule
 */
enum k8sov_policy_fault {
	K8SOV_POLICY_FINE,
	K8SOV_POLICY_ORDER,
	K8SOV_POLICY_CLASS,
	K8SOV_POLICY_KEY,
	K8SOV_POLICY_EMPTY,
	K8SOV_POLICY_RULE,
};

/**
 * k8sov_policy_key() - what ranges are about
 * @protocol: IP protocol
 * @port: destination port in host order; type << 8 | code of ICMP and ICMPv6;
 *	0 in protocols without ports
 *
 * Return: the key.
 */
static inline u32 k8sov_policy_key(u8 protocol, u16 port)
{
	return (u32)protocol << 16 | port;
}

/**
 * k8sov_policy_index_bits() - how large an index has to be
 * @n: elements of its array
 *
 * Return: what @bits of the index is to be at least.
 */
static inline u32 k8sov_policy_index_bits(u32 n)
{
	u32 bits = 1;

	while (1ULL << bits < 2ULL * n)
		bits++;
	return bits;
}

void k8sov_policy_index(struct k8sov_ruleset_blob *blob);
u32 k8sov_policy_judge(const struct k8sov_ruleset_blob *blob, u32 identity,
		       u32 key);

enum k8sov_policy_fault
k8sov_policy_check_members(const struct k8sov_policy_member *last,
			   const struct k8sov_policy_member *members, u32 n);
enum k8sov_policy_fault
k8sov_policy_check_ranges(const struct k8sov_policy_range *last,
			  const struct k8sov_policy_range *ranges, u32 n,
			  u32 n_rules);

#endif /* _K8SOV_POLICY_EVAL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_IPAM_PICK_H
#define _CNI_IPAM_PICK_H

#include <stdbool.h>
#include <stdint.h>

#include "node.h"

#define PICK_SETS 8
#define PICK_RANGES 16
#define PICK_RESERVED 64

/* Both ends can be taken. */
struct pick_range {
	struct k8sov_addr first, last;
};

/**
 * struct pick_set - ranges that a pod gets one address of
 * @n: how many, never 0
 * @ranges: of one family, in the order in which they are used
 */
struct pick_set {
	unsigned int n;
	struct pick_range ranges[PICK_RANGES];
};

/**
 * struct pick_rules - what addresses pods get
 * @n_sets: how many
 * @sets: a pod gets an address of each
 * @n_reserved: how many
 * @reserved: given only to who asks for one of them
 */
struct pick_rules {
	unsigned int n_sets;
	struct pick_set sets[PICK_SETS];
	unsigned int n_reserved;
	struct node_prefix reserved[PICK_RESERVED];
};

/**
 * struct pick - a way through all addresses of a set, once
 * @rules: has what is left out
 * @at: the address to try
 * @todo: ranges that the way still has, the first is the one of @at
 * @n: how many
 */
struct pick {
	const struct pick_rules *rules;
	struct k8sov_addr at;
	struct pick_range todo[PICK_RANGES + 1];
	unsigned int n;
};

/* All of this is pure. */

/* False if a subnet has nothing to give. */
bool pick_subnet(const struct k8sov_addr *subnet, uint8_t len,
		 struct pick_range *range);
/* What both have; false if that is nothing. */
bool pick_limit(struct pick_range *range, const struct k8sov_addr *first,
		const struct k8sov_addr *last);
/* Number of the set that has @addr, -1 if none has. */
int pick_find(const struct pick_rules *rules, const struct k8sov_addr *addr);
/* False if there is no address to try, or none any more. */
bool pick_first(struct pick *pick, const struct pick_rules *rules,
		unsigned int set, const struct k8sov_addr *last);
bool pick_next(struct pick *pick);

#endif /* _CNI_IPAM_PICK_H */

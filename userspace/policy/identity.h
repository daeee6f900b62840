/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_IDENTITY_H
#define _POLICY_IDENTITY_H

#include "set.h"

/** struct identity_sets - what makes an identity */
struct identity_sets {
	struct set *labels;	/* of the pod or node that has the address */
	struct set *blocks;	/* networks that it is in */
};

/**
 * struct identity - addresses that no rule tells apart
 * @hh: by @sets, as long as there are places
 * @sets: what rules see of these addresses
 * @id: number in the kernel
 * @places: prefixes that are, or are to be, of this identity
 * @listed: rulesets that name it, and the list of new ones
 *
 * Without places it cannot be found any more, but its number is not given to
 * another before no ruleset in force names it.
 */
struct identity {
	UT_hash_handle hh;
	struct identity_sets sets;
	uint32_t id;
	size_t places;
	size_t listed;
};

/**
 * struct identities - all identities
 * @head: those with places
 * @ids: numbers in the kernel
 * @fresh: new since rulesets were told
 * @n: their number
 * @pool: what sets are of
 */
struct identities {
	struct identity *head;
	struct ids ids;
	struct identity **fresh;
	size_t n;
	struct sets pool;
};

struct identity *identity_get(struct identities *ids, struct set *labels,
			      struct set *blocks);
struct identity *identity_hold(struct identity *identity);
void identity_put(struct identities *ids, struct identity *identity);
void identity_unlist(struct identities *ids, struct identity *identity);
void identities_told(struct identities *ids);

#endif /* _POLICY_IDENTITY_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_PLACE_H
#define _POLICY_PLACE_H

#include "identity.h"

struct place;

/**
 * struct holder - who has addresses: pods with the same labels, or a node
 * @set: atoms that select it
 * @dirty: @set is to be found anew
 * @node: it is a node
 */
struct holder {
	struct set *set;
	bool dirty;
	bool node;
};

/**
 * struct claim - somebody's address
 * @place: the address
 * @holder: whose it is
 * @next: an older claim of this address
 * @more: another claim of the same pod or node
 *
 * Of several claims the newest counts.
 */
struct claim {
	struct place *place;
	struct holder *holder;
	struct claim *next;
	struct claim *more;
};

/** struct place_key - a prefix; of IPv4 addresses the first four bytes count */
struct place_key {
	uint8_t v6;
	uint8_t len;
	uint8_t addr[16];
};

/**
 * struct network - a place that is in rules itself
 * @block: atoms of networks that begin here
 * @blocks: their number
 * @hole: atoms of networks that this is not part of
 * @holes: their number
 * @set: networks that addresses are in which have no longer prefix
 */
struct network {
	struct atom **block;
	size_t blocks;
	struct atom **hole;
	size_t holes;
	struct set *set;
};

/**
 * struct place - a prefix that needs, had or could need an identity, in a trie
 * @key: the prefix
 * @dirty: @want is to be found anew, or the kernel to be told
 * @changed: networks that begin or end here did
 * @parent: the next shorter prefix, or NULL
 * @child: longer prefixes, by their next bit
 * @claims: who has this address, newest first
 * @network: what networks say here, or NULL
 * @want: identity that it is to be of, or NULL
 * @have: identity that the kernel was told, or NULL
 *
 * One with none of the last four only holds the trie together.
 */
struct place {
	struct place_key key;
	bool dirty;
	bool changed;
	struct place *parent;
	struct place *child[2];
	struct claim *claims;
	struct network *network;
	struct identity *want;
	struct identity *have;
};

/**
 * struct place_list - some places
 * @place: array
 * @n: its length
 */
struct place_list {
	struct place **place;
	size_t n;
};

/**
 * struct places - all places
 * @root: tries of IPv4 and IPv6
 * @ids: what they are of
 * @changed: places at which networks begin or end since they were settled
 * @dirty: places to look at
 * @told: places that the kernel was told an identity of
 */
struct places {
	struct place *root[2];
	struct identities *ids;
	struct place_list changed;
	struct place_list dirty;
	size_t told;
};

struct place *place_next(const struct place *top, struct place *place);
struct claim *place_claim(struct places *places, const struct k8sov_addr *addr,
			  struct holder *holder);
void place_unclaim(struct places *places, struct claim *claim);
bool claim_is_of(const struct claim *claim, const struct k8sov_addr *addr);
void place_touch(struct places *places, struct place *place);

void places_add_block(struct places *places, struct atom *atom);
void places_remove_block(struct places *places, struct atom *atom);
void places_settle(struct places *places);
void places_settled(struct places *places);
uint32_t place_identity(const struct place *place);
void place_cidr(const struct place *place, struct policy_cidr *cidr);
void places_exit(struct places *places);

#endif /* _POLICY_PLACE_H */

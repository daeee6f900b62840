/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_SET_H
#define _POLICY_SET_H

#include "atom.h"

/**
 * struct set - atoms that say yes to an address; the empty set is NULL, equal
 * sets are the same set
 * @hh: by @atom
 * @refs: who holds it
 * @n: number of atoms
 * @atom: atoms by id
 */
struct set {
	UT_hash_handle hh;
	size_t refs;
	size_t n;
	struct atom *atom[];
};

/**
 * struct sets - all sets
 * @head: by atoms
 * @atoms: what they are of
 * @words: of these
 */
struct sets {
	struct set *head;
	struct atoms *atoms;
	struct word **words;
};

struct set *set_get(struct sets *sets, struct atom **atom, size_t n);
struct set *set_hold(struct set *set);
void set_put(struct sets *sets, struct set *set);

#endif /* _POLICY_SET_H */

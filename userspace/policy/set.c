// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "set.h"

static int by_id(const void *a, const void *b)
{
	const struct atom *const *x = a, *const *y = b;

	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

/**
 * set_get() - the set of some atoms, made if there is none
 * @sets: all sets
 * @atom: different atoms; sorted
 * @n: their number
 *
 * Return: the set, held; NULL without atoms.
 */
struct set *set_get(struct sets *sets, struct atom **atom, size_t n)
{
	struct set *set;
	size_t i;

	if (!n)
		return NULL;
	qsort(atom, n, sizeof(struct atom *), by_id);
	HASH_FIND(hh, sets->head, atom, n * sizeof(struct atom *), set);
	if (!set) {
		set = memory_must(calloc(1, sizeof(*set) +
					 n * sizeof(struct atom *)));
		set->n = n;
		for (i = 0; i < n; i++) {
			set->atom[i] = atom[i];
			atom[i]->refs++;
		}
		HASH_ADD_KEYPTR(hh, sets->head, set->atom,
				n * sizeof(struct atom *), set);
	}
	return set_hold(set);
}

/**
 * set_hold() - hold a set once more
 * @set: the set, or NULL
 *
 * Return: the set.
 */
struct set *set_hold(struct set *set)
{
	if (set)
		set->refs++;
	return set;
}

/**
 * set_put() - let go of a set
 * @sets: all sets
 * @set: the set, freed with its last holder, or NULL
 */
void set_put(struct sets *sets, struct set *set)
{
	size_t i;

	if (!set || --set->refs)
		return;
	HASH_DEL(sets->head, set);
	for (i = 0; i < set->n; i++) {
		set->atom[i]->refs--;
		atom_free_unused(sets->atoms, sets->words, set->atom[i]);
	}
	free(set);
}

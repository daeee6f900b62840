// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "identity.h"

/**
 * identity_get() - the identity of sets, made if there is none
 * @ids: all identities
 * @labels: set of the pod or node, or NULL
 * @blocks: set of the networks, or NULL
 *
 * Return: the identity, held for a place.
 */
struct identity *identity_get(struct identities *ids, struct set *labels,
			      struct set *blocks)
{
	struct identity_sets sets = { labels, blocks };
	struct identity *identity;

	HASH_FIND(hh, ids->head, &sets, sizeof(sets), identity);
	if (identity)
		return identity_hold(identity);
	identity = memory_must(calloc(1, sizeof(*identity)));
	identity->sets.labels = set_hold(labels);
	identity->sets.blocks = set_hold(blocks);
	identity->id = ids_take(&ids->ids);
	HASH_ADD(hh, ids->head, sets, sizeof(sets), identity);
	ids->fresh = memory_grow(ids->fresh, ids->n,
				 sizeof(struct identity *));
	ids->fresh[ids->n++] = identity;
	identity->listed++;
	return identity_hold(identity);
}

/**
 * identity_hold() - hold an identity for one more place
 * @identity: the identity
 *
 * Return: the identity.
 */
struct identity *identity_hold(struct identity *identity)
{
	identity->places++;
	return identity;
}

static void free_unused(struct identities *ids, struct identity *identity)
{
	if (identity->places || identity->listed)
		return;
	ids_give(&ids->ids, identity->id);
	free(identity);
}

/**
 * identity_put() - a place is of this identity no more
 * @ids: all identities
 * @identity: the identity, or NULL
 */
void identity_put(struct identities *ids, struct identity *identity)
{
	if (!identity || --identity->places)
		return;
	HASH_DEL(ids->head, identity);
	set_put(&ids->pool, identity->sets.labels);
	set_put(&ids->pool, identity->sets.blocks);
	identity->sets = (struct identity_sets){};
	free_unused(ids, identity);
}

/**
 * identity_unlist() - a ruleset names an identity no more
 * @ids: all identities
 * @identity: the identity
 */
void identity_unlist(struct identities *ids, struct identity *identity)
{
	identity->listed--;
	free_unused(ids, identity);
}

/**
 * identities_told() - all rulesets know the new identities
 * @ids: all identities
 */
void identities_told(struct identities *ids)
{
	while (ids->n)
		identity_unlist(ids, ids->fresh[--ids->n]);
}

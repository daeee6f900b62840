// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "change.h"

#include <linux/netlink.h>

#include "refuse.h"

/**
 * k8sov_change_may_set() - may an entry be added or replaced?
 * @c: the request
 * @words: for the refusal
 * @key: attribute to blame
 * @owner: owner of the entry, NULL if there is none
 *
 * NLM_F_REPLACE alone replaces, together with NLM_F_CREATE it replaces or
 * adds, anything else only adds.
 *
 * Return: 0; -EEXIST if the entry is there but may not be replaced, -ENOENT if
 * it is not there but must be, -EPERM if it is another owner's.
 */
int k8sov_change_may_set(const struct k8sov_change *c,
			 const struct k8sov_change_words *words,
			 const struct nlattr *key, const u64 *owner)
{
	bool foreign = owner && *owner != c->owner;

	if (!owner && (c->flags & (NLM_F_REPLACE | NLM_F_CREATE)) ==
	    NLM_F_REPLACE)
		return k8sov_refuse(c->extack, key, -ENOENT, words->missing);
	if (owner && !(c->flags & NLM_F_REPLACE))
		return k8sov_refuse(c->extack, key, -EEXIST, foreign ?
				    words->exists_foreign : words->exists);
	if (foreign && !c->force)
		return k8sov_refuse(c->extack, key, -EPERM, words->foreign);
	return 0;
}

/**
 * k8sov_change_may_delete() - may an entry be deleted?
 * @c: the request
 * @words: for the refusal
 * @key: attribute to blame
 * @owner: owner of the entry, NULL if there is none
 *
 * Return: 0; -ENOENT if there is none, -EPERM if it is another owner's.
 */
int k8sov_change_may_delete(const struct k8sov_change *c,
			    const struct k8sov_change_words *words,
			    const struct nlattr *key, const u64 *owner)
{
	if (!owner)
		return k8sov_refuse(c->extack, key, -ENOENT, words->missing);
	if (*owner != c->owner && !c->force)
		return k8sov_refuse(c->extack, key, -EPERM, words->foreign);
	return 0;
}

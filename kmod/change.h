/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_CHANGE_H
#define _K8SOV_CHANGE_H

#include <linux/types.h>

struct k8sov_dev;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct k8sov_change - who asks for a change of an entry, and how
 * @kov: device, its lock held
 * @owner: cookie of the owner, 0 if none
 * @flags: NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE
 * @force: do it to the entry of another owner as well
 * @attrs: attributes of the request, to blame
 * @extack: where to say what is wrong
 */
struct k8sov_change {
	struct k8sov_dev *kov;
	u64 owner;
	u16 flags;
	bool force;
	struct nlattr **attrs;
	struct netlink_ext_ack *extack;
};

/**
 * struct k8sov_change_words - how refusals call an entry
 * @exists: it is there, and is the owner's
 * @exists_foreign: it is there, and is another owner's
 * @foreign: it is another owner's, to replace or delete
 * @missing: it is not there, to replace or delete
 */
struct k8sov_change_words {
	const char *exists;
	const char *exists_foreign;
	const char *foreign;
	const char *missing;
};

#define K8SOV_CHANGE_WORDS(noun) {					\
	.exists = "the " noun " exists already",			\
	.exists_foreign = "the " noun " exists and belongs to another owner", \
	.foreign = "the " noun " belongs to another owner",		\
	.missing = "there is no such " noun,				\
}

int k8sov_change_may_set(const struct k8sov_change *c,
			 const struct k8sov_change_words *words,
			 const struct nlattr *key, const u64 *owner);
int k8sov_change_may_delete(const struct k8sov_change *c,
			    const struct k8sov_change_words *words,
			    const struct nlattr *key, const u64 *owner);

#endif /* _K8SOV_CHANGE_H */

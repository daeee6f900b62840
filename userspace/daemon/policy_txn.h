/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_TXN_H
#define _POLICY_TXN_H

#include <stddef.h>
#include <stdint.h>

#include "../lib/error.h"
#include "../policy/view.h"
#include "policy_numbers.h"
#include "tables.h"

struct k8sov_batch;
struct k8sov_endpoint;
struct k8sov_sock;
struct policy_txn_prefix;

/* Owner cookie of identities and rulesets: that of k8sovd, and "policy". */
#define POLICY_OWNER ((TABLES_OWNER_MARK << TABLES_OWNER_SHIFT) | \
		      0x706f6c696379ULL)

/**
 * struct policy_txn - changes of a device's policy that come into force at once
 * @sock: socket for requests
 * @ifindex: device
 * @numbers: of identities that rulesets name
 * @generation: set by a commit
 * @id: number in the kernel, 0 as long as nothing is changed
 * @batch: messages on their way, NULL likewise
 * @prefix: what happens to prefixes, one after the other
 * @prefixes: how often
 * @changes: how many were made
 * @foreign: identities that are left as somebody else has set them
 * @err: what went wrong first; nothing is sent after that
 *
 * All zero but the first three is a new one. What is deleted should be deleted
 * last: the kernel refuses to forget a ruleset that has a user.
 */
struct policy_txn {
	struct k8sov_sock *sock;
	uint32_t ifindex;
	struct policy_numbers numbers;
	uint64_t generation;
	uint32_t id;
	struct k8sov_batch *batch;
	struct policy_txn_prefix *prefix;
	size_t prefixes;
	size_t changes;
	size_t foreign;
	struct k8sov_error err;
};

void policy_txn_set_ruleset(struct policy_txn *txn, uint32_t id,
			    const struct policy_ruleset *ruleset);
void policy_txn_delete_ruleset(struct policy_txn *txn, uint32_t id);
void policy_txn_set_prefix(struct policy_txn *txn,
			   const struct policy_prefix *prefix);
void policy_txn_delete_prefix(struct policy_txn *txn,
			      const struct policy_cidr *cidr);
void policy_txn_set_endpoint(struct policy_txn *txn,
			     const struct k8sov_endpoint *endpoint);
/* To be called for each one that was begun. */
int policy_txn_end(struct policy_txn *txn, struct k8sov_error *err);

#endif /* _POLICY_TXN_H */

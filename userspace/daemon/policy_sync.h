/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_SYNC_H
#define _POLICY_SYNC_H

#include "guard.h"
#include "policy_pods.h"
#include "policy_txn.h"

/**
 * struct policy_synced - what came of it
 * @changes: changes that were made
 * @foreign: identities that are left as somebody else has set them
 * @count: endpoints, as they are now
 */
struct policy_synced {
	size_t changes;
	size_t foreign;
	struct policy_pods_count count;
};

/**
 * struct policy_sync - makes the kernel's policy what the compiler says
 * @kernel: policy in the kernel
 * @compiler: what the cluster says, and what that means here
 * @pods: those of this node
 * @device: device
 * @all: the kernel may have anything: compare, do not only tell of changes
 * @limits: what the device has room for, whoever fills it
 * @others: what others fill of that, counted when all is compared
 * @in_force: what the compiler says was in force once
 * @numbers: of identities and rulesets, chosen when all is compared
 * @guard: against a cluster that has nothing to say when we start
 */
struct policy_sync {
	struct policy_kernel *kernel;
	struct policy_compiler *compiler;
	struct policy_pods *pods;
	uint32_t device;
	bool all;
	struct policy_limits limits;
	struct policy_limits others;
	bool in_force;
	struct policy_numbers numbers;
	struct guard guard;
};

int policy_sync(struct policy_sync *sync, struct policy_synced *synced,
		struct k8sov_error *err);
/* Takes away what is ours, where nothing is judged. */
int policy_sync_clear(struct policy_sync *sync, struct policy_synced *synced,
		      struct k8sov_error *err);

#endif /* _POLICY_SYNC_H */

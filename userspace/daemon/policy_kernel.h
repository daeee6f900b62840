/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_KERNEL_H
#define _POLICY_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "../lib/attrs_gen.h"
#include "../policy/compile.h"

struct k8sov_error;
struct k8sov_sock;
struct policy_numbers;
struct policy_txn;

/** enum policy_event - what somebody did to a device's policy */
enum policy_event {
	POLICY_EVENT_ENDPOINTS,	/* endpoints came, went or changed */
	POLICY_EVENT_TABLES,	/* identities or rulesets may be others */
};

/* Policy in the kernel: read, and watched. */
struct policy_kernel;

int policy_kernel_open(struct policy_kernel **kernel, uv_loop_t *loop,
		       void (*event)(void *data, enum policy_event event),
		       void *data, struct k8sov_error *err);
void policy_kernel_close(struct policy_kernel *kernel);
/* Which device is watched; 0 for none. */
void policy_kernel_watch(struct policy_kernel *kernel, uint32_t ifindex);
/* That commit was ours: nobody needs to be told. */
void policy_kernel_own(struct policy_kernel *kernel, uint64_t generation);

struct k8sov_sock *policy_kernel_sock(const struct policy_kernel *kernel);

/**
 * struct policy_endpoints - endpoints of a device
 * @endpoint: endpoints, by link
 * @n: how many
 */
struct policy_endpoints {
	struct k8sov_endpoint *endpoint;
	size_t n;
};

int policy_kernel_endpoints(struct policy_kernel *kernel, uint32_t ifindex,
			    struct policy_endpoints *endpoints,
			    struct k8sov_error *err);

/*
 * What an earlier k8sovd, or this one, has set. It is compared with what a
 * compiler repeats: what is repeated stays, what is not is to be deleted.
 */
struct policy_old;

int policy_old_read(struct policy_old **old, struct policy_kernel *kernel,
		    uint32_t ifindex, struct k8sov_error *err);
void policy_old_destroy(struct policy_old *old);
/* How many of our rulesets there are, and is this one of them? */
size_t policy_old_rulesets(const struct policy_old *old);
bool policy_old_has_ruleset(const struct policy_old *old, uint32_t id);
/* As policy_had(); @old is a struct policy_old. */
bool policy_old_had(const void *old, const char *name);
/* How much others have. */
void policy_old_others(const struct policy_old *old,
		       struct policy_limits *others);
/* Where our numbers can begin; @endpoints may have others' identities. */
void policy_old_number(struct policy_old *old,
		       const struct policy_endpoints *endpoints,
		       struct policy_numbers *numbers);
/* Return: the kernel has it as it is told. */
bool policy_old_prefix(struct policy_old *old,
		       const struct policy_prefix *prefix);
void policy_old_ruleset(struct policy_old *old, uint32_t id);
bool policy_old_is_doomed(const struct policy_old *old, uint32_t id);
/* Deletes what was not named by the two above. */
void policy_old_delete_prefixes(const struct policy_old *old,
				struct policy_txn *txn);
void policy_old_delete_rulesets(const struct policy_old *old,
				struct policy_txn *txn);

#endif /* _POLICY_KERNEL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _DIFF_H
#define _DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tables.h"

/**
 * enum diff_kind - a change, in the order in which changes are made
 *
 * In this order no packet finds less than before or after, even if the changes
 * were not made at once: what is new is there before something points to it,
 * and what is old goes when nothing points to it any more.
 */
enum diff_kind {
	DIFF_HOST_NEW,
	DIFF_HOST_SET,
	DIFF_SUBNET_NEW,
	DIFF_SUBNET_SET,
	DIFF_SUBNET_DEL,
	DIFF_HOST_DEL,
};

/**
 * struct diff_op - a change
 * @kind: of which kind
 * @index: in the desired tables, or for deletions in the actual ones
 * @force: the entry is ours, but in the name of another node
 */
struct diff_op {
	enum diff_kind kind;
	uint32_t index;
	bool force;
};

/**
 * struct diff - what makes the actual tables the desired ones
 * @op: changes in order
 * @ops: how many
 * @id: id in the kernel of each desired host
 * @held: deletions that were not made since the cluster is not known
 * @foreign: indices of desired subnets that somebody else's entry prevents
 * @foreigns: how many
 * @foreign_hosts: hosts likewise: not as desired, but used
 */
struct diff {
	struct diff_op *op;
	size_t ops;
	uint32_t *id;
	size_t held;
	uint32_t *foreign;
	size_t foreigns;
	size_t foreign_hosts;
};

/*
 * Pure. @keep: delete nothing. Entries of others are never touched; their
 * hosts serve our subnets.
 */
void diff_init(struct diff *diff, const struct tables *desired,
	       const struct tables *actual, bool keep);
void diff_exit(struct diff *diff);

/* Makes @actual what the kernel has after all of @diff was made. */
void diff_update(const struct diff *diff, const struct tables *desired,
		 struct tables *actual);

#endif /* _DIFF_H */

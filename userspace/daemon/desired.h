/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _DESIRED_H
#define _DESIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lease.h"
#include "netconf.h"
#include "tables.h"

/** enum desired_kind - why something of a lease is not in the tables */
enum desired_kind {
	DESIRED_CONFLICT,	/* two nodes have one subnet or address */
	DESIRED_FOREIGN,	/* a backend that we do not speak */
	DESIRED_INVALID,	/* something is missing or makes no sense */
	DESIRED_KINDS,
};

/* Sentences that are kept; more are only counted. */
#define DESIRED_NOTES 64

/**
 * struct desired_note - something to tell people
 * @kind: of which kind
 * @text: sentence without full stop
 */
struct desired_note {
	enum desired_kind kind;
	char text[256];
};

/**
 * struct desired_input - what the tables follow from, besides the peers
 * @conf: cluster's configuration
 * @own: this node; NULL if it is not known yet
 * @actual: the kernel's tables: in a conflict of two peers, who has the subnet
 *	now keeps it; may be NULL
 * @on_link: is an address a neighbour on the underlay?
 * @data: for @on_link
 */
struct desired_input {
	const struct netconf *conf;
	const struct lease *own;
	const struct tables *actual;
	bool (*on_link)(void *data, const struct k8sov_addr *addr);
	void *data;
};

/**
 * struct desired - the tables as they should be
 * @in: input
 * @tables: result
 * @note: notes
 * @notes: how many of them
 * @count: what was noted, by kind
 * @by_owner: places of the actual subnets in the order of their owners, NULL
 *	until one is looked for
 */
struct desired {
	const struct desired_input *in;
	struct tables tables;
	struct desired_note *note;
	size_t notes;
	size_t count[DESIRED_KINDS];
	uint32_t *by_owner;
};

/* Pure: init, then each peer once, in any order. */
void desired_init(struct desired *desired, const struct desired_input *input);
void desired_add(struct desired *desired, const struct lease *peer,
		 uint64_t newness);
void desired_exit(struct desired *desired);

#endif /* _DESIRED_H */

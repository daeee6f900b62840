/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CONDITION_H
#define _CONDITION_H

#include "store.h"

/* The parts of a store that talks to a server. */
enum condition_part {
	CONDITION_VIEW,		/* who the nodes are */
	CONDITION_CONFIG,	/* net-conf.json */
	CONDITION_OWN,		/* the subnets of this node */
	CONDITION_SELF,		/* what it tells the others */
	CONDITION_PARTS,
};

/**
 * struct conditions - how the parts of a store are doing
 *
 * The first part that is not well speaks for all.
 *
 * @events: whom to tell
 * @data: for @events
 * @whole: the nodes were known once, so what is not current is stale
 * @error: of each part, 0 if it is well, else a negative errno
 * @why: a sentence for each that is not
 * @state: as told last
 * @said: as told last
 * @told: a state was told
 */
struct conditions {
	const struct store_events *events;
	void *data;
	bool whole;
	int error[CONDITION_PARTS];
	char why[CONDITION_PARTS][512];
	enum store_state state;
	char said[512];
	bool told;
};

void conditions_init(struct conditions *conditions,
		     const struct store_events *events, void *data);
void conditions_set(struct conditions *conditions, enum condition_part part,
		    int error, const char *why);

#endif /* _CONDITION_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "condition.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/**
 * conditions_init() - nothing is known yet
 * @conditions: to begin
 * @events: whom to tell
 * @data: for @events
 */
void conditions_init(struct conditions *conditions,
		     const struct store_events *events, void *data)
{
	memset(conditions, 0, sizeof(*conditions));
	conditions->events = events;
	conditions->data = data;
	conditions->error[CONDITION_VIEW] = -EINPROGRESS;
	snprintf(conditions->why[CONDITION_VIEW],
		 sizeof(conditions->why[CONDITION_VIEW]),
		 "the list of nodes is on its way");
}

/* What a person must change, as opposed to what passes. */
static bool is_refusal(int error)
{
	return error == -EACCES || error == -EPROTO || error == -EINVAL ||
	       error == -ENOENT || error == -ENOSPC || error == -EADDRINUSE ||
	       error == -EADDRNOTAVAIL || error == -EBADMSG ||
	       error == -EKEYREJECTED;
}

static enum store_state state_of(const struct conditions *conditions, int error)
{
	if (!error)
		return STORE_SYNCED;
	if (error == -EINPROGRESS)
		return STORE_STARTING;
	if (is_refusal(error))
		return STORE_REFUSED;
	return conditions->whole ? STORE_STALE : STORE_STARTING;
}

/**
 * conditions_set() - a part is well, or not
 * @conditions: of all parts
 * @part: which one
 * @error: 0 or a negative errno
 * @why: a sentence, if @error
 *
 * The store's state is told if that changes it.
 */
void conditions_set(struct conditions *conditions, enum condition_part part,
		    int error, const char *why)
{
	unsigned int worst = CONDITION_VIEW;
	enum store_state state;

	conditions->error[part] = error;
	snprintf(conditions->why[part], sizeof(conditions->why[part]), "%s",
		 error ? why : "");
	while (!conditions->error[worst] && worst < CONDITION_PARTS - 1)
		worst++;
	state = state_of(conditions, conditions->error[worst]);
	if (conditions->told && state == conditions->state &&
	    !strcmp(conditions->why[worst], conditions->said))
		return;
	conditions->told = true;
	conditions->state = state;
	memcpy(conditions->said, conditions->why[worst],
	       sizeof(conditions->said));
	conditions->events->state(conditions->data, state, conditions->said);
}

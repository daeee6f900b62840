/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_SOURCE_H
#define _POLICY_SOURCE_H

#include "../policy/parse.h"

/**
 * struct policy_events - what a source of policies tells
 * @set: an object is there, or changed; what it holds is taken over
 * @remove: the object with this title, "KIND NAMESPACE/NAME", is gone
 * @complete: all that there is was told, and what is gone was removed
 * @state: how it goes; @why is a sentence about what does not, "" if all does
 */
struct policy_events {
	void (*set)(void *data, struct policy_object *object);
	void (*remove)(void *data, const char *title);
	void (*complete)(void *data);
	void (*state)(void *data, const char *why);
};

#endif /* _POLICY_SOURCE_H */

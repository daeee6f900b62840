/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KUBE_NODE_H
#define _KUBE_NODE_H

#include <stdbool.h>

#include <jansson.h>

#include "lease.h"

struct k8sov_error;

/** enum kube_note - the annotations of a node that Flannel knows */
enum kube_note {
	NOTE_MANAGED,		/* "true", or other nodes ignore it */
	NOTE_TYPE,
	NOTE_DATA,
	NOTE_DATA6,
	NOTE_PUBLIC,
	NOTE_PUBLIC6,
	NOTE_OVERWRITE,		/* what people tell: to publish instead */
	NOTE_OVERWRITE6,
	NOTE_NODE_PUBLIC,	/* and the address of the node to use */
	NOTE_NODE_PUBLIC6,
	NOTES,
};

/*
 * Pure: what of a Node object counts. Texts that are returned are borrowed
 * from it.
 */
const char *kube_node_name(const json_t *node);
const char *kube_node_uid(const json_t *node);
const char *kube_note_name(enum kube_note note);
const char *kube_node_note(const json_t *node, const char *prefix,
			   enum kube_note note);
bool kube_node_managed(const json_t *node, const char *prefix);
int kube_node_subnets(const json_t *node, struct lease *lease,
		      struct k8sov_error *err);
int kube_node_lease(const json_t *node, const char *prefix,
		    struct lease **lease, struct k8sov_error *err);

/*
 * What to change of a node, as the body of a strategic merge patch which the
 * caller frees; NULL if nothing differs.
 */
char *kube_node_patch(const json_t *node, const char *prefix,
		      const struct lease *self);
char *kube_node_ready_patch(const json_t *node, const char *why,
			    const char *now);

#endif /* _KUBE_NODE_H */

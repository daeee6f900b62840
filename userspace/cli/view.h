/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_VIEW_H
#define _K8SOVCTL_VIEW_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../lib/attrs_gen.h"

struct args;
struct ctx;

/**
 * struct view - who is who in the policy of a device
 * @ifindex: device
 * @mode: what it does with verdicts, enum k8sov_policy_mode
 * @endpoints: pods of this node
 * @n_endpoints: how many
 * @identities: prefixes, in the order of what they stand for
 * @n_identities: how many
 */
struct view {
	uint32_t ifindex;
	uint32_t mode;
	struct k8sov_endpoint *endpoints;
	size_t n_endpoints;
	struct k8sov_identity *identities;
	size_t n_identities;
};

int view_open(struct view *view, struct ctx *ctx, const struct args *args);
int view_read_identities(struct view *view, struct ctx *ctx);
void view_close(struct view *view);
int view_find(const struct view *view, struct ctx *ctx, const char *word,
	      const struct k8sov_endpoint **endpoint);
void view_print_identity(const struct view *view, uint32_t identity,
			 FILE *file);

#endif /* _K8SOVCTL_VIEW_H */

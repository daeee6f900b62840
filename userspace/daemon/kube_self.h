/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KUBE_SELF_H
#define _KUBE_SELF_H

#include <jansson.h>
#include <uv.h>

#include "lease.h"

struct kube;
struct kube_self;

/*
 * What the own Node object says of us, kept as it should be: @told is called
 * with 0 when it does, else with a negative errno and a sentence why not yet.
 */
struct kube_self *kube_self_create(uv_loop_t *loop, struct kube *kube,
				   const char *node, const char *prefix,
				   void (*told)(void *data, int error,
						const char *why),
				   void *data);
void kube_self_destroy(struct kube_self *self);
void kube_self_seen(struct kube_self *self, const json_t *node);
void kube_self_publish(struct kube_self *self, const struct lease *lease);
void kube_self_ready(struct kube_self *self);
void kube_self_unready(struct kube_self *self, const char *why);
json_t *kube_self_describe(const struct kube_self *self);

#endif /* _KUBE_SELF_H */

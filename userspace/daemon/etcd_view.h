/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ETCD_VIEW_H
#define _ETCD_VIEW_H

#include <stdbool.h>

#include <jansson.h>
#include <uv.h>

#include "etcd.h"
#include "etcd_table.h"

/* <prefix>/config and <prefix>/subnets/ as they are and become. */
struct etcd_view;

/**
 * struct etcd_view_events - what is told
 *
 * A snapshot is @begin, any number of @put, @complete; one that fails in the
 * middle is not completed, and the next one begins anew.
 *
 * @config: value of the configuration, NULL if there is none; first and
 *	whenever it changes
 * @begin: a snapshot begins
 * @put: a subnet is there, or changed
 * @remove: a subnet is gone
 * @complete: the snapshot is whole
 * @changed: the last of a number of changes, or a snapshot, was told
 * @current: 0 when changes are told as they happen; a negative errno of
 *	struct etcd_reply when that stopped, and @why
 */
struct etcd_view_events {
	void (*config)(void *data, const char *value, size_t len);
	void (*begin)(void *data);
	void (*put)(void *data, const struct etcd_kv *kv);
	void (*remove)(void *data, const char *key);
	void (*complete)(void *data, int64_t revision);
	void (*changed)(void *data, int64_t revision);
	void (*current)(void *data, int error, const char *why);
};

/**
 * struct etcd_view_config - where to look
 * @etcd: the cluster
 * @prefix: of all keys, without slash at its end
 * @begin_ms: patience with a watch that is not confirmed, 0 for the usual
 * @silence_ms: patience with one that is silent, 0 for the usual
 */
struct etcd_view_config {
	struct etcd *etcd;
	const char *prefix;
	unsigned int begin_ms;
	unsigned int silence_ms;
};

struct etcd_view *etcd_view_create(uv_loop_t *loop,
				   const struct etcd_view_config *config,
				   const struct etcd_view_events *events,
				   void *data);
void etcd_view_destroy(struct etcd_view *view);
/* A snapshot once more, unless one is under way. */
void etcd_view_again(struct etcd_view *view);
json_t *etcd_view_describe(const struct etcd_view *view);

#endif /* _ETCD_VIEW_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ETCD_H
#define _ETCD_H

#include <stdint.h>

#include <jansson.h>
#include <uv.h>

#include "http.h"

struct k8sov_error;

/* A client of etcd's JSON gateway, and one request or watch of it. */
struct etcd;
struct etcd_call;

/**
 * struct etcd_config - how to reach a cluster
 * @endpoints: URLs of its members, separated by commas
 * @username: to authenticate as, or NULL
 * @password: of that user, or NULL
 * @tls: whom to trust and who we are
 */
struct etcd_config {
	const char *endpoints;
	const char *username;
	const char *password;
	struct http_tls tls;
};

/**
 * struct etcd_reply - how a request ended
 * @error: 0, or a negative errno: -ENOENT (no such lease), -ESTALE (the
 *	revision is compacted), -EACCES (not allowed), -EMSGSIZE (too much at
 *	once), -EHOSTUNREACH (no member answers), -EPROTO (not etcd), else -EIO
 * @why: a sentence if @error
 * @json: what was answered, NULL if @error
 */
struct etcd_reply {
	int error;
	const char *why;
	const json_t *json;
};

typedef void (*etcd_done_fn)(void *user, const struct etcd_reply *reply);
typedef void (*etcd_result_fn)(void *user, const json_t *result);

int etcd_create(struct etcd **etcd, uv_loop_t *loop,
		const struct etcd_config *config, struct k8sov_error *err);
void etcd_destroy(struct etcd *etcd);
const char *etcd_endpoint(const struct etcd *etcd);
void etcd_next(struct etcd *etcd);

/*
 * @method is as "kv/range"; the reference to @body is taken. A member that
 * cannot serve is left for the next; -EHOSTUNREACH comes after all were asked
 * once. A transaction may have been done although a member did not answer, and
 * is done again: it must be such that one can tell.
 * etcd_watch(): @creates are create_requests, watched together in one stream.
 * @result is told each answer with events or progress; @done always comes with
 * an error, for a watch has no end.
 * Nothing is called from within these, or after etcd_cancel().
 */
struct etcd_call *etcd_call(struct etcd *etcd, const char *method,
			    json_t *body, etcd_done_fn done, void *user);
struct etcd_call *etcd_watch(struct etcd *etcd, json_t *creates,
			     etcd_result_fn result, etcd_done_fn done,
			     void *user);
void etcd_cancel(struct etcd_call *call);

#endif /* _ETCD_H */

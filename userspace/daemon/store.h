/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _STORE_H
#define _STORE_H

#include <stddef.h>

#include <jansson.h>
#include <uv.h>

#include "lease.h"
#include "netconf.h"

struct k8sov_error;
struct store;

/** enum store_state - how a store is doing */
enum store_state {
	STORE_STARTING,		/* nothing is known yet */
	STORE_SYNCED,		/* what was told is current */
	STORE_STALE,		/* connection lost: what was told may be old */
	STORE_REFUSED,		/* configuration or rights are wrong; retried slowly */
};

/**
 * struct store_events - what a store tells the agent
 *
 * All are called from the loop's thread. A snapshot is @begin, any number of
 * @put, @complete; only @complete says that other nodes are gone, so a store
 * that fails in the middle of a list calls it never. Between snapshots @put and
 * @remove are changes. The node's own lease is told by @own, never by @put.
 *
 * @netconf: the cluster's configuration, first and whenever it changes
 * @begin: a snapshot begins; one that was begun before is forgotten
 * @put: a node is there, or changed; @lease is only valid during the call. Who
 *	says what cannot be read is as he was when he was last understood, or
 *	if he never was, unreadable
 * @remove: the node with this key is gone
 * @complete: the snapshot is whole
 * @own: this node has these subnets, first and whenever they change
 * @state: @why is a sentence for log, health and metrics
 */
struct store_events {
	void (*netconf)(void *data, const struct netconf *conf);
	void (*begin)(void *data);
	void (*put)(void *data, const struct lease *lease);
	void (*remove)(void *data, const char *key);
	void (*complete)(void *data);
	void (*own)(void *data, const struct lease *lease);
	void (*state)(void *data, enum store_state state, const char *why);
};

/**
 * struct store_config - how to reach a store
 * @where: what follows the colon in --store SCHEME:WHERE
 * @node: name of this node
 * @prefix: --etcd-prefix or --kube-annotation-prefix
 * @cafile: --etcd-cafile
 * @certfile: --etcd-certfile
 * @keyfile: --etcd-keyfile
 * @username: --etcd-username
 * @password: --etcd-password
 * @api_url: --kube-api-url
 * @netconf_file: --net-config-path, for stores that do not hold it
 * @wish: subnets that this node had before (subnet.env), or NULL
 * @renew_margin: minutes before the end of a lease to renew it
 * @begin_ms: what a server may take to begin a watch; 0, but in tests, for what
 *	the store thinks right
 * @silence_ms: likewise, what it may be silent in one
 */
struct store_config {
	const char *where;
	const char *node;
	const char *prefix;
	const char *cafile;
	const char *certfile;
	const char *keyfile;
	const char *username;
	const char *password;
	const char *api_url;
	const char *netconf_file;
	const struct lease *wish;
	unsigned int renew_margin;
	unsigned int begin_ms;
	unsigned int silence_ms;
};

/**
 * struct store_ops - a kind of store
 * @scheme: word before the colon
 * @open: start; what is wrong with the configuration is said at once, what
 *	is wrong with the other side later, by @state
 * @publish: tell the others about this node: public addresses, MAC addresses,
 *	VNI and backend of @self (its subnets are the store's business).
 *	Again whenever one changes; the store retries until it is done
 * @ready: packets of this node flow (Kubernetes: NetworkUnavailable=False);
 *	may be NULL
 * @unready: they do not, and did not when the agent started: @why is a sentence
 *	(Kubernetes: NetworkUnavailable=True); may be NULL
 * @again: tell a snapshot once more, for the last one was doubted; may be
 *	NULL if that happens without being asked
 * @describe: state as JSON for /debug/state, a new reference
 * @close: stop without a trace: what was published stays
 */
struct store_ops {
	const char *scheme;
	int (*open)(struct store **store, uv_loop_t *loop,
		    const struct store_config *config,
		    const struct store_events *events, void *data,
		    struct k8sov_error *err);
	void (*publish)(struct store *store, const struct lease *self);
	void (*ready)(struct store *store);
	void (*unready)(struct store *store, const char *why);
	void (*again)(struct store *store);
	json_t *(*describe)(const struct store *store);
	void (*close)(struct store *store);
};

extern const struct store_ops store_file;
extern const struct store_ops store_etcd;
extern const struct store_ops store_kube;

#endif /* _STORE_H */

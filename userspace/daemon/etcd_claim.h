/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ETCD_CLAIM_H
#define _ETCD_CLAIM_H

#include <jansson.h>
#include <uv.h>

#include "etcd.h"
#include "etcd_table.h"
#include "netconf.h"

/* This node's subnet: how it gets it, keeps it, and tells what is there. */
struct etcd_claim;

/**
 * struct etcd_claim_config - what a claim is made of
 * @etcd: the cluster
 * @table: what is known of it; the claim adds what its transactions tell
 * @prefix: of all keys, without slash at its end
 * @wish: subnets that the node had before, or NULL
 * @renew_margin: minutes before the end of a lease to renew it at the latest
 */
struct etcd_claim_config {
	struct etcd *etcd;
	struct etcd_table *table;
	const char *prefix;
	const struct lease *wish;
	unsigned int renew_margin;
};

/**
 * struct etcd_claim_events - what is told
 * @own: the node has these subnets; told once, for they never change under
 *	running pods
 * @state: 0 if all is well, else a negative errno and a sentence: -ENOSPC (no
 *	subnet is free), -EADDRINUSE (the subnet became another node's),
 *	-EADDRNOTAVAIL (the network does not have it any more), or what
 *	struct etcd_reply has
 */
struct etcd_claim_events {
	void (*own)(void *data, const struct lease *lease);
	void (*state)(void *data, int error, const char *why);
};

struct etcd_claim *etcd_claim_create(uv_loop_t *loop,
				     const struct etcd_claim_config *config,
				     const struct etcd_claim_events *events,
				     void *data);
void etcd_claim_destroy(struct etcd_claim *claim);

/* Nothing is done before the node, the network and the table are known. */
void etcd_claim_set_self(struct etcd_claim *claim, const struct lease *self);
void etcd_claim_set_netconf(struct etcd_claim *claim,
			    const struct netconf *conf);
void etcd_claim_check(struct etcd_claim *claim);
/* Another cluster answers: revisions and leases of the old one mean nothing. */
void etcd_claim_restart(struct etcd_claim *claim);

/* The key of what is or was held, NULL if there was nothing yet. */
const char *etcd_claim_key(const struct etcd_claim *claim);
json_t *etcd_claim_describe(const struct etcd_claim *claim);

#endif /* _ETCD_CLAIM_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ETCD_TXN_H
#define _ETCD_TXN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "etcd_table.h"

/**
 * struct etcd_txn - write a subnet if it is as we think
 * @subnets: what keys of subnets begin with
 * @key: the subnet, without that
 * @value: to write
 * @lease: of etcd, that the key is to go with; 0 for none
 * @revision: of the key's last change, 0 if it is not to be there
 * @unchanged_since: no key of a subnet may have changed after this revision;
 *	0 if they may
 * @old: key to remove, without @subnets; or NULL
 * @old_revision: of its last change
 */
struct etcd_txn {
	const char *subnets;
	const char *key;
	const char *value;
	int64_t lease;
	int64_t revision;
	int64_t unchanged_since;
	const char *old;
	int64_t old_revision;
};

/**
 * struct etcd_txn_reply - what came of it
 * @succeeded: it is written
 * @revision: of etcd then
 * @kv: if not, what the key is instead; its key is NULL if it is not there
 * @value: memory of @kv
 */
struct etcd_txn_reply {
	bool succeeded;
	int64_t revision;
	struct etcd_kv kv;
	char *value;
};

json_t *etcd_txn_format(const struct etcd_txn *txn);
void etcd_txn_read(const json_t *json, const char *key,
		   struct etcd_txn_reply *reply);
void etcd_txn_exit(struct etcd_txn_reply *reply);

#endif /* _ETCD_TXN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_TXN_H
#define _K8SOV_TXN_H

#include <stdint.h>

struct k8sov_error;
struct k8sov_sock;
struct k8sov_txn;

int k8sov_txn_begin(struct k8sov_sock *sock, uint32_t ifindex,
		    uint32_t tables, uint32_t *txn, struct k8sov_error *err);
int k8sov_txn_commit(struct k8sov_sock *sock, uint32_t ifindex, uint32_t txn,
		     uint64_t *generation, struct k8sov_error *err);
int k8sov_txn_abort(struct k8sov_sock *sock, uint32_t ifindex, uint32_t txn,
		    struct k8sov_error *err);
int k8sov_flush(struct k8sov_sock *sock, const struct k8sov_txn *what,
		struct k8sov_error *err);

#endif /* _K8SOV_TXN_H */

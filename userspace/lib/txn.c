// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "txn.h"

#include <errno.h>
#include <libmnl/libmnl.h>

#include "attr.h"
#include "error.h"
#include "sock.h"

static int take_txn(unsigned int cmd, const void *obj, void *data)
{
	struct k8sov_txn *txn = data;

	(void)cmd;
	*txn = *(const struct k8sov_txn *)obj;
	return 0;
}

/**
 * k8sov_txn_begin() - open a transaction, which lives as long as the socket
 * @sock: socket
 * @ifindex: device
 * @tables: K8SOV_TABLE_* that start empty in it
 * @txn: set on success
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_txn_begin(struct k8sov_sock *sock, uint32_t ifindex,
		    uint32_t tables, uint32_t *txn, struct k8sov_error *err)
{
	struct k8sov_txn req = {}, reply = {};
	int ret;

	K8SOV_SET(&req, ifindex, K8SOV_A_TXN_IFINDEX, ifindex);
	if (tables)
		K8SOV_SET(&req, tables, K8SOV_A_TXN_TABLES, tables);
	ret = k8sov_sock_request(sock, K8SOV_CMD_TXN_BEGIN, NLM_F_ACK, &req,
				 take_txn, &reply, err);
	if (ret)
		return ret;
	if (!K8SOV_HAS(&reply, K8SOV_A_TXN_TXN))
		return k8sov_error_set(err, EBADMSG,
				       "the kernel opened no transaction");
	*txn = reply.txn;
	return 0;
}

/**
 * k8sov_txn_commit() - put all changes of a transaction in force at once
 * @sock: socket that opened it
 * @ifindex: device
 * @txn: transaction; it is gone on success
 * @generation: set on success, or NULL
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_txn_commit(struct k8sov_sock *sock, uint32_t ifindex, uint32_t txn,
		     uint64_t *generation, struct k8sov_error *err)
{
	struct k8sov_txn req = {}, reply = {};
	int ret;

	K8SOV_SET(&req, ifindex, K8SOV_A_TXN_IFINDEX, ifindex);
	K8SOV_SET(&req, txn, K8SOV_A_TXN_TXN, txn);
	ret = k8sov_sock_request(sock, K8SOV_CMD_TXN_COMMIT, NLM_F_ACK, &req,
				 take_txn, &reply, err);
	if (!ret && generation)
		*generation = reply.generation;
	return ret;
}

/**
 * k8sov_txn_abort() - forget a transaction
 * @sock: socket that opened it
 * @ifindex: device
 * @txn: transaction
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_txn_abort(struct k8sov_sock *sock, uint32_t ifindex, uint32_t txn,
		    struct k8sov_error *err)
{
	struct k8sov_txn req = {};

	K8SOV_SET(&req, ifindex, K8SOV_A_TXN_IFINDEX, ifindex);
	K8SOV_SET(&req, txn, K8SOV_A_TXN_TXN, txn);
	return k8sov_sock_request(sock, K8SOV_CMD_TXN_ABORT, NLM_F_ACK, &req,
				  NULL, NULL, err);
}

/**
 * k8sov_flush() - empty tables
 * @sock: socket
 * @what: device, tables, and the owner whose entries go or none for all
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_flush(struct k8sov_sock *sock, const struct k8sov_txn *what,
		struct k8sov_error *err)
{
	return k8sov_sock_request(sock, K8SOV_CMD_FLUSH, NLM_F_ACK, what, NULL,
				  NULL, err);
}

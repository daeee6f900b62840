// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "batch.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "error.h"
#include "extack.h"
#include "sock.h"

/* Below the default limit of a socket's send buffer, which unprivileged
 * callers in a user namespace cannot raise.
 */
#define BATCH_SIZE (128UL * 1024)
/* Room that one message needs at most. */
#define MESSAGE_SIZE 16384
#define BATCH_MESSAGES 4096

struct k8sov_batch {
	struct k8sov_sock *sock;
	k8sov_batch_cb cb;
	void *data;
	size_t used;
	unsigned int n;
	struct nlmsghdr *message[BATCH_MESSAGES];
	uint64_t tag[BATCH_MESSAGES];
	char buf[BATCH_SIZE] __attribute__((aligned(8)));
};

/**
 * k8sov_batch_create() - prepare to send many messages at once
 * @batch: set on success; the caller destroys it
 * @sock: socket
 * @cb: told of refusals
 * @data: for @cb
 * @err: filled on failure
 *
 * Return: 0, or -ENOMEM.
 */
int k8sov_batch_create(struct k8sov_batch **batch, struct k8sov_sock *sock,
		       k8sov_batch_cb cb, void *data, struct k8sov_error *err)
{
	*batch = calloc(1, sizeof(**batch));
	if (!*batch)
		return k8sov_error_set(err, ENOMEM, "out of memory");
	(*batch)->sock = sock;
	(*batch)->cb = cb;
	(*batch)->data = data;
	return 0;
}

/**
 * k8sov_batch_destroy() - forget a batch and what was not flushed
 * @batch: batch or NULL
 */
void k8sov_batch_destroy(struct k8sov_batch *batch)
{
	free(batch);
}

/**
 * k8sov_batch_add() - add a message; flush first if there is no room
 * @batch: batch
 * @cmd: K8SOV_CMD_*
 * @flags: NLM_F_*
 * @obj: struct of the operation's set
 * @tag: for the callback
 * @err: filled on failure
 *
 * Return: 0, or -errno of the flush.
 */
int k8sov_batch_add(struct k8sov_batch *batch, unsigned int cmd,
		    uint16_t flags, const void *obj, uint64_t tag,
		    struct k8sov_error *err)
{
	struct nlmsghdr *nlh;
	int ret;

	if (batch->n == BATCH_MESSAGES ||
	    batch->used + MESSAGE_SIZE > BATCH_SIZE) {
		ret = k8sov_batch_flush(batch, err);
		if (ret)
			return ret;
	}
	if (k8sov_sock_build(batch->sock, batch->buf + batch->used,
			     MESSAGE_SIZE, cmd, flags, obj, &nlh))
		return k8sov_error_set(err, EMSGSIZE, "the request is too long");
	batch->message[batch->n] = nlh;
	batch->tag[batch->n] = tag;
	batch->n++;
	batch->used += NLMSG_ALIGN(nlh->nlmsg_len);
	return 0;
}

/* What the kernel sent about a batch. */
struct answers {
	uint32_t first_seq;
	bool complete;
	int ret;
	struct k8sov_error *err;
};

static void take_answer(struct k8sov_batch *batch, const struct nlmsghdr *nlh,
			struct answers *ans)
{
	uint32_t index = nlh->nlmsg_seq - ans->first_seq;
	int ret;

	if (nlh->nlmsg_type != NLMSG_ERROR || index >= batch->n)
		return;
	if (index == batch->n - 1)
		ans->complete = true;
	/* The first refusal to end the batch is the one to report. */
	if (ans->ret || !k8sov_extack_parse(nlh, batch->message[index],
					    ans->err))
		return;
	ret = batch->cb(batch->tag[index], ans->err, batch->data);
	if (ret < 0)
		ans->ret = ret;
}

/*
 * Only the last message asks for an acknowledgement. The kernel has carried
 * all of them out when sendmsg() returns, so if it was lost since the queue
 * overflowed with refusals, what can be read without waiting is all.
 */
static int take_answers(struct k8sov_batch *batch, struct answers *ans)
{
	struct nlmsghdr *nlh;
	int len, flags = 0;
	long got;

	while (!ans->complete) {
		got = k8sov_sock_receive(batch->sock, flags, &nlh);
		if (got == -ENOBUFS) {
			flags = MSG_DONTWAIT;
			continue;
		}
		if (got == -EAGAIN && flags)
			break;
		if (got < 0)
			return k8sov_error_system(ans->err, (int)-got,
						  "cannot read from netlink");
		len = (int)got;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			take_answer(batch, nlh, ans);
	}
	if (!ans->ret && flags)
		return k8sov_error_set(ans->err, ENOBUFS,
				       "the kernel refused more than can be told");
	return ans->ret;
}

/**
 * k8sov_batch_flush() - send what was added and hear what was refused
 * @batch: batch
 * @err: filled on failure
 *
 * The kernel carries out all messages, also those after a refused one.
 *
 * Return: 0 if all were carried out or the callback went on, what the callback
 * returned, or another -errno.
 */
int k8sov_batch_flush(struct k8sov_batch *batch, struct k8sov_error *err)
{
	struct answers ans = { .err = err };
	unsigned int i;
	long sent;
	int ret;

	if (!batch->n)
		return 0;
	for (i = 0; i < batch->n; i++) {
		uint32_t seq = k8sov_sock_next_seq(batch->sock);

		batch->message[i]->nlmsg_seq = seq;
		if (!i)
			ans.first_seq = seq;
	}
	batch->message[batch->n - 1]->nlmsg_flags |= NLM_F_ACK;
	sent = k8sov_sock_send(batch->sock, batch->buf, batch->used);
	if (sent < 0)
		ret = k8sov_error_system(err, (int)-sent,
					 "cannot write to netlink");
	else
		ret = take_answers(batch, &ans);
	batch->n = 0;
	batch->used = 0;
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "rtnl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"
#include "extack.h"

/**
 * rtnl_open() - open a socket for requests
 * @rtnl: filled on success; the caller closes it
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int rtnl_open(struct rtnl *rtnl, struct k8sov_error *err)
{
	int on = 1;

	rtnl->seq = 0;
	rtnl->nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!rtnl->nl)
		return k8sov_error_system(err, errno,
					  "cannot open a netlink socket");
	if (mnl_socket_bind(rtnl->nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		k8sov_error_system(err, errno, "cannot bind a netlink socket");
		rtnl_close(rtnl);
		return -err->code;
	}
	mnl_socket_setsockopt(rtnl->nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(rtnl->nl, NETLINK_CAP_ACK, &on, sizeof(on));
	/* Without it a dump ignores its filter: more to read, not wrong. */
	mnl_socket_setsockopt(rtnl->nl, NETLINK_GET_STRICT_CHK, &on,
			      sizeof(on));
	return 0;
}

/**
 * rtnl_close() - close the socket
 * @rtnl: socket, may be closed already
 */
void rtnl_close(struct rtnl *rtnl)
{
	if (rtnl->nl)
		mnl_socket_close(rtnl->nl);
	rtnl->nl = NULL;
}

/**
 * rtnl_build() - begin a request
 * @buf: where, aligned to 8 bytes
 * @type: RTM_*
 * @flags: NLM_F_* besides NLM_F_REQUEST
 * @size: bytes of the header of this kind of message
 * @header: the header, copied
 *
 * Return: the message.
 */
struct nlmsghdr *rtnl_build(char buf[static RTNL_SIZE], uint16_t type,
			    uint16_t flags, size_t size, void *header)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(mnl_nlmsg_put_extra_header(nlh, size), header, size);
	return nlh;
}

/* Of a dump that changes made inconsistent. */
#define DUMP_TRIES 8

/**
 * struct answer - what came for a request
 * @buf: its messages
 * @len: bytes of them
 * @room: size of @buf
 * @done: the last has come
 * @interrupted: something changed meanwhile
 */
struct answer {
	char *buf;
	size_t len;
	size_t room;
	bool done;
	bool interrupted;
};

static int keep(struct answer *answer, const struct nlmsghdr *nlh,
		struct k8sov_error *err)
{
	size_t size = NLMSG_ALIGN(nlh->nlmsg_len);
	size_t room = answer->room ? answer->room : 4096;
	char *buf;

	while (room < answer->len + size)
		room *= 2;
	if (!answer->buf || room != answer->room) {
		buf = realloc(answer->buf, room);
		if (!buf)
			return k8sov_error_set(err, ENOMEM, "out of memory");
		answer->buf = buf;
		answer->room = room;
	}
	memcpy(answer->buf + answer->len, nlh, nlh->nlmsg_len);
	answer->len += size;
	return 0;
}

static int take(struct answer *answer, const struct nlmsghdr *got,
		struct k8sov_error *err)
{
	if (got->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	if (got->nlmsg_type == NLMSG_ERROR || got->nlmsg_type == NLMSG_DONE) {
		answer->done = true;
		return k8sov_extack_parse(got, NULL, err);
	}
	return keep(answer, got, err);
}

static int exchange(struct rtnl *rtnl, struct nlmsghdr *nlh,
		    struct answer *answer, struct k8sov_error *err)
{
	char buf[64 * 1024] __attribute__((aligned(8)));
	const struct nlmsghdr *got;
	int ret = 0, len;
	ssize_t n;

	answer->len = 0;
	answer->done = false;
	answer->interrupted = false;
	nlh->nlmsg_seq = ++rtnl->seq;
	if (mnl_socket_sendto(rtnl->nl, nlh, nlh->nlmsg_len) < 0)
		return k8sov_error_system(err, errno,
					  "cannot write to netlink");
	while (!answer->done) {
		n = mnl_socket_recvfrom(rtnl->nl, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return k8sov_error_system(err, errno,
						  "cannot read from netlink");
		len = (int)n;
		got = (const struct nlmsghdr *)(void *)buf;
		for (; mnl_nlmsg_ok(got, len) && !answer->done;
		     got = mnl_nlmsg_next(got, &len)) {
			int one = got->nlmsg_seq == nlh->nlmsg_seq ?
				  take(answer, got, err) : 0;

			ret = ret ? ret : one;
		}
	}
	return ret;
}

static int deliver(const struct answer *answer, rtnl_cb cb, void *data)
{
	const struct nlmsghdr *nlh = (const void *)answer->buf;
	int len = (int)answer->len, ret = 0;

	for (; cb && !ret && mnl_nlmsg_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len))
		ret = cb(nlh, data);
	return ret;
}

/**
 * rtnl_talk() - send a request and take the answer
 * @rtnl: socket
 * @nlh: request
 * @cb: sees each message of the answer when all of it is there; may be NULL.
 *	What it returns but 0 ends the calls and is returned
 * @data: for @cb
 * @what: what it was for, begins the sentence of a failure
 * @err: filled on failure, but not if @cb failed
 *
 * A dump that something changed under is begun again, a few times.
 *
 * Return: 0, -EINTR if it changed under each of them, or -errno of the kernel.
 */
int rtnl_talk(struct rtnl *rtnl, struct nlmsghdr *nlh, rtnl_cb cb, void *data,
	      const char *what, struct k8sov_error *err)
{
	char words[sizeof(err->message)];
	struct answer answer = {};
	unsigned int tries = 0;
	int ret;

	/* Each of its bits has another meaning in other requests. */
	if ((nlh->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		nlh->nlmsg_flags |= NLM_F_ACK;
	do {
		ret = exchange(rtnl, nlh, &answer, err);
	} while (!ret && answer.interrupted && ++tries < DUMP_TRIES);
	if (!ret && answer.interrupted)
		ret = k8sov_error_set(err, EINTR,
				      "it changed each time that it was read");
	if (ret) {
		memcpy(words, err->message, sizeof(words));
		snprintf(err->message, sizeof(err->message), "%.80s: %.160s",
			 what, words);
	} else {
		ret = deliver(&answer, cb, data);
	}
	free(answer.buf);
	return ret;
}

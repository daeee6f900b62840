// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "rtnl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
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

static int take(const struct nlmsghdr *got, struct nlmsghdr *request,
		rtnl_cb cb, void *data, struct k8sov_error *err, bool *done)
{
	if (got->nlmsg_seq != request->nlmsg_seq)
		return 0;
	if (got->nlmsg_type == NLMSG_ERROR || got->nlmsg_type == NLMSG_DONE) {
		*done = true;
		return k8sov_extack_parse(got, NULL, err);
	}
	return cb ? cb(got, data) : 0;
}

/**
 * rtnl_talk() - send a request and take the answer
 * @rtnl: socket
 * @nlh: request
 * @cb: sees each message of the answer; may be NULL
 * @data: for @cb
 * @what: what it was for, begins the sentence of a failure
 * @err: filled on failure
 *
 * Return: 0, or -errno of the kernel.
 */
int rtnl_talk(struct rtnl *rtnl, struct nlmsghdr *nlh, rtnl_cb cb, void *data,
	      const char *what, struct k8sov_error *err)
{
	char buf[64 * 1024] __attribute__((aligned(8)));
	const struct nlmsghdr *got;
	char words[sizeof(err->message)];
	bool done = false;
	int ret = 0, len;
	ssize_t n;

	nlh->nlmsg_seq = ++rtnl->seq;
	/* Each of its bits has another meaning in other requests. */
	if ((nlh->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		nlh->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(rtnl->nl, nlh, nlh->nlmsg_len) < 0)
		return k8sov_error_system(err, errno, what);
	while (!done) {
		n = mnl_socket_recvfrom(rtnl->nl, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return k8sov_error_system(err, errno, what);
		len = (int)n;
		got = (const struct nlmsghdr *)(void *)buf;
		for (; mnl_nlmsg_ok(got, len) && !done;
		     got = mnl_nlmsg_next(got, &len)) {
			int one = take(got, nlh, cb, data, err, &done);

			ret = ret ? ret : one;
		}
	}
	if (ret < 0 && err->code) {
		memcpy(words, err->message, sizeof(words));
		snprintf(err->message, sizeof(err->message), "%.80s: %.160s",
			 what, words);
	}
	return ret;
}

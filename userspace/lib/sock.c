// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "sock.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "attr.h"
#include "error.h"
#include "extack.h"
#include "family.h"
#include "object.h"

/* The kernel fills at most 32 KiB of a dump at a time. */
#define RECEIVE_SIZE (64 * 1024)
/* The largest request is a ruleset with all the rules of one part. */
#define REQUEST_SIZE 16384
/* Thousands of refusals of one batch, or of events, must fit. */
#define QUEUE_SIZE (4 * 1024 * 1024)

struct k8sov_sock {
	struct mnl_socket *nl;
	struct k8sov_family family;
	uint32_t seq;
	char buf[RECEIVE_SIZE] __attribute__((aligned(8)));
};

static int open_socket(struct k8sov_sock *sock, struct k8sov_error *err)
{
	int fd, on = 1, size = QUEUE_SIZE;

	sock->nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!sock->nl)
		return k8sov_error_system(err, errno,
					  "cannot open a netlink socket");
	if (mnl_socket_bind(sock->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return k8sov_error_system(err, errno,
					  "cannot bind a netlink socket");
	/* Better errors and longer queues; all works without, only worse. */
	mnl_socket_setsockopt(sock->nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(sock->nl, NETLINK_CAP_ACK, &on, sizeof(on));
	fd = mnl_socket_get_fd(sock->nl);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}

/**
 * k8sov_sock_open() - open a socket to the k8sov module
 * @sock: set on success; the caller closes it
 * @err: filled on failure
 *
 * The socket stays in the network namespace that the caller is in now.
 *
 * Return: 0, -ENOENT if the module is not loaded, or another -errno.
 */
int k8sov_sock_open(struct k8sov_sock **sock, struct k8sov_error *err)
{
	struct k8sov_sock *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return k8sov_error_set(err, ENOMEM, "out of memory");
	new->seq = 1;
	ret = open_socket(new, err);
	if (!ret)
		ret = k8sov_family_find(new, &new->family, err);
	if (ret) {
		k8sov_sock_close(new);
		return ret;
	}
	*sock = new;
	return 0;
}

/**
 * k8sov_sock_close() - close a socket; open transactions on it are forgotten
 * @sock: socket or NULL
 */
void k8sov_sock_close(struct k8sov_sock *sock)
{
	if (!sock)
		return;
	if (sock->nl)
		mnl_socket_close(sock->nl);
	free(sock);
}

/**
 * k8sov_sock_cleanup() - k8sov_sock_close() for k8sov_autoclose
 * @sock: variable that goes out of scope
 */
void k8sov_sock_cleanup(struct k8sov_sock **sock)
{
	k8sov_sock_close(*sock);
}

/**
 * k8sov_sock_fd() - file descriptor to poll
 * @sock: socket
 *
 * Return: the file descriptor, which stays the socket's.
 */
int k8sov_sock_fd(const struct k8sov_sock *sock)
{
	return mnl_socket_get_fd(sock->nl);
}

/**
 * k8sov_sock_next_seq() - take a sequence number
 * @sock: socket
 *
 * Return: the number, never 0, which is that of events.
 */
uint32_t k8sov_sock_next_seq(struct k8sov_sock *sock)
{
	uint32_t seq = sock->seq++;

	return seq ? seq : sock->seq++;
}

/**
 * k8sov_sock_build() - build a request
 * @sock: socket
 * @buf: where, aligned to 4 bytes
 * @size: bytes that there are
 * @cmd: K8SOV_CMD_*
 * @flags: NLM_F_*, NLM_F_REQUEST is added
 * @obj: struct of the operation's set, or NULL
 * @nlh: set on success
 *
 * Attributes that a request of this kind may not have are left out.
 *
 * Return: 0, or -EMSGSIZE if it does not fit.
 */
int k8sov_sock_build(struct k8sov_sock *sock, void *buf, size_t size,
		     unsigned int cmd, uint16_t flags, const void *obj,
		     struct nlmsghdr **nlh)
{
	const struct k8sov_op *op = k8sov_op_get(cmd);
	struct genlmsghdr *genl;

	if (size < MNL_NLMSG_HDRLEN + sizeof(*genl))
		return -EMSGSIZE;
	*nlh = mnl_nlmsg_put_header(buf);
	(*nlh)->nlmsg_type = sock->family.id;
	(*nlh)->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(*nlh, sizeof(*genl));
	genl->cmd = (uint8_t)cmd;
	genl->version = K8SOV_FAMILY_VERSION;
	if (!obj)
		return 0;
	return k8sov_attrs_put(*nlh, size, op->set, op->request, obj);
}

/**
 * k8sov_sock_send() - send messages
 * @sock: socket
 * @buf: messages
 * @len: bytes
 *
 * Return: bytes sent, or -errno.
 */
long k8sov_sock_send(struct k8sov_sock *sock, const void *buf, size_t len)
{
	long ret;

	do {
		ret = mnl_socket_sendto(sock->nl, buf, len);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : ret;
}

/**
 * k8sov_sock_receive() - receive messages
 * @sock: socket
 * @flags: MSG_DONTWAIT or 0
 * @nlh: set to the first message; it is valid until the next call
 *
 * Return: bytes received, -EAGAIN if there is nothing to receive, -ENOBUFS if
 * messages were lost, or another -errno.
 */
long k8sov_sock_receive(struct k8sov_sock *sock, int flags,
			struct nlmsghdr **nlh)
{
	struct iovec iov = { sock->buf, sizeof(sock->buf) };
	struct sockaddr_nl from = {};
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t ret;

	do {
		ret = recvmsg(mnl_socket_get_fd(sock->nl), &msg, flags);
		/* Other processes may send to us as well. */
	} while ((ret < 0 && errno == EINTR && !(flags & MSG_DONTWAIT)) ||
		 (ret >= 0 && from.nl_pid));
	if (ret < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	*nlh = (struct nlmsghdr *)(void *)sock->buf;
	return ret;
}

/* A request on its way, and what has been seen of the answer. */
struct exchange {
	const struct nlmsghdr *request;
	k8sov_sock_cb cb;
	void *data;
	struct k8sov_error *err;
	int ret;
	bool done;
	bool interrupted;
};

static int call_back(const struct nlmsghdr *nlh, k8sov_sock_cb cb, void *data,
		     struct k8sov_error *err)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const struct k8sov_op *op;
	union k8sov_any obj;
	int ret;

	if (len < sizeof(*genl))
		return k8sov_error_set(err, EBADMSG,
				       "the kernel's answer is cut short");
	op = k8sov_op_get(genl->cmd);
	if (!op || !cb)
		return 0;
	ret = k8sov_attrs_parse(op->set, genl + 1, len - sizeof(*genl), &obj,
				err);
	return ret ? ret : cb(genl->cmd, &obj, data);
}

static void take_message(struct exchange *ex, const struct nlmsghdr *nlh)
{
	int ret;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		ex->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		ret = k8sov_extack_parse(nlh, ex->request, ex->err);
		if (!ex->ret)
			ex->ret = ret;
		ex->done = true;
	} else if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && ex->ret >= 0) {
		/* After a failure the rest of a dump is still received, else
		 * the next one would find the socket busy.
		 */
		ret = call_back(nlh, ex->cb, ex->data, ex->err);
		if (ret < 0)
			ex->ret = ret;
	}
}

static int receive_all(struct k8sov_sock *sock, struct exchange *ex)
{
	struct nlmsghdr *nlh;
	long got;
	int len;

	while (!ex->done) {
		got = k8sov_sock_receive(sock, 0, &nlh);
		if (got < 0)
			return k8sov_error_system(ex->err, (int)-got,
						  "cannot read from netlink");
		len = (int)got;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			if (nlh->nlmsg_seq == ex->request->nlmsg_seq)
				take_message(ex, nlh);
	}
	if (!ex->ret && ex->interrupted)
		return k8sov_error_set(ex->err, EINTR,
				       "the tables changed while they were read");
	return ex->ret;
}

/**
 * k8sov_sock_request() - send a request and take the answer
 * @sock: socket
 * @cmd: K8SOV_CMD_*
 * @flags: NLM_F_ACK, NLM_F_DUMP or others
 * @obj: struct of the operation's set, or NULL
 * @cb: called for each message of the answer, or NULL; what it returns below
 *   0 ends the calls and is returned
 * @data: for @cb
 * @err: filled on failure, but not if @cb failed
 *
 * Return: 0, -EINTR if it was a dump that changes made inconsistent, or
 * another -errno.
 */
int k8sov_sock_request(struct k8sov_sock *sock, unsigned int cmd,
		       uint16_t flags, const void *obj, k8sov_sock_cb cb,
		       void *data, struct k8sov_error *err)
{
	char buf[REQUEST_SIZE] __attribute__((aligned(8)));
	struct exchange ex = { .cb = cb, .data = data, .err = err };
	struct nlmsghdr *nlh;
	long sent;

	if (k8sov_sock_build(sock, buf, sizeof(buf), cmd, flags, obj, &nlh))
		return k8sov_error_set(err, EMSGSIZE, "the request is too long");
	nlh->nlmsg_seq = k8sov_sock_next_seq(sock);
	sent = k8sov_sock_send(sock, nlh, nlh->nlmsg_len);
	if (sent < 0)
		return k8sov_error_system(err, (int)-sent,
					  "cannot write to netlink");
	ex.request = nlh;
	return receive_all(sock, &ex);
}

static int join(struct k8sov_sock *sock, uint32_t group, const char *what,
		struct k8sov_error *err)
{
	if (mnl_socket_setsockopt(sock->nl, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)))
		return k8sov_error_system(err, errno, what);
	return 0;
}

/**
 * k8sov_sock_subscribe() - receive events from now on
 * @sock: socket; do not use it for requests any more
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_sock_subscribe(struct k8sov_sock *sock, struct k8sov_error *err)
{
	return join(sock, sock->family.group,
		    "cannot listen to changes", err);
}

/**
 * k8sov_sock_subscribe_denials() - receive what policy denies from now on
 * @sock: socket; do not use it for requests any more
 * @err: filled on failure
 *
 * Return: 0, or -errno; -EOPNOTSUPP if the module is too old.
 */
int k8sov_sock_subscribe_denials(struct k8sov_sock *sock,
				 struct k8sov_error *err)
{
	if (!sock->family.denials)
		return k8sov_error_set(err, EOPNOTSUPP,
				       "the k8sov module is too old to tell of denials");
	return join(sock, sock->family.denials,
		    "cannot listen to denials", err);
}

/**
 * k8sov_sock_read_events() - read events that have come
 * @sock: subscribed socket
 * @cb: called for each
 * @data: for @cb
 * @err: filled on failure
 *
 * Does not wait: poll k8sov_sock_fd().
 *
 * Return: 1 if there may be more, 0 if there were none, -ENOBUFS if events were
 * lost, what @cb returned below 0, or another -errno.
 */
int k8sov_sock_read_events(struct k8sov_sock *sock, k8sov_sock_cb cb,
			   void *data, struct k8sov_error *err)
{
	struct nlmsghdr *nlh = NULL;
	int len, ret;
	long got;

	got = k8sov_sock_receive(sock, MSG_DONTWAIT, &nlh);
	if (got == -EAGAIN || got == -EINTR)
		return 0;
	if (got == -ENOBUFS)
		return k8sov_error_set(err, ENOBUFS, "events were lost");
	if (got < 0 || !nlh)
		return k8sov_error_system(err, (int)-got,
					  "cannot read from netlink");
	len = (int)got;
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_type != sock->family.id)
			continue;
		ret = call_back(nlh, cb, data, err);
		if (ret < 0)
			return ret;
	}
	return 1;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "nlt.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/**
 * nlt_die() - end the test, its ground is missing
 * @what: what failed; errno says why
 */
void nlt_die(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	exit(1);
}

static void open_socket(struct nlt *t, int bus)
{
	struct timeval patience = { .tv_sec = 30 };
	int one = 1;

	t->sock = mnl_socket_open(bus);
	if (!t->sock || mnl_socket_bind(t->sock, 0, MNL_SOCKET_AUTOPID))
		nlt_die("netlink socket");
	mnl_socket_setsockopt(t->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(t->sock, NETLINK_CAP_ACK, &one, sizeof(one));
	/* An answer that never comes is a failure, not a hanging test. */
	setsockopt(mnl_socket_get_fd(t->sock), SOL_SOCKET, SO_RCVTIMEO,
		   &patience, sizeof(patience));
	t->seq = (uint32_t)time(NULL);
	t->family = 0;
	t->lost = false;
}

static int see_family(const struct nlmsghdr *nlh, void *arg)
{
	uint16_t *family = arg;
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			*family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

/**
 * nlt_open_genl() - open a socket for the family k8sov
 * @t: the socket
 */
void nlt_open_genl(struct nlt *t)
{
	struct genlmsghdr *genl;
	struct nlt_msg m;
	uint16_t family = 0;

	open_socket(t, NETLINK_GENERIC);
	mnl_nlmsg_put_header(&m);
	m.h.nlmsg_type = GENL_ID_CTRL;
	m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	m.h.nlmsg_seq = ++t->seq;
	genl = mnl_nlmsg_put_extra_header(&m.h, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(&m.h, CTRL_ATTR_FAMILY_NAME, K8SOV_FAMILY_NAME);
	errno = -nlt_talk(t, &m, see_family, &family);
	if (errno || !family)
		nlt_die("family k8sov");
	t->family = family;
}

/**
 * nlt_open_route() - open a socket for links
 * @t: the socket
 */
void nlt_open_route(struct nlt *t)
{
	open_socket(t, NETLINK_ROUTE);
}

/**
 * nlt_close() - close a socket
 * @t: the socket
 */
void nlt_close(struct nlt *t)
{
	mnl_socket_close(t->sock);
	t->sock = NULL;
}

/**
 * nlt_genl() - begin a request of the family
 * @t: the socket
 * @m: where it goes
 * @cmd: enum k8sov_cmd
 * @flags: NLM_F_*, besides NLM_F_REQUEST
 * @ifindex: the device, 0 for none
 */
void nlt_genl(struct nlt *t, struct nlt_msg *m, uint8_t cmd, uint16_t flags,
	      uint32_t ifindex)
{
	struct genlmsghdr *genl;

	mnl_nlmsg_put_header(m);
	m->h.nlmsg_type = t->family;
	m->h.nlmsg_flags = NLM_F_REQUEST | flags;
	m->h.nlmsg_seq = ++t->seq;
	genl = mnl_nlmsg_put_extra_header(&m->h, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = K8SOV_FAMILY_VERSION;
	if (ifindex)
		mnl_attr_put_u32(&m->h, K8SOV_A_DEVICE_IFINDEX, ifindex);
}

/**
 * nlt_link() - begin a request about a link
 * @t: the socket
 * @m: where it goes
 * @type: RTM_*
 * @flags: NLM_F_*, besides NLM_F_REQUEST
 * @name: the link
 */
void nlt_link(struct nlt *t, struct nlt_msg *m, uint16_t type, uint16_t flags,
	      const char *name)
{
	mnl_nlmsg_put_header(m);
	m->h.nlmsg_type = type;
	m->h.nlmsg_flags = NLM_F_REQUEST | flags;
	m->h.nlmsg_seq = ++t->seq;
	mnl_nlmsg_put_extra_header(&m->h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(&m->h, IFLA_IFNAME, name);
}

/**
 * nlt_send() - send bytes
 * @t: the socket
 * @bytes: one or more messages
 * @len: their length
 *
 * Return: 0 or a negative errno.
 */
int nlt_send(struct nlt *t, const void *bytes, size_t len)
{
	t->lost = false;
	return mnl_socket_sendto(t->sock, bytes, len) < 0 ? -errno : 0;
}

/**
 * nlt_answer() - read until a message is answered
 * @t: the socket
 * @seq: sequence number of the message, which asked for an answer
 * @cb: called for each message of the family, or NULL
 * @arg: for @cb
 *
 * Return: 0, the first error that the kernel told, of this or an earlier
 * message, or -ENOBUFS with @t->lost set.
 */
int nlt_answer(struct nlt *t, uint32_t seq, mnl_cb_t cb, void *arg)
{
	static char buffer[65536];
	const struct nlmsgerr *report;
	const struct nlmsghdr *nlh;
	int first = 0;
	ssize_t n;
	int len;

	for (;;) {
		n = mnl_socket_recvfrom(t->sock, buffer, sizeof(buffer));
		if (n < 0) {
			t->lost = true;
			return -errno;
		}
		nlh = (const struct nlmsghdr *)buffer;
		for (len = n; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_type == NLMSG_ERROR ||
			    nlh->nlmsg_type == NLMSG_DONE) {
				report = mnl_nlmsg_get_payload(nlh);
				first = first ?: report->error;
				if (nlh->nlmsg_seq == seq)
					return first;
			} else if (cb && nlh->nlmsg_seq) {
				cb(nlh, arg);
			}
		}
	}
}

/**
 * nlt_talk() - send a message and read its answer
 * @t: the socket
 * @m: the message, which asks for an answer
 * @cb: called for each message of the answer, or NULL
 * @arg: for @cb
 *
 * Return: 0 or a negative errno.
 */
int nlt_talk(struct nlt *t, const struct nlt_msg *m, mnl_cb_t cb, void *arg)
{
	int err = nlt_send(t, m, m->h.nlmsg_len);

	return err ?: nlt_answer(t, m->h.nlmsg_seq, cb, arg);
}

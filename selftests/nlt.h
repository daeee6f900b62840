/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink for compiled tests: raw messages, one answer each. Shares nothing
 * with userspace/lib, so that a mistake there cannot hide one here.
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_NLT_H
#define _K8SOV_NLT_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/k8sov.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NLT_MSG_MAX	16384

/**
 * struct nlt - a netlink socket
 * @sock: the socket
 * @family: number of the k8sov family, 0 for a route socket
 * @seq: sequence number of the last message
 * @lost: the last answer was lost: whether the request was carried out is not
 *	known
 */
struct nlt {
	struct mnl_socket *sock;
	uint16_t family;
	uint32_t seq;
	bool lost;
};

/**
 * struct nlt_msg - room for one message
 * @h: its header
 * @bytes: all of it
 */
struct nlt_msg {
	union {
		struct nlmsghdr h;
		char bytes[NLT_MSG_MAX];
	};
};

void nlt_die(const char *what);

void nlt_open_genl(struct nlt *t);
void nlt_open_route(struct nlt *t);
void nlt_close(struct nlt *t);

void nlt_genl(struct nlt *t, struct nlt_msg *m, uint8_t cmd, uint16_t flags,
	      uint32_t ifindex);
void nlt_link(struct nlt *t, struct nlt_msg *m, uint16_t type, uint16_t flags,
	      const char *name);

int nlt_send(struct nlt *t, const void *bytes, size_t len);
int nlt_answer(struct nlt *t, uint32_t seq, mnl_cb_t cb, void *arg);
int nlt_talk(struct nlt *t, const struct nlt_msg *m, mnl_cb_t cb, void *arg);

#endif /* _K8SOV_NLT_H */

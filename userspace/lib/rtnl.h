/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _RTNL_H
#define _RTNL_H

#include <stddef.h>
#include <stdint.h>

struct k8sov_error;
struct nlmsghdr;

/* Room for any request that is built here. */
#define RTNL_SIZE 4096

/**
 * struct rtnl - a socket for rtnetlink requests
 * @nl: libmnl's socket
 * @seq: of the last request
 */
struct rtnl {
	struct mnl_socket *nl;
	uint32_t seq;
};

typedef int (*rtnl_cb)(const struct nlmsghdr *nlh, void *data);

int rtnl_open(struct rtnl *rtnl, struct k8sov_error *err);
void rtnl_close(struct rtnl *rtnl);

/* A new request of @type in @buf with a header of @size bytes at @header. */
struct nlmsghdr *rtnl_build(char buf[static RTNL_SIZE], uint16_t type,
			    uint16_t flags, size_t size, void *header);
/* Send it and wait; @cb, if any, sees what is answered. -errno. */
int rtnl_talk(struct rtnl *rtnl, struct nlmsghdr *nlh, rtnl_cb cb, void *data,
	      const char *what, struct k8sov_error *err);

#endif /* _RTNL_H */

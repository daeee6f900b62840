/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_SOCK_H
#define _K8SOV_SOCK_H

#include <stddef.h>
#include <stdint.h>

struct k8sov_error;
struct k8sov_sock;
struct nlmsghdr;

typedef int (*k8sov_sock_cb)(unsigned int cmd, const void *obj, void *data);

int k8sov_sock_open(struct k8sov_sock **sock, struct k8sov_error *err);
void k8sov_sock_close(struct k8sov_sock *sock);
void k8sov_sock_cleanup(struct k8sov_sock **sock);
#define k8sov_autoclose __attribute__((cleanup(k8sov_sock_cleanup)))

int k8sov_sock_fd(const struct k8sov_sock *sock);
int k8sov_sock_request(struct k8sov_sock *sock, unsigned int cmd,
		       uint16_t flags, const void *obj, k8sov_sock_cb cb,
		       void *data, struct k8sov_error *err);
int k8sov_sock_subscribe(struct k8sov_sock *sock, struct k8sov_error *err);
int k8sov_sock_subscribe_denials(struct k8sov_sock *sock,
				 struct k8sov_error *err);
int k8sov_sock_read_events(struct k8sov_sock *sock, k8sov_sock_cb cb,
			   void *data, struct k8sov_error *err);

/* For batch.c, which sends many messages at once. */
uint32_t k8sov_sock_next_seq(struct k8sov_sock *sock);
int k8sov_sock_build(struct k8sov_sock *sock, void *buf, size_t size,
		     unsigned int cmd, uint16_t flags, const void *obj,
		     struct nlmsghdr **nlh);
long k8sov_sock_send(struct k8sov_sock *sock, const void *buf, size_t len);
long k8sov_sock_receive(struct k8sov_sock *sock, int flags,
			struct nlmsghdr **nlh);

#endif /* _K8SOV_SOCK_H */

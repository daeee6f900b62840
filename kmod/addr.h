/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ADDR_H
#define _K8SOV_ADDR_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <linux/socket.h>
#include <linux/types.h>
#include <net/ipv6.h>

/**
 * struct k8sov_addr - an IPv4 or IPv6 address
 * @v4: the address if @family is AF_INET
 * @v6: the address if @family is AF_INET6
 * @bytes: the same in network order, as k8sov_lpm wants it
 * @family: AF_INET, AF_INET6, or 0 for none
 */
struct k8sov_addr {
	union {
		__be32 v4;
		struct in6_addr v6;
		u8 bytes[16];
	};
	u8 family;
};

/* Index of a family in arrays that hold one thing for each of the two. */
enum { K8SOV_V4, K8SOV_V6, K8SOV_FAMILIES };

static inline unsigned int k8sov_family_index(u8 family)
{
	return family == AF_INET6 ? K8SOV_V6 : K8SOV_V4;
}

/**
 * k8sov_addr_is_multicast() - is it an address of several?
 * @v6: family of the address
 * @addr: address in network order
 *
 * Return: true for multicast and the IPv4 limited broadcast.
 */
static inline bool k8sov_addr_is_multicast(bool v6, const void *addr)
{
	const __be32 *v4 = addr;

	if (v6)
		return ipv6_addr_is_multicast(addr);
	return ipv4_is_multicast(*v4) || ipv4_is_lbcast(*v4);
}

/* Senders run under the BH flavour of RCU, receivers under the plain one. */
#define k8sov_rcu(p) rcu_dereference_check(p, rcu_read_lock_bh_held())

#endif /* _K8SOV_ADDR_H */

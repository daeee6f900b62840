/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_GUARD_H
#define _K8SOV_GUARD_H

#include <linux/netfilter.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct k8sov_dev;
struct k8sov_endpoints;
struct net_device;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct k8sov_guards - where a device checks what pods send from
 *
 * Every link of a live endpoint is in @links; others are only while a request
 * is handled.
 *
 * @links: checks at links (struct guard) by interface index
 * @count: length of @links
 * @n_hooked: how many of them are hooks
 * @late: hooks behind ifb, IPv4 and IPv6
 * @late_net: namespace whose packets @late see, NULL if none
 */
struct k8sov_guards {
	struct xarray links;
	u32 count;
	u32 n_hooked;
	struct nf_hook_ops late[2];
	struct net *late_net;
};

/* Callers hold the lock of the device: may sleep. */

void k8sov_guard_init(struct k8sov_guards *guards);
int k8sov_guard_hold(struct k8sov_dev *kov, u32 link,
		     const struct nlattr *attr,
		     struct netlink_ext_ack *extack);
int k8sov_guard_hold_all(struct k8sov_dev *kov, struct k8sov_endpoints *eps,
			 struct netlink_ext_ack *extack);
void k8sov_guard_drop(struct k8sov_dev *kov, u32 link);
void k8sov_guard_update(struct k8sov_dev *kov);
void k8sov_guard_release(struct k8sov_dev *kov);
int k8sov_guard_yield(struct k8sov_dev *kov, struct net_device *link);

bool k8sov_guard_is_ifb(const struct net_device *dev);
int k8sov_guard_see_ifb(struct k8sov_dev *kov, const struct net_device *ifb);

#endif /* _K8SOV_GUARD_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_HOOK_H
#define _K8SOV_HOOK_H

#include <linux/netfilter.h>
#include <linux/rcupdate.h>
#include <net/net_namespace.h>

#include "device.h"

bool k8sov_hook_others(const struct net *net);

/**
 * k8sov_hook_missing() - has the hook become useful?
 * @kov: the device
 *
 * Context: rcu_read_lock(), packet path.
 * Return: true if others have hooks where the device has none, and it wants
 * its outer packets untracked.
 */
static inline bool k8sov_hook_missing(const struct k8sov_dev *kov)
{
	const struct netns_nf *nf = &kov->net->nf;

	if (likely(!rcu_access_pointer(nf->hooks_ipv4[NF_INET_PRE_ROUTING]) &&
		   !rcu_access_pointer(nf->hooks_ipv6[NF_INET_PRE_ROUTING])))
		return false;
	return !READ_ONCE(kov->hooked) && k8sov_conf_rcu(kov)->notrack &&
	       k8sov_hook_others(kov->net);
}

int k8sov_hook_hold(struct k8sov_dev *kov);
void k8sov_hook_release(struct k8sov_dev *kov);
void k8sov_hook_update(struct k8sov_dev *kov);

#endif /* _K8SOV_HOOK_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "mtu.h"

#include <linux/if_ether.h>
#include <linux/inetdevice.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/addrconf.h>
#include <net/dst.h>

#include "device.h"
#include "encap.h"
#include "route.h"

#define BATCH	256	/* hosts looked at with bottom halves off */

/* The underlay device, if the configuration tells. */
static struct net_device *find_lower(struct net *net,
				     const struct k8sov_conf *conf)
{
	struct net_device *dev = NULL;

	if (conf->link)
		return dev_get_by_index_rcu(net, conf->link);
	if (conf->local[K8SOV_V4].family)
		dev = __ip_dev_find(net, conf->local[K8SOV_V4].v4, false);
#if IS_ENABLED(CONFIG_IPV6)
	else if (conf->local[K8SOV_V6].family)
		dev = ipv6_dev_find(net, &conf->local[K8SOV_V6].v6, NULL);
#endif
	return dev;
}

/**
 * k8sov_mtu_guess() - MTU of a device without hosts
 * @net: network namespace of the underlay
 * @conf: configuration
 *
 * That of the underlay device that the configuration names, else that of
 * Ethernet, less the overhead of vxlan.
 *
 * Context: may sleep.
 * Return: MTU in bytes.
 */
unsigned int k8sov_mtu_guess(struct net *net, const struct k8sov_conf *conf)
{
	bool v6 = conf->local[K8SOV_V6].family && !conf->local[K8SOV_V4].family;
	unsigned int mtu = ETH_DATA_LEN;
	struct net_device *lower;

	rcu_read_lock();
	lower = find_lower(net, conf);
	if (lower)
		mtu = READ_ONCE(lower->mtu);
	rcu_read_unlock();
	mtu -= min(mtu, k8sov_encap_overhead(K8SOV_ENCAP_VXLAN, v6));
	return clamp_t(unsigned int, mtu, ETH_MIN_MTU, K8SOV_MTU_MAX);
}

/* What fits on the first link towards a host, 0 if there is no way to it. */
static unsigned int towards(struct k8sov_dev *kov,
			    const struct k8sov_conf *conf,
			    struct k8sov_host *host)
{
	struct k8sov_addr source;
	struct dst_entry *dst;
	unsigned int mtu;

	dst = k8sov_route_host(kov, conf, host, conf->tos, &source);
	if (IS_ERR(dst))
		return 0;
	mtu = READ_ONCE(dst->dev->mtu);
	dst_release(dst);
	return mtu - min(mtu, k8sov_encap_overhead(host->encap,
					host->remote.family == AF_INET6));
}

/* The same for some hosts from @id on, which is moved behind them. */
static unsigned int some(struct k8sov_dev *kov, const struct k8sov_conf *conf,
			 u32 *id)
{
	const struct k8sov_host_vec *vec;
	unsigned int mtu, least = 0;
	struct k8sov_host *host;
	u32 end = *id + BATCH;

	vec = rcu_dereference(rcu_dereference(kov->tables)->peers->hosts);
	for (; vec && *id < vec->size && *id < end; ++*id) {
		host = rcu_dereference(vec->slot[*id].host);
		mtu = host ? towards(kov, conf, host) : 0;
		if (mtu && (!least || mtu < least))
			least = mtu;
	}
	if (!vec || *id >= vec->size)
		*id = 0;
	return least;
}

static unsigned int smallest(struct k8sov_dev *kov,
			     const struct k8sov_conf *conf)
{
	unsigned int mtu, least = 0;
	u32 id = 1;

	do {
		local_bh_disable();
		rcu_read_lock();
		mtu = some(kov, conf, &id);
		rcu_read_unlock();
		local_bh_enable();
		if (mtu && (!least || mtu < least))
			least = mtu;
		cond_resched();
	} while (id);
	return clamp_t(unsigned int, least, least ? ETH_MIN_MTU : 0,
		       K8SOV_MTU_MAX);
}

/**
 * k8sov_mtu_update() - bring the MTU in line with the underlay
 * @kov: the device, registered
 *
 * The smallest MTU that a host is reached with, unless a user has set another.
 *
 * Context: RTNL.
 */
void k8sov_mtu_update(struct k8sov_dev *kov)
{
	const struct k8sov_conf *conf = rtnl_dereference(kov->conf);
	unsigned int mtu;

	if (!conf->mtu_auto)
		return;
	mtu = smallest(kov, conf);
	if (!mtu)
		mtu = k8sov_mtu_guess(kov->net, conf);
	if (mtu == kov->dev->mtu)
		return;
	kov->mtu_following = true;
	dev_set_mtu(kov->dev, mtu);
	kov->mtu_following = false;
}

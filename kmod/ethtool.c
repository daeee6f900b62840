// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ethtool.h"

#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "drop.h"
#include "stats.h"

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->version, THIS_MODULE->version ?: "",
		sizeof(info->version));
}

/*
 * Speed and duplex are those of the underlay device, if there is one. Underlay
 * devices may form long chains, even circles, so only the first one asks.
 */
static int get_link_ksettings(struct net_device *dev,
			      struct ethtool_link_ksettings *cmd)
{
	const struct k8sov_dev *kov = netdev_priv(dev);
	static bool asking;	/* under RTNL */
	struct net_device *lower;
	int err;

	lower = __dev_get_by_index(kov->net, rtnl_dereference(kov->conf)->link);
	if (lower && !asking) {
		asking = true;
		err = __ethtool_get_link_ksettings(lower, cmd);
		asking = false;
		return err;
	}
	cmd->base.duplex = DUPLEX_UNKNOWN;
	cmd->base.port = PORT_OTHER;
	cmd->base.speed = SPEED_UNKNOWN;
	return 0;
}

static int get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? __K8SOV_DROP_MAX - 1 : -EOPNOTSUPP;
}

static void get_strings(struct net_device *dev, u32 set, u8 *data)
{
	int reason;

	if (set != ETH_SS_STATS)
		return;
	for (reason = 1; reason < __K8SOV_DROP_MAX; reason++) {
		snprintf(data, ETH_GSTRING_LEN, "drop_%s",
			 k8sov_drop_name(reason));
		data += ETH_GSTRING_LEN;
	}
}

static void get_ethtool_stats(struct net_device *dev,
			      struct ethtool_stats *stats, u64 *data)
{
	struct k8sov_stats_sum sum;

	k8sov_stats_fold(netdev_priv(dev), &sum);
	memcpy(data, sum.drops + 1, (__K8SOV_DROP_MAX - 1) * sizeof(*data));
}

const struct ethtool_ops k8sov_ethtool_ops = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = get_link_ksettings,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_ethtool_stats,
};

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "device.h"
#include "stats.h"

static int put_drop(struct sk_buff *skb, u32 reason, u64 packets)
{
	struct nlattr *nest = nla_nest_start(skb, K8SOV_A_STATS_DROP);

	if (!nest || nla_put_u32(skb, K8SOV_A_DROP_REASON, reason) ||
	    k8sov_nl_u64_put(skb, K8SOV_A_DROP_PACKETS, packets))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_stats(struct sk_buff *skb, const struct k8sov_dev *kov)
{
	struct k8sov_stats_sum sum;
	u32 reason;
	int err;

	k8sov_stats_fold(kov, &sum);
	err = nla_put_u32(skb, K8SOV_A_STATS_IFINDEX, kov->dev->ifindex) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_STATS_RX_PACKETS, sum.rx_packets) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_STATS_RX_BYTES, sum.rx_bytes) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_STATS_TX_PACKETS, sum.tx_packets) ?:
	      k8sov_nl_u64_put(skb, K8SOV_A_STATS_TX_BYTES, sum.tx_bytes);
	for (reason = K8SOV_DROP_NONE + 1;
	     !err && reason <= K8SOV_DROP_MAX; reason++)
		err = put_drop(skb, reason, sum.drops[reason]);
	return err ?: k8sov_nl_u64_put(skb, K8SOV_A_STATS_AUDITED,
				       sum.audited);
}

/**
 * k8sov_nl_stats_get_doit() - handle stats-get
 * @skb: request
 * @info: parsed request
 *
 * Return: as k8sov_nl_get_device().
 */
int k8sov_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return k8sov_nl_get_device(skb, info, put_stats);
}

static int dump_stats(struct k8sov_nl_dump *dump)
{
	return k8sov_nl_dump_device(dump, K8SOV_CMD_STATS_GET, put_stats);
}

/**
 * k8sov_nl_stats_get_dumpit() - handle the dump of stats-get
 * @skb: where messages go
 * @cb: the dump
 *
 * Return: as k8sov_nl_dump().
 */
int k8sov_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return k8sov_nl_dump(skb, cb, k8sov_stats_get_nl_policy,
			     ARRAY_SIZE(k8sov_stats_get_nl_policy) - 1,
			     dump_stats);
}

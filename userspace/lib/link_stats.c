// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "link_stats.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "error.h"
#include "rtnl.h"

static int take_stats(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) != IFLA_STATS64)
			continue;
		if (mnl_attr_get_payload_len(attr) <
		    sizeof(struct rtnl_link_stats64))
			return -EPROTO;
		memcpy(data, mnl_attr_get_payload(attr),
		       sizeof(struct rtnl_link_stats64));
	}
	return 0;
}

/**
 * link_stats_read() - read the counters of an interface
 * @ifindex: the interface
 * @stats: set on success
 *
 * Return: 0, -ENODEV if there is no such interface, or another -errno.
 */
int link_stats_read(uint32_t ifindex, struct rtnl_link_stats64 *stats)
{
	struct ifinfomsg ifi = { .ifi_index = (int)ifindex };
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct k8sov_error err = {};
	struct rtnl rtnl;
	int ret;

	ret = rtnl_open(&rtnl, &err);
	if (ret)
		return ret;
	memset(stats, 0, sizeof(*stats));
	ret = rtnl_talk(&rtnl, rtnl_build(buf, RTM_GETLINK, 0, sizeof(ifi),
					  &ifi),
			take_stats, stats, "counters", &err);
	rtnl_close(&rtnl);
	return ret;
}

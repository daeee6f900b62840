// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <linux/init.h>
#include <linux/module.h>
#include <net/rtnetlink.h>

#include "endpoint.h"
#include "flow.h"
#include "follow.h"
#include "link.h"
#include "lpm.h"
#include "netns.h"
#include "nl.h"
#include "rx_ipip.h"
#include "tables.h"
#include "underlay.h"

/**
 * DOC: Order of initialisation
 *
 * What others use comes first, what users reach comes last: a device can be
 * made as soon as the link kind is there, and filled as soon as the netlink
 * family is. Leaving mirrors it line by line.
 */

static int __init k8sov_module_init(void)
{
	int err;

	k8sov_flow_init();
	err = k8sov_lpm_cache_init();
	if (err)
		return err;
	err = k8sov_tables_init();
	if (err)
		goto err_lpm;
	err = k8sov_follow_init();
	if (err)
		goto err_tables;
	err = k8sov_netns_init();
	if (err)
		goto err_follow;
	err = k8sov_underlay_init();
	if (err)
		goto err_netns;
	err = k8sov_rx_ipip_init();
	if (err)
		goto err_underlay;
	err = k8sov_link_init();
	if (err)
		goto err_rx_ipip;
	err = k8sov_nl_init();
	if (err)
		goto err_link;
	return 0;

err_link:
	k8sov_link_exit();
err_rx_ipip:
	k8sov_rx_ipip_exit();
err_underlay:
	k8sov_underlay_exit();
err_netns:
	k8sov_netns_exit();
err_follow:
	k8sov_follow_exit();
err_tables:
	k8sov_tables_exit();
err_lpm:
	k8sov_lpm_cache_exit();
	return err;
}

static void __exit k8sov_module_exit(void)
{
	k8sov_nl_exit();
	k8sov_link_exit();
	k8sov_rx_ipip_exit();
	k8sov_underlay_exit();
	k8sov_netns_exit();
	k8sov_follow_exit();
	k8sov_tables_exit();
	k8sov_lpm_cache_exit();
}

module_init(k8sov_module_init);
module_exit(k8sov_module_exit);

MODULE_DESCRIPTION("Pod network overlay device");
MODULE_AUTHOR("k8sov contributors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
MODULE_ALIAS_RTNL_LINK("k8sov");
MODULE_ALIAS_GENL_FAMILY("k8sov");

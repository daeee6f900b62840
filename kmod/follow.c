// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "follow.h"

#include <linux/rtnetlink.h>
#include <linux/workqueue.h>

#include "device.h"
#include "hook.h"
#include "mtu.h"

static struct workqueue_struct *follow_wq;

/**
 * k8sov_follow_work() - bring a device in line with its underlay
 * @work: &k8sov_dev.follow_work
 */
void k8sov_follow_work(struct work_struct *work)
{
	struct k8sov_dev *kov = container_of(work, struct k8sov_dev,
					     follow_work);

	rtnl_lock();
	if (kov->dev->reg_state == NETREG_REGISTERED) {
		k8sov_hook_update(kov);
		k8sov_mtu_update(kov);
	}
	rtnl_unlock();
	netdev_put(kov->dev, NULL);
}

/**
 * k8sov_follow() - something changed that hooks or MTU may depend on
 * @kov: the device
 *
 * Asynchronous, because both change under RTNL only, the MTU with
 * notifications that look at all other devices.
 *
 * Context: any, the device registered.
 */
void k8sov_follow(struct k8sov_dev *kov)
{
	netdev_hold(kov->dev, NULL, GFP_ATOMIC);
	if (!queue_work(follow_wq, &kov->follow_work))
		netdev_put(kov->dev, NULL);
}

/**
 * k8sov_follow_init() - make the queue for k8sov_follow()
 *
 * Return: 0, or -ENOMEM.
 */
int __init k8sov_follow_init(void)
{
	follow_wq = alloc_workqueue("k8sov_follow", WQ_UNBOUND, 0);
	return follow_wq ? 0 : -ENOMEM;
}

/**
 * k8sov_follow_exit() - undo k8sov_follow_init()
 */
void k8sov_follow_exit(void)
{
	destroy_workqueue(follow_wq);
}

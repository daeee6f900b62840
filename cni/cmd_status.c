// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cmd.h"

#include <stdint.h>

#include "conf.h"
#include "device.h"
#include "error.h"
#include "ipam.h"
#include "node.h"

/**
 * cmd_status() - could ADD attach a pod now?
 * @env: for a delegated plugin
 * @conf: its device is set
 * @err: CNI_NOT_AVAILABLE for what makes ADD fail on every pod
 *
 * Return: 0, or -1.
 */
int cmd_status(const struct cni_env *env, struct conf *conf,
	       struct cni_error *err)
{
	struct node node;
	uint32_t mtu;

	if (!node_read(conf, &node, err) &&
	    !device_read(conf->device, &mtu, err) &&
	    !ipam_status(env, conf, &node, err))
		return 0;
	if (err->code == CNI_TRY_LATER || err->code >= CNI_KERNEL)
		err->code = CNI_NOT_AVAILABLE;
	return -1;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cmd.h"

#include "conf.h"
#include "env.h"
#include "error.h"
#include "ipam.h"
#include "veth.h"

/**
 * cmd_del() - detach a pod
 * @env: which one; nothing is wanted of its namespace
 * @conf: names the network and who has the addresses
 * @err: CNI_KERNEL, CNI_IO, or what a delegated plugin says
 *
 * The addresses stay taken until the link that has them is gone.
 *
 * Return: 0, also if there was nothing; or -1.
 */
int cmd_del(const struct cni_env *env, struct conf *conf,
	    struct cni_error *err)
{
	struct cni_error too_long = {};
	struct veth veth;
	int ret = 0;

	/* Else no ADD can have made it. */
	if (!veth_init(&veth, env, conf, &too_long))
		ret = veth_detach(&veth, err);
	veth_close(&veth);
	return ret ? -1 : ipam_del(env, conf, err);
}

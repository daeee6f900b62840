// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cmd.h"

#include <stdio.h>

#include "../userspace/lib/bits.h"
#include "conf.h"
#include "device.h"
#include "endpoint.h"
#include "env.h"
#include "error.h"
#include "ipam.h"
#include "netns.h"
#include "node.h"
#include "routes.h"
#include "talk.h"
#include "veth.h"

/* What a pod has of its addresses, whatever IPAM thinks: nobody else is on its
 * link, and its gateway is in no subnet.
 */
static int shape_ips(struct result *result, struct cni_error *err)
{
	unsigned int i;

	if (!result->n_ips)
		return cni_fail(err, CNI_CONFIG, "IPAM gave no address");
	for (i = 0; i < result->n_ips; i++) {
		struct result_ip *ip = &result->ips[i];

		ip->interface = 1;
		ip->len = (uint8_t)bits_width(&ip->addr);
		ip->gateway = veth_gateway(ip->addr.family);
	}
	return 0;
}

static void shape_interfaces(const struct veth *veth, struct result *result)
{
	struct result_interface *host = &result->interfaces[0];
	struct result_interface *pod = &result->interfaces[1];
	char mac[K8SOV_ADDR_TEXT];

	result->n_interfaces = 2;
	*host = (struct result_interface){ .mtu = veth->mtu, .sandbox = "" };
	snprintf(host->name, sizeof(host->name), "%s", veth->host);
	k8sov_mac_format((const uint8_t *)VETH_HOST_MAC, mac);
	snprintf(host->mac, sizeof(host->mac), "%.17s", mac);
	*pod = (struct result_interface){
		.mtu = veth->mtu, .sandbox = veth->netns,
	};
	snprintf(pod->name, sizeof(pod->name), "%s", veth->ifname);
	k8sov_mac_format(veth->pod_mac, mac);
	snprintf(pod->mac, sizeof(pod->mac), "%.17s", mac);
}

static int answer(const struct conf *conf, const struct result *result,
		  struct cni_error *err)
{
	json_t *own = result_format(result, conf->version, err), *all;

	if (!own)
		return -1;
	if (conf->prev_json) {
		all = result_amend(conf->prev_json, own);
		json_decref(own);
		own = all;
	}
	return talk_write(own, err);
}

/* The host's end of the link is what there is to undo: the endpoint goes with
 * it.
 */
static int join(const struct cni_env *env, const struct conf *conf,
		struct veth *veth, struct result *result,
		struct cni_error *err)
{
	if (veth_create(veth, err))
		return -1;
	shape_interfaces(veth, result);
	if (!veth_configure(veth, result, err) &&
	    !endpoint_add(env, conf, veth->host_index, result, err) &&
	    !answer(conf, result, err))
		return 0;
	veth_delete(veth->host, err);
	return -1;
}

static int attach(const struct cni_env *env, const struct conf *conf,
		  const struct node *node, struct veth *veth,
		  struct result *result, struct cni_error *err)
{
	if (veth_absent(veth, err) || ipam_add(env, conf, node, result, err))
		return -1;
	if (conf->dns) {
		result_clear(result);
		result->dns = json_incref(conf->dns);
	}
	if (!shape_ips(result, err) &&
	    !routes_plan(conf, node, veth->source, result, err) &&
	    !veth_mac(conf, result, veth->pod_mac, err) &&
	    !join(env, conf, veth, result, err))
		return 0;
	ipam_del(env, conf, err);
	return -1;
}

/**
 * cmd_add() - attach a pod
 * @env: which one, and where
 * @conf: how; its device is set
 * @err: CNI_TRY_LATER: the node is not ready; CNI_NETNS; CNI_EXHAUSTED;
 *       CNI_IN_USE; CNI_KERNEL
 *
 * Says the result on stdout. Leaves nothing when it fails.
 *
 * Return: 0, or -1.
 */
int cmd_add(const struct cni_env *env, struct conf *conf,
	    struct cni_error *err)
{
	struct result result = {};
	struct node node;
	struct veth veth;
	uint32_t mtu;
	int ret;

	if (node_read(conf, &node, err) ||
	    device_read(conf->device, &mtu, err) ||
	    veth_init(&veth, env, conf, err))
		return -1;
	veth.mtu = conf->mtu ? conf->mtu : mtu;
	veth.netns_fd = netns_open(env->netns, err);
	if (veth.netns_fd < 0)
		return -1;
	ret = netns_lock(veth.netns_fd, err) ||
	      attach(env, conf, &node, &veth, &result, err) ? -1 : 0;
	veth_close(&veth);
	result_clear(&result);
	return ret;
}

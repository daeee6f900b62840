// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cmd.h"

#include <string.h>

#include "conf.h"
#include "device.h"
#include "endpoint.h"
#include "env.h"
#include "error.h"
#include "ipam.h"
#include "netns.h"
#include "node.h"
#include "veth.h"

/* Index of the interface @name in @sandbox, -1 if there is none. */
static int find(const struct result *result, const char *name,
		const char *sandbox)
{
	unsigned int i;

	for (i = 0; i < result->n_interfaces; i++) {
		if (!strcmp(result->interfaces[i].name, name) &&
		    !strcmp(result->interfaces[i].sandbox, sandbox))
			return (int)i;
	}
	return -1;
}

/* What is ours in the final result of the list, as ADD had it. */
static int pick(const struct conf *conf, const struct veth *veth,
		struct result *own, struct cni_error *err)
{
	int host = find(&conf->prev, veth->host, "");
	int pod = find(&conf->prev, veth->ifname, veth->netns);
	unsigned int i;

	if (host < 0 || pod < 0)
		return cni_fail(err, CNI_MISMATCH,
				"prevResult has no interface %s in %.128s with %s on the host",
				veth->ifname, veth->netns, veth->host);
	*own = conf->prev;
	own->dns = NULL;
	own->n_interfaces = 2;
	own->interfaces[0] = conf->prev.interfaces[host];
	own->interfaces[1] = conf->prev.interfaces[pod];
	own->n_ips = 0;
	for (i = 0; i < conf->prev.n_ips; i++) {
		if (conf->prev.ips[i].interface != pod)
			continue;
		own->ips[own->n_ips] = conf->prev.ips[i];
		own->ips[own->n_ips++].interface = 1;
	}
	return 0;
}

static int compare(const struct cni_env *env, const struct conf *conf,
		   struct veth *veth, struct cni_error *err)
{
	struct result own;

	if (pick(conf, veth, &own, err) || veth_check(veth, &own, err) ||
	    endpoint_check(conf, veth->host_index, &own, err))
		return -1;
	return ipam_check(env, conf, err);
}

/**
 * cmd_check() - is a pod as ADD, and the plugins behind it, left it?
 * @env: which one, and where
 * @conf: has prevResult; its device is set
 * @err: CNI_MISMATCH names the first difference; CNI_CONFIG without prevResult
 *
 * Return: 0, or -1.
 */
int cmd_check(const struct cni_env *env, struct conf *conf,
	      struct cni_error *err)
{
	struct node node;
	struct veth veth;
	uint32_t mtu;
	int ret;

	if (!conf->prev_json)
		return cni_fail(err, CNI_CONFIG, "missing prevResult");
	if (node_read(conf, &node, err) ||
	    device_read(conf->device, &mtu, err) ||
	    veth_init(&veth, env, conf, err))
		return -1;
	veth.netns_fd = netns_open(env->netns, err);
	if (veth.netns_fd < 0)
		return -1;
	ret = compare(env, conf, &veth, err);
	veth_close(&veth);
	return ret;
}

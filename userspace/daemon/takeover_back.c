// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* From our device to one as Flannel makes it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../lib/error.h"
#include "conf.h"
#include "flannel.h"
#include "kernel.h"
#include "link.h"
#include "log.h"
#include "takeover.h"
#include "underlay.h"

/**
 * struct back - a node that moves from us to Flannel
 * @conf: options
 * @rtnl: socket
 * @kernel: our module
 * @link: our device
 * @networks: its addresses and routes
 * @tables: its tables
 * @underlay: interface below
 * @flannel: devices to make, by family
 */
struct back {
	const struct conf *conf;
	struct rtnl rtnl;
	struct kernel *kernel;
	struct link_state link;
	struct link_networks networks;
	struct tables tables;
	struct underlay underlay;
	struct flannel flannel[FAMILIES];
};

static void nothing(void *data)
{
	(void)data;
}

static unsigned int family_of(const struct table_subnet *subnet)
{
	return subnet->prefix.family == AF_INET ? V4 : V6;
}

static int add_peer(struct back *b, const struct table_subnet *subnet,
		    struct k8sov_error *err)
{
	const struct table_host *host = &b->tables.host[subnet->host];
	struct flannel_peer peer = {
		.subnet = subnet->prefix, .len = subnet->len,
		.gateway = subnet->prefix, .has_mac = host->has_mac,
		.public = host->remote,
		.direct = host->encap == K8SOV_ENCAP_DIRECT,
	};
	char text[K8SOV_ADDR_TEXT];

	k8sov_prefix_format(&subnet->prefix, subnet->len, text);
	if (!peer.direct &&
	    (host->encap != K8SOV_ENCAP_VXLAN || !host->has_mac))
		return k8sov_error_set(err, EOPNOTSUPP,
				       "takeover: %s is not reached by vxlan nor directly, which is all that Flannel has",
				       text);
	memcpy(peer.mac, host->mac, sizeof(peer.mac));
	flannel_add_peer(&b->flannel[family_of(subnet)], &peer);
	return 0;
}

static int make_device(struct back *b, const struct table_subnet *subnet,
		       struct k8sov_error *err)
{
	unsigned int f = family_of(subnet);
	struct flannel *flannel = &b->flannel[f];
	int n;

	if (flannel->addr.family)
		return k8sov_error_set(err, EOPNOTSUPP,
				       "takeover: this node has two subnets of one family, which Flannel cannot have");
	n = snprintf(flannel->name, sizeof(flannel->name), "%s.%u",
		     f == V4 ? "flannel" : "flannel-v6", b->link.vni);
	if (n >= (int)sizeof(flannel->name))
		return k8sov_error_set(err, ENAMETOOLONG,
				       "takeover: VNI %u is too long for a name of Flannel's device",
				       b->link.vni);
	memcpy(flannel->mac, b->link.mac, sizeof(flannel->mac));
	flannel->vni = b->link.vni;
	flannel->port = b->link.port;
	flannel->link = b->underlay.ifindex;
	flannel->addr = subnet->prefix;
	flannel->local = b->conf->public[f].family ? b->conf->public[f] :
			 b->underlay.address[f];
	if (!flannel->local.family)
		return k8sov_error_set(err, EADDRNOTAVAIL,
				       "takeover: the node's interface has no address for %s",
				       flannel->name);
	return 0;
}

static int collect(struct back *b, struct k8sov_error *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < b->tables.subnets; i++) {
		const struct table_subnet *subnet = &b->tables.subnet[i];

		if (subnet->type == K8SOV_SUBNET_TYPE_LOCAL)
			ret = make_device(b, subnet, err);
		else if (subnet->type == K8SOV_SUBNET_TYPE_HOST &&
			 subnet->host != TABLES_NONE)
			ret = add_peer(b, subnet, err);
	}
	if (!ret && !b->flannel[V4].addr.family && !b->flannel[V6].addr.family)
		ret = k8sov_error_set(err, ENOENT,
				      "takeover: this node has no subnet yet");
	return ret;
}

/* Routes to nodes next door work beside ours, so they come first. */
static int write_direct(struct back *b, bool there, struct k8sov_error *err)
{
	unsigned int f;
	int ret = 0;
	size_t i;

	for (f = 0; f < FAMILIES; f++) {
		const struct flannel *flannel = &b->flannel[f];

		for (i = 0; !ret && i < flannel->peers; i++)
			if (flannel->peer[i].direct)
				ret = flannel_write_route(&b->rtnl, flannel,
							  &flannel->peer[i],
							  there, err);
	}
	return ret;
}

static void delete_devices(struct back *b)
{
	struct k8sov_error ignored;
	unsigned int f;

	for (f = 0; f < FAMILIES; f++)
		if (b->flannel[f].ifindex)
			link_delete(&b->rtnl, b->flannel[f].ifindex, &ignored);
}

/* Where all others are next door, Flannel may be one that has no device. */
static bool needs_device(const struct flannel *flannel)
{
	size_t direct = 0;

	while (direct < flannel->peers && flannel->peer[direct].direct)
		direct++;
	return flannel->addr.family &&
	       (!flannel->peers || direct < flannel->peers);
}

static int create_devices(struct back *b, struct k8sov_error *err)
{
	unsigned int f;
	int ret = 0;

	for (f = 0; !ret && f < FAMILIES; f++)
		if (needs_device(&b->flannel[f]))
			ret = flannel_create(&b->rtnl, &b->flannel[f], err);
	if (ret)
		delete_devices(b);
	return ret;
}

/* As it was. */
static void take_back(struct back *b)
{
	struct k8sov_error err = {};

	delete_devices(b);
	write_direct(b, false, &err);
	if (link_set_up(&b->rtnl, b->link.ifindex, true, &err) ||
	    link_write_networks(&b->rtnl, &b->networks, &err))
		log_error("takeover", "%s does not work any more: %s",
			  b->conf->device, err.message);
}

static int hand_over(struct back *b, struct k8sov_error *err)
{
	uint64_t start = uv_hrtime();
	unsigned int f;
	int ret = write_direct(b, true, err);

	if (!ret)
		ret = link_set_up(&b->rtnl, b->link.ifindex, false, err);
	for (f = 0; !ret && f < FAMILIES; f++) {
		if (!b->flannel[f].ifindex)
			continue;
		ret = link_set_up(&b->rtnl, b->flannel[f].ifindex, true, err);
		if (!ret)
			ret = flannel_program(&b->rtnl, &b->flannel[f], err);
	}
	if (ret) {
		take_back(b);
		return ret;
	}
	log_info("takeover", "Flannel's entries have the work of %s after %llu us: %zu peers",
		 b->conf->device,
		 (unsigned long long)((uv_hrtime() - start) / 1000),
		 b->flannel[V4].peers + b->flannel[V6].peers);
	return link_delete(&b->rtnl, b->link.ifindex, err);
}

static int give(struct back *b, struct k8sov_error *err)
{
	int ret = link_read(&b->rtnl, b->conf->device, &b->link, err);

	if (ret)
		return ret;
	if (!b->link.ifindex || !b->link.ours)
		return k8sov_error_set(err, ENODEV,
				       "takeover: there is no k8sov device %s",
				       b->conf->device);
	ret = underlay_read(&b->rtnl, b->conf->iface, &b->underlay, err);
	if (!ret)
		ret = kernel_read(b->kernel, b->link.ifindex, &b->tables, err);
	if (!ret)
		ret = link_read_networks(&b->rtnl, b->link.ifindex,
					 &b->networks, err);
	if (!ret)
		ret = collect(b, err);
	if (!ret)
		ret = create_devices(b, err);
	return ret ? ret : hand_over(b, err);
}

/**
 * takeover_back() - let Flannel's devices do the work of ours
 * @loop: turns once more
 * @conf: options
 * @err: filled on failure
 *
 * Return: 0; -ENODEV without our device; -EOPNOTSUPP if the tables have what
 * Flannel cannot do; -EEXIST if its device is there already; another -errno.
 */
int takeover_back(uv_loop_t *loop, const struct conf *conf,
		  struct k8sov_error *err)
{
	struct back b = { .conf = conf };
	unsigned int f;
	int ret = rtnl_open(&b.rtnl, err);

	if (!ret)
		ret = kernel_open(&b.kernel, loop, nothing, NULL, err);
	if (!ret)
		ret = give(&b, err);
	kernel_close(b.kernel);
	rtnl_close(&b.rtnl);
	tables_exit(&b.tables);
	for (f = 0; f < FAMILIES; f++)
		flannel_exit(&b.flannel[f]);
	return ret;
}

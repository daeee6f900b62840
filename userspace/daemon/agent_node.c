// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* This node: its interface, its device, and what it tells the others. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "agent_parts.h"
#include "log.h"
#include "mac_file.h"

/* Header bytes that an encapsulation adds, by backend and outer family. */
static const uint32_t overhead[][FAMILIES] = {
	[BACKEND_VXLAN] = { 50, 70 },
	[BACKEND_GENEVE] = { 50, 70 },
	[BACKEND_IPIP] = { 20, 40 },
	[BACKEND_DIRECT] = { 0, 0 },
	[BACKEND_ALLOC] = { 0, 0 },
};

static void read_public(const struct agent *agent, unsigned int f,
			struct k8sov_addr *addr)
{
	char text[K8SOV_ADDR_TEXT];

	*addr = agent->underlay.address[f];
	/* An address that goes is mostly about to be replaced, or to come
	 * back. To take it from the others would cut the node off.
	 */
	if (!addr->family && agent->self)
		*addr = agent->self->family[f].public;
	if (!agent->conf->public[f].family)
		return;
	*addr = agent->conf->public[f];
	if (underlay_owns(&agent->underlay, addr))
		return;
	/* Right behind a NAT, a slip of the pen elsewhere. */
	k8sov_addr_format(addr, text);
	log_warn("node", "the public address %s is none of this node's",
		 text);
}

/* The MAC address that peers know, or a new one. */
static void choose_mac(const struct agent *agent, uint8_t mac[static 6])
{
	if (mac_file_read(agent->conf, mac))
		return;
	if (getrandom(mac, 6, 0) != 6)
		memory_must(NULL);
	mac[0] = (uint8_t)((mac[0] & 0xfe) | 2);
}

/* The device may be somebody else's work: what it has is what peers know. */
static void keep_mac(const struct agent *agent)
{
	struct k8sov_error err = {};

	if (mac_file_write(agent->conf, agent->link.mac, &err))
		log_warn("node", "the MAC address will not survive a reboot: %s",
			 err.message);
}

static uint32_t device_mtu(const struct agent *agent)
{
	const struct netconf *conf = &agent->netconf;
	struct k8sov_addr v6;

	if (!conf->mtu)
		return 0;
	read_public(agent, V6, &v6);
	return conf->mtu - overhead[conf->backend]
		[conf->family[V6].enabled && v6.family ? V6 : V4];
}

static int update_device(struct agent *agent, struct k8sov_error *err)
{
	struct link_wish wish = {
		.name = agent->conf->device,
		.vni = agent->netconf.vni,
		.port = agent->netconf.port,
		.mtu = device_mtu(agent),
	};
	uint32_t before = agent->link.ifindex;
	int ret;

	if (*agent->conf->iface)
		wish.bind = agent->underlay.ifindex;
	ret = link_read(&agent->rtnl, wish.name, &agent->link, err);
	if (!ret && !agent->link.ifindex)
		choose_mac(agent, wish.mac);
	if (!ret)
		ret = link_ensure(&agent->rtnl, &wish, &agent->link, err);
	if (!ret)
		keep_mac(agent);
	if (!ret)
		policing_set_device(agent->policing, &agent->link);
	watch_interest(agent->watch, wish.name, agent->link.ifindex,
		       agent->underlay.ifindex);
	if (agent->link.ifindex != before) {
		agent->actual_known = false;
		agent->tables_dirty = true;
	}
	return ret;
}

static struct lease *compose_self(const struct agent *agent)
{
	struct lease *self = memory_must(lease_create(agent->conf->node,
						      agent->conf->node));
	const struct netconf *conf = &agent->netconf;
	unsigned int f;

	if (agent->own)
		self->owner = agent->own->owner;
	snprintf(self->backend, sizeof(self->backend), "%s",
		 backend_name(conf->backend));
	for (f = 0; f < FAMILIES; f++) {
		struct lease_family *family = &self->family[f];

		if (agent->own) {
			family->subnet = agent->own->family[f].subnet;
			family->len = agent->own->family[f].len;
		}
		if (conf->family[f].enabled || f == V4)
			read_public(agent, f, &family->public);
		if (!conf->family[f].enabled ||
		    (conf->backend != BACKEND_VXLAN &&
		     conf->backend != BACKEND_GENEVE))
			continue;
		family->has_mac = true;
		memcpy(family->mac, agent->link.mac, sizeof(family->mac));
		family->vni = conf->vni;
	}
	return self;
}

static int publish(struct agent *agent, struct k8sov_error *err)
{
	struct lease *self = compose_self(agent);
	bool same = agent->self && lease_equal(self, agent->self);

	if (!self->family[V4].public.family &&
	    !self->family[V6].public.family) {
		lease_destroy(self);
		return k8sov_error_set(err, EADDRNOTAVAIL,
				       "the node's interface has no address: use --iface or --public-ip");
	}
	lease_destroy(agent->self);
	agent->self = self;
	if (same)
		return 0;
	agent->tables_dirty = true;
	agent->ops->publish(agent->store, self);
	return 0;
}

/**
 * agent_node_update() - make this node what it should be
 * @agent: agent with a configuration of the cluster
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int agent_node_update(struct agent *agent, struct k8sov_error *err)
{
	int ret = underlay_read(&agent->rtnl, agent->conf->iface,
				&agent->underlay, err);

	if (ret) {
		watch_interest(agent->watch, agent->conf->device,
			       agent->link.ifindex, 0);
		return ret;
	}
	/* Who was a neighbour may be none any more. */
	json_object_clear(agent->on_link);
	if (agent->netconf.direct_routing)
		agent->tables_dirty = true;
	/* Without device, whoever asked only for a subnet routes. */
	if (agent->netconf.backend != BACKEND_ALLOC)
		ret = update_device(agent, err);
	if (!ret)
		ret = publish(agent, err);
	if (ret || !agent->own)
		return ret;
	if (agent->netconf.backend != BACKEND_ALLOC)
		ret = link_ensure_networks(&agent->rtnl, agent->link.ifindex,
					   &agent->netconf, agent->own, err);
	if (!ret && agent->conf->ip_masq)
		masq_set(agent->masq, &agent->netconf, agent->own);
	return ret;
}

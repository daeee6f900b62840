// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "takeover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "conf.h"
#include "desired.h"
#include "diff.h"
#include "flannel.h"
#include "kernel.h"
#include "link.h"
#include "log.h"
#include "mac_file.h"
#include "subnet_env.h"
#include "text_file.h"

/**
 * struct takeover - a node that moves from Flannel to us
 * @conf: options
 * @rtnl: socket
 * @kernel: our module
 * @flannel: Flannel's devices, by family
 * @netconf: networks as subnet.env tells them
 * @own: this node
 * @link: our device
 * @created: which was not there before
 */
struct takeover {
	const struct conf *conf;
	struct rtnl rtnl;
	struct kernel *kernel;
	struct flannel flannel[FAMILIES];
	struct netconf netconf;
	struct lease *own;
	struct link_state link;
	bool created;
};

static void nothing(void *data)
{
	(void)data;
}

static bool never(void *data, const struct k8sov_addr *addr)
{
	(void)data;
	(void)addr;
	return false;
}

/* The network that stands first behind KEY= in subnet.env. */
static bool read_network(const char *text, const char *key,
			 struct netconf_family *family)
{
	size_t n = strlen(key);
	char value[K8SOV_ADDR_TEXT];

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		if (strncmp(text, key, n) != 0 || text[n] != '=')
			continue;
		text += n + 1;
		snprintf(value, sizeof(value), "%.*s",
			 (int)strcspn(text, ",\n"), text);
		family->enabled = !k8sov_prefix_parse(value, &family->network,
						      &family->len);
		return family->enabled;
	}
	return false;
}

/* Networks and subnets, which the devices alone do not tell. */
static int read_env(struct takeover *t, struct k8sov_error *err)
{
	const char *path = t->conf->subnet_file;
	char *text = *path ? text_file_read(path) : NULL;
	int ret = -EINVAL;

	if (text) {
		read_network(text, "FLANNEL_NETWORK", &t->netconf.family[V4]);
		read_network(text, "FLANNEL_IPV6_NETWORK",
			     &t->netconf.family[V6]);
		ret = subnet_env_parse(text, t->own);
	}
	free(text);
	if (ret || (!t->netconf.family[V4].enabled &&
		    !t->netconf.family[V6].enabled))
		return k8sov_error_set(err, EINVAL,
				       "takeover: %s does not tell Flannel's network and this node's subnet",
				       *path ? path : "no subnet-file");
	return 0;
}

static int read_flannel(struct takeover *t, struct k8sov_error *err)
{
	unsigned int f;
	int ret = 0;

	for (f = 0; !ret && f < FAMILIES; f++) {
		ret = flannel_read(&t->rtnl, f, &t->flannel[f], err);
		t->own->family[f].public = t->flannel[f].local;
	}
	return ret;
}

/* The device that tells MAC address, VNI and port: peers know both. */
static const struct flannel *main_device(const struct takeover *t)
{
	return &t->flannel[t->flannel[V4].ifindex ? V4 : V6];
}

/* Ours with Flannel's MAC address, down as long as the port is taken. */
static int prepare_device(struct takeover *t, struct k8sov_error *err)
{
	const struct flannel *from = main_device(t);
	struct link_wish wish = {
		.name = t->conf->device,
		.vni = from->vni,
		.port = from->port,
		.bind = *t->conf->iface ? from->link : 0,
	};
	int ret = link_read(&t->rtnl, wish.name, &t->link, err);

	if (ret)
		return ret;
	t->created = !t->link.ifindex;
	memcpy(wish.mac, from->mac, sizeof(wish.mac));
	ret = link_prepare(&t->rtnl, &wish, &t->link, err);
	/* The agent would think of another one after a reboot. */
	return ret ? ret : mac_file_write(t->conf, t->link.mac, err);
}

/* Named as a store with Flannel's keys would: then the agent has no change. */
static void add_peer(struct desired *desired, const struct flannel *flannel,
		     unsigned int f, const struct flannel_peer *peer)
{
	char text[2 * K8SOV_ADDR_TEXT + 2], addr[K8SOV_ADDR_TEXT];
	struct lease *lease = memory_must(lease_create("", ""));
	struct lease_family *family = &lease->family[f];

	family->subnet = peer->subnet;
	family->len = peer->len;
	family->public = peer->public;
	family->has_mac = peer->has_mac;
	memcpy(family->mac, peer->mac, sizeof(family->mac));
	family->vni = flannel->vni;
	snprintf(lease->backend, sizeof(lease->backend), "vxlan");
	free(lease->key);
	free(lease->name);
	lease->key = memory_must(lease_format_subnets(lease));
	lease->name = memory_must(strdup(lease->key));
	k8sov_addr_format(&peer->public, addr);
	snprintf(text, sizeof(text), "%.62s %s", lease->key, addr);
	lease->owner = lease_owner(text);
	desired_add(desired, lease, 0);
	lease_destroy(lease);
}

static int apply(struct takeover *t, const struct desired *desired,
		 const struct tables *actual, struct k8sov_error *err)
{
	struct kernel_result result = {};
	struct diff diff;
	int ret;

	diff_init(&diff, &desired->tables, actual, true);
	ret = kernel_apply(t->kernel, t->link.ifindex, &diff,
			   &desired->tables, actual, &result, err);
	if (!ret && result.refused)
		ret = k8sov_error_set(err, EBUSY, "takeover: %.200s",
				      result.why);
	diff_exit(&diff);
	return ret;
}

static int fill_tables(struct takeover *t, struct k8sov_error *err)
{
	struct tables actual;
	struct desired_input input = {
		.conf = &t->netconf, .own = t->own, .actual = &actual,
		.on_link = never,
	};
	struct desired desired;
	unsigned int f;
	size_t i;
	int ret = kernel_read(t->kernel, t->link.ifindex, &actual, err);

	if (ret)
		return ret;
	desired_init(&desired, &input);
	for (f = 0; f < FAMILIES; f++)
		for (i = 0; i < t->flannel[f].peers; i++)
			if (t->flannel[f].peer[i].public.family)
				add_peer(&desired, &t->flannel[f], f,
					 &t->flannel[f].peer[i]);
	for (i = 0; i < desired.notes; i++)
		log_warn("takeover", "%s", desired.note[i].text);
	ret = apply(t, &desired, &actual, err);
	desired_exit(&desired);
	tables_exit(&actual);
	return ret;
}

static void give_back(struct takeover *t)
{
	struct k8sov_error err = {};
	unsigned int f;

	if (t->created)
		link_delete(&t->rtnl, t->link.ifindex, &err);
	else
		link_set_up(&t->rtnl, t->link.ifindex, false, &err);
	for (f = 0; f < FAMILIES; f++) {
		struct flannel *flannel = &t->flannel[f];

		if (!flannel->ifindex || !flannel->up)
			continue;
		if (link_set_up(&t->rtnl, flannel->ifindex, true, &err) ||
		    flannel_program(&t->rtnl, flannel, &err))
			log_error("takeover", "%s does not work any more: %s",
				  flannel->name, err.message);
	}
}

/*
 * The port changes hands. Flannel's routes go with its device; each is more
 * specific than the cluster's, which comes at once.
 */
static int hand_over(struct takeover *t, struct k8sov_error *err)
{
	uint64_t start = uv_hrtime();
	unsigned int f;
	int ret = 0;

	for (f = 0; !ret && f < FAMILIES; f++)
		if (t->flannel[f].ifindex)
			ret = link_set_up(&t->rtnl, t->flannel[f].ifindex,
					  false, err);
	if (!ret)
		ret = link_set_up(&t->rtnl, t->link.ifindex, true, err);
	if (!ret)
		ret = link_ensure_networks(&t->rtnl, t->link.ifindex,
					   &t->netconf, t->own, err);
	if (ret) {
		give_back(t);
		return ret;
	}
	log_info("takeover", "%s has the work of %s after %llu us: %zu peers",
		 t->conf->device, main_device(t)->name,
		 (unsigned long long)((uv_hrtime() - start) / 1000),
		 t->flannel[V4].peers + t->flannel[V6].peers);
	for (f = 0; f < FAMILIES; f++)
		if (t->flannel[f].ifindex &&
		    link_delete(&t->rtnl, t->flannel[f].ifindex, err))
			log_warn("takeover", "%s stays, down: %s",
				 t->flannel[f].name, err->message);
	return 0;
}

static int take(struct takeover *t, struct k8sov_error *err)
{
	struct k8sov_error ignored;
	int ret = read_flannel(t, err);

	if (ret)
		return ret;
	if (!main_device(t)->ifindex) {
		log_info("takeover", "there is no device of Flannel");
		return 0;
	}
	t->netconf.vni = main_device(t)->vni;
	t->netconf.port = main_device(t)->port;
	ret = read_env(t, err);
	if (!ret)
		ret = prepare_device(t, err);
	if (ret)
		return ret;
	ret = fill_tables(t, err);
	if (!ret)
		return hand_over(t, err);
	if (t->created)
		link_delete(&t->rtnl, t->link.ifindex, &ignored);
	return ret;
}

/**
 * takeover_flannel() - let our device do the work of Flannel's
 * @loop: turns once more
 * @conf: options
 * @err: filled on failure
 *
 * Return: 0; -EINVAL if subnet.env does not tell enough; -EBUSY if our module
 * refuses an entry; another -errno. On failure Flannel's device works on.
 */
int takeover_flannel(uv_loop_t *loop, const struct conf *conf,
		     struct k8sov_error *err)
{
	struct takeover t = { .conf = conf };
	unsigned int f;
	int ret = rtnl_open(&t.rtnl, err);

	t.own = memory_must(lease_create(conf->node, conf->node));
	if (!ret)
		ret = kernel_open(&t.kernel, loop, nothing, NULL, err);
	if (!ret)
		ret = take(&t, err);
	kernel_close(t.kernel);
	rtnl_close(&t.rtnl);
	for (f = 0; f < FAMILIES; f++)
		flannel_exit(&t.flannel[f]);
	lease_destroy(t.own);
	return ret;
}

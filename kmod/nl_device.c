// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "device.h"
#include "endpoint.h"
#include "identity.h"
#include "peers.h"
#include "policy_hook.h"

static int put_limits(struct sk_buff *skb, const struct k8sov_dev *kov)
{
	u32 hosts, subnets, endpoints, identities, rulesets;
	const struct k8sov_conf *conf;

	rcu_read_lock();
	conf = k8sov_conf_rcu(kov);
	hosts = conf->max_hosts;
	subnets = conf->max_subnets;
	endpoints = conf->max_endpoints;
	identities = conf->max_identities;
	rulesets = conf->max_rulesets;
	rcu_read_unlock();

	return nla_put_u32(skb, K8SOV_A_DEVICE_MAX_HOSTS, hosts) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_MAX_SUBNETS, subnets) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_MAX_ENDPOINTS, endpoints) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_MAX_IDENTITIES, identities) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_MAX_RULESETS, rulesets);
}

static int put_state(struct sk_buff *skb, const struct k8sov_dev *kov)
{
	const struct k8sov_tables *tables = k8sov_tables_locked(kov);

	return nla_put_u32(skb, K8SOV_A_DEVICE_IFINDEX, kov->dev->ifindex) ?:
	       nla_put_string(skb, K8SOV_A_DEVICE_IFNAME, kov->dev->name) ?:
	       k8sov_nl_u64_put(skb, K8SOV_A_DEVICE_GENERATION,
				tables->generation) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_HOSTS,
			   tables->peers->n_hosts) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_SUBNETS,
			   k8sov_peers_subnet_count(tables->peers)) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_ENDPOINTS,
			   tables->endpoints->count) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_IDENTITIES,
			   k8sov_identities_count(tables->identities)) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_RULESETS,
			   tables->endpoints->n_rulesets) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_POLICY,
			   k8sov_policy_mode(kov)) ?:
	       put_limits(skb, kov) ?:
	       k8sov_nl_u64_put(skb, K8SOV_A_DEVICE_MEMORY,
				k8sov_tables_memory(kov)) ?:
	       nla_put_u32(skb, K8SOV_A_DEVICE_TRANSACTIONS, kov->n_txns);
}

/**
 * k8sov_nl_device_get_doit() - handle device-get
 * @skb: request
 * @info: parsed request
 *
 * Return: as k8sov_nl_get_device().
 */
int k8sov_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return k8sov_nl_get_device(skb, info, put_state);
}

static int dump_device(struct k8sov_nl_dump *dump)
{
	return k8sov_nl_dump_device(dump, K8SOV_CMD_DEVICE_GET, put_state);
}

/**
 * k8sov_nl_device_get_dumpit() - handle the dump of device-get
 * @skb: where messages go
 * @cb: the dump
 *
 * Return: as k8sov_nl_dump().
 */
int k8sov_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return k8sov_nl_dump(skb, cb, k8sov_device_get_nl_policy,
			     ARRAY_SIZE(k8sov_device_get_nl_policy) - 1,
			     dump_device);
}

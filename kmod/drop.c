// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "drop.h"

#include <linux/skbuff.h>
#include <linux/string.h>

#include "stats.h"
#include "trace.h"

/*
 * A module cannot register reasons of its own with the core, so each of ours
 * maps to the nearest core reason that every supported kernel has; drop_monitor
 * shows that one, the counter and the tracepoint show ours.
 */
#define REASON(ours, text, core) \
	[K8SOV_DROP_##ours] = { text, SKB_DROP_REASON_##core }

static const struct {
	const char *name;
	enum skb_drop_reason core;
} reasons[] = {
	REASON(NONE, "none", NOT_SPECIFIED),
	REASON(TX_NOT_IP, "tx_not_ip", UNHANDLED_PROTO),
	REASON(TX_MALFORMED, "tx_malformed", IP_INHDR),
	REASON(TX_NO_SUBNET, "tx_no_subnet", IP_OUTNOROUTES),
	REASON(TX_MULTICAST, "tx_multicast", IP_OUTNOROUTES),
	REASON(TX_LOCAL, "tx_local", IP_OUTNOROUTES),
	REASON(TX_BLACKHOLE, "tx_blackhole", IP_OUTNOROUTES),
	REASON(TX_UNREACHABLE, "tx_unreachable", IP_OUTNOROUTES),
	REASON(TX_NO_ROUTE, "tx_no_route", IP_OUTNOROUTES),
	REASON(TX_LOOP, "tx_loop", IP_OUTNOROUTES),
	REASON(TX_RECURSION, "tx_recursion", NOT_SPECIFIED),
	REASON(TX_TOO_BIG, "tx_too_big", PKT_TOO_BIG),
	REASON(TX_NOT_ON_LINK, "tx_not_on_link", IP_OUTNOROUTES),
	REASON(TX_NO_MEMORY, "tx_no_memory", NOMEM),
	REASON(TX_SOURCE, "tx_source", IP_RPFILTER),
	REASON(RX_TRUNCATED, "rx_truncated", HDR_TRUNC),
	REASON(RX_FLAGS, "rx_flags", DEV_HDR),
	REASON(RX_PROTOCOL, "rx_protocol", UNHANDLED_PROTO),
	REASON(RX_OPTION, "rx_option", DEV_HDR),
	REASON(RX_VNI, "rx_vni", DEV_HDR),
	REASON(RX_MAC, "rx_mac", OTHERHOST),
	REASON(RX_NOT_IP, "rx_not_ip", UNHANDLED_PROTO),
	REASON(RX_MALFORMED, "rx_malformed", IP_INHDR),
	REASON(RX_ECN, "rx_ecn", IP_INHDR),
	REASON(RX_HOST, "rx_host", IP_RPFILTER),
	REASON(RX_SOURCE, "rx_source", IP_RPFILTER),
	REASON(RX_DESTINATION, "rx_destination", OTHERHOST),
	REASON(RX_MULTICAST, "rx_multicast", OTHERHOST),
	REASON(RX_NO_MEMORY, "rx_no_memory", NOMEM),
	REASON(RX_DOWN, "rx_down", DEV_READY),
	REASON(RX_DIRECT, "rx_direct", IP_RPFILTER),
	REASON(POLICY_INGRESS, "policy_ingress", NETFILTER_DROP),
	REASON(POLICY_EGRESS, "policy_egress", NETFILTER_DROP),
	REASON(POLICY_PENDING, "policy_pending", NETFILTER_DROP),
	REASON(POLICY_UNKNOWN, "policy_unknown", NETFILTER_DROP),
	REASON(POLICY_INVALID, "policy_invalid", NETFILTER_DROP),
	REASON(POLICY_REDIRECT, "policy_redirect", NETFILTER_DROP),
	REASON(POLICY_BRIDGED, "policy_bridged", NETFILTER_DROP),
	REASON(POLICY_MISSING, "policy_missing", NETFILTER_DROP),
};

static_assert(ARRAY_SIZE(reasons) == __K8SOV_DROP_MAX);

/**
 * k8sov_drop_name() - name of a reason, as in ethtool -S
 * @reason: the reason
 *
 * Return: a string that lives as long as the module.
 */
const char *k8sov_drop_name(enum k8sov_drop reason)
{
	return reasons[reason].name;
}

/**
 * k8sov_drop_is_tx() - was a packet dropped on its way to the underlay?
 * @reason: the reason
 *
 * Return: true if so, false if on its way from there.
 */
bool k8sov_drop_is_tx(enum k8sov_drop reason)
{
	return !strncmp(reasons[reason].name, "tx_", 3) ||
	       reason == K8SOV_DROP_POLICY_EGRESS;
}

static void count(struct k8sov_dev *kov, enum k8sov_drop reason)
{
	struct k8sov_stats *s;

	local_bh_disable();
	s = this_cpu_ptr(kov->stats);
	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->drops[reason]);
	u64_stats_update_end(&s->syncp);
	local_bh_enable();
}

/**
 * k8sov_drop() - drop a packet and say why
 * @kov: the device that counts it
 * @skb: the packet, freed; netfilter hooks have stolen it then
 * @reason: why
 *
 * Context: any; bottom halves are switched off for the counter.
 */
void k8sov_drop(struct k8sov_dev *kov, struct sk_buff *skb,
		enum k8sov_drop reason)
{
	trace_k8sov_drop(kov->dev, skb, reason);
	count(kov, reason);
	kfree_skb_reason(skb, reasons[reason].core);
}

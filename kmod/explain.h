/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_EXPLAIN_H
#define _K8SOV_EXPLAIN_H

#include <uapi/linux/k8sov.h>

#include "addr.h"

struct k8sov_dev;
struct k8sov_endpoint;
struct k8sov_host;
struct k8sov_lpm_entry;
struct k8sov_rule;
struct k8sov_ruleset;

#define K8SOV_EXPLAIN_STEPS	(K8SOV_STEP_MAX + 1)

/**
 * struct k8sov_question - a packet to explain
 * @rx: it comes from the overlay
 * @source: inner source
 * @destination: inner destination, of the same family
 * @outer: outer source, if @rx
 * @link: interface by which it enters the node, 0 if that is not asked
 * @protocol: of its payload, 0 if that is not asked
 * @port: destination port; type << 8 | code of ICMP and ICMPv6
 */
struct k8sov_question {
	bool rx;
	struct k8sov_addr source;
	struct k8sov_addr destination;
	struct k8sov_addr outer;
	u32 link;
	u8 protocol;
	u16 port;
};

/**
 * struct k8sov_explain_step - one lookup, and what it found
 * @kind: enum k8sov_step
 * @address: what was looked up, family 0 if nothing was
 * @subnet: the subnet found, or NULL
 * @endpoint: the endpoint found, or NULL
 * @host: the host found, or NULL
 * @identity: the identity found, if @kind is about one
 * @link: interface, or 0
 * @mtu: largest packet that fits, or 0
 * @source: outer source of the route, family 0 if none
 * @gateway: next hop of the route, family 0 if none
 * @reason: why the packet is dropped, if @kind is the verdict or a policy
 * @ruleset: what decided, or NULL
 * @rule: rule of @ruleset that decided, or NULL
 * @index: its index
 */
struct k8sov_explain_step {
	u8 kind;
	struct k8sov_addr address;
	const struct k8sov_lpm_entry *subnet;
	const struct k8sov_endpoint *endpoint;
	const struct k8sov_host *host;
	u32 identity;
	u32 link;
	u32 mtu;
	struct k8sov_addr source;
	struct k8sov_addr gateway;
	enum k8sov_drop reason;
	const struct k8sov_ruleset *ruleset;
	const struct k8sov_rule *rule;
	u32 index;
};

/**
 * struct k8sov_explanation - the way of a packet
 * @n: length of @steps
 * @steps: in the order in which the packet takes them
 * @reason: why it is dropped, K8SOV_DROP_NONE if it is not
 */
struct k8sov_explanation {
	unsigned int n;
	enum k8sov_drop reason;
	struct k8sov_explain_step steps[K8SOV_EXPLAIN_STEPS];
};

/* Slow path: callers hold the lock of the device, and use the result so. */

void k8sov_explain(struct k8sov_dev *kov, const struct k8sov_question *q,
		   struct k8sov_explanation *x);

#endif /* _K8SOV_EXPLAIN_H */

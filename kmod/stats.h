/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_STATS_H
#define _K8SOV_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include <uapi/linux/k8sov.h>

#include "device.h"

/**
 * struct k8sov_stats - counters of a device, one CPU's part
 * @rx_packets: packets handed to the stack
 * @rx_bytes: their inner length
 * @tx_packets: packets handed to the underlay
 * @tx_bytes: their inner length
 * @drops: packets dropped, by enum k8sov_drop
 * @audited: verdicts against packets that passed, for the device only audits
 * @syncp: orders the counters on 32 bit machines
 */
struct k8sov_stats {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	u64_stats_t drops[__K8SOV_DROP_MAX];
	u64_stats_t audited;
	struct u64_stats_sync syncp;
};

/**
 * struct k8sov_stats_sum - counters of a device, all CPUs
 * @rx_packets: packets handed to the stack
 * @rx_bytes: their inner length
 * @tx_packets: packets handed to the underlay
 * @tx_bytes: their inner length
 * @drops: packets dropped, by enum k8sov_drop
 * @audited: verdicts against packets that passed, for the device only audits
 */
struct k8sov_stats_sum {
	u64 rx_packets;
	u64 rx_bytes;
	u64 tx_packets;
	u64 tx_bytes;
	u64 drops[__K8SOV_DROP_MAX];
	u64 audited;
};

/* Packet path: bottom halves are off. */

void k8sov_stats_tx(struct k8sov_dev *kov, struct k8sov_host *host,
		    unsigned int len);
void k8sov_stats_rx(struct k8sov_dev *kov, struct k8sov_host *host,
		    unsigned int len);

/* The same, in any context. */

void k8sov_stats_audited(struct k8sov_dev *kov);

/* Control path. */

struct k8sov_stats __percpu *k8sov_stats_create(void);
void k8sov_stats_fold(const struct k8sov_dev *kov,
		      struct k8sov_stats_sum *sum);

#endif /* _K8SOV_STATS_H */

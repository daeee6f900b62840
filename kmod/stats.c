// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "stats.h"

#include <linux/gfp.h>

/**
 * k8sov_stats_tx() - count a packet handed to the underlay
 * @kov: the device
 * @host: where it goes
 * @len: its inner length in bytes
 *
 * Context: bottom halves off.
 */
void k8sov_stats_tx(struct k8sov_dev *kov, struct k8sov_host *host,
		    unsigned int len)
{
	struct k8sov_host_stats *h = this_cpu_ptr(host->stats);
	struct k8sov_stats *s = this_cpu_ptr(kov->stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->tx_packets);
	u64_stats_add(&s->tx_bytes, len);
	u64_stats_update_end(&s->syncp);

	u64_stats_update_begin(&h->syncp);
	u64_stats_inc(&h->tx_packets);
	u64_stats_add(&h->tx_bytes, len);
	u64_stats_update_end(&h->syncp);
}

/**
 * k8sov_stats_rx() - count a packet handed to the stack
 * @kov: the device
 * @host: where it came from
 * @len: its inner length in bytes
 *
 * Context: bottom halves off.
 */
void k8sov_stats_rx(struct k8sov_dev *kov, struct k8sov_host *host,
		    unsigned int len)
{
	struct k8sov_host_stats *h = this_cpu_ptr(host->stats);
	struct k8sov_stats *s = this_cpu_ptr(kov->stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->rx_packets);
	u64_stats_add(&s->rx_bytes, len);
	u64_stats_update_end(&s->syncp);

	u64_stats_update_begin(&h->syncp);
	u64_stats_inc(&h->rx_packets);
	u64_stats_add(&h->rx_bytes, len);
	u64_stats_update_end(&h->syncp);
}

/**
 * k8sov_stats_audited() - count a verdict that had no consequences
 * @kov: the device
 *
 * Context: any; bottom halves are switched off for the counter.
 */
void k8sov_stats_audited(struct k8sov_dev *kov)
{
	struct k8sov_stats *s;

	local_bh_disable();
	s = this_cpu_ptr(kov->stats);
	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->audited);
	u64_stats_update_end(&s->syncp);
	local_bh_enable();
}

/**
 * k8sov_stats_create() - counters of a device, all zero
 *
 * Context: may sleep.
 * Return: to be freed with free_percpu(), or NULL without memory.
 */
struct k8sov_stats __percpu *k8sov_stats_create(void)
{
	struct k8sov_stats __percpu *stats;
	int cpu;

	stats = alloc_percpu_gfp(struct k8sov_stats, GFP_KERNEL_ACCOUNT);
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->syncp);
	return stats;
}

static void add_part(struct k8sov_stats_sum *sum, const struct k8sov_stats *s)
{
	struct k8sov_stats_sum one;
	unsigned int start;
	int i;

	do {
		start = u64_stats_fetch_begin(&s->syncp);
		one.rx_packets = u64_stats_read(&s->rx_packets);
		one.rx_bytes = u64_stats_read(&s->rx_bytes);
		one.tx_packets = u64_stats_read(&s->tx_packets);
		one.tx_bytes = u64_stats_read(&s->tx_bytes);
		one.audited = u64_stats_read(&s->audited);
		for (i = 0; i < __K8SOV_DROP_MAX; i++)
			one.drops[i] = u64_stats_read(&s->drops[i]);
	} while (u64_stats_fetch_retry(&s->syncp, start));

	sum->rx_packets += one.rx_packets;
	sum->rx_bytes += one.rx_bytes;
	sum->tx_packets += one.tx_packets;
	sum->tx_bytes += one.tx_bytes;
	sum->audited += one.audited;
	for (i = 0; i < __K8SOV_DROP_MAX; i++)
		sum->drops[i] += one.drops[i];
}

/**
 * k8sov_stats_fold() - sum of a device's counters over all CPUs
 * @kov: the device
 * @sum: result
 *
 * Context: any.
 */
void k8sov_stats_fold(const struct k8sov_dev *kov, struct k8sov_stats_sum *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		add_part(sum, per_cpu_ptr(kov->stats, cpu));
}

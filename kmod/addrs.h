/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ADDRS_H
#define _K8SOV_ADDRS_H

#include "addr.h"

struct k8sov_lpm;
struct k8sov_lpm_entry;

/**
 * struct k8sov_prefix - an address prefix
 * @addr: no bit is set past @len
 * @len: length in bits
 */
struct k8sov_prefix {
	struct k8sov_addr addr;
	u8 len;
};

bool k8sov_addr_equal(const struct k8sov_addr *a, const struct k8sov_addr *b);
bool k8sov_addr_is_unicast(const struct k8sov_addr *addr);
struct k8sov_lpm_entry *k8sov_addrs_find(const struct k8sov_lpm *tables,
					 const struct k8sov_addr *addr);
int k8sov_addrs_claim(struct k8sov_lpm *tables, const struct k8sov_addr *addrs,
		      unsigned int n, u32 value, unsigned int *bad);
void k8sov_addrs_release(struct k8sov_lpm *tables,
			 const struct k8sov_addr *addrs, unsigned int n,
			 const struct k8sov_addr *keep, unsigned int n_keep);

#endif /* _K8SOV_ADDRS_H */

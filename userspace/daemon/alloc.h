/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _ALLOC_H
#define _ALLOC_H

#include <stdbool.h>
#include <stdint.h>

#include "lease.h"
#include "netconf.h"

struct k8sov_error;

/*
 * The subnets of a cluster that may not be allocated: leases of other nodes
 * and reservations, of both families, in any order, overlapping or not.
 */
struct alloc_set;

struct alloc_set *alloc_set_create(void);
void alloc_set_destroy(struct alloc_set *set);
void alloc_set_add(struct alloc_set *set, const struct k8sov_addr *subnet,
		   uint8_t len);
void alloc_set_add_lease(struct alloc_set *set, const struct lease *lease);
bool alloc_set_overlaps(struct alloc_set *set, const struct k8sov_addr *subnet,
			uint8_t len);

/*
 * alloc_fits(): a subnet is one that this configuration could have allocated.
 * alloc_lease_fits(): the lease has just the enabled families and all fit.
 */
bool alloc_fits(const struct netconf_family *conf,
		const struct k8sov_addr *subnet, uint8_t len);
bool alloc_lease_fits(const struct netconf *conf, const struct lease *lease);

/*
 * Flannel's rule: what the node had before (@wish, may be NULL) if that fits
 * and is free, else at random one of the first 100 that are free. Only
 * @out->subnet and @out->len are written. The second does so for all enabled
 * families of @out, and clears the subnets of the others.
 * Return: 0; -ENOSPC with a sentence if nothing is free, and nothing is
 * written.
 */
int alloc_subnet(const struct netconf_family *conf, unsigned int family,
		 struct alloc_set *taken, const struct lease *wish,
		 struct lease_family *out, struct k8sov_error *err);
int alloc_lease(const struct netconf *conf, struct alloc_set *taken,
		const struct lease *wish, struct lease *out,
		struct k8sov_error *err);

#endif /* _ALLOC_H */

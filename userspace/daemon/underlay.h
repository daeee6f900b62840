/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _UNDERLAY_H
#define _UNDERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../lib/rtnl.h"
#include "netconf.h"

#define UNDERLAY_ADDRESSES 32

/**
 * struct underlay - the interface that packets leave by
 * @ifindex: its index
 * @address: the addresses to publish, by family; family 0 for none
 * @own: all its addresses
 * @n: how many
 */
struct underlay {
	uint32_t ifindex;
	struct k8sov_addr address[FAMILIES];
	struct k8sov_addr own[UNDERLAY_ADDRESSES];
	size_t n;
};

/*
 * @iface: name, or "" for the interface of the default route.
 * Return: 0; -ENODEV with a sentence that says what to do.
 */
int underlay_read(struct rtnl *rtnl, const char *iface,
		  struct underlay *underlay, struct k8sov_error *err);

/* Does the node's route to an address have no gateway? By interface @bind, if
 * that is not 0.
 */
bool underlay_on_link(struct rtnl *rtnl, uint32_t bind,
		      const struct k8sov_addr *addr);
/* Pure: is it an address of the interface? */
bool underlay_owns(const struct underlay *underlay,
		   const struct k8sov_addr *addr);

#endif /* _UNDERLAY_H */

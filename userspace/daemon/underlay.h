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
 * @prefix: all its addresses
 * @len: lengths of their networks
 * @prefixes: how many
 */
struct underlay {
	uint32_t ifindex;
	struct k8sov_addr address[FAMILIES];
	struct k8sov_addr prefix[UNDERLAY_ADDRESSES];
	uint8_t len[UNDERLAY_ADDRESSES];
	size_t prefixes;
};

/*
 * @iface: name, or "" for the interface of the default route.
 * Return: 0; -ENODEV with a sentence that says what to do.
 */
int underlay_read(struct rtnl *rtnl, const char *iface,
		  struct underlay *underlay, struct k8sov_error *err);

/* Pure: is an address in a network of the interface? */
bool underlay_on_link(const struct underlay *underlay,
		      const struct k8sov_addr *addr);
bool underlay_owns(const struct underlay *underlay,
		   const struct k8sov_addr *addr);

#endif /* _UNDERLAY_H */

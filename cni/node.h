/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_NODE_H
#define _CNI_NODE_H

#include <stdint.h>

#include "../userspace/lib/addr.h"

struct cni_error;
struct conf;

/**
 * struct node - what k8sovd (or Flannel) wrote of this node
 * @networks: of the cluster, by family (0: IPv4, 1: IPv6); family 0: none
 * @subnets: of this node
 * @mtu: of the overlay in bytes, 0: not said
 */
struct node {
	struct { struct k8sov_addr addr; uint8_t len; } networks[2], subnets[2];
	uint32_t mtu;
};

/* CNI_TRY_LATER if there is no file yet. */
int node_read(const struct conf *conf, struct node *node,
	      struct cni_error *err);

#endif /* _CNI_NODE_H */

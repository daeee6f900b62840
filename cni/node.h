/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_NODE_H
#define _CNI_NODE_H

#include <stdint.h>

#include "../userspace/lib/addr.h"

struct cni_error;
struct conf;

/* Bits beyond the length are 0. */
struct node_prefix {
	struct k8sov_addr addr;
	uint8_t len;
};

/**
 * struct node - what k8sovd (or Flannel) wrote of this node
 * @networks: of the cluster, by family (0: IPv4, 1: IPv6); family 0: none
 * @subnets: of this node
 * @mtu: of the overlay in bytes, 0: not said
 * @device: the overlay's, "" if not said
 */
struct node {
	struct node_prefix networks[2], subnets[2];
	uint32_t mtu;
	char device[16];
};

/* CNI_TRY_LATER if there is no file yet. Sets conf->device if that was not
 * said.
 */
int node_read(struct conf *conf, struct node *node, struct cni_error *err);
/* What a file says; subnet.json or subnet.env. Pure. */
int node_parse(const char *text, struct node *node, struct cni_error *err);

#endif /* _CNI_NODE_H */

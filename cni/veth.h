/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_VETH_H
#define _CNI_VETH_H

#include <stdbool.h>
#include <stdint.h>

#include "result.h"

struct cni_error;

/* Names of 15 bytes, from network, container and interface: DEL needs no
 * memory of ADD.
 */
void veth_name(const char *network, const char *container, const char *ifname,
	       char name[static 16]);

/**
 * struct veth - a pod's link
 * @host: name on the host
 * @host_index: index there
 * @ifname: name in the pod
 * @pod_index: index there
 * @netns: path of the pod's namespace
 * @netns_fd: the namespace
 * @mtu: of both ends
 * @pod_mac: MAC address in the pod
 * @alias: "k8sov:NETWORK:CONTAINER:IFNAME", IFLA_IFALIAS of the host's end: GC
 *         finds by it what is ours
 */
struct veth {
	char host[16];
	uint32_t host_index;
	const char *ifname;
	uint32_t pod_index;
	const char *netns;
	int netns_fd;
	uint32_t mtu;
	uint8_t pod_mac[6];
	char alias[256];
};

/* The pair, both ends down; deleting the host's end undoes everything. */
int veth_create(struct veth *veth, struct cni_error *err);
/* Addresses, neighbours, routes, sysctls; both ends up. */
int veth_configure(const struct veth *veth, const struct result *result,
		   struct cni_error *err);
/* 0 also if there is none. */
int veth_delete(const char *host, struct cni_error *err);
/* CNI_MISMATCH names what is not as @result says. */
int veth_check(const struct veth *veth, const struct result *result,
	       struct cni_error *err);

#endif /* _CNI_VETH_H */

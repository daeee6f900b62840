/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_VETH_H
#define _CNI_VETH_H

#include <stdbool.h>
#include <stdint.h>

#include "../userspace/lib/rtnl.h"
#include "result.h"

struct cni_env;
struct cni_error;
struct conf;
struct steps;

/* MAC address of every host's end, for pods alone on a link need no other. */
#define VETH_HOST_MAC "\xee\xee\xee\xee\xee\xee"

/**
 * struct veth - a pod's link
 * @host: name on the host, "pod" and a hash
 * @host_index: index there
 * @ifname: name in the pod
 * @pod_index: index there
 * @netns: path of the pod's namespace
 * @netns_fd: the namespace, -1 if not open
 * @mtu: of both ends
 * @pod_mac: MAC address in the pod
 * @alias: "k8sov:NETWORK:CONTAINER:IFNAME", IFLA_IFALIAS of the host's end: GC
 *         finds by it what is ours, and DEL
 * @source: the address that the pod has without this link to speak to anybody,
 *          by family (0: IPv4, 1: IPv6); family 0: it has no way there
 * @on_host: socket on the host
 * @in_pod: socket in the pod's namespace
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
	struct k8sov_addr source[2];
	struct rtnl on_host;
	struct rtnl in_pod;
};

/* veth_name.c, pure: names of 15 bytes, from network, container and interface,
 * so that DEL needs no memory of ADD.
 */
void veth_name(const char *network, const char *container, const char *ifname,
	       char name[static 16]);
int veth_init(struct veth *veth, const struct cni_env *env,
	      const struct conf *conf, struct cni_error *err);
/* The one asked for, else one that follows from the addresses. */
int veth_mac(const struct conf *conf, const struct result *result,
	     uint8_t mac[static 6], struct cni_error *err);
struct k8sov_addr veth_gateway(int family);

/* veth.c: needs @netns_fd; the rest is what veth_init() made of it. */
int veth_open(struct veth *veth, struct cni_error *err);
/* Where would a packet to anybody go? Answered by an RTM_NEWROUTE. */
void veth_ask_way(struct steps *steps, int family,
		  const struct k8sov_addr *from);
void veth_close(struct veth *veth);
/* Fails if the pod has @ifname; else sets @source. */
int veth_absent(struct veth *veth, struct cni_error *err);
/* The pair, both ends down; deleting the host's end undoes everything. */
int veth_create(struct veth *veth, struct cni_error *err);
/* 0 also if there is none. */
int veth_delete(const char *host, struct cni_error *err);
/* The same, if it is this attachment's. */
int veth_detach(struct veth *veth, struct cni_error *err);
/* The links here that have an alias; ends when @fn returns other than 0. */
int veth_each(int (*fn)(void *data, const char *host, const char *alias),
	      void *data, struct cni_error *err);

/* What a second interface of a pod sends by has a table of its own there. */
#define VETH_OWN_TABLE 75000

/* veth_configure.c: addresses, neighbours, routes, sysctls; both ends up. */
int veth_configure(struct veth *veth, const struct result *result,
		   struct cni_error *err);

/* veth_check.c: CNI_MISMATCH names what is not as @result says. */
int veth_check(struct veth *veth, const struct result *result,
	       struct cni_error *err);

#endif /* _CNI_VETH_H */

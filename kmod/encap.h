/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ENCAP_H
#define _K8SOV_ENCAP_H

#include <linux/types.h>

#include <uapi/linux/k8sov.h>

/*
 * The tunnel headers as bytes. Pure: no skb, no device, so that the same code
 * runs in unit tests and fuzzers.
 */

/* Lengths in bytes: the fixed part of each tunnel header, and what precedes
 * an inner packet between the outer IP header and itself.
 */
#define K8SOV_VXLAN_HLEN	8
#define K8SOV_GENEVE_HLEN	8
#define K8SOV_INNER_ETH_HLEN	14
#define K8SOV_UDP_HLEN		8

/**
 * struct k8sov_tunnel_header - what a received tunnel header says
 * @vni: virtual network identifier, 24 bits
 * @len: length of the header with its options, in bytes
 */
struct k8sov_tunnel_header {
	u32 vni;
	u32 len;
};

void k8sov_vxlan_build(void *header, u32 vni);
enum k8sov_drop k8sov_vxlan_parse(const void *header,
				  struct k8sov_tunnel_header *out);

void k8sov_geneve_build(void *header, u32 vni);
enum k8sov_drop k8sov_geneve_parse(const void *header,
				   struct k8sov_tunnel_header *out);

unsigned int k8sov_encap_overhead(enum k8sov_encap encap, bool outer_v6);

#endif /* _K8SOV_ENCAP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ENCAP_H
#define _K8SOV_ENCAP_H

#include <linux/types.h>

#include <asm/byteorder.h>

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

/* RFC 7348 section 5: the I flag, everything else is reserved. */
#define K8SOV_VXLAN_FLAG_VNI	0x08000000u

/* The fixed part of each tunnel header, wherever it begins. */
struct k8sov_tunnel_words {
	__be32 first;
	__be32 second;
} __packed;

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

/**
 * k8sov_vxlan_parse() - read a VXLAN header
 * @header: K8SOV_VXLAN_HLEN bytes
 * @out: what it says
 *
 * Bits that RFC 7348 reserves belong to extensions (GBP, GPE, remote checksum
 * offload) that change the meaning of the packet. None is spoken here, so a
 * packet with any of them is refused, as Linux vxlan does.
 *
 * Return: K8SOV_DROP_NONE, or K8SOV_DROP_RX_FLAGS for a header without VNI or
 * with reserved bits set.
 */
static inline enum k8sov_drop
k8sov_vxlan_parse(const void *header, struct k8sov_tunnel_header *out)
{
	const struct k8sov_tunnel_words *words = header;

	if (words->first != cpu_to_be32(K8SOV_VXLAN_FLAG_VNI) ||
	    words->second & cpu_to_be32(0xff))
		return K8SOV_DROP_RX_FLAGS;
	out->vni = be32_to_cpu(words->second) >> 8;
	out->len = K8SOV_VXLAN_HLEN;
	return K8SOV_DROP_NONE;
}

void k8sov_geneve_build(void *header, u32 vni);
enum k8sov_drop k8sov_geneve_parse(const void *header,
				   struct k8sov_tunnel_header *out);

/**
 * k8sov_tunnel_parse() - read a header of a socket's kind
 * @geneve: the kind, else VXLAN
 * @header: 8 bytes
 * @out: what it says
 *
 * Return: as k8sov_vxlan_parse() and k8sov_geneve_parse().
 */
static inline enum k8sov_drop
k8sov_tunnel_parse(bool geneve, const void *header,
		   struct k8sov_tunnel_header *out)
{
	if (unlikely(geneve))
		return k8sov_geneve_parse(header, out);
	return k8sov_vxlan_parse(header, out);
}

unsigned int k8sov_encap_overhead(enum k8sov_encap encap, bool outer_v6);

#endif /* _K8SOV_ENCAP_H */

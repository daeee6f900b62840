// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "encap.h"

#include <linux/if_ether.h>

#include <asm/byteorder.h>

/* RFC 8926 section 3.4, first 32 bits. */
#define GENEVE_VERSION(w)	((w) >> 30)
#define GENEVE_OPT_LEN(w)	(((w) >> 24 & 0x3f) * 4)
#define GENEVE_CONTROL		0x00800000u
#define GENEVE_CRITICAL		0x00400000u
#define GENEVE_PROTOCOL(w)	((w) & 0xffff)

static void put_words(void *header, u32 first, u32 second)
{
	struct k8sov_tunnel_words *words = header;

	words->first = cpu_to_be32(first);
	words->second = cpu_to_be32(second);
}

static void get_words(const void *header, u32 *first, u32 *second)
{
	const struct k8sov_tunnel_words *words = header;

	*first = be32_to_cpu(words->first);
	*second = be32_to_cpu(words->second);
}

/**
 * k8sov_vxlan_build() - write a VXLAN header (RFC 7348 section 5)
 * @header: K8SOV_VXLAN_HLEN bytes to write to
 * @vni: virtual network identifier, 24 bits
 */
void k8sov_vxlan_build(void *header, u32 vni)
{
	put_words(header, K8SOV_VXLAN_FLAG_VNI, vni << 8);
}

/**
 * k8sov_geneve_build() - write a Geneve header (RFC 8926 section 3.4)
 * @header: K8SOV_GENEVE_HLEN bytes to write to
 * @vni: virtual network identifier, 24 bits
 *
 * No options, payload Ethernet.
 */
void k8sov_geneve_build(void *header, u32 vni)
{
	put_words(header, ETH_P_TEB, vni << 8);
}

/**
 * k8sov_geneve_parse() - read the fixed part of a Geneve header
 * @header: K8SOV_GENEVE_HLEN bytes
 * @out: what it says; @out->len counts the options, which the caller has yet
 *	to find in the packet
 *
 * Reserved bits are ignored on receipt, as RFC 8926 section 3.4 demands.
 * Options are skipped, unless one is critical: then section 3.4 says drop.
 *
 * Return: K8SOV_DROP_NONE; K8SOV_DROP_RX_FLAGS for another version or a
 * control packet; K8SOV_DROP_RX_OPTION for critical options;
 * K8SOV_DROP_RX_PROTOCOL if the payload is not Ethernet.
 */
enum k8sov_drop k8sov_geneve_parse(const void *header,
				   struct k8sov_tunnel_header *out)
{
	u32 first, vni;

	get_words(header, &first, &vni);
	if (GENEVE_VERSION(first) || first & GENEVE_CONTROL)
		return K8SOV_DROP_RX_FLAGS;
	if (first & GENEVE_CRITICAL)
		return K8SOV_DROP_RX_OPTION;
	if (GENEVE_PROTOCOL(first) != ETH_P_TEB)
		return K8SOV_DROP_RX_PROTOCOL;
	out->vni = vni >> 8;
	out->len = K8SOV_GENEVE_HLEN + GENEVE_OPT_LEN(first);
	return K8SOV_DROP_NONE;
}

/**
 * k8sov_encap_overhead() - bytes that an encapsulation adds to a packet
 * @encap: the encapsulation
 * @outer_v6: the outer header is IPv6
 *
 * Return: from the start of the outer IP header to that of the inner one.
 */
unsigned int k8sov_encap_overhead(enum k8sov_encap encap, bool outer_v6)
{
	unsigned int ip = outer_v6 ? 40 : 20;

	switch (encap) {
	case K8SOV_ENCAP_VXLAN:
	case K8SOV_ENCAP_GENEVE:
		return ip + K8SOV_UDP_HLEN + K8SOV_VXLAN_HLEN +
		       K8SOV_INNER_ETH_HLEN;
	case K8SOV_ENCAP_IPIP:
		return ip;
	case K8SOV_ENCAP_DIRECT:
	case __K8SOV_ENCAP_MAX:
		break;
	}
	return 0;
}

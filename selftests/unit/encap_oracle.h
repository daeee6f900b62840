/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tunnel headers read octet by octet, as the figures of the RFCs show them
 *
 * Shares nothing with kmod/encap.c but the names of the reasons.
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_ENCAP_ORACLE_H
#define _K8SOV_ENCAP_ORACLE_H

#include "shim.h"

#include <uapi/linux/k8sov.h>

/**
 * struct header_facts - what a header of eight octets says
 * @reason: why it is refused, K8SOV_DROP_NONE if it is not
 * @vni: virtual network identifier
 * @len: length with options, in bytes
 */
struct header_facts {
	enum k8sov_drop reason;
	u32 vni;
	u32 len;
};

static inline u32 three_octets(const u8 *h)
{
	return h[0] * 65536 + h[1] * 256 + h[2];
}

/* RFC 7348 section 5: R R R R I R R R, 24 reserved bits, VNI, 8 reserved. */
static inline struct header_facts vxlan_facts(const u8 *h)
{
	struct header_facts facts = { K8SOV_DROP_NONE, three_octets(h + 4), 8 };
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		bool set = h[bit / 8] & (0x80 >> bit % 8);

		if (bit == 4 ? !set : set && (bit < 32 || bit >= 56))
			facts.reason = K8SOV_DROP_RX_FLAGS;
	}
	return facts;
}

/* RFC 8926 section 3.4: version, option length, O, C, 6 reserved bits,
 * protocol type, VNI, 8 reserved bits.
 */
static inline struct header_facts geneve_facts(const u8 *h)
{
	struct header_facts facts = {
		.vni = three_octets(h + 4),
		.len = 8 + (h[0] & 63) * 4,
	};

	if (h[0] >= 64 || h[1] >= 128)
		facts.reason = K8SOV_DROP_RX_FLAGS;
	else if (h[1] & 64)
		facts.reason = K8SOV_DROP_RX_OPTION;
	else if (h[2] != 0x65 || h[3] != 0x58)
		facts.reason = K8SOV_DROP_RX_PROTOCOL;
	return facts;
}

#endif /* _K8SOV_ENCAP_ORACLE_H */

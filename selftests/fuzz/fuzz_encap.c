// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnel headers against the figures of the RFCs, from the fuzzer's bytes
 *
 * Each eight bytes are one header, copied to memory of exactly that size.
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include "encap.h"
#include "encap_oracle.h"

static void compare(const struct header_facts *want, enum k8sov_drop reason,
		    const struct k8sov_tunnel_header *got)
{
	WARN_ON(reason != want->reason);
	WARN_ON(!reason && got->vni != want->vni);
	WARN_ON(!reason && got->len != want->len);
}

static void fuzz_header(const u8 *bytes)
{
	struct k8sov_tunnel_header got = {};
	struct header_facts want;
	u8 *header = malloc(8);
	u8 again[8];

	if (!header)
		return;
	memcpy(header, bytes, 8);

	want = vxlan_facts(header);
	compare(&want, k8sov_vxlan_parse(header, &got), &got);
	/* No reserved bit is tolerated, so there is one header for a VNI. */
	if (!want.reason) {
		k8sov_vxlan_build(again, want.vni);
		WARN_ON(memcmp(again, header, 8));
	}

	want = geneve_facts(header);
	compare(&want, k8sov_geneve_parse(header, &got), &got);
	if (!want.reason) {
		k8sov_geneve_build(again, want.vni);
		WARN_ON(geneve_facts(again).vni != want.vni);
		WARN_ON(geneve_facts(again).reason);
	}
	free(header);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	for (; size >= 8; data += 8, size -= 8)
		fuzz_header(data);
	return 0;
}

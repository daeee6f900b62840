// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnel headers: by hand, every single bit, and every header that is built
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include "encap.h"
#include "encap_oracle.h"
#include "tap.h"

typedef enum k8sov_drop (*parse_fn)(const void *header,
				    struct k8sov_tunnel_header *out);

struct header_case {
	const char *name;
	parse_fn parse;
	u8 header[8];
	struct header_facts want;
};

static const struct header_case header_cases[] = {
	{ "vxlan: the VNI is in octets 4 to 6", k8sov_vxlan_parse,
	  { 0x08, 0, 0, 0, 0x12, 0x34, 0x56, 0 },
	  { K8SOV_DROP_NONE, 0x123456, 8 } },
	{ "vxlan: the VNI may be 0", k8sov_vxlan_parse,
	  { 0x08 }, { K8SOV_DROP_NONE, 0, 8 } },
	{ "vxlan: all 24 bits of the VNI count", k8sov_vxlan_parse,
	  { 0x08, 0, 0, 0, 0xff, 0xff, 0xff, 0 },
	  { K8SOV_DROP_NONE, 0xffffff, 8 } },
	{ "vxlan: a header without the I flag is refused", k8sov_vxlan_parse,
	  { 0, 0, 0, 0, 0, 0, 1, 0 }, { K8SOV_DROP_RX_FLAGS, 0, 0 } },
	{ "vxlan: a group policy header is refused", k8sov_vxlan_parse,
	  { 0x88, 0, 0, 7, 0, 0, 1, 0 }, { K8SOV_DROP_RX_FLAGS, 0, 0 } },
	{ "vxlan: a GPE header is refused", k8sov_vxlan_parse,
	  { 0x0c, 0, 0, 1, 0, 0, 1, 0 }, { K8SOV_DROP_RX_FLAGS, 0, 0 } },
	{ "vxlan: remote checksum offload is refused", k8sov_vxlan_parse,
	  { 0x08, 0x20, 0, 0, 0, 0, 1, 0x40 },
	  { K8SOV_DROP_RX_FLAGS, 0, 0 } },
	{ "geneve: the VNI is in octets 4 to 6", k8sov_geneve_parse,
	  { 0, 0, 0x65, 0x58, 0x12, 0x34, 0x56, 0 },
	  { K8SOV_DROP_NONE, 0x123456, 8 } },
	{ "geneve: options count in words of four", k8sov_geneve_parse,
	  { 1, 0, 0x65, 0x58, 0, 0, 1, 0 }, { K8SOV_DROP_NONE, 1, 12 } },
	{ "geneve: the longest options are 252 bytes", k8sov_geneve_parse,
	  { 0x3f, 0, 0x65, 0x58, 0, 0, 1, 0 }, { K8SOV_DROP_NONE, 1, 260 } },
	{ "geneve: reserved bits are ignored", k8sov_geneve_parse,
	  { 0, 0x3f, 0x65, 0x58, 0, 0, 1, 0xff }, { K8SOV_DROP_NONE, 1, 8 } },
	{ "geneve: version 1 is refused", k8sov_geneve_parse,
	  { 0x40, 0, 0x65, 0x58, 0, 0, 1, 0 },
	  { K8SOV_DROP_RX_FLAGS, 0, 0 } },
	{ "geneve: version 2 is refused", k8sov_geneve_parse,
	  { 0x80, 0, 0x65, 0x58, 0, 0, 1, 0 },
	  { K8SOV_DROP_RX_FLAGS, 0, 0 } },
	{ "geneve: a control packet is refused", k8sov_geneve_parse,
	  { 0, 0x80, 0x65, 0x58, 0, 0, 1, 0 },
	  { K8SOV_DROP_RX_FLAGS, 0, 0 } },
	{ "geneve: critical options are refused", k8sov_geneve_parse,
	  { 1, 0x40, 0x65, 0x58, 0, 0, 1, 0 },
	  { K8SOV_DROP_RX_OPTION, 0, 0 } },
	{ "geneve: an IPv4 payload is refused", k8sov_geneve_parse,
	  { 0, 0, 0x08, 0x00, 0, 0, 1, 0 },
	  { K8SOV_DROP_RX_PROTOCOL, 0, 0 } },
};

static bool says(parse_fn parse, const u8 *header,
		 const struct header_facts *want)
{
	struct k8sov_tunnel_header out = { .vni = ~0u, .len = ~0u };

	if (parse(header, &out) != want->reason)
		return false;
	return want->reason || (out.vni == want->vni && out.len == want->len);
}

static void test_cases(void)
{
	const struct header_case *c;

	for (c = header_cases; c < header_cases + ARRAY_SIZE(header_cases); c++)
		tap(says(c->parse, c->header, &c->want), "%s", c->name);
}

/* Each pair of bits of a good header turned over, one of them twice too. */
static void test_bits(const char *name, const u8 *good, parse_fn parse,
		      struct header_facts (*facts)(const u8 *h))
{
	struct header_facts want;
	unsigned int i, j;
	bool same = true;
	u8 h[8];

	for (i = 0; i < 64; i++) {
		for (j = 0; j < 64; j++) {
			memcpy(h, good, sizeof(h));
			h[i / 8] ^= 0x80 >> i % 8;
			h[j / 8] ^= 0x80 >> j % 8;
			want = facts(h);
			same &= says(parse, h, &want);
		}
	}
	tap(same, "%s: every two bits turned over mean what the RFC says",
	    name);
}

static void test_build(const char *name, void (*build)(void *, u32),
		       parse_fn parse, struct header_facts (*facts)(const u8 *))
{
	struct header_facts want = { .len = 8 };
	bool same = true;
	u8 buffer[8 + 2];
	u32 vni;

	/* A header needs no alignment and has exact bounds. */
	for (vni = 0; same && vni <= 0xffffff; vni += vni < 70000 ? 1 : 251) {
		memset(buffer, 0xa5, sizeof(buffer));
		build(buffer + 1, vni);
		want.vni = vni;
		same = says(parse, buffer + 1, &want) &&
		       facts(buffer + 1).vni == vni &&
		       !facts(buffer + 1).reason &&
		       buffer[0] == 0xa5 && buffer[9] == 0xa5;
	}
	tap(same, "%s: what is built is read again", name);
}

static void test_overhead(void)
{
	static const struct {
		enum k8sov_encap encap;
		bool v6;
		unsigned int want;
		const char *name;
	} cases[] = {
		{ K8SOV_ENCAP_VXLAN, false, 50, "vxlan over IPv4" },
		{ K8SOV_ENCAP_VXLAN, true, 70, "vxlan over IPv6" },
		{ K8SOV_ENCAP_GENEVE, false, 50, "geneve over IPv4" },
		{ K8SOV_ENCAP_GENEVE, true, 70, "geneve over IPv6" },
		{ K8SOV_ENCAP_IPIP, false, 20, "ipip over IPv4" },
		{ K8SOV_ENCAP_IPIP, true, 40, "ipip over IPv6" },
		{ K8SOV_ENCAP_DIRECT, false, 0, "direct over IPv4" },
		{ K8SOV_ENCAP_DIRECT, true, 0, "direct over IPv6" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		tap(k8sov_encap_overhead(cases[i].encap, cases[i].v6) ==
		    cases[i].want, "%s adds %u bytes", cases[i].name,
		    cases[i].want);
}

int main(void)
{
	static const u8 vxlan[8] = { 0x08, 0, 0, 0, 0, 0, 1, 0 };
	static const u8 geneve[8] = { 0, 0, 0x65, 0x58, 0, 0, 1, 0 };

	test_cases();
	test_bits("vxlan", vxlan, k8sov_vxlan_parse, vxlan_facts);
	test_bits("geneve", geneve, k8sov_geneve_parse, geneve_facts);
	test_build("vxlan", k8sov_vxlan_build, k8sov_vxlan_parse, vxlan_facts);
	test_build("geneve", k8sov_geneve_build, k8sov_geneve_parse,
		   geneve_facts);
	test_overhead();
	return tap_done();
}

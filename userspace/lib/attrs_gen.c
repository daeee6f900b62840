// SPDX-License-Identifier: GPL-2.0-only
/* Do not edit: generated from uapi/netlink/specs/k8sov.yaml by gen_attrs.py. */
#include "attrs_gen.h"

#include <stddef.h>

#include "attr.h"

static const struct k8sov_enum_entry encap_entries[] = {
	{ "vxlan", "Ethernet in VXLAN (RFC 7348)." },
	{ "geneve", "Ethernet in Geneve (RFC 8926), without options." },
	{ "ipip", "IP in IP (RFC 2003, RFC 2473, RFC 4213)." },
	{ "direct", "No encapsulation; the host is a next hop on the underlay." },
};

const struct k8sov_enum k8sov_encap_enum = {
	.name = "encap",
	.flags = false,
	.count = 4,
	.entries = encap_entries,
};

static const struct k8sov_enum_entry subnet_type_entries[] = {
	{ "host", "The subnet lives on a host." },
	{ "local", "The subnet lives on this node." },
	{ "blackhole", "Packets to it are dropped silently." },
	{ "unreachable", "Packets to it are answered with an ICMP error." },
};

const struct k8sov_enum k8sov_subnet_type_enum = {
	.name = "subnet-type",
	.flags = false,
	.count = 4,
	.entries = subnet_type_entries,
};

static const struct k8sov_enum_entry endpoint_state_entries[] = {
	{ "pending", "Attached; its policy is not in force yet." },
	{ "ready", "In service." },
};

const struct k8sov_enum k8sov_endpoint_state_enum = {
	.name = "endpoint-state",
	.flags = false,
	.count = 2,
	.entries = endpoint_state_entries,
};

static const struct k8sov_enum_entry df_entries[] = {
	{ "unset", "Never set." },
	{ "set", "Set, but on packets that only fit the path in fragments." },
	{ "inherit", "That of the inner packet; IPv6 counts as set." },
};

const struct k8sov_enum k8sov_df_enum = {
	.name = "df",
	.flags = false,
	.count = 3,
	.entries = df_entries,
};

static const struct k8sov_enum_entry table_entries[] = {
	{ "host", "" },
	{ "subnet", "" },
	{ "endpoint", "" },
	{ "identity", "" },
	{ "ruleset", "" },
};

const struct k8sov_enum k8sov_table_enum = {
	.name = "table",
	.flags = true,
	.count = 5,
	.entries = table_entries,
};

static const struct k8sov_enum_entry rule_action_entries[] = {
	{ "accept", "The packet passes." },
	{ "drop", "The packet is dropped silently." },
	{ "reject", "The packet is answered with a TCP reset or an ICMP error." },
};

const struct k8sov_enum k8sov_rule_action_enum = {
	.name = "rule-action",
	.flags = false,
	.count = 3,
	.entries = rule_action_entries,
};

static const struct k8sov_enum_entry policy_mode_entries[] = {
	{ "off", "Nothing is judged." },
	{ "audit", "Packets are judged, counted and reported, and pass." },
	{ "enforce", "Packets that policy forbids are dropped." },
};

const struct k8sov_enum k8sov_policy_mode_enum = {
	.name = "policy-mode",
	.flags = false,
	.count = 3,
	.entries = policy_mode_entries,
};

static const struct k8sov_enum_entry policy_direction_entries[] = {
	{ "ingress", "To the endpoint." },
	{ "egress", "From the endpoint." },
};

const struct k8sov_enum k8sov_policy_direction_enum = {
	.name = "policy-direction",
	.flags = false,
	.count = 2,
	.entries = policy_direction_entries,
};

static const struct k8sov_enum_entry direction_entries[] = {
	{ "tx", "From this node to the overlay." },
	{ "rx", "From the overlay to this node." },
};

const struct k8sov_enum k8sov_direction_enum = {
	.name = "direction",
	.flags = false,
	.count = 2,
	.entries = direction_entries,
};

static const struct k8sov_enum_entry drop_entries[] = {
	{ "none", "Not dropped." },
	{ "tx-not-ip", "The packet to send is neither IPv4 nor IPv6." },
	{ "tx-malformed", "The IP header of the packet to send is truncated or wrong." },
	{ "tx-no-subnet", "No subnet covers the destination." },
	{ "tx-multicast", "The destination is multicast, broadcast or link-local." },
	{ "tx-local", "The destination is in a local subnet, but no pod has the address." },
	{ "tx-blackhole", "The destination is in a blackhole subnet." },
	{ "tx-unreachable", "The destination is in an unreachable subnet." },
	{ "tx-no-route", "The underlay has no route to the host." },
	{ "tx-loop", "The underlay's route to the host leads back into the device." },
	{ "tx-recursion", "Too many tunnels inside each other." },
	{ "tx-too-big", "The packet is larger than the path to the host and must not be fragmented." },
	{ "tx-not-on-link", "The encapsulation is direct, but the host is behind a gateway." },
	{ "tx-no-memory", "No memory to encapsulate the packet." },
	{ "tx-source", "The source is not an address of the endpoint that sent the packet, or cannot be told." },
	{ "rx-truncated", "The packet ends inside its headers." },
	{ "rx-flags", "The tunnel header has unknown or reserved bits set." },
	{ "rx-protocol", "The tunnel header announces a payload that is not Ethernet." },
	{ "rx-option", "The geneve header has critical options." },
	{ "rx-vni", "No device has the VNI." },
	{ "rx-mac", "The inner Ethernet header is not addressed to the device." },
	{ "rx-not-ip", "The inner frame is neither IPv4 nor IPv6." },
	{ "rx-malformed", "The inner IP header is wrong." },
	{ "rx-ecn", "The outer header says congestion, the inner one cannot carry it (RFC 6040)." },
	{ "rx-host", "The outer source address is no known host." },
	{ "rx-source", "The inner source address does not belong to the host that sent the packet." },
	{ "rx-destination", "The inner destination address is not local." },
	{ "rx-multicast", "The inner destination is multicast or broadcast." },
	{ "rx-no-memory", "No memory to decapsulate the packet." },
	{ "rx-down", "The device is down." },
	{ "rx-direct", "A packet without encapsulation came from the address of a host that must encapsulate." },
	{ "policy-ingress", "The ruleset for packets to an endpoint forbids it." },
	{ "policy-egress", "The ruleset for packets from an endpoint forbids it." },
	{ "policy-pending", "The policy of the endpoint is not in force yet." },
	{ "policy-unknown", "The address is in a local subnet, but no endpoint's." },
	{ "policy-invalid", "Connection tracking cannot tell the flow of a packet from or to an isolated endpoint." },
	{ "policy-redirect", "An ICMP redirect from or to an endpoint." },
	{ "policy-bridged", "A frame from or to an endpoint crossed a bridge past the IP stack." },
	{ "policy-missing", "The endpoint names a ruleset that is not there." },
};

const struct k8sov_enum k8sov_drop_enum = {
	.name = "drop",
	.flags = false,
	.count = 39,
	.entries = drop_entries,
};

static const struct k8sov_enum_entry step_entries[] = {
	{ "device", "The device and its state." },
	{ "outer-source", "The outer source address, and the host it belongs to." },
	{ "source", "The inner source address, and the subnet that covers it." },
	{ "destination", "The inner destination address, and the subnet that covers it." },
	{ "endpoint", "The local endpoint that has the address." },
	{ "source-identity", "The identity of the source address." },
	{ "destination-identity", "The identity of the destination address." },
	{ "host", "The host and its encapsulation." },
	{ "route", "The underlay's route to the host." },
	{ "verdict", "What happens to the packet." },
	{ "source-check", "The endpoint whose link the packet enters by, which may only send from its own addresses." },
	{ "egress-policy", "The ruleset for packets from the source, and the rule that decides." },
	{ "ingress-policy", "The ruleset for packets to the destination, and the rule that decides." },
};

const struct k8sov_enum k8sov_step_enum = {
	.name = "step",
	.flags = false,
	.count = 13,
	.entries = step_entries,
};

static const struct k8sov_attr link_attrs[] = {
	[IFLA_K8SOV_ID] = {
		.name = "id",
		.doc = "VNI, 24 bits. Only at creation. Default 1.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, id),
		.size = sizeof(((struct k8sov_link *)0)->id),
		.max = 4294967295ULL,
	},
	[IFLA_K8SOV_LINK] = {
		.name = "link",
		.doc = "Interface index of the underlay device. Default none, any.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, link),
		.size = sizeof(((struct k8sov_link *)0)->link),
		.max = 4294967295ULL,
	},
	[IFLA_K8SOV_LOCAL] = {
		.name = "local",
		.doc = "Outer IPv4 source address. Default that of the route.",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_link, local),
		.size = sizeof(((struct k8sov_link *)0)->local),
	},
	[IFLA_K8SOV_LOCAL6] = {
		.name = "local6",
		.doc = "Outer IPv6 source address. Default that of the route.",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_link, local6),
		.size = sizeof(((struct k8sov_link *)0)->local6),
	},
	[IFLA_K8SOV_PORT] = {
		.name = "port",
		.doc = "UDP port of vxlan. Only while down. Default 8472.",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_link, port),
		.size = sizeof(((struct k8sov_link *)0)->port),
		.max = 65535ULL,
	},
	[IFLA_K8SOV_GENEVE_PORT] = {
		.name = "geneve-port",
		.doc = "UDP port of geneve. Only while down. Default 6081.",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_link, geneve_port),
		.size = sizeof(((struct k8sov_link *)0)->geneve_port),
		.max = 65535ULL,
	},
	[IFLA_K8SOV_PORT_LOW] = {
		.name = "port-low",
		.doc = "Lowest outer UDP source port. Default the local port range.",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_link, port_low),
		.size = sizeof(((struct k8sov_link *)0)->port_low),
		.max = 65535ULL,
	},
	[IFLA_K8SOV_PORT_HIGH] = {
		.name = "port-high",
		.doc = "Highest outer UDP source port.",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_link, port_high),
		.size = sizeof(((struct k8sov_link *)0)->port_high),
		.max = 65535ULL,
	},
	[IFLA_K8SOV_TTL] = {
		.name = "ttl",
		.doc = "Outer TTL, 0 for the system's default. Default 0.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, ttl),
		.size = sizeof(((struct k8sov_link *)0)->ttl),
		.max = 255ULL,
	},
	[IFLA_K8SOV_TTL_INHERIT] = {
		.name = "ttl-inherit",
		.doc = "1 copies the TTL of the inner packet.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, ttl_inherit),
		.size = sizeof(((struct k8sov_link *)0)->ttl_inherit),
		.max = 255ULL,
	},
	[IFLA_K8SOV_TOS] = {
		.name = "tos",
		.doc = "Outer TOS; 1 copies that of the inner packet. Default 0.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, tos),
		.size = sizeof(((struct k8sov_link *)0)->tos),
		.max = 255ULL,
	},
	[IFLA_K8SOV_DF] = {
		.name = "df",
		.doc = "Don't Fragment bit of the outer IPv4 header. Default set.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, df),
		.size = sizeof(((struct k8sov_link *)0)->df),
		.max = 255ULL,
		.values = &k8sov_df_enum,
	},
	[IFLA_K8SOV_UDP_CSUM] = {
		.name = "udp-csum",
		.doc = "1 sends UDP checksums over IPv4. Default 1.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, udp_csum),
		.size = sizeof(((struct k8sov_link *)0)->udp_csum),
		.max = 255ULL,
	},
	[IFLA_K8SOV_UDP_ZERO_CSUM6_TX] = {
		.name = "udp-zero-csum6-tx",
		.doc = "1 sends no UDP checksums over IPv6. Default 0.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, udp_zero_csum6_tx),
		.size = sizeof(((struct k8sov_link *)0)->udp_zero_csum6_tx),
		.max = 255ULL,
	},
	[IFLA_K8SOV_UDP_ZERO_CSUM6_RX] = {
		.name = "udp-zero-csum6-rx",
		.doc = "1 accepts packets without UDP checksum over IPv6. Only while down. Default 0.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, udp_zero_csum6_rx),
		.size = sizeof(((struct k8sov_link *)0)->udp_zero_csum6_rx),
		.max = 255ULL,
	},
	[IFLA_K8SOV_FWMARK] = {
		.name = "fwmark",
		.doc = "Mark of outer packets and of their route lookup. Default 0.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, fwmark),
		.size = sizeof(((struct k8sov_link *)0)->fwmark),
		.max = 4294967295ULL,
	},
	[IFLA_K8SOV_NOTRACK] = {
		.name = "notrack",
		.doc = "1 keeps outer packets out of connection tracking. Default 1.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, notrack),
		.size = sizeof(((struct k8sov_link *)0)->notrack),
		.max = 255ULL,
	},
	[IFLA_K8SOV_MAX_HOSTS] = {
		.name = "max-hosts",
		.doc = "Most hosts. Default 16384.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, max_hosts),
		.size = sizeof(((struct k8sov_link *)0)->max_hosts),
		.max = 4294967295ULL,
	},
	[IFLA_K8SOV_MAX_SUBNETS] = {
		.name = "max-subnets",
		.doc = "Most subnets. Default 1048576.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, max_subnets),
		.size = sizeof(((struct k8sov_link *)0)->max_subnets),
		.max = 4294967295ULL,
	},
	[IFLA_K8SOV_MAX_ENDPOINTS] = {
		.name = "max-endpoints",
		.doc = "Most endpoints. Default 16384.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, max_endpoints),
		.size = sizeof(((struct k8sov_link *)0)->max_endpoints),
		.max = 4294967295ULL,
	},
	[IFLA_K8SOV_MAX_IDENTITIES] = {
		.name = "max-identities",
		.doc = "Most identity prefixes. Default 1048576.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, max_identities),
		.size = sizeof(((struct k8sov_link *)0)->max_identities),
		.max = 4294967295ULL,
	},
	[IFLA_K8SOV_MTU_AUTO] = {
		.name = "mtu-auto",
		.doc = "1 derives the MTU from the underlay, 0 keeps what was set. Default 1.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, mtu_auto),
		.size = sizeof(((struct k8sov_link *)0)->mtu_auto),
		.max = 255ULL,
	},
	[IFLA_K8SOV_MAC] = {
		.name = "mac",
		.doc = "MAC address of this end, the inner source. Default random.",
		.kind = K8SOV_KIND_MAC,
		.offset = offsetof(struct k8sov_link, mac),
		.size = sizeof(((struct k8sov_link *)0)->mac),
	},
	[IFLA_K8SOV_POLICY] = {
		.name = "policy",
		.doc = "What is done with the verdicts of rulesets. Default off.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_link, policy),
		.size = sizeof(((struct k8sov_link *)0)->policy),
		.max = 255ULL,
		.values = &k8sov_policy_mode_enum,
	},
	[IFLA_K8SOV_MAX_RULESETS] = {
		.name = "max-rulesets",
		.doc = "Most rulesets. Default 16384.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_link, max_rulesets),
		.size = sizeof(((struct k8sov_link *)0)->max_rulesets),
		.max = 4294967295ULL,
	},
};

const struct k8sov_set k8sov_link_set = {
	.name = "link",
	.max = IFLA_K8SOV_MAX_RULESETS,
	.size = sizeof(struct k8sov_link),
	.attrs = link_attrs,
};

static const struct k8sov_attr device_attrs[] = {
	[K8SOV_A_DEVICE_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, ifindex),
		.size = sizeof(((struct k8sov_device *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_DEVICE_IFNAME] = {
		.name = "ifname",
		.doc = "",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_device, ifname),
		.size = sizeof(((struct k8sov_device *)0)->ifname),
		.max = 15ULL,
	},
	[K8SOV_A_DEVICE_GENERATION] = {
		.name = "generation",
		.doc = "Counts commits and single changes.",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_device, generation),
		.size = sizeof(((struct k8sov_device *)0)->generation),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_DEVICE_HOSTS] = {
		.name = "hosts",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, hosts),
		.size = sizeof(((struct k8sov_device *)0)->hosts),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_SUBNETS] = {
		.name = "subnets",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, subnets),
		.size = sizeof(((struct k8sov_device *)0)->subnets),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_ENDPOINTS] = {
		.name = "endpoints",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, endpoints),
		.size = sizeof(((struct k8sov_device *)0)->endpoints),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_IDENTITIES] = {
		.name = "identities",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, identities),
		.size = sizeof(((struct k8sov_device *)0)->identities),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_MAX_HOSTS] = {
		.name = "max-hosts",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, max_hosts),
		.size = sizeof(((struct k8sov_device *)0)->max_hosts),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_MAX_SUBNETS] = {
		.name = "max-subnets",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, max_subnets),
		.size = sizeof(((struct k8sov_device *)0)->max_subnets),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_MAX_ENDPOINTS] = {
		.name = "max-endpoints",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, max_endpoints),
		.size = sizeof(((struct k8sov_device *)0)->max_endpoints),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_MAX_IDENTITIES] = {
		.name = "max-identities",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, max_identities),
		.size = sizeof(((struct k8sov_device *)0)->max_identities),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_MEMORY] = {
		.name = "memory",
		.doc = "Bytes that the tables hold.",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_device, memory),
		.size = sizeof(((struct k8sov_device *)0)->memory),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_DEVICE_TRANSACTIONS] = {
		.name = "transactions",
		.doc = "Open transactions.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, transactions),
		.size = sizeof(((struct k8sov_device *)0)->transactions),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_RULESETS] = {
		.name = "rulesets",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, rulesets),
		.size = sizeof(((struct k8sov_device *)0)->rulesets),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_MAX_RULESETS] = {
		.name = "max-rulesets",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, max_rulesets),
		.size = sizeof(((struct k8sov_device *)0)->max_rulesets),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DEVICE_POLICY] = {
		.name = "policy",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_device, policy),
		.size = sizeof(((struct k8sov_device *)0)->policy),
		.max = 4294967295ULL,
		.values = &k8sov_policy_mode_enum,
	},
};

const struct k8sov_set k8sov_device_set = {
	.name = "device",
	.max = K8SOV_A_DEVICE_POLICY,
	.size = sizeof(struct k8sov_device),
	.attrs = device_attrs,
};

static const struct k8sov_attr host_attrs[] = {
	[K8SOV_A_HOST_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_host, ifindex),
		.size = sizeof(((struct k8sov_host *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_HOST_TXN] = {
		.name = "txn",
		.doc = "Transaction that the change belongs to.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_host, txn),
		.size = sizeof(((struct k8sov_host *)0)->txn),
		.max = 4294967295ULL,
	},
	[K8SOV_A_HOST_OWNER] = {
		.name = "owner",
		.doc = "Cookie of the owner, 0 if none.",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_host, owner),
		.size = sizeof(((struct k8sov_host *)0)->owner),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_HOST_FORCE] = {
		.name = "force",
		.doc = "Change the entry of another owner.",
		.kind = K8SOV_KIND_FLAG,
		.offset = offsetof(struct k8sov_host, force),
		.size = sizeof(((struct k8sov_host *)0)->force),
	},
	[K8SOV_A_HOST_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_HOST_ID] = {
		.name = "id",
		.doc = "Key. On creation without one the lowest free id is taken.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_host, id),
		.size = sizeof(((struct k8sov_host *)0)->id),
		.min = 1ULL,
		.max = K8SOV_HOST_ID_MAX,
	},
	[K8SOV_A_HOST_NAME] = {
		.name = "name",
		.doc = "",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_host, name),
		.size = sizeof(((struct k8sov_host *)0)->name),
		.max = K8SOV_HOST_NAME_MAX,
	},
	[K8SOV_A_HOST_ENCAP] = {
		.name = "encap",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_host, encap),
		.size = sizeof(((struct k8sov_host *)0)->encap),
		.max = 4294967295ULL,
		.values = &k8sov_encap_enum,
	},
	[K8SOV_A_HOST_REMOTE] = {
		.name = "remote",
		.doc = "Outer IPv4 address.",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_host, remote),
		.size = sizeof(((struct k8sov_host *)0)->remote),
	},
	[K8SOV_A_HOST_REMOTE6] = {
		.name = "remote6",
		.doc = "Outer IPv6 address. A host has either this or remote.",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_host, remote6),
		.size = sizeof(((struct k8sov_host *)0)->remote6),
	},
	[K8SOV_A_HOST_SOURCE] = {
		.name = "source",
		.doc = "Further IPv4 address that packets from the host may come from.",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_host, source),
		.size = sizeof(((struct k8sov_host *)0)->source[0]),
		.multi = K8SOV_HOST_SOURCE_MAX,
		.count = offsetof(struct k8sov_host, n_source),
	},
	[K8SOV_A_HOST_SOURCE6] = {
		.name = "source6",
		.doc = "Further IPv6 address that packets from the host may come from.",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_host, source6),
		.size = sizeof(((struct k8sov_host *)0)->source6[0]),
		.multi = K8SOV_HOST_SOURCE_MAX,
		.count = offsetof(struct k8sov_host, n_source6),
	},
	[K8SOV_A_HOST_MAC] = {
		.name = "mac",
		.doc = "Inner destination MAC, that of the remote VTEP.",
		.kind = K8SOV_KIND_MAC,
		.offset = offsetof(struct k8sov_host, mac),
		.size = sizeof(((struct k8sov_host *)0)->mac),
	},
	[K8SOV_A_HOST_PORT] = {
		.name = "port",
		.doc = "Outer UDP destination port. Default that of the device.",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_host, port),
		.size = sizeof(((struct k8sov_host *)0)->port),
		.max = 65535ULL,
	},
	[K8SOV_A_HOST_VNI] = {
		.name = "vni",
		.doc = "VNI towards the host. Default that of the device.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_host, vni),
		.size = sizeof(((struct k8sov_host *)0)->vni),
		.max = 16777215ULL,
	},
	[K8SOV_A_HOST_SUBNETS] = {
		.name = "subnets",
		.doc = "Subnets that name the host.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_host, subnets),
		.size = sizeof(((struct k8sov_host *)0)->subnets),
		.max = 4294967295ULL,
	},
	[K8SOV_A_HOST_TX_PACKETS] = {
		.name = "tx-packets",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_host, tx_packets),
		.size = sizeof(((struct k8sov_host *)0)->tx_packets),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_HOST_TX_BYTES] = {
		.name = "tx-bytes",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_host, tx_bytes),
		.size = sizeof(((struct k8sov_host *)0)->tx_bytes),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_HOST_RX_PACKETS] = {
		.name = "rx-packets",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_host, rx_packets),
		.size = sizeof(((struct k8sov_host *)0)->rx_packets),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_HOST_RX_BYTES] = {
		.name = "rx-bytes",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_host, rx_bytes),
		.size = sizeof(((struct k8sov_host *)0)->rx_bytes),
		.max = 18446744073709551615ULL,
	},
};

const struct k8sov_set k8sov_host_set = {
	.name = "host",
	.max = K8SOV_A_HOST_RX_BYTES,
	.size = sizeof(struct k8sov_host),
	.attrs = host_attrs,
};

static const struct k8sov_attr subnet_attrs[] = {
	[K8SOV_A_SUBNET_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_subnet, ifindex),
		.size = sizeof(((struct k8sov_subnet *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_SUBNET_TXN] = {
		.name = "txn",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_subnet, txn),
		.size = sizeof(((struct k8sov_subnet *)0)->txn),
		.max = 4294967295ULL,
	},
	[K8SOV_A_SUBNET_OWNER] = {
		.name = "owner",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_subnet, owner),
		.size = sizeof(((struct k8sov_subnet *)0)->owner),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_SUBNET_FORCE] = {
		.name = "force",
		.doc = "",
		.kind = K8SOV_KIND_FLAG,
		.offset = offsetof(struct k8sov_subnet, force),
		.size = sizeof(((struct k8sov_subnet *)0)->force),
	},
	[K8SOV_A_SUBNET_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_SUBNET_PREFIX] = {
		.name = "prefix",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_subnet, prefix),
		.size = sizeof(((struct k8sov_subnet *)0)->prefix),
	},
	[K8SOV_A_SUBNET_PREFIX6] = {
		.name = "prefix6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_subnet, prefix6),
		.size = sizeof(((struct k8sov_subnet *)0)->prefix6),
	},
	[K8SOV_A_SUBNET_PREFIX_LEN] = {
		.name = "prefix-len",
		.doc = "",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_subnet, prefix_len),
		.size = sizeof(((struct k8sov_subnet *)0)->prefix_len),
		.max = 128ULL,
	},
	[K8SOV_A_SUBNET_TYPE] = {
		.name = "type",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_subnet, type),
		.size = sizeof(((struct k8sov_subnet *)0)->type),
		.max = 4294967295ULL,
		.values = &k8sov_subnet_type_enum,
	},
	[K8SOV_A_SUBNET_HOST] = {
		.name = "host",
		.doc = "Id of the host.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_subnet, host),
		.size = sizeof(((struct k8sov_subnet *)0)->host),
		.min = 1ULL,
		.max = K8SOV_HOST_ID_MAX,
	},
};

const struct k8sov_set k8sov_subnet_set = {
	.name = "subnet",
	.max = K8SOV_A_SUBNET_HOST,
	.size = sizeof(struct k8sov_subnet),
	.attrs = subnet_attrs,
};

static const struct k8sov_attr endpoint_attrs[] = {
	[K8SOV_A_ENDPOINT_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_endpoint, ifindex),
		.size = sizeof(((struct k8sov_endpoint *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_ENDPOINT_TXN] = {
		.name = "txn",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_endpoint, txn),
		.size = sizeof(((struct k8sov_endpoint *)0)->txn),
		.max = 4294967295ULL,
	},
	[K8SOV_A_ENDPOINT_OWNER] = {
		.name = "owner",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_endpoint, owner),
		.size = sizeof(((struct k8sov_endpoint *)0)->owner),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_ENDPOINT_FORCE] = {
		.name = "force",
		.doc = "",
		.kind = K8SOV_KIND_FLAG,
		.offset = offsetof(struct k8sov_endpoint, force),
		.size = sizeof(((struct k8sov_endpoint *)0)->force),
	},
	[K8SOV_A_ENDPOINT_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_ENDPOINT_LINK] = {
		.name = "link",
		.doc = "Key. Interface index of the host side of the pod's link.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_endpoint, link),
		.size = sizeof(((struct k8sov_endpoint *)0)->link),
		.min = 1ULL,
		.max = INT32_MAX,
	},
	[K8SOV_A_ENDPOINT_NAME] = {
		.name = "name",
		.doc = "Who it is, as namespace/pod/container.",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_endpoint, name),
		.size = sizeof(((struct k8sov_endpoint *)0)->name),
		.max = K8SOV_ENDPOINT_NAME_MAX,
	},
	[K8SOV_A_ENDPOINT_ADDRESS] = {
		.name = "address",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_endpoint, address),
		.size = sizeof(((struct k8sov_endpoint *)0)->address[0]),
		.multi = K8SOV_ENDPOINT_ADDR_MAX,
		.count = offsetof(struct k8sov_endpoint, n_address),
	},
	[K8SOV_A_ENDPOINT_ADDRESS6] = {
		.name = "address6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_endpoint, address6),
		.size = sizeof(((struct k8sov_endpoint *)0)->address6[0]),
		.multi = K8SOV_ENDPOINT_ADDR_MAX,
		.count = offsetof(struct k8sov_endpoint, n_address6),
	},
	[K8SOV_A_ENDPOINT_IDENTITY] = {
		.name = "identity",
		.doc = "What the pod is in policy; 0: what each of its addresses is. Default 3, unmanaged.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_endpoint, identity),
		.size = sizeof(((struct k8sov_endpoint *)0)->identity),
		.max = K8SOV_IDENTITY_MAX,
	},
	[K8SOV_A_ENDPOINT_STATE] = {
		.name = "state",
		.doc = "Default pending.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_endpoint, state),
		.size = sizeof(((struct k8sov_endpoint *)0)->state),
		.max = 4294967295ULL,
		.values = &k8sov_endpoint_state_enum,
	},
	[K8SOV_A_ENDPOINT_INGRESS] = {
		.name = "ingress",
		.doc = "Ruleset for packets to the pod. Default 0, none, all may pass.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_endpoint, ingress),
		.size = sizeof(((struct k8sov_endpoint *)0)->ingress),
		.max = INT32_MAX,
	},
	[K8SOV_A_ENDPOINT_EGRESS] = {
		.name = "egress",
		.doc = "Ruleset for packets from the pod. Default 0, none, all may pass.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_endpoint, egress),
		.size = sizeof(((struct k8sov_endpoint *)0)->egress),
		.max = INT32_MAX,
	},
};

const struct k8sov_set k8sov_endpoint_set = {
	.name = "endpoint",
	.max = K8SOV_A_ENDPOINT_EGRESS,
	.size = sizeof(struct k8sov_endpoint),
	.attrs = endpoint_attrs,
};

static const struct k8sov_attr identity_attrs[] = {
	[K8SOV_A_IDENTITY_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_identity, ifindex),
		.size = sizeof(((struct k8sov_identity *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_IDENTITY_TXN] = {
		.name = "txn",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_identity, txn),
		.size = sizeof(((struct k8sov_identity *)0)->txn),
		.max = 4294967295ULL,
	},
	[K8SOV_A_IDENTITY_OWNER] = {
		.name = "owner",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_identity, owner),
		.size = sizeof(((struct k8sov_identity *)0)->owner),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_IDENTITY_FORCE] = {
		.name = "force",
		.doc = "",
		.kind = K8SOV_KIND_FLAG,
		.offset = offsetof(struct k8sov_identity, force),
		.size = sizeof(((struct k8sov_identity *)0)->force),
	},
	[K8SOV_A_IDENTITY_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_IDENTITY_PREFIX] = {
		.name = "prefix",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_identity, prefix),
		.size = sizeof(((struct k8sov_identity *)0)->prefix),
	},
	[K8SOV_A_IDENTITY_PREFIX6] = {
		.name = "prefix6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_identity, prefix6),
		.size = sizeof(((struct k8sov_identity *)0)->prefix6),
	},
	[K8SOV_A_IDENTITY_PREFIX_LEN] = {
		.name = "prefix-len",
		.doc = "",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_identity, prefix_len),
		.size = sizeof(((struct k8sov_identity *)0)->prefix_len),
		.max = 128ULL,
	},
	[K8SOV_A_IDENTITY_IDENTITY] = {
		.name = "identity",
		.doc = "0 world, 1 this node, 2 other nodes, 3 unmanaged local.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_identity, identity),
		.size = sizeof(((struct k8sov_identity *)0)->identity),
		.max = K8SOV_IDENTITY_MAX,
	},
};

const struct k8sov_set k8sov_identity_set = {
	.name = "identity",
	.max = K8SOV_A_IDENTITY_IDENTITY,
	.size = sizeof(struct k8sov_identity),
	.attrs = identity_attrs,
};

static const struct k8sov_attr rule_attrs[] = {
	[K8SOV_A_RULE_NAME] = {
		.name = "name",
		.doc = "Where it comes from, as a policy object and a rule in it.",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_rule, name),
		.size = sizeof(((struct k8sov_rule *)0)->name),
		.max = K8SOV_RULESET_NAME_MAX,
	},
	[K8SOV_A_RULE_ACTION] = {
		.name = "action",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_rule, action),
		.size = sizeof(((struct k8sov_rule *)0)->action),
		.max = 4294967295ULL,
		.values = &k8sov_rule_action_enum,
	},
	[K8SOV_A_RULE_LOG] = {
		.name = "log",
		.doc = "Tell of every flow that it decides, not only of denied ones.",
		.kind = K8SOV_KIND_FLAG,
		.offset = offsetof(struct k8sov_rule, log),
		.size = sizeof(((struct k8sov_rule *)0)->log),
	},
	[K8SOV_A_RULE_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_RULE_HITS] = {
		.name = "hits",
		.doc = "How often it decided since the ruleset was set.",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_rule, hits),
		.size = sizeof(((struct k8sov_rule *)0)->hits),
		.max = 18446744073709551615ULL,
	},
};

const struct k8sov_set k8sov_rule_set = {
	.name = "rule",
	.max = K8SOV_A_RULE_HITS,
	.size = sizeof(struct k8sov_rule),
	.attrs = rule_attrs,
};

static const struct k8sov_attr ruleset_attrs[] = {
	[K8SOV_A_RULESET_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_ruleset, ifindex),
		.size = sizeof(((struct k8sov_ruleset *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_RULESET_TXN] = {
		.name = "txn",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_ruleset, txn),
		.size = sizeof(((struct k8sov_ruleset *)0)->txn),
		.max = 4294967295ULL,
	},
	[K8SOV_A_RULESET_OWNER] = {
		.name = "owner",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_ruleset, owner),
		.size = sizeof(((struct k8sov_ruleset *)0)->owner),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_RULESET_FORCE] = {
		.name = "force",
		.doc = "",
		.kind = K8SOV_KIND_FLAG,
		.offset = offsetof(struct k8sov_ruleset, force),
		.size = sizeof(((struct k8sov_ruleset *)0)->force),
	},
	[K8SOV_A_RULESET_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_RULESET_ID] = {
		.name = "id",
		.doc = "Key.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_ruleset, id),
		.size = sizeof(((struct k8sov_ruleset *)0)->id),
		.min = 1ULL,
		.max = INT32_MAX,
	},
	[K8SOV_A_RULESET_NAME] = {
		.name = "name",
		.doc = "What it is for.",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_ruleset, name),
		.size = sizeof(((struct k8sov_ruleset *)0)->name),
		.max = K8SOV_RULESET_NAME_MAX,
	},
	[K8SOV_A_RULESET_DEFAULT_RULE] = {
		.name = "default-rule",
		.doc = "Rule for what no range has, counted from 0. Default 0.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_ruleset, default_rule),
		.size = sizeof(((struct k8sov_ruleset *)0)->default_rule),
		.max = 4294967295ULL,
	},
	[K8SOV_A_RULESET_RULE] = {
		.name = "rule",
		.doc = "The rules in order.",
		.kind = K8SOV_KIND_NEST,
		.offset = offsetof(struct k8sov_ruleset, rule),
		.size = sizeof(((struct k8sov_ruleset *)0)->rule[0]),
		.multi = K8SOV_RULESET_PART_MAX,
		.count = offsetof(struct k8sov_ruleset, n_rule),
		.nested = &k8sov_rule_set,
	},
	[K8SOV_A_RULESET_MEMBER] = {
		.name = "member",
		.doc = "Pairs of an identity and its class, in the order of identities. An identity that is not named belongs to the class of identity-any, if there is one.",
		.kind = K8SOV_KIND_U32S,
		.offset = offsetof(struct k8sov_ruleset, member),
		.size = sizeof(((struct k8sov_ruleset *)0)->member),
	},
	[K8SOV_A_RULESET_RANGE] = {
		.name = "range",
		.doc = "Quadruples of a class, the first and last key, and the rule, in the order of classes and keys, without overlap.",
		.kind = K8SOV_KIND_U32S,
		.offset = offsetof(struct k8sov_ruleset, range),
		.size = sizeof(((struct k8sov_ruleset *)0)->range),
	},
	[K8SOV_A_RULESET_RULES] = {
		.name = "rules",
		.doc = "How many rules.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_ruleset, rules),
		.size = sizeof(((struct k8sov_ruleset *)0)->rules),
		.max = 4294967295ULL,
	},
	[K8SOV_A_RULESET_MEMBERS] = {
		.name = "members",
		.doc = "How many members.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_ruleset, members),
		.size = sizeof(((struct k8sov_ruleset *)0)->members),
		.max = 4294967295ULL,
	},
	[K8SOV_A_RULESET_RANGES] = {
		.name = "ranges",
		.doc = "How many ranges.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_ruleset, ranges),
		.size = sizeof(((struct k8sov_ruleset *)0)->ranges),
		.max = 4294967295ULL,
	},
};

const struct k8sov_set k8sov_ruleset_set = {
	.name = "ruleset",
	.max = K8SOV_A_RULESET_RANGES,
	.size = sizeof(struct k8sov_ruleset),
	.attrs = ruleset_attrs,
};

static const struct k8sov_attr denial_attrs[] = {
	[K8SOV_A_DENIAL_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, ifindex),
		.size = sizeof(((struct k8sov_denial *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DENIAL_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_DENIAL_TIME] = {
		.name = "time",
		.doc = "Nanoseconds since 1970.",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_denial, time),
		.size = sizeof(((struct k8sov_denial *)0)->time),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_DENIAL_DIRECTION] = {
		.name = "direction",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, direction),
		.size = sizeof(((struct k8sov_denial *)0)->direction),
		.max = 4294967295ULL,
		.values = &k8sov_policy_direction_enum,
	},
	[K8SOV_A_DENIAL_REASON] = {
		.name = "reason",
		.doc = "Why, none if a rule that logs accepted it.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, reason),
		.size = sizeof(((struct k8sov_denial *)0)->reason),
		.max = 4294967295ULL,
		.values = &k8sov_drop_enum,
	},
	[K8SOV_A_DENIAL_AUDIT] = {
		.name = "audit",
		.doc = "It passed nevertheless, for the device only audits.",
		.kind = K8SOV_KIND_FLAG,
		.offset = offsetof(struct k8sov_denial, audit),
		.size = sizeof(((struct k8sov_denial *)0)->audit),
	},
	[K8SOV_A_DENIAL_RULESET] = {
		.name = "ruleset",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, ruleset),
		.size = sizeof(((struct k8sov_denial *)0)->ruleset),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DENIAL_RULE] = {
		.name = "rule",
		.doc = "Rule that decided, counted from 0.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, rule),
		.size = sizeof(((struct k8sov_denial *)0)->rule),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DENIAL_RULE_NAME] = {
		.name = "rule-name",
		.doc = "",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_denial, rule_name),
		.size = sizeof(((struct k8sov_denial *)0)->rule_name),
		.max = K8SOV_RULESET_NAME_MAX,
	},
	[K8SOV_A_DENIAL_ACTION] = {
		.name = "action",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, action),
		.size = sizeof(((struct k8sov_denial *)0)->action),
		.max = 4294967295ULL,
		.values = &k8sov_rule_action_enum,
	},
	[K8SOV_A_DENIAL_LINK] = {
		.name = "link",
		.doc = "The endpoint whose ruleset decided.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, link),
		.size = sizeof(((struct k8sov_denial *)0)->link),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DENIAL_NAME] = {
		.name = "name",
		.doc = "Its name.",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_denial, name),
		.size = sizeof(((struct k8sov_denial *)0)->name),
		.max = K8SOV_ENDPOINT_NAME_MAX,
	},
	[K8SOV_A_DENIAL_SOURCE] = {
		.name = "source",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_denial, source),
		.size = sizeof(((struct k8sov_denial *)0)->source),
	},
	[K8SOV_A_DENIAL_SOURCE6] = {
		.name = "source6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_denial, source6),
		.size = sizeof(((struct k8sov_denial *)0)->source6),
	},
	[K8SOV_A_DENIAL_DESTINATION] = {
		.name = "destination",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_denial, destination),
		.size = sizeof(((struct k8sov_denial *)0)->destination),
	},
	[K8SOV_A_DENIAL_DESTINATION6] = {
		.name = "destination6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_denial, destination6),
		.size = sizeof(((struct k8sov_denial *)0)->destination6),
	},
	[K8SOV_A_DENIAL_PROTOCOL] = {
		.name = "protocol",
		.doc = "",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_denial, protocol),
		.size = sizeof(((struct k8sov_denial *)0)->protocol),
		.max = 255ULL,
	},
	[K8SOV_A_DENIAL_SOURCE_PORT] = {
		.name = "source-port",
		.doc = "",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_denial, source_port),
		.size = sizeof(((struct k8sov_denial *)0)->source_port),
		.max = 65535ULL,
	},
	[K8SOV_A_DENIAL_PORT] = {
		.name = "port",
		.doc = "Destination port; type << 8 | code in ICMP and ICMPv6.",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_denial, port),
		.size = sizeof(((struct k8sov_denial *)0)->port),
		.max = 65535ULL,
	},
	[K8SOV_A_DENIAL_IDENTITY] = {
		.name = "identity",
		.doc = "Identity of the other side.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_denial, identity),
		.size = sizeof(((struct k8sov_denial *)0)->identity),
		.max = 4294967295ULL,
	},
	[K8SOV_A_DENIAL_SUPPRESSED] = {
		.name = "suppressed",
		.doc = "Denials since the last event that no event was sent for.",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_denial, suppressed),
		.size = sizeof(((struct k8sov_denial *)0)->suppressed),
		.max = 18446744073709551615ULL,
	},
};

const struct k8sov_set k8sov_denial_set = {
	.name = "denial",
	.max = K8SOV_A_DENIAL_SUPPRESSED,
	.size = sizeof(struct k8sov_denial),
	.attrs = denial_attrs,
};

static const struct k8sov_attr txn_attrs[] = {
	[K8SOV_A_TXN_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_txn, ifindex),
		.size = sizeof(((struct k8sov_txn *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_TXN_TXN] = {
		.name = "txn",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_txn, txn),
		.size = sizeof(((struct k8sov_txn *)0)->txn),
		.max = 4294967295ULL,
	},
	[K8SOV_A_TXN_OWNER] = {
		.name = "owner",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_txn, owner),
		.size = sizeof(((struct k8sov_txn *)0)->owner),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_TXN_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_TXN_TABLES] = {
		.name = "tables",
		.doc = "Tables that begin replaces, that flush empties, that a commit changed.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_txn, tables),
		.size = sizeof(((struct k8sov_txn *)0)->tables),
		.max = 4294967295ULL,
		.values = &k8sov_table_enum,
	},
	[K8SOV_A_TXN_GENERATION] = {
		.name = "generation",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_txn, generation),
		.size = sizeof(((struct k8sov_txn *)0)->generation),
		.max = 18446744073709551615ULL,
	},
};

const struct k8sov_set k8sov_txn_set = {
	.name = "txn",
	.max = K8SOV_A_TXN_GENERATION,
	.size = sizeof(struct k8sov_txn),
	.attrs = txn_attrs,
};

static const struct k8sov_attr drop_attrs[] = {
	[K8SOV_A_DROP_REASON] = {
		.name = "reason",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_drop_item, reason),
		.size = sizeof(((struct k8sov_drop_item *)0)->reason),
		.max = 4294967295ULL,
		.values = &k8sov_drop_enum,
	},
	[K8SOV_A_DROP_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_DROP_PACKETS] = {
		.name = "packets",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_drop_item, packets),
		.size = sizeof(((struct k8sov_drop_item *)0)->packets),
		.max = 18446744073709551615ULL,
	},
};

const struct k8sov_set k8sov_drop_set = {
	.name = "drop",
	.max = K8SOV_A_DROP_PACKETS,
	.size = sizeof(struct k8sov_drop_item),
	.attrs = drop_attrs,
};

static const struct k8sov_attr stats_attrs[] = {
	[K8SOV_A_STATS_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_stats, ifindex),
		.size = sizeof(((struct k8sov_stats *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_STATS_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_STATS_RX_PACKETS] = {
		.name = "rx-packets",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_stats, rx_packets),
		.size = sizeof(((struct k8sov_stats *)0)->rx_packets),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_STATS_RX_BYTES] = {
		.name = "rx-bytes",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_stats, rx_bytes),
		.size = sizeof(((struct k8sov_stats *)0)->rx_bytes),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_STATS_TX_PACKETS] = {
		.name = "tx-packets",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_stats, tx_packets),
		.size = sizeof(((struct k8sov_stats *)0)->tx_packets),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_STATS_TX_BYTES] = {
		.name = "tx-bytes",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_stats, tx_bytes),
		.size = sizeof(((struct k8sov_stats *)0)->tx_bytes),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_STATS_DROP] = {
		.name = "drop",
		.doc = "",
		.kind = K8SOV_KIND_NEST,
		.offset = offsetof(struct k8sov_stats, drop),
		.size = sizeof(((struct k8sov_stats *)0)->drop[0]),
		.multi = 64,
		.count = offsetof(struct k8sov_stats, n_drop),
		.nested = &k8sov_drop_set,
	},
	[K8SOV_A_STATS_AUDITED] = {
		.name = "audited",
		.doc = "Verdicts against packets that passed, for the device only audits.",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_stats, audited),
		.size = sizeof(((struct k8sov_stats *)0)->audited),
		.max = 18446744073709551615ULL,
	},
};

const struct k8sov_set k8sov_stats_set = {
	.name = "stats",
	.max = K8SOV_A_STATS_AUDITED,
	.size = sizeof(struct k8sov_stats),
	.attrs = stats_attrs,
};

static const struct k8sov_attr step_attrs[] = {
	[K8SOV_A_STEP_KIND] = {
		.name = "kind",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, kind),
		.size = sizeof(((struct k8sov_step_item *)0)->kind),
		.max = 4294967295ULL,
		.values = &k8sov_step_enum,
	},
	[K8SOV_A_STEP_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_STEP_ADDRESS] = {
		.name = "address",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_step_item, address),
		.size = sizeof(((struct k8sov_step_item *)0)->address),
	},
	[K8SOV_A_STEP_ADDRESS6] = {
		.name = "address6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_step_item, address6),
		.size = sizeof(((struct k8sov_step_item *)0)->address6),
	},
	[K8SOV_A_STEP_PREFIX_LEN] = {
		.name = "prefix-len",
		.doc = "Length of the prefix that covers the address.",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_step_item, prefix_len),
		.size = sizeof(((struct k8sov_step_item *)0)->prefix_len),
		.max = 255ULL,
	},
	[K8SOV_A_STEP_TYPE] = {
		.name = "type",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, type),
		.size = sizeof(((struct k8sov_step_item *)0)->type),
		.max = 4294967295ULL,
		.values = &k8sov_subnet_type_enum,
	},
	[K8SOV_A_STEP_HOST] = {
		.name = "host",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, host),
		.size = sizeof(((struct k8sov_step_item *)0)->host),
		.max = 4294967295ULL,
	},
	[K8SOV_A_STEP_NAME] = {
		.name = "name",
		.doc = "",
		.kind = K8SOV_KIND_STRING,
		.offset = offsetof(struct k8sov_step_item, name),
		.size = sizeof(((struct k8sov_step_item *)0)->name),
		.max = 255ULL,
	},
	[K8SOV_A_STEP_OWNER] = {
		.name = "owner",
		.doc = "",
		.kind = K8SOV_KIND_U64,
		.offset = offsetof(struct k8sov_step_item, owner),
		.size = sizeof(((struct k8sov_step_item *)0)->owner),
		.max = 18446744073709551615ULL,
	},
	[K8SOV_A_STEP_ENCAP] = {
		.name = "encap",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, encap),
		.size = sizeof(((struct k8sov_step_item *)0)->encap),
		.max = 4294967295ULL,
		.values = &k8sov_encap_enum,
	},
	[K8SOV_A_STEP_LINK] = {
		.name = "link",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, link),
		.size = sizeof(((struct k8sov_step_item *)0)->link),
		.max = 4294967295ULL,
	},
	[K8SOV_A_STEP_IDENTITY] = {
		.name = "identity",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, identity),
		.size = sizeof(((struct k8sov_step_item *)0)->identity),
		.max = 4294967295ULL,
	},
	[K8SOV_A_STEP_MTU] = {
		.name = "mtu",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, mtu),
		.size = sizeof(((struct k8sov_step_item *)0)->mtu),
		.max = 4294967295ULL,
	},
	[K8SOV_A_STEP_GATEWAY] = {
		.name = "gateway",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_step_item, gateway),
		.size = sizeof(((struct k8sov_step_item *)0)->gateway),
	},
	[K8SOV_A_STEP_GATEWAY6] = {
		.name = "gateway6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_step_item, gateway6),
		.size = sizeof(((struct k8sov_step_item *)0)->gateway6),
	},
	[K8SOV_A_STEP_SOURCE] = {
		.name = "source",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_step_item, source),
		.size = sizeof(((struct k8sov_step_item *)0)->source),
	},
	[K8SOV_A_STEP_SOURCE6] = {
		.name = "source6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_step_item, source6),
		.size = sizeof(((struct k8sov_step_item *)0)->source6),
	},
	[K8SOV_A_STEP_REASON] = {
		.name = "reason",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, reason),
		.size = sizeof(((struct k8sov_step_item *)0)->reason),
		.max = 4294967295ULL,
		.values = &k8sov_drop_enum,
	},
	[K8SOV_A_STEP_RULESET] = {
		.name = "ruleset",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, ruleset),
		.size = sizeof(((struct k8sov_step_item *)0)->ruleset),
		.max = 4294967295ULL,
	},
	[K8SOV_A_STEP_RULE] = {
		.name = "rule",
		.doc = "Rule that decides, counted from 0; name is its name.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, rule),
		.size = sizeof(((struct k8sov_step_item *)0)->rule),
		.max = 4294967295ULL,
	},
	[K8SOV_A_STEP_ACTION] = {
		.name = "action",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_step_item, action),
		.size = sizeof(((struct k8sov_step_item *)0)->action),
		.max = 4294967295ULL,
		.values = &k8sov_rule_action_enum,
	},
};

const struct k8sov_set k8sov_step_set = {
	.name = "step",
	.max = K8SOV_A_STEP_ACTION,
	.size = sizeof(struct k8sov_step_item),
	.attrs = step_attrs,
};

static const struct k8sov_attr trace_attrs[] = {
	[K8SOV_A_TRACE_IFINDEX] = {
		.name = "ifindex",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_trace, ifindex),
		.size = sizeof(((struct k8sov_trace *)0)->ifindex),
		.max = 4294967295ULL,
	},
	[K8SOV_A_TRACE_PAD] = {
		.name = "pad",
		.doc = "",
		.kind = K8SOV_KIND_PAD,
	},
	[K8SOV_A_TRACE_DIRECTION] = {
		.name = "direction",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_trace, direction),
		.size = sizeof(((struct k8sov_trace *)0)->direction),
		.max = 4294967295ULL,
		.values = &k8sov_direction_enum,
	},
	[K8SOV_A_TRACE_SOURCE] = {
		.name = "source",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_trace, source),
		.size = sizeof(((struct k8sov_trace *)0)->source),
	},
	[K8SOV_A_TRACE_SOURCE6] = {
		.name = "source6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_trace, source6),
		.size = sizeof(((struct k8sov_trace *)0)->source6),
	},
	[K8SOV_A_TRACE_DESTINATION] = {
		.name = "destination",
		.doc = "",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_trace, destination),
		.size = sizeof(((struct k8sov_trace *)0)->destination),
	},
	[K8SOV_A_TRACE_DESTINATION6] = {
		.name = "destination6",
		.doc = "",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_trace, destination6),
		.size = sizeof(((struct k8sov_trace *)0)->destination6),
	},
	[K8SOV_A_TRACE_OUTER] = {
		.name = "outer",
		.doc = "Outer IPv4 source of a received packet.",
		.kind = K8SOV_KIND_IPV4,
		.offset = offsetof(struct k8sov_trace, outer),
		.size = sizeof(((struct k8sov_trace *)0)->outer),
	},
	[K8SOV_A_TRACE_OUTER6] = {
		.name = "outer6",
		.doc = "Outer IPv6 source of a received packet.",
		.kind = K8SOV_KIND_IPV6,
		.offset = offsetof(struct k8sov_trace, outer6),
		.size = sizeof(((struct k8sov_trace *)0)->outer6),
	},
	[K8SOV_A_TRACE_PROTOCOL] = {
		.name = "protocol",
		.doc = "",
		.kind = K8SOV_KIND_U8,
		.offset = offsetof(struct k8sov_trace, protocol),
		.size = sizeof(((struct k8sov_trace *)0)->protocol),
		.max = 255ULL,
	},
	[K8SOV_A_TRACE_PORT] = {
		.name = "port",
		.doc = "Destination port; type << 8 | code in ICMP and ICMPv6.",
		.kind = K8SOV_KIND_BE16,
		.offset = offsetof(struct k8sov_trace, port),
		.size = sizeof(((struct k8sov_trace *)0)->port),
		.max = 65535ULL,
	},
	[K8SOV_A_TRACE_REASON] = {
		.name = "reason",
		.doc = "",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_trace, reason),
		.size = sizeof(((struct k8sov_trace *)0)->reason),
		.max = 4294967295ULL,
		.values = &k8sov_drop_enum,
	},
	[K8SOV_A_TRACE_STEP] = {
		.name = "step",
		.doc = "",
		.kind = K8SOV_KIND_NEST,
		.offset = offsetof(struct k8sov_trace, step),
		.size = sizeof(((struct k8sov_trace *)0)->step[0]),
		.multi = 32,
		.count = offsetof(struct k8sov_trace, n_step),
		.nested = &k8sov_step_set,
	},
	[K8SOV_A_TRACE_LINK] = {
		.name = "link",
		.doc = "Interface by which a sent packet enters the node.",
		.kind = K8SOV_KIND_U32,
		.offset = offsetof(struct k8sov_trace, link),
		.size = sizeof(((struct k8sov_trace *)0)->link),
		.max = 4294967295ULL,
	},
};

const struct k8sov_set k8sov_trace_set = {
	.name = "trace",
	.max = K8SOV_A_TRACE_LINK,
	.size = sizeof(struct k8sov_trace),
	.attrs = trace_attrs,
};

const struct k8sov_op k8sov_ops[K8SOV_CMD_MAX + 1] = {
	[K8SOV_CMD_DEVICE_GET] = {
		.name = "device-get",
		.set = &k8sov_device_set,
		.request = 1ULL << K8SOV_A_DEVICE_IFINDEX,
	},
	[K8SOV_CMD_HOST_GET] = {
		.name = "host-get",
		.set = &k8sov_host_set,
		.request = 1ULL << K8SOV_A_HOST_IFINDEX |
			1ULL << K8SOV_A_HOST_ID |
			1ULL << K8SOV_A_HOST_NAME |
			1ULL << K8SOV_A_HOST_REMOTE |
			1ULL << K8SOV_A_HOST_REMOTE6,
	},
	[K8SOV_CMD_HOST_NEW] = {
		.name = "host-new",
		.set = &k8sov_host_set,
		.request = 1ULL << K8SOV_A_HOST_IFINDEX |
			1ULL << K8SOV_A_HOST_TXN |
			1ULL << K8SOV_A_HOST_OWNER |
			1ULL << K8SOV_A_HOST_FORCE |
			1ULL << K8SOV_A_HOST_ID |
			1ULL << K8SOV_A_HOST_NAME |
			1ULL << K8SOV_A_HOST_ENCAP |
			1ULL << K8SOV_A_HOST_REMOTE |
			1ULL << K8SOV_A_HOST_REMOTE6 |
			1ULL << K8SOV_A_HOST_SOURCE |
			1ULL << K8SOV_A_HOST_SOURCE6 |
			1ULL << K8SOV_A_HOST_MAC |
			1ULL << K8SOV_A_HOST_PORT |
			1ULL << K8SOV_A_HOST_VNI,
	},
	[K8SOV_CMD_HOST_DEL] = {
		.name = "host-del",
		.set = &k8sov_host_set,
		.request = 1ULL << K8SOV_A_HOST_IFINDEX |
			1ULL << K8SOV_A_HOST_TXN |
			1ULL << K8SOV_A_HOST_OWNER |
			1ULL << K8SOV_A_HOST_FORCE |
			1ULL << K8SOV_A_HOST_ID,
	},
	[K8SOV_CMD_HOST_NTF] = {
		.name = "host-ntf",
		.set = &k8sov_host_set,
	},
	[K8SOV_CMD_HOST_DEL_NTF] = {
		.name = "host-del-ntf",
		.set = &k8sov_host_set,
	},
	[K8SOV_CMD_SUBNET_GET] = {
		.name = "subnet-get",
		.set = &k8sov_subnet_set,
		.request = 1ULL << K8SOV_A_SUBNET_IFINDEX |
			1ULL << K8SOV_A_SUBNET_PREFIX |
			1ULL << K8SOV_A_SUBNET_PREFIX6 |
			1ULL << K8SOV_A_SUBNET_PREFIX_LEN |
			1ULL << K8SOV_A_SUBNET_HOST,
	},
	[K8SOV_CMD_SUBNET_NEW] = {
		.name = "subnet-new",
		.set = &k8sov_subnet_set,
		.request = 1ULL << K8SOV_A_SUBNET_IFINDEX |
			1ULL << K8SOV_A_SUBNET_TXN |
			1ULL << K8SOV_A_SUBNET_OWNER |
			1ULL << K8SOV_A_SUBNET_FORCE |
			1ULL << K8SOV_A_SUBNET_PREFIX |
			1ULL << K8SOV_A_SUBNET_PREFIX6 |
			1ULL << K8SOV_A_SUBNET_PREFIX_LEN |
			1ULL << K8SOV_A_SUBNET_TYPE |
			1ULL << K8SOV_A_SUBNET_HOST,
	},
	[K8SOV_CMD_SUBNET_DEL] = {
		.name = "subnet-del",
		.set = &k8sov_subnet_set,
		.request = 1ULL << K8SOV_A_SUBNET_IFINDEX |
			1ULL << K8SOV_A_SUBNET_TXN |
			1ULL << K8SOV_A_SUBNET_OWNER |
			1ULL << K8SOV_A_SUBNET_FORCE |
			1ULL << K8SOV_A_SUBNET_PREFIX |
			1ULL << K8SOV_A_SUBNET_PREFIX6 |
			1ULL << K8SOV_A_SUBNET_PREFIX_LEN,
	},
	[K8SOV_CMD_SUBNET_NTF] = {
		.name = "subnet-ntf",
		.set = &k8sov_subnet_set,
	},
	[K8SOV_CMD_SUBNET_DEL_NTF] = {
		.name = "subnet-del-ntf",
		.set = &k8sov_subnet_set,
	},
	[K8SOV_CMD_ENDPOINT_GET] = {
		.name = "endpoint-get",
		.set = &k8sov_endpoint_set,
		.request = 1ULL << K8SOV_A_ENDPOINT_IFINDEX |
			1ULL << K8SOV_A_ENDPOINT_LINK |
			1ULL << K8SOV_A_ENDPOINT_ADDRESS |
			1ULL << K8SOV_A_ENDPOINT_ADDRESS6,
	},
	[K8SOV_CMD_ENDPOINT_NEW] = {
		.name = "endpoint-new",
		.set = &k8sov_endpoint_set,
		.request = 1ULL << K8SOV_A_ENDPOINT_IFINDEX |
			1ULL << K8SOV_A_ENDPOINT_TXN |
			1ULL << K8SOV_A_ENDPOINT_OWNER |
			1ULL << K8SOV_A_ENDPOINT_FORCE |
			1ULL << K8SOV_A_ENDPOINT_LINK |
			1ULL << K8SOV_A_ENDPOINT_NAME |
			1ULL << K8SOV_A_ENDPOINT_ADDRESS |
			1ULL << K8SOV_A_ENDPOINT_ADDRESS6 |
			1ULL << K8SOV_A_ENDPOINT_IDENTITY |
			1ULL << K8SOV_A_ENDPOINT_STATE |
			1ULL << K8SOV_A_ENDPOINT_INGRESS |
			1ULL << K8SOV_A_ENDPOINT_EGRESS,
	},
	[K8SOV_CMD_ENDPOINT_DEL] = {
		.name = "endpoint-del",
		.set = &k8sov_endpoint_set,
		.request = 1ULL << K8SOV_A_ENDPOINT_IFINDEX |
			1ULL << K8SOV_A_ENDPOINT_TXN |
			1ULL << K8SOV_A_ENDPOINT_OWNER |
			1ULL << K8SOV_A_ENDPOINT_FORCE |
			1ULL << K8SOV_A_ENDPOINT_LINK,
	},
	[K8SOV_CMD_ENDPOINT_NTF] = {
		.name = "endpoint-ntf",
		.set = &k8sov_endpoint_set,
	},
	[K8SOV_CMD_ENDPOINT_DEL_NTF] = {
		.name = "endpoint-del-ntf",
		.set = &k8sov_endpoint_set,
	},
	[K8SOV_CMD_IDENTITY_GET] = {
		.name = "identity-get",
		.set = &k8sov_identity_set,
		.request = 1ULL << K8SOV_A_IDENTITY_IFINDEX |
			1ULL << K8SOV_A_IDENTITY_PREFIX |
			1ULL << K8SOV_A_IDENTITY_PREFIX6 |
			1ULL << K8SOV_A_IDENTITY_PREFIX_LEN,
	},
	[K8SOV_CMD_IDENTITY_NEW] = {
		.name = "identity-new",
		.set = &k8sov_identity_set,
		.request = 1ULL << K8SOV_A_IDENTITY_IFINDEX |
			1ULL << K8SOV_A_IDENTITY_TXN |
			1ULL << K8SOV_A_IDENTITY_OWNER |
			1ULL << K8SOV_A_IDENTITY_FORCE |
			1ULL << K8SOV_A_IDENTITY_PREFIX |
			1ULL << K8SOV_A_IDENTITY_PREFIX6 |
			1ULL << K8SOV_A_IDENTITY_PREFIX_LEN |
			1ULL << K8SOV_A_IDENTITY_IDENTITY,
	},
	[K8SOV_CMD_IDENTITY_DEL] = {
		.name = "identity-del",
		.set = &k8sov_identity_set,
		.request = 1ULL << K8SOV_A_IDENTITY_IFINDEX |
			1ULL << K8SOV_A_IDENTITY_TXN |
			1ULL << K8SOV_A_IDENTITY_OWNER |
			1ULL << K8SOV_A_IDENTITY_FORCE |
			1ULL << K8SOV_A_IDENTITY_PREFIX |
			1ULL << K8SOV_A_IDENTITY_PREFIX6 |
			1ULL << K8SOV_A_IDENTITY_PREFIX_LEN,
	},
	[K8SOV_CMD_IDENTITY_NTF] = {
		.name = "identity-ntf",
		.set = &k8sov_identity_set,
	},
	[K8SOV_CMD_IDENTITY_DEL_NTF] = {
		.name = "identity-del-ntf",
		.set = &k8sov_identity_set,
	},
	[K8SOV_CMD_TXN_BEGIN] = {
		.name = "txn-begin",
		.set = &k8sov_txn_set,
		.request = 1ULL << K8SOV_A_TXN_IFINDEX |
			1ULL << K8SOV_A_TXN_TABLES,
	},
	[K8SOV_CMD_TXN_COMMIT] = {
		.name = "txn-commit",
		.set = &k8sov_txn_set,
		.request = 1ULL << K8SOV_A_TXN_IFINDEX |
			1ULL << K8SOV_A_TXN_TXN,
	},
	[K8SOV_CMD_TXN_ABORT] = {
		.name = "txn-abort",
		.set = &k8sov_txn_set,
		.request = 1ULL << K8SOV_A_TXN_IFINDEX |
			1ULL << K8SOV_A_TXN_TXN,
	},
	[K8SOV_CMD_FLUSH] = {
		.name = "flush",
		.set = &k8sov_txn_set,
		.request = 1ULL << K8SOV_A_TXN_IFINDEX |
			1ULL << K8SOV_A_TXN_TXN |
			1ULL << K8SOV_A_TXN_OWNER |
			1ULL << K8SOV_A_TXN_TABLES,
	},
	[K8SOV_CMD_COMMIT_NTF] = {
		.name = "commit-ntf",
		.set = &k8sov_txn_set,
	},
	[K8SOV_CMD_STATS_GET] = {
		.name = "stats-get",
		.set = &k8sov_stats_set,
		.request = 1ULL << K8SOV_A_STATS_IFINDEX,
	},
	[K8SOV_CMD_TRACE_GET] = {
		.name = "trace-get",
		.set = &k8sov_trace_set,
		.request = 1ULL << K8SOV_A_TRACE_IFINDEX |
			1ULL << K8SOV_A_TRACE_DIRECTION |
			1ULL << K8SOV_A_TRACE_SOURCE |
			1ULL << K8SOV_A_TRACE_SOURCE6 |
			1ULL << K8SOV_A_TRACE_DESTINATION |
			1ULL << K8SOV_A_TRACE_DESTINATION6 |
			1ULL << K8SOV_A_TRACE_OUTER |
			1ULL << K8SOV_A_TRACE_OUTER6 |
			1ULL << K8SOV_A_TRACE_PROTOCOL |
			1ULL << K8SOV_A_TRACE_PORT |
			1ULL << K8SOV_A_TRACE_LINK,
	},
	[K8SOV_CMD_RULESET_GET] = {
		.name = "ruleset-get",
		.set = &k8sov_ruleset_set,
		.request = 1ULL << K8SOV_A_RULESET_IFINDEX |
			1ULL << K8SOV_A_RULESET_ID,
	},
	[K8SOV_CMD_RULESET_NEW] = {
		.name = "ruleset-new",
		.set = &k8sov_ruleset_set,
		.request = 1ULL << K8SOV_A_RULESET_IFINDEX |
			1ULL << K8SOV_A_RULESET_TXN |
			1ULL << K8SOV_A_RULESET_OWNER |
			1ULL << K8SOV_A_RULESET_FORCE |
			1ULL << K8SOV_A_RULESET_ID |
			1ULL << K8SOV_A_RULESET_NAME |
			1ULL << K8SOV_A_RULESET_DEFAULT_RULE |
			1ULL << K8SOV_A_RULESET_RULE |
			1ULL << K8SOV_A_RULESET_MEMBER |
			1ULL << K8SOV_A_RULESET_RANGE,
	},
	[K8SOV_CMD_RULESET_DEL] = {
		.name = "ruleset-del",
		.set = &k8sov_ruleset_set,
		.request = 1ULL << K8SOV_A_RULESET_IFINDEX |
			1ULL << K8SOV_A_RULESET_TXN |
			1ULL << K8SOV_A_RULESET_OWNER |
			1ULL << K8SOV_A_RULESET_FORCE |
			1ULL << K8SOV_A_RULESET_ID,
	},
	[K8SOV_CMD_RULESET_NTF] = {
		.name = "ruleset-ntf",
		.set = &k8sov_ruleset_set,
	},
	[K8SOV_CMD_RULESET_DEL_NTF] = {
		.name = "ruleset-del-ntf",
		.set = &k8sov_ruleset_set,
	},
	[K8SOV_CMD_DENIAL_NTF] = {
		.name = "denial-ntf",
		.set = &k8sov_denial_set,
	},
};

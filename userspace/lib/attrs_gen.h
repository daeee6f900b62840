/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit: generated from uapi/netlink/specs/k8sov.yaml by gen_attrs.py. */
#ifndef _K8SOV_ATTRS_GEN_H
#define _K8SOV_ATTRS_GEN_H

#include <linux/k8sov.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct k8sov_enum;
struct k8sov_set;

/**
 * struct k8sov_u32s - numbers that live elsewhere
 * @v: the numbers; of a message, as long as that lives
 * @n: how many
 */
struct k8sov_u32s {
	const uint32_t *v;
	unsigned int n;
};

/**
 * struct k8sov_link - Attributes of the device (IFLA_INFO_DATA of RTM_NEWLINK).
 * @present: bit n is set if attribute n is
 * @id: VNI, 24 bits. Only at creation. Default 1.
 * @link: Interface index of the underlay device. Default none, any.
 * @local: Outer IPv4 source address. Default that of the route.
 * @local6: Outer IPv6 source address. Default that of the route.
 * @port: UDP port of vxlan. Only while down. Default 8472.
 * @geneve_port: UDP port of geneve. Only while down. Default 6081.
 * @port_low: Lowest outer UDP source port. Default the local port range.
 * @port_high: Highest outer UDP source port.
 * @ttl: Outer TTL, 0 for the system's default. Default 0.
 * @ttl_inherit: 1 copies the TTL of the inner packet.
 * @tos: Outer TOS; 1 copies that of the inner packet. Default 0.
 * @df: Don't Fragment bit of the outer IPv4 header. Default set.
 * @udp_csum: 1 sends UDP checksums over IPv4. Default 1.
 * @udp_zero_csum6_tx: 1 sends no UDP checksums over IPv6. Default 0.
 * @udp_zero_csum6_rx: 1 accepts packets without UDP checksum over IPv6. Only while down. Default 0.
 * @fwmark: Mark of outer packets and of their route lookup. Default 0.
 * @notrack: 1 keeps outer packets out of connection tracking. Default 1.
 * @max_hosts: Most hosts. Default 16384.
 * @max_subnets: Most subnets. Default 1048576.
 * @max_endpoints: Most endpoints. Default 16384.
 * @max_identities: Most identity prefixes. Default 1048576.
 * @mtu_auto: 1 derives the MTU from the underlay, 0 keeps what was set. Default 1.
 * @mac: MAC address of this end, the inner source. Default random.
 * @policy: What is done with the verdicts of rulesets. Default off.
 * @max_rulesets: Most rulesets. Default 16384.
 */
struct k8sov_link {
	uint64_t present;
	uint32_t id;
	uint32_t link;
	struct in_addr local;
	struct in6_addr local6;
	uint16_t port;
	uint16_t geneve_port;
	uint16_t port_low;
	uint16_t port_high;
	uint8_t ttl;
	uint8_t ttl_inherit;
	uint8_t tos;
	uint8_t df;
	uint8_t udp_csum;
	uint8_t udp_zero_csum6_tx;
	uint8_t udp_zero_csum6_rx;
	uint32_t fwmark;
	uint8_t notrack;
	uint32_t max_hosts;
	uint32_t max_subnets;
	uint32_t max_endpoints;
	uint32_t max_identities;
	uint8_t mtu_auto;
	uint8_t mac[6];
	uint8_t policy;
	uint32_t max_rulesets;
};

/**
 * struct k8sov_device - State of a device that is not in its link attributes.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @ifname: Ifname.
 * @generation: Counts commits and single changes.
 * @hosts: Hosts.
 * @subnets: Subnets.
 * @endpoints: Endpoints.
 * @identities: Identities.
 * @max_hosts: Max hosts.
 * @max_subnets: Max subnets.
 * @max_endpoints: Max endpoints.
 * @max_identities: Max identities.
 * @memory: Bytes that the tables hold.
 * @transactions: Open transactions.
 * @rulesets: Rulesets.
 * @max_rulesets: Max rulesets.
 * @policy: Policy.
 */
struct k8sov_device {
	uint64_t present;
	uint32_t ifindex;
	char ifname[15ULL + 1];
	uint64_t generation;
	uint32_t hosts;
	uint32_t subnets;
	uint32_t endpoints;
	uint32_t identities;
	uint32_t max_hosts;
	uint32_t max_subnets;
	uint32_t max_endpoints;
	uint32_t max_identities;
	uint64_t memory;
	uint32_t transactions;
	uint32_t rulesets;
	uint32_t max_rulesets;
	uint32_t policy;
};

/**
 * struct k8sov_host - A remote node.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @txn: Transaction that the change belongs to.
 * @owner: Cookie of the owner, 0 if none.
 * @force: Change the entry of another owner.
 * @id: Key. On creation without one the lowest free id is taken.
 * @name: Name.
 * @encap: Encap.
 * @remote: Outer IPv4 address.
 * @remote6: Outer IPv6 address. A host has either this or remote.
 * @n_source: how many of the next are used
 * @source: Further IPv4 address that packets from the host may come from.
 * @n_source6: how many of the next are used
 * @source6: Further IPv6 address that packets from the host may come from.
 * @mac: Inner destination MAC, that of the remote VTEP.
 * @port: Outer UDP destination port. Default that of the device.
 * @vni: VNI towards the host. Default that of the device.
 * @subnets: Subnets that name the host.
 * @tx_packets: Tx packets.
 * @tx_bytes: Tx bytes.
 * @rx_packets: Rx packets.
 * @rx_bytes: Rx bytes.
 */
struct k8sov_host {
	uint64_t present;
	uint32_t ifindex;
	uint32_t txn;
	uint64_t owner;
	bool force;
	uint32_t id;
	char name[K8SOV_HOST_NAME_MAX + 1];
	uint32_t encap;
	struct in_addr remote;
	struct in6_addr remote6;
	unsigned int n_source;
	struct in_addr source[K8SOV_HOST_SOURCE_MAX];
	unsigned int n_source6;
	struct in6_addr source6[K8SOV_HOST_SOURCE_MAX];
	uint8_t mac[6];
	uint16_t port;
	uint32_t vni;
	uint32_t subnets;
	uint64_t tx_packets;
	uint64_t tx_bytes;
	uint64_t rx_packets;
	uint64_t rx_bytes;
};

/**
 * struct k8sov_subnet - An inner prefix and where it lives.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @txn: Txn.
 * @owner: Owner.
 * @force: Force.
 * @prefix: Prefix.
 * @prefix6: Prefix6.
 * @prefix_len: Prefix len.
 * @type: Type.
 * @host: Id of the host.
 */
struct k8sov_subnet {
	uint64_t present;
	uint32_t ifindex;
	uint32_t txn;
	uint64_t owner;
	bool force;
	struct in_addr prefix;
	struct in6_addr prefix6;
	uint8_t prefix_len;
	uint32_t type;
	uint32_t host;
};

/**
 * struct k8sov_endpoint - A local pod.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @txn: Txn.
 * @owner: Owner.
 * @force: Force.
 * @link: Key. Interface index of the host side of the pod's link.
 * @name: Who it is, as namespace/pod/container.
 * @n_address: how many of the next are used
 * @address: Address.
 * @n_address6: how many of the next are used
 * @address6: Address6.
 * @identity: What the pod is in policy; 0: what each of its addresses is. Default 3, unmanaged.
 * @state: Default pending.
 * @ingress: Ruleset for packets to the pod. Default 0, none, all may pass.
 * @egress: Ruleset for packets from the pod. Default 0, none, all may pass.
 */
struct k8sov_endpoint {
	uint64_t present;
	uint32_t ifindex;
	uint32_t txn;
	uint64_t owner;
	bool force;
	uint32_t link;
	char name[K8SOV_ENDPOINT_NAME_MAX + 1];
	unsigned int n_address;
	struct in_addr address[K8SOV_ENDPOINT_ADDR_MAX];
	unsigned int n_address6;
	struct in6_addr address6[K8SOV_ENDPOINT_ADDR_MAX];
	uint32_t identity;
	uint32_t state;
	uint32_t ingress;
	uint32_t egress;
};

/**
 * struct k8sov_identity - What an address stands for in policy.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @txn: Txn.
 * @owner: Owner.
 * @force: Force.
 * @prefix: Prefix.
 * @prefix6: Prefix6.
 * @prefix_len: Prefix len.
 * @identity: 0 world, 1 this node, 2 other nodes, 3 unmanaged local.
 */
struct k8sov_identity {
	uint64_t present;
	uint32_t ifindex;
	uint32_t txn;
	uint64_t owner;
	bool force;
	struct in_addr prefix;
	struct in6_addr prefix6;
	uint8_t prefix_len;
	uint32_t identity;
};

/**
 * struct k8sov_rule - A rule of a ruleset, known by its place in the order of rules.
 * @present: bit n is set if attribute n is
 * @name: Where it comes from, as a policy object and a rule in it.
 * @action: Action.
 * @log: Tell of every flow that it decides, not only of denied ones.
 * @hits: How often it decided since the ruleset was set.
 */
struct k8sov_rule {
	uint64_t present;
	char name[K8SOV_RULESET_NAME_MAX + 1];
	uint32_t action;
	bool log;
	uint64_t hits;
};

/**
 * struct k8sov_ruleset - Compiled policy of one direction of endpoints. Identities belong to classes, and a class has a rule for ranges of keys. A key is protocol << 16 | destination port; the port is type << 8 | code in ICMP and ICMPv6, 0 in protocols without ports.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @txn: Txn.
 * @owner: Owner.
 * @force: Force.
 * @id: Key.
 * @name: What it is for.
 * @default_rule: Rule for what no range has, counted from 0. Default 0.
 * @n_rule: how many of the next are used
 * @rule: The rules in order.
 * @member: Pairs of an identity and its class, in the order of identities. An identity that is not named belongs to the class of identity-any, if there is one.
 * @range: Quadruples of a class, the first and last key, and the rule, in the order of classes and keys, without overlap.
 * @rules: How many rules.
 * @members: How many members.
 * @ranges: How many ranges.
 */
struct k8sov_ruleset {
	uint64_t present;
	uint32_t ifindex;
	uint32_t txn;
	uint64_t owner;
	bool force;
	uint32_t id;
	char name[K8SOV_RULESET_NAME_MAX + 1];
	uint32_t default_rule;
	unsigned int n_rule;
	struct k8sov_rule rule[K8SOV_RULESET_PART_MAX];
	struct k8sov_u32s member;
	struct k8sov_u32s range;
	uint32_t rules;
	uint32_t members;
	uint32_t ranges;
};

/**
 * struct k8sov_denial - A flow that policy denied, or that a rule logs.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @time: Nanoseconds since 1970.
 * @direction: Direction.
 * @reason: Why, none if a rule that logs accepted it.
 * @audit: It passed nevertheless, for the device only audits.
 * @ruleset: Ruleset.
 * @rule: Rule that decided, counted from 0.
 * @rule_name: Rule name.
 * @action: Action.
 * @link: The endpoint whose ruleset decided.
 * @name: Its name.
 * @source: Source.
 * @source6: Source6.
 * @destination: Destination.
 * @destination6: Destination6.
 * @protocol: Protocol.
 * @source_port: Source port.
 * @port: Destination port; type << 8 | code in ICMP and ICMPv6.
 * @identity: Identity of the other side.
 * @suppressed: Denials since the last event that no event was sent for.
 */
struct k8sov_denial {
	uint64_t present;
	uint32_t ifindex;
	uint64_t time;
	uint32_t direction;
	uint32_t reason;
	bool audit;
	uint32_t ruleset;
	uint32_t rule;
	char rule_name[K8SOV_RULESET_NAME_MAX + 1];
	uint32_t action;
	uint32_t link;
	char name[K8SOV_ENDPOINT_NAME_MAX + 1];
	struct in_addr source;
	struct in6_addr source6;
	struct in_addr destination;
	struct in6_addr destination6;
	uint8_t protocol;
	uint16_t source_port;
	uint16_t port;
	uint32_t identity;
	uint64_t suppressed;
};

/**
 * struct k8sov_txn - A transaction, or the emptying of tables.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @txn: Txn.
 * @owner: Owner.
 * @tables: Tables that begin replaces, that flush empties, that a commit changed.
 * @generation: Generation.
 */
struct k8sov_txn {
	uint64_t present;
	uint32_t ifindex;
	uint32_t txn;
	uint64_t owner;
	uint32_t tables;
	uint64_t generation;
};

/**
 * struct k8sov_drop_item - Packets dropped for one reason.
 * @present: bit n is set if attribute n is
 * @reason: Reason.
 * @packets: Packets.
 */
struct k8sov_drop_item {
	uint64_t present;
	uint32_t reason;
	uint64_t packets;
};

/**
 * struct k8sov_stats - Counters of a device.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @rx_packets: Rx packets.
 * @rx_bytes: Rx bytes.
 * @tx_packets: Tx packets.
 * @tx_bytes: Tx bytes.
 * @n_drop: how many of the next are used
 * @drop: Drop.
 * @audited: Verdicts against packets that passed, for the device only audits.
 */
struct k8sov_stats {
	uint64_t present;
	uint32_t ifindex;
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t tx_packets;
	uint64_t tx_bytes;
	unsigned int n_drop;
	struct k8sov_drop_item drop[64];
	uint64_t audited;
};

/**
 * struct k8sov_step_item - One step of an explanation.
 * @present: bit n is set if attribute n is
 * @kind: Kind.
 * @address: Address.
 * @address6: Address6.
 * @prefix_len: Length of the prefix that covers the address.
 * @type: Type.
 * @host: Host.
 * @name: Name.
 * @owner: Owner.
 * @encap: Encap.
 * @link: Link.
 * @identity: Identity.
 * @mtu: Mtu.
 * @gateway: Gateway.
 * @gateway6: Gateway6.
 * @source: Source.
 * @source6: Source6.
 * @reason: Reason.
 * @ruleset: Ruleset.
 * @rule: Rule that decides, counted from 0; name is its name.
 * @action: Action.
 */
struct k8sov_step_item {
	uint64_t present;
	uint32_t kind;
	struct in_addr address;
	struct in6_addr address6;
	uint8_t prefix_len;
	uint32_t type;
	uint32_t host;
	char name[255ULL + 1];
	uint64_t owner;
	uint32_t encap;
	uint32_t link;
	uint32_t identity;
	uint32_t mtu;
	struct in_addr gateway;
	struct in6_addr gateway6;
	struct in_addr source;
	struct in6_addr source6;
	uint32_t reason;
	uint32_t ruleset;
	uint32_t rule;
	uint32_t action;
};

/**
 * struct k8sov_trace - A question about a packet, and the answer.
 * @present: bit n is set if attribute n is
 * @ifindex: Ifindex.
 * @direction: Direction.
 * @source: Source.
 * @source6: Source6.
 * @destination: Destination.
 * @destination6: Destination6.
 * @outer: Outer IPv4 source of a received packet.
 * @outer6: Outer IPv6 source of a received packet.
 * @protocol: Protocol.
 * @port: Destination port; type << 8 | code in ICMP and ICMPv6.
 * @reason: Reason.
 * @n_step: how many of the next are used
 * @step: Step.
 * @link: Interface by which a sent packet enters the node.
 */
struct k8sov_trace {
	uint64_t present;
	uint32_t ifindex;
	uint32_t direction;
	struct in_addr source;
	struct in6_addr source6;
	struct in_addr destination;
	struct in6_addr destination6;
	struct in_addr outer;
	struct in6_addr outer6;
	uint8_t protocol;
	uint16_t port;
	uint32_t reason;
	unsigned int n_step;
	struct k8sov_step_item step[32];
	uint32_t link;
};

extern const struct k8sov_enum k8sov_encap_enum;
extern const struct k8sov_enum k8sov_subnet_type_enum;
extern const struct k8sov_enum k8sov_endpoint_state_enum;
extern const struct k8sov_enum k8sov_df_enum;
extern const struct k8sov_enum k8sov_table_enum;
extern const struct k8sov_enum k8sov_rule_action_enum;
extern const struct k8sov_enum k8sov_policy_mode_enum;
extern const struct k8sov_enum k8sov_policy_direction_enum;
extern const struct k8sov_enum k8sov_direction_enum;
extern const struct k8sov_enum k8sov_drop_enum;
extern const struct k8sov_enum k8sov_step_enum;
extern const struct k8sov_set k8sov_link_set;
extern const struct k8sov_set k8sov_device_set;
extern const struct k8sov_set k8sov_host_set;
extern const struct k8sov_set k8sov_subnet_set;
extern const struct k8sov_set k8sov_endpoint_set;
extern const struct k8sov_set k8sov_identity_set;
extern const struct k8sov_set k8sov_rule_set;
extern const struct k8sov_set k8sov_ruleset_set;
extern const struct k8sov_set k8sov_denial_set;
extern const struct k8sov_set k8sov_txn_set;
extern const struct k8sov_set k8sov_drop_set;
extern const struct k8sov_set k8sov_stats_set;
extern const struct k8sov_set k8sov_step_set;
extern const struct k8sov_set k8sov_trace_set;

#endif /* _K8SOV_ATTRS_GEN_H */

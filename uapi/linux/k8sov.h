/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	uapi/netlink/specs/k8sov.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_K8SOV_H
#define _UAPI_LINUX_K8SOV_H

#define K8SOV_FAMILY_NAME	"k8sov"
#define K8SOV_FAMILY_VERSION	1

#define K8SOV_HOST_NAME_MAX	253
#define K8SOV_ENDPOINT_NAME_MAX	255
#define K8SOV_HOST_ID_MAX	1048575
#define K8SOV_ENDPOINT_ADDR_MAX	16
#define K8SOV_HOST_SOURCE_MAX	8
#define K8SOV_VXLAN_PORT	8472
#define K8SOV_GENEVE_PORT	6081

/**
 * enum k8sov_encap - How packets to a host are put on the wire.
 * @K8SOV_ENCAP_VXLAN: Ethernet in VXLAN (RFC 7348).
 * @K8SOV_ENCAP_GENEVE: Ethernet in Geneve (RFC 8926), without options.
 * @K8SOV_ENCAP_IPIP: IP in IP (RFC 2003, RFC 2473, RFC 4213).
 * @K8SOV_ENCAP_DIRECT: No encapsulation; the host is a next hop on the
 *   underlay.
 */
enum k8sov_encap {
	K8SOV_ENCAP_VXLAN,
	K8SOV_ENCAP_GENEVE,
	K8SOV_ENCAP_IPIP,
	K8SOV_ENCAP_DIRECT,

	/* private: */
	__K8SOV_ENCAP_MAX,
	K8SOV_ENCAP_MAX = (__K8SOV_ENCAP_MAX - 1)
};

/**
 * enum k8sov_subnet_type - What a subnet entry means.
 * @K8SOV_SUBNET_TYPE_HOST: The subnet lives on a host.
 * @K8SOV_SUBNET_TYPE_LOCAL: The subnet lives on this node.
 * @K8SOV_SUBNET_TYPE_BLACKHOLE: Packets to it are dropped silently.
 * @K8SOV_SUBNET_TYPE_UNREACHABLE: Packets to it are answered with an ICMP
 *   error.
 */
enum k8sov_subnet_type {
	K8SOV_SUBNET_TYPE_HOST,
	K8SOV_SUBNET_TYPE_LOCAL,
	K8SOV_SUBNET_TYPE_BLACKHOLE,
	K8SOV_SUBNET_TYPE_UNREACHABLE,

	/* private: */
	__K8SOV_SUBNET_TYPE_MAX,
	K8SOV_SUBNET_TYPE_MAX = (__K8SOV_SUBNET_TYPE_MAX - 1)
};

/**
 * enum k8sov_endpoint_state - Life cycle of an endpoint.
 * @K8SOV_ENDPOINT_STATE_PENDING: Attached; its policy is not in force yet.
 * @K8SOV_ENDPOINT_STATE_READY: In service.
 */
enum k8sov_endpoint_state {
	K8SOV_ENDPOINT_STATE_PENDING,
	K8SOV_ENDPOINT_STATE_READY,

	/* private: */
	__K8SOV_ENDPOINT_STATE_MAX,
	K8SOV_ENDPOINT_STATE_MAX = (__K8SOV_ENDPOINT_STATE_MAX - 1)
};

/**
 * enum k8sov_df - The Don't Fragment bit of outer IPv4 headers.
 * @K8SOV_DF_UNSET: Never set.
 * @K8SOV_DF_SET: Set, but on packets that only fit the path in fragments.
 * @K8SOV_DF_INHERIT: That of the inner packet; IPv6 counts as set.
 */
enum k8sov_df {
	K8SOV_DF_UNSET,
	K8SOV_DF_SET,
	K8SOV_DF_INHERIT,

	/* private: */
	__K8SOV_DF_MAX,
	K8SOV_DF_MAX = (__K8SOV_DF_MAX - 1)
};

/**
 * enum k8sov_table - Tables of a device.
 */
enum k8sov_table {
	K8SOV_TABLE_HOST = 1,
	K8SOV_TABLE_SUBNET = 2,
	K8SOV_TABLE_ENDPOINT = 4,
	K8SOV_TABLE_IDENTITY = 8,

	/* private: */
	K8SOV_TABLE_MASK = 15,
};

/**
 * enum k8sov_direction - Direction of a packet as the device sees it.
 * @K8SOV_DIRECTION_TX: From this node to the overlay.
 * @K8SOV_DIRECTION_RX: From the overlay to this node.
 */
enum k8sov_direction {
	K8SOV_DIRECTION_TX,
	K8SOV_DIRECTION_RX,

	/* private: */
	__K8SOV_DIRECTION_MAX,
	K8SOV_DIRECTION_MAX = (__K8SOV_DIRECTION_MAX - 1)
};

/**
 * enum k8sov_drop - Why a packet was dropped. Appended to, never renumbered.
 * @K8SOV_DROP_NONE: Not dropped.
 * @K8SOV_DROP_TX_NOT_IP: The packet to send is neither IPv4 nor IPv6.
 * @K8SOV_DROP_TX_MALFORMED: The IP header of the packet to send is truncated
 *   or wrong.
 * @K8SOV_DROP_TX_NO_SUBNET: No subnet covers the destination.
 * @K8SOV_DROP_TX_MULTICAST: The destination is multicast, broadcast or
 *   link-local.
 * @K8SOV_DROP_TX_LOCAL: The destination is in a local subnet, but no pod has
 *   the address.
 * @K8SOV_DROP_TX_BLACKHOLE: The destination is in a blackhole subnet.
 * @K8SOV_DROP_TX_UNREACHABLE: The destination is in an unreachable subnet.
 * @K8SOV_DROP_TX_NO_ROUTE: The underlay has no route to the host.
 * @K8SOV_DROP_TX_LOOP: The underlay's route to the host leads back into the
 *   device.
 * @K8SOV_DROP_TX_RECURSION: Too many tunnels inside each other.
 * @K8SOV_DROP_TX_TOO_BIG: The packet is larger than the path to the host and
 *   must not be fragmented.
 * @K8SOV_DROP_TX_NOT_ON_LINK: The encapsulation is direct, but the host is
 *   behind a gateway.
 * @K8SOV_DROP_TX_NO_MEMORY: No memory to encapsulate the packet.
 * @K8SOV_DROP_TX_SOURCE: The source is not an address of the endpoint that
 *   sent the packet, or cannot be told.
 * @K8SOV_DROP_RX_TRUNCATED: The packet ends inside its headers.
 * @K8SOV_DROP_RX_FLAGS: The tunnel header has unknown or reserved bits set.
 * @K8SOV_DROP_RX_PROTOCOL: The tunnel header announces a payload that is not
 *   Ethernet.
 * @K8SOV_DROP_RX_OPTION: The geneve header has critical options.
 * @K8SOV_DROP_RX_VNI: No device has the VNI.
 * @K8SOV_DROP_RX_MAC: The inner Ethernet header is not addressed to the
 *   device.
 * @K8SOV_DROP_RX_NOT_IP: The inner frame is neither IPv4 nor IPv6.
 * @K8SOV_DROP_RX_MALFORMED: The inner IP header is wrong.
 * @K8SOV_DROP_RX_ECN: The outer header says congestion, the inner one cannot
 *   carry it (RFC 6040).
 * @K8SOV_DROP_RX_HOST: The outer source address is no known host.
 * @K8SOV_DROP_RX_SOURCE: The inner source address does not belong to the host
 *   that sent the packet.
 * @K8SOV_DROP_RX_DESTINATION: The inner destination address is not local.
 * @K8SOV_DROP_RX_MULTICAST: The inner destination is multicast or broadcast.
 * @K8SOV_DROP_RX_NO_MEMORY: No memory to decapsulate the packet.
 * @K8SOV_DROP_RX_DOWN: The device is down.
 * @K8SOV_DROP_RX_DIRECT: A packet without encapsulation came from the address
 *   of a host that must encapsulate.
 */
enum k8sov_drop {
	K8SOV_DROP_NONE,
	K8SOV_DROP_TX_NOT_IP,
	K8SOV_DROP_TX_MALFORMED,
	K8SOV_DROP_TX_NO_SUBNET,
	K8SOV_DROP_TX_MULTICAST,
	K8SOV_DROP_TX_LOCAL,
	K8SOV_DROP_TX_BLACKHOLE,
	K8SOV_DROP_TX_UNREACHABLE,
	K8SOV_DROP_TX_NO_ROUTE,
	K8SOV_DROP_TX_LOOP,
	K8SOV_DROP_TX_RECURSION,
	K8SOV_DROP_TX_TOO_BIG,
	K8SOV_DROP_TX_NOT_ON_LINK,
	K8SOV_DROP_TX_NO_MEMORY,
	K8SOV_DROP_TX_SOURCE,
	K8SOV_DROP_RX_TRUNCATED,
	K8SOV_DROP_RX_FLAGS,
	K8SOV_DROP_RX_PROTOCOL,
	K8SOV_DROP_RX_OPTION,
	K8SOV_DROP_RX_VNI,
	K8SOV_DROP_RX_MAC,
	K8SOV_DROP_RX_NOT_IP,
	K8SOV_DROP_RX_MALFORMED,
	K8SOV_DROP_RX_ECN,
	K8SOV_DROP_RX_HOST,
	K8SOV_DROP_RX_SOURCE,
	K8SOV_DROP_RX_DESTINATION,
	K8SOV_DROP_RX_MULTICAST,
	K8SOV_DROP_RX_NO_MEMORY,
	K8SOV_DROP_RX_DOWN,
	K8SOV_DROP_RX_DIRECT,

	/* private: */
	__K8SOV_DROP_MAX,
	K8SOV_DROP_MAX = (__K8SOV_DROP_MAX - 1)
};

/**
 * enum k8sov_step - A step in the explanation of a packet's way.
 * @K8SOV_STEP_DEVICE: The device and its state.
 * @K8SOV_STEP_OUTER_SOURCE: The outer source address, and the host it belongs
 *   to.
 * @K8SOV_STEP_SOURCE: The inner source address, and the subnet that covers it.
 * @K8SOV_STEP_DESTINATION: The inner destination address, and the subnet that
 *   covers it.
 * @K8SOV_STEP_ENDPOINT: The local endpoint that has the address.
 * @K8SOV_STEP_SOURCE_IDENTITY: The identity of the source address.
 * @K8SOV_STEP_DESTINATION_IDENTITY: The identity of the destination address.
 * @K8SOV_STEP_HOST: The host and its encapsulation.
 * @K8SOV_STEP_ROUTE: The underlay's route to the host.
 * @K8SOV_STEP_VERDICT: What happens to the packet.
 * @K8SOV_STEP_SOURCE_CHECK: The endpoint whose link the packet enters by,
 *   which may only send from its own addresses.
 */
enum k8sov_step {
	K8SOV_STEP_DEVICE,
	K8SOV_STEP_OUTER_SOURCE,
	K8SOV_STEP_SOURCE,
	K8SOV_STEP_DESTINATION,
	K8SOV_STEP_ENDPOINT,
	K8SOV_STEP_SOURCE_IDENTITY,
	K8SOV_STEP_DESTINATION_IDENTITY,
	K8SOV_STEP_HOST,
	K8SOV_STEP_ROUTE,
	K8SOV_STEP_VERDICT,
	K8SOV_STEP_SOURCE_CHECK,

	/* private: */
	__K8SOV_STEP_MAX,
	K8SOV_STEP_MAX = (__K8SOV_STEP_MAX - 1)
};

enum {
	IFLA_K8SOV_ID = 1,
	IFLA_K8SOV_LINK,
	IFLA_K8SOV_LOCAL,
	IFLA_K8SOV_LOCAL6,
	IFLA_K8SOV_PORT,
	IFLA_K8SOV_GENEVE_PORT,
	IFLA_K8SOV_PORT_LOW,
	IFLA_K8SOV_PORT_HIGH,
	IFLA_K8SOV_TTL,
	IFLA_K8SOV_TTL_INHERIT,
	IFLA_K8SOV_TOS,
	IFLA_K8SOV_DF,
	IFLA_K8SOV_UDP_CSUM,
	IFLA_K8SOV_UDP_ZERO_CSUM6_TX,
	IFLA_K8SOV_UDP_ZERO_CSUM6_RX,
	IFLA_K8SOV_FWMARK,
	IFLA_K8SOV_NOTRACK,
	IFLA_K8SOV_MAX_HOSTS,
	IFLA_K8SOV_MAX_SUBNETS,
	IFLA_K8SOV_MAX_ENDPOINTS,
	IFLA_K8SOV_MAX_IDENTITIES,
	IFLA_K8SOV_MTU_AUTO,
	IFLA_K8SOV_MAC,

	__IFLA_K8SOV_MAX,
	IFLA_K8SOV_MAX = (__IFLA_K8SOV_MAX - 1)
};

enum {
	K8SOV_A_DEVICE_IFINDEX = 1,
	K8SOV_A_DEVICE_PAD,
	K8SOV_A_DEVICE_IFNAME,
	K8SOV_A_DEVICE_GENERATION,
	K8SOV_A_DEVICE_HOSTS,
	K8SOV_A_DEVICE_SUBNETS,
	K8SOV_A_DEVICE_ENDPOINTS,
	K8SOV_A_DEVICE_IDENTITIES,
	K8SOV_A_DEVICE_MAX_HOSTS,
	K8SOV_A_DEVICE_MAX_SUBNETS,
	K8SOV_A_DEVICE_MAX_ENDPOINTS,
	K8SOV_A_DEVICE_MAX_IDENTITIES,
	K8SOV_A_DEVICE_MEMORY,
	K8SOV_A_DEVICE_TRANSACTIONS,

	__K8SOV_A_DEVICE_MAX,
	K8SOV_A_DEVICE_MAX = (__K8SOV_A_DEVICE_MAX - 1)
};

enum {
	K8SOV_A_HOST_IFINDEX = 1,
	K8SOV_A_HOST_TXN,
	K8SOV_A_HOST_OWNER,
	K8SOV_A_HOST_FORCE,
	K8SOV_A_HOST_PAD,
	K8SOV_A_HOST_ID,
	K8SOV_A_HOST_NAME,
	K8SOV_A_HOST_ENCAP,
	K8SOV_A_HOST_REMOTE,
	K8SOV_A_HOST_REMOTE6,
	K8SOV_A_HOST_SOURCE,
	K8SOV_A_HOST_SOURCE6,
	K8SOV_A_HOST_MAC,
	K8SOV_A_HOST_PORT,
	K8SOV_A_HOST_VNI,
	K8SOV_A_HOST_SUBNETS,
	K8SOV_A_HOST_TX_PACKETS,
	K8SOV_A_HOST_TX_BYTES,
	K8SOV_A_HOST_RX_PACKETS,
	K8SOV_A_HOST_RX_BYTES,

	__K8SOV_A_HOST_MAX,
	K8SOV_A_HOST_MAX = (__K8SOV_A_HOST_MAX - 1)
};

enum {
	K8SOV_A_SUBNET_IFINDEX = 1,
	K8SOV_A_SUBNET_TXN,
	K8SOV_A_SUBNET_OWNER,
	K8SOV_A_SUBNET_FORCE,
	K8SOV_A_SUBNET_PAD,
	K8SOV_A_SUBNET_PREFIX,
	K8SOV_A_SUBNET_PREFIX6,
	K8SOV_A_SUBNET_PREFIX_LEN,
	K8SOV_A_SUBNET_TYPE,
	K8SOV_A_SUBNET_HOST,

	__K8SOV_A_SUBNET_MAX,
	K8SOV_A_SUBNET_MAX = (__K8SOV_A_SUBNET_MAX - 1)
};

enum {
	K8SOV_A_ENDPOINT_IFINDEX = 1,
	K8SOV_A_ENDPOINT_TXN,
	K8SOV_A_ENDPOINT_OWNER,
	K8SOV_A_ENDPOINT_FORCE,
	K8SOV_A_ENDPOINT_PAD,
	K8SOV_A_ENDPOINT_LINK,
	K8SOV_A_ENDPOINT_NAME,
	K8SOV_A_ENDPOINT_ADDRESS,
	K8SOV_A_ENDPOINT_ADDRESS6,
	K8SOV_A_ENDPOINT_IDENTITY,
	K8SOV_A_ENDPOINT_STATE,

	__K8SOV_A_ENDPOINT_MAX,
	K8SOV_A_ENDPOINT_MAX = (__K8SOV_A_ENDPOINT_MAX - 1)
};

enum {
	K8SOV_A_IDENTITY_IFINDEX = 1,
	K8SOV_A_IDENTITY_TXN,
	K8SOV_A_IDENTITY_OWNER,
	K8SOV_A_IDENTITY_FORCE,
	K8SOV_A_IDENTITY_PAD,
	K8SOV_A_IDENTITY_PREFIX,
	K8SOV_A_IDENTITY_PREFIX6,
	K8SOV_A_IDENTITY_PREFIX_LEN,
	K8SOV_A_IDENTITY_IDENTITY,

	__K8SOV_A_IDENTITY_MAX,
	K8SOV_A_IDENTITY_MAX = (__K8SOV_A_IDENTITY_MAX - 1)
};

enum {
	K8SOV_A_TXN_IFINDEX = 1,
	K8SOV_A_TXN_TXN,
	K8SOV_A_TXN_OWNER,
	K8SOV_A_TXN_PAD,
	K8SOV_A_TXN_TABLES,
	K8SOV_A_TXN_GENERATION,

	__K8SOV_A_TXN_MAX,
	K8SOV_A_TXN_MAX = (__K8SOV_A_TXN_MAX - 1)
};

enum {
	K8SOV_A_DROP_REASON = 1,
	K8SOV_A_DROP_PAD,
	K8SOV_A_DROP_PACKETS,

	__K8SOV_A_DROP_MAX,
	K8SOV_A_DROP_MAX = (__K8SOV_A_DROP_MAX - 1)
};

enum {
	K8SOV_A_STATS_IFINDEX = 1,
	K8SOV_A_STATS_PAD,
	K8SOV_A_STATS_RX_PACKETS,
	K8SOV_A_STATS_RX_BYTES,
	K8SOV_A_STATS_TX_PACKETS,
	K8SOV_A_STATS_TX_BYTES,
	K8SOV_A_STATS_DROP,

	__K8SOV_A_STATS_MAX,
	K8SOV_A_STATS_MAX = (__K8SOV_A_STATS_MAX - 1)
};

enum {
	K8SOV_A_STEP_KIND = 1,
	K8SOV_A_STEP_PAD,
	K8SOV_A_STEP_ADDRESS,
	K8SOV_A_STEP_ADDRESS6,
	K8SOV_A_STEP_PREFIX_LEN,
	K8SOV_A_STEP_TYPE,
	K8SOV_A_STEP_HOST,
	K8SOV_A_STEP_NAME,
	K8SOV_A_STEP_OWNER,
	K8SOV_A_STEP_ENCAP,
	K8SOV_A_STEP_LINK,
	K8SOV_A_STEP_IDENTITY,
	K8SOV_A_STEP_MTU,
	K8SOV_A_STEP_GATEWAY,
	K8SOV_A_STEP_GATEWAY6,
	K8SOV_A_STEP_SOURCE,
	K8SOV_A_STEP_SOURCE6,
	K8SOV_A_STEP_REASON,

	__K8SOV_A_STEP_MAX,
	K8SOV_A_STEP_MAX = (__K8SOV_A_STEP_MAX - 1)
};

enum {
	K8SOV_A_TRACE_IFINDEX = 1,
	K8SOV_A_TRACE_PAD,
	K8SOV_A_TRACE_DIRECTION,
	K8SOV_A_TRACE_SOURCE,
	K8SOV_A_TRACE_SOURCE6,
	K8SOV_A_TRACE_DESTINATION,
	K8SOV_A_TRACE_DESTINATION6,
	K8SOV_A_TRACE_OUTER,
	K8SOV_A_TRACE_OUTER6,
	K8SOV_A_TRACE_PROTOCOL,
	K8SOV_A_TRACE_PORT,
	K8SOV_A_TRACE_REASON,
	K8SOV_A_TRACE_STEP,
	K8SOV_A_TRACE_LINK,

	__K8SOV_A_TRACE_MAX,
	K8SOV_A_TRACE_MAX = (__K8SOV_A_TRACE_MAX - 1)
};

enum {
	K8SOV_CMD_DEVICE_GET = 1,
	K8SOV_CMD_HOST_GET,
	K8SOV_CMD_HOST_NEW,
	K8SOV_CMD_HOST_DEL,
	K8SOV_CMD_HOST_NTF,
	K8SOV_CMD_HOST_DEL_NTF,
	K8SOV_CMD_SUBNET_GET,
	K8SOV_CMD_SUBNET_NEW,
	K8SOV_CMD_SUBNET_DEL,
	K8SOV_CMD_SUBNET_NTF,
	K8SOV_CMD_SUBNET_DEL_NTF,
	K8SOV_CMD_ENDPOINT_GET,
	K8SOV_CMD_ENDPOINT_NEW,
	K8SOV_CMD_ENDPOINT_DEL,
	K8SOV_CMD_ENDPOINT_NTF,
	K8SOV_CMD_ENDPOINT_DEL_NTF,
	K8SOV_CMD_IDENTITY_GET,
	K8SOV_CMD_IDENTITY_NEW,
	K8SOV_CMD_IDENTITY_DEL,
	K8SOV_CMD_IDENTITY_NTF,
	K8SOV_CMD_IDENTITY_DEL_NTF,
	K8SOV_CMD_TXN_BEGIN,
	K8SOV_CMD_TXN_COMMIT,
	K8SOV_CMD_TXN_ABORT,
	K8SOV_CMD_FLUSH,
	K8SOV_CMD_COMMIT_NTF,
	K8SOV_CMD_STATS_GET,
	K8SOV_CMD_TRACE_GET,

	__K8SOV_CMD_MAX,
	K8SOV_CMD_MAX = (__K8SOV_CMD_MAX - 1)
};

#define K8SOV_MCGRP_CHANGES	"changes"

#endif /* _UAPI_LINUX_K8SOV_H */

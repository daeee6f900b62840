// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	uapi/netlink/specs/k8sov.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "nl_gen.h"

#include <uapi/linux/k8sov.h>

/* Integer value ranges */
static struct netlink_range_validation k8sov_a_host_id_range = {
	.min	= 1ULL,
	.max	= K8SOV_HOST_ID_MAX,
};

static struct netlink_range_validation k8sov_a_host_vni_range = {
	.max	= 16777215ULL,
};

static struct netlink_range_validation k8sov_a_subnet_host_range = {
	.min	= 1ULL,
	.max	= K8SOV_HOST_ID_MAX,
};

static struct netlink_range_validation k8sov_a_endpoint_link_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static struct netlink_range_validation k8sov_a_endpoint_identity_range = {
	.max	= K8SOV_IDENTITY_MAX,
};

static struct netlink_range_validation k8sov_a_endpoint_ingress_range = {
	.max	= S32_MAX,
};

static struct netlink_range_validation k8sov_a_endpoint_egress_range = {
	.max	= S32_MAX,
};

static struct netlink_range_validation k8sov_a_identity_identity_range = {
	.max	= K8SOV_IDENTITY_MAX,
};

static struct netlink_range_validation k8sov_a_ruleset_id_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

/* Common nested types */
const struct nla_policy k8sov_rule_nl_policy[K8SOV_A_RULE_HITS + 1] = {
	[K8SOV_A_RULE_NAME] = { .type = NLA_NUL_STRING, .len = K8SOV_RULESET_NAME_MAX, },
	[K8SOV_A_RULE_ACTION] = NLA_POLICY_MAX(NLA_U32, 2),
	[K8SOV_A_RULE_LOG] = { .type = NLA_FLAG, },
	[K8SOV_A_RULE_HITS] = { .type = NLA_U64, },
};

/* K8SOV_CMD_DEVICE_GET - do */
const struct nla_policy k8sov_device_get_nl_policy[K8SOV_A_DEVICE_IFINDEX + 1] = {
	[K8SOV_A_DEVICE_IFINDEX] = { .type = NLA_U32, },
};

/* K8SOV_CMD_HOST_GET - do */
const struct nla_policy k8sov_host_get_nl_policy[K8SOV_A_HOST_REMOTE6 + 1] = {
	[K8SOV_A_HOST_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_HOST_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_host_id_range),
	[K8SOV_A_HOST_NAME] = { .type = NLA_NUL_STRING, .len = K8SOV_HOST_NAME_MAX, },
	[K8SOV_A_HOST_REMOTE] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_HOST_REMOTE6] = NLA_POLICY_EXACT_LEN(16),
};

/* K8SOV_CMD_HOST_NEW - do */
const struct nla_policy k8sov_host_new_nl_policy[K8SOV_A_HOST_VNI + 1] = {
	[K8SOV_A_HOST_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_HOST_TXN] = { .type = NLA_U32, },
	[K8SOV_A_HOST_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_HOST_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_HOST_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_host_id_range),
	[K8SOV_A_HOST_NAME] = { .type = NLA_NUL_STRING, .len = K8SOV_HOST_NAME_MAX, },
	[K8SOV_A_HOST_ENCAP] = NLA_POLICY_MAX(NLA_U32, 3),
	[K8SOV_A_HOST_REMOTE] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_HOST_REMOTE6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_HOST_SOURCE] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_HOST_SOURCE6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_HOST_MAC] = NLA_POLICY_EXACT_LEN(6),
	[K8SOV_A_HOST_PORT] = { .type = NLA_U16, },
	[K8SOV_A_HOST_VNI] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_host_vni_range),
};

/* K8SOV_CMD_HOST_DEL - do */
const struct nla_policy k8sov_host_del_nl_policy[K8SOV_A_HOST_ID + 1] = {
	[K8SOV_A_HOST_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_HOST_TXN] = { .type = NLA_U32, },
	[K8SOV_A_HOST_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_HOST_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_HOST_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_host_id_range),
};

/* K8SOV_CMD_SUBNET_GET - do */
const struct nla_policy k8sov_subnet_get_nl_policy[K8SOV_A_SUBNET_HOST + 1] = {
	[K8SOV_A_SUBNET_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_SUBNET_PREFIX] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_SUBNET_PREFIX6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_SUBNET_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[K8SOV_A_SUBNET_HOST] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_subnet_host_range),
};

/* K8SOV_CMD_SUBNET_NEW - do */
const struct nla_policy k8sov_subnet_new_nl_policy[K8SOV_A_SUBNET_HOST + 1] = {
	[K8SOV_A_SUBNET_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_SUBNET_TXN] = { .type = NLA_U32, },
	[K8SOV_A_SUBNET_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_SUBNET_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_SUBNET_PREFIX] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_SUBNET_PREFIX6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_SUBNET_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[K8SOV_A_SUBNET_TYPE] = NLA_POLICY_MAX(NLA_U32, 3),
	[K8SOV_A_SUBNET_HOST] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_subnet_host_range),
};

/* K8SOV_CMD_SUBNET_DEL - do */
const struct nla_policy k8sov_subnet_del_nl_policy[K8SOV_A_SUBNET_PREFIX_LEN + 1] = {
	[K8SOV_A_SUBNET_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_SUBNET_TXN] = { .type = NLA_U32, },
	[K8SOV_A_SUBNET_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_SUBNET_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_SUBNET_PREFIX] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_SUBNET_PREFIX6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_SUBNET_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* K8SOV_CMD_ENDPOINT_GET - do */
const struct nla_policy k8sov_endpoint_get_nl_policy[K8SOV_A_ENDPOINT_ADDRESS6 + 1] = {
	[K8SOV_A_ENDPOINT_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_ENDPOINT_LINK] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_endpoint_link_range),
	[K8SOV_A_ENDPOINT_ADDRESS] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_ENDPOINT_ADDRESS6] = NLA_POLICY_EXACT_LEN(16),
};

/* K8SOV_CMD_ENDPOINT_NEW - do */
const struct nla_policy k8sov_endpoint_new_nl_policy[K8SOV_A_ENDPOINT_EGRESS + 1] = {
	[K8SOV_A_ENDPOINT_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_ENDPOINT_TXN] = { .type = NLA_U32, },
	[K8SOV_A_ENDPOINT_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_ENDPOINT_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_ENDPOINT_LINK] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_endpoint_link_range),
	[K8SOV_A_ENDPOINT_NAME] = { .type = NLA_NUL_STRING, .len = K8SOV_ENDPOINT_NAME_MAX, },
	[K8SOV_A_ENDPOINT_ADDRESS] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_ENDPOINT_ADDRESS6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_ENDPOINT_IDENTITY] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_endpoint_identity_range),
	[K8SOV_A_ENDPOINT_STATE] = NLA_POLICY_MAX(NLA_U32, 1),
	[K8SOV_A_ENDPOINT_INGRESS] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_endpoint_ingress_range),
	[K8SOV_A_ENDPOINT_EGRESS] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_endpoint_egress_range),
};

/* K8SOV_CMD_ENDPOINT_DEL - do */
const struct nla_policy k8sov_endpoint_del_nl_policy[K8SOV_A_ENDPOINT_LINK + 1] = {
	[K8SOV_A_ENDPOINT_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_ENDPOINT_TXN] = { .type = NLA_U32, },
	[K8SOV_A_ENDPOINT_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_ENDPOINT_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_ENDPOINT_LINK] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_endpoint_link_range),
};

/* K8SOV_CMD_IDENTITY_GET - do */
const struct nla_policy k8sov_identity_get_nl_policy[K8SOV_A_IDENTITY_PREFIX_LEN + 1] = {
	[K8SOV_A_IDENTITY_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_IDENTITY_PREFIX] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_IDENTITY_PREFIX6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_IDENTITY_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* K8SOV_CMD_IDENTITY_NEW - do */
const struct nla_policy k8sov_identity_new_nl_policy[K8SOV_A_IDENTITY_IDENTITY + 1] = {
	[K8SOV_A_IDENTITY_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_IDENTITY_TXN] = { .type = NLA_U32, },
	[K8SOV_A_IDENTITY_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_IDENTITY_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_IDENTITY_PREFIX] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_IDENTITY_PREFIX6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_IDENTITY_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[K8SOV_A_IDENTITY_IDENTITY] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_identity_identity_range),
};

/* K8SOV_CMD_IDENTITY_DEL - do */
const struct nla_policy k8sov_identity_del_nl_policy[K8SOV_A_IDENTITY_PREFIX_LEN + 1] = {
	[K8SOV_A_IDENTITY_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_IDENTITY_TXN] = { .type = NLA_U32, },
	[K8SOV_A_IDENTITY_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_IDENTITY_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_IDENTITY_PREFIX] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_IDENTITY_PREFIX6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_IDENTITY_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* K8SOV_CMD_TXN_BEGIN - do */
const struct nla_policy k8sov_txn_begin_nl_policy[K8SOV_A_TXN_TABLES + 1] = {
	[K8SOV_A_TXN_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_TXN_TABLES] = NLA_POLICY_MASK(NLA_U32, 0x1f),
};

/* K8SOV_CMD_TXN_COMMIT - do */
const struct nla_policy k8sov_txn_commit_nl_policy[K8SOV_A_TXN_TXN + 1] = {
	[K8SOV_A_TXN_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_TXN_TXN] = { .type = NLA_U32, },
};

/* K8SOV_CMD_TXN_ABORT - do */
const struct nla_policy k8sov_txn_abort_nl_policy[K8SOV_A_TXN_TXN + 1] = {
	[K8SOV_A_TXN_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_TXN_TXN] = { .type = NLA_U32, },
};

/* K8SOV_CMD_FLUSH - do */
const struct nla_policy k8sov_flush_nl_policy[K8SOV_A_TXN_TABLES + 1] = {
	[K8SOV_A_TXN_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_TXN_TXN] = { .type = NLA_U32, },
	[K8SOV_A_TXN_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_TXN_TABLES] = NLA_POLICY_MASK(NLA_U32, 0x1f),
};

/* K8SOV_CMD_STATS_GET - do */
const struct nla_policy k8sov_stats_get_nl_policy[K8SOV_A_STATS_IFINDEX + 1] = {
	[K8SOV_A_STATS_IFINDEX] = { .type = NLA_U32, },
};

/* K8SOV_CMD_TRACE_GET - do */
const struct nla_policy k8sov_trace_get_nl_policy[K8SOV_A_TRACE_LINK + 1] = {
	[K8SOV_A_TRACE_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_TRACE_DIRECTION] = NLA_POLICY_MAX(NLA_U32, 1),
	[K8SOV_A_TRACE_SOURCE] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_TRACE_SOURCE6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_TRACE_DESTINATION] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_TRACE_DESTINATION6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_TRACE_OUTER] = NLA_POLICY_EXACT_LEN(4),
	[K8SOV_A_TRACE_OUTER6] = NLA_POLICY_EXACT_LEN(16),
	[K8SOV_A_TRACE_PROTOCOL] = { .type = NLA_U8, },
	[K8SOV_A_TRACE_PORT] = { .type = NLA_U16, },
	[K8SOV_A_TRACE_LINK] = { .type = NLA_U32, },
};

/* K8SOV_CMD_RULESET_GET - do */
const struct nla_policy k8sov_ruleset_get_nl_policy[K8SOV_A_RULESET_ID + 1] = {
	[K8SOV_A_RULESET_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_RULESET_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_ruleset_id_range),
};

/* K8SOV_CMD_RULESET_NEW - do */
const struct nla_policy k8sov_ruleset_new_nl_policy[K8SOV_A_RULESET_RANGE + 1] = {
	[K8SOV_A_RULESET_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_RULESET_TXN] = { .type = NLA_U32, },
	[K8SOV_A_RULESET_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_RULESET_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_RULESET_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_ruleset_id_range),
	[K8SOV_A_RULESET_NAME] = { .type = NLA_NUL_STRING, .len = K8SOV_RULESET_NAME_MAX, },
	[K8SOV_A_RULESET_DEFAULT_RULE] = { .type = NLA_U32, },
	[K8SOV_A_RULESET_RULE] = NLA_POLICY_NESTED(k8sov_rule_nl_policy),
	[K8SOV_A_RULESET_MEMBER] = { .type = NLA_BINARY, },
	[K8SOV_A_RULESET_RANGE] = { .type = NLA_BINARY, },
};

/* K8SOV_CMD_RULESET_DEL - do */
const struct nla_policy k8sov_ruleset_del_nl_policy[K8SOV_A_RULESET_ID + 1] = {
	[K8SOV_A_RULESET_IFINDEX] = { .type = NLA_U32, },
	[K8SOV_A_RULESET_TXN] = { .type = NLA_U32, },
	[K8SOV_A_RULESET_OWNER] = { .type = NLA_U64, },
	[K8SOV_A_RULESET_FORCE] = { .type = NLA_FLAG, },
	[K8SOV_A_RULESET_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &k8sov_a_ruleset_id_range),
};

/* Ops table for k8sov */
const struct genl_ops k8sov_nl_ops[22] = {
	{
		.cmd		= K8SOV_CMD_DEVICE_GET,
		.doit		= k8sov_nl_device_get_doit,
		.dumpit		= k8sov_nl_device_get_dumpit,
		.policy		= k8sov_device_get_nl_policy,
		.maxattr	= K8SOV_A_DEVICE_IFINDEX,
	},
	{
		.cmd		= K8SOV_CMD_HOST_GET,
		.doit		= k8sov_nl_host_get_doit,
		.dumpit		= k8sov_nl_host_get_dumpit,
		.policy		= k8sov_host_get_nl_policy,
		.maxattr	= K8SOV_A_HOST_REMOTE6,
	},
	{
		.cmd		= K8SOV_CMD_HOST_NEW,
		.doit		= k8sov_nl_host_new_doit,
		.policy		= k8sov_host_new_nl_policy,
		.maxattr	= K8SOV_A_HOST_VNI,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_HOST_DEL,
		.doit		= k8sov_nl_host_del_doit,
		.policy		= k8sov_host_del_nl_policy,
		.maxattr	= K8SOV_A_HOST_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_SUBNET_GET,
		.doit		= k8sov_nl_subnet_get_doit,
		.dumpit		= k8sov_nl_subnet_get_dumpit,
		.policy		= k8sov_subnet_get_nl_policy,
		.maxattr	= K8SOV_A_SUBNET_HOST,
	},
	{
		.cmd		= K8SOV_CMD_SUBNET_NEW,
		.doit		= k8sov_nl_subnet_new_doit,
		.policy		= k8sov_subnet_new_nl_policy,
		.maxattr	= K8SOV_A_SUBNET_HOST,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_SUBNET_DEL,
		.doit		= k8sov_nl_subnet_del_doit,
		.policy		= k8sov_subnet_del_nl_policy,
		.maxattr	= K8SOV_A_SUBNET_PREFIX_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_ENDPOINT_GET,
		.doit		= k8sov_nl_endpoint_get_doit,
		.dumpit		= k8sov_nl_endpoint_get_dumpit,
		.policy		= k8sov_endpoint_get_nl_policy,
		.maxattr	= K8SOV_A_ENDPOINT_ADDRESS6,
	},
	{
		.cmd		= K8SOV_CMD_ENDPOINT_NEW,
		.doit		= k8sov_nl_endpoint_new_doit,
		.policy		= k8sov_endpoint_new_nl_policy,
		.maxattr	= K8SOV_A_ENDPOINT_EGRESS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_ENDPOINT_DEL,
		.doit		= k8sov_nl_endpoint_del_doit,
		.policy		= k8sov_endpoint_del_nl_policy,
		.maxattr	= K8SOV_A_ENDPOINT_LINK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_IDENTITY_GET,
		.doit		= k8sov_nl_identity_get_doit,
		.dumpit		= k8sov_nl_identity_get_dumpit,
		.policy		= k8sov_identity_get_nl_policy,
		.maxattr	= K8SOV_A_IDENTITY_PREFIX_LEN,
	},
	{
		.cmd		= K8SOV_CMD_IDENTITY_NEW,
		.doit		= k8sov_nl_identity_new_doit,
		.policy		= k8sov_identity_new_nl_policy,
		.maxattr	= K8SOV_A_IDENTITY_IDENTITY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_IDENTITY_DEL,
		.doit		= k8sov_nl_identity_del_doit,
		.policy		= k8sov_identity_del_nl_policy,
		.maxattr	= K8SOV_A_IDENTITY_PREFIX_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_TXN_BEGIN,
		.doit		= k8sov_nl_txn_begin_doit,
		.policy		= k8sov_txn_begin_nl_policy,
		.maxattr	= K8SOV_A_TXN_TABLES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_TXN_COMMIT,
		.doit		= k8sov_nl_txn_commit_doit,
		.policy		= k8sov_txn_commit_nl_policy,
		.maxattr	= K8SOV_A_TXN_TXN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_TXN_ABORT,
		.doit		= k8sov_nl_txn_abort_doit,
		.policy		= k8sov_txn_abort_nl_policy,
		.maxattr	= K8SOV_A_TXN_TXN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_FLUSH,
		.doit		= k8sov_nl_flush_doit,
		.policy		= k8sov_flush_nl_policy,
		.maxattr	= K8SOV_A_TXN_TABLES,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_STATS_GET,
		.doit		= k8sov_nl_stats_get_doit,
		.dumpit		= k8sov_nl_stats_get_dumpit,
		.policy		= k8sov_stats_get_nl_policy,
		.maxattr	= K8SOV_A_STATS_IFINDEX,
	},
	{
		.cmd		= K8SOV_CMD_TRACE_GET,
		.doit		= k8sov_nl_trace_get_doit,
		.policy		= k8sov_trace_get_nl_policy,
		.maxattr	= K8SOV_A_TRACE_LINK,
	},
	{
		.cmd		= K8SOV_CMD_RULESET_GET,
		.doit		= k8sov_nl_ruleset_get_doit,
		.dumpit		= k8sov_nl_ruleset_get_dumpit,
		.policy		= k8sov_ruleset_get_nl_policy,
		.maxattr	= K8SOV_A_RULESET_ID,
	},
	{
		.cmd		= K8SOV_CMD_RULESET_NEW,
		.doit		= k8sov_nl_ruleset_new_doit,
		.policy		= k8sov_ruleset_new_nl_policy,
		.maxattr	= K8SOV_A_RULESET_RANGE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= K8SOV_CMD_RULESET_DEL,
		.doit		= k8sov_nl_ruleset_del_doit,
		.policy		= k8sov_ruleset_del_nl_policy,
		.maxattr	= K8SOV_A_RULESET_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};

const struct genl_multicast_group k8sov_nl_mcgrps[] = {
	[K8SOV_NLGRP_CHANGES] = { "changes", },
	[K8SOV_NLGRP_DENIALS] = { "denials", },
};

/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	uapi/netlink/specs/k8sov.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_K8SOV_GEN_H
#define _LINUX_K8SOV_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/k8sov.h>

/* Common nested types */
extern const struct nla_policy k8sov_rule_nl_policy[K8SOV_A_RULE_HITS + 1];

extern const struct nla_policy k8sov_device_get_nl_policy[K8SOV_A_DEVICE_IFINDEX + 1];

extern const struct nla_policy k8sov_host_get_nl_policy[K8SOV_A_HOST_REMOTE6 + 1];

extern const struct nla_policy k8sov_host_new_nl_policy[K8SOV_A_HOST_VNI + 1];

extern const struct nla_policy k8sov_host_del_nl_policy[K8SOV_A_HOST_ID + 1];

extern const struct nla_policy k8sov_subnet_get_nl_policy[K8SOV_A_SUBNET_HOST + 1];

extern const struct nla_policy k8sov_subnet_new_nl_policy[K8SOV_A_SUBNET_HOST + 1];

extern const struct nla_policy k8sov_subnet_del_nl_policy[K8SOV_A_SUBNET_PREFIX_LEN + 1];

extern const struct nla_policy k8sov_endpoint_get_nl_policy[K8SOV_A_ENDPOINT_ADDRESS6 + 1];

extern const struct nla_policy k8sov_endpoint_new_nl_policy[K8SOV_A_ENDPOINT_EGRESS + 1];

extern const struct nla_policy k8sov_endpoint_del_nl_policy[K8SOV_A_ENDPOINT_LINK + 1];

extern const struct nla_policy k8sov_identity_get_nl_policy[K8SOV_A_IDENTITY_PREFIX_LEN + 1];

extern const struct nla_policy k8sov_identity_new_nl_policy[K8SOV_A_IDENTITY_IDENTITY + 1];

extern const struct nla_policy k8sov_identity_del_nl_policy[K8SOV_A_IDENTITY_PREFIX_LEN + 1];

extern const struct nla_policy k8sov_txn_begin_nl_policy[K8SOV_A_TXN_TABLES + 1];

extern const struct nla_policy k8sov_txn_commit_nl_policy[K8SOV_A_TXN_TXN + 1];

extern const struct nla_policy k8sov_txn_abort_nl_policy[K8SOV_A_TXN_TXN + 1];

extern const struct nla_policy k8sov_flush_nl_policy[K8SOV_A_TXN_TABLES + 1];

extern const struct nla_policy k8sov_stats_get_nl_policy[K8SOV_A_STATS_IFINDEX + 1];

extern const struct nla_policy k8sov_trace_get_nl_policy[K8SOV_A_TRACE_LINK + 1];

extern const struct nla_policy k8sov_ruleset_get_nl_policy[K8SOV_A_RULESET_ID + 1];

extern const struct nla_policy k8sov_ruleset_new_nl_policy[K8SOV_A_RULESET_RANGE + 1];

extern const struct nla_policy k8sov_ruleset_del_nl_policy[K8SOV_A_RULESET_ID + 1];

/* Ops table for k8sov */
extern const struct genl_ops k8sov_nl_ops[22];

int k8sov_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_device_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int k8sov_nl_host_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_host_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int k8sov_nl_host_new_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_host_del_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_subnet_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_subnet_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int k8sov_nl_subnet_new_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_subnet_del_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_endpoint_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_endpoint_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int k8sov_nl_endpoint_new_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_endpoint_del_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_identity_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_identity_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int k8sov_nl_identity_new_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_identity_del_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_txn_begin_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_txn_commit_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_txn_abort_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_flush_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int k8sov_nl_trace_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_ruleset_get_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_ruleset_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int k8sov_nl_ruleset_new_doit(struct sk_buff *skb, struct genl_info *info);
int k8sov_nl_ruleset_del_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	K8SOV_NLGRP_CHANGES,
	K8SOV_NLGRP_DENIALS,
};

extern const struct genl_multicast_group k8sov_nl_mcgrps[2];

#endif /* _LINUX_K8SOV_GEN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_NL_H
#define _K8SOV_NL_H

#include <net/genetlink.h>
#include <net/netlink.h>

#include <uapi/linux/k8sov.h>

#include "addrs.h"
#include "nl_gen.h"

struct k8sov_change;
struct k8sov_dev;
struct k8sov_lpm;
struct k8sov_lpm_entry;
struct k8sov_txn;

/* Attributes that all sets number alike. */
#define K8SOV_NL_IFINDEX	K8SOV_A_HOST_IFINDEX
#define K8SOV_NL_TXN		K8SOV_A_HOST_TXN
#define K8SOV_NL_OWNER		K8SOV_A_HOST_OWNER
#define K8SOV_NL_FORCE		K8SOV_A_HOST_FORCE
#define K8SOV_NL_PREFIX		K8SOV_A_SUBNET_PREFIX
#define K8SOV_NL_PREFIX6	K8SOV_A_SUBNET_PREFIX6
#define K8SOV_NL_PREFIX_LEN	K8SOV_A_SUBNET_PREFIX_LEN

/* What a request needs from k8sov_nl_enter(). */
#define K8SOV_NL_WRITE		BIT(0)	/* it changes something */
#define K8SOV_NL_CREATE		BIT(1)	/* it has the flags of creation */
#define K8SOV_NL_HAS_TXN	BIT(2)	/* it may name a transaction */
#define K8SOV_NL_RTNL		BIT(3)	/* it needs RTNL */
#define K8SOV_NL_RTNL_LIVE	BIT(4)	/* it does unless in a transaction */
#define K8SOV_NL_APPEND		BIT(5)	/* it has NLM_F_APPEND */
#define K8SOV_NL_FOLLOW		BIT(6)	/* under RTNL, MTU and hooks follow */

/**
 * struct k8sov_nl_req - a request in progress
 * @info: the message
 * @net: namespace of the socket, and of the device
 * @kov: the device, its lock held
 * @txn: the transaction, NULL for the live tables
 * @rtnl: RTNL is held
 * @follow: MTU and hooks are to follow
 */
struct k8sov_nl_req {
	struct genl_info *info;
	struct net *net;
	struct k8sov_dev *kov;
	struct k8sov_txn *txn;
	bool rtnl;
	bool follow;
};

/**
 * struct k8sov_nl_head - header of a message to send
 * @portid: socket that it answers
 * @seq: request that it answers
 * @flags: NLM_F_*
 * @cmd: enum k8sov_cmd
 */
struct k8sov_nl_head {
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
};

/**
 * struct k8sov_nl_cursor - where a dump is, kept in netlink_callback.ctx
 * @ifindex: device that the dump is at, or was
 * @key: host id, link or ruleset that was sent last
 * @part: rules, members and ranges that were sent of the ruleset behind @key
 * @addr: prefix that was sent last
 * @len: its length
 * @family: index of its family
 * @inside: the dump of the device is not finished
 * @keyed: something was sent of the family, @addr and @len or @key are valid
 * @overtaken: a device that the dump has left had changed meanwhile
 * @done: there is no more
 */
struct k8sov_nl_cursor {
	u32 ifindex;
	u32 key;
	u32 part;
	u8 addr[16];
	u8 len;
	u8 family;
	bool inside;
	bool keyed;
	bool overtaken;
	bool done;
};

/**
 * struct k8sov_nl_dump - one call of a dump
 * @skb: where messages go
 * @cb: the dump
 * @cur: where it is
 * @attrs: attributes of the request
 * @kov: device, its lock held
 */
struct k8sov_nl_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct k8sov_nl_cursor *cur;
	struct nlattr **attrs;
	struct k8sov_dev *kov;
};

/* Send what is behind the cursor; 0 if the device is done, -EMSGSIZE if not. */
typedef int (*k8sov_nl_dump_fn)(struct k8sov_nl_dump *dump);

/* Attributes of a device to a message; 0 or -EMSGSIZE. */
typedef int (*k8sov_nl_put_fn)(struct sk_buff *skb,
			       const struct k8sov_dev *kov);

/* All of these may sleep. */

int k8sov_nl_enter(struct k8sov_nl_req *req, struct sk_buff *skb,
		   struct genl_info *info, u32 need);
void k8sov_nl_leave(struct k8sov_nl_req *req);
void k8sov_nl_change(const struct k8sov_nl_req *req,
		     struct k8sov_change *change);
bool k8sov_nl_note(const struct k8sov_nl_req *req, u32 tables);

int k8sov_nl_addr_parse(struct nlattr **attrs, int v4, int v6,
			struct k8sov_addr *addr,
			struct netlink_ext_ack *extack);
int k8sov_nl_addrs_parse(const struct genl_info *info, int v4, int v6,
			 struct k8sov_addr *addrs, const struct nlattr **blame,
			 unsigned int max);
int k8sov_nl_prefix_parse(struct nlattr **attrs, struct k8sov_prefix *prefix,
			  struct netlink_ext_ack *extack);
int k8sov_nl_addr_put(struct sk_buff *skb, int v4, int v6,
		      const struct k8sov_addr *addr);
int k8sov_nl_prefix_put(struct sk_buff *skb, const struct k8sov_lpm_entry *e);
int k8sov_nl_u64_put(struct sk_buff *skb, int type, u64 value);

void *k8sov_nl_msg_start(struct sk_buff *skb, const struct k8sov_nl_head *head);
int k8sov_nl_msg_end(struct sk_buff *skb, void *msg, int err);
struct k8sov_nl_head k8sov_nl_reply_head(const struct genl_info *info);
struct k8sov_nl_head k8sov_nl_event_head(const struct genl_info *info, u8 cmd);
int k8sov_nl_reply(const struct k8sov_nl_req *req, struct sk_buff *skb,
		   int err);
int k8sov_nl_get_device(struct sk_buff *skb, struct genl_info *info,
			k8sov_nl_put_fn put);

struct sk_buff *k8sov_nl_event_new(struct net *net);
void k8sov_nl_event_send(struct net *net, struct sk_buff *skb, int err);

int k8sov_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		  const struct nla_policy *policy, int maxattr,
		  k8sov_nl_dump_fn fn);
void *k8sov_nl_dump_start(struct k8sov_nl_dump *dump, u8 cmd);
int k8sov_nl_dump_device(struct k8sov_nl_dump *dump, u8 cmd,
			 k8sov_nl_put_fn put);
struct k8sov_lpm_entry *k8sov_nl_dump_prefix(struct k8sov_nl_dump *dump,
					     const struct k8sov_lpm *tables);
void k8sov_nl_dump_sent(struct k8sov_nl_dump *dump,
			const struct k8sov_lpm_entry *e);

int k8sov_nl_init(void);
void k8sov_nl_exit(void);

#endif /* _K8SOV_NL_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on the tables
 *
 * Copyright (C) k8sov contributors
 */
#include "faults.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define PUT	(NLM_F_CREATE | NLM_F_REPLACE)
#define RULESET	7		/* that endpoints name */
#define MANY	2000		/* subnets of a restore */
#define BATCH	100		/* of them in one system call */
#define POD	"pod0"		/* an endpoint's link, in faults.sh */

static void put_txn(struct ground *g, struct nlt_msg *m, bool in_txn)
{
	if (in_txn)
		mnl_attr_put_u32(&m->h, K8SOV_A_HOST_TXN, g->txn);
}

/* The name changes with the flags, so that replacing changes something. */
static void host_new(struct ground *g, struct nlt_msg *m, uint32_t id,
		     uint16_t flags, bool in_txn)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

	nlt_genl(&g->genl, m, K8SOV_CMD_HOST_NEW, NLM_F_ACK | flags,
		 g->ifindex);
	put_txn(g, m, in_txn);
	mnl_attr_put_u32(&m->h, K8SOV_A_HOST_ID, id);
	mnl_attr_put_strz(&m->h, K8SOV_A_HOST_NAME,
			  flags & NLM_F_REPLACE ? "other" : "node");
	mnl_attr_put_u32(&m->h, K8SOV_A_HOST_ENCAP,
			 id & 1 ? K8SOV_ENCAP_VXLAN : K8SOV_ENCAP_GENEVE);
	mnl_attr_put_u32(&m->h, K8SOV_A_HOST_REMOTE, htonl(0xc0000264 + id));
	mnl_attr_put_u32(&m->h, K8SOV_A_HOST_SOURCE, htonl(0xcb007100 + id));
	mnl_attr_put(&m->h, K8SOV_A_HOST_MAC, sizeof(mac), mac);
}

static void subnet(struct ground *g, struct nlt_msg *m, uint8_t cmd,
		   uint16_t flags, uint32_t number, bool in_txn)
{
	nlt_genl(&g->genl, m, cmd, flags, g->ifindex);
	put_txn(g, m, in_txn);
	mnl_attr_put_u32(&m->h, K8SOV_A_SUBNET_PREFIX,
			 htonl(0x0a000000 + (number << 8)));
	mnl_attr_put_u8(&m->h, K8SOV_A_SUBNET_PREFIX_LEN, 24);
	if (cmd != K8SOV_CMD_SUBNET_NEW)
		return;
	mnl_attr_put_u32(&m->h, K8SOV_A_SUBNET_TYPE, flags & NLM_F_REPLACE ?
			 K8SOV_SUBNET_TYPE_BLACKHOLE : K8SOV_SUBNET_TYPE_HOST);
	if (!(flags & NLM_F_REPLACE))
		mnl_attr_put_u32(&m->h, K8SOV_A_SUBNET_HOST, 1);
}

static void subnet6_new(struct ground *g, struct nlt_msg *m, bool in_txn)
{
	struct in6_addr prefix = { .s6_addr = { 0xfd, 0, 2, 0x44, 1 } };

	nlt_genl(&g->genl, m, K8SOV_CMD_SUBNET_NEW, NLM_F_ACK | ADD,
		 g->ifindex);
	put_txn(g, m, in_txn);
	mnl_attr_put(&m->h, K8SOV_A_SUBNET_PREFIX6, sizeof(prefix), &prefix);
	mnl_attr_put_u8(&m->h, K8SOV_A_SUBNET_PREFIX_LEN, 80);
	mnl_attr_put_u32(&m->h, K8SOV_A_SUBNET_TYPE, K8SOV_SUBNET_TYPE_LOCAL);
}

static void endpoint_new(struct ground *g, struct nlt_msg *m, unsigned int pod,
			 uint16_t flags, bool in_txn)
{
	struct in6_addr addr = { .s6_addr = { 0xfd, 0, 2, 0x44, 1, 7 } };

	nlt_genl(&g->genl, m, K8SOV_CMD_ENDPOINT_NEW, NLM_F_ACK | flags,
		 g->ifindex);
	put_txn(g, m, in_txn);
	addr.s6_addr[15] = 1 + pod;
	mnl_attr_put_u32(&m->h, K8SOV_A_ENDPOINT_LINK, g->pods[pod]);
	mnl_attr_put_strz(&m->h, K8SOV_A_ENDPOINT_NAME, "ns/pod/container");
	mnl_attr_put_u32(&m->h, K8SOV_A_ENDPOINT_ADDRESS,
			 htonl(0x0af40102 + pod));
	mnl_attr_put(&m->h, K8SOV_A_ENDPOINT_ADDRESS6, sizeof(addr), &addr);
	mnl_attr_put_u32(&m->h, K8SOV_A_ENDPOINT_IDENTITY,
			 flags & NLM_F_REPLACE ? 300 : 256);
	mnl_attr_put_u32(&m->h, K8SOV_A_ENDPOINT_INGRESS, RULESET);
	mnl_attr_put_u32(&m->h, K8SOV_A_ENDPOINT_EGRESS, RULESET);
}

static void identity(struct ground *g, struct nlt_msg *m, uint8_t cmd,
		     uint16_t flags, bool in_txn)
{
	nlt_genl(&g->genl, m, cmd, NLM_F_ACK | flags, g->ifindex);
	put_txn(g, m, in_txn);
	mnl_attr_put_u32(&m->h, K8SOV_A_IDENTITY_PREFIX, htonl(0x0af40102));
	mnl_attr_put_u8(&m->h, K8SOV_A_IDENTITY_PREFIX_LEN, 32);
	if (cmd == K8SOV_CMD_IDENTITY_NEW)
		mnl_attr_put_u32(&m->h, K8SOV_A_IDENTITY_IDENTITY,
				 flags & NLM_F_REPLACE ? 300 : 256);
}

static void rule(struct nlt_msg *m, const char *name, uint32_t action)
{
	struct nlattr *nest = mnl_attr_nest_start(&m->h, K8SOV_A_RULESET_RULE);

	mnl_attr_put_strz(&m->h, K8SOV_A_RULE_NAME, name);
	mnl_attr_put_u32(&m->h, K8SOV_A_RULE_ACTION, action);
	mnl_attr_nest_end(&m->h, nest);
}

/* What is appended follows what is set. */
static void ruleset_new(struct ground *g, struct nlt_msg *m, uint32_t id,
			uint16_t flags, bool in_txn)
{
	uint32_t base = flags & NLM_F_APPEND ? 4 : 0;
	uint32_t members[4] = { base, 0, base + 1, 0 };
	uint32_t ranges[8] = { base, 0, 9, 0, base, 10, 20, 1 };

	nlt_genl(&g->genl, m, K8SOV_CMD_RULESET_NEW, NLM_F_ACK | flags,
		 g->ifindex);
	put_txn(g, m, in_txn);
	mnl_attr_put_u32(&m->h, K8SOV_A_RULESET_ID, id);
	if (!(flags & NLM_F_APPEND))
		mnl_attr_put_strz(&m->h, K8SOV_A_RULESET_NAME,
				  flags & NLM_F_REPLACE ? "other" : "web");
	rule(m, "policy", K8SOV_RULE_ACTION_ACCEPT);
	rule(m, "isolated", K8SOV_RULE_ACTION_DROP);
	mnl_attr_put(&m->h, K8SOV_A_RULESET_MEMBER, sizeof(members), members);
	mnl_attr_put(&m->h, K8SOV_A_RULESET_RANGE, sizeof(ranges), ranges);
}

static void txn_msg(struct ground *g, struct nlt_msg *m, uint8_t cmd,
		    uint32_t tables)
{
	nlt_genl(&g->genl, m, cmd, NLM_F_ACK, g->ifindex);
	if (cmd == K8SOV_CMD_TXN_COMMIT || cmd == K8SOV_CMD_TXN_ABORT)
		mnl_attr_put_u32(&m->h, K8SOV_A_TXN_TXN, g->txn);
	if (tables)
		mnl_attr_put_u32(&m->h, K8SOV_A_TXN_TABLES, tables);
}

static void must_talk(struct ground *g, const struct nlt_msg *m)
{
	must(nlt_talk(&g->genl, m, NULL, NULL), "a request");
}

/* What is there may stay; a transaction ends with its socket. */
static void empty(struct ground *g)
{
	struct nlt_msg m;

	nlt_close(&g->genl);
	nlt_open_genl(&g->genl);
	g->txn = 0;
	txn_msg(g, &m, K8SOV_CMD_FLUSH, K8SOV_TABLE_MASK);
	must_talk(g, &m);
}

static void fill(struct ground *g)
{
	struct nlt_msg m;
	uint32_t i;

	empty(g);
	host_new(g, &m, 1, ADD, false);
	must_talk(g, &m);
	host_new(g, &m, 2, ADD, false);
	must_talk(g, &m);
	for (i = 0; i < 4; i++) {
		subnet(g, &m, K8SOV_CMD_SUBNET_NEW, NLM_F_ACK | ADD, i, false);
		must_talk(g, &m);
	}
	subnet6_new(g, &m, false);
	must_talk(g, &m);
	ruleset_new(g, &m, RULESET, ADD, false);
	must_talk(g, &m);
	ruleset_new(g, &m, RULESET + 1, ADD, false);
	must_talk(g, &m);
	endpoint_new(g, &m, 0, ADD, false);
	must_talk(g, &m);
	identity(g, &m, K8SOV_CMD_IDENTITY_NEW, ADD, false);
	must_talk(g, &m);
}

static void fill_up(struct ground *g)
{
	set_up(g);
	fill(g);
}

/* Hosts that need sockets and hooks have to get them now. */
static void empty_up(struct ground *g)
{
	drop_device(g);
	make_device(g);
	set_up(g);
	empty(g);
}

static int see_txn(const struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == K8SOV_A_TXN_TXN)
			*(uint32_t *)arg = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static void begin(struct ground *g, uint32_t tables)
{
	struct nlt_msg m;

	txn_msg(g, &m, K8SOV_CMD_TXN_BEGIN, tables);
	must(nlt_talk(&g->genl, &m, see_txn, &g->txn), "begin");
}

static void begin_copy(struct ground *g)
{
	fill(g);
	begin(g, 0);
}

/* A transaction that has copied and changed every table. */
static void begin_changed(struct ground *g)
{
	struct nlt_msg m;

	begin_copy(g);
	subnet(g, &m, K8SOV_CMD_SUBNET_NEW, NLM_F_ACK | ADD, 9, true);
	must_talk(g, &m);
	endpoint_new(g, &m, 1, ADD, true);
	must_talk(g, &m);
	ruleset_new(g, &m, RULESET, PUT, true);
	must_talk(g, &m);
	identity(g, &m, K8SOV_CMD_IDENTITY_DEL, 0, true);
	must_talk(g, &m);
}

static void begin_replaced(struct ground *g)
{
	struct nlt_msg m;

	fill(g);
	begin(g, K8SOV_TABLE_MASK);
	host_new(g, &m, 2, ADD, true);
	must_talk(g, &m);
}

static void begin_replaced_up(struct ground *g)
{
	struct nlt_msg m;

	empty_up(g);
	begin(g, K8SOV_TABLE_MASK);
	host_new(g, &m, 2, ADD, true);
	must_talk(g, &m);
}

#define RUN(name, ...)							\
static int run_##name(struct ground *g)					\
{									\
	struct nlt_msg m;						\
									\
	__VA_ARGS__;							\
	return strike_msg(g, &g->genl, &m);				\
}

RUN(host_new, host_new(g, &m, 1, ADD, false))
RUN(host_far, host_new(g, &m, 900, ADD, false))
RUN(host_geneve, host_new(g, &m, 2, ADD, false))
RUN(host_echo, host_new(g, &m, 3, ADD | NLM_F_ECHO, false))
RUN(host_put, host_new(g, &m, 1, PUT, false))
RUN(host_txn, host_new(g, &m, 3, ADD, true))
RUN(host_del, nlt_genl(&g->genl, &m, K8SOV_CMD_HOST_DEL, NLM_F_ACK,
		       g->ifindex);
	      mnl_attr_put_u32(&m.h, K8SOV_A_HOST_ID, 2))
RUN(subnet_new, subnet(g, &m, K8SOV_CMD_SUBNET_NEW, NLM_F_ACK | ADD, 900,
		       false))
RUN(subnet_put, subnet(g, &m, K8SOV_CMD_SUBNET_NEW, NLM_F_ACK | PUT, 1,
		       false))
RUN(subnet_del, subnet(g, &m, K8SOV_CMD_SUBNET_DEL, NLM_F_ACK, 1, false))
RUN(subnet_txn, subnet(g, &m, K8SOV_CMD_SUBNET_NEW, NLM_F_ACK | ADD, 9, true))
RUN(subnet6_new, subnet6_new(g, &m, false))
RUN(endpoint_new, endpoint_new(g, &m, 1, ADD, false))
RUN(endpoint_put, endpoint_new(g, &m, 0, PUT, false))
RUN(endpoint_txn, endpoint_new(g, &m, 1, ADD, true))
RUN(endpoint_del, nlt_genl(&g->genl, &m, K8SOV_CMD_ENDPOINT_DEL, NLM_F_ACK,
			   g->ifindex);
		  mnl_attr_put_u32(&m.h, K8SOV_A_ENDPOINT_LINK, g->pods[0]))
RUN(identity_new, identity(g, &m, K8SOV_CMD_IDENTITY_NEW, ADD, false))
RUN(identity_put, identity(g, &m, K8SOV_CMD_IDENTITY_NEW, PUT, false))
RUN(identity_txn, identity(g, &m, K8SOV_CMD_IDENTITY_NEW, PUT, true))
RUN(identity_del, identity(g, &m, K8SOV_CMD_IDENTITY_DEL, 0, false))
RUN(ruleset_new, ruleset_new(g, &m, RULESET + 2, ADD, false))
RUN(ruleset_put, ruleset_new(g, &m, RULESET, PUT, false))
RUN(ruleset_txn, ruleset_new(g, &m, RULESET + 2, ADD, true))
RUN(ruleset_append, ruleset_new(g, &m, RULESET, NLM_F_APPEND, true))
RUN(ruleset_del, nlt_genl(&g->genl, &m, K8SOV_CMD_RULESET_DEL, NLM_F_ACK,
			  g->ifindex);
		 mnl_attr_put_u32(&m.h, K8SOV_A_RULESET_ID, RULESET + 1))
RUN(flush, txn_msg(g, &m, K8SOV_CMD_FLUSH, K8SOV_TABLE_MASK))
RUN(flush_owner, txn_msg(g, &m, K8SOV_CMD_FLUSH, K8SOV_TABLE_MASK);
		 mnl_attr_put_u64(&m.h, K8SOV_A_TXN_OWNER, 0))
RUN(begin, txn_msg(g, &m, K8SOV_CMD_TXN_BEGIN, 0))
RUN(commit, txn_msg(g, &m, K8SOV_CMD_TXN_COMMIT, 0))
RUN(abort, txn_msg(g, &m, K8SOV_CMD_TXN_ABORT, 0))
RUN(trace, nlt_genl(&g->genl, &m, K8SOV_CMD_TRACE_GET, NLM_F_ACK, g->ifindex);
	   mnl_attr_put_u32(&m.h, K8SOV_A_TRACE_SOURCE, htonl(0x0af40102));
	   mnl_attr_put_u32(&m.h, K8SOV_A_TRACE_DESTINATION,
			    htonl(0x0a000105)))

static int ignore(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	(void)arg;
	return MNL_CB_OK;
}

/* A socket for each: one whose dump failed is in the middle of it. */
static int run_dumps(struct ground *g)
{
	static const uint8_t dumps[] = {
		K8SOV_CMD_DEVICE_GET, K8SOV_CMD_HOST_GET, K8SOV_CMD_SUBNET_GET,
		K8SOV_CMD_ENDPOINT_GET, K8SOV_CMD_IDENTITY_GET,
		K8SOV_CMD_RULESET_GET, K8SOV_CMD_STATS_GET,
	};
	struct nlt_msg m;
	unsigned int i;
	struct nlt t;
	int err = 0;

	for (i = 0; !err && i < sizeof(dumps); i++) {
		nlt_open_genl(&t);
		nlt_genl(&t, &m, dumps[i], NLM_F_DUMP, 0);
		err = strike(g, &t, &m, m.h.nlmsg_len, m.h.nlmsg_seq, ignore,
			     NULL);
		g->genl.lost |= t.lost;
		nlt_close(&t);
	}
	return err;
}

static int restore_some(struct ground *g, uint32_t first)
{
	static char batch[BATCH * 128];
	struct nlt_msg m;
	size_t len = 0;
	uint32_t i;

	for (i = first; i < first + BATCH; i++) {
		subnet(g, &m, K8SOV_CMD_SUBNET_NEW,
		       ADD | (i + 1 == first + BATCH ? NLM_F_ACK : 0), i, true);
		memcpy(batch + len, &m, m.h.nlmsg_len);
		len += m.h.nlmsg_len;
	}
	return strike(g, &g->genl, batch, len, m.h.nlmsg_seq, NULL, NULL);
}

/* As a restore does: all of it, or its transaction ends with its socket. */
static int run_restore(struct ground *g)
{
	struct nlt_msg m;
	uint32_t i;
	int err;

	host_new(g, &m, 1, ADD, true);
	err = strike_msg(g, &g->genl, &m);
	for (i = 0; !err && i < MANY; i += BATCH)
		err = restore_some(g, i);
	if (!err) {
		txn_msg(g, &m, K8SOV_CMD_TXN_COMMIT, 0);
		err = strike_msg(g, &g->genl, &m);
	}
	return err;
}

static void begin_restore(struct ground *g)
{
	fill(g);
	begin(g, K8SOV_TABLE_HOST | K8SOV_TABLE_SUBNET);
}

static void master_msg(struct ground *g, struct nlt_msg *m, const char *master)
{
	nlt_link(&g->route, m, RTM_NEWLINK, NLM_F_ACK, POD);
	mnl_attr_put_u32(&m->h, IFLA_MASTER,
			 master ? find_link(g, master) : 0);
}

/* What checks at the link of an endpoint has to make room for a master. */
static int join(struct ground *g, const char *master)
{
	struct nlt_msg m;

	master_msg(g, &m, master);
	return strike_msg(g, &g->route, &m);
}

static int run_endpoint_vrf(struct ground *g) { return join(g, "vrf0"); }

static int run_endpoint_bridge(struct ground *g) { return join(g, "br0"); }

static void leave(struct ground *g)
{
	struct nlt_msg m;

	master_msg(g, &m, NULL);
	must(nlt_talk(&g->route, &m, NULL, NULL), "leave the master");
}

#define OP(name, prepare) { #name, prepare, run_##name, NULL, false, 0, 0 }

const struct op table_ops[] = {
	OP(host_new, empty),
	OP(host_far, fill),
	OP(host_geneve, empty_up),
	OP(host_echo, fill),
	OP(host_put, fill),
	OP(host_del, fill),
	OP(host_txn, begin_copy),
	OP(subnet_new, fill),
	OP(subnet_put, fill),
	OP(subnet_del, fill),
	OP(subnet_txn, begin_copy),
	OP(subnet6_new, empty),
	OP(endpoint_new, fill),
	OP(endpoint_put, fill),
	OP(endpoint_del, fill),
	OP(endpoint_txn, begin_copy),
	{ "endpoint_vrf", fill, run_endpoint_vrf, leave, false, 0, 0 },
	/* Bridges do not ask: they find that the link is taken. */
	{ "endpoint_bridge", fill, run_endpoint_bridge, leave, false, 0,
	  -EBUSY },
	OP(identity_new, empty),
	OP(identity_put, fill),
	OP(identity_del, fill),
	OP(identity_txn, begin_copy),
	OP(ruleset_new, fill),
	OP(ruleset_put, fill),
	OP(ruleset_txn, begin_copy),
	OP(ruleset_append, begin_changed),
	OP(ruleset_del, fill),
	OP(flush, fill),
	OP(flush_owner, fill),
	OP(begin, fill),
	{ "commit_copy", begin_changed, run_commit, NULL, false, 0, 0 },
	{ "commit_replace", begin_replaced, run_commit, NULL, false, 0, 0 },
	{ "commit_up", begin_replaced_up, run_commit, NULL, false, 0, 0 },
	OP(abort, begin_changed),
	OP(dumps, fill),
	OP(trace, fill_up),
	{ "restore", begin_restore, run_restore, NULL, false, 4, 0 },
	{ }
};

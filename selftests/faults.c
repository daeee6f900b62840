// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults OPERATION [MODULE] - every allocation of an operation fails once
 *
 * The n-th allocation of the operation's system calls fails, for n = 1, 2, ...
 * until it succeeds without meeting a fault. After each failure the errno must
 * be one of a lack of memory, and links and tables must be what they were.
 * faults --list names the operations, K8SOV_FAULTS_VERBOSE=1 shows each run.
 * Run it in a network namespace with the links ul0, pod0 and pod1, after
 * faults.sh has set the knobs.
 *
 * Copyright (C) k8sov contributors
 */
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NTH_MAX		20000
#define STATE_MAX	(4 << 20)

/* What counts as the state: links and all tables. */
struct state {
	size_t len;
	char bytes[STATE_MAX];
};

static struct state before, after;
static int nth_fd;

void must(int err, const char *what)
{
	if (!err)
		return;
	errno = -err;
	nlt_die(what);
}

static void write_nth(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(nth_fd, text, len, 0) != len)
		nlt_die("/proc/thread-self/fail-nth");
}

/**
 * arm() - let allocations of this thread fail from now on
 * @g: says which
 */
void arm(struct ground *g)
{
	if (g->nth)
		write_nth(g->nth);
}

/**
 * disarm() - no more failures; how many allocations were there?
 * @g: is told; what is left counts for the next arm()
 */
void disarm(struct ground *g)
{
	char text[16] = {};
	int saved = errno;

	if (!g->nth)
		return;
	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0)
		nlt_die("/proc/thread-self/fail-nth");
	g->nth = strtoul(text, NULL, 10);
	g->fired = !g->nth;
	write_nth(0);
	errno = saved;
}

/**
 * strike() - send messages with an allocation failing, and read the answer
 * @g: says which
 * @t: the socket
 * @bytes: the messages
 * @len: their length
 * @seq: the last one's sequence number
 * @cb: as for nlt_answer(); with one the answer is read under faults too
 * @arg: for @cb
 *
 * Return: 0 or a negative errno.
 */
int strike(struct ground *g, struct nlt *t, const void *bytes, size_t len,
	   uint32_t seq, mnl_cb_t cb, void *arg)
{
	int err;

	arm(g);
	err = nlt_send(t, bytes, len);
	if (!err && cb)
		err = nlt_answer(t, seq, cb, arg);
	disarm(g);
	return cb ? err : err ?: nlt_answer(t, seq, NULL, NULL);
}

int strike_msg(struct ground *g, struct nlt *t, const struct nlt_msg *m)
{
	return strike(g, t, m, m->h.nlmsg_len, m->h.nlmsg_seq, NULL, NULL);
}

static int see_index(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	*(uint32_t *)arg = ifi->ifi_index;
	return MNL_CB_OK;
}

uint32_t find_link(struct ground *g, const char *name)
{
	uint32_t index = 0;
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_GETLINK, NLM_F_ACK, name);
	nlt_talk(&g->route, &m, see_index, &index);
	return index;
}

void make_device(struct ground *g)
{
	struct nlattr *info;
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_NEWLINK,
		 NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, OV);
	info = mnl_attr_nest_start(&m.h, IFLA_LINKINFO);
	mnl_attr_put_strz(&m.h, IFLA_INFO_KIND, "k8sov");
	mnl_attr_nest_end(&m.h, info);
	must(nlt_talk(&g->route, &m, NULL, NULL), "the device");
	g->ifindex = find_link(g, OV);
}

void drop_device(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_DELLINK, NLM_F_ACK, OV);
	must(nlt_talk(&g->route, &m, NULL, NULL), "deleting the device");
	g->ifindex = 0;
}

static void append(struct state *s, const void *bytes, size_t len)
{
	if (s->len + len > sizeof(s->bytes)) {
		errno = E2BIG;
		nlt_die("state");
	}
	memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
}

/* Flags, MTU and the options. Counters and states of the queue move. */
static int see_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct nlattr *attr;
	uint16_t type;

	append(arg, &ifi->ifi_flags, sizeof(ifi->ifi_flags));
	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		type = mnl_attr_get_type(attr);
		if (type == IFLA_IFNAME || type == IFLA_LINKINFO)
			append(arg, attr, attr->nla_len);
	}
	return MNL_CB_OK;
}

/* A table may keep the room that a failure did not come to use. */
static int see_device(const struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) != K8SOV_A_DEVICE_MEMORY)
			append(arg, attr, attr->nla_len);
	return MNL_CB_OK;
}

static int see_entry(const struct nlmsghdr *nlh, void *arg)
{
	append(arg, mnl_nlmsg_get_payload(nlh), mnl_nlmsg_get_payload_len(nlh));
	return MNL_CB_OK;
}

static void take_state(struct ground *g, struct state *s)
{
	static const uint8_t dumps[] = {
		K8SOV_CMD_HOST_GET, K8SOV_CMD_SUBNET_GET,
		K8SOV_CMD_ENDPOINT_GET, K8SOV_CMD_IDENTITY_GET,
		K8SOV_CMD_RULESET_GET,
	};
	struct nlt_msg m;
	unsigned int i;
	uint32_t index;

	s->len = 0;
	index = find_link(g, OV);
	if (!index)
		return;
	nlt_link(&g->route, &m, RTM_GETLINK, NLM_F_ACK, OV);
	must(nlt_talk(&g->route, &m, see_link, s), "the link's state");
	nlt_genl(&g->other, &m, K8SOV_CMD_DEVICE_GET, NLM_F_ACK, index);
	must(nlt_talk(&g->other, &m, see_device, s), "the device's state");
	for (i = 0; i < sizeof(dumps); i++) {
		nlt_genl(&g->other, &m, dumps[i], NLM_F_DUMP, index);
		must(nlt_talk(&g->other, &m, see_entry, s), "a dump");
	}
}

static bool same_state(void)
{
	return before.len == after.len &&
	       !memcmp(before.bytes, after.bytes, before.len);
}

/* What the core and the module say when there is no memory. */
static bool is_shortage(int err)
{
	return err == -ENOMEM || err == -ENOBUFS || err == -ENFILE;
}

static void complain(const struct op *op, unsigned int n, int err,
		     const char *what)
{
	printf("# %s, allocation %u: %s (%s)\n", op->name, n, what,
	       strerror(-err));
	exit(1);
}

/* A lost answer leaves it open whether the operation was carried out. */
static void judge(const struct op *op, struct ground *g, unsigned int n,
		  int err, bool lost)
{
	if (!g->fired && err)
		complain(op, n, err, "fails without a fault");
	take_state(g, &after);
	if (err && !lost) {
		if (!is_shortage(err) && err != op->core)
			complain(op, n, err, "not an errno for no memory");
		if (!same_state())
			complain(op, n, err, "refused, but something changed");
		return;
	}
	if (op->undo && (!err || !same_state()))
		op->undo(g);
}

static void run_op(const struct op *op, struct ground *g)
{
	unsigned int n, runs = 0, refused = 0;
	int err;

	/* What an operation that failed has left. */
	if (find_link(g, OV))
		drop_device(g);
	if (!op->bare)
		make_device(g);
	for (n = 1; n < NTH_MAX; n += op->coarse ? 1 + n / op->coarse : 1) {
		if (op->prepare)
			op->prepare(g);
		take_state(g, &before);
		g->nth = n;
		g->fired = false;
		g->genl.lost = false;
		g->route.lost = false;
		err = op->run(g);
		g->nth = 0;
		if (getenv("K8SOV_FAULTS_VERBOSE"))
			printf("# %u: %s%s\n", n, strerror(-err),
			       g->genl.lost || g->route.lost ? ", lost" : "");
		runs++;
		refused += !!err;
		judge(op, g, n, err, g->genl.lost || g->route.lost);
		if (!g->fired)
			break;
	}
	if (find_link(g, OV))
		drop_device(g);
	if (n >= NTH_MAX)
		complain(op, n, -ELOOP, "no end");
	printf("# %s: %u runs, %u refused\n", op->name, runs, refused);
}

static void list_ops(void)
{
	const struct op *op;

	for (op = link_ops; op->name; op++)
		puts(op->name);
	for (op = table_ops; op->name; op++)
		puts(op->name);
}

static const struct op *find_op(const char *name)
{
	const struct op *op;

	for (op = link_ops; op->name; op++)
		if (!strcmp(op->name, name))
			return op;
	for (op = table_ops; op->name; op++)
		if (!strcmp(op->name, name))
			return op;
	return NULL;
}

int main(int argc, char **argv)
{
	static struct ground g;
	const struct op *op;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list_ops();
		return 0;
	}
	op = argc >= 2 ? find_op(argv[1]) : NULL;
	if (!op) {
		fprintf(stderr, "usage: faults OPERATION [MODULE] | --list\n");
		return 2;
	}
	/* Page faults of a first use would count as allocations. */
	memset(&before, 1, sizeof(before));
	memset(&after, 1, sizeof(after));
	g.module = argc > 2 ? argv[2] : NULL;
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	if (nth_fd < 0)
		nlt_die("/proc/thread-self/fail-nth");
	nlt_open_route(&g.route);
	nlt_open_genl(&g.genl);
	nlt_open_genl(&g.other);
	g.underlay = find_link(&g, "ul0");
	g.pods[0] = find_link(&g, "pod0");
	g.pods[1] = find_link(&g, "pod1");
	run_op(op, &g);
	return 0;
}

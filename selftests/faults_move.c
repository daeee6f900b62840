// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device with policy comes to another namespace
 *
 * The core carries a move out whatever we say. A device that has no memory for
 * its hooks there says that it does not judge, and takes no pod.
 *
 * Copyright (C) k8sov contributors
 */
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LO	1

/* The other namespace. */
static struct ground there;
static int there_fd = -1;
static unsigned int lost;

static void open_there(void)
{
	int here_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (here_fd < 0 || unshare(CLONE_NEWNET))
		nlt_die("another namespace");
	there_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	nlt_open_route(&there.route);
	nlt_open_genl(&there.genl);
	if (there_fd < 0 || setns(here_fd, CLONE_NEWNET))
		nlt_die("back from another namespace");
	close(here_fd);
}

void prepare_move(struct ground *g)
{
	if (there_fd < 0)
		open_there();
	set_policy_on(g);
}

int run_move(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_NEWLINK, NLM_F_ACK, OV);
	mnl_attr_put_u32(&m.h, IFLA_NET_NS_FD, there_fd);
	return strike_msg(g, &g->route, &m);
}

static int see_option(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == IFLA_K8SOV_POLICY)
		*(uint8_t *)arg = mnl_attr_get_u8(attr);
	return MNL_CB_OK;
}

static int see_info(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
		return mnl_attr_parse_nested(attr, see_option, arg);
	return MNL_CB_OK;
}

static int see_attr(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
		return mnl_attr_parse_nested(attr, see_info, arg);
	return MNL_CB_OK;
}

static int see_policy(const struct nlmsghdr *nlh, void *arg)
{
	return mnl_attr_parse(nlh, sizeof(struct ifinfomsg), see_attr, arg);
}

static int add_endpoint(void)
{
	struct nlt_msg m;

	nlt_genl(&there.genl, &m, K8SOV_CMD_ENDPOINT_NEW,
		 NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, there.ifindex);
	mnl_attr_put_u32(&m.h, K8SOV_A_ENDPOINT_LINK, LO);
	return nlt_talk(&there.genl, &m, NULL, NULL);
}

static void wrong(int err, const char *what)
{
	printf("# move: %s (%d)\n", what, err);
	exit(1);
}

void undo_move(struct ground *g)
{
	struct nlt_msg m;
	uint8_t mode = K8SOV_POLICY_MODE_OFF;
	int err;

	there.ifindex = find_link(&there, OV);
	nlt_link(&there.route, &m, RTM_GETLINK, NLM_F_ACK, OV);
	must(nlt_talk(&there.route, &m, see_policy, &mode), "its policy");
	err = add_endpoint();
	if (mode == K8SOV_POLICY_MODE_OFF) {
		lost++;
		if (err != -EOPNOTSUPP)
			wrong(err, "takes a pod that it does not judge");
		/* Either way it tries again. */
		if (lost % 2)
			set_policy_on(&there);
		else
			set_up(&there);
		err = add_endpoint();
	}
	if (err)
		wrong(err, "takes no pod with its policy in force");
	if (!g->fired && lost < 2)
		wrong(0, "no fault has met the hooks");
	drop_device(&there);
	make_device(g);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on the device itself and on the module
 *
 * Copyright (C) k8sov contributors
 */
#include "faults.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct nlattr *start_options(struct nlt_msg *m, struct nlattr **info)
{
	*info = mnl_attr_nest_start(&m->h, IFLA_LINKINFO);
	mnl_attr_put_strz(&m->h, IFLA_INFO_KIND, "k8sov");
	return mnl_attr_nest_start(&m->h, IFLA_INFO_DATA);
}

static void end_options(struct nlt_msg *m, struct nlattr *info,
			struct nlattr *data)
{
	mnl_attr_nest_end(&m->h, data);
	mnl_attr_nest_end(&m->h, info);
}

static int run_newlink(struct ground *g)
{
	struct nlattr *info, *data;
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_NEWLINK,
		 NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, OV);
	data = start_options(&m, &info);
	mnl_attr_put_u32(&m.h, IFLA_K8SOV_ID, 77);
	mnl_attr_put_u32(&m.h, IFLA_K8SOV_LINK, g->underlay);
	mnl_attr_put_u32(&m.h, IFLA_K8SOV_LOCAL, htonl(0xc0000201));
	mnl_attr_put_u8(&m.h, IFLA_K8SOV_TTL, 9);
	mnl_attr_put_u8(&m.h, IFLA_K8SOV_POLICY, K8SOV_POLICY_MODE_ENFORCE);
	end_options(&m, info, data);
	return strike_msg(g, &g->route, &m);
}

static int run_dellink(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_DELLINK, NLM_F_ACK, OV);
	return strike_msg(g, &g->route, &m);
}

static void set_flags(struct nlt_msg *m, unsigned int flags)
{
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(&m->h);

	ifi->ifi_flags = flags;
	ifi->ifi_change = IFF_UP;
}

static int run_up(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_NEWLINK, NLM_F_ACK, OV);
	set_flags(&m, IFF_UP);
	return strike_msg(g, &g->route, &m);
}

static void set_down(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_NEWLINK, NLM_F_ACK, OV);
	set_flags(&m, 0);
	must(nlt_talk(&g->route, &m, NULL, NULL), "down");
}

void set_up(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_NEWLINK, NLM_F_ACK, OV);
	set_flags(&m, IFF_UP);
	must(nlt_talk(&g->route, &m, NULL, NULL), "up");
}

static void start_change(struct ground *g, struct nlt_msg *m, uint8_t ttl,
			 uint8_t notrack)
{
	struct nlattr *info, *data;

	nlt_link(&g->route, m, RTM_NEWLINK, NLM_F_ACK, OV);
	data = start_options(m, &info);
	mnl_attr_put_u8(&m->h, IFLA_K8SOV_TTL, ttl);
	mnl_attr_put_u8(&m->h, IFLA_K8SOV_NOTRACK, notrack);
	end_options(m, info, data);
}

/* Up and without hooks, so that the change has to register them. */
static void prepare_change(struct ground *g)
{
	struct nlt_msg m;

	set_up(g);
	start_change(g, &m, 0, 0);
	must(nlt_talk(&g->route, &m, NULL, NULL), "notrack 0");
}

static int run_change(struct ground *g)
{
	struct nlt_msg m;

	start_change(g, &m, 7, 1);
	return strike_msg(g, &g->route, &m);
}

static void policy_msg(struct ground *g, struct nlt_msg *m, uint8_t mode)
{
	struct nlattr *info, *data;

	nlt_link(&g->route, m, RTM_NEWLINK, NLM_F_ACK, OV);
	data = start_options(m, &info);
	mnl_attr_put_u8(&m->h, IFLA_K8SOV_POLICY, mode);
	end_options(m, info, data);
}

static void set_policy(struct ground *g, uint8_t mode)
{
	struct nlt_msg m;

	policy_msg(g, &m, mode);
	must(nlt_talk(&g->route, &m, NULL, NULL), "policy");
}

static void set_policy_off(struct ground *g)
{
	set_policy(g, K8SOV_POLICY_MODE_OFF);
}

void set_policy_on(struct ground *g)
{
	set_policy(g, K8SOV_POLICY_MODE_ENFORCE);
}

/* The first device of the namespace: its hooks have to be registered. */
static int run_policy_on(struct ground *g)
{
	struct nlt_msg m;

	policy_msg(g, &m, K8SOV_POLICY_MODE_ENFORCE);
	return strike_msg(g, &g->route, &m);
}

static int run_policy_off(struct ground *g)
{
	struct nlt_msg m;

	policy_msg(g, &m, K8SOV_POLICY_MODE_OFF);
	return strike_msg(g, &g->route, &m);
}

static int run_mtu(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_NEWLINK, NLM_F_ACK, OV);
	mnl_attr_put_u32(&m.h, IFLA_MTU, 1300);
	return strike_msg(g, &g->route, &m);
}

static void undo_mtu(struct ground *g)
{
	drop_device(g);
	make_device(g);
}

static int run_getlink(struct ground *g)
{
	struct nlt_msg m;

	nlt_link(&g->route, &m, RTM_GETLINK, NLM_F_ACK, OV);
	return strike_msg(g, &g->route, &m);
}

static void remove_module(struct ground *g)
{
	(void)g;
	if (syscall(SYS_delete_module, "k8sov", O_NONBLOCK) && errno != ENOENT)
		nlt_die("rmmod");
}

static int run_module(struct ground *g)
{
	int fd = open(g->module ? g->module : "", O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		nlt_die("the module's file");
	arm(g);
	err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	disarm(g);
	close(fd);
	return err;
}

/* netdev_register_kobject() does not look whether dev_set_name() had memory, and
 * device_add() then refuses a device without a name: EINVAL.
 */
const struct op link_ops[] = {
	{ "newlink", NULL, run_newlink, drop_device, true, 24, -EINVAL },
	{ "dellink", NULL, run_dellink, make_device, false, 24, 0 },
	{ "up", NULL, run_up, set_down, false, 24, 0 },
	{ "changelink", prepare_change, run_change, NULL, false, 0, 0 },
	{ "policy_on", set_policy_off, run_policy_on, NULL, false, 0, 0 },
	{ "policy_off", set_policy_on, run_policy_off, NULL, false, 0, 0 },
	{ "move", prepare_move, run_move, undo_move, false, 0, 0 },
	{ "mtu", NULL, run_mtu, undo_mtu, false, 0, 0 },
	{ "getlink", NULL, run_getlink, NULL, false, 0, 0 },
	{ "module", remove_module, run_module, NULL, true, 0, 0 },
	{ }
};

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "family.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/k8sov.h>
#include <stdbool.h>
#include <string.h>

#include "error.h"
#include "extack.h"
#include "sock.h"

static void read_group(const struct nlattr *group, struct k8sov_family *family)
{
	const struct nlattr *attr;
	const char *name = "";
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    !mnl_attr_validate(attr, MNL_TYPE_U32))
			id = mnl_attr_get_u32(attr);
	}
	if (!strcmp(name, K8SOV_MCGRP_CHANGES))
		family->group = id;
	else if (!strcmp(name, K8SOV_MCGRP_DENIALS))
		family->denials = id;
}

static void read_family(const struct nlmsghdr *nlh,
			struct k8sov_family *family)
{
	const struct nlattr *outer, *attr;

	mnl_attr_for_each(outer, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(outer) == CTRL_ATTR_FAMILY_ID &&
		    !mnl_attr_validate(outer, MNL_TYPE_U16))
			family->id = mnl_attr_get_u16(outer);
		if (mnl_attr_get_type(outer) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(attr, outer)
			read_group(attr, family);
	}
}

static struct nlmsghdr *build_query(char *buf, uint32_t seq)
{
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, K8SOV_FAMILY_NAME);
	return nlh;
}

/**
 * k8sov_family_find() - ask the kernel for the k8sov family
 * @sock: socket
 * @family: set on success
 * @err: filled on failure
 *
 * The kernel loads the module if it is installed and the caller may do so.
 *
 * Return: 0, -ENOENT if the module is not loaded, or another -errno.
 */
int k8sov_family_find(struct k8sov_sock *sock, struct k8sov_family *family,
		      struct k8sov_error *err)
{
	char buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *query, *nlh;
	bool done = false;
	int len, ret = 0;
	long got;

	query = build_query(buf, k8sov_sock_next_seq(sock));
	got = k8sov_sock_send(sock, query, query->nlmsg_len);
	while (got >= 0 && !done) {
		got = k8sov_sock_receive(sock, 0, &nlh);
		len = (int)got;
		for (; got >= 0 && mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_type == GENL_ID_CTRL)
				read_family(nlh, family);
			if (nlh->nlmsg_type != NLMSG_ERROR)
				continue;
			ret = k8sov_extack_parse(nlh, NULL, err);
			done = true;
		}
	}
	if (got < 0)
		return k8sov_error_system(err, (int)-got, "cannot use netlink");
	if (ret == -ENOENT) {
		k8sov_error_set(err, ENOENT,
				"the k8sov module is not loaded: load it with 'modprobe k8sov'");
		err->refused = true;
	}
	return ret;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_REFUSE_H
#define _K8SOV_REFUSE_H

#include <linux/netlink.h>

/**
 * k8sov_refuse() - say why a request is refused, and what is to blame
 * @extack: where to say it, or NULL
 * @attr: the attribute, or NULL if none is
 * @err: negative errno
 * @msg: one sentence, a literal
 *
 * Does what NL_SET_ERR_MSG_ATTR() does, in one line at the place that refuses.
 *
 * Return: @err.
 */
static inline int k8sov_refuse(struct netlink_ext_ack *extack,
			       const struct nlattr *attr, int err,
			       const char *msg)
{
	do_trace_netlink_extack(msg);
	if (extack) {
		extack->_msg = msg;
		NL_SET_BAD_ATTR(extack, attr);
	}
	return err;
}

/**
 * k8sov_refuse_missing() - say that a request lacks an attribute
 * @extack: where to say it, or NULL
 * @type: the attribute that is not there
 * @msg: one sentence, a literal
 *
 * Return: -EINVAL.
 */
static inline int k8sov_refuse_missing(struct netlink_ext_ack *extack,
				       int type, const char *msg)
{
	NL_SET_ERR_ATTR_MISS(extack, NULL, type);
	return k8sov_refuse(extack, NULL, -EINVAL, msg);
}

#endif /* _K8SOV_REFUSE_H */

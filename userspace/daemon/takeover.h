/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _TAKEOVER_H
#define _TAKEOVER_H

#include <uv.h>

struct conf;
struct k8sov_error;

/*
 * A node has one UDP port for vxlan, so Flannel's device and ours cannot both
 * be up. These move a node from one to the other; everything that can be done
 * before or after is, so that packets are lost only while the port changes
 * hands. Neither asks the store; flanneld must not run. The loop must turn once
 * more.
 */

/* Before the agent starts. Without Flannel's device there is nothing to do.
 * Return: 0; -errno with a sentence, and Flannel's device does its work.
 */
int takeover_flannel(uv_loop_t *loop, const struct conf *conf,
		     struct k8sov_error *err);
/* Instead of the agent.
 * Return: 0; -errno with a sentence, and our device is up.
 */
int takeover_back(uv_loop_t *loop, const struct conf *conf,
		  struct k8sov_error *err);

#endif /* _TAKEOVER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_CMD_H
#define _CNI_CMD_H

struct cni_env;
struct cni_error;
struct conf;

/* The commands. Each says why it failed; ADD says its result and leaves
 * nothing behind when it fails.
 */
int cmd_add(const struct cni_env *env, struct conf *conf,
	    struct cni_error *err);
int cmd_del(const struct cni_env *env, struct conf *conf,
	    struct cni_error *err);
int cmd_check(const struct cni_env *env, struct conf *conf,
	      struct cni_error *err);
int cmd_status(const struct cni_env *env, struct conf *conf,
	       struct cni_error *err);
int cmd_gc(const struct cni_env *env, struct conf *conf,
	   struct cni_error *err);

#endif /* _CNI_CMD_H */

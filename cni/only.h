/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_ONLY_H
#define _CNI_ONLY_H

struct cni_env;
struct cni_error;
struct conf;

/* The commands of cmd.h with "policyOnly": another plugin attaches pods and
 * gives them addresses, this one makes them obey policy. GC has nothing to do.
 */
int only_add(const struct cni_env *env, struct conf *conf,
	     struct cni_error *err);
int only_del(const struct cni_env *env, struct conf *conf,
	     struct cni_error *err);
int only_check(const struct cni_env *env, struct conf *conf,
	       struct cni_error *err);
int only_status(const struct cni_env *env, struct conf *conf,
		struct cni_error *err);
int only_gc(const struct cni_env *env, struct conf *conf,
	    struct cni_error *err);

#endif /* _CNI_ONLY_H */

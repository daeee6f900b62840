/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_IPAM_OWN_H
#define _CNI_IPAM_OWN_H

struct cni_env;
struct cni_error;
struct conf;
struct node;
struct result;

/* As the functions of ipam.h, for addresses that nobody else manages. */
int ipam_own_add(const struct cni_env *env, const struct conf *conf,
		 const struct node *node, struct result *result,
		 struct cni_error *err);
int ipam_own_del(const struct cni_env *env, const struct conf *conf,
		 struct cni_error *err);
int ipam_own_check(const struct cni_env *env, const struct conf *conf,
		   struct cni_error *err);
int ipam_own_status(const struct conf *conf, const struct node *node,
		    struct cni_error *err);
int ipam_own_gc(const struct conf *conf, struct cni_error *err);

#endif /* _CNI_IPAM_OWN_H */

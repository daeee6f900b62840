/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_IPAM_H
#define _CNI_IPAM_H

struct cni_env;
struct cni_error;
struct conf;
struct node;
struct result;

/* Own (ipam_own.c) or delegated (delegate.c), the same to the commands. ADD
 * sets ips (interface -1), routes and dns of @result.
 */
int ipam_add(const struct cni_env *env, const struct conf *conf,
	     const struct node *node, struct result *result,
	     struct cni_error *err);
/* Without anything to delete: success. */
int ipam_del(const struct cni_env *env, const struct conf *conf,
	     struct cni_error *err);
int ipam_check(const struct cni_env *env, const struct conf *conf,
	       struct cni_error *err);
int ipam_status(const struct cni_env *env, const struct conf *conf,
		const struct node *node, struct cni_error *err);
/* Keeps what conf->valid lists. */
int ipam_gc(const struct cni_env *env, const struct conf *conf,
	    struct cni_error *err);

#endif /* _CNI_IPAM_H */

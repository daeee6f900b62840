/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_DELEGATE_H
#define _CNI_DELEGATE_H

#include <jansson.h>

struct cni_env;
struct cni_error;
struct conf;
struct node;

/* Has the plugin conf->ipam_type do @verb ("ADD", "DEL" ...), and takes its
 * answer if @answer is not NULL. Its error becomes ours.
 */
int delegate_run(const struct cni_env *env, const struct conf *conf,
		 const struct node *node, const char *verb, json_t **answer,
		 struct cni_error *err);

#endif /* _CNI_DELEGATE_H */

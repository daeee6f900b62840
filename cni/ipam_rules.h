/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_IPAM_RULES_H
#define _CNI_IPAM_RULES_H

struct cni_error;
struct conf;
struct node;
struct pick_rules;

/* What the configuration and the node together say. Pure. */
int ipam_rules_read(const struct conf *conf, const struct node *node,
		    struct pick_rules *rules, struct cni_error *err);

#endif /* _CNI_IPAM_RULES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_DELEGATE_CONF_H
#define _CNI_DELEGATE_CONF_H

struct conf;
struct node;

/* What a delegated plugin reads; the caller frees it. NULL: no memory. Pure. */
char *delegate_conf(const struct conf *conf, const struct node *node);

#endif /* _CNI_DELEGATE_CONF_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_CONF_WISH_H
#define _CNI_CONF_WISH_H

struct cni_env;
struct cni_error;
struct conf;

/* What pods shall be like: all of @conf that DEL need not know. Pure. */
int conf_wish_parse(struct conf *conf, const struct cni_env *env,
		    struct cni_error *err);

#endif /* _CNI_CONF_WISH_H */

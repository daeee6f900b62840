/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_EXTACK_H
#define _K8SOV_EXTACK_H

#include <stdbool.h>

struct k8sov_error;
struct nlmsghdr;

int k8sov_extack_parse(const struct nlmsghdr *nlh,
		       const struct nlmsghdr *request,
		       struct k8sov_error *err);

#endif /* _K8SOV_EXTACK_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_DEV_H
#define _K8SOVCTL_DEV_H

#include <net/if.h>
#include <stdint.h>

/**
 * struct devs - the last interface looked up, since lines repeat it
 * @ifindex: index, 0 if none was
 * @name: its name
 * @only: the one k8sov device of the namespace, 0 if not looked up
 */
struct devs {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	uint32_t only;
};

uint32_t dev_index(struct devs *devs, const char *name);
const char *dev_name(struct devs *devs, uint32_t ifindex);

#endif /* _K8SOVCTL_DEV_H */

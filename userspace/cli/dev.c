// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "dev.h"

#include <stdio.h>
#include <string.h>

/**
 * dev_index() - index of an interface
 * @devs: cache
 * @name: name
 *
 * Return: the index, 0 if there is no such interface.
 */
uint32_t dev_index(struct devs *devs, const char *name)
{
	uint32_t ifindex;

	if (devs->ifindex && !strcmp(devs->name, name))
		return devs->ifindex;
	ifindex = if_nametoindex(name);
	if (ifindex) {
		devs->ifindex = ifindex;
		snprintf(devs->name, sizeof(devs->name), "%s", name);
	}
	return ifindex;
}

/**
 * dev_name() - name of an interface
 * @devs: cache; the answer is valid until it is used again
 * @ifindex: index
 *
 * Return: the name, "if" and the index if there is no such interface any more.
 */
const char *dev_name(struct devs *devs, uint32_t ifindex)
{
	if (devs->ifindex == ifindex && ifindex)
		return devs->name;
	devs->ifindex = 0;
	if (if_indextoname(ifindex, devs->name))
		devs->ifindex = ifindex;
	else
		snprintf(devs->name, sizeof(devs->name), "if%u", ifindex);
	return devs->name;
}

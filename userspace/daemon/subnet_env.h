/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _SUBNET_ENV_H
#define _SUBNET_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lease.h"
#include "netconf.h"

/* What CNI plugins read: Flannel's subnet.env, to the byte. Pure; the caller
 * frees it.
 */
char *subnet_env_format(const struct netconf *conf, const struct lease *own,
			uint32_t mtu, bool ip_masq);
/* The same and more as JSON. */
char *subnet_env_json(const struct netconf *conf, const struct lease *own,
		      uint32_t mtu, const char *device);
/* Subnets of a subnet.env into @lease. -EINVAL if there are none. Pure. */
int subnet_env_parse(const char *text, struct lease *lease);
/* Did somebody else than the plugin masquerade? Pure. */
bool subnet_env_masquerades(const char *text);

#endif /* _SUBNET_ENV_H */

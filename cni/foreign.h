/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_FOREIGN_H
#define _CNI_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

struct cni_env;
struct cni_error;

/**
 * struct foreign - a pod's link that another plugin made
 * @host: name of its end on the node
 * @index: index of that end
 * @port: it is a port of a bridge
 */
struct foreign {
	char host[16];
	uint32_t index;
	bool port;
};

/* Reads, and changes nothing. */
int foreign_find(const struct cni_env *env, struct foreign *foreign,
		 struct cni_error *err);
/* Do frames from port to port of a bridge pass the hooks of IP? */
int foreign_shown(const struct foreign *foreign, int family,
		  struct cni_error *err);

#endif /* _CNI_FOREIGN_H */

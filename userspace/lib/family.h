/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_FAMILY_H
#define _K8SOV_FAMILY_H

#include <stdint.h>

struct k8sov_error;
struct k8sov_sock;

/**
 * struct k8sov_family - numbers that the running kernel gave the family
 * @id: message type
 * @group: multicast group of changes
 * @denials: that of denials, 0 if the kernel has none
 */
struct k8sov_family {
	uint16_t id;
	uint32_t group;
	uint32_t denials;
};

int k8sov_family_find(struct k8sov_sock *sock, struct k8sov_family *family,
		      struct k8sov_error *err);

#endif /* _K8SOV_FAMILY_H */

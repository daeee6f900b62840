/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_RESULT_H
#define _CNI_RESULT_H

#include <jansson.h>
#include <stdint.h>

#include "../userspace/lib/addr.h"
#include "version.h"

struct cni_error;

/* More than a pod can use; the kernel takes 16 addresses of a family. */
#define RESULT_INTERFACES 16
#define RESULT_IPS 32
#define RESULT_ROUTES 64

struct result_interface {
	char name[16];
	char mac[18];
	const char *sandbox;	/* "" on the host; not owned */
	uint32_t mtu;		/* 0: not said */
};

struct result_ip {
	int interface;		/* index, -1: not said */
	struct k8sov_addr addr;
	uint8_t len;
	struct k8sov_addr gateway;	/* family 0: none */
};

struct result_route {
	struct k8sov_addr dst;
	uint8_t len;
	struct k8sov_addr gateway;	/* family 0: the pod's default */
	uint32_t mtu;		/* 0: not said, as the rest */
	uint32_t advmss;
	int64_t priority;	/* -1: not said, as the rest */
	int64_t table;
	int64_t scope;
};

/**
 * struct result - what ADD says, in the terms of version 1.1.0
 * @dns: kept as it came, NULL if none
 */
struct result {
	unsigned int n_interfaces, n_ips, n_routes;
	struct result_interface interfaces[RESULT_INTERFACES];
	struct result_ip ips[RESULT_IPS];
	struct result_route routes[RESULT_ROUTES];
	json_t *dns;
};

/* Both know every version. Pure. */
int result_route_parse(const json_t *json, struct result_route *route,
		       struct cni_error *err);
int result_parse(const json_t *json, struct result *result,
		 struct cni_error *err);
json_t *result_format(const struct result *result, enum version version,
		      struct cni_error *err);
/* What @own adds to the result of the plugin before, which keeps all it had. */
json_t *result_amend(const json_t *prev, const json_t *own);
void result_clear(struct result *result);

#endif /* _CNI_RESULT_H */

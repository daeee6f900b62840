/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_CONF_H
#define _CNI_CONF_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "result.h"
#include "version.h"

struct cni_error;

/* Where nobody says another. */
#define CONF_DEVICE "ov0"

/**
 * struct conf - a network configuration, as the runtime gives it on stdin
 * @json: all of it, for delegated plugins
 * @version: to answer in
 * @name: name of the network
 * @policy_only: another plugin attaches pods
 * @device: the overlay device, NULL: what node_read() finds; never NULL with
 *          @policy_only
 * @mtu: of pods' interfaces, 0: the device's
 * @subnet_file: where the node's subnets are, NULL: /run/k8sov/subnet.json,
 *               then /run/flannel/subnet.env
 * @n_routes: number of @routes
 * @routes: more routes for pods than the default one
 * @default_route: -1: where the pod has none of that family yet; else 0 or 1
 * @policy_timeout: how long ADD waits for a pod's policy, in seconds; 0: not
 * @dns: what to say of name servers, NULL: what IPAM says
 * @ipam: member "ipam", NULL: our own, without options
 * @ipam_type: plugin to ask, NULL: our own
 * @mac: asked for by capability, args or CNI_ARGS, in this order; "" if not
 * @n_ips: number of @ips
 * @ips: asked for, in the same order
 * @ranges: capability ipRanges, an array; NULL if not given
 * @prev_json: prevResult as it came, NULL if absent
 * @prev: the same
 * @valid: cni.dev/valid-attachments, for GC: an array of objects with strings
 *         "containerID" and "ifname"; NULL if absent
 *
 * DEL and GC look at nothing but @json, @version, @name, @ipam, @ipam_type and
 * @valid, and with @policy_only at @device: a configuration that has changed
 * since must not stop them.
 * DEL has @prev as well, empty if it makes no sense.
 */
struct conf {
	json_t *json;
	enum version version;
	const char *name;
	bool policy_only;
	const char *device;
	uint32_t mtu;
	const char *subnet_file;
	unsigned int n_routes;
	struct result_route routes[RESULT_ROUTES];
	int default_route;
	uint32_t policy_timeout;
	json_t *dns;
	json_t *ipam;
	const char *ipam_type;
	char mac[18];
	unsigned int n_ips;
	struct k8sov_addr ips[RESULT_IPS];
	json_t *ranges;
	json_t *prev_json;
	struct result prev;
	json_t *valid;
};

struct cni_env;

/* Pure. Strings live as long as @conf. */
int conf_parse(const char *text, size_t len, const struct cni_env *env,
	       struct conf *conf, struct cni_error *err);
void conf_clear(struct conf *conf);

#endif /* _CNI_CONF_H */

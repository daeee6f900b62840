// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "subnet_env.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../lib/bits.h"
#include "../lib/memory.h"

static const char *const env_network[FAMILIES] = {
	"FLANNEL_NETWORK", "FLANNEL_IPV6_NETWORK"
};
static const char *const env_subnet[FAMILIES] = {
	"FLANNEL_SUBNET", "FLANNEL_IPV6_SUBNET"
};

/* The first address that a pod or a bridge may have. */
static void format_gateway(const struct lease_family *family,
			   char text[static K8SOV_ADDR_TEXT])
{
	struct k8sov_addr first = family->subnet;

	bits_step(&first, (uint8_t)bits_width(&first));
	k8sov_prefix_format(&first, family->len, text);
}

/**
 * subnet_env_format() - what subnet.env says
 * @conf: cluster's configuration
 * @own: this node's subnets
 * @mtu: MTU of the device in bytes
 * @ip_masq: does somebody else than the plugin masquerade?
 *
 * Return: text, which the caller frees.
 */
char *subnet_env_format(const struct netconf *conf, const struct lease *own,
			uint32_t mtu, bool ip_masq)
{
	char prefix[K8SOV_ADDR_TEXT], *text = NULL;
	size_t size;
	FILE *out = memory_must(open_memstream(&text, &size));
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		if (!conf->family[f].enabled || !own->family[f].subnet.family)
			continue;
		k8sov_prefix_format(&conf->family[f].network,
				    conf->family[f].len, prefix);
		fprintf(out, "%s=%s\n", env_network[f], prefix);
		format_gateway(&own->family[f], prefix);
		fprintf(out, "%s=%s\n", env_subnet[f], prefix);
	}
	fprintf(out, "FLANNEL_MTU=%u\nFLANNEL_IPMASQ=%s\n", mtu,
		ip_masq ? "true" : "false");
	fclose(out);
	return memory_must(text);
}

/**
 * subnet_env_json() - what subnet.json says
 * @conf: cluster's configuration
 * @own: this node's subnets
 * @mtu: MTU of the device in bytes
 * @device: its name
 *
 * Return: text, which the caller frees.
 */
char *subnet_env_json(const struct netconf *conf, const struct lease *own,
		      uint32_t mtu, const char *device)
{
	json_t *root = json_object(), *networks = json_array();
	json_t *subnets = json_array();
	char prefix[K8SOV_ADDR_TEXT], *text, *line = NULL;
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		if (!conf->family[f].enabled || !own->family[f].subnet.family)
			continue;
		k8sov_prefix_format(&conf->family[f].network,
				    conf->family[f].len, prefix);
		json_array_append_new(networks, json_string(prefix));
		k8sov_prefix_format(&own->family[f].subnet,
				    own->family[f].len, prefix);
		json_array_append_new(subnets, json_string(prefix));
	}
	json_object_set_new(root, "device", json_string(device));
	json_object_set_new(root, "networks", networks);
	json_object_set_new(root, "subnets", subnets);
	json_object_set_new(root, "mtu", json_integer(mtu));
	text = memory_must(json_dumps(root, JSON_INDENT(2)));
	json_decref(root);
	memory_must(asprintf(&line, "%s\n", text) < 0 ? NULL : line);
	free(text);
	return line;
}

/**
 * subnet_env_parse() - the subnets that a node had before
 * @text: subnet.env
 * @lease: subnets are set on success
 *
 * Return: 0, or -EINVAL if there are none.
 */
int subnet_env_parse(const char *text, struct lease *lease)
{
	char value[K8SOV_ADDR_TEXT];
	unsigned int f, found = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		for (f = 0; f < FAMILIES; f++) {
			size_t n = strlen(env_subnet[f]);

			if (strncmp(text, env_subnet[f], n) != 0 ||
			    text[n] != '=')
				continue;
			snprintf(value, sizeof(value), "%.*s",
				 (int)strcspn(text + n + 1, "\n"),
				 text + n + 1);
			if (k8sov_prefix_parse(value, &lease->family[f].subnet,
					       &lease->family[f].len))
				return -EINVAL;
			bits_mask(&lease->family[f].subnet,
				  lease->family[f].len);
			found++;
		}
	}
	return found ? 0 : -EINVAL;
}

/**
 * subnet_env_masquerades() - did somebody else than the plugin masquerade?
 * @text: subnet.env
 *
 * Return: true if it says so.
 */
bool subnet_env_masquerades(const char *text)
{
	return strstr(text, "FLANNEL_IPMASQ=true\n");
}

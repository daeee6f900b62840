// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What a pod's link is called: the pure part of veth.h. */
#include <stdio.h>
#include <string.h>

#include "../userspace/lib/bits.h"
#include "conf.h"
#include "env.h"
#include "error.h"
#include "veth.h"

/* FNV-1a, with the end of the string, so that parts cannot run together. */
static uint64_t hash(uint64_t sum, const char *text)
{
	do {
		sum = (sum ^ (uint8_t)*text) * 0x100000001b3ULL;
	} while (*text++);
	return sum;
}

/**
 * veth_name() - name of the host's end of an attachment
 * @network: name of the network
 * @container: identifier of the container
 * @ifname: interface in the container
 * @name: set to "pod" and 48 bits of a hash in hexadecimal
 */
void veth_name(const char *network, const char *container, const char *ifname,
	       char name[static 16])
{
	uint64_t sum = 0xcbf29ce484222325ULL;

	sum = hash(hash(hash(sum, network), container), ifname);
	/* The low bits of FNV mix best; the high ones shall count as well. */
	sum ^= sum >> 48;
	snprintf(name, 16, "pod%012llx",
		 (unsigned long long)(sum & 0xffffffffffffULL));
}

/**
 * veth_init() - the names of an attachment
 * @veth: filled; no socket and no namespace is open
 * @env: container, interface and namespace; they must live as long
 * @conf: network
 * @err: CNI_CONFIG if the names together are longer than the kernel keeps
 *
 * Return: 0, or -1.
 */
int veth_init(struct veth *veth, const struct cni_env *env,
	      const struct conf *conf, struct cni_error *err)
{
	int len;

	memset(veth, 0, sizeof(*veth));
	veth->netns_fd = -1;
	veth->ifname = env->ifname;
	veth->netns = env->netns;
	veth->mtu = conf->mtu;
	veth_name(conf->name, env->container, env->ifname, veth->host);
	len = snprintf(veth->alias, sizeof(veth->alias), "k8sov:%s:%s:%s",
		       conf->name, env->container, env->ifname);
	if (len < (int)sizeof(veth->alias))
		return 0;
	return cni_fail(err, CNI_CONFIG,
			"the names of network and container have %d bytes together, %d too many",
			len, len - (int)sizeof(veth->alias) + 1);
}

/* The same prefix as container runtimes take: locally administered, and
 * steady, so that neighbours need not learn a pod's new one.
 */
static void mac_of(const struct k8sov_addr *addr, uint8_t mac[static 6])
{
	mac[0] = 0x0a;
	mac[1] = 0x58;
	memcpy(mac + 2, bits_bytes(addr) + bits_width(addr) / 8 - 4, 4);
}

/**
 * veth_mac() - MAC address of the pod's end
 * @conf: may ask for one
 * @result: addresses of the pod
 * @mac: set
 * @err: CNI_CONFIG if the one asked for is none that an interface can have
 *
 * Return: 0, or -1.
 */
int veth_mac(const struct conf *conf, const struct result *result,
	     uint8_t mac[static 6], struct cni_error *err)
{
	const struct result_ip *ip = result->ips;
	unsigned int i;

	if (conf->mac[0]) {
		if (k8sov_mac_parse(conf->mac, mac) || mac[0] & 1 ||
		    !memcmp(mac, "\0\0\0\0\0\0", 6))
			return cni_fail(err, CNI_CONFIG,
					"'%s' is no MAC address of an interface",
					conf->mac);
		return 0;
	}
	for (i = 0; i < result->n_ips; i++)
		if (result->ips[i].addr.family == AF_INET) {
			ip = &result->ips[i];
			break;
		}
	if (!result->n_ips)
		return cni_fail(err, CNI_CONFIG,
				"there is no address for the pod");
	mac_of(&ip->addr, mac);
	return 0;
}

/**
 * veth_gateway() - what pods send to when they send to anybody
 * @family: AF_INET or AF_INET6
 *
 * Nobody has the address: pods know the MAC address behind it, that of the
 * host's end.
 *
 * Return: 169.254.1.1 or fe80::1.
 */
struct k8sov_addr veth_gateway(int family)
{
	struct k8sov_addr addr;

	k8sov_addr_parse(family == AF_INET ? "169.254.1.1" : "fe80::1", &addr);
	return addr;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "endpoint.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "../userspace/lib/attr.h"
#include "../userspace/lib/bits.h"
#include "../userspace/lib/error.h"
#include "../userspace/lib/object.h"
#include "../userspace/lib/sock.h"
#include "conf.h"
#include "env.h"
#include "error.h"
#include "result.h"

/* "k8sovcni", so that nobody else's tool takes away what the plugin wrote. */
#define OWNER 0x6b38736f76636e69ULL

static const struct k8sov_pair addresses = {
	K8SOV_A_ENDPOINT_ADDRESS, K8SOV_A_ENDPOINT_ADDRESS6, 0
};

/* Without Kubernetes there is the container alone. */
static void set_name(struct k8sov_endpoint *endpoint,
		     const struct cni_env *env)
{
	const struct cni_args *args = &env->args;

	if (args->pod_name[0])
		snprintf(endpoint->name, sizeof(endpoint->name), "%s/%s/%s",
			 args->pod_namespace, args->pod_name, env->container);
	else
		snprintf(endpoint->name, sizeof(endpoint->name), "%s",
			 env->container);
	endpoint->present |= K8SOV_BIT(K8SOV_A_ENDPOINT_NAME);
}

static int set_addresses(struct k8sov_endpoint *endpoint,
			 const struct result *result, struct cni_error *err)
{
	unsigned int i;

	for (i = 0; i < result->n_ips; i++)
		if (k8sov_pair_add(&k8sov_endpoint_set, &addresses, endpoint,
				   &result->ips[i].addr))
			return cni_fail(err, CNI_CONFIG,
					"a pod cannot have more than %d addresses of a family",
					K8SOV_ENDPOINT_ADDR_MAX);
	return 0;
}

/* The module, or the device, may come when the daemon has started. */
static int fail(struct cni_error *err, const char *what, int code,
		const char *message)
{
	if (code == ENOENT || code == ENODEV)
		return cni_fail(err, CNI_TRY_LATER, "%s: %s", what, message);
	return cni_fail(err, CNI_KERNEL, "%s: %s", what, message);
}

static int set_key(struct k8sov_endpoint *endpoint, const struct conf *conf,
		   uint32_t link, struct cni_error *err)
{
	uint32_t device = if_nametoindex(conf->device);

	if (!device)
		return cni_fail(err, CNI_TRY_LATER,
				"there is no device %s", conf->device);
	K8SOV_SET(endpoint, ifindex, K8SOV_A_ENDPOINT_IFINDEX, device);
	K8SOV_SET(endpoint, link, K8SOV_A_ENDPOINT_LINK, link);
	return 0;
}

/*
 * Where packets are judged, whoever says what the pod may do also sets it in
 * service: until then nobody reaches it.
 */
static int set_state(struct k8sov_endpoint *endpoint, struct k8sov_sock *sock,
		     struct k8sov_error *why)
{
	struct k8sov_device device = {};
	int ret = k8sov_device_get(sock, endpoint->ifindex, &device, why);
	bool judged = device.policy != K8SOV_POLICY_MODE_OFF;

	if (!ret)
		K8SOV_SET(endpoint, state, K8SOV_A_ENDPOINT_STATE,
			  (uint32_t)(judged ? K8SOV_ENDPOINT_STATE_PENDING :
				     K8SOV_ENDPOINT_STATE_READY));
	return ret;
}

/**
 * endpoint_add() - tell the overlay device of a pod
 * @env: who the pod is
 * @conf: device
 * @link: index of the host's end of the pod's link
 * @result: addresses of the pod
 * @err: CNI_TRY_LATER without module or device, CNI_KERNEL if it refuses
 *
 * Return: 0, or -1.
 */
int endpoint_add(const struct cni_env *env, const struct conf *conf,
		 uint32_t link, const struct result *result,
		 struct cni_error *err)
{
	struct k8sov_endpoint endpoint = {};
	struct k8sov_error why = {};
	struct k8sov_sock *sock;
	int ret;

	if (set_key(&endpoint, conf, link, err) ||
	    set_addresses(&endpoint, result, err))
		return -1;
	set_name(&endpoint, env);
	K8SOV_SET(&endpoint, owner, K8SOV_A_ENDPOINT_OWNER, OWNER);
	ret = k8sov_sock_open(&sock, &why);
	if (!ret) {
		ret = set_state(&endpoint, sock, &why);
		if (!ret)
			ret = k8sov_endpoint_new(sock, K8SOV_WRITE_REPLACE,
						 &endpoint, &why);
		k8sov_sock_close(sock);
	}
	if (ret)
		return fail(err, "cannot register the pod with its device",
			    why.code, why.message);
	return 0;
}

static bool has_address(const struct k8sov_endpoint *endpoint,
			const struct k8sov_addr *addr)
{
	struct k8sov_addr have;
	unsigned int i;

	for (i = 0; k8sov_pair_item(&k8sov_endpoint_set, &addresses, endpoint,
				    i, &have); i++)
		if (bits_equal(&have, addr))
			return true;
	return false;
}

/**
 * endpoint_check() - does the overlay device know a pod?
 * @conf: device
 * @link: index of the host's end of the pod's link
 * @result: addresses of the pod
 * @err: CNI_MISMATCH if it does not, or with other addresses
 *
 * Return: 0, or -1.
 */
int endpoint_check(const struct conf *conf, uint32_t link,
		   const struct result *result, struct cni_error *err)
{
	struct k8sov_endpoint key = {}, endpoint = {};
	struct k8sov_error why = {};
	struct k8sov_sock *sock;
	unsigned int i;
	int ret;

	if (set_key(&key, conf, link, err))
		return -1;
	if (k8sov_sock_open(&sock, &why))
		return fail(err, "cannot ask the device for the pod", why.code,
			    why.message);
	ret = k8sov_endpoint_get(sock, &key, &endpoint, &why);
	k8sov_sock_close(sock);
	if (ret == -ENOENT)
		return cni_fail(err, CNI_MISMATCH,
				"the device %s does not know the pod",
				conf->device);
	if (ret)
		return fail(err, "cannot ask the device for the pod", why.code,
			    why.message);
	for (i = 0; i < result->n_ips; i++)
		if (!has_address(&endpoint, &result->ips[i].addr))
			return cni_fail(err, CNI_MISMATCH,
					"the device %s knows the pod with other addresses",
					conf->device);
	return 0;
}

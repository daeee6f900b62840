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
#include "watch.h"

/* "k8sovcni", so that nobody else's tool takes away what the plugin wrote. */
#define OWNER 0x6b38736f76636e69ULL

/* What could not be done. */
#define REGISTER "cannot register the pod with its device"
#define ASK "cannot ask the device for the pod"

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

/* enum k8sov_policy_mode, or -1. */
static int mode_of(struct k8sov_sock *sock, uint32_t ifindex,
		   struct cni_error *err)
{
	struct k8sov_device device = {};
	struct k8sov_error why = {};

	if (k8sov_device_get(sock, ifindex, &device, &why))
		return fail(err, "cannot ask the device for its policy",
			    why.code, why.message);
	return K8SOV_HAS(&device, K8SOV_A_DEVICE_POLICY) ? (int)device.policy :
	       K8SOV_POLICY_MODE_OFF;
}

/* Never in the place of another: whoever made that one ready gave it rulesets,
 * and this one has none.
 */
static int add(struct k8sov_sock *sock, struct k8sov_endpoint *endpoint,
	       enum k8sov_endpoint_state state, struct cni_error *err)
{
	struct k8sov_error why = {};

	K8SOV_SET(endpoint, state, K8SOV_A_ENDPOINT_STATE, state);
	if (k8sov_endpoint_new(sock, K8SOV_WRITE_ADD, endpoint, &why))
		return fail(err, REGISTER, why.code, why.message);
	return 0;
}

/* To delete it would let the pod send from any address until its link is gone.
 * Without a name, nobody takes it for the pod's.
 */
static int strip(struct k8sov_sock *sock, const struct k8sov_endpoint *endpoint,
		 struct k8sov_error *why)
{
	struct k8sov_endpoint bare = {};

	K8SOV_SET(&bare, ifindex, K8SOV_A_ENDPOINT_IFINDEX, endpoint->ifindex);
	K8SOV_SET(&bare, link, K8SOV_A_ENDPOINT_LINK, endpoint->link);
	K8SOV_SET(&bare, owner, K8SOV_A_ENDPOINT_OWNER, OWNER);
	K8SOV_SET(&bare, state, K8SOV_A_ENDPOINT_STATE,
		  K8SOV_ENDPOINT_STATE_PENDING);
	return k8sov_endpoint_new(sock, K8SOV_WRITE_REPLACE, &bare, why);
}

static int timed_out(const struct conf *conf, struct cni_error *err)
{
	cni_fail(err, CNI_TRY_LATER,
		 "the policy of the pod is not in force on %s after %u s",
		 conf->device, conf->policy_timeout);
	return cni_details(err, "k8sovd, or whoever else manages policy, makes endpoints ready");
}

static int wait_ready(struct k8sov_sock *sock, const struct conf *conf,
		      struct watch *watch, struct cni_error *err)
{
	int64_t deadline = watch_deadline(conf->policy_timeout);
	const struct k8sov_endpoint *endpoint = watch->endpoint;
	struct k8sov_endpoint key = {}, now;
	struct k8sov_error why = {};
	int ret;

	K8SOV_SET(&key, ifindex, K8SOV_A_ENDPOINT_IFINDEX, endpoint->ifindex);
	K8SOV_SET(&key, link, K8SOV_A_ENDPOINT_LINK, endpoint->link);
	do {
		ret = watch_wait(watch, deadline, &why);
		if (ret == -ETIME)
			return timed_out(conf, err);
		if (!ret)
			ret = k8sov_endpoint_get(sock, &key, &now, &why);
		if (ret)
			return fail(err, "cannot wait for the pod's policy",
				    why.code, why.message);
	} while (now.state == K8SOV_ENDPOINT_STATE_PENDING);
	return 0;
}

/* Nobody reaches the pod before whoever manages policy has made it ready. */
static int add_judged(struct k8sov_sock *sock, const struct conf *conf,
		      struct k8sov_endpoint *endpoint, struct cni_error *err)
{
	struct k8sov_error why = {};
	struct watch watch = {};
	int ret;

	if (!conf->policy_timeout)
		return add(sock, endpoint, K8SOV_ENDPOINT_STATE_PENDING, err);
	if (watch_open(&watch, endpoint, &why))
		ret = fail(err, REGISTER, why.code, why.message);
	else
		ret = add(sock, endpoint, K8SOV_ENDPOINT_STATE_PENDING, err);
	if (!ret && wait_ready(sock, conf, &watch, err)) {
		strip(sock, endpoint, &why);
		ret = -1;
	}
	watch_close(&watch);
	return ret;
}

/* Whoever switches policy on looks at all endpoints then. One that comes later
 * would be open until it is noticed.
 */
static int add_ready(struct k8sov_sock *sock, const struct conf *conf,
		     struct k8sov_endpoint *endpoint, struct cni_error *err)
{
	struct k8sov_error why = {};
	int mode;

	if (add(sock, endpoint, K8SOV_ENDPOINT_STATE_READY, err))
		return -1;
	mode = mode_of(sock, endpoint->ifindex, err);
	if (mode == K8SOV_POLICY_MODE_OFF)
		return 0;
	strip(sock, endpoint, &why);
	if (mode < 0)
		return -1;
	return cni_fail(err, CNI_TRY_LATER,
			"the policy of %s was switched on meanwhile",
			conf->device);
}

/**
 * endpoint_add() - tell the overlay device of a pod
 * @env: who the pod is
 * @conf: device, and how long to wait
 * @link: index of the host's end of the pod's link
 * @result: addresses of the pod
 * @err: CNI_TRY_LATER without module or device, or if the pod's policy is not
 *       in force in time; CNI_KERNEL if the device refuses
 *
 * On a device that judges by policy the pod is isolated until its endpoint is
 * made ready, which is waited for. After a failure it may be there, without
 * addresses; it goes with the link then.
 *
 * Return: 0, or -1.
 */
int endpoint_add(const struct cni_env *env, const struct conf *conf,
		 uint32_t link, const struct result *result,
		 struct cni_error *err)
{
	k8sov_autoclose struct k8sov_sock *sock = NULL;
	struct k8sov_endpoint endpoint = {};
	struct k8sov_error why = {};
	int mode;

	if (set_key(&endpoint, conf, link, err) ||
	    set_addresses(&endpoint, result, err))
		return -1;
	set_name(&endpoint, env);
	K8SOV_SET(&endpoint, owner, K8SOV_A_ENDPOINT_OWNER, OWNER);
	if (k8sov_sock_open(&sock, &why))
		return fail(err, REGISTER, why.code, why.message);
	mode = mode_of(sock, endpoint.ifindex, err);
	if (mode < 0)
		return -1;
	if (mode != K8SOV_POLICY_MODE_OFF)
		return add_judged(sock, conf, &endpoint, err);
	return add_ready(sock, conf, &endpoint, err);
}

/* A link that has the name of one that is gone is not this container's. */
static bool is_ours(const struct k8sov_endpoint *endpoint,
		    const struct cni_env *env)
{
	const char *container = strrchr(endpoint->name, '/');

	return endpoint->owner == OWNER &&
	       !strcmp(container ? container + 1 : endpoint->name,
		       env->container);
}

/**
 * endpoint_retire() - take from an endpoint what others may want
 * @env: whose it is
 * @conf: device
 * @link: index of the host's end of the pod's link
 * @err: CNI_KERNEL
 *
 * Return: 0, also if it is another's, or there is none; or -1.
 */
int endpoint_retire(const struct cni_env *env, const struct conf *conf,
		    uint32_t link, struct cni_error *err)
{
	k8sov_autoclose struct k8sov_sock *sock = NULL;
	struct k8sov_endpoint key = {}, endpoint = {};
	struct cni_error ignored = {};
	struct k8sov_error why = {};
	int ret;

	if (set_key(&key, conf, link, &ignored))
		return 0;
	ret = k8sov_sock_open(&sock, &why);
	if (!ret)
		ret = k8sov_endpoint_get(sock, &key, &endpoint, &why);
	if (!ret && !is_ours(&endpoint, env))
		return 0;
	if (!ret)
		ret = strip(sock, &key, &why);
	/* The module, the device, the endpoint or the link. */
	if (!ret || ret == -ENOENT || ret == -ENODEV)
		return 0;
	return cni_fail(err, CNI_KERNEL, "cannot retire the pod: %s",
			why.message);
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

/* Pending does no harm on a device that does not judge. */
static int check_state(struct k8sov_sock *sock, const struct conf *conf,
		       const struct k8sov_endpoint *endpoint,
		       struct cni_error *err)
{
	int mode;

	if (endpoint->state != K8SOV_ENDPOINT_STATE_PENDING)
		return 0;
	mode = mode_of(sock, endpoint->ifindex, err);
	if (mode <= K8SOV_POLICY_MODE_OFF)
		return mode;
	return cni_fail(err, CNI_TRY_LATER,
			"the policy of the pod is not in force on %s yet",
			conf->device);
}

static int get(struct k8sov_sock *sock, const struct conf *conf,
	       uint32_t link, struct k8sov_endpoint *endpoint,
	       struct cni_error *err)
{
	struct k8sov_endpoint key = {};
	struct k8sov_error why = {};
	int ret;

	if (set_key(&key, conf, link, err))
		return -1;
	ret = k8sov_endpoint_get(sock, &key, endpoint, &why);
	if (ret == -ENOENT)
		return cni_fail(err, CNI_MISMATCH,
				"the device %s does not know the pod",
				conf->device);
	return ret ? fail(err, ASK, why.code, why.message) : 0;
}

/**
 * endpoint_check() - does the overlay device know a pod?
 * @conf: device
 * @link: index of the host's end of the pod's link
 * @result: addresses of the pod
 * @err: CNI_MISMATCH if it does not, or with other addresses; CNI_TRY_LATER if
 *       the pod's policy is not in force yet
 *
 * Return: 0, or -1.
 */
int endpoint_check(const struct conf *conf, uint32_t link,
		   const struct result *result, struct cni_error *err)
{
	k8sov_autoclose struct k8sov_sock *sock = NULL;
	struct k8sov_endpoint endpoint = {};
	struct k8sov_error why = {};
	unsigned int i;

	if (k8sov_sock_open(&sock, &why))
		return fail(err, ASK, why.code, why.message);
	if (get(sock, conf, link, &endpoint, err))
		return -1;
	for (i = 0; i < result->n_ips; i++)
		if (!has_address(&endpoint, &result->ips[i].addr))
			return cni_fail(err, CNI_MISMATCH,
					"the device %s knows the pod with other addresses",
					conf->device);
	return check_state(sock, conf, &endpoint, err);
}

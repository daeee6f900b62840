// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "only.h"

#include <net/if.h>
#include <stdbool.h>
#include <string.h>

#include "conf.h"
#include "device.h"
#include "endpoint.h"
#include "env.h"
#include "error.h"
#include "foreign.h"
#include "talk.h"

/* Addresses that are not said to be of an interface are the pod's. */
static bool is_of(const struct conf *conf, const struct result_ip *ip,
		  const char *ifname)
{
	const struct result_interface *interface;

	if (ip->interface < 0)
		return true;
	interface = &conf->prev.interfaces[ip->interface];
	return *interface->sandbox && !strcmp(interface->name, ifname);
}

/* What the plugins before have made: the link, and the pod's addresses. */
static int read_pod(const struct cni_env *env, const struct conf *conf,
		    struct foreign *foreign, struct result *own,
		    struct cni_error *err)
{
	unsigned int i;

	if (!conf->prev_json) {
		cni_fail(err, CNI_CONFIG, "missing prevResult");
		return cni_details(err, "\"policyOnly\" is for pods that a plugin before this one attaches");
	}
	if (foreign_find(env, foreign, err))
		return -1;
	*own = (struct result){};
	for (i = 0; i < conf->prev.n_ips; i++) {
		const struct result_ip *ip = &conf->prev.ips[i];

		if (!is_of(conf, ip, env->ifname))
			continue;
		own->ips[own->n_ips++] = *ip;
		if (foreign_shown(foreign, ip->addr.family, err))
			return -1;
	}
	return own->n_ips ? 0 :
	       cni_fail(err, CNI_CONFIG, "prevResult has no address of %s",
			env->ifname);
}

static int answer(const struct conf *conf, struct cni_error *err)
{
	json_t *all = json_copy(conf->prev_json);

	json_object_set_new(all, "cniVersion",
			    json_string(version_name(conf->version)));
	return talk_write(all, err);
}

/**
 * only_add() - make a pod obey policy that another plugin attached
 * @env: which one
 * @conf: has prevResult, which is the answer
 * @err: CNI_CONFIG, CNI_MISMATCH or CNI_UNSUPPORTED if there is no such pod;
 *       CNI_TRY_LATER if its policy is not in force in time; CNI_KERNEL
 *
 * After a failure there may be an endpoint without addresses. It goes with the
 * link, which the plugin that made it deletes.
 *
 * Return: 0, or -1.
 */
int only_add(const struct cni_env *env, struct conf *conf,
	     struct cni_error *err)
{
	struct cni_error ignored = {};
	struct foreign foreign = {};
	struct result own;

	if (read_pod(env, conf, &foreign, &own, err))
		return -1;
	if (endpoint_add(env, conf, foreign.index, &own, err))
		return -1;
	if (!answer(conf, err))
		return 0;
	endpoint_retire(env, conf, foreign.index, &ignored);
	return -1;
}

/**
 * only_del() - a pod goes
 * @env: which one; nothing is wanted of its namespace
 * @conf: has prevResult, or there is nothing to do
 * @err: CNI_KERNEL
 *
 * The plugin that made the link deletes it later, and the endpoint with it. Its
 * addresses are given to others before that.
 *
 * Return: 0, also if there was nothing; or -1.
 */
int only_del(const struct cni_env *env, struct conf *conf,
	     struct cni_error *err)
{
	uint32_t link;
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < conf->prev.n_interfaces; i++) {
		if (*conf->prev.interfaces[i].sandbox)
			continue;
		link = if_nametoindex(conf->prev.interfaces[i].name);
		if (link)
			ret = endpoint_retire(env, conf, link, err);
	}
	return ret;
}

/**
 * only_check() - does the device know a pod, as it is?
 * @env: which one
 * @conf: has prevResult
 * @err: CNI_MISMATCH names the first difference; CNI_TRY_LATER if the pod's
 *       policy is not in force; CNI_CONFIG without prevResult
 *
 * Return: 0, or -1.
 */
int only_check(const struct cni_env *env, struct conf *conf,
	       struct cni_error *err)
{
	struct foreign foreign = {};
	struct result own;

	if (read_pod(env, conf, &foreign, &own, err))
		return -1;
	return endpoint_check(conf, foreign.index, &own, err);
}

/**
 * only_status() - is there a device that could know pods?
 * @env: not looked at
 * @conf: names it
 * @err: CNI_NOT_AVAILABLE
 *
 * Return: 0, or -1.
 */
int only_status(const struct cni_env *env, struct conf *conf,
		struct cni_error *err)
{
	(void)env;
	if (!device_find(conf->device, err))
		return 0;
	err->code = CNI_NOT_AVAILABLE;
	return -1;
}

/**
 * only_gc() - nothing is kept of pods that are gone
 * @env: not looked at
 * @conf: not looked at
 * @err: left as it is
 *
 * Return: 0.
 */
int only_gc(const struct cni_env *env, struct conf *conf,
	    struct cni_error *err)
{
	(void)env;
	(void)conf;
	(void)err;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ipam.h"

#include "conf.h"
#include "delegate.h"
#include "error.h"
#include "ipam_own.h"
#include "result.h"

static int delegate_add(const struct cni_env *env, const struct conf *conf,
			const struct node *node, struct result *result,
			struct cni_error *err)
{
	struct cni_error ignored = {};
	json_t *answer;
	int ret;

	if (delegate_run(env, conf, node, "ADD", &answer, err))
		return -1;
	ret = result_parse(answer, result, err);
	json_decref(answer);
	if (ret)
		delegate_run(env, conf, NULL, "DEL", NULL, &ignored);
	return ret;
}

/**
 * ipam_add() - get addresses for an attachment
 * @env: the attachment
 * @conf: who has the addresses
 * @node: its subnets
 * @result: filled
 * @err: as ipam_own_add(), or as the delegated plugin says
 *
 * Return: 0, or -1 with nothing taken.
 */
int ipam_add(const struct cni_env *env, const struct conf *conf,
	     const struct node *node, struct result *result,
	     struct cni_error *err)
{
	if (conf->ipam_type)
		return delegate_add(env, conf, node, result, err);
	return ipam_own_add(env, conf, node, result, err);
}

/**
 * ipam_del() - give the addresses of an attachment back
 * @env: the attachment
 * @conf: who has the addresses
 * @err: CNI_IO, or what the delegated plugin says
 *
 * Return: 0, also if there were none; or -1.
 */
int ipam_del(const struct cni_env *env, const struct conf *conf,
	     struct cni_error *err)
{
	if (conf->ipam_type)
		return delegate_run(env, conf, NULL, "DEL", NULL, err);
	return ipam_own_del(env, conf, err);
}

/**
 * ipam_check() - does an attachment have its addresses still?
 * @env: the attachment
 * @conf: who has the addresses; prevResult
 * @err: CNI_MISMATCH, or what the delegated plugin says
 *
 * Return: 0, or -1.
 */
int ipam_check(const struct cni_env *env, const struct conf *conf,
	       struct cni_error *err)
{
	if (conf->ipam_type)
		return delegate_run(env, conf, NULL, "CHECK", NULL, err);
	return ipam_own_check(env, conf, err);
}

/* Plugins older than version 1.1.0 of the specification do not know GC and
 * STATUS: they miss a container, or say that there is no such command. There
 * is nothing that they would want to do or say.
 */
static int delegate_new(const struct cni_env *env, const struct conf *conf,
			const struct node *node, const char *verb,
			struct cni_error *err)
{
	struct cni_error own = {};

	if (!delegate_run(env, conf, node, verb, NULL, &own) ||
	    own.code == CNI_CONTAINER || own.code == CNI_ENVIRONMENT)
		return 0;
	*err = own;
	return -1;
}

/**
 * ipam_status() - could a pod get addresses?
 * @env: for a delegated plugin
 * @conf: who has the addresses
 * @node: its subnets
 * @err: CNI_NOT_AVAILABLE, or what the delegated plugin says
 *
 * Return: 0, or -1.
 */
int ipam_status(const struct cni_env *env, const struct conf *conf,
		const struct node *node, struct cni_error *err)
{
	if (conf->ipam_type)
		return delegate_new(env, conf, node, "STATUS", err);
	return ipam_own_status(conf, node, err);
}

/**
 * ipam_gc() - give back the addresses of attachments that are gone
 * @env: for a delegated plugin
 * @conf: who has the addresses; attachments to keep
 * @err: CNI_IO, or what the delegated plugin says
 *
 * Return: 0, or -1.
 */
int ipam_gc(const struct cni_env *env, const struct conf *conf,
	    struct cni_error *err)
{
	if (conf->ipam_type)
		return delegate_new(env, conf, NULL, "GC", err);
	return ipam_own_gc(conf, err);
}

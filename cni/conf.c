// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "conf.h"

#include <string.h>

#include "conf_wish.h"
#include "env.h"
#include "error.h"
#include "member.h"

/* Names of our own IPAM, which is no program. */
#define OWN "k8sov"

static int parse_name(struct conf *conf, struct cni_error *err)
{
	conf->name = "";
	if (member_text(conf->json, "name", &conf->name, err))
		return -1;
	if (!*conf->name)
		return cni_fail(err, CNI_CONFIG, "missing network name");
	if (!env_name_good(conf->name))
		return cni_fail(err, CNI_CONFIG,
				"\"%.64s\" is no good name of a network, which has letters, digits and \"_.-\"",
				conf->name);
	return 0;
}

static int parse_ipam(struct conf *conf, struct cni_error *err)
{
	if (member_object(conf->json, "ipam", &conf->ipam, err) ||
	    (conf->ipam &&
	     member_text(conf->ipam, "type", &conf->ipam_type, err)))
		return -1;
	if (!conf->ipam_type)
		return 0;
	if (!*conf->ipam_type || !strcmp(conf->ipam_type, OWN))
		conf->ipam_type = NULL;
	else if (strchr(conf->ipam_type, '/'))
		return cni_fail(err, CNI_CONFIG,
				"\"ipam\": \"type\": \"%.64s\" is a path, not a name",
				conf->ipam_type);
	return 0;
}

/* It sets nothing up that these could be about. */
static int refuse_attaching(const json_t *json, struct cni_error *err)
{
	static const char *const refused[] = {
		"ipam", "mtu", "subnetFile", "routes", "defaultRoute", "dns",
	};
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (!json_object_get(json, refused[i]))
			continue;
		cni_fail(err, CNI_CONFIG, "\"policyOnly\" goes without \"%s\"",
			 refused[i]);
		return cni_details(err, "the plugin that attaches the pods has to have it");
	}
	return 0;
}

/* Whoever only wants to get rid of a pod is not told what is wrong. */
static int parse_only(struct conf *conf, bool strict, struct cni_error *err)
{
	const json_t *json = json_object_get(conf->json, "policyOnly");

	if (strict && json && !json_is_null(json) && !json_is_boolean(json))
		return cni_fail(err, CNI_DECODE,
				"\"policyOnly\" must be true or false");
	conf->policy_only = json_is_true(json);
	if (!conf->policy_only)
		return 0;
	json = json_object_get(conf->json, "device");
	conf->device = json_is_string(json) ? json_string_value(json) :
					      CONF_DEVICE;
	return strict ? refuse_attaching(conf->json, err) : 0;
}

/* A list with an attachment that has no name could mean any. */
static int check_valid(const json_t *list, struct cni_error *err)
{
	const json_t *json;
	size_t i;

	json_array_foreach(list, i, json) {
		const char *container = NULL, *ifname = NULL;

		if (member_text(json, "containerID", &container, err) ||
		    member_text(json, "ifname", &ifname, err))
			return -1;
		if (!container || !ifname)
			return cni_fail(err, CNI_CONFIG,
					"a valid attachment has no \"containerID\" and \"ifname\"");
	}
	return 0;
}

/* The second name is what libcni wrote first, and still writes. null is how
 * Go writes that there are none; absence is not: who forgets the list does not
 * mean that all pods are gone.
 */
static int parse_valid(struct conf *conf, struct cni_error *err)
{
	static const char *const keys[] = {
		"cni.dev/valid-attachments", "cni.dev/attachments",
	};
	json_t *json = NULL;
	size_t i;

	for (i = 0; !json && i < sizeof(keys) / sizeof(keys[0]); i++)
		json = json_object_get(conf->json, keys[i]);
	if (!json)
		return cni_fail(err, CNI_CONFIG,
				"missing \"cni.dev/valid-attachments\"");
	if (json_is_null(json))
		conf->valid = json_array();
	else
		conf->valid = json_incref(json);
	if (!json_is_array(conf->valid))
		return cni_fail(err, CNI_DECODE,
				"\"cni.dev/valid-attachments\" must be an array");
	return check_valid(conf->valid, err);
}

static int parse_prev(struct conf *conf, struct cni_error *err)
{
	if (member_object(conf->json, "prevResult", &conf->prev_json, err))
		return -1;
	return conf->prev_json ?
		result_parse(conf->prev_json, &conf->prev, err) : 0;
}

/* DEL does without one that makes no sense. */
static void try_prev(struct conf *conf)
{
	struct cni_error ignored = {};

	if (!parse_prev(conf, &ignored))
		return;
	result_clear(&conf->prev);
	conf->prev_json = NULL;
}

/**
 * conf_parse() - read the configuration
 * @text: what the runtime gave on stdin
 * @len: its length
 * @env: the command says what matters, its arguments are wishes as well
 * @conf: filled; conf_clear() frees it, also after a failure
 * @err: CNI_DECODE: no JSON, or a member of a wrong type; CNI_VERSION;
 *       CNI_CONFIG and CNI_ENVIRONMENT: a value makes no sense;
 *       CNI_UNSUPPORTED: it is asked for what we do not do
 *
 * Return: 0, or -1.
 */
int conf_parse(const char *text, size_t len, const struct cni_env *env,
	       struct conf *conf, struct cni_error *err)
{
	struct cni_error version_err = {};
	json_error_t why;

	*conf = (struct conf){ .version = VERSION_NEWEST, .default_route = -1 };
	conf->json = json_loadb(text, len, 0, &why);
	if (!conf->json)
		return cni_fail(err, CNI_DECODE,
				"the configuration is no JSON: %s in line %d",
				why.text, why.line);
	if (!json_is_object(conf->json))
		return cni_fail(err, CNI_DECODE,
				"the configuration must be an object");
	/* First, for a failure is said in it; but a name is missed first. */
	version_of(conf->json, &conf->version, &version_err);
	if (parse_name(conf, err))
		return -1;
	if (version_err.code) {
		*err = version_err;
		return -1;
	}
	if (parse_only(conf, env->command != CMD_DEL && env->command != CMD_GC,
		       err) ||
	    parse_ipam(conf, err))
		return -1;
	switch (env->command) {
	case CMD_DEL:
		try_prev(conf);
		return 0;
	case CMD_GC:
		return parse_valid(conf, err);
	case CMD_ADD:
	case CMD_CHECK:
	case CMD_STATUS:
	case CMD_VERSION:
	case CMD_UNKNOWN:
		break;
	}
	return conf_wish_parse(conf, env, err) ? -1 : parse_prev(conf, err);
}

/**
 * conf_clear() - free what a configuration keeps
 * @conf: filled by conf_parse(), or zero
 */
void conf_clear(struct conf *conf)
{
	result_clear(&conf->prev);
	json_decref(conf->valid);
	json_decref(conf->dns);
	json_decref(conf->json);
}

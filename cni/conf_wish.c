// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "conf_wish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "env.h"
#include "error.h"
#include "member.h"

/* The least that IPv4 and IPv6 work with, and what a device can have. */
#define MTU_MIN 68
#define MTU_MAX 65535

/* In seconds. Runtimes give up after some minutes. */
#define POLICY_TIMEOUT 10
#define POLICY_TIMEOUT_MAX 3600

static int parse_mtu(struct conf *conf, struct cni_error *err)
{
	int64_t mtu = 0;

	if (member_number(conf->json, "mtu", MTU_MAX, &mtu, err))
		return -1;
	if (mtu && mtu < MTU_MIN)
		return cni_fail(err, CNI_CONFIG,
				"\"mtu\" must be 0 or from %d to %d", MTU_MIN,
				MTU_MAX);
	conf->mtu = (uint32_t)mtu;
	return 0;
}

static int parse_device(struct conf *conf, struct cni_error *err)
{
	if (member_text(conf->json, "device", &conf->device, err))
		return -1;
	if (conf->device && (!*conf->device || strlen(conf->device) > 15))
		return cni_fail(err, CNI_CONFIG,
				"\"device\": \"%.64s\" is no name of a device",
				conf->device);
	return 0;
}

static int parse_policy(struct conf *conf, struct cni_error *err)
{
	int64_t seconds = POLICY_TIMEOUT;

	if (member_number(conf->json, "policyTimeout", POLICY_TIMEOUT_MAX,
			  &seconds, err))
		return -1;
	conf->policy_timeout = (uint32_t)seconds;
	return 0;
}

static int parse_routes(struct conf *conf, struct cni_error *err)
{
	json_t *list = NULL, *json;
	size_t i;

	if (member_array(conf->json, "routes", &list, err))
		return -1;
	if (json_array_size(list) > RESULT_ROUTES)
		return cni_fail(err, CNI_CONFIG, "over %d \"routes\"",
				RESULT_ROUTES);
	json_array_foreach(list, i, json) {
		if (result_route_parse(json, &conf->routes[i], err))
			return -1;
		conf->n_routes++;
	}
	return 0;
}

static int parse_switches(struct conf *conf, struct cni_error *err)
{
	const json_t *json = json_object_get(conf->json, "defaultRoute");

	if (json && !json_is_null(json)) {
		if (!json_is_boolean(json))
			return cni_fail(err, CNI_DECODE,
					"\"defaultRoute\" must be true or false");
		conf->default_route = json_is_true(json);
	}
	if (!json_is_true(json_object_get(conf->json, "ipMasq")))
		return 0;
	cni_fail(err, CNI_UNSUPPORTED, "\"ipMasq\": true is not supported");
	return cni_details(err, "k8sovd masquerades, with its option --ip-masq");
}

static int take_mac(struct conf *conf, const char *text, const char *from,
		    enum cni_code code, struct cni_error *err)
{
	static const uint8_t zero[6];
	uint8_t mac[6];

	if (conf->mac[0] || !*text)
		return 0;
	if (k8sov_mac_parse(text, mac) || (mac[0] & 1) ||
	    !memcmp(mac, zero, sizeof(mac)))
		return cni_fail(err, code,
				"%s: \"%.64s\" is no MAC address that a pod can have",
				from, text);
	snprintf(conf->mac, sizeof(conf->mac), "%s", text);
	return 0;
}

static int take_ip(struct conf *conf, const char *text, const char *from,
		   enum cni_code code, struct cni_error *err)
{
	uint8_t len;

	if (conf->n_ips == RESULT_IPS)
		return cni_fail(err, code, "%s: over %d addresses", from,
				RESULT_IPS);
	if (k8sov_prefix_parse(text, &conf->ips[conf->n_ips], &len))
		return cni_fail(err, code, "%s: \"%.64s\" is no IP address",
				from, text);
	conf->n_ips++;
	return 0;
}

/* "mac" and "ips" of @object, which is found at @from. */
static int take_wishes(struct conf *conf, const json_t *object,
		       const char *from, struct cni_error *err)
{
	const char *mac = "";
	json_t *list = NULL, *json;
	bool had_ips = conf->n_ips;
	size_t i;

	if (member_text(object, "mac", &mac, err) ||
	    take_mac(conf, mac, from, CNI_CONFIG, err) ||
	    member_array(object, "ips", &list, err))
		return -1;
	if (had_ips)
		return 0;
	json_array_foreach(list, i, json) {
		if (!json_is_string(json))
			return cni_fail(err, CNI_DECODE,
					"\"ips\" must have strings");
		if (take_ip(conf, json_string_value(json), from, CNI_CONFIG,
			    err))
			return -1;
	}
	return 0;
}

static int take_args(struct conf *conf, const struct cni_args *args,
		     struct cni_error *err)
{
	char *copy, *rest, *ip;
	int ret = 0;

	if (take_mac(conf, args->mac, "CNI_ARGS: MAC", CNI_ENVIRONMENT, err))
		return -1;
	if (conf->n_ips || !*args->ip)
		return 0;
	copy = strdup(args->ip);
	for (rest = copy; !ret && (ip = strsep(&rest, ","));)
		ret = take_ip(conf, ip, "CNI_ARGS: IP", CNI_ENVIRONMENT, err);
	free(copy);
	return ret;
}

/* The runtime thinks that it gets what it asks for. */
static int refuse_capabilities(const json_t *runtime, struct cni_error *err)
{
	static const char *const refused[] = {
		"portMappings", "bandwidth", "infinibandGUID", "deviceID",
	};
	const json_t *json;
	size_t i;
	char *text;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		json = json_object_get(runtime, refused[i]);
		if (!json || json_is_null(json) ||
		    (json_is_array(json) && !json_array_size(json)))
			continue;
		text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
		cni_fail(err, CNI_UNSUPPORTED,
			 "capability \"%s\" with %.128s is not supported",
			 refused[i], text ? text : "");
		free(text);
		return cni_details(err, "another plugin of the list has to have it");
	}
	return 0;
}

static int check_strings(const json_t *object, const char *key,
			 struct cni_error *err)
{
	json_t *list = NULL, *json;
	size_t i;

	if (member_array(object, key, &list, err))
		return -1;
	json_array_foreach(list, i, json) {
		if (!json_is_string(json))
			return cni_fail(err, CNI_DECODE,
					"\"%s\" must have strings", key);
	}
	return 0;
}

/* What the runtime says wins over the list's. An object without anything says
 * nothing, an empty list says that there are none.
 */
static int parse_dns(struct conf *conf, const json_t *runtime,
		     struct cni_error *err)
{
	static const char *const keys[][2] = {
		{ "nameservers", "servers" }, { "domain", NULL },
		{ "search", "searches" }, { "options", "options" },
	};
	json_t *json = NULL, *value;
	const char *text, *key;
	bool said;
	size_t i;

	if (member_object(runtime, "dns", &json, err))
		return -1;
	said = json;
	if (!said && member_object(conf->json, "dns", &json, err))
		return -1;
	conf->dns = json_object();
	for (i = 0; json && i < sizeof(keys) / sizeof(keys[0]); i++) {
		key = keys[i][said];
		value = key ? json_object_get(json, key) : NULL;
		if (!value || json_is_null(value))
			continue;
		if (i == 1 ? member_text(json, key, &text, err) :
			     check_strings(json, key, err))
			return -1;
		json_object_set(conf->dns, keys[i][0], value);
	}
	if (json_object_size(conf->dns))
		return 0;
	json_decref(conf->dns);
	conf->dns = NULL;
	return 0;
}

/**
 * conf_wish_parse() - read what pods shall be like
 * @conf: has its JSON; filled
 * @env: CNI_ARGS come last
 * @err: as conf_parse() says
 *
 * Return: 0, or -1.
 */
int conf_wish_parse(struct conf *conf, const struct cni_env *env,
		    struct cni_error *err)
{
	json_t *runtime = NULL, *args = NULL, *cni = NULL;

	if (member_text(conf->json, "subnetFile", &conf->subnet_file, err) ||
	    parse_device(conf, err) || parse_mtu(conf, err) ||
	    parse_policy(conf, err) || parse_routes(conf, err) ||
	    parse_switches(conf, err) ||
	    member_object(conf->json, "runtimeConfig", &runtime, err) ||
	    member_object(conf->json, "args", &args, err) ||
	    member_object(args, "cni", &cni, err))
		return -1;
	if (refuse_capabilities(runtime, err) ||
	    parse_dns(conf, runtime, err) ||
	    member_array(runtime, "ipRanges", &conf->ranges, err) ||
	    take_wishes(conf, runtime, "capability", err) ||
	    take_wishes(conf, cni, "args", err))
		return -1;
	return env->args.text ? take_args(conf, &env->args, err) : 0;
}

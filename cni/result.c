// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "result.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "member.h"

static int too_many(const char *what, unsigned int most, struct cni_error *err)
{
	return cni_fail(err, CNI_DECODE, "a result with over %u %s", most,
			what);
}

static int parse_interface(const json_t *json, struct result_interface *to,
			   struct cni_error *err)
{
	const char *name = "", *mac = "";
	int64_t mtu = 0;

	to->sandbox = "";
	if (member_text(json, "name", &name, err) ||
	    member_text(json, "mac", &mac, err) ||
	    member_text(json, "sandbox", &to->sandbox, err) ||
	    member_number(json, "mtu", UINT32_MAX, &mtu, err))
		return -1;
	if (strlen(name) >= sizeof(to->name))
		return cni_fail(err, CNI_DECODE,
				"\"%.64s\" is no name of an interface", name);
	snprintf(to->name, sizeof(to->name), "%s", name);
	/* What is longer is none of Ethernet, and not ours to compare. */
	if (strlen(mac) < sizeof(to->mac))
		snprintf(to->mac, sizeof(to->mac), "%s", mac);
	to->mtu = (uint32_t)mtu;
	return 0;
}

static int parse_interfaces(const json_t *root, struct result *result,
			    struct cni_error *err)
{
	json_t *list = NULL, *json;
	size_t i;

	if (member_array(root, "interfaces", &list, err))
		return -1;
	if (json_array_size(list) > RESULT_INTERFACES)
		return too_many("interfaces", RESULT_INTERFACES, err);
	json_array_foreach(list, i, json) {
		if (parse_interface(json, &result->interfaces[i], err))
			return -1;
		result->n_interfaces++;
	}
	return 0;
}

static int parse_ip(const json_t *json, struct result *result,
		    struct cni_error *err)
{
	struct result_ip *ip = &result->ips[result->n_ips];
	const json_t *index = json_object_get(json, "interface");

	if (member_prefix(json, "address", &ip->addr, &ip->len, err) ||
	    member_addr(json, "gateway", &ip->gateway, err))
		return -1;
	ip->interface = -1;
	if (index && !json_is_null(index)) {
		if (!json_is_integer(index) || json_integer_value(index) < 0 ||
		    json_integer_value(index) >= result->n_interfaces)
			return cni_fail(err, CNI_DECODE,
					"\"interface\" of an address is not in \"interfaces\"");
		ip->interface = (int)json_integer_value(index);
	}
	result->n_ips++;
	return 0;
}

static int parse_ips(const json_t *root, struct result *result,
		     struct cni_error *err)
{
	json_t *list = NULL, *json;
	size_t i;

	if (member_array(root, "ips", &list, err))
		return -1;
	if (json_array_size(list) > RESULT_IPS)
		return too_many("addresses", RESULT_IPS, err);
	json_array_foreach(list, i, json) {
		if (parse_ip(json, result, err))
			return -1;
	}
	return 0;
}

/**
 * result_route_parse() - read a route
 * @json: an object as "routes" has them
 * @route: set on success
 * @err: CNI_DECODE
 *
 * Return: 0, or -1.
 */
int result_route_parse(const json_t *json, struct result_route *route,
		       struct cni_error *err)
{
	int64_t mtu = 0, advmss = 0;

	*route = (struct result_route){
		.priority = -1, .table = -1, .scope = -1,
	};
	if (member_prefix(json, "dst", &route->dst, &route->len, err) ||
	    member_addr(json, "gw", &route->gateway, err) ||
	    member_number(json, "mtu", UINT32_MAX, &mtu, err) ||
	    member_number(json, "advmss", UINT32_MAX, &advmss, err) ||
	    member_number(json, "priority", UINT32_MAX, &route->priority,
			  err) ||
	    member_number(json, "table", UINT32_MAX, &route->table, err) ||
	    member_number(json, "scope", UINT8_MAX, &route->scope, err))
		return -1;
	if (route->gateway.family &&
	    route->gateway.family != route->dst.family)
		return cni_fail(err, CNI_DECODE,
				"a route's \"gw\" is of another family than its \"dst\"");
	route->mtu = (uint32_t)mtu;
	route->advmss = (uint32_t)advmss;
	return 0;
}

static int parse_routes(const json_t *root, struct result *result,
			struct cni_error *err)
{
	json_t *list = NULL, *json;
	size_t i;

	if (member_array(root, "routes", &list, err))
		return -1;
	if (result->n_routes + json_array_size(list) > RESULT_ROUTES)
		return too_many("routes", RESULT_ROUTES, err);
	json_array_foreach(list, i, json) {
		if (result_route_parse(json,
				       &result->routes[result->n_routes], err))
			return -1;
		result->n_routes++;
	}
	return 0;
}

/* Up to 0.2.0: an address of each family with its routes. */
static int parse_old(const json_t *root, const char *key, int family,
		     struct result *result, struct cni_error *err)
{
	struct result_ip *ip = &result->ips[result->n_ips];
	json_t *json = NULL;

	if (member_object(root, key, &json, err))
		return -1;
	if (!json)
		return 0;
	ip->interface = -1;
	if (member_prefix(json, "ip", &ip->addr, &ip->len, err) ||
	    member_addr(json, "gateway", &ip->gateway, err) ||
	    parse_routes(json, result, err))
		return -1;
	if (ip->addr.family != family)
		return cni_fail(err, CNI_DECODE,
				"\"%s\" has an address of the other family",
				key);
	result->n_ips++;
	return 0;
}

/**
 * result_parse() - read what a plugin said
 * @json: its answer or prevResult, of any version; strings live as long
 * @result: filled; result_clear() frees it, also after a failure
 * @err: CNI_DECODE, or CNI_VERSION
 *
 * Return: 0, or -1.
 */
int result_parse(const json_t *json, struct result *result,
		 struct cni_error *err)
{
	enum version version;
	json_t *dns = NULL;

	memset(result, 0, sizeof(*result));
	if (!json_is_object(json))
		return cni_fail(err, CNI_DECODE,
				"a result must be an object");
	/* By its shape: that of a delegated plugin may not say its version. */
	if (version_of(json, &version, err) ||
	    parse_old(json, "ip4", AF_INET, result, err) ||
	    parse_old(json, "ip6", AF_INET6, result, err) ||
	    parse_interfaces(json, result, err) ||
	    parse_ips(json, result, err) ||
	    parse_routes(json, result, err) ||
	    member_object(json, "dns", &dns, err))
		return -1;
	result->dns = json_incref(dns);
	return 0;
}

/**
 * result_clear() - free what a result keeps
 * @result: filled, or zero
 */
void result_clear(struct result *result)
{
	json_decref(result->dns);
	result->dns = NULL;
}

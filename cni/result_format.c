// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "result.h"

#include "error.h"

static json_t *prefix_json(const struct k8sov_addr *addr, uint8_t len)
{
	char text[K8SOV_ADDR_TEXT];

	k8sov_prefix_format(addr, len, text);
	return json_string(text);
}

static int set_addr(json_t *object, const char *key,
		    const struct k8sov_addr *addr)
{
	char text[K8SOV_ADDR_TEXT];

	if (!addr->family)
		return 0;
	k8sov_addr_format(addr, text);
	return json_object_set_new(object, key, json_string(text));
}

static int set_number(json_t *object, const char *key, int64_t number,
		      int64_t absent)
{
	if (number == absent)
		return 0;
	return json_object_set_new(object, key, json_integer(number));
}

static int set_text(json_t *object, const char *key, const char *text)
{
	if (!text || !*text)
		return 0;
	return json_object_set_new(object, key, json_string(text));
}

static json_t *interface_json(const struct result_interface *interface,
			      enum version version)
{
	json_t *json = json_object();

	if (set_text(json, "name", interface->name) ||
	    set_text(json, "mac", interface->mac) ||
	    set_text(json, "sandbox", interface->sandbox) ||
	    (version >= VERSION_1_1_0 &&
	     set_number(json, "mtu", interface->mtu, 0))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *ip_json(const struct result_ip *ip, enum version version)
{
	json_t *json = json_object();

	if ((version < VERSION_1_0_0 &&
	     set_text(json, "version",
		      ip->addr.family == AF_INET ? "4" : "6")) ||
	    set_number(json, "interface", ip->interface, -1) ||
	    json_object_set_new(json, "address",
				prefix_json(&ip->addr, ip->len)) ||
	    set_addr(json, "gateway", &ip->gateway)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *route_json(const struct result_route *route,
			  enum version version)
{
	json_t *json = json_object();

	if (json_object_set_new(json, "dst",
				prefix_json(&route->dst, route->len)) ||
	    set_addr(json, "gw", &route->gateway) ||
	    (version >= VERSION_1_1_0 &&
	     (set_number(json, "mtu", route->mtu, 0) ||
	      set_number(json, "advmss", route->advmss, 0) ||
	      set_number(json, "priority", route->priority, -1) ||
	      set_number(json, "table", route->table, -1) ||
	      set_number(json, "scope", route->scope, -1)))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* Routes of @family, 0: of both; NULL if there are none. */
static int set_routes(json_t *object, const struct result *result, int family,
		      enum version version)
{
	json_t *list = json_array();
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < result->n_routes; i++) {
		if (!family || result->routes[i].dst.family == family)
			ret = json_array_append_new(list,
				route_json(&result->routes[i], version));
	}
	if (ret || !json_array_size(list)) {
		json_decref(list);
		return ret;
	}
	return json_object_set_new(object, "routes", list);
}

/* Up to 0.2.0 there is one address of a family; the first is the pod's. */
static int set_old(json_t *object, const char *key, int family,
		   const struct result *result, enum version version)
{
	const struct result_ip *ip = NULL;
	json_t *json;
	unsigned int i;

	for (i = 0; !ip && i < result->n_ips; i++) {
		if (result->ips[i].addr.family == family)
			ip = &result->ips[i];
	}
	if (!ip)
		return 0;
	json = json_object();
	if (json_object_set_new(object, key, json) ||
	    json_object_set_new(json, "ip",
				prefix_json(&ip->addr, ip->len)) ||
	    set_addr(json, "gateway", &ip->gateway))
		return -1;
	return set_routes(json, result, family, version);
}

static int set_new(json_t *object, const struct result *result,
		   enum version version)
{
	json_t *interfaces = json_array(), *ips = json_array();
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < result->n_interfaces; i++)
		ret = json_array_append_new(interfaces,
			interface_json(&result->interfaces[i], version));
	for (i = 0; !ret && i < result->n_ips; i++)
		ret = json_array_append_new(ips,
			ip_json(&result->ips[i], version));
	if (json_object_set_new(object, "interfaces", interfaces) ||
	    json_object_set_new(object, "ips", ips) || ret)
		return -1;
	return set_routes(object, result, 0, version);
}

/**
 * result_format() - write a result
 * @result: what there is to say
 * @version: to say it in
 * @err: CNI_UNSUPPORTED: up to 0.2.0 a result must have an address; CNI_IO
 *
 * Return: an object, which the caller owns, or NULL.
 */
json_t *result_format(const struct result *result, enum version version,
		      struct cni_error *err)
{
	json_t *json = json_pack("{s:s}", "cniVersion", version_name(version));
	int ret;

	if (version > VERSION_0_2_0)
		ret = set_new(json, result, version);
	else
		ret = set_old(json, "ip4", AF_INET, result, version) ||
		      set_old(json, "ip6", AF_INET6, result, version);
	if (!ret && result->dns)
		ret = json_object_set(json, "dns", result->dns);
	if (ret) {
		cni_fail(err, CNI_IO, "out of memory");
	} else if (version <= VERSION_0_2_0 && !result->n_ips) {
		cni_fail(err, CNI_UNSUPPORTED,
			 "\"cniVersion\": \"%s\" has no result without an address",
			 version_name(version));
		ret = -1;
	}
	if (!ret)
		return json;
	json_decref(json);
	return NULL;
}

/* Behind those of @json, where indices of interfaces begin at @shift. */
static int append(json_t *json, const char *key, const json_t *list,
		  size_t shift)
{
	json_t *to = json_object_get(json, key), *item, *copy, *index;
	size_t i;

	if (!json_is_array(to)) {
		to = json_array();
		if (json_object_set_new(json, key, to))
			return -1;
	}
	json_array_foreach(list, i, item) {
		copy = json_deep_copy(item);
		index = json_object_get(copy, "interface");
		if (index)
			json_integer_set(index, json_integer_value(index) +
					 (json_int_t)shift);
		if (json_array_append_new(to, copy))
			return -1;
	}
	return 0;
}

/**
 * result_amend() - a result on top of that of the plugin before
 * @prev: all it said stays, whatever it is
 * @own: ours; of the same version
 *
 * Return: an object, which the caller owns; NULL without memory.
 */
json_t *result_amend(const json_t *prev, const json_t *own)
{
	size_t shift = json_array_size(json_object_get(prev, "interfaces"));
	json_t *json = json_deep_copy(prev), *value;
	const char *key;
	int ret = 0;

	json_object_foreach((json_t *)own, key, value) {
		if (json_is_array(value))
			ret |= append(json, key, value, shift);
		else if (!json_object_get(json, key))
			ret |= json_object_set(json, key, value);
	}
	if (!ret)
		return json;
	json_decref(json);
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "netconf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "json_find.h"

/* Longest prefix of a node's part: two addresses besides network and end. */
static const uint8_t subnet_most[FAMILIES] = { 30, 126 };
static const uint8_t subnet_usual[FAMILIES] = { 24, 64 };
static const int family_af[FAMILIES] = { AF_INET, AF_INET6 };

/* Names of the keys of a family. */
static const struct keys {
	const char *enable;
	const char *network;
	const char *subnet_len;
	const char *min;
	const char *max;
} keys[FAMILIES] = {
	{ "EnableIPv4", "Network", "SubnetLen", "SubnetMin", "SubnetMax" },
	{ "EnableIPv6", "IPv6Network", "IPv6SubnetLen", "IPv6SubnetMin",
	  "IPv6SubnetMax" },
};

static const struct {
	const char *name;
	enum backend backend;
} backends[] = {
	{ "vxlan", BACKEND_VXLAN },
	{ "geneve", BACKEND_GENEVE },
	{ "ipip", BACKEND_IPIP },
	{ "host-gw", BACKEND_DIRECT },
	{ "alloc", BACKEND_ALLOC },
	/* Not Flannel's word, but what our own tools say. */
	{ "direct", BACKEND_DIRECT },
};

#define N_BACKENDS (sizeof(backends) / sizeof(backends[0]))

/**
 * backend_name() - word that leases use
 * @backend: backend
 *
 * Return: the word.
 */
const char *backend_name(enum backend backend)
{
	size_t i;

	for (i = 0; i < N_BACKENDS; i++)
		if (backends[i].backend == backend)
			return backends[i].name;
	return "";
}

/**
 * backend_parse() - the backend that a lease or net-conf.json names
 * @name: word, in any case
 * @backend: set on success
 *
 * Return: 0, or -EINVAL if we have no such backend.
 */
int backend_parse(const char *name, enum backend *backend)
{
	size_t i;

	for (i = 0; i < N_BACKENDS; i++) {
		if (!strcasecmp(backends[i].name, name)) {
			*backend = backends[i].backend;
			return 0;
		}
	}
	return -EINVAL;
}

static int get_number(const json_t *object, const char *where, const char *key,
		      long long min, long long max, long long *number,
		      struct k8sov_error *err)
{
	const json_t *value = json_find(object, key);

	if (!value)
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < min ||
	    json_integer_value(value) > max)
		return k8sov_error_set(err, EINVAL,
				       "%s%s must be a number from %lld to %lld",
				       where, key, min, max);
	*number = json_integer_value(value);
	return 0;
}

static int get_bool(const json_t *object, const char *where, const char *key,
		    bool *yes, struct k8sov_error *err)
{
	const json_t *value = json_find(object, key);

	if (!value)
		return 0;
	if (!json_is_boolean(value))
		return k8sov_error_set(err, EINVAL,
				       "%s%s must be true or false", where,
				       key);
	*yes = json_is_true(value);
	return 0;
}

static int get_address(const json_t *root, const char *key, int family,
		       struct k8sov_addr *addr, struct k8sov_error *err)
{
	const json_t *value = json_find(root, key);
	const char *text = json_string_value(value);

	if (!value)
		return 0;
	if (!text || k8sov_addr_parse(text, addr) || addr->family != family)
		return k8sov_error_set(err, EINVAL,
				       "%s must be an IPv%d address", key,
				       family == AF_INET ? 4 : 6);
	return 0;
}

static int get_network(const json_t *root, unsigned int f,
		       struct netconf_family *family, struct k8sov_error *err)
{
	const json_t *value = json_find(root, keys[f].network);
	const char *text = json_string_value(value);

	if (!value)
		return k8sov_error_set(err, EINVAL, "%s is missing",
				       keys[f].network);
	if (!text || !strchr(text, '/') ||
	    k8sov_prefix_parse(text, &family->network, &family->len) ||
	    family->network.family != family_af[f])
		return k8sov_error_set(err, EINVAL,
				       "%s must be an IPv%d network such as %s",
				       keys[f].network, f == V4 ? 4 : 6,
				       f == V4 ? "10.244.0.0/16" :
				       "fd00:10:244::/56");
	bits_mask(&family->network, family->len);
	return 0;
}

/* As Flannel does where subnets are allocated from net-conf.json. */
static int check_subnet_len(unsigned int f, struct netconf_family *family,
			    long long len, struct k8sov_error *err)
{
	const struct keys *k = &keys[f];

	if (family->len > subnet_most[f] - 2)
		return k8sov_error_set(err, EINVAL,
				       "%s is too small to be split: its prefix must be /%d or shorter",
				       k->network, subnet_most[f] - 2);
	if (!len)
		len = family->len <= subnet_usual[f] - 2 ? subnet_usual[f] :
		      family->len + 2;
	if (len > subnet_most[f] || len < family->len + 2)
		return k8sov_error_set(err, EINVAL,
				       "%s must be from %d to %d with a %s of /%d",
				       k->subnet_len, family->len + 2,
				       subnet_most[f], k->network,
				       family->len);
	family->subnet_len = (uint8_t)len;
	return 0;
}

static int check_bound(const struct netconf_family *family, const char *key,
		       const struct k8sov_addr *addr, const char *network,
		       struct k8sov_error *err)
{
	struct k8sov_addr aligned = *addr;

	if (!bits_covers(&family->network, family->len, addr))
		return k8sov_error_set(err, EINVAL, "%s is not in %s", key,
				       network);
	bits_mask(&aligned, family->subnet_len);
	if (!bits_equal(&aligned, addr))
		return k8sov_error_set(err, EINVAL,
				       "%s must be the first address of a /%d",
				       key, family->subnet_len);
	return 0;
}

static int get_bounds(const json_t *root, unsigned int f,
		      struct netconf_family *family, struct k8sov_error *err)
{
	const struct keys *k = &keys[f];
	struct k8sov_addr last;
	int ret;

	/* The first part is not given away: its network address would be
	 * that of the whole network.
	 */
	family->min = family->network;
	bits_step(&family->min, family->subnet_len);
	last = family->network;
	bits_fill(&last, family->len);
	bits_mask(&last, family->subnet_len);
	family->max = last;
	ret = get_address(root, k->min, family_af[f], &family->min, err);
	if (!ret)
		ret = get_address(root, k->max, family_af[f], &family->max,
				  err);
	if (!ret)
		ret = check_bound(family, k->min, &family->min, k->network,
				  err);
	if (!ret)
		ret = check_bound(family, k->max, &family->max, k->network,
				  err);
	if (!ret && bits_compare(&family->min, &family->max) > 0)
		ret = k8sov_error_set(err, EINVAL, "%s is above %s", k->min,
				      k->max);
	return ret;
}

static int get_family(const json_t *root, unsigned int f, bool allocates,
		      struct netconf_family *family, struct k8sov_error *err)
{
	long long len = 0;
	int ret;

	family->enabled = f == V4;
	ret = get_bool(root, "", keys[f].enable, &family->enabled, err);
	if (ret || !family->enabled)
		return ret;
	ret = get_network(root, f, family, err);
	if (ret || !allocates)
		return ret;
	ret = get_number(root, "", keys[f].subnet_len, 1, subnet_most[f],
			 &len, err);
	if (!ret)
		ret = check_subnet_len(f, family, len, err);
	return ret ? ret : get_bounds(root, f, family, err);
}

static int get_type(const json_t *backend, struct netconf *conf,
		    struct k8sov_error *err)
{
	const json_t *type = json_find(backend, "Type");

	if (!type)
		return 0;
	if (!json_is_string(type))
		return k8sov_error_set(err, EINVAL,
				       "Backend.Type must be a string");
	if (backend_parse(json_string_value(type), &conf->backend))
		return k8sov_error_set(err, EINVAL,
				       "Backend.Type '%.32s' is not supported: use vxlan, geneve, ipip, host-gw or alloc",
				       json_string_value(type));
	return 0;
}

static int get_backend(const json_t *root, struct netconf *conf,
		       struct k8sov_error *err)
{
	const json_t *backend = json_find(root, "Backend");
	long long vni = 1, port = 0, mtu = 0;
	int ret;

	/* Flannel's code would take "udp", its documentation says this. */
	conf->backend = BACKEND_VXLAN;
	conf->vni = 1;
	if (!backend)
		return 0;
	if (!json_is_object(backend))
		return k8sov_error_set(err, EINVAL,
				       "Backend must be an object");
	ret = get_type(backend, conf, err);
	if (!ret)
		ret = get_number(backend, "Backend.", "VNI", 1, 0xffffff, &vni,
				 err);
	if (!ret)
		ret = get_number(backend, "Backend.", "Port", 0, 65535, &port,
				 err);
	if (!ret)
		ret = get_number(backend, "Backend.", "MTU", 0, 65535, &mtu,
				 err);
	if (!ret && mtu && mtu < 1280)
		ret = k8sov_error_set(err, EINVAL,
				      "Backend.MTU must be 1280 or more");
	conf->vni = (uint32_t)vni;
	conf->port = (uint16_t)port;
	conf->mtu = (uint32_t)mtu;
	return ret ? ret : get_bool(backend, "Backend.", "DirectRouting",
				    &conf->direct_routing, err);
}

static int read_root(const json_t *root, bool allocates, struct netconf *conf,
		     struct k8sov_error *err)
{
	unsigned int f;
	int ret;

	if (!json_is_object(root))
		return k8sov_error_set(err, EINVAL,
				       "the network configuration must be an object");
	for (f = 0; f < FAMILIES; f++) {
		ret = get_family(root, f, allocates, &conf->family[f], err);
		if (ret)
			return ret;
	}
	if (!conf->family[V4].enabled && !conf->family[V6].enabled)
		return k8sov_error_set(err, EINVAL,
				       "EnableIPv4 and EnableIPv6 are both false");
	return get_backend(root, conf, err);
}

/**
 * netconf_parse() - read net-conf.json
 * @text: JSON
 * @len: its bytes
 * @allocates: also check what subnets are allocated by
 * @conf: set on success
 * @err: filled on failure
 *
 * Return: 0, or -EINVAL with a sentence that names the line or the key.
 */
int netconf_parse(const char *text, size_t len, bool allocates,
		  struct netconf *conf, struct k8sov_error *err)
{
	struct netconf new = {};
	json_error_t where;
	json_t *root;
	int ret;

	root = json_loadb(text, len, 0, &where);
	if (!root)
		return k8sov_error_set(err, EINVAL,
				       "the network configuration is no JSON: line %d column %d: %s",
				       where.line, where.column, where.text);
	ret = read_root(root, allocates, &new, err);
	json_decref(root);
	if (!ret)
		*conf = new;
	return ret;
}

static bool family_equal(const struct netconf_family *a,
			 const struct netconf_family *b)
{
	if (!a->enabled || !b->enabled)
		return a->enabled == b->enabled;
	return bits_equal(&a->network, &b->network) && a->len == b->len &&
	       a->subnet_len == b->subnet_len && bits_equal(&a->min, &b->min) &&
	       bits_equal(&a->max, &b->max);
}

/**
 * netconf_equal() - do two configurations mean the same?
 * @a: one
 * @b: the other
 *
 * Return: true if so.
 */
bool netconf_equal(const struct netconf *a, const struct netconf *b)
{
	return family_equal(&a->family[V4], &b->family[V4]) &&
	       family_equal(&a->family[V6], &b->family[V6]) &&
	       a->backend == b->backend && a->vni == b->vni &&
	       a->port == b->port && a->mtu == b->mtu &&
	       a->direct_routing == b->direct_routing;
}

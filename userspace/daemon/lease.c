// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "lease.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "json_find.h"

static const int family_af[FAMILIES] = { AF_INET, AF_INET6 };
static const char *const public_key[FAMILIES] = { "PublicIP", "PublicIPv6" };
static const char *const data_key[FAMILIES] = {
	"BackendData", "BackendV6Data"
};

/**
 * lease_create() - a lease that says nothing yet
 * @key: unique in the store; also where the owner comes from until a store
 *	knows better
 * @name: of the node
 *
 * Return: the lease, which the caller destroys; NULL without memory.
 */
struct lease *lease_create(const char *key, const char *name)
{
	struct lease *lease = calloc(1, sizeof(*lease));

	if (!lease)
		return NULL;
	lease->key = strdup(key);
	lease->name = strdup(name);
	if (!lease->key || !lease->name) {
		lease_destroy(lease);
		return NULL;
	}
	lease->owner = lease_owner(key);
	return lease;
}

/**
 * lease_copy() - the same lease once more
 * @lease: lease
 *
 * Return: the copy, which the caller destroys; NULL without memory.
 */
struct lease *lease_copy(const struct lease *lease)
{
	struct lease *copy = lease_create(lease->key, lease->name);

	if (!copy)
		return NULL;
	copy->owner = lease->owner;
	copy->unreadable = lease->unreadable;
	memcpy(copy->backend, lease->backend, sizeof(copy->backend));
	memcpy(copy->family, lease->family, sizeof(copy->family));
	return copy;
}

/**
 * lease_destroy() - forget a lease
 * @lease: lease or NULL
 */
void lease_destroy(struct lease *lease)
{
	if (!lease)
		return;
	free(lease->key);
	free(lease->name);
	free(lease);
}

static bool family_equal(const struct lease_family *a,
			 const struct lease_family *b)
{
	return bits_equal(&a->subnet, &b->subnet) && a->len == b->len &&
	       bits_equal(&a->public, &b->public) &&
	       a->has_mac == b->has_mac && a->vni == b->vni &&
	       (!a->has_mac || !memcmp(a->mac, b->mac, sizeof(a->mac)));
}

/**
 * lease_equal() - do two leases say the same?
 * @a: one
 * @b: the other
 *
 * Return: true if so.
 */
bool lease_equal(const struct lease *a, const struct lease *b)
{
	return !strcmp(a->key, b->key) && !strcmp(a->name, b->name) &&
	       a->owner == b->owner && a->unreadable == b->unreadable &&
	       !strcmp(a->backend, b->backend) &&
	       family_equal(&a->family[V4], &b->family[V4]) &&
	       family_equal(&a->family[V6], &b->family[V6]);
}

/**
 * lease_owner() - owner cookie of a text
 * @text: what tells one node from the others
 *
 * Return: FNV-1a of @text, never 0.
 */
uint64_t lease_owner(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3ULL;
	return hash ? hash : 1;
}

static int get_public(const json_t *attrs, unsigned int f,
		      struct lease_family *family, struct k8sov_error *err)
{
	const json_t *value = json_find(attrs, public_key[f]);
	const char *text = json_string_value(value);

	memset(&family->public, 0, sizeof(family->public));
	if (!value || (text && !*text))
		return 0;
	if (!text || k8sov_addr_parse(text, &family->public) ||
	    family->public.family != family_af[f])
		return k8sov_error_set(err, EINVAL,
				       "%s must be an IPv%d address",
				       public_key[f], f == V4 ? 4 : 6);
	return 0;
}

static int read_data(const json_t *data, const char *key,
		     struct lease_family *family, struct k8sov_error *err)
{
	const json_t *vni = json_find(data, "VNI"), *mac = json_find(data, "VtepMAC");
	uint8_t bytes[6] = {};

	if (!json_is_object(data))
		return k8sov_error_set(err, EINVAL, "%s must be an object",
				       key);
	if (vni && (!json_is_integer(vni) || json_integer_value(vni) < 0 ||
		    json_integer_value(vni) > 0xffffff))
		return k8sov_error_set(err, EINVAL,
				       "%s.VNI must be a number up to 16777215",
				       key);
	/* Multicast and zero addresses are no VTEP's; the kernel refuses them
	 * as well, but only after the whole lease was taken.
	 */
	if (mac && (!json_is_string(mac) ||
		    k8sov_mac_parse(json_string_value(mac), bytes) ||
		    bytes[0] & 1 || !memcmp(bytes, (uint8_t[6]){}, 6)))
		return k8sov_error_set(err, EINVAL,
				       "%s.VtepMAC must be the MAC address of a device",
				       key);
	family->vni = vni ? (uint32_t)json_integer_value(vni) : 0;
	family->has_mac = mac;
	memcpy(family->mac, bytes, sizeof(bytes));
	return 0;
}

static int get_data(const json_t *attrs, unsigned int f,
		    struct lease_family *family, struct k8sov_error *err)
{
	const json_t *data = json_find(attrs, data_key[f]);

	family->has_mac = false;
	memset(family->mac, 0, sizeof(family->mac));
	family->vni = 0;
	return data ? read_data(data, data_key[f], family, err) : 0;
}

/**
 * lease_parse_attrs() - read LeaseAttrs
 * @attrs: JSON
 * @lease: backend, public addresses, MAC addresses and VNIs are set on success
 * @err: filled on failure
 *
 * Return: 0, or -EINVAL.
 */
int lease_parse_attrs(const json_t *attrs, struct lease *lease,
		      struct k8sov_error *err)
{
	struct lease_family family[FAMILIES];
	const json_t *type = json_find(attrs, "BackendType");
	const char *backend = type ? json_string_value(type) : "";
	unsigned int f;
	int ret;

	if (!json_is_object(attrs))
		return k8sov_error_set(err, EINVAL,
				       "a lease must be an object");
	if (!backend || strlen(backend) >= sizeof(lease->backend))
		return k8sov_error_set(err, EINVAL,
				       "BackendType must be a short string");
	memcpy(family, lease->family, sizeof(family));
	for (f = 0; f < FAMILIES; f++) {
		ret = get_public(attrs, f, &family[f], err);
		if (!ret)
			ret = get_data(attrs, f, &family[f], err);
		if (ret)
			return ret;
	}
	memcpy(lease->family, family, sizeof(family));
	snprintf(lease->backend, sizeof(lease->backend), "%s", backend);
	return 0;
}

static json_t *pack_data(const struct lease_family *family)
{
	char mac[K8SOV_ADDR_TEXT];

	k8sov_mac_format(family->mac, mac);
	return json_pack("{s:i,s:s}", "VNI", (int)family->vni, "VtepMAC", mac);
}

static json_t *pack_public(const struct lease_family *family)
{
	char text[K8SOV_ADDR_TEXT];

	if (!family->public.family)
		return json_null();
	k8sov_addr_format(&family->public, text);
	return json_string(text);
}

/**
 * lease_format_attrs() - write LeaseAttrs
 * @lease: lease
 *
 * Peers compare the text, so what is absent is left out or null just as
 * Flannel does it.
 *
 * Return: JSON, which the caller frees; NULL without memory.
 */
char *lease_format_attrs(const struct lease *lease)
{
	json_t *attrs = json_object();
	unsigned int f;
	char *text;

	for (f = 0; f < FAMILIES; f++)
		json_object_set_new(attrs, public_key[f],
				    pack_public(&lease->family[f]));
	if (*lease->backend)
		json_object_set_new(attrs, "BackendType",
				    json_string(lease->backend));
	for (f = 0; f < FAMILIES; f++)
		if (lease->family[f].has_mac)
			json_object_set_new(attrs, data_key[f],
					    pack_data(&lease->family[f]));
	text = json_dumps(attrs, JSON_COMPACT);
	json_decref(attrs);
	return text;
}

/**
 * lease_parse_backend_data() - read {"VNI":1,"VtepMAC":"…"}
 * @text: JSON
 * @family: MAC address and VNI are set on success
 *
 * Return: 0, or -EINVAL.
 */
int lease_parse_backend_data(const char *text, struct lease_family *family)
{
	struct k8sov_error err = {};
	json_t *data = json_loads(text, 0, NULL);
	int ret = -EINVAL;

	if (data)
		ret = read_data(data, "BackendData", family, &err);
	json_decref(data);
	return ret;
}

/**
 * lease_format_backend_data() - write {"VNI":1,"VtepMAC":"…"}
 * @family: family
 *
 * Flannel finds its own MAC address again by cutting this text at its
 * punctuation: not a space more, and the VNI first.
 *
 * Return: JSON, which the caller frees; NULL without memory.
 */
char *lease_format_backend_data(const struct lease_family *family)
{
	json_t *data = pack_data(family);
	char *text = json_dumps(data, JSON_COMPACT);

	json_decref(data);
	return text;
}

/* ADDRESS-LENGTH up to @end. */
static int parse_subnet(const char *text, const char *end, unsigned int f,
			struct k8sov_addr *subnet, uint8_t *len)
{
	char prefix[K8SOV_ADDR_TEXT], *dash;
	size_t n = (size_t)(end - text);

	if (n >= sizeof(prefix))
		return -EINVAL;
	memcpy(prefix, text, n);
	prefix[n] = '\0';
	dash = strchr(prefix, '-');
	if (!dash)
		return -EINVAL;
	*dash = '/';
	if (k8sov_prefix_parse(prefix, subnet, len) ||
	    subnet->family != family_af[f])
		return -EINVAL;
	bits_mask(subnet, *len);
	return 0;
}

/**
 * lease_parse_subnets() - read "10.5.52.0-24" or "10.5.52.0-24&fd00::-64"
 * @text: nothing but the subnets
 * @lease: subnets are set on success
 *
 * A text of an IPv6 subnet alone is taken as well.
 *
 * Return: 0, or -EINVAL.
 */
int lease_parse_subnets(const char *text, struct lease *lease)
{
	struct k8sov_addr subnet[FAMILIES] = {};
	const char *end = strchrnul(text, '&');
	uint8_t len[FAMILIES] = {};
	unsigned int f;

	f = memchr(text, ':', (size_t)(end - text)) ? V6 : V4;
	if (parse_subnet(text, end, f, &subnet[f], &len[f]))
		return -EINVAL;
	if (*end && (f == V6 || parse_subnet(end + 1, strchr(end, '\0'), V6,
					     &subnet[V6], &len[V6])))
		return -EINVAL;
	for (f = 0; f < FAMILIES; f++) {
		lease->family[f].subnet = subnet[f];
		lease->family[f].len = len[f];
	}
	return 0;
}

/**
 * lease_format_subnets() - write subnets as keys have them
 * @lease: lease
 *
 * Return: text, which the caller frees; NULL without memory.
 */
char *lease_format_subnets(const struct lease *lease)
{
	char part[FAMILIES][K8SOV_ADDR_TEXT + 8] = { "", "" };
	char addr[K8SOV_ADDR_TEXT], *text;
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		if (!lease->family[f].subnet.family)
			continue;
		k8sov_addr_format(&lease->family[f].subnet, addr);
		snprintf(part[f], sizeof(part[f]), "%s-%u", addr,
			 lease->family[f].len);
	}
	if (asprintf(&text, "%s%s%s", part[V4],
		     *part[V4] && *part[V6] ? "&" : "", part[V6]) < 0)
		return NULL;
	return text;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "attr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>

#include "error.h"

/* Bytes of a value on the wire; strings and nests have any number. */
static size_t wire_size(const struct k8sov_attr *attr)
{
	return attr->kind == K8SOV_KIND_FLAG ? 0 : attr->size;
}

static int put_u32s(struct nlmsghdr *nlh, size_t size, unsigned int id,
		    const struct k8sov_u32s *array)
{
	size_t len = array->n * sizeof(array->v[0]);

	/* libmnl would not notice that the length does not fit. */
	if (len > UINT16_MAX - MNL_ATTR_HDRLEN ||
	    !mnl_attr_put_check(nlh, size, (uint16_t)id, len, array->v))
		return -EMSGSIZE;
	return 0;
}

static int put_nest(struct nlmsghdr *nlh, size_t size, unsigned int id,
		    const struct k8sov_set *set, const void *obj)
{
	struct nlattr *nest;
	int ret;

	nest = mnl_attr_nest_start_check(nlh, size, (uint16_t)id);
	if (!nest)
		return -EMSGSIZE;
	ret = k8sov_attrs_put(nlh, size, set, UINT64_MAX, obj);
	mnl_attr_nest_end(nlh, nest);
	return ret;
}

static int put_one(struct nlmsghdr *nlh, size_t size, unsigned int id,
		   const struct k8sov_attr *attr, const void *item)
{
	size_t len = wire_size(attr);
	uint16_t be16;

	if (attr->kind == K8SOV_KIND_FLAG && !*(const bool *)item)
		return 0;
	if (attr->kind == K8SOV_KIND_NEST)
		return put_nest(nlh, size, id, attr->nested, item);
	if (attr->kind == K8SOV_KIND_U32S)
		return put_u32s(nlh, size, id, item);
	if (attr->kind == K8SOV_KIND_STRING)
		len = strlen(item) + 1;
	if (attr->kind == K8SOV_KIND_BE16) {
		memcpy(&be16, item, sizeof(be16));
		be16 = htons(be16);
		item = &be16;
	}
	if (!mnl_attr_put_check(nlh, size, (uint16_t)id, len, item))
		return -EMSGSIZE;
	return 0;
}

/**
 * k8sov_attrs_put() - append what a struct has set to a message
 * @nlh: message
 * @size: bytes that the message may grow to
 * @set: layout of @obj
 * @mask: attributes that the receiver takes; others are left out
 * @obj: struct of @set
 *
 * Return: 0, or -EMSGSIZE if the message is full; it is then incomplete.
 */
int k8sov_attrs_put(struct nlmsghdr *nlh, size_t size,
		    const struct k8sov_set *set, uint64_t mask,
		    const void *obj)
{
	const struct k8sov_attr *attr;
	unsigned int id, i, n;
	int ret;

	for (id = 1; id <= set->max; id++) {
		attr = k8sov_attr_get(set, id);
		if (!attr || !(mask & K8SOV_BIT(id)))
			continue;
		n = k8sov_field_count(set, id, obj);
		for (i = 0; i < n; i++) {
			ret = put_one(nlh, size, id, attr,
				      k8sov_field_item(set, id, obj, i));
			if (ret)
				return ret;
		}
	}
	return 0;
}

static int blame(struct k8sov_error *err, const struct k8sov_set *set,
		 unsigned int id, const char *what)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);
	int ret;

	ret = k8sov_error_set(err, EBADMSG,
			      "the kernel's answer has %s '%s' in '%s'",
			      what, attr->name, set->name);
	err->refused = true;
	return ret;
}

static int parse_nest(const struct k8sov_set *set, unsigned int id,
		      const struct nlattr *nla, void *obj,
		      struct k8sov_error *err)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);
	unsigned int n = k8sov_field_count(set, id, obj);
	char *base = obj;

	if (n >= attr->multi)
		return blame(err, set, id, "too many");
	n++;
	memcpy(base + attr->count, &n, sizeof(n));
	*(uint64_t *)obj |= K8SOV_BIT(id);
	return k8sov_attrs_parse(attr->nested, mnl_attr_get_payload(nla),
				 mnl_attr_get_payload_len(nla),
				 base + attr->offset + (n - 1) * attr->size,
				 err);
}

static int parse_u32s(const struct k8sov_set *set, unsigned int id,
		      const struct nlattr *nla, void *obj,
		      struct k8sov_error *err)
{
	size_t len = mnl_attr_get_payload_len(nla);
	struct k8sov_u32s array = {
		.v = mnl_attr_get_payload(nla),
		.n = (unsigned int)(len / sizeof(uint32_t)),
	};

	if (len % sizeof(uint32_t))
		return blame(err, set, id, "a wrong length of");
	if (k8sov_field_add(set, id, obj, &array, sizeof(array)))
		return blame(err, set, id, "too many");
	return 0;
}

static int parse_one(const struct k8sov_set *set, const struct nlattr *nla,
		     void *obj, struct k8sov_error *err)
{
	unsigned int id = mnl_attr_get_type(nla);
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);
	const void *value = mnl_attr_get_payload(nla);
	size_t len = mnl_attr_get_payload_len(nla);
	bool flag = true;
	uint16_t port;

	/* A newer kernel may know more than we do. */
	if (!attr || attr->kind == K8SOV_KIND_PAD)
		return 0;
	if (attr->kind == K8SOV_KIND_NEST)
		return parse_nest(set, id, nla, obj, err);
	if (attr->kind == K8SOV_KIND_U32S)
		return parse_u32s(set, id, nla, obj, err);
	if (attr->kind == K8SOV_KIND_STRING) {
		len = strnlen(value, len);
		if (len == mnl_attr_get_payload_len(nla) || len > attr->max)
			return blame(err, set, id, "a broken");
	} else if (len != wire_size(attr)) {
		return blame(err, set, id, "a wrong length of");
	}
	if (attr->kind == K8SOV_KIND_FLAG) {
		value = &flag;
		len = sizeof(flag);
	} else if (attr->kind == K8SOV_KIND_BE16) {
		memcpy(&port, value, sizeof(port));
		port = ntohs(port);
		value = &port;
	}
	if (k8sov_field_add(set, id, obj, value, len))
		return blame(err, set, id, "too many");
	return 0;
}

/**
 * k8sov_attrs_parse() - read the attributes of a message into a struct
 * @set: layout of @obj
 * @data: first attribute, aligned to 4 bytes
 * @len: bytes at @data
 * @obj: struct of @set; all of it is overwritten
 * @err: filled on failure
 *
 * Attributes that the set does not know are skipped.
 *
 * Return: 0, or -EBADMSG if the message contradicts the specification.
 */
int k8sov_attrs_parse(const struct k8sov_set *set, const void *data,
		      size_t len, void *obj, struct k8sov_error *err)
{
	const struct nlattr *nla = data;
	const char *end = (const char *)data + len;
	int ret;

	memset(obj, 0, set->size);
	while (mnl_attr_ok(nla, (int)(end - (const char *)nla))) {
		ret = parse_one(set, nla, obj, err);
		if (ret)
			return ret;
		nla = mnl_attr_next(nla);
		/* The last attribute may lack its padding. */
		if ((const char *)nla >= end)
			return 0;
	}
	if ((const char *)nla == end)
		return 0;
	k8sov_error_set(err, EBADMSG,
			"the kernel's answer is cut short in '%s'", set->name);
	err->refused = true;
	return -EBADMSG;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "member.h"

#include "../userspace/lib/addr.h"
#include "error.h"

static json_t *find(const json_t *object, const char *key)
{
	json_t *json = json_object_get(object, key);

	return json_is_null(json) ? NULL : json;
}

static int wrong(const char *key, const char *type, struct cni_error *err)
{
	return cni_fail(err, CNI_DECODE, "\"%s\" must be %s", key, type);
}

/**
 * member_text() - a string
 * @object: where it is
 * @key: its name
 * @text: set if it is there; lives as long as @object
 * @err: CNI_DECODE
 *
 * Return: 0, or -1.
 */
int member_text(const json_t *object, const char *key, const char **text,
		struct cni_error *err)
{
	const json_t *json = find(object, key);

	if (json && !json_is_string(json))
		return wrong(key, "a string", err);
	if (json)
		*text = json_string_value(json);
	return 0;
}

/**
 * member_number() - a whole number
 * @object: where it is
 * @key: its name
 * @max: the biggest that makes sense; 0 is the smallest
 * @number: set if it is there
 * @err: CNI_DECODE
 *
 * Return: 0, or -1.
 */
int member_number(const json_t *object, const char *key, int64_t max,
		  int64_t *number, struct cni_error *err)
{
	const json_t *json = find(object, key);

	if (!json)
		return 0;
	if (!json_is_integer(json) || json_integer_value(json) < 0 ||
	    json_integer_value(json) > max)
		return cni_fail(err, CNI_DECODE,
				"\"%s\" must be a number from 0 to %lld", key,
				(long long)max);
	*number = json_integer_value(json);
	return 0;
}

/**
 * member_array() - an array
 * @object: where it is
 * @key: its name
 * @array: set if it is there; borrowed
 * @err: CNI_DECODE
 *
 * Return: 0, or -1.
 */
int member_array(const json_t *object, const char *key, json_t **array,
		 struct cni_error *err)
{
	json_t *json = find(object, key);

	if (json && !json_is_array(json))
		return wrong(key, "an array", err);
	if (json)
		*array = json;
	return 0;
}

/**
 * member_object() - an object
 * @object: where it is
 * @key: its name
 * @child: set if it is there; borrowed
 * @err: CNI_DECODE
 *
 * Return: 0, or -1.
 */
int member_object(const json_t *object, const char *key, json_t **child,
		  struct cni_error *err)
{
	json_t *json = find(object, key);

	if (json && !json_is_object(json))
		return wrong(key, "an object", err);
	if (json)
		*child = json;
	return 0;
}

/**
 * member_addr() - an IP address
 * @object: where it is
 * @key: its name
 * @addr: set if it is there and not ""
 * @err: CNI_DECODE
 *
 * Return: 0, or -1.
 */
int member_addr(const json_t *object, const char *key, struct k8sov_addr *addr,
		struct cni_error *err)
{
	const char *text = "";

	if (member_text(object, key, &text, err))
		return -1;
	if (*text && k8sov_addr_parse(text, addr))
		return cni_fail(err, CNI_DECODE,
				"\"%s\": \"%.64s\" is no IP address", key,
				text);
	return 0;
}

/**
 * member_prefix() - ADDRESS/LENGTH, or an address alone
 * @object: where it is
 * @key: its name
 * @addr: set, with the bits beyond the length
 * @len: set, in bits
 * @err: CNI_DECODE, also if it is not there
 *
 * Return: 0, or -1.
 */
int member_prefix(const json_t *object, const char *key,
		  struct k8sov_addr *addr, uint8_t *len, struct cni_error *err)
{
	const char *text = "";

	if (member_text(object, key, &text, err))
		return -1;
	if (k8sov_prefix_parse(text, addr, len))
		return cni_fail(err, CNI_DECODE,
				"\"%s\": \"%.64s\" is no ADDRESS/LENGTH", key,
				text);
	return 0;
}

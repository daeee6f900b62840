// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Values in the structs that attrs_gen.h lays out, by attribute id. Every such
 * struct begins with the bits of the attributes that are set.
 */
#include <errno.h>
#include <string.h>

#include "attr.h"

/**
 * k8sov_enum_name() - name of a value
 * @values: the enumeration
 * @value: value; of flags a single bit
 *
 * Return: the name, NULL if a newer kernel sent what we do not know.
 */
const char *k8sov_enum_name(const struct k8sov_enum *values, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < values->count; i++)
		if (value == (values->flags ? 1ULL << i : i))
			return values->entries[i].name;
	return NULL;
}

/**
 * k8sov_enum_doc() - what a value means
 * @values: the enumeration
 * @value: value, not of flags
 *
 * Return: a sentence, "" if there is none.
 */
const char *k8sov_enum_doc(const struct k8sov_enum *values, uint64_t value)
{
	return value < values->count ? values->entries[value].doc : "";
}

/**
 * k8sov_enum_value() - value of a name
 * @values: the enumeration
 * @name: exact name
 * @value: set on success; of flags a single bit
 *
 * Return: 0, or -ENOENT if no value has the name.
 */
int k8sov_enum_value(const struct k8sov_enum *values, const char *name,
		     uint64_t *value)
{
	unsigned int i;

	for (i = 0; i < values->count; i++) {
		if (strcmp(values->entries[i].name, name) != 0)
			continue;
		*value = values->flags ? 1ULL << i : i;
		return 0;
	}
	return -ENOENT;
}

/**
 * k8sov_attr_get() - describe an attribute
 * @set: its set
 * @id: its id
 *
 * Return: the description, NULL if the set has no such attribute.
 */
const struct k8sov_attr *k8sov_attr_get(const struct k8sov_set *set,
					unsigned int id)
{
	if (id > set->max || !set->attrs[id].name)
		return NULL;
	return &set->attrs[id];
}

/**
 * k8sov_op_get() - describe an operation
 * @cmd: K8SOV_CMD_*
 *
 * Return: the description, NULL if there is no such operation.
 */
const struct k8sov_op *k8sov_op_get(unsigned int cmd)
{
	if (cmd > K8SOV_CMD_MAX || !k8sov_ops[cmd].name)
		return NULL;
	return &k8sov_ops[cmd];
}

/**
 * k8sov_field_has() - is an attribute set
 * @obj: any generated struct
 * @id: attribute of its set
 *
 * Return: true if so.
 */
bool k8sov_field_has(const void *obj, unsigned int id)
{
	return *(const uint64_t *)obj & K8SOV_BIT(id);
}

/**
 * k8sov_field_count() - number of values of an attribute
 * @set: layout of @obj
 * @id: attribute of @set
 * @obj: struct
 *
 * Return: 0 if it is not set, 1 or, if it may be repeated, more.
 */
unsigned int k8sov_field_count(const struct k8sov_set *set, unsigned int id,
			       const void *obj)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);
	unsigned int n;

	if (!attr || !k8sov_field_has(obj, id))
		return 0;
	if (!attr->multi)
		return 1;
	memcpy(&n, (const char *)obj + attr->count, sizeof(n));
	return n;
}

/**
 * k8sov_field_item() - a value of an attribute
 * @set: layout of @obj
 * @id: attribute of @set
 * @obj: struct
 * @index: below k8sov_field_count()
 *
 * Return: the value, of the C type that the struct has.
 */
const void *k8sov_field_item(const struct k8sov_set *set, unsigned int id,
			     const void *obj, unsigned int index)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);

	return (const char *)obj + attr->offset + index * attr->size;
}

/**
 * k8sov_field_number() - the value of a numeric attribute
 * @set: layout of @obj
 * @id: attribute of @set
 * @obj: struct
 *
 * Return: the number, 0 if it is not set or not numeric.
 */
uint64_t k8sov_field_number(const struct k8sov_set *set, unsigned int id,
			    const void *obj)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);
	const void *item;

	if (!attr || !k8sov_field_has(obj, id))
		return 0;
	item = k8sov_field_item(set, id, obj, 0);
	switch (attr->kind) {
	case K8SOV_KIND_FLAG:
		return *(const bool *)item;
	case K8SOV_KIND_U8:
		return *(const uint8_t *)item;
	case K8SOV_KIND_U16:
	case K8SOV_KIND_BE16:
		return *(const uint16_t *)item;
	case K8SOV_KIND_U32:
		return *(const uint32_t *)item;
	case K8SOV_KIND_U64:
		return *(const uint64_t *)item;
	case K8SOV_KIND_NONE:
	case K8SOV_KIND_PAD:
	case K8SOV_KIND_STRING:
	case K8SOV_KIND_IPV4:
	case K8SOV_KIND_IPV6:
	case K8SOV_KIND_MAC:
	case K8SOV_KIND_NEST:
	case K8SOV_KIND_U32S:
		break;
	}
	return 0;
}

/**
 * k8sov_field_add() - set an attribute, or append to one that may be repeated
 * @set: layout of @obj
 * @id: attribute of @set
 * @obj: struct
 * @value: value of the C type that the struct has; a string needs no end
 * @len: bytes of @value, at most what the struct has room for
 *
 * Return: 0, or -E2BIG if there is no room for one more.
 */
int k8sov_field_add(const struct k8sov_set *set, unsigned int id, void *obj,
		    const void *value, size_t len)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);
	unsigned int n = 0;
	char *item;

	if (len > attr->size - (attr->kind == K8SOV_KIND_STRING))
		return -E2BIG;
	if (attr->multi) {
		n = k8sov_field_count(set, id, obj);
		if (n >= attr->multi)
			return -E2BIG;
	}
	item = (char *)obj + attr->offset + n * attr->size;
	memset(item, 0, attr->size);
	memcpy(item, value, len);
	*(uint64_t *)obj |= K8SOV_BIT(id);
	n++;
	if (attr->multi)
		memcpy((char *)obj + attr->count, &n, sizeof(n));
	return 0;
}

/**
 * k8sov_field_add_number() - set a numeric attribute
 * @set: layout of @obj
 * @id: attribute of @set
 * @obj: struct
 * @number: value
 *
 * Return: 0, -ERANGE if the number is out of the attribute's range, or -EINVAL
 * if the attribute is no number.
 */
int k8sov_field_add_number(const struct k8sov_set *set, unsigned int id,
			   void *obj, uint64_t number)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, id);
	bool flag = number;
	uint8_t u8 = (uint8_t)number;
	uint16_t u16 = (uint16_t)number;
	uint32_t u32 = (uint32_t)number;

	if (attr->kind == K8SOV_KIND_FLAG)
		return k8sov_field_add(set, id, obj, &flag, sizeof(flag));
	if (number < attr->min || number > attr->max)
		return -ERANGE;
	switch (attr->kind) {
	case K8SOV_KIND_U8:
		return k8sov_field_add(set, id, obj, &u8, sizeof(u8));
	case K8SOV_KIND_U16:
	case K8SOV_KIND_BE16:
		return k8sov_field_add(set, id, obj, &u16, sizeof(u16));
	case K8SOV_KIND_U32:
		return k8sov_field_add(set, id, obj, &u32, sizeof(u32));
	case K8SOV_KIND_U64:
		return k8sov_field_add(set, id, obj, &number, sizeof(number));
	case K8SOV_KIND_NONE:
	case K8SOV_KIND_PAD:
	case K8SOV_KIND_FLAG:
	case K8SOV_KIND_STRING:
	case K8SOV_KIND_IPV4:
	case K8SOV_KIND_IPV6:
	case K8SOV_KIND_MAC:
	case K8SOV_KIND_NEST:
	case K8SOV_KIND_U32S:
		break;
	}
	return -EINVAL;
}

/**
 * k8sov_field_match() - does an object have all that a filter asks for
 * @set: layout of both
 * @filter: attributes to compare; none that may be repeated
 * @obj: object
 *
 * A number that the object lacks counts as 0, as an owner does.
 *
 * Return: true if so.
 */
bool k8sov_field_match(const struct k8sov_set *set, const void *filter,
		       const void *obj)
{
	const struct k8sov_attr *attr;
	unsigned int id;

	for (id = 1; id <= set->max; id++) {
		attr = k8sov_attr_get(set, id);
		if (!attr || !k8sov_field_has(filter, id))
			continue;
		if (memcmp(k8sov_field_item(set, id, filter, 0),
			   k8sov_field_item(set, id, obj, 0),
			   attr->size) != 0)
			return false;
	}
	return true;
}

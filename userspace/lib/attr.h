/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ATTR_H
#define _K8SOV_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attrs_gen.h"

struct k8sov_error;
struct nlmsghdr;

#define K8SOV_BIT(attr) (1ULL << (attr))
#define K8SOV_HAS(obj, attr) (!!((obj)->present & K8SOV_BIT(attr)))
#define K8SOV_SET(obj, field, attr, value) \
	((obj)->field = (value), (obj)->present |= K8SOV_BIT(attr))

/** enum k8sov_kind - what an attribute holds, on the wire and in the struct */
enum k8sov_kind {
	K8SOV_KIND_NONE,
	K8SOV_KIND_PAD,
	K8SOV_KIND_FLAG,
	K8SOV_KIND_U8,
	K8SOV_KIND_U16,
	K8SOV_KIND_BE16,
	K8SOV_KIND_U32,
	K8SOV_KIND_U64,
	K8SOV_KIND_STRING,
	K8SOV_KIND_IPV4,
	K8SOV_KIND_IPV6,
	K8SOV_KIND_MAC,
	K8SOV_KIND_NEST,
	K8SOV_KIND_U32S,
};

/**
 * struct k8sov_enum_entry - a named value
 * @name: as in the specification
 * @doc: sentence, or ""
 */
struct k8sov_enum_entry {
	const char *name;
	const char *doc;
};

/**
 * struct k8sov_enum - named values 0 to @count - 1, or bits
 * @name: as in the specification
 * @flags: entry n is bit n, not value n
 * @count: how many @entries
 * @entries: the values
 */
struct k8sov_enum {
	const char *name;
	bool flags;
	unsigned int count;
	const struct k8sov_enum_entry *entries;
};

/**
 * struct k8sov_attr - an attribute and its place in the struct of its set
 * @name: as in the specification, NULL for ids that are not in use
 * @doc: sentence, or ""
 * @kind: what it holds
 * @offset: place in the struct, in bytes
 * @size: bytes of one value in the struct
 * @min: lowest number
 * @max: highest number, longest string
 * @multi: most values, 0 if there is only one
 * @count: place of the number of values in the struct, if @multi
 * @values: names of the numbers, or NULL
 * @nested: set of a nest, else NULL
 */
struct k8sov_attr {
	const char *name;
	const char *doc;
	enum k8sov_kind kind;
	size_t offset;
	size_t size;
	uint64_t min;
	uint64_t max;
	unsigned int multi;
	size_t count;
	const struct k8sov_enum *values;
	const struct k8sov_set *nested;
};

/**
 * struct k8sov_set - an attribute set, the layout of one generated struct
 * @name: as in the specification
 * @max: highest attribute id
 * @size: bytes of the struct
 * @attrs: indexed by id
 */
struct k8sov_set {
	const char *name;
	unsigned int max;
	size_t size;
	const struct k8sov_attr *attrs;
};

/**
 * struct k8sov_op - an operation of the family
 * @name: as in the specification
 * @set: set of its attributes
 * @request: bit n is set if a request may carry attribute n
 */
struct k8sov_op {
	const char *name;
	const struct k8sov_set *set;
	uint64_t request;
};

extern const struct k8sov_op k8sov_ops[K8SOV_CMD_MAX + 1];

const char *k8sov_enum_name(const struct k8sov_enum *values, uint64_t value);
const char *k8sov_enum_doc(const struct k8sov_enum *values, uint64_t value);
int k8sov_enum_value(const struct k8sov_enum *values, const char *name,
		     uint64_t *value);

const struct k8sov_attr *k8sov_attr_get(const struct k8sov_set *set,
					unsigned int id);
const struct k8sov_op *k8sov_op_get(unsigned int cmd);

bool k8sov_field_has(const void *obj, unsigned int id);
unsigned int k8sov_field_count(const struct k8sov_set *set, unsigned int id,
			       const void *obj);
const void *k8sov_field_item(const struct k8sov_set *set, unsigned int id,
			     const void *obj, unsigned int index);
uint64_t k8sov_field_number(const struct k8sov_set *set, unsigned int id,
			    const void *obj);
int k8sov_field_add(const struct k8sov_set *set, unsigned int id, void *obj,
		    const void *value, size_t len);
int k8sov_field_add_number(const struct k8sov_set *set, unsigned int id,
			   void *obj, uint64_t number);
bool k8sov_field_match(const struct k8sov_set *set, const void *filter,
		       const void *obj);

int k8sov_attrs_put(struct nlmsghdr *nlh, size_t size,
		    const struct k8sov_set *set, uint64_t mask,
		    const void *obj);
int k8sov_attrs_parse(const struct k8sov_set *set, const void *data,
		      size_t len, void *obj, struct k8sov_error *err);

#endif /* _K8SOV_ATTR_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "json_find.h"

#include <strings.h>

/**
 * json_find() - member of an object as Go's readers find it
 * @object: the object; anything else has no members
 * @key: name of the member, in any case
 *
 * Return: the member, NULL if there is none or it is null.
 */
const json_t *json_find(const json_t *object, const char *key)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value)
		if (!strcasecmp(name, key))
			return json_is_null(value) ? NULL : value;
	return NULL;
}

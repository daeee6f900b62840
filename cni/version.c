// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "version.h"

#include <stdio.h>
#include <string.h>

#include "error.h"

static const char *const names[VERSIONS] = {
	[VERSION_0_1_0] = "0.1.0",
	[VERSION_0_2_0] = "0.2.0",
	[VERSION_0_3_0] = "0.3.0",
	[VERSION_0_3_1] = "0.3.1",
	[VERSION_0_4_0] = "0.4.0",
	[VERSION_1_0_0] = "1.0.0",
	[VERSION_1_1_0] = "1.1.0",
};

/**
 * version_name() - a version as it is written
 * @version: one of ours
 *
 * Return: a string that lives for ever.
 */
const char *version_name(enum version version)
{
	return names[version];
}

static int refuse(const char *text, struct cni_error *err)
{
	char list[64] = "";
	size_t i, n = 0;

	for (i = 0; i < VERSIONS; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
				      i ? ", " : "", names[i]);
	cni_fail(err, CNI_VERSION, "incompatible CNI versions");
	return cni_details(err, "the configuration is of version \"%.32s\", this plugin knows %s",
			   text, list);
}

/**
 * version_of() - the version of a configuration or a result
 * @object: may have "cniVersion", or "CNIVersion" as Go writes it
 * @version: set on success
 * @err: CNI_VERSION, or CNI_DECODE if it is no string
 *
 * Return: 0, or -1.
 */
int version_of(const json_t *object, enum version *version,
	       struct cni_error *err)
{
	const json_t *json = json_object_get(object, "cniVersion");
	const char *text;
	int i;

	if (!json)
		json = json_object_get(object, "CNIVersion");
	if (json && !json_is_string(json))
		return cni_fail(err, CNI_DECODE,
				"\"cniVersion\" must be a string");
	text = json_string_value(json);
	if (!text || !*text) {
		*version = VERSION_0_1_0;
		return 0;
	}
	for (i = 0; i < VERSIONS; i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*version = (enum version)i;
		return 0;
	}
	return refuse(text, err);
}

/**
 * version_answer() - what the command VERSION says
 * @version: to answer in
 *
 * Return: an object, which the caller owns; NULL without memory.
 */
json_t *version_answer(enum version version)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i < VERSIONS; i++)
		json_array_append_new(list, json_string(names[i]));
	return json_pack("{s:s, s:o}", "cniVersion", names[version],
			 "supportedVersions", list);
}

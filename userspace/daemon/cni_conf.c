// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cni_conf.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "../lib/memory.h"
#include "program.h"

/* With results of 1.0.0, runtimes of before and after 1.1.0 work. */
#define CNI_VERSION "1.0.0"
#define OURS "k8sov"
#define NAMES 3

/* What a runtime may tell a plugin only if the configuration says so. */
static const struct {
	const char *plugin;
	const char *names[NAMES];
} capabilities[] = {
	{ OURS, { "ips", "mac", "ipRanges" } },
	{ "portmap", { "portMappings" } },
	{ "bandwidth", { "bandwidth" } },
};

static json_t *format_plugin(const char *type)
{
	json_t *plugin = json_pack("{s:s}", "type", type);
	const char *const *names;
	json_t *able = json_object();
	size_t i, c;

	for (i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
		names = capabilities[i].names;
		if (strcmp(type, capabilities[i].plugin) != 0)
			continue;
		for (c = 0; c < NAMES && names[c]; c++)
			json_object_set_new(able, names[c], json_true());
	}
	if (json_object_size(able))
		json_object_set(plugin, "capabilities", able);
	json_decref(able);
	return plugin;
}

/* The word at *@list, copied, and the list behind it; NULL at its end. */
static char *next_word(const char **list)
{
	size_t len = strcspn(*list, ",");
	char *word;

	if (!**list)
		return NULL;
	word = memory_must(strndup(*list, len));
	*list += len + ((*list)[len] == ',');
	return word;
}

/**
 * cni_conf_format() - a CNI configuration
 * @device: name of the k8sov device
 * @subnet_file: where the node's subnet is told, NULL for the usual places
 * @plugins: ours and those behind it, with commas between
 *
 * Return: JSON, which the caller frees.
 */
char *cni_conf_format(const char *device, const char *subnet_file,
		      const char *plugins)
{
	json_t *array = json_array(), *plugin, *root;
	char *type, *text, *lines;

	for (; (type = next_word(&plugins)); free(type)) {
		plugin = format_plugin(type);
		json_array_append_new(array, plugin);
		if (strcmp(type, OURS) != 0)
			continue;
		if (strcmp(device, "ov0") != 0)
			json_object_set_new(plugin, "device",
					    json_string(device));
		if (subnet_file)
			json_object_set_new(plugin, "subnetFile",
					    json_string(subnet_file));
	}
	root = json_pack("{s:s, s:s, s:o}", "cniVersion", CNI_VERSION,
			 "name", "k8sov", "plugins", array);
	text = memory_must(json_dumps(root, JSON_INDENT(2)));
	json_decref(root);
	if (asprintf(&lines, "%s\n", text) < 0)
		lines = memory_must(NULL);
	free(text);
	return lines;
}

/**
 * cni_conf_installed() - leave out plugins that are not installed
 * @plugins: their names, with commas between
 * @dirs: directories that they may be in, likewise
 *
 * One that is missing would fail every pod.
 *
 * Return: the others, likewise, "" without the first; the caller frees it.
 */
char *cni_conf_installed(const char *plugins, const char *dirs)
{
	const char *first = plugins;
	char *good = NULL, *type;
	size_t size = 0;
	FILE *to = memory_must(open_memstream(&good, &size));

	for (; (type = next_word(&plugins)); free(type))
		if (program_exists(dirs, ',', type))
			fprintf(to, "%s%s", ftell(to) > 0 ? "," : "", type);
	fclose(to);
	memory_must(good);
	/* All of it stands on the first. */
	if (strncmp(good, first, strcspn(first, ",")) != 0)
		*good = '\0';
	return good;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Any text as CNI_ARGS, as a node's file, as a name, and in an error. */
#include <stdlib.h>
#include <string.h>

#include "../env.h"
#include "../error.h"
#include "../node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void args(const char *text)
{
	struct cni_error err = {};
	struct cni_args got;
	json_t *json;

	if (args_parse(text, &got, &err) && err.code != CNI_ENVIRONMENT)
		abort();
	args_clear(&got);
	json = error_format(&err, VERSION_NEWEST);
	if (!json_is_string(json_object_get(json, "msg")))
		abort();
	json_decref(json);
}

static void node(const char *text)
{
	struct cni_error err = {};
	struct node got;
	unsigned int f;

	if (node_parse(text, &got, &err))
		return;
	for (f = 0; f < 2; f++) {
		int family = got.subnets[f].addr.family;

		if (family && (family == AF_INET6) != f)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	args(text);
	node(text);
	if (env_name_good(text) && strpbrk(text, "/: \n"))
		abort();
	free(text);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "args.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

/* Known and of no use here. */
static const char *const others[] = {
	"K8S_POD_INFRA_CONTAINER_ID", "K8S_POD_UID",
};

static bool take(struct cni_args *args, const char *key, const char *value)
{
	size_t i;

	if (!strcmp(key, "K8S_POD_NAMESPACE"))
		args->pod_namespace = value;
	else if (!strcmp(key, "K8S_POD_NAME"))
		args->pod_name = value;
	else if (!strcmp(key, "MAC"))
		args->mac = value;
	else if (!strcmp(key, "IP"))
		args->ip = value;
	else
		goto other;
	return true;
other:
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!strcmp(key, others[i]))
			return true;
	}
	return false;
}

static bool is_true(const char *value)
{
	return !strcmp(value, "1") || !strcasecmp(value, "true");
}

/**
 * args_parse() - read CNI_ARGS
 * @text: KEY=VALUE;KEY=VALUE...
 * @args: filled, args_clear() frees it, also after a failure
 * @err: CNI_ENVIRONMENT: a pair is none, or its key is unknown without
 *       IgnoreUnknown=1
 *
 * Return: 0, or -1.
 */
int args_parse(const char *text, struct cni_args *args, struct cni_error *err)
{
	const char *unknown = NULL;
	bool ignore = false;
	char *pair, *rest, *value;

	*args = (struct cni_args){ strdup(text), "", "", "", "" };
	if (!args->text)
		return cni_fail(err, CNI_IO, "out of memory");
	for (rest = args->text; (pair = strsep(&rest, ";"));) {
		if (!*pair && !rest)
			break;
		value = strchr(pair, '=');
		if (!value || strchr(value + 1, '='))
			return cni_fail(err, CNI_ENVIRONMENT,
					"CNI_ARGS: \"%.64s\" is not KEY=VALUE",
					pair);
		*value++ = '\0';
		if (!strcmp(pair, "IgnoreUnknown"))
			ignore = is_true(value);
		else if (!take(args, pair, value) && !unknown)
			unknown = pair;
	}
	if (!unknown || ignore)
		return 0;
	cni_fail(err, CNI_ENVIRONMENT, "CNI_ARGS: unknown key \"%.64s\"",
		 unknown);
	return cni_details(err, "IgnoreUnknown=1 makes it pass");
}

/**
 * args_clear() - free what args_parse() keeps
 * @args: filled by it, or zero
 */
void args_clear(struct cni_args *args)
{
	free(args->text);
}

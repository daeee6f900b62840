// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * policy_driver - reads objects from standard input, a line of JSON each, and
 * says on a line what was read, for tests that know what others read.
 */
#include <stdlib.h>

#include "../lib/error.h"
#include "policy_print.h"

static void take(void *data, const char *title, struct policy_object *object,
		 const struct k8sov_error *err)
{
	(void)data;
	if (!object) {
		printf("%s: %s\n", title, err->message);
		return;
	}
	print_object(stdout, object);
	putchar('\n');
	policy_object_exit(object);
}

int main(void)
{
	size_t size = 0;
	char *line = NULL;
	json_t *json;

	while (getline(&line, &size, stdin) > 0) {
		json = json_loads(line, 0, NULL);
		policy_parse_each(json, take, NULL);
		json_decref(json);
		fflush(stdout);
	}
	free(line);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/memory.h"

/**
 * program_exists() - is a program installed?
 * @dirs: directories that it may be in
 * @separator: what stands between them
 * @name: its name
 *
 * Return: true if one of them has it, and it may be run.
 */
bool program_exists(const char *dirs, char separator, const char *name)
{
	bool found = false;
	const char *end;
	char *path;

	for (; !found && *dirs; dirs = end + (*end == separator)) {
		end = strchrnul(dirs, separator);
		if (asprintf(&path, "%.*s/%s", (int)(end - dirs), dirs,
			     name) < 0)
			path = memory_must(NULL);
		found = !access(path, X_OK);
		free(path);
	}
	return found;
}

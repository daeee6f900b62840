// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "fail.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../lib/error.h"
#include "cmd.h"

/**
 * fail_status() - exit status of a failure
 * @err: failure
 *
 * Return: STATUS_REFUSED if the kernel said no, STATUS_USAGE if it was never
 * asked.
 */
int fail_status(const struct k8sov_error *err)
{
	return err->refused ? STATUS_REFUSED : STATUS_USAGE;
}

/* "dev" is not in "device". */
static bool has_word(const char *text, const char *word)
{
	const char *at = text;
	size_t len = strlen(word);

	while ((at = strstr(at, word))) {
		if ((at == text || !isalnum(at[-1])) && !isalnum(at[len]))
			return true;
		at += len;
	}
	return false;
}

/**
 * fail_print() - say what failed, in one sentence
 * @err: failure
 * @file: batch that it is in, or NULL
 * @line: line of the batch
 */
void fail_print(const struct k8sov_error *err, const char *file,
		unsigned int line)
{
	const char *word = NULL;

	if (err->set)
		word = cmd_attr_word(err->set, err->attr);
	if (word && has_word(err->message, word))
		word = NULL;
	/* Results before the failure shall stand before it. */
	fflush(stdout);
	fputs("k8sovctl: ", stderr);
	if (file)
		fprintf(stderr, "%s:%u: ", file, line);
	if (word)
		fprintf(stderr, "%s: ", word);
	fprintf(stderr, "%s\n", err->message);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "line.h"

#include <errno.h>
#include <string.h>

/**
 * line_read() - read a line
 * @file: file
 * @text: set, without the line's end
 *
 * Return: 1, 0 at the end of the file, -E2BIG if the line is too long, -EILSEQ
 * if it has a byte 0, or -EIO if the file cannot be read.
 */
int line_read(FILE *file, char text[static LINE_SIZE])
{
	size_t n = 0;
	int c;

	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (!c)
			return -EILSEQ;
		if (n == LINE_SIZE - 1)
			return -E2BIG;
		text[n++] = (char)c;
	}
	text[n] = '\0';
	if (c == EOF && ferror(file))
		return -EIO;
	return c != EOF || n;
}

/**
 * line_error() - what is wrong with a line
 * @code: what line_read() returned
 *
 * Return: a sentence.
 */
const char *line_error(int code)
{
	if (code == -E2BIG)
		return "the line is too long";
	if (code == -EILSEQ)
		return "the line is not text";
	return strerror(-code);
}

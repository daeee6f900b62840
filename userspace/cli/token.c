// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Words of a line. A word is what has no blanks, or is in double quotes, where
 * a backslash stands before a quote, a backslash, or xHH for any byte.
 */
#include "token.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -EINVAL;
}

static int unescape(const char **in, char *out)
{
	const char *at = *in + 1;
	int hi, lo;

	if (*at == '"' || *at == '\\') {
		*out = *at;
		*in = at + 1;
		return 0;
	}
	if (*at != 'x')
		return -EINVAL;
	hi = hex_value(at[1]);
	lo = hi < 0 ? hi : hex_value(at[2]);
	/* A byte 0 would end the word unseen. */
	if (lo < 0 || (!hi && !lo))
		return -EINVAL;
	*out = (char)(hi << 4 | lo);
	*in = at + 3;
	return 0;
}

/* Unescapes in place: the word never grows. Returns what follows it. */
static char *split_quoted(char *line)
{
	const char *in = line + 1;
	char *out = line;

	while (*in && *in != '"') {
		if (*in != '\\')
			*out++ = *in++;
		else if (unescape(&in, out++))
			return NULL;
	}
	if (!*in || (in[1] && !is_blank(in[1])))
		return NULL;
	*out = '\0';
	return line + (in - line) + 1;
}

/**
 * token_split() - cut a line into words
 * @line: changed
 * @words: set to the words, which lie in @line; NULL behind the last
 * @max: words that there is room for, with the NULL
 *
 * A word that begins with # and all after it are a comment.
 *
 * Return: number of words, -E2BIG if there are too many, or -EINVAL if a
 * quoted one does not end or has a wrong escape.
 */
int token_split(char *line, char **words, int max)
{
	int n = 0;

	for (;;) {
		while (is_blank(*line))
			line++;
		if (!*line || *line == '#')
			break;
		if (n >= max - 1)
			return -E2BIG;
		words[n++] = line;
		if (*line == '"') {
			line = split_quoted(line);
			if (!line)
				return -EINVAL;
			continue;
		}
		while (*line && !is_blank(*line))
			line++;
		if (*line)
			*line++ = '\0';
	}
	words[n] = NULL;
	return n;
}

static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '#';
}

/**
 * token_quote() - make a word that token_split() reads back
 * @word: at most 255 bytes
 * @text: room for the result
 *
 * Bytes that are not printable are escaped, so that they cannot speak to a
 * terminal.
 *
 * Return: @word itself if it needs no quotes, else @text.
 */
const char *token_quote(const char *word, char text[static TOKEN_TEXT])
{
	const char *at = word;
	char *out = text;

	while (is_plain(*at))
		at++;
	if (!*at && at != word)
		return word;
	*out++ = '"';
	for (at = word; *at && out < text + TOKEN_TEXT - 6; at++) {
		if (*at == '"' || *at == '\\') {
			*out++ = '\\';
			*out++ = *at;
		} else if (*at < ' ' || *at == 0x7f) {
			out += sprintf(out, "\\x%02x", (unsigned char)*at);
		} else {
			*out++ = *at;
		}
	}
	*out++ = '"';
	*out = '\0';
	return text;
}

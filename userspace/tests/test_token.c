// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* How lines become words, and words lines. */
#include <errno.h>
#include <stdlib.h>

#include "../cli/line.h"
#include "../cli/token.h"
#include "tap.h"

static const struct {
	const char *line;
	int n;
	const char *words[4];
} lines[] = {
	{ "host add id 7", 4, { "host", "add", "id", "7" } },
	{ "  \t a\tb  ", 2, { "a", "b" } },
	{ "", 0, {} },
	{ "# nothing", 0, {} },
	{ "a # b c", 1, { "a" } },
	{ "a#b", 1, { "a#b" } },
	{ "\"a b\" c", 2, { "a b", "c" } },
	{ "\"\" c", 2, { "", "c" } },
	{ "\"a\\\"b\\\\c\"", 1, { "a\"b\\c" } },
	{ "\"\\x41\\x0a\"", 1, { "A\n" } },
	{ "\"a # b\"", 1, { "a # b" } },
	{ "a\r\n", 1, { "a" } },
	{ "\"a", -EINVAL, {} },
	{ "\"a\"b", -EINVAL, {} },
	{ "\"a\\n\"", -EINVAL, {} },
	{ "\"\\x0\"", -EINVAL, {} },
	{ "\"\\x00\"", -EINVAL, {} },
	{ "\"\\", -EINVAL, {} },
	{ "a b c d e", -E2BIG, {} },
};

static void test_split(void)
{
	char line[128], what[160];
	char *words[5];
	size_t i;
	int n, j;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		bool good;

		snprintf(line, sizeof(line), "%s", lines[i].line);
		snprintf(what, sizeof(what), "line %zu is cut right", i);
		n = token_split(line, words, 5);
		good = n == lines[i].n;
		for (j = 0; good && j < n; j++)
			good = !strcmp(words[j], lines[i].words[j]);
		good = good && (n < 0 || !words[n]);
		if (!tap_ok(good, what))
			printf("# %s\n", lines[i].line);
	}
}

/* Every byte that a name can have survives being written and read. */
static void test_round_trip(void)
{
	char name[256], text[TOKEN_TEXT], line[TOKEN_TEXT];
	bool printable = true;
	const char *quoted;
	char *words[2];
	size_t i;
	int n;

	for (i = 0; i < 255; i++)
		name[i] = (char)(i + 1);
	name[255] = '\0';
	quoted = token_quote(name, text);
	for (i = 0; quoted[i]; i++)
		printable &= quoted[i] >= ' ' && quoted[i] < 0x7f;
	tap_ok(printable, "a quoted name has only printable bytes");
	snprintf(line, sizeof(line), "%s", quoted);
	n = token_split(line, words, 2);
	tap_ok(n == 1 && !strcmp(words[0], name),
	       "a quoted name is read back as it was");
	tap_ok(token_quote("node-b.example", text) != text,
	       "a plain name needs no quotes");
	tap_equal("\"\"", token_quote("", text), "an empty name does");
}

static void test_read(void)
{
	static char big[2UL * LINE_SIZE], words[] = "one\n\nlast";
	char text[LINE_SIZE];
	FILE *file;

	memset(big, 'x', sizeof(big));
	file = fmemopen(words, strlen(words), "r");
	tap_ok(line_read(file, text) == 1 && !strcmp(text, "one"),
	       "a line is read without its end");
	tap_ok(line_read(file, text) == 1 && !*text, "an empty one too");
	tap_ok(line_read(file, text) == 1 && !strcmp(text, "last"),
	       "the last one needs no end");
	tap_number_is(0, line_read(file, text), "then there is none");
	fclose(file);
	file = fmemopen(big, sizeof(big), "r");
	tap_number_is(-E2BIG, line_read(file, text),
		      "a line that is too long is refused");
	fclose(file);
	file = fmemopen("a\0b\n", 4, "r");
	tap_number_is(-EILSEQ, line_read(file, text),
		      "a byte 0 is refused");
	fclose(file);
}

int main(void)
{
	test_split();
	test_round_trip();
	test_read();
	return tap_end();
}

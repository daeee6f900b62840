// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Objects of a stream, however it is cut and whatever is between them. */
#include <errno.h>

#include "../daemon/json_stream.h"
#include "tap.h"

/* All objects of @text in pieces of @step, with a blank after each. */
static const char *split(const char *text, size_t step, size_t limit)
{
	static char out[512];
	struct json_stream stream;
	size_t len = strlen(text), n, size;
	const char *object;
	int ret = 0;

	out[0] = '\0';
	json_stream_init(&stream, limit);
	for (; len && ret >= 0; text += n, len -= n) {
		n = len < step ? len : step;
		ret = json_stream_put(&stream, text, n);
		while (!ret && (ret = json_stream_next(&stream, &object,
						       &size)) > 0) {
			snprintf(out + strlen(out), sizeof(out) - strlen(out),
				 "%.*s ", (int)size, object);
			ret = 0;
		}
	}
	if (ret < 0)
		snprintf(out, sizeof(out), "%s",
			 ret == -EMSGSIZE ? "too long" : "bad");
	json_stream_exit(&stream);
	return out;
}

static const struct {
	const char *what;
	const char *text;
	const char *objects;
} cases[] = {
	{ "lines", "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1} {\"b\":2} " },
	{ "no newline between", "{\"a\":1}{\"b\":2}", "{\"a\":1} {\"b\":2} " },
	{ "newlines within", "{\n\"a\":\r\n1}\r\n{}", "{\n\"a\":\r\n1} {} " },
	{ "brackets in strings", "{\"a\":\"}{][\"}{}", "{\"a\":\"}{][\"} {} " },
	{ "quotes in strings", "{\"a\":\"\\\"}\"}{}", "{\"a\":\"\\\"}\"} {} " },
	{ "backslashes in strings", "{\"a\":\"\\\\\"}{}",
	  "{\"a\":\"\\\\\"} {} " },
	{ "nesting", "{\"a\":[{\"b\":[]},{}]}{}",
	  "{\"a\":[{\"b\":[]},{}]} {} " },
	{ "an unfinished end", "{}{\"a\":", "{} " },
	{ "nothing", " \n\t ", "" },
	{ "text", "{}error", "bad" },
	{ "an array", "[1]", "bad" },
	{ "a closing bracket", "}", "bad" },
};

int main(void)
{
	static const size_t steps[] = { 1, 2, 3, 1000 };
	char what[128];
	size_t i, s;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
			snprintf(what, sizeof(what), "%s, in pieces of %zu",
				 cases[i].what, steps[s]);
			tap_equal(cases[i].objects,
				  split(cases[i].text, steps[s], 64), what);
		}
	}
	tap_equal("too long", split("{\"a\":\"aaaaaaaaaaaaaa\"}", 1, 16),
		  "an object larger than the limit is refused");
	tap_equal("{} {} {} {} {} {} {} {} {} ",
		  split("{}{}{}{}{}{}{}{}{}", 3, 4),
		  "a long stream of small objects is not");
	return tap_end();
}

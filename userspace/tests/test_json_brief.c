// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* An object without what nobody asks it for. */
#include <stdlib.h>
#include <string.h>

#include "../daemon/json_brief.h"
#include "tap.h"

static const struct {
	const char *what;
	const char *text;
	const char *brief;
} cases[] = {
	{ "all that is not named stays", "{\"a\":[1,\"x\",{\"b\":null}],\"c\":\"\"}",
	  "{\"a\":[1,\"x\",{\"b\":null}],\"c\":\"\"}" },
	{ "an object goes", "{\"a\":1,\"status\":{\"b\":[{}]},\"c\":2}",
	  "{\"a\":1,\"status\":null,\"c\":2}" },
	{ "an array goes, within", "{\"a\":{\"managed\":[[1],{}]},\"c\":2}",
	  "{\"a\":{\"managed\":null},\"c\":2}" },
	{ "quotes and brackets in it do not end it",
	  "{\"status\":[\"\\\"},\\\\\"],\"c\":2}", "{\"status\":null,\"c\":2}" },
	{ "a label of the name stays", "{\"labels\":{\"status\":\"up\"}}",
	  "{\"labels\":{\"status\":\"up\"}}" },
	{ "so does a number", "{\"a\":[{\"status\":1},{\"status\":2}]}",
	  "{\"a\":[{\"status\":1},{\"status\":2}]}" },
	{ "blanks do not hide a name", "{\"status\" :\n{} , \"c\": 2}",
	  "{\"status\":null,\"c\":2}" },
	{ "what only begins so stays", "{\"status2\":1,\"statu\":2}",
	  "{\"status2\":1,\"statu\":2}" },
	{ "a value of that name stays", "{\"a\":\"status\",\"b\":[\"status\"]}",
	  "{\"a\":\"status\",\"b\":[\"status\"]}" },
	{ "a name in a string stays", "{\"a\":\"\\\"status\\\":1\"}",
	  "{\"a\":\"\\\"status\\\":1\"}" },
	{ "what is cut off in it is no JSON", "{\"status\":{\"a\":[", NULL },
	{ "nor what is cut off in a name", "{\"status", NULL },
	{ "nor what ends with a backslash", "{\"status\":\"\\", NULL },
	{ "nor what has a bracket too many", "{\"status\":1]}", NULL },
	{ "nor nothing", "", NULL },
};

static const char *const without[] = { "status", "managed", NULL };

/* The text's end is the end of its memory: who reads on is seen. */
static json_t *brief(const char *text)
{
	size_t len = strlen(text);
	char *exact = malloc(len ? len : 1);
	json_t *json;

	memcpy(exact, text, len); /* NOLINT(bugprone-not-null-terminated-result) */
	json = json_brief(exact, len, without);
	free(exact);
	return json;
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *json = brief(cases[i].text);
		char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

		tap_equal(cases[i].brief ? cases[i].brief : "none",
			    text ? text : "none", cases[i].what);
		free(text);
		json_decref(json);
	}
	return tap_end();
}

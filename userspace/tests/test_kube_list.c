// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Lists of the Kubernetes API, cut anywhere. */
#include <errno.h>
#include <stdlib.h>

#include "../daemon/kube_list.h"
#include "tap.h"

static char out[1024];

static void on_item(void *data, const char *text, size_t len)
{
	(void)data;
	snprintf(out + strlen(out), sizeof(out) - strlen(out), "%.*s ",
		 (int)len, text);
}

/* All items of @text in pieces of @step, then version and token. */
static const char *split(const char *text, size_t step)
{
	size_t len = strlen(text), n;
	char *version, *more;
	struct kube_list list;
	int ret = 0;

	out[0] = '\0';
	kube_list_init(&list, on_item, NULL);
	for (; len && !ret; text += n, len -= n) {
		n = len < step ? len : step;
		ret = kube_list_put(&list, text, n);
	}
	if (!ret)
		ret = kube_list_end(&list, &version, &more);
	kube_list_exit(&list);
	if (ret)
		return ret == -EMSGSIZE ? "too long" : "bad";
	snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s/%s",
		 version, more ?: "");
	free(version);
	free(more);
	return out;
}

#define HEAD "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\","
#define META "\"metadata\":{\"resourceVersion\":\"12\"}"

static const struct {
	const char *what;
	const char *text;
	const char *result;
} cases[] = {
	{ "a list of none", HEAD META ",\"items\":[]}\n", "12/" },
	{ "a list of null", HEAD META ",\"items\":null}", "12/" },
	{ "a list of one", HEAD META ",\"items\":[{\"a\":1}]}", "{\"a\":1} 12/" },
	{ "a list with blanks", "{ \"kind\": \"NodeList\",\n" META
	  ", \"items\": [ {\"a\": 1} ,\n{} ]\n}\n", "{\"a\": 1} {} 12/" },
	{ "brackets and quotes in strings", HEAD META
	  ",\"items\":[{\"a\":\"}]\\\"\\\\\"},{\"b\":[{},[]]}]}",
	  "{\"a\":\"}]\\\"\\\\\"} {\"b\":[{},[]]} 12/" },
	{ "items before metadata", "{\"items\":[{},{}],\"kind\":\"NodeList\","
	  META "}", "{} {} 12/" },
	{ "a page of several", HEAD "\"metadata\":{\"continue\":\"abc\","
	  "\"resourceVersion\":\"12\",\"remainingItemCount\":5},"
	  "\"items\":[{}]}", "{} 12/abc" },
	{ "a list that is cut off", HEAD META ",\"items\":[{}", "bad" },
	{ "a list that is cut off within an item", HEAD META
	  ",\"items\":[{},{\"a\":", "bad" },
	{ "a list whose last bracket is missing", HEAD META ",\"items\":[{}]",
	  "bad" },
	{ "text behind a list", HEAD META ",\"items\":[]}x", "bad" },
	{ "items that are no objects", HEAD META ",\"items\":[1]}", "bad" },
	{ "a list without version", HEAD "\"metadata\":{},\"items\":[]}",
	  "bad" },
	{ "something else", "{\"kind\":\"Node\"," META "}", "bad" },
	{ "a page of HTML", "<html>", "bad" },
	{ "nothing", "", "bad" },
};

static bool refuses_long(const char *start)
{
	static char text[8192];
	struct kube_list list;
	int ret, i;

	kube_list_init(&list, on_item, NULL);
	memset(text, 'x', sizeof(text));
	ret = kube_list_put(&list, start, strlen(start));
	for (i = 0; i < 2000 && !ret; i++)
		ret = kube_list_put(&list, text, sizeof(text));
	kube_list_exit(&list);
	return ret == -EMSGSIZE;
}

int main(void)
{
	static const size_t steps[] = { 1, 2, 3, 7, 1000 };
	char what[128];
	size_t i, s;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
			snprintf(what, sizeof(what), "%s, in pieces of %zu",
				 cases[i].what, steps[s]);
			tap_equal(cases[i].result,
				  split(cases[i].text, steps[s]), what);
		}
	}
	tap_ok(refuses_long("{\"kind\":\""), "an endless list is refused");
	tap_ok(refuses_long("{\"items\":[{\"a\":\""),
	       "an endless item is refused");
	return tap_end();
}

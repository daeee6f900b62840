// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Results in every version: testdata/result/NAME.json is what a plugin says,
 * NAME/VERSION.json what becomes of it in each. K8SOV_WRITE=1 writes them anew.
 */
#include <stdlib.h>

#include "../../userspace/tests/tap.h"
#include "../error.h"
#include "../result.h"

static const char *const names[] = { "dual", "rich", "old" };

static const char *path_of(const char *name)
{
	static char path[512];
	const char *dir = getenv("CNI_TESTDATA");

	snprintf(path, sizeof(path), "%s/result/%s.json", dir ? dir : ".",
		 name);
	return path;
}

static void write_golden(const char *name, const json_t *json)
{
	FILE *file = fopen(path_of(name), "w");

	if (!file)
		return;
	json_dumpf(json, file, JSON_INDENT(2));
	fputc('\n', file);
	fclose(file);
}

static void compare(const char *name, json_t *got)
{
	json_t *expected;
	char *text;

	if (getenv("K8SOV_WRITE"))
		write_golden(name, got);
	expected = json_load_file(path_of(name), 0, NULL);
	if (!tap_ok(expected && json_equal(expected, got), name)) {
		text = json_dumps(got, JSON_COMPACT);
		printf("# got: %s\n", text ? text : "nothing");
		free(text);
	}
	json_decref(expected);
}

static void test_golden(void)
{
	struct cni_error err = {};
	char name[64];
	size_t i;
	int v;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *in = json_load_file(path_of(names[i]), 0, NULL), *out;
		struct result result, again;

		if (!tap_ok(!result_parse(in, &result, &err), names[i]))
			printf("# %s\n", err.msg);
		for (v = 0; v < VERSIONS; v++) {
			out = result_format(&result, (enum version)v, &err);
			snprintf(name, sizeof(name), "%s/%s", names[i],
				 version_name((enum version)v));
			compare(name, out);
			tap_ok(!result_parse(out, &again, &err),
			       "and it can be read again");
			result_clear(&again);
			json_decref(out);
		}
		result_clear(&result);
		json_decref(in);
	}
}

static void amend(const char *prev_text, const char *own_text,
		  const char *expected, const char *what)
{
	json_t *prev = json_loads(prev_text, 0, NULL);
	json_t *own = json_loads(own_text, 0, NULL);
	json_t *all = result_amend(prev, own);
	char *text = json_dumps(all, JSON_COMPACT);

	tap_equal(expected, text, what);
	free(text);
	json_decref(all);
	json_decref(own);
	json_decref(prev);
}

static void test_amend(void)
{
	amend("{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"a\",\"pciID\":\"1\"}],\"ips\":[{\"address\":\"10.0.0.1/24\",\"interface\":0}],\"x\":1}",
	      "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"b\"},{\"name\":\"c\"}],\"ips\":[{\"address\":\"10.0.0.2/32\",\"interface\":1}],\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}",
	      "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"a\",\"pciID\":\"1\"},{\"name\":\"b\"},{\"name\":\"c\"}],\"ips\":[{\"address\":\"10.0.0.1/24\",\"interface\":0},{\"address\":\"10.0.0.2/32\",\"interface\":2}],\"x\":1,\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}",
	      "a result is put on top of another, which loses nothing");
	amend("{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"10.0.0.1/24\"}}",
	      "{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"10.0.0.2/32\"},\"ip6\":{\"ip\":\"fd00::2/128\"}}",
	      "{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"10.0.0.1/24\"},\"ip6\":{\"ip\":\"fd00::2/128\"}}",
	      "one of the first versions as well");
}

static const struct {
	const char *text;
	const char *words;
} bad[] = {
	{ "[]", "6 a result must be an object" },
	{ "{\"cniVersion\":\"9\"}", "1 incompatible CNI versions" },
	{ "{\"CNIVersion\":\"9\"}", "1 incompatible CNI versions" },
	{ "{\"interfaces\":{}}", "6 \"interfaces\" must be an array" },
	{ "{\"interfaces\":[{\"name\":\"0123456789abcdef\"}]}",
	  "6 \"0123456789abcdef\" is no name of an interface" },
	{ "{\"interfaces\":[{\"mtu\":-1}]}",
	  "6 \"mtu\" must be a number from 0 to 4294967295" },
	{ "{\"ips\":[{}]}", "6 \"address\": \"\" is no ADDRESS/LENGTH" },
	{ "{\"ips\":[{\"address\":\"10.0.0.1/24\",\"interface\":0}]}",
	  "6 \"interface\" of an address is not in \"interfaces\"" },
	{ "{\"interfaces\":[{}],\"ips\":[{\"address\":\"10.0.0.1/24\",\"interface\":-1}]}",
	  "6 \"interface\" of an address is not in \"interfaces\"" },
	{ "{\"interfaces\":[{}],\"ips\":[{\"address\":\"10.0.0.1/24\",\"interface\":\"0\"}]}",
	  "6 \"interface\" of an address is not in \"interfaces\"" },
	{ "{\"ips\":[{\"address\":\"10.0.0.1/24\",\"gateway\":\"x\"}]}",
	  "6 \"gateway\": \"x\" is no IP address" },
	{ "{\"ip4\":{\"ip\":\"fd00::1/64\"}}",
	  "6 \"ip4\" has an address of the other family" },
	{ "{\"routes\":[{\"dst\":\"10.0.0.0/8\",\"priority\":-5}]}",
	  "6 \"priority\" must be a number from 0 to 4294967295" },
	{ "{\"dns\":[]}", "6 \"dns\" must be an object" },
};

static void test_bad(void)
{
	char got[1024];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *json = json_loads(bad[i].text, 0, NULL);
		struct cni_error err = {};
		struct result result;

		result_parse(json, &result, &err);
		snprintf(got, sizeof(got), "%d %s", err.code, err.msg);
		tap_equal(bad[i].words, got, bad[i].text);
		result_clear(&result);
		json_decref(json);
	}
}

static void test_limits(void)
{
	json_t *root = json_object(), *list = json_array();
	struct result result = {};
	struct cni_error err = {};
	int i;

	for (i = 0; i <= RESULT_IPS; i++)
		json_array_append_new(list, json_pack("{s:s}", "address",
						      "10.0.0.1/24"));
	json_object_set_new(root, "ips", list);
	tap_ok(result_parse(root, &result, &err) && err.code == CNI_DECODE,
	       "more addresses than there is room for are refused");
	json_decref(root);
	err = (struct cni_error){};
	result.n_ips = 0;
	tap_ok(!result_format(&result, VERSION_0_2_0, &err) &&
	       err.code == CNI_UNSUPPORTED,
	       "the first versions cannot say that there is no address");
	snprintf(err.msg, sizeof(err.msg), "bad \xff byte");
	root = error_format(&err, VERSION_0_4_0);
	tap_equal("bad ? byte", json_string_value(json_object_get(root, "msg")),
		  "an error that is no UTF-8 can be said");
	json_decref(root);
}

int main(void)
{
	test_golden();
	test_amend();
	test_bad();
	test_limits();
	return tap_end();
}

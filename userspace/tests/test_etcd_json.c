// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Bytes and numbers as etcd's JSON has them. */
#include <stdlib.h>

#include "../daemon/etcd_json.h"
#include "tap.h"

/* RFC 4648, section 10, and a byte that a text would end at. */
static const struct {
	const char *base64;
	const char *bytes;
	size_t len;
} vectors[] = {
	{ "", "", 0 },
	{ "Zg==", "f", 1 },
	{ "Zm8=", "fo", 2 },
	{ "Zm9v", "foo", 3 },
	{ "Zm9vYg==", "foob", 4 },
	{ "Zm9vYmE=", "fooba", 5 },
	{ "Zm9vYmFy", "foobar", 6 },
	{ "AP/+gA==", "\0\xff\xfe\x80", 4 },
};

static const char *const wrong[] = {
	"Z", "Zg", "Zg=", "Zm9v=", "Z===", "Zm9vY", "Zm9v YmFy", "Z-__", "====",
	"Zg==Zg==", "Zm8=\n", "\xc3\xa4\xc3\xa4",
};

static void test_bytes(void)
{
	json_t *text, *object;
	char what[64], *bytes;
	size_t i, len = 99;

	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		text = etcd_json_bytes(vectors[i].bytes, vectors[i].len);
		snprintf(what, sizeof(what), "'%s' is written",
			 vectors[i].base64);
		tap_equal(vectors[i].base64, json_string_value(text), what);
		object = json_pack("{s:o}", "key", text);
		bytes = etcd_json_get_bytes(object, "key", &len);
		snprintf(what, sizeof(what), "'%s' is read",
			 vectors[i].base64);
		tap_ok(bytes && len == vectors[i].len && !bytes[len] &&
		       !memcmp(bytes, vectors[i].bytes, len), what);
		free(bytes);
		json_decref(object);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		object = json_pack("{s:s}", "key", wrong[i]);
		snprintf(what, sizeof(what), "'%zu. wrong text' is refused", i);
		tap_ok(!etcd_json_get_bytes(object, "key", NULL), what);
		json_decref(object);
	}
	object = json_pack("{s:i}", "key", 5);
	tap_ok(!etcd_json_get_bytes(object, "key", NULL),
	       "a number is not taken for bytes");
	bytes = etcd_json_get_bytes(object, "other", &len);
	tap_ok(bytes && !len, "what is not there is empty");
	free(bytes);
	json_decref(object);
}

static void test_numbers(void)
{
	json_t *object = json_pack("{s:s, s:i, s:s, s:b}", "text",
				   "7587884420612893443", "plain", 86400, "bad",
				   "x", "truth", 1);
	json_t *number = etcd_json_number(7587884420612893443);

	tap_number_is(7587884420612893443,
		      etcd_json_get_number(object, "text"),
		      "64-bit numbers are texts");
	tap_number_is(86400, etcd_json_get_number(object, "plain"),
		      "plain numbers are read");
	tap_number_is(0, etcd_json_get_number(object, "bad"),
		      "what is no number is 0");
	tap_number_is(0, etcd_json_get_number(object, "truth"),
		      "a truth value is no number");
	tap_number_is(0, etcd_json_get_number(object, "none"),
		      "what is not there is 0");
	tap_number_is(0, etcd_json_get_number(NULL, "none"),
		      "nothing at all is 0");
	tap_equal("7587884420612893443", json_string_value(number),
		  "numbers are written as texts");
	json_decref(object);
	json_decref(number);
}

static void test_prefix(void)
{
	json_t *object = json_object();
	char *end;

	etcd_json_set_prefix(object, "/net/subnets/");
	end = etcd_json_get_bytes(object, "range_end", NULL);
	tap_equal("/net/subnets0", end, "a prefix ends before the next key");
	free(end);
	json_decref(object);
}

int main(void)
{
	test_bytes();
	test_numbers();
	test_prefix();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What text is an address, a prefix, a MAC address or a number. */
#include <errno.h>

#include "../lib/addr.h"
#include "tap.h"

static const struct {
	const char *text;
	const char *expected;	/* NULL: refused */
} prefixes[] = {
	{ "10.244.1.0/24", "10.244.1.0/24" },
	{ "10.244.1.7", "10.244.1.7/32" },
	{ "0.0.0.0/0", "0.0.0.0/0" },
	{ "10.244.1.5/24", "10.244.1.5/24" },
	{ "fd00::/64", "fd00::/64" },
	{ "FD00:0::1", "fd00::1/128" },
	{ "::/0", "::/0" },
	{ "::ffff:10.0.0.1/128", "::ffff:10.0.0.1/128" },
	{ "10.244.1.0/33", NULL },
	{ "fd00::/129", NULL },
	{ "10.244.1.0/", NULL },
	{ "10.244.1.0/-1", NULL },
	{ "10.244.1.0/+8", NULL },
	{ "10.244.1.0/8 ", NULL },
	{ "10.244.1/24", NULL },
	{ "010.1.1.1", NULL },
	{ "/24", NULL },
	{ "", NULL },
	{ "fd00:::1/64", NULL },
	{ "1111:2222:3333:4444:5555:6666:7777:8888:9999/64", NULL },
	{ "0123456789012345678901234567890123456789012345678901234567890/1",
	  NULL },
};

static void test_prefixes(void)
{
	char text[K8SOV_ADDR_TEXT], what[128];
	struct k8sov_addr addr;
	uint8_t len = 0;
	size_t i;
	int ret;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		ret = k8sov_prefix_parse(prefixes[i].text, &addr, &len);
		if (!prefixes[i].expected) {
			snprintf(what, sizeof(what), "prefix '%s' is refused",
				 prefixes[i].text);
			tap_number_is(-EINVAL, ret, what);
			continue;
		}
		snprintf(what, sizeof(what), "prefix '%s' is read",
			 prefixes[i].text);
		text[0] = '\0';
		if (!ret)
			k8sov_prefix_format(&addr, len, text);
		tap_equal(prefixes[i].expected, text, what);
	}
}

static const struct {
	const char *text;
	int ret;
	uint64_t number;
} numbers[] = {
	{ "0", 0, 0 },
	{ "010", 0, 10 },
	{ "0x1F", 0, 31 },
	{ "0xff", 0, 255 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "18446744073709551616", -EINVAL, 0 },
	{ "0xffffffffffffffff", 0, UINT64_MAX },
	{ "0x10000000000000000", -EINVAL, 0 },
	{ "", -EINVAL, 0 },
	{ "0x", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "1a", -EINVAL, 0 },
	{ "a", -EINVAL, 0 },
};

static void test_numbers(void)
{
	char what[128];
	uint64_t got;
	size_t i;
	int ret;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		got = 0;
		ret = k8sov_number_parse(numbers[i].text, &got);
		snprintf(what, sizeof(what), "number '%s' is %s",
			 numbers[i].text, numbers[i].ret ? "refused" : "read");
		tap_ok(ret == numbers[i].ret && got == numbers[i].number,
		       what);
	}
}

static void test_macs(void)
{
	static const char *const bad[] = {
		"", "02:00:00:00:00", "02:00:00:00:00:07:", "2:0:0:0:0:7",
		"02-00-00-00-00-07", "02:00:00:00:00:0g", "020000000007",
		"02:00:00:00:00:071",
	};
	char text[K8SOV_ADDR_TEXT], what[128];
	uint8_t mac[6] = {};
	size_t i;

	tap_number_is(0, k8sov_mac_parse("02:aB:00:0f:00:07", mac),
		      "a MAC address is read");
	k8sov_mac_format(mac, text);
	tap_equal("02:ab:00:0f:00:07", text, "and written");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(what, sizeof(what), "MAC address '%s' is refused",
			 bad[i]);
		tap_number_is(-EINVAL, k8sov_mac_parse(bad[i], mac), what);
	}
}

int main(void)
{
	test_prefixes();
	test_numbers();
	test_macs();
	return tap_end();
}

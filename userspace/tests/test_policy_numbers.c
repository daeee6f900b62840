// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Where our numbers begin, so that they are nobody else's. */
#include "../daemon/policy_numbers.h"
#include "tap.h"

static void room_is(uint32_t expected, const uint32_t *number, size_t n,
		    const char *what)
{
	struct policy_taken taken = {};
	size_t i;

	for (i = 0; i < n; i++)
		policy_taken_add(&taken, number[i]);
	tap_number_is(expected, policy_taken_room(&taken, 256, 1000), what);
	policy_taken_exit(&taken);
}

#define ROOM_IS(expected, what, ...) \
	room_is(expected, (const uint32_t[]){ __VA_ARGS__ }, \
		sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), \
		what)

static void test_room(void)
{
	room_is(0, NULL, 0, "where nobody has any, they begin at the first");
	ROOM_IS(0, "numbers below are others' business", 3, 255);
	ROOM_IS(0, "and above", 1001, UINT32_MAX);
	ROOM_IS(1, "the first is taken: behind it", 256);
	ROOM_IS(1, "also twice", 256, 256);
	ROOM_IS(0, "the last is taken: before it", 1000);
	ROOM_IS(45, "the widest room counts, in any order", 900, 256, 300);
	ROOM_IS(0, "of two the first", 628);
	ROOM_IS(545, "it may be at the end", 257, 400, 600, 800);
}

static void test_numbers(void)
{
	const struct policy_numbers numbers = { .identity = 10, .ruleset = 20 };

	tap_number_is(3, policy_number_identity(&numbers, 3),
		      "the kernel's identities are what they are");
	tap_number_is(UINT32_MAX, policy_number_identity(&numbers, UINT32_MAX),
		      "so is any");
	tap_number_is(266, policy_number_identity(&numbers, 256),
		      "others are moved");
	tap_number_is(0, policy_number_ruleset(&numbers, 0),
		      "no ruleset is none");
	tap_number_is(21, policy_number_ruleset(&numbers, 1),
		      "others are moved");
}

int main(void)
{
	test_room();
	test_numbers();
	return tap_end();
}

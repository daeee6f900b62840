// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "backoff.h"

#include <stdint.h>
#include <sys/random.h>

#define FIRST_MS 100u
#define MOST_MS 15000u

/**
 * backoff_ms() - how long to wait before the next try
 * @failures: how many there were in a row
 *
 * Return: milliseconds.
 */
unsigned int backoff_ms(unsigned int failures)
{
	unsigned int ms = MOST_MS;
	uint32_t chance = 0;

	if (failures < 8 && FIRST_MS << failures < MOST_MS)
		ms = FIRST_MS << failures;
	/* Without chance it is still a wait. */
	if (getrandom(&chance, sizeof(chance), 0) < 0)
		return ms;
	return ms / 2 + chance % (ms / 2 + 1);
}

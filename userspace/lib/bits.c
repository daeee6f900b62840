// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "bits.h"

#include <string.h>

static uint8_t *bytes(struct k8sov_addr *addr)
{
	return (uint8_t *)&addr->v6;
}

/**
 * bits_width() - bits that an address has
 * @addr: address; family 0 has none
 *
 * Return: 32, 128 or 0.
 */
unsigned int bits_width(const struct k8sov_addr *addr)
{
	switch (addr->family) {
	case AF_INET:
		return 32;
	case AF_INET6:
		return 128;
	default:
		return 0;
	}
}

/**
 * bits_bytes() - an address as the network sees it
 * @addr: address
 *
 * Return: bits_width() / 8 bytes.
 */
const uint8_t *bits_bytes(const struct k8sov_addr *addr)
{
	return (const uint8_t *)&addr->v6;
}

/* Clears, or sets, the bits of byte @i that are beyond @len. */
static uint8_t host_bits(unsigned int i, uint8_t len)
{
	if (i * 8 >= len)
		return 0xff;
	if (i * 8 + 8 <= len)
		return 0;
	return (uint8_t)(0xff >> (len - i * 8));
}

/**
 * bits_mask() - clear what is beyond the length of a prefix
 * @addr: address, changed
 * @len: length of the prefix
 */
void bits_mask(struct k8sov_addr *addr, uint8_t len)
{
	unsigned int i;

	for (i = 0; i < bits_width(addr) / 8; i++)
		bytes(addr)[i] &= (uint8_t)~host_bits(i, len);
}

/**
 * bits_fill() - set what is beyond the length of a prefix
 * @addr: address, changed to the last one of the prefix
 * @len: length of the prefix
 */
void bits_fill(struct k8sov_addr *addr, uint8_t len)
{
	unsigned int i;

	for (i = 0; i < bits_width(addr) / 8; i++)
		bytes(addr)[i] |= host_bits(i, len);
}

/**
 * bits_step() - the same address in the next prefix
 * @addr: address, changed; it wraps around at the end
 * @len: length of the prefixes, above 0
 */
void bits_step(struct k8sov_addr *addr, uint8_t len)
{
	unsigned int i = (len - 1U) / 8;
	unsigned int add = 0x80U >> ((len - 1U) % 8);

	for (;;) {
		add += bytes(addr)[i];
		bytes(addr)[i] = (uint8_t)add;
		if (!i || !(add >>= 8))
			return;
		i--;
	}
}

/**
 * bits_compare() - order of two addresses
 * @a: one
 * @b: the other; IPv4 comes before IPv6
 *
 * Return: below 0, 0 or above 0 as with memcmp().
 */
int bits_compare(const struct k8sov_addr *a, const struct k8sov_addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(bits_bytes(a), bits_bytes(b), bits_width(a) / 8);
}

/**
 * bits_equal() - are two addresses the same?
 * @a: one
 * @b: the other
 *
 * Return: true if so; absent ones are equal.
 */
bool bits_equal(const struct k8sov_addr *a, const struct k8sov_addr *b)
{
	return !bits_compare(a, b);
}

/**
 * bits_covers() - does an address lie in a prefix?
 * @prefix: the prefix's address, masked
 * @len: the prefix's length
 * @addr: address
 *
 * Return: true if so.
 */
bool bits_covers(const struct k8sov_addr *prefix, uint8_t len,
		 const struct k8sov_addr *addr)
{
	struct k8sov_addr head = *addr;

	bits_mask(&head, len);
	return bits_equal(prefix, &head);
}

/* Fibonacci hashing, the high bits folded into the low ones. */
static uint64_t mix(uint64_t word)
{
	word = (word + 1) * 0x9e3779b97f4a7c15ULL;
	return word ^ word >> 32;
}

/**
 * bits_hash() - a number to find a prefix by
 * @addr: address
 * @len: length
 *
 * Return: a hash of both whose low bits are good ones.
 */
uint64_t bits_hash(const struct k8sov_addr *addr, uint8_t len)
{
	uint64_t half[2] = {};

	/* Tables are filled anew for each change: byte by byte takes long. */
	if (addr->family == AF_INET6)
		memcpy(half, &addr->v6, sizeof(half));
	else if (addr->family == AF_INET)
		half[0] = addr->v4.s_addr;
	return mix(mix(half[0] ^ len) ^ half[1]);
}

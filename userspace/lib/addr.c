// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"

/**
 * k8sov_addr_parse() - read an address of either family
 * @text: nothing but the address
 * @addr: set on success
 *
 * Return: 0, or -EINVAL if @text is none.
 */
int k8sov_addr_parse(const char *text, struct k8sov_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	addr->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(addr->family, text, &addr->v6) != 1)
		return -EINVAL;
	return 0;
}

/**
 * k8sov_prefix_parse() - read ADDRESS/LENGTH or an address, which is a prefix
 * of full length
 * @text: nothing but the prefix
 * @addr: set on success; bits beyond the length are kept
 * @len: set on success, in bits
 *
 * Return: 0, or -EINVAL if @text is none.
 */
int k8sov_prefix_parse(const char *text, struct k8sov_addr *addr,
		       uint8_t *len)
{
	const char *slash = strchr(text, '/');
	char head[INET6_ADDRSTRLEN];
	uint64_t bits, most;
	size_t n = slash ? (size_t)(slash - text) : strlen(text);

	if (n >= sizeof(head))
		return -EINVAL;
	memcpy(head, text, n);
	head[n] = '\0';
	if (k8sov_addr_parse(head, addr))
		return -EINVAL;
	most = addr->family == AF_INET ? 32 : 128;
	bits = most;
	if (slash && (k8sov_number_parse(slash + 1, &bits) || bits > most))
		return -EINVAL;
	*len = (uint8_t)bits;
	return 0;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	if (!at)
		return -EINVAL;
	return at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

/**
 * k8sov_mac_parse() - read a MAC address
 * @text: six pairs of hexadecimal digits with colons between
 * @mac: set on success
 *
 * Return: 0, or -EINVAL if @text is none.
 */
int k8sov_mac_parse(const char *text, uint8_t mac[static 6])
{
	uint8_t out[6];
	int i, hi, lo;

	for (i = 0; i < 6; i++) {
		hi = hex_digit(text[0]);
		lo = hi < 0 ? hi : hex_digit(text[1]);
		if (lo < 0 || text[2] != (i == 5 ? '\0' : ':'))
			return -EINVAL;
		out[i] = (uint8_t)(hi << 4 | lo);
		text += 3;
	}
	memcpy(mac, out, sizeof(out));
	return 0;
}

/**
 * k8sov_number_parse() - read a number
 * @text: decimal digits, or 0x and hexadecimal ones; a leading 0 is decimal
 * @number: set on success
 *
 * Return: 0, or -EINVAL if @text is none or is over 64 bits.
 */
int k8sov_number_parse(const char *text, uint64_t *number)
{
	unsigned int base = 10;
	uint64_t value = 0;
	int digit;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		digit = hex_digit(*text);
		if (digit < 0 || (unsigned int)digit >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, (unsigned int)digit, &value))
			return -EINVAL;
	}
	*number = value;
	return 0;
}

/**
 * k8sov_addr_format() - write an address as text
 * @addr: address
 * @text: set
 */
void k8sov_addr_format(const struct k8sov_addr *addr,
		       char text[static K8SOV_ADDR_TEXT])
{
	if (!inet_ntop(addr->family, &addr->v6, text, K8SOV_ADDR_TEXT))
		text[0] = '\0';
}

/**
 * k8sov_prefix_format() - write a prefix as ADDRESS/LENGTH
 * @addr: address
 * @len: bits
 * @text: set
 */
void k8sov_prefix_format(const struct k8sov_addr *addr, uint8_t len,
			 char text[static K8SOV_ADDR_TEXT])
{
	size_t n;

	k8sov_addr_format(addr, text);
	n = strlen(text);
	snprintf(text + n, K8SOV_ADDR_TEXT - n, "/%u", len);
}

/**
 * k8sov_mac_format() - write a MAC address as text
 * @mac: address
 * @text: set
 */
void k8sov_mac_format(const uint8_t mac[static 6],
		      char text[static K8SOV_ADDR_TEXT])
{
	snprintf(text, K8SOV_ADDR_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

/**
 * k8sov_pair_add() - set or append an address of either family
 * @set: layout of @obj
 * @pair: attributes
 * @obj: struct
 * @addr: address
 *
 * Return: 0, or -E2BIG if there is no room for one more.
 */
int k8sov_pair_add(const struct k8sov_set *set, const struct k8sov_pair *pair,
		   void *obj, const struct k8sov_addr *addr)
{
	if (addr->family == AF_INET)
		return k8sov_field_add(set, pair->v4, obj, &addr->v4,
				       sizeof(addr->v4));
	return k8sov_field_add(set, pair->v6, obj, &addr->v6,
			       sizeof(addr->v6));
}

/**
 * k8sov_pair_count() - number of addresses of both families
 * @set: layout of @obj
 * @pair: attributes
 * @obj: struct
 *
 * Return: the number.
 */
unsigned int k8sov_pair_count(const struct k8sov_set *set,
			      const struct k8sov_pair *pair, const void *obj)
{
	return k8sov_field_count(set, pair->v4, obj) +
	       k8sov_field_count(set, pair->v6, obj);
}

/**
 * k8sov_pair_item() - one of the addresses, IPv4 ones first
 * @set: layout of @obj
 * @pair: attributes
 * @obj: struct
 * @index: which one
 * @addr: set on success
 *
 * Return: false if there are not so many.
 */
bool k8sov_pair_item(const struct k8sov_set *set,
		     const struct k8sov_pair *pair, const void *obj,
		     unsigned int index, struct k8sov_addr *addr)
{
	unsigned int n = k8sov_field_count(set, pair->v4, obj);

	memset(addr, 0, sizeof(*addr));
	if (index < n) {
		addr->family = AF_INET;
		memcpy(&addr->v4, k8sov_field_item(set, pair->v4, obj, index),
		       sizeof(addr->v4));
		return true;
	}
	index -= n;
	if (index >= k8sov_field_count(set, pair->v6, obj))
		return false;
	addr->family = AF_INET6;
	memcpy(&addr->v6, k8sov_field_item(set, pair->v6, obj, index),
	       sizeof(addr->v6));
	return true;
}

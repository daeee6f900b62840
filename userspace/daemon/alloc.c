// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "../lib/error.h"

/* Flannel picks among so many, so that nodes seldom race for the same. */
#define CANDIDATES 100

/* Addresses of both families as numbers, so that they can be compared. */
__extension__ typedef unsigned __int128 number;

/**
 * struct span - a prefix as its first and last address
 * @first: lowest address
 * @last: highest address
 */
struct span {
	number first;
	number last;
};

/**
 * struct spans - prefixes of one family
 * @item: the prefixes
 * @count: how many
 * @room: for how many there is memory
 * @sorted: @item is in order and no two overlap
 */
struct spans {
	struct span *item;
	size_t count;
	size_t room;
	bool sorted;
};

struct alloc_set {
	struct spans family[FAMILIES];
};

static unsigned int family_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

static number addr_number(const struct k8sov_addr *addr)
{
	const uint8_t *bytes = addr->v6.s6_addr;
	number n = 0;
	size_t i, len = 16;

	if (addr->family == AF_INET) {
		bytes = (const uint8_t *)&addr->v4;
		len = 4;
	}
	for (i = 0; i < len; i++)
		n = n << 8 | bytes[i];
	return n;
}

static void number_addr(number n, int family, struct k8sov_addr *addr)
{
	uint8_t *bytes = addr->v6.s6_addr;
	size_t i = 16;

	memset(addr, 0, sizeof(*addr));
	addr->family = family;
	if (family == AF_INET) {
		bytes = (uint8_t *)&addr->v4;
		i = 4;
	}
	for (; i; n >>= 8)
		bytes[--i] = n & 0xff;
}

/* Of a prefix, one less than its number of addresses. */
static number host_mask(int family, uint8_t len)
{
	unsigned int bits = family_bits(family) - len;

	return bits == 128 ? ~(number)0 : ((number)1 << bits) - 1;
}

static struct span addr_span(const struct k8sov_addr *subnet, uint8_t len)
{
	number mask = host_mask(subnet->family, len);
	struct span span;

	span.first = addr_number(subnet) & ~mask;
	span.last = span.first | mask;
	return span;
}

/**
 * alloc_set_create() - an empty set
 *
 * Return: the set, to be given to alloc_set_destroy().
 */
struct alloc_set *alloc_set_create(void)
{
	struct alloc_set *set = calloc(1, sizeof(*set));

	if (!set)
		abort();
	return set;
}

/**
 * alloc_set_destroy() - free a set
 * @set: the set, or NULL
 */
void alloc_set_destroy(struct alloc_set *set)
{
	if (!set)
		return;
	free(set->family[V4].item);
	free(set->family[V6].item);
	free(set);
}

/**
 * alloc_set_add() - say that a subnet may not be allocated
 * @set: the set
 * @subnet: an address in it
 * @len: its prefix length
 */
void alloc_set_add(struct alloc_set *set, const struct k8sov_addr *subnet,
		   uint8_t len)
{
	struct spans *spans = &set->family[subnet->family == AF_INET6];

	if (spans->count == spans->room) {
		spans->room = spans->room ? spans->room * 2 : 64;
		spans->item = reallocarray(spans->item, spans->room,
					   sizeof(*spans->item));
		if (!spans->item)
			abort();
	}
	spans->item[spans->count++] = addr_span(subnet, len);
	spans->sorted = false;
}

/**
 * alloc_set_add_lease() - say that a node has its subnets
 * @set: the set
 * @lease: of that node
 */
void alloc_set_add_lease(struct alloc_set *set, const struct lease *lease)
{
	unsigned int f;

	for (f = 0; f < FAMILIES; f++)
		if (lease->family[f].subnet.family)
			alloc_set_add(set, &lease->family[f].subnet,
				      lease->family[f].len);
}

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->last == b->last ? 0 : a->last > b->last ? -1 : 1;
}

/*
 * Prefixes nest or are apart: of those that overlap, the one that comes first
 * holds the others.
 */
static void sort_spans(struct spans *spans)
{
	size_t i, kept = 0;

	if (spans->sorted)
		return;
	if (spans->count)
		qsort(spans->item, spans->count, sizeof(*spans->item),
		      compare_spans);
	for (i = 0; i < spans->count; i++)
		if (!kept || spans->item[i].first > spans->item[kept - 1].last)
			spans->item[kept++] = spans->item[i];
	spans->count = kept;
	spans->sorted = true;
}

/* Index of the first span that ends at @n or later, their count if none. */
static size_t find_span(const struct spans *spans, number n)
{
	size_t low = 0, high = spans->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (spans->item[middle].last < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct span *overlap(const struct spans *spans, struct span with)
{
	size_t i = find_span(spans, with.first);

	if (i == spans->count || spans->item[i].first > with.last)
		return NULL;
	return &spans->item[i];
}

/**
 * alloc_set_overlaps() - is any part of a subnet in the set?
 * @set: the set
 * @subnet: an address in the subnet
 * @len: its prefix length
 *
 * Return: true if so.
 */
bool alloc_set_overlaps(struct alloc_set *set, const struct k8sov_addr *subnet,
			uint8_t len)
{
	struct spans *spans = &set->family[subnet->family == AF_INET6];

	sort_spans(spans);
	return overlap(spans, addr_span(subnet, len));
}

/**
 * alloc_fits() - could this configuration have allocated a subnet?
 * @conf: the cluster's network of the family
 * @subnet: an address in the subnet
 * @len: its prefix length
 *
 * Return: true if so.
 */
bool alloc_fits(const struct netconf_family *conf,
		const struct k8sov_addr *subnet, uint8_t len)
{
	number n;

	if (!conf->enabled || subnet->family != conf->network.family ||
	    len != conf->subnet_len)
		return false;
	n = addr_number(subnet);
	return !(n & host_mask(subnet->family, len)) &&
	       n >= addr_number(&conf->min) && n <= addr_number(&conf->max);
}

/**
 * alloc_lease_fits() - could this configuration have allocated a lease?
 * @conf: the cluster's configuration
 * @lease: the lease
 *
 * Return: true if the lease has a subnet of each enabled family, none of the
 * other, and all fit.
 */
bool alloc_lease_fits(const struct netconf *conf, const struct lease *lease)
{
	const struct lease_family *has;
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		has = &lease->family[f];
		if (conf->family[f].enabled != !!has->subnet.family)
			return false;
		if (has->subnet.family &&
		    !alloc_fits(&conf->family[f], &has->subnet, has->len))
			return false;
	}
	return true;
}

/* Up to CANDIDATES free ones in @found, from the lowest. */
static size_t find_free(const struct netconf_family *conf,
			const struct spans *spans, number *found)
{
	number mask = host_mask(conf->network.family, conf->subnet_len);
	number max = addr_number(&conf->max), next;
	const struct span *hit;
	struct span at;
	size_t n = 0;

	for (at.first = addr_number(&conf->min); n < CANDIDATES;) {
		at.last = at.first | mask;
		hit = overlap(spans, at);
		if (!hit)
			found[n++] = at.first;
		/* Past what was found, which may be larger than a subnet. */
		next = ((hit && hit->last > at.last ? hit->last : at.last) |
			mask) + 1;
		if (next > max || next <= at.first)
			break;
		at.first = next;
	}
	return n;
}

static size_t random_below(size_t limit)
{
	uint32_t n;

	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		return 0;
	return n % limit;
}

static int exhausted(const struct netconf_family *conf, struct k8sov_error *err)
{
	char network[K8SOV_ADDR_TEXT], min[K8SOV_ADDR_TEXT],
	     max[K8SOV_ADDR_TEXT];

	k8sov_prefix_format(&conf->network, conf->len, network);
	k8sov_addr_format(&conf->min, min);
	k8sov_addr_format(&conf->max, max);
	return k8sov_error_set(err, ENOSPC,
			       "network %s has no free subnet: all /%u from %s to %s are taken",
			       network, conf->subnet_len, min, max);
}

/**
 * alloc_subnet() - a free subnet of one family
 * @conf: the cluster's network of the family
 * @family: V4 or V6
 * @taken: what may not be allocated
 * @wish: what the node had before, or NULL
 * @out: its subnet and len are written
 * @err: says why not
 *
 * Return: 0; -ENOSPC if nothing is free, and nothing is written.
 */
int alloc_subnet(const struct netconf_family *conf, unsigned int family,
		 struct alloc_set *taken, const struct lease *wish,
		 struct lease_family *out, struct k8sov_error *err)
{
	const struct lease_family *old = wish ? &wish->family[family] : NULL;
	struct spans *spans = &taken->family[family];
	number found[CANDIDATES];
	size_t count;

	sort_spans(spans);
	if (old && old->subnet.family &&
	    alloc_fits(conf, &old->subnet, old->len) &&
	    !overlap(spans, addr_span(&old->subnet, old->len))) {
		out->subnet = old->subnet;
		out->len = old->len;
		return 0;
	}
	count = find_free(conf, spans, found);
	if (!count)
		return exhausted(conf, err);
	number_addr(found[random_below(count)], conf->network.family,
		    &out->subnet);
	out->len = conf->subnet_len;
	return 0;
}

/**
 * alloc_lease() - free subnets of all enabled families
 * @conf: the cluster's configuration
 * @taken: what may not be allocated
 * @wish: what the node had before, or NULL
 * @out: its subnets are written
 * @err: says why not
 *
 * Return: 0; -ENOSPC if a family has nothing free, and nothing is written.
 */
int alloc_lease(const struct netconf *conf, struct alloc_set *taken,
		const struct lease *wish, struct lease *out,
		struct k8sov_error *err)
{
	struct lease_family got[FAMILIES] = { 0 };
	unsigned int f;
	int ret;

	for (f = 0; f < FAMILIES; f++) {
		if (!conf->family[f].enabled)
			continue;
		ret = alloc_subnet(&conf->family[f], f, taken, wish, &got[f],
				   err);
		if (ret)
			return ret;
	}
	for (f = 0; f < FAMILIES; f++) {
		out->family[f].subnet = got[f].subnet;
		out->family[f].len = got[f].len;
	}
	return 0;
}

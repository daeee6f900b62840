// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ipam_pick.h"

#include <stddef.h>

#include "../userspace/lib/bits.h"

static void step(struct k8sov_addr *addr)
{
	bits_step(addr, (uint8_t)bits_width(addr));
}

/* The address before the last one of @subnet, for IPv4. */
static void step_back(struct k8sov_addr *addr)
{
	addr->v4.s_addr = htonl(ntohl(addr->v4.s_addr) - 1);
}

/**
 * pick_subnet() - what pods can have of a subnet
 * @subnet: its address
 * @len: its length
 * @range: set
 *
 * Not the subnet's own address, not the one behind it, which nodes of other
 * pod networks have, and not the broadcast address of IPv4.
 *
 * Return: false if nothing is left.
 */
bool pick_subnet(const struct k8sov_addr *subnet, uint8_t len,
		 struct pick_range *range)
{
	range->first = *subnet;
	bits_mask(&range->first, len);
	range->last = range->first;
	bits_fill(&range->last, len);
	/* Too small to have such addresses, RFC 3021 and RFC 6164. */
	if (len + 1U >= bits_width(subnet))
		return true;
	step(&range->first);
	step(&range->first);
	if (subnet->family == AF_INET)
		step_back(&range->last);
	return bits_compare(&range->first, &range->last) <= 0;
}

/**
 * pick_limit() - the part of a range between two addresses
 * @range: changed
 * @first: no address before it; family 0 for no limit
 * @last: no address behind it; family 0 for no limit
 *
 * Return: false if nothing is left.
 */
bool pick_limit(struct pick_range *range, const struct k8sov_addr *first,
		const struct k8sov_addr *last)
{
	if (first->family && bits_compare(first, &range->first) > 0)
		range->first = *first;
	if (last->family && bits_compare(last, &range->last) < 0)
		range->last = *last;
	return bits_compare(&range->first, &range->last) <= 0;
}

static bool in_range(const struct pick_range *range,
		     const struct k8sov_addr *addr)
{
	return bits_compare(&range->first, addr) <= 0 &&
	       bits_compare(addr, &range->last) <= 0;
}

/* Index of the range of @set that has @addr, -1 if none has. */
static int find_range(const struct pick_set *set,
		      const struct k8sov_addr *addr)
{
	unsigned int i;

	for (i = 0; i < set->n; i++)
		if (in_range(&set->ranges[i], addr))
			return (int)i;
	return -1;
}

/**
 * pick_find() - where an address that is asked for belongs
 * @rules: sets
 * @addr: the address
 *
 * Return: index of its set, -1 if it has none.
 */
int pick_find(const struct pick_rules *rules, const struct k8sov_addr *addr)
{
	unsigned int i;

	for (i = 0; i < rules->n_sets; i++)
		if (find_range(&rules->sets[i], addr) >= 0)
			return (int)i;
	return -1;
}

static void next_range(struct pick *pick)
{
	unsigned int i;

	pick->n--;
	for (i = 0; i < pick->n; i++)
		pick->todo[i] = pick->todo[i + 1];
	pick->at = pick->todo[0].first;
}

static const struct node_prefix *reserved(const struct pick_rules *rules,
					  const struct k8sov_addr *addr)
{
	unsigned int i;

	for (i = 0; i < rules->n_reserved; i++)
		if (bits_covers(&rules->reserved[i].addr,
				rules->reserved[i].len, addr))
			return &rules->reserved[i];
	return NULL;
}

/* To the end of a reserved prefix at once: it may be half of a subnet. */
static bool skip_reserved(struct pick *pick)
{
	const struct node_prefix *prefix;

	while (pick->n) {
		prefix = reserved(pick->rules, &pick->at);
		if (!prefix)
			return true;
		bits_fill(&pick->at, prefix->len);
		if (bits_compare(&pick->at, &pick->todo[0].last) >= 0)
			next_range(pick);
		else
			step(&pick->at);
	}
	return false;
}

/**
 * pick_first() - begin to try the addresses of a set
 * @pick: filled
 * @rules: what there is; it must live as long
 * @set: index of the set
 * @last: the way begins behind it, and ends with it; family 0: at the start
 *
 * So an address that comes free is the last to be given again.
 *
 * Return: false if there is nothing to try.
 */
bool pick_first(struct pick *pick, const struct pick_rules *rules,
		unsigned int set, const struct k8sov_addr *last)
{
	const struct pick_set *from = &rules->sets[set];
	int found = find_range(from, last);
	unsigned int i, at = found < 0 ? 0 : (unsigned int)found;

	pick->rules = rules;
	pick->n = 0;
	for (i = 0; i < from->n; i++)
		pick->todo[pick->n++] = from->ranges[(at + i) % from->n];
	pick->at = pick->todo[0].first;
	if (found >= 0) {
		pick->todo[pick->n++] = (struct pick_range){
			pick->todo[0].first, *last,
		};
		pick->at = *last;
		return pick_next(pick);
	}
	return skip_reserved(pick);
}

/**
 * pick_next() - the next address to try
 * @pick: from pick_first(); its @at is set
 *
 * Return: false if all were tried.
 */
bool pick_next(struct pick *pick)
{
	if (!bits_compare(&pick->at, &pick->todo[0].last))
		next_range(pick);
	else
		step(&pick->at);
	return skip_reserved(pick);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "tables.h"

#include <string.h>

#include "../lib/bits.h"
#include "../lib/memory.h"

#define SLOTS_MIN 16

/**
 * tables_exit() - forget the entries
 * @tables: tables, empty afterwards
 */
void tables_exit(struct tables *tables)
{
	free(tables->host);
	free(tables->subnet);
	free(tables->names);
	free(tables->host_slot);
	free(tables->subnet_slot);
	memset(tables, 0, sizeof(*tables));
}

/* Slots hold an index plus one, and are probed one after the other. */
static void occupy(uint32_t *slot, size_t slots, uint64_t hash, size_t index)
{
	size_t at = hash & (slots - 1);

	while (slot[at])
		at = (at + 1) & (slots - 1);
	slot[at] = (uint32_t)index + 1;
}

static uint64_t host_hash(const struct table_host *host)
{
	return bits_hash(&host->remote, 0);
}

static uint64_t subnet_hash(const struct table_subnet *subnet)
{
	return bits_hash(&subnet->prefix, subnet->len);
}

/* At most half of the slots are taken, so that probing stays short. */
static bool grow_slots(uint32_t **slot, size_t *slots, size_t used)
{
	size_t n = *slots ? *slots : SLOTS_MIN;

	if (*slots && used * 2 < *slots)
		return false;
	while (used * 2 >= n)
		n *= 2;
	free(*slot);
	*slot = memory_must(calloc(n, sizeof(**slot)));
	*slots = n;
	return true;
}

/**
 * tables_expect() - be ready for as many entries as other tables have
 * @tables: tables
 * @like: the others
 */
void tables_expect(struct tables *tables, const struct tables *like)
{
	if (!tables->hosts)
		grow_slots(&tables->host_slot, &tables->host_slots,
			   like->hosts);
	if (!tables->subnets)
		grow_slots(&tables->subnet_slot, &tables->subnet_slots,
			   like->subnets);
}

static void index_host(struct tables *t, size_t added)
{
	size_t i = added;

	if (grow_slots(&t->host_slot, &t->host_slots, t->hosts))
		i = 0;
	for (; i <= added; i++)
		occupy(t->host_slot, t->host_slots, host_hash(&t->host[i]), i);
}

static void index_subnet(struct tables *t, size_t added)
{
	size_t i = added;

	if (grow_slots(&t->subnet_slot, &t->subnet_slots, t->subnets))
		i = 0;
	for (; i <= added; i++)
		occupy(t->subnet_slot, t->subnet_slots,
		       subnet_hash(&t->subnet[i]), i);
}

static uint32_t keep_name(struct tables *t, const char *name)
{
	size_t need = strlen(name) + 1, at = t->names_used;

	while (at + need > t->names_room) {
		t->names_room = t->names_room ? t->names_room * 2 : 1024;
		t->names = memory_must(realloc(t->names, t->names_room));
	}
	memcpy(t->names + at, name, need);
	t->names_used += need;
	return (uint32_t)at;
}

/**
 * tables_add_host() - add a host
 * @tables: tables, which must not have one with the address
 * @host: host; its name is ignored
 * @name: its name, "" for none
 *
 * Return: its index.
 */
uint32_t tables_add_host(struct tables *tables, const struct table_host *host,
			 const char *name)
{
	size_t i = tables->hosts++;

	tables->host = memory_grow(tables->host, i, sizeof(*host));
	tables->host[i] = *host;
	tables->host[i].name = keep_name(tables, name);
	index_host(tables, i);
	return (uint32_t)i;
}

/**
 * tables_add_subnet() - add a subnet
 * @tables: tables, which must not have it
 * @subnet: subnet
 *
 * Return: its index.
 */
uint32_t tables_add_subnet(struct tables *tables,
			   const struct table_subnet *subnet)
{
	size_t i = tables->subnets++;

	tables->subnet = memory_grow(tables->subnet, i, sizeof(*subnet));
	tables->subnet[i] = *subnet;
	index_subnet(tables, i);
	return (uint32_t)i;
}

/**
 * tables_find_host() - find a host by its address
 * @tables: tables
 * @remote: outer address
 *
 * Return: its index or TABLES_NONE.
 */
uint32_t tables_find_host(const struct tables *tables,
			  const struct k8sov_addr *remote)
{
	size_t mask = tables->host_slots - 1, at;
	uint32_t i;

	if (!tables->hosts)
		return TABLES_NONE;
	at = bits_hash(remote, 0) & mask;
	for (; (i = tables->host_slot[at]); at = (at + 1) & mask)
		if (bits_equal(&tables->host[i - 1].remote, remote))
			return i - 1;
	return TABLES_NONE;
}

/**
 * tables_find_subnet() - find a subnet by its prefix
 * @tables: tables
 * @prefix: address, masked
 * @len: length
 *
 * Return: its index or TABLES_NONE.
 */
uint32_t tables_find_subnet(const struct tables *tables,
			    const struct k8sov_addr *prefix, uint8_t len)
{
	size_t mask = tables->subnet_slots - 1, at;
	uint32_t i;

	if (!tables->subnets)
		return TABLES_NONE;
	at = bits_hash(prefix, len) & mask;
	for (; (i = tables->subnet_slot[at]); at = (at + 1) & mask)
		if (tables->subnet[i - 1].len == len &&
		    bits_equal(&tables->subnet[i - 1].prefix, prefix))
			return i - 1;
	return TABLES_NONE;
}

/**
 * tables_name() - name of a host
 * @tables: tables
 * @host: its index
 *
 * Return: the name, "" if it has none; valid until a host is added.
 */
const char *tables_name(const struct tables *tables, uint32_t host)
{
	return tables->names + tables->host[host].name;
}

/**
 * tables_set_host() - replace a host by another with the same address
 * @tables: tables
 * @index: index of the host
 * @host: what it becomes; its name is ignored
 * @name: its name
 */
void tables_set_host(struct tables *tables, uint32_t index,
		     const struct table_host *host, const char *name)
{
	struct table_host *old = &tables->host[index];
	uint32_t place = old->name;

	*old = *host;
	old->name = strcmp(tables->names + place, name) != 0 ?
		    keep_name(tables, name) : place;
}

/**
 * tables_owner() - owner cookie in the kernel of a lease's owner
 * @owner: owner of a lease
 *
 * Return: the cookie.
 */
uint64_t tables_owner(uint64_t owner)
{
	return TABLES_OWNER_MARK << TABLES_OWNER_SHIFT |
	       (owner & ((1ULL << TABLES_OWNER_SHIFT) - 1));
}

/**
 * tables_is_ours() - did k8sovd make the entry?
 * @owner: owner cookie of the entry
 *
 * Return: true if so.
 */
bool tables_is_ours(uint64_t owner)
{
	return owner >> TABLES_OWNER_SHIFT == TABLES_OWNER_MARK;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "desired.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/memory.h"

static void note(struct desired *d, enum desired_kind kind, const char *fmt,
		 ...) __attribute__((format(printf, 3, 4)));

static void note(struct desired *d, enum desired_kind kind, const char *fmt,
		 ...)
{
	va_list args;

	d->count[kind]++;
	if (d->notes == DESIRED_NOTES)
		return;
	d->note = memory_grow(d->note, d->notes, sizeof(*d->note));
	d->note[d->notes].kind = kind;
	va_start(args, fmt);
	vsnprintf(d->note[d->notes].text, sizeof(d->note->text), fmt, args);
	va_end(args);
	d->notes++;
}

/* Peers of which one has a direct neighbour need no encapsulation. */
static int choose_encap(struct desired *d, const struct lease *peer,
			const struct k8sov_addr *remote,
			enum k8sov_encap *encap)
{
	const struct desired_input *in = d->in;
	enum backend backend;

	if (backend_parse(*peer->backend ? peer->backend : "vxlan", &backend)) {
		note(d, DESIRED_FOREIGN,
		     "node %s is left out: its backend '%s' is none of ours",
		     peer->name, peer->backend);
		return -1;
	}
	if (in->conf->direct_routing && in->on_link(in->data, remote))
		backend = BACKEND_DIRECT;
	switch (backend) {
	case BACKEND_VXLAN:
		*encap = K8SOV_ENCAP_VXLAN;
		return 0;
	case BACKEND_GENEVE:
		*encap = K8SOV_ENCAP_GENEVE;
		return 0;
	case BACKEND_IPIP:
		*encap = K8SOV_ENCAP_IPIP;
		return 0;
	case BACKEND_DIRECT:
		*encap = K8SOV_ENCAP_DIRECT;
		return 0;
	case BACKEND_ALLOC:
		return -1;
	}
	return -1;
}

/* The address to send to and what belongs to it: Flannel has a device for each
 * family, but a node of ours may have all of its subnets behind one address.
 */
static const struct lease_family *outer(const struct lease *peer,
					unsigned int f)
{
	const struct lease_family *family = &peer->family[f];

	return family->public.family ? family : &peer->family[!f];
}

static bool is_own_address(const struct desired *d,
			   const struct k8sov_addr *addr)
{
	const struct lease *own = d->in->own;

	return own && (bits_equal(&own->family[V4].public, addr) ||
		       bits_equal(&own->family[V6].public, addr));
}

static int make_host(struct desired *d, const struct lease *peer,
		     unsigned int f, struct table_host *host)
{
	const struct lease_family *from = outer(peer, f);
	const struct lease_family *mac = &peer->family[f];

	if (!from->public.family) {
		note(d, DESIRED_INVALID,
		     "node %s is left out: it has no public address",
		     peer->name);
		return -1;
	}
	if (is_own_address(d, &from->public)) {
		note(d, DESIRED_INVALID,
		     "node %s is left out: its public address is that of this node",
		     peer->name);
		return -1;
	}
	host->remote = from->public;
	host->owner = tables_owner(peer->owner);
	if (choose_encap(d, peer, &host->remote, &host->encap))
		return -1;
	if (host->encap != K8SOV_ENCAP_VXLAN &&
	    host->encap != K8SOV_ENCAP_GENEVE)
		return 0;
	if (!mac->has_mac || from != mac)
		mac = from->has_mac ? from : mac;
	if (!mac->has_mac) {
		note(d, DESIRED_INVALID,
		     "node %s is left out: it tells no VTEP MAC address",
		     peer->name);
		return -1;
	}
	host->has_mac = true;
	memcpy(host->mac, mac->mac, sizeof(host->mac));
	if (mac->vni && mac->vni != d->in->conf->vni)
		host->vni = mac->vni;
	return 0;
}

static bool host_equal(const struct table_host *a, const struct table_host *b)
{
	return a->encap == b->encap && a->vni == b->vni &&
	       a->port == b->port && a->has_mac == b->has_mac &&
	       (!a->has_mac || !memcmp(a->mac, b->mac, sizeof(a->mac)));
}

/* Does the kernel's entry speak for @new rather than for @old? */
static bool host_is_incumbent(const struct desired *d,
			      const struct table_host *old,
			      const struct table_host *new)
{
	const struct tables *actual = d->in->actual;
	uint32_t i;

	if (!actual)
		return false;
	i = tables_find_host(actual, &new->remote);
	return i != TABLES_NONE && actual->host[i].owner == new->owner &&
	       old->owner != new->owner;
}

/*
 * A node that lost its lease has two for a while, with the same address: both
 * subnets go there. Where the two do not agree, the one that was told last is
 * right, and if nobody knows which that was, the one in use.
 */
static uint32_t add_host(struct desired *d, const struct table_host *host,
			 const char *name)
{
	uint32_t i = tables_find_host(&d->tables, &host->remote);
	struct table_host *old;
	bool takes;

	if (i == TABLES_NONE)
		return tables_add_host(&d->tables, host, name);
	old = &d->tables.host[i];
	if (!host_equal(old, host))
		note(d, DESIRED_CONFLICT,
		     "nodes %s and %s tell different things about one public address",
		     tables_name(&d->tables, i), name);
	takes = host->newness != old->newness ?
		host->newness > old->newness :
		host_is_incumbent(d, old, host);
	if (takes) {
		uint32_t place = old->name;

		*old = *host;
		old->name = place;
	}
	return i;
}

/* Names are unique for people: the second host of a node says so. */
static uint32_t add_host_of(struct desired *d, const struct lease *peer,
			    const struct table_host *host, unsigned int f)
{
	char name[K8SOV_HOST_NAME_MAX + 1];

	if (f == V4 || host->remote.family == AF_INET ||
	    !peer->family[V4].public.family)
		return add_host(d, host, peer->name);
	snprintf(name, sizeof(name), "%.240s/v6", peer->name);
	return add_host(d, host, name);
}

static const char *subnet_owner_name(const struct desired *d,
				     const struct table_subnet *subnet)
{
	return subnet->type == K8SOV_SUBNET_TYPE_LOCAL ? "this node" :
	       tables_name(&d->tables, subnet->host);
}

/* true if the kernel has the subnet for this owner. */
static bool subnet_is_incumbent(const struct desired *d,
				const struct table_subnet *subnet)
{
	const struct tables *actual = d->in->actual;
	uint32_t i;

	if (!actual)
		return false;
	i = tables_find_subnet(actual, &subnet->prefix, subnet->len);
	return i != TABLES_NONE && actual->subnet[i].owner == subnet->owner;
}

static void add_subnet(struct desired *d, const struct lease *peer,
		       const struct table_subnet *subnet)
{
	uint32_t i = tables_find_subnet(&d->tables, &subnet->prefix,
					subnet->len);
	char prefix[K8SOV_ADDR_TEXT];
	struct table_subnet *old;
	bool takes;

	if (i == TABLES_NONE) {
		tables_add_subnet(&d->tables, subnet);
		return;
	}
	old = &d->tables.subnet[i];
	if (old->owner == subnet->owner && old->host == subnet->host)
		return;
	k8sov_prefix_format(&subnet->prefix, subnet->len, prefix);
	takes = old->type != K8SOV_SUBNET_TYPE_LOCAL &&
		subnet_is_incumbent(d, subnet);
	note(d, DESIRED_CONFLICT, "%s belongs to %s and to %s: %s has it",
	     prefix, subnet_owner_name(d, old), peer->name,
	     takes ? peer->name : subnet_owner_name(d, old));
	if (takes)
		*old = *subnet;
}

/* A subnet must not take addresses from this node, nor from the world. */
static bool subnet_allowed(struct desired *d, const struct lease *peer,
			   const struct table_subnet *subnet)
{
	unsigned int f = subnet->prefix.family == AF_INET ? V4 : V6;
	const struct netconf_family *conf = &d->in->conf->family[f];
	const struct lease *own = d->in->own;
	char prefix[K8SOV_ADDR_TEXT];

	if (!conf->enabled)
		return false;
	if (subnet->len < conf->len ||
	    !bits_covers(&conf->network, conf->len, &subnet->prefix)) {
		k8sov_prefix_format(&subnet->prefix, subnet->len, prefix);
		note(d, DESIRED_INVALID,
		     "subnet %s of node %s is left out: it is not in the cluster's network",
		     prefix, peer->name);
		return false;
	}
	if (own && own->family[f].subnet.family &&
	    own->family[f].len < subnet->len &&
	    bits_covers(&own->family[f].subnet, own->family[f].len,
			&subnet->prefix)) {
		k8sov_prefix_format(&subnet->prefix, subnet->len, prefix);
		note(d, DESIRED_CONFLICT,
		     "%s belongs to this node and to %s: this node has it",
		     prefix, peer->name);
		return false;
	}
	return true;
}

static void add_own(struct desired *d)
{
	const struct lease *own = d->in->own;
	struct table_subnet subnet = { .type = K8SOV_SUBNET_TYPE_LOCAL };
	unsigned int f;

	for (f = 0; own && f < FAMILIES; f++) {
		if (!own->family[f].subnet.family)
			continue;
		subnet.prefix = own->family[f].subnet;
		subnet.len = own->family[f].len;
		subnet.owner = tables_owner(own->owner);
		tables_add_subnet(&d->tables, &subnet);
	}
}

/**
 * desired_init() - tables with this node in them
 * @desired: filled; desired_exit() frees it
 * @input: must stay as it is until then
 */
void desired_init(struct desired *desired, const struct desired_input *input)
{
	memset(desired, 0, sizeof(*desired));
	desired->in = input;
	if (input->actual)
		tables_expect(&desired->tables, input->actual);
	add_own(desired);
}

/* What the kernel has of a peer is wanted as it is. */
static void keep_subnet(struct desired *d, const struct lease *peer, uint32_t i)
{
	const struct tables *actual = d->in->actual;
	struct table_subnet subnet = actual->subnet[i];
	struct table_host host;

	if (!tables_is_ours(subnet.owner) ||
	    subnet.type != K8SOV_SUBNET_TYPE_HOST ||
	    subnet.host == TABLES_NONE || !subnet_allowed(d, peer, &subnet))
		return;
	host = actual->host[subnet.host];
	host.newness = 0;
	subnet.host = add_host(d, &host, tables_name(actual, subnet.host));
	add_subnet(d, peer, &subnet);
}

static int compare_owners(const void *a, const void *b, void *data)
{
	const struct tables *actual = data;
	uint64_t x = actual->subnet[*(const uint32_t *)a].owner;
	uint64_t y = actual->subnet[*(const uint32_t *)b].owner;

	return x < y ? -1 : x > y;
}

/* The first place in the order of owners that is not before @owner. */
static size_t find_owner(struct desired *d, uint64_t owner)
{
	const struct tables *actual = d->in->actual;
	size_t low = 0, high = actual->subnets, middle;
	uint32_t i;

	if (!d->by_owner) {
		d->by_owner = memory_must(calloc(actual->subnets + 1,
						 sizeof(*d->by_owner)));
		for (i = 0; i < actual->subnets; i++)
			d->by_owner[i] = i;
		qsort_r(d->by_owner, actual->subnets, sizeof(*d->by_owner),
			compare_owners, (void *)actual);
	}
	while (low < high) {
		middle = low + (high - low) / 2;
		if (actual->subnet[d->by_owner[middle]].owner < owner)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void keep(struct desired *d, const struct lease *peer)
{
	const struct tables *actual = d->in->actual;
	uint64_t owner = tables_owner(peer->owner);
	unsigned int f;
	uint32_t i;
	size_t at;

	note(d, DESIRED_INVALID,
	     "node %s stays as it is in the kernel: what it says cannot be read",
	     peer->name);
	if (!actual)
		return;
	for (f = 0; !peer->owner && f < FAMILIES; f++) {
		i = tables_find_subnet(actual, &peer->family[f].subnet,
				       peer->family[f].len);
		if (i != TABLES_NONE)
			keep_subnet(d, peer, i);
	}
	if (!peer->owner)
		return;
	for (at = find_owner(d, owner); at < actual->subnets &&
	     actual->subnet[d->by_owner[at]].owner == owner; at++)
		keep_subnet(d, peer, d->by_owner[at]);
}

/**
 * desired_add() - add a peer
 * @desired: tables
 * @peer: its lease
 * @newness: which of two leases of one address was told last is higher
 */
void desired_add(struct desired *desired, const struct lease *peer,
		 uint64_t newness)
{
	struct table_subnet subnet;
	struct table_host host;
	unsigned int f;

	if (peer->unreadable) {
		keep(desired, peer);
		return;
	}
	for (f = 0; f < FAMILIES; f++) {
		memset(&subnet, 0, sizeof(subnet));
		subnet.prefix = peer->family[f].subnet;
		subnet.len = peer->family[f].len;
		subnet.owner = tables_owner(peer->owner);
		if (!subnet.prefix.family ||
		    !subnet_allowed(desired, peer, &subnet))
			continue;
		memset(&host, 0, sizeof(host));
		/* What was read is newer than what is only kept. */
		host.newness = newness + 1;
		if (make_host(desired, peer, f, &host))
			return;
		subnet.host = add_host_of(desired, peer, &host, f);
		add_subnet(desired, peer, &subnet);
	}
}

/**
 * desired_exit() - forget the tables
 * @desired: tables
 */
void desired_exit(struct desired *desired)
{
	tables_exit(&desired->tables);
	free(desired->by_owner);
	free(desired->note);
	memset(desired, 0, sizeof(*desired));
}

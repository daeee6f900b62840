// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "diff.h"

#include <string.h>

#include "../lib/memory.h"

/* What a computation needs besides its result. */
struct work {
	struct diff *diff;
	const struct tables *desired;
	const struct tables *actual;
	bool keep;
	bool *host_used;	/* by index of the actual host */
	bool *subnet_used;
	uint8_t *id_taken;	/* a bit each */
	uint32_t id_bits;
	uint32_t id_hint;
};

static void add_op(struct work *w, enum diff_kind kind, size_t index,
		   bool force)
{
	struct diff *diff = w->diff;

	diff->op = memory_grow(diff->op, diff->ops, sizeof(*diff->op));
	diff->op[diff->ops++] = (struct diff_op){
		.kind = kind, .index = (uint32_t)index, .force = force,
	};
}

static void take_id(struct work *w, uint32_t id)
{
	if (id < w->id_bits)
		w->id_taken[id / 8] |= (uint8_t)(1U << id % 8);
}

/* The lowest free one: ids must not be above the kernel's max_hosts. */
static uint32_t free_id(struct work *w)
{
	uint32_t id = w->id_hint;

	while (id < w->id_bits && w->id_taken[id / 8] & 1U << id % 8)
		id++;
	w->id_hint = id + 1;
	return id;
}

static bool host_matches(const struct work *w, uint32_t d, uint32_t a)
{
	const struct table_host *x = &w->desired->host[d];
	const struct table_host *y = &w->actual->host[a];

	return x->encap == y->encap && x->vni == y->vni &&
	       x->port == y->port && !y->edited &&
	       x->has_mac == y->has_mac &&
	       (!x->has_mac || !memcmp(x->mac, y->mac, sizeof(x->mac)));
}

static void match_host(struct work *w, uint32_t d)
{
	const struct table_host *host = &w->desired->host[d], *old;
	uint32_t a = tables_find_host(w->actual, &host->remote);

	if (a == TABLES_NONE) {
		w->diff->id[d] = 0;
		return;
	}
	old = &w->actual->host[a];
	w->host_used[a] = true;
	w->diff->id[d] = old->id;
	if (!tables_is_ours(old->owner))
		w->diff->foreign_hosts += !host_matches(w, d, a);
	else if (!host_matches(w, d, a) || old->owner != host->owner ||
		 strcmp(tables_name(w->desired, d),
			tables_name(w->actual, a)) != 0)
		add_op(w, DIFF_HOST_SET, d, old->owner != host->owner);
}

static void match_hosts(struct work *w)
{
	uint32_t i;

	for (i = 0; i < w->desired->hosts; i++)
		match_host(w, i);
	for (i = 0; i < w->desired->hosts; i++) {
		if (w->diff->id[i])
			continue;
		w->diff->id[i] = free_id(w);
		add_op(w, DIFF_HOST_NEW, i, false);
	}
}

static bool subnet_matches(const struct work *w, uint32_t d, uint32_t a)
{
	const struct table_subnet *x = &w->desired->subnet[d];
	const struct table_subnet *y = &w->actual->subnet[a];

	if (x->type != y->type)
		return false;
	if (x->type != K8SOV_SUBNET_TYPE_HOST)
		return true;
	return y->host != TABLES_NONE &&
	       w->diff->id[x->host] == w->actual->host[y->host].id;
}

static void add_foreign(struct work *w, uint32_t d)
{
	struct diff *diff = w->diff;

	diff->foreign = memory_grow(diff->foreign, diff->foreigns,
				    sizeof(*diff->foreign));
	diff->foreign[diff->foreigns++] = d;
}

static void match_subnet(struct work *w, uint32_t d)
{
	const struct table_subnet *subnet = &w->desired->subnet[d], *old;
	uint32_t a = tables_find_subnet(w->actual, &subnet->prefix,
					subnet->len);

	if (a == TABLES_NONE) {
		add_op(w, DIFF_SUBNET_NEW, d, false);
		return;
	}
	old = &w->actual->subnet[a];
	w->subnet_used[a] = true;
	if (!tables_is_ours(old->owner)) {
		if (!subnet_matches(w, d, a))
			add_foreign(w, d);
	} else if (!subnet_matches(w, d, a) || old->owner != subnet->owner) {
		add_op(w, DIFF_SUBNET_SET, d, old->owner != subnet->owner);
	}
}

static void delete_rest(struct work *w)
{
	size_t i;

	for (i = 0; i < w->actual->subnets; i++) {
		if (w->subnet_used[i] ||
		    !tables_is_ours(w->actual->subnet[i].owner))
			continue;
		if (w->keep)
			w->diff->held++;
		else
			add_op(w, DIFF_SUBNET_DEL, i, false);
	}
	for (i = 0; i < w->actual->hosts; i++) {
		if (w->host_used[i] ||
		    !tables_is_ours(w->actual->host[i].owner))
			continue;
		if (w->keep)
			w->diff->held++;
		else
			add_op(w, DIFF_HOST_DEL, i, false);
	}
}

static int compare_ops(const void *a, const void *b)
{
	const struct diff_op *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/**
 * diff_init() - find the changes
 * @diff: filled; diff_exit() frees it
 * @desired: as it should be
 * @actual: as it is
 * @keep: delete nothing
 */
void diff_init(struct diff *diff, const struct tables *desired,
	       const struct tables *actual, bool keep)
{
	struct work w = {
		.diff = diff, .desired = desired, .actual = actual,
		.keep = keep, .id_hint = 1,
	};
	uint32_t i;

	memset(diff, 0, sizeof(*diff));
	diff->id = memory_must(calloc(desired->hosts + 1, sizeof(*diff->id)));
	w.host_used = memory_must(calloc(actual->hosts + 1, 1));
	w.subnet_used = memory_must(calloc(actual->subnets + 1, 1));
	/* There are fewer hosts than this, so a free id is among them. */
	w.id_bits = (uint32_t)(actual->hosts + desired->hosts + 2);
	w.id_taken = memory_must(calloc(w.id_bits / 8 + 1, 1));
	for (i = 0; i < actual->hosts; i++)
		take_id(&w, actual->host[i].id);
	match_hosts(&w);
	for (i = 0; i < desired->subnets; i++)
		match_subnet(&w, i);
	delete_rest(&w);
	if (diff->ops > 1)
		qsort(diff->op, diff->ops, sizeof(*diff->op), compare_ops);
	free(w.host_used);
	free(w.subnet_used);
	free(w.id_taken);
}

/**
 * diff_exit() - forget the changes
 * @diff: changes
 */
void diff_exit(struct diff *diff)
{
	free(diff->op);
	free(diff->id);
	free(diff->foreign);
	memset(diff, 0, sizeof(*diff));
}

/* The place in @result of the host that @subnet of @from is on. */
static void move_subnet(const struct tables *from, uint32_t index,
			struct tables *result)
{
	struct table_subnet subnet = from->subnet[index];
	uint32_t old;

	if (subnet.type == K8SOV_SUBNET_TYPE_HOST &&
	    subnet.host != TABLES_NONE)
		subnet.host = tables_find_host(result,
					       &from->host[subnet.host].remote);
	old = tables_find_subnet(result, &subnet.prefix, subnet.len);
	if (old == TABLES_NONE || !result->subnet)
		tables_add_subnet(result, &subnet);
	else
		result->subnet[old] = subnet;
}

static void move_host(const struct diff *diff, const struct tables *desired,
		      uint32_t index, struct tables *result)
{
	struct table_host host = desired->host[index];
	uint32_t old = tables_find_host(result, &host.remote);

	host.id = diff->id[index];
	host.newness = 0;
	if (old == TABLES_NONE)
		tables_add_host(result, &host, tables_name(desired, index));
	else
		tables_set_host(result, old, &host,
				tables_name(desired, index));
}

/* What is deleted leaves a hole, so all that stays moves together. */
static void close_holes(const struct diff *diff, struct tables *actual)
{
	bool *host = memory_must(calloc(actual->hosts + 1, 1));
	bool *subnet = memory_must(calloc(actual->subnets + 1, 1));
	struct tables rest = {};
	uint32_t i;

	for (i = 0; i < diff->ops; i++) {
		if (diff->op[i].kind == DIFF_SUBNET_DEL)
			subnet[diff->op[i].index] = true;
		if (diff->op[i].kind == DIFF_HOST_DEL)
			host[diff->op[i].index] = true;
	}
	for (i = 0; i < actual->hosts; i++)
		if (!host[i])
			tables_add_host(&rest, &actual->host[i],
					tables_name(actual, i));
	for (i = 0; i < actual->subnets; i++)
		if (!subnet[i])
			move_subnet(actual, i, &rest);
	free(host);
	free(subnet);
	tables_exit(actual);
	*actual = rest;
}

/**
 * diff_update() - make the changes in our copy of the kernel's tables
 * @diff: changes
 * @desired: what they were found with
 * @actual: likewise, changed; it spares a dump after each change
 */
void diff_update(const struct diff *diff, const struct tables *desired,
		 struct tables *actual)
{
	uint32_t i;

	/* Their order is that of enum diff_kind: deletions come last, and
	 * name entries by where they are before all others.
	 */
	if (diff->ops && diff->op[diff->ops - 1].kind >= DIFF_SUBNET_DEL)
		close_holes(diff, actual);
	for (i = 0; i < diff->ops; i++) {
		switch (diff->op[i].kind) {
		case DIFF_HOST_NEW:
		case DIFF_HOST_SET:
			move_host(diff, desired, diff->op[i].index, actual);
			break;
		case DIFF_SUBNET_NEW:
		case DIFF_SUBNET_SET:
			move_subnet(desired, diff->op[i].index, actual);
			break;
		case DIFF_SUBNET_DEL:
		case DIFF_HOST_DEL:
			break;
		}
	}
}

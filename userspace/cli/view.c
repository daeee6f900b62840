// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Pods and identities of a device, read at once to name what rulesets mean. */
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/bits.h"
#include "../lib/object.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"
#include "token.h"

/* Of one identity; it can be that of thousands. */
#define PLACES 4

static const struct k8sov_pair address = {
	K8SOV_A_ENDPOINT_ADDRESS, K8SOV_A_ENDPOINT_ADDRESS6, 0
};
static const struct k8sov_pair prefix = {
	K8SOV_A_IDENTITY_PREFIX, K8SOV_A_IDENTITY_PREFIX6,
	K8SOV_A_IDENTITY_PREFIX_LEN
};

/* Room for one more of an array whose size is a power of two. */
static void *room(void *array, size_t n, size_t size)
{
	return n & (n - 1) ? array : realloc(array, (n ? 2 * n : 1) * size);
}

static int take_endpoint(const void *obj, void *data)
{
	struct view *view = data;
	void *p = room(view->endpoints, view->n_endpoints,
		       sizeof(*view->endpoints));

	if (!p)
		return -ENOMEM;
	view->endpoints = p;
	memcpy(&view->endpoints[view->n_endpoints++], obj,
	       sizeof(*view->endpoints));
	return 0;
}

static int take_identity(const void *obj, void *data)
{
	struct view *view = data;
	void *p = room(view->identities, view->n_identities,
		       sizeof(*view->identities));

	if (!p)
		return -ENOMEM;
	view->identities = p;
	memcpy(&view->identities[view->n_identities++], obj,
	       sizeof(*view->identities));
	return 0;
}

static int compare_identities(const void *a, const void *b)
{
	const struct k8sov_identity *x = a, *y = b;

	return (x->identity > y->identity) - (x->identity < y->identity);
}

/**
 * view_open() - read the pods of the device that a command is about
 * @view: filled; view_close() frees it, also after a failure
 * @ctx: context
 * @args: may name a device
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int view_open(struct view *view, struct ctx *ctx, const struct args *args)
{
	struct k8sov_endpoint filter = {};
	struct k8sov_device device;
	int ret;

	memset(view, 0, sizeof(*view));
	ret = ctx_open(ctx);
	if (ret)
		return ret;
	if (k8sov_field_has(&args->obj, ATTR_IFINDEX))
		view->ifindex = (uint32_t)k8sov_field_number(args->set,
							     ATTR_IFINDEX,
							     &args->obj);
	else
		ret = ctx_only_device(ctx, &view->ifindex);
	if (!ret)
		ret = k8sov_device_get(ctx->sock, view->ifindex, &device,
				       &ctx->err);
	if (ret)
		return ret;
	view->mode = device.policy;
	K8SOV_SET(&filter, ifindex, K8SOV_A_ENDPOINT_IFINDEX, view->ifindex);
	ret = k8sov_object_dump(ctx->sock, &k8sov_object_endpoint, &filter,
				take_endpoint, view, &ctx->err);
	return ctx_end_dump(ctx, ret);
}

/**
 * view_read_identities() - read for which prefixes identities stand
 * @view: from view_open()
 * @ctx: context
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int view_read_identities(struct view *view, struct ctx *ctx)
{
	struct k8sov_identity filter = {};
	int ret;

	K8SOV_SET(&filter, ifindex, K8SOV_A_IDENTITY_IFINDEX, view->ifindex);
	ret = k8sov_object_dump(ctx->sock, &k8sov_object_identity, &filter,
				take_identity, view, &ctx->err);
	if (view->n_identities)
		qsort(view->identities, view->n_identities,
		      sizeof(*view->identities), compare_identities);
	return ctx_end_dump(ctx, ret);
}

/**
 * view_close() - free what was read
 * @view: from view_open()
 */
void view_close(struct view *view)
{
	free(view->endpoints);
	free(view->identities);
}

static bool has_address(const struct k8sov_endpoint *endpoint,
			const struct k8sov_addr *addr)
{
	struct k8sov_addr have;
	unsigned int i;

	for (i = 0; k8sov_pair_item(&k8sov_endpoint_set, &address, endpoint, i,
				    &have); i++)
		if (bits_equal(&have, addr))
			return true;
	return false;
}

/* NAMESPACE/POD/CONTAINER, NAMESPACE/POD, POD, or a name without slashes. */
static bool has_name(const struct k8sov_endpoint *endpoint, const char *word)
{
	const char *name = endpoint->name, *pod = strchr(name, '/');
	const char *end = pod ? strchr(pod + 1, '/') : NULL;
	size_t len = strlen(word);

	if (!strcmp(name, word))
		return true;
	if (!end)
		return false;
	if (!strchr(word, '/'))
		name = pod + 1;
	return (size_t)(end - name) == len && !strncmp(name, word, len);
}

/**
 * view_find() - the pod that a word means
 * @view: from view_open()
 * @ctx: context
 * @word: name or address
 * @endpoint: set on success
 *
 * Return: 0; -ENOENT if there is none on this node, -EINVAL if there are
 * several, with @ctx->err filled.
 */
int view_find(const struct view *view, struct ctx *ctx, const char *word,
	      const struct k8sov_endpoint **endpoint)
{
	const struct k8sov_endpoint *found = NULL;
	struct k8sov_addr addr;
	bool by_address = !k8sov_addr_parse(word, &addr);
	size_t i;

	for (i = 0; i < view->n_endpoints; i++) {
		const struct k8sov_endpoint *ep = &view->endpoints[i];

		if (by_address ? !has_address(ep, &addr) : !has_name(ep, word))
			continue;
		if (found)
			return k8sov_error_set(&ctx->err, EINVAL,
					       "several pods of this node are '%.128s': say NAMESPACE/POD, or an address",
					       word);
		found = ep;
	}
	if (found) {
		*endpoint = found;
		return 0;
	}
	k8sov_error_set(&ctx->err, ENOENT,
			"no pod of this node has the %s '%.128s'",
			by_address ? "address" : "name", word);
	ctx->err.refused = true;
	return -ENOENT;
}

/* The first few, and how many more there are. */
static void print_place(FILE *file, size_t n, const char *name)
{
	char text[TOKEN_TEXT];

	if (n < PLACES)
		fprintf(file, "%s%s", n ? ", " : " (", token_quote(name, text));
}

static size_t print_prefixes(const struct view *view, uint32_t identity,
			     size_t n, FILE *file)
{
	const struct k8sov_identity key = { .identity = identity };
	const struct k8sov_identity *found, *end;
	char text[K8SOV_ADDR_TEXT];
	struct k8sov_addr addr;

	if (!view->n_identities)
		return n;
	end = view->identities + view->n_identities;
	found = bsearch(&key, view->identities, view->n_identities, sizeof(key),
			compare_identities);
	while (found && found > view->identities &&
	       found[-1].identity == identity)
		found--;
	for (; found && found < end && found->identity == identity; found++) {
		if (!k8sov_pair_item(&k8sov_identity_set, &prefix, found, 0,
				     &addr))
			continue;
		k8sov_prefix_format(&addr, found->prefix_len, text);
		print_place(file, n++, text);
	}
	return n;
}

/**
 * view_print_identity() - write an identity, and who that is
 * @view: from view_open(), with its identities
 * @identity: number
 * @file: where to
 */
void view_print_identity(const struct view *view, uint32_t identity, FILE *file)
{
	const char *name = print_identity_name(identity);
	size_t i, n = 0;

	if (identity == K8SOV_IDENTITY_ANY) {
		fputs("any other", file);
		return;
	}
	fprintf(file, "%u", identity);
	if (name)
		print_place(file, n++, name);
	for (i = 0; i < view->n_endpoints; i++)
		if (view->endpoints[i].identity == identity)
			print_place(file, n++, view->endpoints[i].name);
	n = print_prefixes(view, identity, n, file);
	if (n > PLACES)
		fprintf(file, " and %zu more", n - PLACES);
	if (n)
		fputc(')', file);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Hosts that lines of a batch named. Subnets can so refer by name to hosts of
 * the same transaction, and a host that a thousand subnets name is looked up
 * once.
 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/addr.h"
#include "../lib/attr.h"
#include "../lib/error.h"
#include "batch.h"
#include "ctx.h"

struct host_word {
	uint32_t ifindex;
	uint32_t id;
	char word[K8SOV_HOST_NAME_MAX + 1];
};

static int compare_words(const void *a, const void *b)
{
	const struct host_word *x = a, *y = b;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return strcmp(x->word, y->word);
}

static void make_key(struct host_word *key, uint32_t ifindex, const char *word)
{
	key->ifindex = ifindex;
	key->id = 0;
	snprintf(key->word, sizeof(key->word), "%s", word);
}

/**
 * batch_find_host() - find a host that the batch named before
 * @ctx: context
 * @ifindex: device
 * @word: name or address
 * @id: set on success
 *
 * Return: 0, -ENOENT if the kernel is to be asked, or -EINVAL if it must not
 * be, since the transaction replaces the hosts that it would find.
 */
int batch_find_host(struct ctx *ctx, uint32_t ifindex, const char *word,
		    uint32_t *id)
{
	struct host_word key, **found;

	if (!ctx->batch)
		return -ENOENT;
	make_key(&key, ifindex, word);
	found = tfind(&key, &ctx->batch->hosts, compare_words);
	if (found) {
		*id = (*found)->id;
		return 0;
	}
	if (ctx->batch->txn && ctx->batch->txn_replaces & K8SOV_TABLE_HOST)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "no line before this adds host '%s' with an id",
				       word);
	return -ENOENT;
}

/**
 * batch_add_host() - remember the id of a host
 * @ctx: context
 * @ifindex: device
 * @word: name or address
 * @id: its id
 */
void batch_add_host(struct ctx *ctx, uint32_t ifindex, const char *word,
		    uint32_t id)
{
	struct host_word *new, **found;

	if (!ctx->batch)
		return;
	new = malloc(sizeof(*new));
	if (!new)
		return;
	make_key(new, ifindex, word);
	found = tsearch(new, &ctx->batch->hosts, compare_words);
	if (found)
		(*found)->id = id;
	if (!found || *found != new)
		free(new);
}

/**
 * batch_note_host() - remember a host that a line adds
 * @ctx: context
 * @host: host; without an id it cannot be remembered
 */
void batch_note_host(struct ctx *ctx, const struct k8sov_host *host)
{
	static const struct k8sov_pair remote = {
		K8SOV_A_HOST_REMOTE, K8SOV_A_HOST_REMOTE6, 0
	};
	char text[K8SOV_ADDR_TEXT];
	struct k8sov_addr addr;

	if (!ctx->batch || !K8SOV_HAS(host, K8SOV_A_HOST_ID))
		return;
	if (K8SOV_HAS(host, K8SOV_A_HOST_NAME))
		batch_add_host(ctx, host->ifindex, host->name, host->id);
	if (k8sov_pair_item(&k8sov_host_set, &remote, host, 0, &addr)) {
		k8sov_addr_format(&addr, text);
		batch_add_host(ctx, host->ifindex, text, host->id);
	}
}

/**
 * batch_forget_hosts() - forget all, after a change that hosts may not survive
 * @ctx: context
 */
void batch_forget_hosts(struct ctx *ctx)
{
	if (!ctx->batch)
		return;
	tdestroy(ctx->batch->hosts, free);
	ctx->batch->hosts = NULL;
}

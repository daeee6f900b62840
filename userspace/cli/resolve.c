// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* From what people call a host to the id that the kernel knows it by. */
#include "resolve.h"

#include <errno.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/object.h"
#include "arg.h"
#include "batch.h"
#include "ctx.h"

static const struct k8sov_pair remote = {
	K8SOV_A_HOST_REMOTE, K8SOV_A_HOST_REMOTE6, 0
};

static int ask_kernel(struct ctx *ctx, struct k8sov_host *key, uint32_t *id)
{
	struct k8sov_host host = {};
	int ret;

	ret = batch_settle(ctx);
	if (!ret)
		ret = ctx_open(ctx);
	if (!ret)
		ret = k8sov_host_get(ctx->sock, key, &host, &ctx->err);
	if (!ret)
		*id = host.id;
	return ret;
}

static int find_word(struct ctx *ctx, uint32_t ifindex, const char *word,
		     uint32_t *id)
{
	struct k8sov_host key = {};
	struct k8sov_addr addr;
	int ret;

	K8SOV_SET(&key, ifindex, K8SOV_A_HOST_IFINDEX, ifindex);
	if (!k8sov_addr_parse(word, &addr))
		ret = k8sov_pair_add(&k8sov_host_set, &remote, &key, &addr);
	else
		ret = k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_NAME, &key,
				      word, strlen(word));
	if (ret)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "'%s' is too long for a host's name",
				       word);
	ret = ask_kernel(ctx, &key, id);
	if (ret == -ENOENT) {
		k8sov_error_set(&ctx->err, ENOENT, "there is no host '%s'",
				word);
		ctx->err.refused = true;
	}
	return ret;
}

/**
 * resolve_host() - find the host that an argument names
 * @ctx: context
 * @ifindex: device
 * @args: arguments, with a host among them
 * @id: set on success
 *
 * Return: 0, -ENOENT if there is none, or another -errno.
 */
int resolve_host(struct ctx *ctx, uint32_t ifindex, const struct args *args,
		 uint32_t *id)
{
	uint64_t number;
	int ret;

	if (args->host_id) {
		ret = k8sov_number_parse(args->host, &number);
		*id = (uint32_t)number;
		return ret;
	}
	ret = batch_find_host(ctx, ifindex, args->host, id);
	if (ret != -ENOENT)
		return ret;
	ret = find_word(ctx, ifindex, args->host, id);
	if (!ret)
		batch_add_host(ctx, ifindex, args->host, *id);
	return ret;
}

/**
 * resolve_key() - set the id in arguments that name a host otherwise
 * @ctx: context
 * @args: arguments of a command on hosts
 *
 * Return: 0, -ENOENT if there is none, or another -errno.
 */
int resolve_key(struct ctx *ctx, struct args *args)
{
	struct k8sov_host key = args->obj.host;
	uint32_t id;
	int ret;

	if (K8SOV_HAS(&key, K8SOV_A_HOST_ID))
		return 0;
	key.present &= ~(K8SOV_BIT(K8SOV_A_HOST_OWNER) |
			 K8SOV_BIT(K8SOV_A_HOST_FORCE));
	ret = ask_kernel(ctx, &key, &id);
	if (!ret)
		K8SOV_SET(&args->obj.host, id, K8SOV_A_HOST_ID, id);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <libmnl/libmnl.h>

#include "../lib/attr.h"
#include "../lib/sock.h"
#include "../lib/txn.h"
#include "batch.h"
#include "cmd.h"
#include "ctx.h"
#include "resolve.h"

const struct arg args_flush[] = {
	ARG_DEVICE, ARG_OWNER, {}
};

static int set_device(struct ctx *ctx, struct args *args)
{
	uint32_t ifindex = batch_device(ctx);
	int ret;

	if (!ifindex && k8sov_field_has(&args->obj, ATTR_IFINDEX))
		return 0;
	if (!ifindex) {
		ret = ctx_only_device(ctx, &ifindex);
		if (ret)
			return ret;
	}
	return k8sov_field_add_number(args->set, ATTR_IFINDEX, &args->obj,
				      ifindex);
}

static int send_write(struct ctx *ctx, unsigned int cmd, uint16_t flags,
		      const void *obj)
{
	int ret;

	ret = ctx_open(ctx);
	if (ret)
		return ret;
	if (ctx->batch)
		return batch_write(ctx, cmd, flags, obj);
	return k8sov_sock_request(ctx->sock, cmd, NLM_F_ACK | flags, obj, NULL,
				  NULL, &ctx->err);
}

static int send_new(struct ctx *ctx, const struct noun *noun,
		    struct args *args, enum k8sov_write how)
{
	uint32_t id;
	int ret;

	ret = set_device(ctx, args);
	if (ret)
		return ret;
	if (args->host) {
		ret = resolve_host(ctx, args->obj.subnet.ifindex, args, &id);
		if (ret)
			return ret;
		K8SOV_SET(&args->obj.subnet, host, K8SOV_A_SUBNET_HOST, id);
		K8SOV_SET(&args->obj.subnet, type, K8SOV_A_SUBNET_TYPE,
			  K8SOV_SUBNET_TYPE_HOST);
	}
	if (noun->object == &k8sov_object_host)
		batch_note_host(ctx, &args->obj.host);
	return send_write(ctx, noun->object->new, k8sov_write_flags(how),
			  &args->obj);
}

/**
 * cmd_add() - add an entry to a table
 * @ctx: context
 * @noun: table
 * @args: entry
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_add(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	return send_new(ctx, noun, args, K8SOV_WRITE_ADD);
}

/**
 * cmd_replace() - replace an entry of a table, or add it
 * @ctx: context
 * @noun: table
 * @args: entry
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_replace(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	return send_new(ctx, noun, args, K8SOV_WRITE_REPLACE);
}

/**
 * cmd_append() - add to an entry that the same transaction has set
 * @ctx: context
 * @noun: table
 * @args: what to add
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_append(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	int ret;

	ret = set_device(ctx, args);
	if (ret)
		return ret;
	return send_write(ctx, noun->object->new, NLM_F_APPEND, &args->obj);
}

/**
 * cmd_del() - delete an entry of a table
 * @ctx: context
 * @noun: table
 * @args: its key
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_del(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	int ret;

	ret = set_device(ctx, args);
	if (!ret && noun->object == &k8sov_object_host) {
		ret = resolve_key(ctx, args);
		batch_forget_hosts(ctx);
	}
	if (ret)
		return ret;
	return send_write(ctx, noun->object->del, 0, &args->obj);
}

/**
 * cmd_flush() - empty a table
 * @ctx: context
 * @noun: table
 * @args: device, and whose entries
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_flush(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	int ret;

	ret = set_device(ctx, args);
	if (ret)
		return ret;
	K8SOV_SET(&args->obj.txn, tables, K8SOV_A_TXN_TABLES,
		  noun->object->table);
	batch_forget_hosts(ctx);
	return send_write(ctx, K8SOV_CMD_FLUSH, 0, &args->obj);
}

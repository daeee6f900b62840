// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>
#include <string.h>

#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "resolve.h"

/* One listing, over one or all devices. */
struct show {
	struct ctx *ctx;
	const struct noun *noun;
	union k8sov_any filter;
	bool by_key;
	bool found;
};

static bool has_family(const struct show *show, const void *obj)
{
	const struct k8sov_set *set = show->noun->set;
	const struct k8sov_pair *pair = show->noun->pair;

	if (!show->ctx->family || !pair)
		return true;
	return show->ctx->family == AF_INET ?
	       k8sov_field_count(set, pair->v4, obj) :
	       k8sov_field_count(set, pair->v6, obj);
}

static int show_one(const void *obj, void *data)
{
	struct show *show = data;

	show->found = true;
	if (has_family(show, obj) &&
	    k8sov_field_match(show->noun->set, &show->filter, obj))
		show->noun->print(show->ctx, obj);
	if (ferror(show->ctx->out.file))
		return k8sov_error_system(&show->ctx->err, EIO,
					  "cannot write");
	return 0;
}

static int get_one(struct show *show, const union k8sov_any *key)
{
	struct ctx *ctx = show->ctx;
	union k8sov_any obj;
	int ret;

	ret = k8sov_object_get(ctx->sock, show->noun->object, key, &obj,
			       &ctx->err);
	return ret ? ret : show_one(&obj, show);
}

static int show_device(struct show *show, uint32_t ifindex,
		       const struct args *args)
{
	const struct noun *noun = show->noun;
	union k8sov_any key;
	uint32_t id;
	int ret;

	memcpy(&key, &args->obj, noun->set->size);
	k8sov_field_add_number(noun->set, ATTR_IFINDEX, &key, ifindex);
	if (args->host) {
		ret = resolve_host(show->ctx, ifindex, args, &id);
		if (ret)
			return ret;
		K8SOV_SET(&key.subnet, host, K8SOV_A_SUBNET_HOST, id);
	}
	/* What the kernel finds the object by need not be compared again. */
	memcpy(&show->filter, &key, noun->set->size);
	show->filter.present &= ~noun->keys;
	show->by_key = key.present & noun->keys;
	if (show->by_key) {
		/* Of what has parts, this is only the head. */
		ret = get_one(show, &key);
		if (ret || !noun->parts)
			return ret;
	}
	ret = k8sov_object_dump(show->ctx->sock, noun->object, &key, show_one,
				show, &show->ctx->err);
	return ctx_end_dump(show->ctx, ret);
}

/* All devices are noted before the first is listed: a socket does one dump at
 * a time.
 */
struct devices {
	uint32_t ifindex[256];
	unsigned int n;
};

static int note_device(const void *obj, void *data)
{
	const struct k8sov_device *device = obj;
	struct devices *devices = data;

	if (devices->n == sizeof(devices->ifindex) / sizeof(uint32_t))
		return -E2BIG;
	devices->ifindex[devices->n++] = device->ifindex;
	return 0;
}

static int show_devices(struct show *show, const struct args *args)
{
	struct devices devices = {};
	int ret, missing = 0;
	unsigned int i;

	ret = k8sov_device_dump(show->ctx->sock, note_device, &devices,
				&show->ctx->err);
	if (ret == -E2BIG)
		return k8sov_error_set(&show->ctx->err, E2BIG,
				       "there are too many devices: say which with 'dev DEV'");
	for (i = 0; !ret && i < devices.n; i++) {
		ret = show_device(show, devices.ifindex[i], args);
		/* The object may be in the next device. */
		if (ret == -ENOENT) {
			missing = ret;
			ret = 0;
		}
	}
	if (!ret && missing && !show->found)
		ret = missing;
	return ret;
}

/**
 * cmd_show() - list a table, or the one entry that the arguments name
 * @ctx: context
 * @noun: table
 * @args: filter
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_show(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	struct show show = { .ctx = ctx, .noun = noun };
	int ret;

	ret = ctx_open(ctx);
	if (ret)
		return ret;
	out_begin(&ctx->out);
	if (k8sov_field_has(&args->obj, ATTR_IFINDEX))
		ret = show_device(&show,
				  (uint32_t)k8sov_field_number(noun->set,
						ATTR_IFINDEX, &args->obj),
				  args);
	else
		ret = show_devices(&show, args);
	out_end(&ctx->out);
	return ret;
}

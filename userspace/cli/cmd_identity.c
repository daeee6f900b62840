// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"

static const struct k8sov_pair prefix = {
	K8SOV_A_IDENTITY_PREFIX, K8SOV_A_IDENTITY_PREFIX6,
	K8SOV_A_IDENTITY_PREFIX_LEN
};

#define ARG_THE_PREFIX(need) { .value = "PREFIX", .type = ARG_PREFIX, \
	.pair = &prefix, .flags = (need), \
	.help = "Addresses, or one, which is a prefix of full length." }

static const struct arg show_args[] = {
	ARG_THE_PREFIX(0), ARG_DEVICE, ARG_OWNER, {}
};

static const struct arg add_args[] = {
	ARG_THE_PREFIX(ARG_NEED),
	ARG_DEVICE,
	{ .word = "identity", .value = "N", .type = ARG_ATTR,
	  .flags = ARG_NEED, .attr = K8SOV_A_IDENTITY_IDENTITY },
	ARG_OWNER, ARG_FORCE, {}
};

static const struct arg del_args[] = {
	ARG_THE_PREFIX(ARG_NEED), ARG_DEVICE, ARG_OWNER, ARG_FORCE, {}
};

static void print_identity(struct ctx *ctx, const void *obj)
{
	const struct k8sov_identity *identity = obj;
	struct out *out = &ctx->out;

	out_object(out);
	print_pair(out, "prefix", "", &k8sov_identity_set, &prefix, obj);
	out_number(out, "identity", " identity ", identity->identity);
	print_dev(ctx, identity->ifindex);
	print_owner(out, identity->owner);
	out_object_end(out);
}

static const struct command commands[] = {
	{ "show", "List identities.", show_args, cmd_show },
	TABLE_COMMANDS(add_args, del_args),
	{}
};

const struct noun noun_identity = {
	.name = "identity",
	.help = "What addresses stand for in policy.",
	.set = &k8sov_identity_set,
	.commands = commands,
	.object = &k8sov_object_identity,
	.keys = K8SOV_BIT(K8SOV_A_IDENTITY_PREFIX) |
		K8SOV_BIT(K8SOV_A_IDENTITY_PREFIX6) |
		K8SOV_BIT(K8SOV_A_IDENTITY_PREFIX_LEN),
	.pair = &prefix,
	.print = print_identity,
};

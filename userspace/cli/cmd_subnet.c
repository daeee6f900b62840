// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "hosts.h"
#include "print.h"

static const struct k8sov_pair prefix = {
	K8SOV_A_SUBNET_PREFIX, K8SOV_A_SUBNET_PREFIX6,
	K8SOV_A_SUBNET_PREFIX_LEN
};

#define ARG_THE_PREFIX(need) { .value = "PREFIX", .type = ARG_PREFIX, \
	.pair = &prefix, .flags = (need), \
	.help = "Inner prefix, or an address, which is a prefix of full length." }
#define ARG_KIND(name, kind) { .word = (name), .type = ARG_CONST, \
	.flags = ARG_NEED, .group = 1, .attr = K8SOV_A_SUBNET_TYPE, \
	.number = (kind) }

static const struct arg show_args[] = {
	ARG_THE_PREFIX(0),
	ARG_DEVICE,
	{ .word = "host", .value = "HOST", .type = ARG_HOST,
	  .attr = K8SOV_A_SUBNET_HOST,
	  .help = "Only those of the host with this name, address or 'id N'." },
	{ .word = "type", .value = "TYPE", .type = ARG_ATTR,
	  .attr = K8SOV_A_SUBNET_TYPE, .help = "Only those that mean this:" },
	ARG_OWNER, {}
};

static const struct arg add_args[] = {
	ARG_THE_PREFIX(ARG_NEED),
	ARG_DEVICE,
	{ .word = "via", .value = "HOST", .type = ARG_HOST, .flags = ARG_NEED,
	  .group = 1, .attr = K8SOV_A_SUBNET_HOST,
	  .help = "It lives on the host with this name, address or 'id N'." },
	ARG_KIND("local", K8SOV_SUBNET_TYPE_LOCAL),
	ARG_KIND("blackhole", K8SOV_SUBNET_TYPE_BLACKHOLE),
	ARG_KIND("unreachable", K8SOV_SUBNET_TYPE_UNREACHABLE),
	ARG_OWNER, ARG_FORCE, {}
};

static const struct arg del_args[] = {
	ARG_THE_PREFIX(ARG_NEED), ARG_DEVICE, ARG_OWNER, ARG_FORCE, {}
};

static void print_via(struct ctx *ctx, const struct k8sov_subnet *subnet)
{
	const struct host_name *host;
	char text[K8SOV_ADDR_TEXT];
	struct out *out = &ctx->out;

	out_number(out, "host", " via id ", subnet->host);
	/* In an event the host may be gone already. */
	if (out->json || out->lines)
		return;
	host = hosts_find(ctx, subnet->ifindex, subnet->host);
	if (!host)
		return;
	k8sov_addr_format(&host->addr, text);
	if (host->name[0]) {
		out_string(out, NULL, " (", host->name);
		out_string(out, NULL, " ", text);
	} else {
		out_string(out, NULL, " (", text);
	}
	out_text(out, ")");
}

static void print_subnet(struct ctx *ctx, const void *obj)
{
	const struct k8sov_subnet *subnet = obj;
	struct out *out = &ctx->out;

	out_object(out);
	print_pair(out, "prefix", "", &k8sov_subnet_set, &prefix, obj);
	if (out->json)
		print_enum(out, "type", NULL, &k8sov_subnet_type_enum,
			   subnet->type);
	if (subnet->type == K8SOV_SUBNET_TYPE_HOST)
		print_via(ctx, subnet);
	else if (!out->json)
		print_enum(out, NULL, " ", &k8sov_subnet_type_enum,
			   subnet->type);
	print_dev(ctx, subnet->ifindex);
	print_owner(out, subnet->owner);
	out_object_end(out);
}

static const struct command commands[] = {
	{ "show", "List subnets.", show_args, cmd_show },
	TABLE_COMMANDS(add_args, del_args),
	{}
};

const struct noun noun_subnet = {
	.name = "subnet",
	.help = "Inner prefixes and where they live.",
	.set = &k8sov_subnet_set,
	.commands = commands,
	.object = &k8sov_object_subnet,
	.keys = K8SOV_BIT(K8SOV_A_SUBNET_PREFIX) |
		K8SOV_BIT(K8SOV_A_SUBNET_PREFIX6) |
		K8SOV_BIT(K8SOV_A_SUBNET_PREFIX_LEN),
	.pair = &prefix,
	.print = print_subnet,
};

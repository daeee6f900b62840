// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"

static const struct k8sov_pair address = {
	K8SOV_A_ENDPOINT_ADDRESS, K8SOV_A_ENDPOINT_ADDRESS6, 0
};

#define ARG_THE_LINK(need) { .word = "link", .value = "IF", \
	.type = ARG_LINK, .attr = K8SOV_A_ENDPOINT_LINK, .flags = (need), \
	.help = "Interface that is the host side of the pod's link." }

static const struct arg show_args[] = {
	ARG_DEVICE,
	ARG_THE_LINK(0),
	{ .word = "address", .value = "ADDR", .type = ARG_ADDR,
	  .pair = &address, .help = "Only the one with this address." },
	ARG_OWNER, {}
};

static const struct arg add_args[] = {
	ARG_DEVICE,
	ARG_THE_LINK(ARG_NEED),
	{ .word = "name", .value = "NAME", .type = ARG_ATTR,
	  .attr = K8SOV_A_ENDPOINT_NAME },
	{ .word = "address", .value = "ADDR", .type = ARG_ADDR,
	  .flags = ARG_MANY, .pair = &address,
	  .help = "Address of the pod." },
	{ .word = "identity", .value = "N", .type = ARG_ATTR,
	  .attr = K8SOV_A_ENDPOINT_IDENTITY,
	  .help = "What its addresses stand for in policy." },
	{ .word = "state", .value = "STATE", .type = ARG_ATTR,
	  .attr = K8SOV_A_ENDPOINT_STATE, .help = "Where its life stands:" },
	{ .word = "ingress", .value = "ID", .type = ARG_ATTR,
	  .attr = K8SOV_A_ENDPOINT_INGRESS, .flags = ARG_ZERO,
	  .help = "Ruleset for packets to it. Without one all may pass." },
	{ .word = "egress", .value = "ID", .type = ARG_ATTR,
	  .attr = K8SOV_A_ENDPOINT_EGRESS, .flags = ARG_ZERO,
	  .help = "Ruleset for packets from it. Without one all may pass." },
	ARG_OWNER, ARG_FORCE, {}
};

static const struct arg del_args[] = {
	ARG_DEVICE, ARG_THE_LINK(ARG_NEED), ARG_OWNER, ARG_FORCE, {}
};

static void print_ruleset(struct out *out, const char *key, const char *label,
			  uint32_t id)
{
	if (id || out->json)
		out_number(out, key, label, id);
}

static void print_endpoint(struct ctx *ctx, const void *obj)
{
	const struct k8sov_endpoint *ep = obj;
	struct out *out = &ctx->out;

	out_object(out);
	out_string(out, "link", "link ", dev_name(&ctx->devs, ep->link));
	if (K8SOV_HAS(ep, K8SOV_A_ENDPOINT_NAME))
		out_string(out, "name", " name ", ep->name);
	print_pairs(out, "address", " address ", &k8sov_endpoint_set, &address,
		    obj);
	if (K8SOV_HAS(ep, K8SOV_A_ENDPOINT_IDENTITY))
		out_number(out, "identity", " identity ", ep->identity);
	print_enum(out, "state", " state ", &k8sov_endpoint_state_enum,
		   ep->state);
	print_ruleset(out, "ingress", " ingress ", ep->ingress);
	print_ruleset(out, "egress", " egress ", ep->egress);
	print_dev(ctx, ep->ifindex);
	print_owner(out, ep->owner);
	out_object_end(out);
}

static const struct command commands[] = {
	{ "show", "List endpoints.", show_args, cmd_show },
	TABLE_COMMANDS(add_args, del_args),
	{}
};

const struct noun noun_endpoint = {
	.name = "endpoint",
	.help = "Pods of this node.",
	.set = &k8sov_endpoint_set,
	.commands = commands,
	.object = &k8sov_object_endpoint,
	.keys = K8SOV_BIT(K8SOV_A_ENDPOINT_LINK) |
		K8SOV_BIT(K8SOV_A_ENDPOINT_ADDRESS) |
		K8SOV_BIT(K8SOV_A_ENDPOINT_ADDRESS6),
	.pair = &address,
	.print = print_endpoint,
};

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"

static const struct arg show_args[] = { ARG_DEVICE, {} };

static void print_fill(struct out *out, const struct k8sov_device *device,
		       unsigned int attr, unsigned int max_attr,
		       const char *key, const char *max_key, const char *label)
{
	const struct k8sov_set *set = &k8sov_device_set;

	out_number(out, key, label, k8sov_field_number(set, attr, device));
	if (k8sov_field_has(device, max_attr))
		out_number(out, max_key, "/",
			   k8sov_field_number(set, max_attr, device));
}

static int print_device(const void *obj, void *data)
{
	const struct k8sov_device *device = obj;
	struct ctx *ctx = data;
	struct out *out = &ctx->out;

	out_object(out);
	out_string(out, "dev", "", device->ifname);
	out_number(out, "ifindex", NULL, device->ifindex);
	out_number(out, "generation", " generation ", device->generation);
	print_fill(out, device, K8SOV_A_DEVICE_HOSTS, K8SOV_A_DEVICE_MAX_HOSTS,
		   "hosts", "max_hosts", " hosts ");
	print_fill(out, device, K8SOV_A_DEVICE_SUBNETS,
		   K8SOV_A_DEVICE_MAX_SUBNETS, "subnets", "max_subnets",
		   " subnets ");
	print_fill(out, device, K8SOV_A_DEVICE_ENDPOINTS,
		   K8SOV_A_DEVICE_MAX_ENDPOINTS, "endpoints", "max_endpoints",
		   " endpoints ");
	print_fill(out, device, K8SOV_A_DEVICE_IDENTITIES,
		   K8SOV_A_DEVICE_MAX_IDENTITIES, "identities",
		   "max_identities", " identities ");
	print_fill(out, device, K8SOV_A_DEVICE_RULESETS,
		   K8SOV_A_DEVICE_MAX_RULESETS, "rulesets", "max_rulesets",
		   " rulesets ");
	if (K8SOV_HAS(device, K8SOV_A_DEVICE_POLICY))
		print_enum(out, "policy", " policy ", &k8sov_policy_mode_enum,
			   device->policy);
	out_number(out, "memory", " memory ", device->memory);
	out_number(out, "transactions", " transactions ",
		   device->transactions);
	out_object_end(out);
	return 0;
}

static int show_devices(struct ctx *ctx, const struct noun *noun,
			struct args *args)
{
	struct k8sov_device device;
	int ret;

	(void)noun;
	ret = ctx_open(ctx);
	if (ret)
		return ret;
	out_begin(&ctx->out);
	if (K8SOV_HAS(&args->obj, ATTR_IFINDEX)) {
		ret = k8sov_device_get(ctx->sock, args->obj.device.ifindex,
				       &device, &ctx->err);
		if (!ret)
			print_device(&device, ctx);
	} else {
		ret = k8sov_device_dump(ctx->sock, print_device, ctx,
					&ctx->err);
	}
	out_end(&ctx->out);
	return ret;
}

static const struct command commands[] = {
	{ "show", "List devices and how full their tables are.", show_args,
	  show_devices },
	{}
};

const struct noun noun_device = {
	.name = "device",
	.help = "The k8sov devices of the network namespace.",
	.set = &k8sov_device_set,
	.commands = commands,
};

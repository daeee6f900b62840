// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"

static const struct k8sov_pair remote = {
	K8SOV_A_HOST_REMOTE, K8SOV_A_HOST_REMOTE6, 0
};
static const struct k8sov_pair source = {
	K8SOV_A_HOST_SOURCE, K8SOV_A_HOST_SOURCE6, 0
};

#define ARG_ENCAP { .word = "encap", .value = "ENCAP", .type = ARG_ATTR, \
	.attr = K8SOV_A_HOST_ENCAP }
#define KEYS(need) \
	{ .word = "id", .value = "N", .type = ARG_ATTR, .group = 1, \
	  .flags = (need), .attr = K8SOV_A_HOST_ID, .help = "Its id." }, \
	{ .word = "name", .value = "NAME", .type = ARG_ATTR, .group = 1, \
	  .flags = (need), .attr = K8SOV_A_HOST_NAME, .help = "Its name." }, \
	{ .word = "remote", .value = "ADDR", .type = ARG_ADDR, .group = 1, \
	  .flags = (need), .pair = &remote, .help = "Its outer address." }

static const struct arg show_args[] = {
	ARG_DEVICE, KEYS(0), ARG_ENCAP, ARG_OWNER, {}
};

static const struct arg add_args[] = {
	ARG_DEVICE,
	{ .word = "id", .value = "N", .type = ARG_ATTR,
	  .attr = K8SOV_A_HOST_ID },
	{ .word = "name", .value = "NAME", .type = ARG_ATTR,
	  .attr = K8SOV_A_HOST_NAME,
	  .help = "Name, as that of the Kubernetes node." },
	{ .word = "remote", .value = "ADDR", .type = ARG_ADDR,
	  .flags = ARG_NEED, .pair = &remote, .help = "Outer address." },
	ARG_ENCAP,
	{ .word = "mac", .value = "LLADDR", .type = ARG_ATTR,
	  .attr = K8SOV_A_HOST_MAC },
	{ .word = "port", .value = "N", .type = ARG_ATTR, .flags = ARG_ZERO,
	  .attr = K8SOV_A_HOST_PORT },
	{ .word = "vni", .value = "N", .type = ARG_ATTR,
	  .attr = K8SOV_A_HOST_VNI },
	{ .word = "source", .value = "ADDR", .type = ARG_ADDR,
	  .flags = ARG_MANY, .pair = &source,
	  .help = "Further address that packets from the host may come from." },
	ARG_OWNER, ARG_FORCE, {}
};

static const struct arg del_args[] = {
	ARG_DEVICE, KEYS(ARG_NEED), ARG_OWNER, ARG_FORCE, {}
};

static void print_counters(struct ctx *ctx, const struct k8sov_host *host)
{
	struct out *out = &ctx->out;

	if (!ctx->stats && !out->json)
		return;
	out_number(out, "tx_packets", "\n    tx packets ", host->tx_packets);
	out_number(out, "tx_bytes", " bytes ", host->tx_bytes);
	out_number(out, "rx_packets", "\n    rx packets ", host->rx_packets);
	out_number(out, "rx_bytes", " bytes ", host->rx_bytes);
}

static void print_host(struct ctx *ctx, const void *obj)
{
	const struct k8sov_host *host = obj;
	struct out *out = &ctx->out;
	char mac[K8SOV_ADDR_TEXT];

	out_object(out);
	out_number(out, "id", "id ", host->id);
	if (K8SOV_HAS(host, K8SOV_A_HOST_NAME))
		out_string(out, "name", " name ", host->name);
	print_pair(out, "remote", " remote ", &k8sov_host_set, &remote, obj);
	print_enum(out, "encap", " encap ", &k8sov_encap_enum, host->encap);
	if (K8SOV_HAS(host, K8SOV_A_HOST_MAC)) {
		k8sov_mac_format(host->mac, mac);
		out_string(out, "mac", " mac ", mac);
	}
	if (host->port)
		out_number(out, "port", " port ", host->port);
	if (K8SOV_HAS(host, K8SOV_A_HOST_VNI))
		out_number(out, "vni", " vni ", host->vni);
	print_pairs(out, "source", " source ", &k8sov_host_set, &source, obj);
	print_dev(ctx, host->ifindex);
	print_owner(out, host->owner);
	if (K8SOV_HAS(host, K8SOV_A_HOST_SUBNETS))
		out_number(out, "subnets", " subnets ", host->subnets);
	if (K8SOV_HAS(host, K8SOV_A_HOST_TX_PACKETS))
		print_counters(ctx, host);
	out_object_end(out);
}

static const struct command commands[] = {
	{ "show", "List hosts.", show_args, cmd_show },
	TABLE_COMMANDS(add_args, del_args),
	{}
};

const struct noun noun_host = {
	.name = "host",
	.help = "Remote nodes and how packets get to them.",
	.set = &k8sov_host_set,
	.commands = commands,
	.object = &k8sov_object_host,
	.keys = K8SOV_BIT(K8SOV_A_HOST_ID) | K8SOV_BIT(K8SOV_A_HOST_NAME) |
		K8SOV_BIT(K8SOV_A_HOST_REMOTE) |
		K8SOV_BIT(K8SOV_A_HOST_REMOTE6),
	.pair = &remote,
	.print = print_host,
};

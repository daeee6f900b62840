// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Pods of this node: endpoints, as a person calls them, with their links. */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/link_stats.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"

static const struct k8sov_pair address = {
	K8SOV_A_ENDPOINT_ADDRESS, K8SOV_A_ENDPOINT_ADDRESS6, 0
};

static const struct arg show_args[] = {
	ARG_DEVICE,
	{ .word = "link", .value = "IF", .type = ARG_LINK,
	  .attr = K8SOV_A_ENDPOINT_LINK,
	  .help = "Only the pod behind this interface." },
	{ .word = "address", .value = "ADDR", .type = ARG_ADDR,
	  .pair = &address, .help = "Only the pod with this address." },
	{}
};

static const struct arg adopt_args[] = {
	ARG_DEVICE,
	{ .word = "results", .value = "DIR", .type = ARG_TEXT,
	  .help = "Where runtimes keep the answers of plugins." },
	{}
};

static const struct arg run_args[] = {
	{ .word = "name", .value = "NAME", .type = ARG_ATTR,
	  .attr = K8SOV_A_ENDPOINT_NAME,
	  .help = "What to call the pod, run-PID by default." },
	{ .word = "conf", .value = "FILE", .type = ARG_TEXT,
	  .help = "Network configuration; k8sovd's, or k8sov's defaults." },
	{ .word = "--", .value = "CMD...", .type = ARG_REST,
	  .help = "Program and its arguments, a shell by default." },
	{}
};

/* "NAMESPACE/POD/CONTAINER"; other names are those of pods. */
static void print_name(struct out *out, const char *name)
{
	const char *pod = strchr(name, '/');
	const char *container = pod ? strchr(pod + 1, '/') : NULL;
	char text[K8SOV_ENDPOINT_NAME_MAX + 1];

	if (!container) {
		out_string(out, "name", "", name);
		return;
	}
	snprintf(text, sizeof(text), "%.*s", (int)(container - pod - 1),
		 pod + 1);
	out_string(out, "name", "", text);
	snprintf(text, sizeof(text), "%.*s", (int)(pod - name), name);
	out_string(out, "namespace", " namespace ", text);
	out_string(out, "container", NULL, container + 1);
}

/* The host's end receives what the pod sends. */
static void print_counters(struct ctx *ctx, uint32_t link)
{
	struct rtnl_link_stats64 stats;
	struct out *out = &ctx->out;

	if ((!ctx->stats && !out->json) || link_stats_read(link, &stats))
		return;
	out_number(out, "tx_packets", "\n    tx packets ", stats.rx_packets);
	out_number(out, "tx_bytes", " bytes ", stats.rx_bytes);
	out_number(out, "rx_packets", "\n    rx packets ", stats.tx_packets);
	out_number(out, "rx_bytes", " bytes ", stats.tx_bytes);
	out_number(out, "rx_dropped", " dropped ", stats.tx_dropped);
}

static void print_pod(struct ctx *ctx, const void *obj)
{
	const struct k8sov_endpoint *ep = obj;
	struct out *out = &ctx->out;

	out_object(out);
	print_name(out, K8SOV_HAS(ep, K8SOV_A_ENDPOINT_NAME) ? ep->name : "-");
	print_pairs(out, "address", " address ", &k8sov_endpoint_set, &address,
		    obj);
	out_string(out, "link", " link ", dev_name(&ctx->devs, ep->link));
	print_enum(out, "state", " state ", &k8sov_endpoint_state_enum,
		   ep->state);
	print_dev(ctx, ep->ifindex);
	print_counters(ctx, ep->link);
	out_object_end(out);
}

static const struct command commands[] = {
	{ "show", "List the pods of this node.", show_args, cmd_show },
	{ "run", "Run a program in a pod of its own, which goes with it.",
	  run_args, cmd_pod_run },
	{ "adopt", "Have pods obey policy that another network has attached.",
	  adopt_args, cmd_pod_adopt },
	{}
};

const struct noun noun_pod = {
	.name = "pod",
	.help = "Pods of this node, with their links.",
	.set = &k8sov_endpoint_set,
	.commands = commands,
	.object = &k8sov_object_endpoint,
	.keys = K8SOV_BIT(K8SOV_A_ENDPOINT_LINK) |
		K8SOV_BIT(K8SOV_A_ENDPOINT_ADDRESS) |
		K8SOV_BIT(K8SOV_A_ENDPOINT_ADDRESS6),
	.pair = &address,
	.print = print_pod,
};

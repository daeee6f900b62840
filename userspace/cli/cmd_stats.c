// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"

static const struct arg show_args[] = { ARG_DEVICE, {} };

static void print_drops(struct ctx *ctx, const struct k8sov_stats *stats)
{
	const struct k8sov_drop_item *drop;
	struct out *out = &ctx->out;
	unsigned int i;

	out_list(out, "drop");
	for (i = 0; i < stats->n_drop; i++) {
		drop = &stats->drop[i];
		/* Most reasons never happen; text names those that did. */
		if (!out->json && !drop->packets && !ctx->stats)
			continue;
		out_item(out);
		print_enum(out, "reason", "\n    drop ", &k8sov_drop_enum,
			   drop->reason);
		out_number(out, "packets", " ", drop->packets);
		if (ctx->stats && out->json)
			out_string(out, "text", NULL,
				   k8sov_enum_doc(&k8sov_drop_enum,
						  drop->reason));
		if (ctx->stats) {
			out_text(out, "  ");
			out_text(out, k8sov_enum_doc(&k8sov_drop_enum,
						     drop->reason));
		}
		out_close(out);
	}
	out_close(out);
}

static int print_stats(const void *obj, void *data)
{
	const struct k8sov_stats *stats = obj;
	struct ctx *ctx = data;
	struct out *out = &ctx->out;

	out_object(out);
	out_string(out, "dev", "", dev_name(&ctx->devs, stats->ifindex));
	out_number(out, "rx_packets", "\n    rx packets ", stats->rx_packets);
	out_number(out, "rx_bytes", " bytes ", stats->rx_bytes);
	out_number(out, "tx_packets", "\n    tx packets ", stats->tx_packets);
	out_number(out, "tx_bytes", " bytes ", stats->tx_bytes);
	if (out->json || stats->audited || ctx->stats)
		out_number(out, "audited", "\n    audited ", stats->audited);
	print_drops(ctx, stats);
	out_object_end(out);
	return 0;
}

static int show_stats(struct ctx *ctx, const struct noun *noun,
		      struct args *args)
{
	struct k8sov_stats stats;
	int ret;

	(void)noun;
	ret = ctx_open(ctx);
	if (ret)
		return ret;
	out_begin(&ctx->out);
	if (K8SOV_HAS(&args->obj, ATTR_IFINDEX)) {
		ret = k8sov_stats_get(ctx->sock, args->obj.stats.ifindex,
				      &stats, &ctx->err);
		if (!ret)
			print_stats(&stats, ctx);
	} else {
		ret = k8sov_stats_dump(ctx->sock, print_stats, ctx, &ctx->err);
	}
	out_end(&ctx->out);
	return ret;
}

static const struct command commands[] = {
	{ "show", "List counters, and drops by reason.", show_args,
	  show_stats },
	{}
};

const struct noun noun_stats = {
	.name = "stats",
	.help = "Counters of devices.",
	.set = &k8sov_stats_set,
	.commands = commands,
};

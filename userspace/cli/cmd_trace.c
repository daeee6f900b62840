// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>

#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"
#include "step.h"

static const struct k8sov_pair source = {
	K8SOV_A_TRACE_SOURCE, K8SOV_A_TRACE_SOURCE6, 0
};
static const struct k8sov_pair destination = {
	K8SOV_A_TRACE_DESTINATION, K8SOV_A_TRACE_DESTINATION6, 0
};
static const struct k8sov_pair outer = {
	K8SOV_A_TRACE_OUTER, K8SOV_A_TRACE_OUTER6, 0
};

const struct arg args_trace[] = {
	ARG_DEVICE,
	{ .value = "SRC", .type = ARG_ADDR, .flags = ARG_NEED,
	  .pair = &source, .help = "Inner source address." },
	{ .value = "DST", .type = ARG_ADDR, .flags = ARG_NEED,
	  .pair = &destination, .help = "Inner destination address." },
	{ .value = "PORT[/PROTO]", .type = ARG_PORT,
	  .help = "Destination port: 80 (of TCP), 53/udp, 3868/sctp." },
	{ .word = "proto", .value = "PROTO", .type = ARG_PROTO,
	  .attr = K8SOV_A_TRACE_PROTOCOL,
	  .help = "tcp, udp, icmp, icmpv6, sctp or a number." },
	{ .word = "port", .value = "N", .type = ARG_ATTR,
	  .attr = K8SOV_A_TRACE_PORT, .help = "Destination port." },
	{ .word = "iif", .value = "IF", .type = ARG_LINK,
	  .attr = K8SOV_A_TRACE_LINK,
	  .help = "Interface by which the packet enters the node." },
	{ .word = "rx", .type = ARG_CONST, .attr = K8SOV_A_TRACE_DIRECTION,
	  .number = K8SOV_DIRECTION_RX,
	  .help = "The packet comes from the overlay; else it goes there." },
	{ .word = "from", .value = "OUTER", .type = ARG_ADDR, .pair = &outer,
	  .help = "Outer source address of a packet from the overlay." },
	{}
};

static void print_verdict(struct out *out, const struct k8sov_trace *answer)
{
	const char *doc = k8sov_enum_doc(&k8sov_drop_enum, answer->reason);
	bool passes = answer->reason == K8SOV_DROP_NONE;

	out_bool(out, "passes", passes);
	print_enum(out, "reason", NULL, &k8sov_drop_enum, answer->reason);
	if (!passes)
		out_string(out, "text", NULL, doc);
}

static bool is_policy(const struct k8sov_step_item *step)
{
	return step->kind == K8SOV_STEP_SOURCE_IDENTITY ||
	       step->kind == K8SOV_STEP_DESTINATION_IDENTITY ||
	       step->kind == K8SOV_STEP_EGRESS_POLICY ||
	       step->kind == K8SOV_STEP_INGRESS_POLICY ||
	       step->kind == K8SOV_STEP_VERDICT;
}

static void print_steps(struct ctx *ctx, const struct k8sov_trace *query,
			const struct k8sov_trace *answer, bool policy)
{
	struct out *out = &ctx->out;
	bool any = false;
	unsigned int i;

	for (i = 0; i < answer->n_step; i++) {
		if (policy && !is_policy(&answer->step[i]))
			continue;
		if (any)
			out_text(out, "\n");
		any = true;
		out_item(out);
		if (out->json)
			step_json(ctx, &answer->step[i]);
		else
			step_text(ctx, query, &answer->step[i]);
		out_close(out);
	}
}

static void print_answer(struct ctx *ctx, const struct k8sov_trace *query,
			 const struct k8sov_trace *answer,
			 const struct k8sov_device *judge)
{
	struct out *out = &ctx->out;

	out_begin(out);
	out_object(out);
	if (out->json) {
		print_dev(ctx, query->ifindex);
		print_enum(out, "direction", NULL, &k8sov_direction_enum,
			   query->direction);
		print_pair(out, "source", NULL, &k8sov_trace_set, &source,
			   query);
		print_pair(out, "destination", NULL, &k8sov_trace_set,
			   &destination, query);
		print_verdict(out, answer);
	}
	if (judge) {
		out_string(out, NULL, "The policy of ",
			   dev_name(&ctx->devs, query->ifindex));
		print_enum(out, "policy", " is ", &k8sov_policy_mode_enum,
			   judge->policy);
		out_text(out, ".\n");
	}
	out_list(out, "step");
	print_steps(ctx, query, answer, judge);
	out_close(out);
	out_object_end(out);
	out_end(out);
}

static int check_query(struct ctx *ctx, const struct args *args)
{
	const struct k8sov_trace *query = &args->obj.trace;
	bool rx = args_seen(args, "rx");

	if (args->text && (args_seen(args, "proto") || args_seen(args, "port")))
		return k8sov_error_set(&ctx->err, EINVAL,
				       "'%s' and '%s' exclude each other",
				       args->text, args_seen(args, "port") ?
				       "port" : "proto");
	if (rx != args_seen(args, "from"))
		return k8sov_error_set(&ctx->err, EINVAL, rx ?
				       "'rx' needs 'from OUTER'" :
				       "'from' needs 'rx'");
	if (K8SOV_HAS(query, K8SOV_A_TRACE_SOURCE) !=
	    K8SOV_HAS(query, K8SOV_A_TRACE_DESTINATION))
		return k8sov_error_set(&ctx->err, EINVAL,
				       "SRC and DST are not of the same family");
	return 0;
}

static int trace(struct ctx *ctx, struct args *args,
		 struct k8sov_device *judge)
{
	struct k8sov_trace *query = &args->obj.trace;
	struct k8sov_trace answer;
	uint32_t ifindex;
	int ret;

	ret = check_query(ctx, args);
	if (!ret)
		ret = ctx_open(ctx);
	if (!ret && !K8SOV_HAS(query, K8SOV_A_TRACE_IFINDEX)) {
		ret = ctx_only_device(ctx, &ifindex);
		K8SOV_SET(query, ifindex, K8SOV_A_TRACE_IFINDEX, ifindex);
	}
	if (ret)
		return ret;
	query->present |= K8SOV_BIT(K8SOV_A_TRACE_DIRECTION);
	if (judge)
		ret = k8sov_device_get(ctx->sock, query->ifindex, judge,
				       &ctx->err);
	if (!ret)
		ret = k8sov_trace_get(ctx->sock, query, &answer, &ctx->err);
	if (!ret)
		print_answer(ctx, query, &answer, judge);
	return ret;
}

static int run_trace(struct ctx *ctx, const struct noun *noun,
		     struct args *args)
{
	(void)noun;
	return trace(ctx, args, NULL);
}

/**
 * cmd_policy_trace() - say what policy does with a packet
 * @ctx: context
 * @noun: unused
 * @args: packet
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_policy_trace(struct ctx *ctx, const struct noun *noun,
		     struct args *args)
{
	struct k8sov_device device = {};

	(void)noun;
	return trace(ctx, args, &device);
}

static const struct command commands[] = {
	{ NULL, "Say step by step what would happen to a packet.", args_trace,
	  run_trace },
	{}
};

const struct noun noun_trace = {
	.name = "trace",
	.help = "What would happen to a packet, and why.",
	.set = &k8sov_trace_set,
	.commands = commands,
};

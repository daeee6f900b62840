// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The steps of a packet's way, in words and as JSON. */
#include "step.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../lib/addr.h"
#include "../lib/attr.h"
#include "ctx.h"
#include "hosts.h"
#include "print.h"
#include "token.h"

static const struct k8sov_pair address = {
	K8SOV_A_STEP_ADDRESS, K8SOV_A_STEP_ADDRESS6, 0
};
static const struct k8sov_pair gateway = {
	K8SOV_A_STEP_GATEWAY, K8SOV_A_STEP_GATEWAY6, 0
};
static const struct k8sov_pair source = {
	K8SOV_A_STEP_SOURCE, K8SOV_A_STEP_SOURCE6, 0
};

#define HAS(attr) K8SOV_HAS(step, K8SOV_A_STEP_##attr)

/**
 * step_json() - write a step as JSON
 * @ctx: context
 * @step: step
 */
void step_json(struct ctx *ctx, const struct k8sov_step_item *step)
{
	const struct k8sov_set *set = &k8sov_step_set;
	struct out *out = &ctx->out;

	print_enum(out, "kind", NULL, &k8sov_step_enum, step->kind);
	print_pair(out, "address", NULL, set, &address, step);
	if (HAS(PREFIX_LEN))
		out_number(out, "prefix_len", NULL, step->prefix_len);
	if (HAS(TYPE))
		print_enum(out, "type", NULL, &k8sov_subnet_type_enum,
			   step->type);
	if (HAS(HOST))
		out_number(out, "host", NULL, step->host);
	if (HAS(NAME))
		out_string(out, "name", NULL, step->name);
	if (HAS(OWNER))
		out_number(out, "owner", NULL, step->owner);
	if (HAS(ENCAP))
		print_enum(out, "encap", NULL, &k8sov_encap_enum, step->encap);
	if (HAS(LINK))
		out_string(out, "link", NULL, dev_name(&ctx->devs, step->link));
	if (HAS(IDENTITY))
		out_number(out, "identity", NULL, step->identity);
	if (HAS(MTU))
		out_number(out, "mtu", NULL, step->mtu);
	if (HAS(RULESET))
		out_number(out, "ruleset", NULL, step->ruleset);
	if (HAS(RULE))
		out_number(out, "rule", NULL, step->rule);
	if (HAS(ACTION))
		print_enum(out, "action", NULL, &k8sov_rule_action_enum,
			   step->action);
	print_pair(out, "gateway", NULL, set, &gateway, step);
	print_pair(out, "source", NULL, set, &source, step);
	if (HAS(REASON))
		print_enum(out, "reason", NULL, &k8sov_drop_enum,
			   step->reason);
}

static void pair_text(const struct k8sov_step_item *step,
		      const struct k8sov_pair *pair,
		      char text[static K8SOV_ADDR_TEXT])
{
	struct k8sov_addr addr;

	snprintf(text, K8SOV_ADDR_TEXT, "?");
	if (k8sov_pair_item(&k8sov_step_set, pair, step, 0, &addr))
		k8sov_addr_format(&addr, text);
}

/* The covering prefix: the address without the bits behind its length. */
static void prefix_text(const struct k8sov_step_item *step,
			char text[static K8SOV_ADDR_TEXT])
{
	struct k8sov_addr addr;
	unsigned int bit, size;
	uint8_t *bytes;

	snprintf(text, K8SOV_ADDR_TEXT, "?");
	if (!k8sov_pair_item(&k8sov_step_set, &address, step, 0, &addr))
		return;
	bytes = (uint8_t *)&addr.v6;
	size = addr.family == AF_INET ? 32 : 128;
	for (bit = step->prefix_len; bit < size; bit++)
		bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
	k8sov_prefix_format(&addr, step->prefix_len, text);
}

static void print_host(struct ctx *ctx, const struct k8sov_trace *query,
		       const struct k8sov_step_item *step)
{
	const struct host_name *host;
	const char *name = NULL;
	char text[TOKEN_TEXT];

	/* Only the step about the host itself has its name. */
	host = hosts_find(ctx, query->ifindex, step->host);
	if (HAS(NAME))
		name = step->name;
	else if (host && host->name[0])
		name = host->name;
	if (name)
		fprintf(ctx->out.file, "host %s (id %u)",
			token_quote(name, text), step->host);
	else
		fprintf(ctx->out.file, "host id %u", step->host);
}

static void print_device(struct ctx *ctx, const struct k8sov_trace *query,
			 const struct k8sov_step_item *step)
{
	FILE *file = ctx->out.file;

	fprintf(file, "%s %s",
		query->direction == K8SOV_DIRECTION_RX ?
		"The packet comes in by" : "The packet goes out by",
		dev_name(&ctx->devs, HAS(LINK) ? step->link : query->ifindex));
	if (HAS(MTU))
		fprintf(file, ", MTU %u", step->mtu);
}

static void print_outer(struct ctx *ctx, const struct k8sov_trace *query,
			const struct k8sov_step_item *step)
{
	char text[K8SOV_ADDR_TEXT];

	pair_text(step, &address, text);
	fprintf(ctx->out.file, "The outer source %s belongs to ", text);
	if (HAS(HOST))
		print_host(ctx, query, step);
	else
		fputs("no host", ctx->out.file);
}

static void print_subnet(struct ctx *ctx, const struct k8sov_trace *query,
			 const struct k8sov_step_item *step)
{
	char text[K8SOV_ADDR_TEXT], prefix[K8SOV_ADDR_TEXT];
	FILE *file = ctx->out.file;

	pair_text(step, &address, text);
	if (!HAS(PREFIX_LEN) || !HAS(TYPE)) {
		fprintf(file, "No subnet covers %s", text);
		return;
	}
	prefix_text(step, prefix);
	fprintf(file, "%s is in %s, which ", text, prefix);
	switch ((enum k8sov_subnet_type)step->type) {
	case K8SOV_SUBNET_TYPE_HOST:
		fputs("lives on ", file);
		print_host(ctx, query, step);
		break;
	case K8SOV_SUBNET_TYPE_LOCAL:
		fputs("lives on this node", file);
		break;
	case K8SOV_SUBNET_TYPE_BLACKHOLE:
		fputs("is a blackhole", file);
		break;
	case K8SOV_SUBNET_TYPE_UNREACHABLE:
		fputs("is unreachable", file);
		break;
	case __K8SOV_SUBNET_TYPE_MAX:
		break;
	}
}

static void print_endpoint(struct ctx *ctx, const struct k8sov_step_item *step)
{
	char text[K8SOV_ADDR_TEXT], name[TOKEN_TEXT];
	FILE *file = ctx->out.file;

	pair_text(step, &address, text);
	if (!HAS(LINK)) {
		fprintf(file, "No endpoint of this node has the address %s",
			text);
		return;
	}
	fprintf(file, "%s is the address of ", text);
	if (HAS(NAME))
		fprintf(file, "endpoint %s at ", token_quote(step->name, name));
	else
		fputs("the endpoint at ", file);
	fputs(dev_name(&ctx->devs, step->link), file);
}

static void print_source_check(struct ctx *ctx,
			       const struct k8sov_step_item *step)
{
	char name[TOKEN_TEXT];
	FILE *file = ctx->out.file;

	fprintf(file, "What enters by %s may only come from addresses of ",
		dev_name(&ctx->devs, step->link));
	if (HAS(NAME))
		fprintf(file, "endpoint %s", token_quote(step->name, name));
	else
		fputs("its endpoint", file);
}

static void print_identity(struct ctx *ctx, const struct k8sov_step_item *step)
{
	const char *name = print_identity_name(step->identity);
	char text[K8SOV_ADDR_TEXT];

	pair_text(step, &address, text);
	fprintf(ctx->out.file, "%s has identity %u", text, step->identity);
	if (name)
		fprintf(ctx->out.file, ", %s", name);
}

/* The address is that of the endpoint whose ruleset it is. */
static void print_policy(struct ctx *ctx, const char *way,
			 const struct k8sov_step_item *step)
{
	const char *action = k8sov_enum_name(&k8sov_rule_action_enum,
					     step->action);
	char text[K8SOV_ADDR_TEXT], name[TOKEN_TEXT];
	FILE *file = ctx->out.file;

	pair_text(step, &address, text);
	if (!HAS(RULESET)) {
		fprintf(file, "No ruleset judges packets %s %s", way, text);
		return;
	}
	fprintf(file, "Ruleset %u judges packets %s %s", step->ruleset, way,
		text);
	if (HAS(RULE))
		fprintf(file, ": rule %u", step->rule);
	if (HAS(NAME))
		fprintf(file, " (%s)", token_quote(step->name, name));
	if (HAS(ACTION))
		fprintf(file, " says %s", action ? action : "what is unknown");
}

static void print_encap(struct ctx *ctx, const struct k8sov_trace *query,
			const struct k8sov_step_item *step)
{
	const char *encap = k8sov_enum_name(&k8sov_encap_enum, step->encap);
	char text[K8SOV_ADDR_TEXT];
	FILE *file = ctx->out.file;

	pair_text(step, &address, text);
	fputs("Packets to ", file);
	print_host(ctx, query, step);
	if (step->encap == K8SOV_ENCAP_DIRECT)
		fprintf(file, " go to %s as they are", text);
	else
		fprintf(file, " go to %s in %s", text,
			encap ? encap : "an unknown encapsulation");
}

static void print_route(struct ctx *ctx, const struct k8sov_step_item *step)
{
	char text[K8SOV_ADDR_TEXT], via[K8SOV_ADDR_TEXT], src[K8SOV_ADDR_TEXT];
	FILE *file = ctx->out.file;

	pair_text(step, &address, text);
	pair_text(step, &gateway, via);
	pair_text(step, &source, src);
	if (!HAS(LINK)) {
		fprintf(file, "The underlay has no route to %s", text);
		return;
	}
	fprintf(file, "The underlay reaches %s by %s", text,
		dev_name(&ctx->devs, step->link));
	if (strcmp(via, "?") != 0)
		fprintf(file, " via %s", via);
	if (strcmp(src, "?") != 0)
		fprintf(file, " from %s", src);
	if (HAS(MTU))
		fprintf(file, ", for packets up to %u bytes", step->mtu);
}

static void print_verdict(struct ctx *ctx, const struct k8sov_trace *query,
			  const struct k8sov_step_item *step)
{
	const char *name = k8sov_enum_name(&k8sov_drop_enum, step->reason);
	FILE *file = ctx->out.file;

	if (step->reason != K8SOV_DROP_NONE)
		fprintf(file, "The packet is dropped (%s): %s",
			name ? name : "for an unknown reason",
			k8sov_enum_doc(&k8sov_drop_enum, step->reason));
	else
		fputs(query->direction == K8SOV_DIRECTION_RX ?
		      "The packet is delivered." : "The packet is sent.",
		      file);
}

static void print_words(struct ctx *ctx, const struct k8sov_trace *query,
			const struct k8sov_step_item *step)
{
	switch ((enum k8sov_step)step->kind) {
	case K8SOV_STEP_DEVICE:
		print_device(ctx, query, step);
		return;
	case K8SOV_STEP_OUTER_SOURCE:
		print_outer(ctx, query, step);
		return;
	case K8SOV_STEP_SOURCE:
	case K8SOV_STEP_DESTINATION:
		print_subnet(ctx, query, step);
		return;
	case K8SOV_STEP_ENDPOINT:
		print_endpoint(ctx, step);
		return;
	case K8SOV_STEP_SOURCE_CHECK:
		print_source_check(ctx, step);
		return;
	case K8SOV_STEP_SOURCE_IDENTITY:
	case K8SOV_STEP_DESTINATION_IDENTITY:
		print_identity(ctx, step);
		return;
	case K8SOV_STEP_HOST:
		print_encap(ctx, query, step);
		return;
	case K8SOV_STEP_ROUTE:
		print_route(ctx, step);
		return;
	case K8SOV_STEP_EGRESS_POLICY:
		print_policy(ctx, "from", step);
		return;
	case K8SOV_STEP_INGRESS_POLICY:
		print_policy(ctx, "to", step);
		return;
	case K8SOV_STEP_VERDICT:
	case __K8SOV_STEP_MAX:
		break;
	}
	/* A newer kernel takes steps that this program does not know. */
	fprintf(ctx->out.file, "Step %u", step->kind);
}

/**
 * step_text() - write a step in words
 * @ctx: context
 * @query: packet that was asked about
 * @step: step
 */
void step_text(struct ctx *ctx, const struct k8sov_trace *query,
	       const struct k8sov_step_item *step)
{
	if (step->kind == K8SOV_STEP_VERDICT) {
		print_verdict(ctx, query, step);
		return;
	}
	print_words(ctx, query, step);
	if (HAS(REASON) && step->reason != K8SOV_DROP_NONE)
		fprintf(ctx->out.file, ": %s",
			k8sov_enum_doc(&k8sov_drop_enum, step->reason));
	else
		fputc('.', ctx->out.file);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What policy denied, as a line or a JSON object. */
#include "denial.h"

#include <stdio.h>

#include "../lib/addr.h"
#include "../lib/attr.h"
#include "ctx.h"
#include "dev.h"
#include "print.h"
#include "proto.h"
#include "token.h"

#define HAS(name) K8SOV_HAS(denial, K8SOV_A_DENIAL_##name)

static const struct k8sov_pair source = {
	K8SOV_A_DENIAL_SOURCE, K8SOV_A_DENIAL_SOURCE6, 0
};

static const struct k8sov_pair destination = {
	K8SOV_A_DENIAL_DESTINATION, K8SOV_A_DENIAL_DESTINATION6, 0
};

static const char *event_name(const struct k8sov_denial *denial)
{
	if (denial->reason == K8SOV_DROP_NONE)
		return "logged";
	return denial->audit ? "audited" : "denied";
}

static void print_packet(struct out *out, const struct k8sov_denial *denial)
{
	const char *proto = proto_name(denial->protocol);
	char number[8];

	print_pair(out, "source", " from ", &k8sov_denial_set, &source, denial);
	print_pair(out, "destination", " to ", &k8sov_denial_set, &destination,
		   denial);
	if (!HAS(PROTOCOL))
		return;
	snprintf(number, sizeof(number), "%u", denial->protocol);
	out_string(out, "protocol", " proto ", proto ? proto : number);
	if (denial->source_port)
		out_number(out, "source_port", " sport ", denial->source_port);
	if (denial->port)
		out_number(out, "port", " port ", denial->port);
}

static void print_decider(struct out *out, const struct k8sov_denial *denial)
{
	char text[TOKEN_TEXT];

	if (!HAS(RULESET))
		return;
	out_number(out, "identity", " identity ", denial->identity);
	out_number(out, "ruleset", " ruleset ", denial->ruleset);
	out_number(out, "rule", " rule ", denial->rule);
	if (HAS(RULE_NAME))
		out_string(out, "rule_name", " ", out->json ?
			   denial->rule_name :
			   token_quote(denial->rule_name, text));
	print_enum(out, "action", " action ", &k8sov_rule_action_enum,
		   denial->action);
}

/**
 * denial_print() - write a denial
 * @ctx: context
 * @denial: denial, as the kernel told it
 */
void denial_print(struct ctx *ctx, const struct k8sov_denial *denial)
{
	struct out *out = &ctx->out;

	out_object(out);
	out_string(out, "event", "", event_name(denial));
	print_enum(out, "direction", " ", &k8sov_policy_direction_enum,
		   denial->direction);
	if (HAS(LINK))
		out_string(out, "link", " link ",
			   dev_name(&ctx->devs, denial->link));
	if (HAS(NAME))
		out_string(out, "name", " name ", denial->name);
	print_packet(out, denial);
	print_decider(out, denial);
	if (denial->reason != K8SOV_DROP_NONE)
		print_enum(out, "reason", " reason ", &k8sov_drop_enum,
			   denial->reason);
	if (denial->suppressed)
		out_number(out, "suppressed", " suppressed ",
			   denial->suppressed);
	print_dev(ctx, denial->ifindex);
	out_object_end(out);
}

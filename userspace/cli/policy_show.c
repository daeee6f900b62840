// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Rulesets, for whom they are, and how often their rules decided. */
#include "../lib/attr.h"
#include "../lib/ruleset.h"
#include "cmd.h"
#include "ctx.h"
#include "print.h"
#include "view.h"

struct show {
	struct ctx *ctx;
	struct view view;
	struct k8sov_rules rules;
};

static void print_user(struct ctx *ctx, const struct k8sov_endpoint *ep,
		       uint64_t direction)
{
	struct out *out = &ctx->out;

	out_item(out);
	out_string(out, "link", NULL, dev_name(&ctx->devs, ep->link));
	out_string(out, "name", "\n    endpoint ", ep->name[0] ? ep->name :
		   dev_name(&ctx->devs, ep->link));
	print_enum(out, "direction", " ", &k8sov_policy_direction_enum,
		   direction);
	out_close(out);
}

static void print_users(struct show *show, uint32_t id)
{
	const struct k8sov_endpoint *ep = show->view.endpoints;
	size_t i;

	out_list(&show->ctx->out, "endpoints");
	for (i = 0; i < show->view.n_endpoints; i++, ep++) {
		if (ep->ingress == id)
			print_user(show->ctx, ep,
				   K8SOV_POLICY_DIRECTION_INGRESS);
		if (ep->egress == id)
			print_user(show->ctx, ep,
				   K8SOV_POLICY_DIRECTION_EGRESS);
	}
	out_close(&show->ctx->out);
}

static int take_part(const void *obj, void *data)
{
	struct show *show = data;
	struct out *out = &show->ctx->out;
	struct k8sov_rules *rules = &show->rules;
	unsigned int i;
	int ret;

	ret = k8sov_rules_take(rules, obj);
	if (ret || !k8sov_rules_complete(rules))
		return ret;
	out_object(out);
	out_number(out, "id", "id ", rules->id);
	if (rules->name[0])
		out_string(out, "name", " name ", rules->name);
	out_number(out, "default", " default ", rules->default_rule);
	print_dev(show->ctx, rules->ifindex);
	print_users(show, rules->id);
	out_list(out, "rules");
	for (i = 0; i < rules->n_rules; i++) {
		out_item(out);
		print_rule(out, "\n    rule ", i, &rules->rules[i], true);
		out_close(out);
	}
	out_close(out);
	out_object_end(out);
	return 0;
}

/**
 * cmd_policy_show() - list rulesets with their endpoints and hits
 * @ctx: context
 * @noun: unused
 * @args: may name a device
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_policy_show(struct ctx *ctx, const struct noun *noun,
		    struct args *args)
{
	struct k8sov_ruleset filter = {};
	struct show show = { .ctx = ctx };
	int ret;

	(void)noun;
	ret = view_open(&show.view, ctx, args);
	if (!ret) {
		K8SOV_SET(&filter, ifindex, K8SOV_A_RULESET_IFINDEX,
			  show.view.ifindex);
		out_begin(&ctx->out);
		ret = k8sov_object_dump(ctx->sock, &k8sov_object_ruleset,
					&filter, take_part, &show, &ctx->err);
		ret = ctx_end_dump(ctx, ret);
		out_end(&ctx->out);
	}
	k8sov_rules_clear(&show.rules);
	view_close(&show.view);
	return ret;
}

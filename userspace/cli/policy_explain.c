// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Who may talk to a pod, and to whom it may talk, and which rule says so. */
#include <errno.h>
#include <stdlib.h>

#include "../lib/attr.h"
#include "../lib/ruleset.h"
#include "cmd.h"
#include "ctx.h"
#include "key.h"
#include "print.h"
#include "view.h"

/* A ruleset of the pod. */
struct explain {
	struct ctx *ctx;
	const struct view *view;
	enum k8sov_policy_direction direction;
	struct k8sov_rules rules;
};

static int take_part(const void *obj, void *data)
{
	return k8sov_rules_take(data, obj);
}

/* By class, then by identity. */
static int compare_members(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	if (x[1] != y[1])
		return x[1] < y[1] ? -1 : 1;
	return x[0] < y[0] ? -1 : x[0] > y[0];
}

static int read_ruleset(struct explain *ex, uint32_t id)
{
	struct k8sov_rules *rules = &ex->rules;
	struct k8sov_ruleset key = {};
	struct ctx *ctx = ex->ctx;
	int ret;

	K8SOV_SET(&key, ifindex, K8SOV_A_RULESET_IFINDEX, ex->view->ifindex);
	K8SOV_SET(&key, id, K8SOV_A_RULESET_ID, id);
	ret = k8sov_object_dump(ctx->sock, &k8sov_object_ruleset, &key,
				take_part, rules, &ctx->err);
	if (!ret && !k8sov_rules_complete(rules))
		ret = -EINTR;
	if (ret == -EINTR)
		return k8sov_error_set(&ctx->err, EAGAIN,
				       "the policy changed while it was read, try again");
	if (!ret && rules->n_members)
		qsort(rules->members, rules->n_members,
		      K8SOV_MEMBER_NUMBERS * sizeof(uint32_t),
		      compare_members);
	return ctx_end_dump(ctx, ret);
}

/* Text says it once for all ranges of a class. */
static void print_class(const struct explain *ex, uint32_t class, bool text)
{
	bool from = ex->direction == K8SOV_POLICY_DIRECTION_INGRESS;
	const uint32_t *member = ex->rules.members;
	struct out *out = &ex->ctx->out;
	const char *label = from ? "\n    from " : "\n    to ";
	unsigned int i;

	for (i = 0; i < ex->rules.n_members; i++,
	     member += K8SOV_MEMBER_NUMBERS) {
		if (member[1] != class)
			continue;
		if (text) {
			fputs(label, out->file);
			view_print_identity(ex->view, member[0], out->file);
		} else {
			out_number(out, "identity", NULL, member[0]);
		}
		label = ", ";
	}
}

static void print_range(const struct explain *ex, const uint32_t *range,
			bool first)
{
	struct out *out = &ex->ctx->out;
	char text[KEY_TEXT];

	if (first && !out->json)
		print_class(ex, range[0], true);
	key_format(range[1], range[2], text);
	out_item(out);
	print_enum(out, "direction", NULL, &k8sov_policy_direction_enum,
		   ex->direction);
	out_number(out, "ruleset", NULL, ex->rules.id);
	if (out->json) {
		out_list(out, "identities");
		print_class(ex, range[0], false);
		out_close(out);
	}
	out_string(out, "keys", "\n        ", text);
	print_rule(out, " rule ", range[3], &ex->rules.rules[range[3]], true);
	out_close(out);
}

static void print_ruleset(const struct explain *ex)
{
	const struct k8sov_rules *rules = &ex->rules;
	struct out *out = &ex->ctx->out;
	const uint32_t *range;
	unsigned int i;

	out_number(out, NULL, " ruleset ", rules->id);
	if (rules->name[0] && !out->json)
		out_string(out, NULL, " name ", rules->name);
	range = rules->ranges;
	for (i = 0; i < rules->n_ranges; i++, range += K8SOV_RANGE_NUMBERS)
		print_range(ex, range, !i ||
			    range[0] != range[-K8SOV_RANGE_NUMBERS]);
	out_item(out);
	print_enum(out, "direction", NULL, &k8sov_policy_direction_enum,
		   ex->direction);
	out_number(out, "ruleset", NULL, rules->id);
	out_bool(out, "default", true);
	print_rule(out, "\n    else rule ", rules->default_rule,
		   &rules->rules[rules->default_rule], true);
	out_close(out);
}

static int explain_direction(struct ctx *ctx, const struct view *view,
			     enum k8sov_policy_direction direction, uint32_t id)
{
	struct explain ex = {
		.ctx = ctx, .view = view, .direction = direction,
	};
	int ret = 0;

	out_text(&ctx->out, "\n");
	out_text(&ctx->out, k8sov_enum_name(&k8sov_policy_direction_enum,
					    direction));
	if (!id) {
		out_text(&ctx->out, " no ruleset: all may pass");
		return 0;
	}
	ret = read_ruleset(&ex, id);
	if (!ret)
		print_ruleset(&ex);
	k8sov_rules_clear(&ex.rules);
	return ret;
}

static void print_pod(struct ctx *ctx, const struct view *view,
		      const struct k8sov_endpoint *ep)
{
	static const struct k8sov_pair address = {
		K8SOV_A_ENDPOINT_ADDRESS, K8SOV_A_ENDPOINT_ADDRESS6, 0
	};
	struct out *out = &ctx->out;

	out_string(out, "name", "", ep->name[0] ? ep->name : "-");
	out_string(out, "link", " link ", dev_name(&ctx->devs, ep->link));
	print_pairs(out, "address", " address ", &k8sov_endpoint_set, &address,
		    ep);
	out_number(out, "identity", " identity ", ep->identity);
	print_enum(out, "state", " state ", &k8sov_endpoint_state_enum,
		   ep->state);
	out_number(out, "ingress", NULL, ep->ingress);
	out_number(out, "egress", NULL, ep->egress);
	print_dev(ctx, ep->ifindex);
	print_enum(out, "policy", " policy ", &k8sov_policy_mode_enum,
		   view->mode);
	if (view->mode == K8SOV_POLICY_MODE_OFF)
		out_text(out, "\nthe device judges nothing");
	else if (ep->state == K8SOV_ENDPOINT_STATE_PENDING)
		out_text(out, "\nisolated: its policy is not in force yet");
}

static int explain(struct ctx *ctx, const struct view *view,
		   const struct k8sov_endpoint *ep)
{
	int ret;

	out_begin(&ctx->out);
	out_object(&ctx->out);
	print_pod(ctx, view, ep);
	out_list(&ctx->out, "rules");
	ret = explain_direction(ctx, view, K8SOV_POLICY_DIRECTION_INGRESS,
				ep->ingress);
	if (!ret)
		ret = explain_direction(ctx, view,
					K8SOV_POLICY_DIRECTION_EGRESS,
					ep->egress);
	out_close(&ctx->out);
	out_object_end(&ctx->out);
	out_end(&ctx->out);
	return ret;
}

/**
 * cmd_policy_explain() - say what policy means for a pod of this node
 * @ctx: context
 * @noun: unused
 * @args: name or address, and maybe a device
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int cmd_policy_explain(struct ctx *ctx, const struct noun *noun,
		       struct args *args)
{
	const struct k8sov_endpoint *ep;
	struct view view;
	int ret;

	(void)noun;
	ret = view_open(&view, ctx, args);
	if (!ret)
		ret = view_find(&view, ctx, args->text, &ep);
	if (!ret)
		ret = view_read_identities(&view, ctx);
	if (!ret)
		ret = explain(ctx, &view, ep);
	view_close(&view);
	return ret;
}

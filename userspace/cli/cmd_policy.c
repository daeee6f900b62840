// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Policy: what is in force here, and manifests, looked at as k8sovd would. */
#include <assert.h>
#include <string.h>

#include "../lib/attr.h"
#include "../policy/manifest.h"
#include "cmd.h"
#include "ctx.h"
#include "fail.h"

static const struct arg check_args[] = {
	{ .value = "PATH...", .type = ARG_REST, .flags = ARG_NEED,
	  .help = "Files, directories of *.yaml, *.yml and *.json, or - for standard input." },
	{}
};

static const struct arg show_args[] = { ARG_DEVICE, {} };

static const struct arg explain_args[] = {
	ARG_DEVICE,
	{ .value = "POD|ADDRESS", .type = ARG_TEXT, .flags = ARG_NEED,
	  .help = "A pod of this node: NAMESPACE/POD, POD, or an address of it." },
	{}
};

/* The arguments of all commands are read into a trace. */
static_assert((int)K8SOV_A_TRACE_IFINDEX == (int)ATTR_IFINDEX,
	      "traces name their device as objects do");

/* "KIND NAMESPACE/NAME" or "KIND NAME" */
static void print_title(struct out *out, const char *title)
{
	const char *name = strchr(title, ' ') + 1;
	const char *slash = strchr(name, '/');
	char part[POLICY_TITLE];

	out_text(out, title);
	snprintf(part, sizeof(part), "%.*s", (int)(name - 1 - title), title);
	out_string(out, "kind", NULL, part);
	if (slash) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - name), name);
		out_string(out, "namespace", NULL, part);
		name = slash + 1;
	}
	out_string(out, "name", NULL, name);
}

static void print_verdict(struct out *out, const char *title, const char *file,
			  size_t line, const char *verdict, const char *why)
{
	char label[32];

	out_object(out);
	if (title)
		print_title(out, title);
	out_string(out, "file", title ? " file " : "file ", file);
	if (line)
		out_number(out, "line", " line ", line);
	snprintf(label, sizeof(label), " %s%s", verdict, why ? " " : "");
	out_text(out, label);
	out_string(out, "verdict", NULL, verdict);
	if (why)
		out_string(out, "message", "", why);
	out_object_end(out);
}

static void print_manifest(struct ctx *ctx,
			   const struct policy_manifest *manifest)
{
	const struct policy_object *object = &manifest->object;
	const char *verdict = "good", *why = NULL;

	if (object->type == POLICY_OBJECT_OTHER) {
		verdict = "ignored";
	} else if (object->type == POLICY_OBJECT_POLICY) {
		why = object->policy.broken ?: object->policy.note;
		if (why)
			verdict = "partial";
		if (object->policy.broken) {
			verdict = "broken";
			ctx->status = STATUS_USAGE;
		}
	}
	print_verdict(&ctx->out, manifest->title, manifest->file,
		      manifest->line, verdict, why);
}

static void print_trouble(struct ctx *ctx, const struct policy_trouble *trouble)
{
	ctx->status = STATUS_USAGE;
	print_verdict(&ctx->out, trouble->title, trouble->file, trouble->line,
		      "unusable", trouble->what);
}

static int check(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	struct policy_manifests all = {};
	struct k8sov_error err;
	char **path;
	size_t i;
	int ret = 0;

	(void)noun;
	for (path = args->rest; *path && !ret; path++) {
		ret = policy_manifests_add(&all, strcmp(*path, "-") ? *path :
					   "/dev/stdin", &err);
		if (ret)
			k8sov_error_set(&ctx->err, err.code, "%.160s: %.80s",
					*path, err.message);
	}
	if (!ret) {
		policy_manifests_finish(&all);
		out_begin(&ctx->out);
		for (i = 0; i < all.objects; i++)
			print_manifest(ctx, &all.object[i]);
		for (i = 0; i < all.troubles; i++)
			print_trouble(ctx, &all.trouble[i]);
		out_end(&ctx->out);
	}
	policy_manifests_exit(&all);
	return ret;
}

static const struct command commands[] = {
	{ "show", "List rulesets, for whom they are, and hits of their rules.",
	  show_args, cmd_policy_show },
	{ "explain", "Say who may talk to a pod, to whom it may, and why.",
	  explain_args, cmd_policy_explain },
	{ "trace", "Say what policy does with a packet, and which rule.",
	  args_trace, cmd_policy_trace },
	{ "check", "Say what of manifests can be obeyed, without a cluster.",
	  check_args, check },
	{}
};

const struct noun noun_policy = {
	.name = "policy",
	.help = "What policy says, and manifests of it.",
	.set = &k8sov_trace_set,
	.commands = commands,
};

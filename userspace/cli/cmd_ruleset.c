// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/ruleset.h"
#include "cmd.h"
#include "ctx.h"
#include "key.h"
#include "print.h"
#include "token.h"

#define ARG_THE_ID(need) { .word = "id", .value = "N", .type = ARG_ATTR, \
	.attr = K8SOV_A_RULESET_ID, .flags = (need), \
	.help = "Number that endpoints name it by." }

#define ARG_CONTENTS \
	{ .word = "default", .value = "RULE", .type = ARG_ATTR, \
	  .attr = K8SOV_A_RULESET_DEFAULT_RULE, \
	  .help = "Rule for what no range has; they count from 0." }, \
	{ .word = "rule", .value = "ACTION [log] [name NAME]", \
	  .type = ARG_RULE, .attr = K8SOV_A_RULESET_RULE, .flags = ARG_MANY, \
	  .help = "The next rule: accept, drop or reject." }, \
	{ .word = "class", .value = "N IDENTITY[,IDENTITY]...", \
	  .type = ARG_CLASS, .attr = K8SOV_A_RULESET_MEMBER, \
	  .flags = ARG_MANY, \
	  .help = "Who is in a class; 'any' is who is in no other." }, \
	{ .word = "range", .value = "N KEYS RULE", .type = ARG_RANGE, \
	  .attr = K8SOV_A_RULESET_RANGE, .flags = ARG_MANY, \
	  .help = "Rule of a class for all, tcp, udp:53, tcp:80-90, icmp:3/4." }

static const struct arg show_args[] = {
	ARG_DEVICE, ARG_THE_ID(0), ARG_OWNER, {}
};

static const struct arg add_args[] = {
	ARG_DEVICE,
	ARG_THE_ID(ARG_NEED),
	{ .word = "name", .value = "NAME", .type = ARG_ATTR,
	  .attr = K8SOV_A_RULESET_NAME },
	ARG_CONTENTS, ARG_OWNER, ARG_FORCE, {}
};

static const struct arg append_args[] = {
	ARG_DEVICE, ARG_THE_ID(ARG_NEED), ARG_CONTENTS, ARG_OWNER, ARG_FORCE, {}
};

static const struct arg del_args[] = {
	ARG_DEVICE, ARG_THE_ID(ARG_NEED), ARG_OWNER, ARG_FORCE, {}
};

static void print_rules(struct ctx *ctx, const struct k8sov_rules *rules)
{
	struct out *out = &ctx->out;
	unsigned int i;

	out_list(out, "rules");
	for (i = 0; i < rules->n_rules; i++) {
		out_item(out);
		print_rule(out, "\n    rule ", i, &rules->rules[i],
			   ctx->stats);
		out_close(out);
	}
	out_close(out);
}

/* By class, then by identity. */
static int compare_classes(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	if (x[1] != y[1])
		return x[1] < y[1] ? -1 : 1;
	return x[0] < y[0] ? -1 : x[0] > y[0];
}

static void print_identity(struct out *out, const char *label,
			   uint32_t identity)
{
	if (identity != K8SOV_IDENTITY_ANY || out->json) {
		out_number(out, "identity", label, identity);
		return;
	}
	out_text(out, label);
	out_text(out, "any");
}

static void print_members(struct out *out, struct k8sov_rules *rules)
{
	const uint32_t *member = rules->members;
	unsigned int i;

	if (!out->json && rules->n_members)
		qsort(rules->members, rules->n_members,
		      K8SOV_MEMBER_NUMBERS * sizeof(uint32_t), compare_classes);
	out_list(out, "members");
	for (i = 0; i < rules->n_members; i++, member += K8SOV_MEMBER_NUMBERS) {
		bool next = i && member[1] == member[-1];

		out_item(out);
		if (!next)
			out_number(out, NULL, "\n    class ", member[1]);
		print_identity(out, next ? "," : " ", member[0]);
		out_number(out, "class", NULL, member[1]);
		out_close(out);
	}
	out_close(out);
}

static void print_ranges(struct out *out, const struct k8sov_rules *rules)
{
	const uint32_t *range = rules->ranges;
	char text[KEY_TEXT];
	unsigned int i;

	out_list(out, "ranges");
	for (i = 0; i < rules->n_ranges; i++, range += K8SOV_RANGE_NUMBERS) {
		key_format(range[1], range[2], text);
		out_item(out);
		out_number(out, "class", "\n    range ", range[0]);
		out_string(out, "keys", " ", text);
		out_number(out, "from", NULL, range[1]);
		out_number(out, "to", NULL, range[2]);
		out_number(out, "rule", " ", range[3]);
		out_close(out);
	}
	out_close(out);
}

static void print_head(struct ctx *ctx, const struct k8sov_rules *rules)
{
	struct out *out = &ctx->out;

	out_number(out, "id", "id ", rules->id);
	if (rules->name[0])
		out_string(out, "name", " name ", rules->name);
	out_number(out, "default", " default ", rules->default_rule);
	print_dev(ctx, rules->ifindex);
	print_owner(out, rules->owner);
}

static void print_event(struct ctx *ctx, const struct k8sov_ruleset *head)
{
	struct k8sov_rules rules = {};

	k8sov_rules_take(&rules, head);
	out_object(&ctx->out);
	print_head(ctx, &rules);
	out_number(&ctx->out, "rules", " rules ", head->rules);
	out_number(&ctx->out, "members", " members ", head->members);
	out_number(&ctx->out, "ranges", " ranges ", head->ranges);
	out_object_end(&ctx->out);
	k8sov_rules_clear(&rules);
}

/* A ruleset is written when its last part has come. */
static void print_ruleset(struct ctx *ctx, const void *obj)
{
	static struct k8sov_rules rules;

	if (ctx->out.event) {
		print_event(ctx, obj);
		return;
	}
	if (k8sov_rules_take(&rules, obj) || !k8sov_rules_complete(&rules))
		return;
	out_object(&ctx->out);
	print_head(ctx, &rules);
	print_rules(ctx, &rules);
	print_members(&ctx->out, &rules);
	print_ranges(&ctx->out, &rules);
	out_object_end(&ctx->out);
	k8sov_rules_clear(&rules);
}

/* Lines that restore reads must not be longer or have more words. */
#define SAVE_LINE 4096
#define SAVE_WORDS 100

/* A ruleset on its way into lines. */
struct save {
	struct ctx *ctx;
	FILE *file;
	const struct k8sov_ruleset *part;
	size_t chars;
	unsigned int words;
};

static void save_key(struct save *save, const char *command)
{
	const struct k8sov_ruleset *part = save->part;

	save->words = 8;
	save->chars = (size_t)fprintf(save->file, "ruleset %s dev %s id %u",
				      command,
				      dev_name(&save->ctx->devs,
					       part->ifindex), part->id);
	if (part->owner)
		save->chars += (size_t)fprintf(save->file, " owner %" PRIu64,
					       part->owner);
}

/* Make room for an item, in the next line if need be. */
static void save_room(struct save *save, size_t chars, unsigned int words)
{
	if (save->chars + chars > SAVE_LINE ||
	    save->words + words > SAVE_WORDS) {
		putc_unlocked('\n', save->file);
		save_key(save, "append");
	}
	save->chars += chars;
	save->words += words;
}

static void save_rules(struct save *save)
{
	const struct k8sov_rule *rule;
	char text[TOKEN_TEXT];
	const char *name;
	unsigned int i;

	for (i = 0; i < save->part->n_rule; i++) {
		rule = &save->part->rule[i];
		name = token_quote(rule->name, text);
		save_room(save, 32 + strlen(name), 5);
		fprintf(save->file, " rule %s%s",
			k8sov_enum_name(&k8sov_rule_action_enum, rule->action),
			rule->log ? " log" : "");
		if (rule->name[0])
			fprintf(save->file, " name %s", name);
	}
}

static void save_members(struct save *save)
{
	const struct k8sov_u32s *members = &save->part->member;
	unsigned int i;

	for (i = 0; i + 1 < members->n; i += K8SOV_MEMBER_NUMBERS) {
		if (i && members->v[i + 1] == members->v[i - 1] &&
		    save->chars + 16 < SAVE_LINE) {
			save->chars += 16;
			putc_unlocked(',', save->file);
		} else {
			save_room(save, 32, 3);
			fprintf(save->file, " class %u ", members->v[i + 1]);
		}
		if (members->v[i] == K8SOV_IDENTITY_ANY)
			fputs("any", save->file);
		else
			fprintf(save->file, "%u", members->v[i]);
	}
}

static void save_ranges(struct save *save)
{
	const struct k8sov_u32s *ranges = &save->part->range;
	char text[KEY_TEXT];
	unsigned int i;

	for (i = 0; i + 3 < ranges->n; i += K8SOV_RANGE_NUMBERS) {
		save_room(save, 64, 4);
		key_format(ranges->v[i + 1], ranges->v[i + 2], text);
		fprintf(save->file, " range %u %s %u", ranges->v[i], text,
			ranges->v[i + 3]);
	}
}

/* The default may be a rule of a later part: it comes when that is there. */
static void save_ruleset(struct ctx *ctx, FILE *file, const void *obj)
{
	struct save save = { .ctx = ctx, .file = file, .part = obj };
	static uint32_t default_rule;
	static unsigned int rules;
	char text[TOKEN_TEXT];

	if (K8SOV_HAS(save.part, K8SOV_A_RULESET_RULES)) {
		default_rule = save.part->default_rule;
		rules = 0;
		save_key(&save, "add");
		if (K8SOV_HAS(save.part, K8SOV_A_RULESET_NAME))
			fprintf(file, " name %s",
				token_quote(save.part->name, text));
	} else {
		save_key(&save, "append");
	}
	save_rules(&save);
	if (default_rule >= rules &&
	    default_rule < rules + save.part->n_rule)
		fprintf(file, " default %u", default_rule);
	rules += save.part->n_rule;
	save_members(&save);
	save_ranges(&save);
	putc_unlocked('\n', file);
}

static const struct command commands[] = {
	{ "show", "List rulesets.", show_args, cmd_show },
	TABLE_COMMANDS(add_args, del_args),
	{ "append",
	  "Add to one that the same transaction adds or replaces.",
	  append_args, cmd_append },
	{}
};

const struct noun noun_ruleset = {
	.name = "ruleset",
	.help = "What policy says about packets from or to pods.",
	.set = &k8sov_ruleset_set,
	.commands = commands,
	.object = &k8sov_object_ruleset,
	.keys = K8SOV_BIT(K8SOV_A_RULESET_ID),
	.print = print_ruleset,
	.save = save_ruleset,
	.parts = true,
};

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Rules, classes and ranges of a ruleset, in any order. The kernel wants them
 * sorted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/ruleset.h"
#include "arg.h"
#include "ctx.h"
#include "key.h"

static int bad_word(struct ctx *ctx, const struct arg *arg, const char *word,
		    const char *what)
{
	if (!word)
		return k8sov_error_set(&ctx->err, EINVAL,
				       "'%s' needs a value: %s", arg->word,
				       arg->value);
	return k8sov_error_set(&ctx->err, EINVAL, "%s: '%s' is not %s",
			       arg->word, word, what);
}

static int add_numbers(struct ctx *ctx, struct numbers *to,
		       const uint32_t *numbers, unsigned int n)
{
	uint32_t *bigger;

	/* Room is doubled at each power of two; n is one. */
	if (!(to->n & (to->n - 1)) || !to->n) {
		bigger = realloc(to->v,
				 2 * sizeof(*to->v) * (to->n + n));
		if (!bigger)
			return k8sov_error_set(&ctx->err, ENOMEM,
					       "out of memory");
		to->v = bigger;
	}
	memcpy(to->v + to->n, numbers, n * sizeof(*numbers));
	to->n += n;
	return 0;
}

static int read_number(struct ctx *ctx, const struct arg *arg,
		       const char *word, uint32_t max, const char *what,
		       uint32_t *number)
{
	uint64_t value;

	if (!word || k8sov_number_parse(word, &value) || value > max)
		return bad_word(ctx, arg, word, what);
	*number = (uint32_t)value;
	return 0;
}

static int read_class(struct ctx *ctx, const struct arg *arg,
		      const char *word, uint32_t *class)
{
	return read_number(ctx, arg, word, K8SOV_RULESET_CLASS_MAX - 1,
			   "a class from 0 to 65534", class);
}

/* ACTION [log] [name NAME] */
static int read_rule(struct ctx *ctx, struct args *args, const struct arg *arg,
		     char ***words)
{
	struct k8sov_rule rule = {};
	uint64_t action;
	char **at = *words;

	if (k8sov_enum_value(&k8sov_rule_action_enum, *at, &action))
		return bad_word(ctx, arg, *at, "one of accept drop reject");
	K8SOV_SET(&rule, action, K8SOV_A_RULE_ACTION, (uint32_t)action);
	if (at[1] && !strcmp(at[1], "log")) {
		K8SOV_SET(&rule, log, K8SOV_A_RULE_LOG, true);
		at++;
	}
	if (at[1] && !strcmp(at[1], "name")) {
		at += 2;
		if (!*at || !**at || strlen(*at) > K8SOV_RULESET_NAME_MAX)
			return k8sov_error_set(&ctx->err, EINVAL,
					       "rule name: must have 1 to %u bytes",
					       K8SOV_RULESET_NAME_MAX);
		k8sov_field_add(&k8sov_rule_set, K8SOV_A_RULE_NAME, &rule, *at,
				strlen(*at));
	}
	*words = at;
	if (k8sov_field_add(args->set, arg->attr, &args->obj, &rule,
			    sizeof(rule)))
		return k8sov_error_set(&ctx->err, E2BIG,
				       "rule: there are more than %u; append the others in a transaction",
				       K8SOV_RULESET_PART_MAX);
	return 0;
}

/* N IDENTITY[,IDENTITY]... */
static int read_members(struct ctx *ctx, struct args *args,
			const struct arg *arg, char ***words)
{
	uint32_t member[K8SOV_MEMBER_NUMBERS];
	char *name, *rest;
	int ret;

	ret = read_class(ctx, arg, **words, &member[1]);
	if (ret)
		return ret;
	rest = *++*words;
	if (!rest)
		return bad_word(ctx, arg, NULL, NULL);
	while (!ret && (name = strsep(&rest, ","))) {
		member[0] = K8SOV_IDENTITY_ANY;
		if (strcmp(name, "any") != 0)
			ret = read_number(ctx, arg, name, K8SOV_IDENTITY_MAX,
					  "an identity or 'any'", &member[0]);
		if (!ret)
			ret = add_numbers(ctx, &args->members, member,
					  K8SOV_MEMBER_NUMBERS);
	}
	return ret;
}

/* N KEYS RULE */
static int read_range(struct ctx *ctx, struct args *args,
		      const struct arg *arg, char ***words)
{
	uint32_t range[K8SOV_RANGE_NUMBERS];
	int ret;

	ret = read_class(ctx, arg, **words, &range[0]);
	if (ret)
		return ret;
	++*words;
	if (!**words || key_parse(**words, &range[1], &range[2]))
		return bad_word(ctx, arg, **words,
				"'all', or a protocol as in tcp:80-90");
	++*words;
	ret = read_number(ctx, arg, **words, K8SOV_RULESET_RULE_MAX - 1,
			  "the number of a rule", &range[3]);
	if (ret)
		return ret;
	return add_numbers(ctx, &args->ranges, range, K8SOV_RANGE_NUMBERS);
}

/**
 * args_read_ruleset() - read an argument that only rulesets have
 * @ctx: context
 * @args: where to
 * @arg: the argument
 * @words: first word of the value; moved to its last word
 *
 * Return: 0, or -errno with @ctx->err filled.
 */
int args_read_ruleset(struct ctx *ctx, struct args *args,
		      const struct arg *arg, char ***words)
{
	if (arg->type == ARG_RULE)
		return read_rule(ctx, args, arg, words);
	if (arg->type == ARG_CLASS)
		return read_members(ctx, args, arg, words);
	return read_range(ctx, args, arg, words);
}

static int compare(const uint32_t *a, const uint32_t *b, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static int compare_members(const void *a, const void *b)
{
	return compare(a, b, K8SOV_MEMBER_NUMBERS);
}

static int compare_ranges(const void *a, const void *b)
{
	return compare(a, b, K8SOV_RANGE_NUMBERS);
}

/**
 * args_end_ruleset() - put members and ranges into the object, in order
 * @args: arguments
 */
void args_end_ruleset(struct args *args)
{
	struct k8sov_ruleset *ruleset = &args->obj.ruleset;

	if (args->members.n) {
		qsort(args->members.v, args->members.n / K8SOV_MEMBER_NUMBERS,
		      K8SOV_MEMBER_NUMBERS * sizeof(uint32_t),
		      compare_members);
		ruleset->member.v = args->members.v;
		ruleset->member.n = args->members.n;
		ruleset->present |= K8SOV_BIT(K8SOV_A_RULESET_MEMBER);
	}
	if (args->ranges.n) {
		qsort(args->ranges.v, args->ranges.n / K8SOV_RANGE_NUMBERS,
		      K8SOV_RANGE_NUMBERS * sizeof(uint32_t), compare_ranges);
		ruleset->range.v = args->ranges.v;
		ruleset->range.n = args->ranges.n;
		ruleset->present |= K8SOV_BIT(K8SOV_A_RULESET_RANGE);
	}
}

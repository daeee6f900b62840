// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The way back from arg.c: an object as the arguments that make it. */
#include <inttypes.h>

#include "../lib/attr.h"
#include "arg.h"
#include "ctx.h"
#include "token.h"

static void write_attr(FILE *file, const struct arg *arg,
		       const struct k8sov_set *set, const void *obj)
{
	const struct k8sov_attr *attr = k8sov_attr_get(set, arg->attr);
	const void *item = k8sov_field_item(set, arg->attr, obj, 0);
	uint64_t number = k8sov_field_number(set, arg->attr, obj);
	const char *name = NULL;
	char text[TOKEN_TEXT];

	if (attr->values)
		name = k8sov_enum_name(attr->values, number);
	if (attr->kind == K8SOV_KIND_STRING)
		name = token_quote(item, text);
	if (attr->kind == K8SOV_KIND_MAC) {
		k8sov_mac_format(item, text);
		name = text;
	}
	if (name)
		fprintf(file, " %s %s", arg->word, name);
	else
		fprintf(file, " %s %" PRIu64, arg->word, number);
}

static void write_pair(FILE *file, const struct arg *arg,
		       const struct k8sov_set *set, const void *obj)
{
	char text[K8SOV_ADDR_TEXT];
	struct k8sov_addr addr;
	unsigned int i;

	for (i = 0; k8sov_pair_item(set, arg->pair, obj, i, &addr); i++) {
		if (arg->pair->len)
			k8sov_prefix_format(&addr,
					    (uint8_t)k8sov_field_number(set,
							arg->pair->len, obj),
					    text);
		else
			k8sov_addr_format(&addr, text);
		if (arg->word)
			fprintf(file, " %s", arg->word);
		fprintf(file, " %s", text);
	}
}

static void write_one(struct ctx *ctx, FILE *file, const struct arg *arg,
		      const struct k8sov_set *set, const void *obj)
{
	uint64_t number = k8sov_field_number(set, arg->attr, obj);

	switch (arg->type) {
	case ARG_ADDR:
	case ARG_PREFIX:
		write_pair(file, arg, set, obj);
		return;
	case ARG_ATTR:
		if (k8sov_field_has(obj, arg->attr) &&
		    (number || !(arg->flags & ARG_ZERO)))
			write_attr(file, arg, set, obj);
		return;
	case ARG_CONST:
		if (k8sov_field_has(obj, arg->attr) && number == arg->number)
			fprintf(file, " %s", arg->word);
		return;
	case ARG_DEV:
	case ARG_LINK:
		if (number)
			fprintf(file, " %s %s", arg->word,
				dev_name(&ctx->devs, (uint32_t)number));
		return;
	case ARG_HOST:
		if (number)
			fprintf(file, " %s id %" PRIu64, arg->word, number);
		return;
	case ARG_FLAG:
	case ARG_TABLES:
	case ARG_TABLE:
	case ARG_PROTO:
	case ARG_PORT:
	case ARG_TEXT:
	case ARG_REST:
	case ARG_RULE:
	case ARG_CLASS:
	case ARG_RANGE:
	case ARG_END:
		return;
	}
}

/**
 * args_write() - write the arguments that make an object
 * @ctx: context, to look interfaces up
 * @file: where to
 * @table: arguments of the command that makes such objects
 * @set: layout of @obj
 * @obj: object
 */
void args_write(struct ctx *ctx, FILE *file, const struct arg *table,
		const struct k8sov_set *set, const void *obj)
{
	const struct arg *arg;

	for (arg = table; arg->type != ARG_END; arg++)
		write_one(ctx, file, arg, set, obj);
}

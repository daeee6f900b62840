// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "arg.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "ctx.h"
#include "proto.h"

/* One command line on its way into @args. */
struct parse {
	struct ctx *ctx;
	struct args *args;
	char **words;
};

static int bad_value(struct parse *p, const struct arg *arg, const char *what)
{
	return k8sov_error_set(&p->ctx->err, EINVAL, "%s: '%s' is not %s",
			       arg->word ? arg->word : arg->value, *p->words,
			       what);
}

static int read_number(struct parse *p, const struct arg *arg)
{
	const struct k8sov_attr *attr = k8sov_attr_get(p->args->set, arg->attr);
	char range[64];
	uint64_t number;

	/* A port of 0 is not one, whatever the attribute can hold. */
	if (!k8sov_number_parse(*p->words, &number) &&
	    (number || attr->kind != K8SOV_KIND_BE16) &&
	    !k8sov_field_add_number(p->args->set, arg->attr, &p->args->obj,
				    number))
		return 0;
	snprintf(range, sizeof(range),
		 "a number from %" PRIu64 " to %" PRIu64,
		 attr->kind == K8SOV_KIND_BE16 ? 1 : attr->min, attr->max);
	return bad_value(p, arg, range);
}

static int read_name(struct parse *p, const struct arg *arg)
{
	const struct k8sov_attr *attr = k8sov_attr_get(p->args->set, arg->attr);
	char what[160] = "one of";
	uint64_t number;
	unsigned int i;

	if (!k8sov_enum_value(attr->values, *p->words, &number))
		return k8sov_field_add_number(p->args->set, arg->attr,
					      &p->args->obj, number);
	for (i = 0; i < attr->values->count; i++)
		snprintf(what + strlen(what), sizeof(what) - strlen(what),
			 " %s", attr->values->entries[i].name);
	return bad_value(p, arg, what);
}

static int read_string(struct parse *p, const struct arg *arg)
{
	const struct k8sov_attr *attr = k8sov_attr_get(p->args->set, arg->attr);
	size_t len = strlen(*p->words);

	if (!len || len > attr->max)
		return k8sov_error_set(&p->ctx->err, EINVAL,
				       "%s: must have 1 to %" PRIu64 " bytes",
				       arg->word, attr->max);
	return k8sov_field_add(p->args->set, arg->attr, &p->args->obj,
			       *p->words, len);
}

static int read_mac(struct parse *p, const struct arg *arg)
{
	uint8_t mac[6];

	if (k8sov_mac_parse(*p->words, mac))
		return bad_value(p, arg, "a MAC address");
	return k8sov_field_add(p->args->set, arg->attr, &p->args->obj, mac,
			       sizeof(mac));
}

static int read_attr(struct parse *p, const struct arg *arg)
{
	const struct k8sov_attr *attr = k8sov_attr_get(p->args->set, arg->attr);

	if (attr->values)
		return read_name(p, arg);
	if (attr->kind == K8SOV_KIND_STRING)
		return read_string(p, arg);
	if (attr->kind == K8SOV_KIND_MAC)
		return read_mac(p, arg);
	return read_number(p, arg);
}

static int read_addr(struct parse *p, const struct arg *arg)
{
	struct k8sov_addr addr;

	if (k8sov_addr_parse(*p->words, &addr))
		return bad_value(p, arg, "an IPv4 or IPv6 address");
	if (!k8sov_pair_add(p->args->set, arg->pair, &p->args->obj, &addr))
		return 0;
	return k8sov_error_set(&p->ctx->err, E2BIG,
			       "%s: there are more than the kernel takes",
			       arg->word);
}

static int read_prefix(struct parse *p, const struct arg *arg)
{
	struct k8sov_addr addr;
	uint8_t len;

	if (k8sov_prefix_parse(*p->words, &addr, &len))
		return bad_value(p, arg, "an IPv4 or IPv6 prefix");
	k8sov_field_add_number(p->args->set, arg->pair->len, &p->args->obj,
			       len);
	return k8sov_pair_add(p->args->set, arg->pair, &p->args->obj, &addr);
}

static int read_link(struct parse *p, const struct arg *arg)
{
	uint32_t ifindex = dev_index(&p->ctx->devs, *p->words);

	if (!ifindex)
		return k8sov_error_set(&p->ctx->err, ENODEV,
				       "%s: there is no interface '%s'",
				       arg->word, *p->words);
	return k8sov_field_add_number(p->args->set, arg->attr, &p->args->obj,
				      ifindex);
}

static int read_host(struct parse *p, const struct arg *arg)
{
	uint64_t id;

	p->args->host = *p->words;
	if (strcmp(*p->words, "id") != 0)
		return 0;
	p->args->host_id = true;
	p->args->host = *++p->words;
	if (!*p->words)
		return k8sov_error_set(&p->ctx->err, EINVAL,
				       "'%s id' needs a number", arg->word);
	if (k8sov_number_parse(*p->words, &id) || !id ||
	    id > K8SOV_HOST_ID_MAX)
		return bad_value(p, arg, "a host id");
	return 0;
}

static int add_table(struct parse *p, const char *name, uint64_t *tables)
{
	uint64_t bit;

	if (k8sov_enum_value(&k8sov_table_enum, name, &bit))
		return k8sov_error_set(&p->ctx->err, EINVAL,
				       "there is no table '%s'", name);
	*tables |= bit;
	return 0;
}

static int read_tables(struct parse *p, const struct arg *arg)
{
	uint64_t tables = k8sov_field_number(p->args->set, arg->attr,
					     &p->args->obj);
	char *name, *rest = *p->words;
	int ret = 0;

	while (!ret && (name = strsep(&rest, ",")))
		ret = add_table(p, name, &tables);
	if (ret)
		return ret;
	return k8sov_field_add_number(p->args->set, arg->attr, &p->args->obj,
				      tables);
}

static int read_proto(struct parse *p, const struct arg *arg)
{
	uint8_t number;

	if (proto_parse(*p->words, &number))
		return bad_value(p, arg,
				 "tcp, udp, icmp, icmpv6, sctp or a number up to 255");
	return k8sov_field_add_number(p->args->set, arg->attr, &p->args->obj,
				      number);
}

static int read_port(struct parse *p, const struct arg *arg)
{
	uint8_t protocol;
	uint16_t port;

	if (proto_parse_port(*p->words, &port, &protocol))
		return bad_value(p, arg,
				 "a port from 1 to 65535, maybe with /tcp, /udp or /sctp behind it");
	p->args->text = *p->words;
	k8sov_field_add_number(p->args->set, K8SOV_A_TRACE_PROTOCOL,
			       &p->args->obj, protocol);
	return k8sov_field_add_number(p->args->set, K8SOV_A_TRACE_PORT,
				      &p->args->obj, port);
}

static int read_value(struct parse *p, const struct arg *arg)
{
	switch (arg->type) {
	case ARG_ATTR:
		return read_attr(p, arg);
	case ARG_ADDR:
		return read_addr(p, arg);
	case ARG_PREFIX:
		return read_prefix(p, arg);
	case ARG_DEV:
	case ARG_LINK:
		return read_link(p, arg);
	case ARG_HOST:
		return read_host(p, arg);
	case ARG_TABLES:
	case ARG_TABLE:
		return read_tables(p, arg);
	case ARG_PROTO:
		return read_proto(p, arg);
	case ARG_PORT:
		return read_port(p, arg);
	case ARG_TEXT:
		p->args->text = *p->words;
		return 0;
	case ARG_REST:
		p->args->rest = p->words;
		while (p->words[1])
			p->words++;
		return 0;
	case ARG_RULE:
	case ARG_CLASS:
	case ARG_RANGE:
		return args_read_ruleset(p->ctx, p->args, arg, &p->words);
	case ARG_FLAG:
	case ARG_CONST:
		return k8sov_field_add_number(p->args->set, arg->attr,
					      &p->args->obj,
					      arg->type == ARG_FLAG ?
					      1 : arg->number);
	case ARG_END:
		break;
	}
	return -EINVAL;
}

static bool is_table(const char *word)
{
	uint64_t bit;

	return !k8sov_enum_value(&k8sov_table_enum, word, &bit);
}

/**
 * arg_is() - is this the keyword of an argument?
 * @arg: argument
 * @word: word of a command line
 *
 * Return: true if so.
 */
bool arg_is(const struct arg *arg, const char *word)
{
	if (!arg->word)
		return false;
	if (arg->flags & ARG_OPTION && !strncmp(word, "--", 2))
		word += 2;
	return !strcmp(arg->word, word);
}

/* A keyword, else the first argument without one that is still to come. */
static const struct arg *find_arg(const struct args *args, const char *word)
{
	const struct arg *arg;

	for (arg = args->table; arg->type != ARG_END; arg++) {
		if (arg_is(arg, word))
			return arg;
		if (arg->type == ARG_TABLE && is_table(word))
			return arg;
	}
	for (arg = args->table; arg->type != ARG_END; arg++)
		if (!arg->word && arg->type != ARG_TABLE &&
		    !(args->seen & 1ULL << (arg - args->table)))
			return arg;
	return NULL;
}

static int check_seen(struct parse *p, const struct arg *arg)
{
	const struct arg *other;

	for (other = p->args->table; other->type != ARG_END; other++) {
		if (!(p->args->seen & 1ULL << (other - p->args->table)))
			continue;
		if (other == arg && !(arg->flags & ARG_MANY))
			return k8sov_error_set(&p->ctx->err, EINVAL,
					       "'%s' is given twice",
					       arg->word);
		if (other != arg && arg->group && other->group == arg->group)
			return k8sov_error_set(&p->ctx->err, EINVAL,
					       "'%s' and '%s' exclude each other",
					       other->word, arg->word);
	}
	p->args->seen |= 1ULL << (arg - p->args->table);
	return 0;
}

static int parse_word(struct parse *p)
{
	const struct arg *arg = find_arg(p->args, *p->words);
	bool bare;
	int ret;

	if (!arg)
		return k8sov_error_set(&p->ctx->err, EINVAL,
				       "'%s' is not expected here", *p->words);
	ret = check_seen(p, arg);
	if (ret)
		return ret;
	bare = arg->type == ARG_FLAG || arg->type == ARG_CONST;
	if (arg->word && !bare && !*++p->words)
		return k8sov_error_set(&p->ctx->err, EINVAL,
				       "'%s' needs a value: %s", arg->word,
				       arg->value);
	ret = read_value(p, arg);
	if (!ret)
		p->words++;
	return ret;
}

static int check_needed(struct parse *p)
{
	const struct arg *table = p->args->table, *arg, *other;
	bool given;

	for (arg = table; arg->type != ARG_END; arg++) {
		if (!(arg->flags & ARG_NEED))
			continue;
		given = p->args->seen & 1ULL << (arg - table);
		for (other = table; other->type != ARG_END; other++)
			if (arg->group && other->group == arg->group &&
			    p->args->seen & 1ULL << (other - table))
				given = true;
		if (!given)
			return k8sov_error_set(&p->ctx->err, EINVAL,
					       "'%s' is missing",
					       arg->word ? arg->word :
					       arg->value);
	}
	return 0;
}

/**
 * args_parse() - read the words of a command
 * @ctx: context, to look interfaces up
 * @args: @set and @table are given, the rest is set
 * @words: words behind the command, NULL at the end; must outlive @args
 *
 * Return: 0, or -errno with @ctx->err filled; args_clear() must follow.
 */
int args_parse(struct ctx *ctx, struct args *args, char **words)
{
	struct parse p = { .ctx = ctx, .args = args, .words = words };
	int ret;

	args->seen = 0;
	args->host = NULL;
	args->host_id = false;
	args->text = NULL;
	args->rest = NULL;
	memset(&args->members, 0, sizeof(args->members));
	memset(&args->ranges, 0, sizeof(args->ranges));
	/* Not all of the union: that would be most of the time of a batch. */
	memset(&args->obj, 0, args->set->size);
	while (*p.words) {
		ret = parse_word(&p);
		if (ret)
			return ret;
	}
	args_end_ruleset(args);
	return check_needed(&p);
}

/**
 * args_clear() - free what args_parse() keeps outside of the words
 * @args: arguments
 */
void args_clear(struct args *args)
{
	free(args->members.v);
	free(args->ranges.v);
}

/**
 * args_seen() - was an argument given
 * @args: arguments
 * @word: its keyword
 *
 * Return: true if so.
 */
bool args_seen(const struct args *args, const char *word)
{
	const struct arg *arg;

	for (arg = args->table; arg->type != ARG_END; arg++)
		if (arg->word && !strcmp(arg->word, word))
			return args->seen & 1ULL << (arg - args->table);
	return false;
}

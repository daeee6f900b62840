// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * "ip link ... type k8sov": the options of the device for iproute2. What is
 * printed can be given back as options.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/k8sov.h>
#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "iproute2.h"

/* Room for all our attributes, far below that of ip's request. */
#define REQUEST_MAX 1024

enum kind {
	KIND_NUMBER,	/* WORD N */
	KIND_HEX,	/* WORD N, shown as hexadecimal */
	KIND_PORT,	/* WORD PORT */
	KIND_RANGE,	/* WORD LOW HIGH: two attributes, the second is next */
	KIND_ADDR4,	/* WORD ADDR */
	KIND_ADDR6,	/* WORD ADDR */
	KIND_LINK,	/* WORD INTERFACE */
	KIND_TTL,	/* WORD N|inherit|auto: two attributes */
	KIND_TOS,	/* WORD N|inherit */
	KIND_DF,	/* WORD unset|set|inherit */
	KIND_POLICY,	/* WORD off|audit|enforce */
	KIND_FLAG,	/* WORD or noWORD */
	KIND_MAC,	/* WORD LLADDR */
};

/* An option: in the order in which they are shown. */
struct opt {
	const char *word;
	const char *key;	/* in JSON */
	enum kind kind;
	unsigned short attr;
	unsigned int max;
	const char *help;
};

static const struct opt opts[] = {
	{ "id", "id", KIND_NUMBER, IFLA_K8SOV_ID, 0xffffff,
	  "VNI, default 1" },
	{ "local", "local", KIND_ADDR4, IFLA_K8SOV_LOCAL, 0,
	  "outer IPv4 source, or any" },
	{ "local6", "local6", KIND_ADDR6, IFLA_K8SOV_LOCAL6, 0,
	  "outer IPv6 source, or any" },
	{ "dev", "link", KIND_LINK, IFLA_K8SOV_LINK, 0,
	  "underlay device, default that of the route" },
	{ "dstport", "port", KIND_PORT, IFLA_K8SOV_PORT, 0xffff,
	  "UDP port of vxlan, default 8472" },
	{ "geneveport", "geneve_port", KIND_PORT, IFLA_K8SOV_GENEVE_PORT,
	  0xffff, "UDP port of geneve, default 6081" },
	{ "srcport", "port_low", KIND_RANGE, IFLA_K8SOV_PORT_LOW, 0xffff,
	  "UDP source ports, 0 0 for the local port range" },
	{ "ttl", "ttl", KIND_TTL, IFLA_K8SOV_TTL, 0xff,
	  "outer TTL, default auto" },
	{ "tos", "tos", KIND_TOS, IFLA_K8SOV_TOS, 0xff,
	  "outer TOS, default 0" },
	{ "df", "df", KIND_DF, IFLA_K8SOV_DF, K8SOV_DF_MAX,
	  "Don't Fragment bit of outer IPv4, default set" },
	{ "udpcsum", "udp_csum", KIND_FLAG, IFLA_K8SOV_UDP_CSUM, 0,
	  "send UDP checksums over IPv4, default" },
	{ "udp6zerocsumtx", "udp_zero_csum6_tx", KIND_FLAG,
	  IFLA_K8SOV_UDP_ZERO_CSUM6_TX, 0,
	  "send no UDP checksums over IPv6" },
	{ "udp6zerocsumrx", "udp_zero_csum6_rx", KIND_FLAG,
	  IFLA_K8SOV_UDP_ZERO_CSUM6_RX, 0,
	  "accept packets without UDP checksum over IPv6" },
	{ "fwmark", "fwmark", KIND_HEX, IFLA_K8SOV_FWMARK, UINT32_MAX,
	  "mark of outer packets and of their route lookup" },
	{ "notrack", "notrack", KIND_FLAG, IFLA_K8SOV_NOTRACK, 0,
	  "keep outer packets out of connection tracking, default" },
	{ "maxhosts", "max_hosts", KIND_NUMBER, IFLA_K8SOV_MAX_HOSTS,
	  UINT32_MAX, "most hosts" },
	{ "maxsubnets", "max_subnets", KIND_NUMBER, IFLA_K8SOV_MAX_SUBNETS,
	  UINT32_MAX, "most subnets" },
	{ "maxendpoints", "max_endpoints", KIND_NUMBER,
	  IFLA_K8SOV_MAX_ENDPOINTS, UINT32_MAX, "most endpoints" },
	{ "maxidentities", "max_identities", KIND_NUMBER,
	  IFLA_K8SOV_MAX_IDENTITIES, UINT32_MAX, "most identities" },
	{ "maxrulesets", "max_rulesets", KIND_NUMBER, IFLA_K8SOV_MAX_RULESETS,
	  UINT32_MAX, "most rulesets" },
	{ "policy", "policy", KIND_POLICY, IFLA_K8SOV_POLICY,
	  K8SOV_POLICY_MODE_MAX, "what becomes of verdicts, default off" },
	{ "mtuauto", "mtu_auto", KIND_FLAG, IFLA_K8SOV_MTU_AUTO, 0,
	  "derive the MTU from the underlay, default" },
	{ "mac", "mac", KIND_MAC, IFLA_K8SOV_MAC, 0,
	  "MAC address of this end, default random" },
};

#define N_OPTS (sizeof(opts) / sizeof(opts[0]))

static const char *const values[] = {
	[KIND_NUMBER] = " N",
	[KIND_HEX] = " N",
	[KIND_PORT] = " PORT",
	[KIND_RANGE] = " LOW HIGH",
	[KIND_ADDR4] = " ADDR",
	[KIND_ADDR6] = " ADDR",
	[KIND_LINK] = " LINK",
	[KIND_TTL] = " N|inherit|auto",
	[KIND_TOS] = " N|inherit",
	[KIND_DF] = " unset|set|inherit",
	[KIND_POLICY] = " off|audit|enforce",
	[KIND_FLAG] = "",
	[KIND_MAC] = " LLADDR",
};

static const char *const df_names[] = {
	[K8SOV_DF_UNSET] = "unset",
	[K8SOV_DF_SET] = "set",
	[K8SOV_DF_INHERIT] = "inherit",
	[K8SOV_DF_MAX + 1] = NULL,
};

static const char *const policy_names[] = {
	[K8SOV_POLICY_MODE_OFF] = "off",
	[K8SOV_POLICY_MODE_AUDIT] = "audit",
	[K8SOV_POLICY_MODE_ENFORCE] = "enforce",
	[K8SOV_POLICY_MODE_MAX + 1] = NULL,
};

static const char *const *words_of(const struct opt *opt)
{
	return opt->kind == KIND_DF ? df_names : policy_names;
}

static void print_usage(FILE *f)
{
	const struct opt *opt;
	char head[64];

	fprintf(f, "Usage: ... k8sov [OPTION]...\n\nOptions:\n");
	for (opt = opts; opt < opts + N_OPTS; opt++) {
		snprintf(head, sizeof(head), "%s%s%s",
			 opt->kind == KIND_FLAG ? "[no]" : "", opt->word,
			 values[opt->kind]);
		fprintf(f, "  %-22s %s\n", head, opt->help);
	}
}

/* The words that are left, and which options were seen. */
struct parse {
	int argc;
	char **argv;
	struct nlmsghdr *n;
	uint32_t seen;
};

static const char *next_word(struct parse *p)
{
	if (p->argc <= 1)
		incomplete_command();
	p->argc--;
	return *++p->argv;
}

static uint32_t read_number(const char *text, uint32_t min, uint32_t max)
{
	unsigned long long number;
	char *end;
	int base = !strncmp(text, "0x", 2) ? 16 : 10;
	char msg[64];

	errno = 0;
	number = strtoull(text, &end, base);
	if (!errno && end != text && !*end && *text != '-' && *text != '+' &&
	    *text != ' ' && number >= min && number <= max)
		return (uint32_t)number;
	snprintf(msg, sizeof(msg), "must be a number from %u to %u", min, max);
	invarg(msg, text);
}

static void parse_addr(struct parse *p, const struct opt *opt, int family)
{
	const char *text = next_word(p);
	uint8_t addr[16] = {};

	if (strcmp(text, "any") != 0 && inet_pton(family, text, addr) != 1)
		invarg(family == AF_INET ?
		       "must be an IPv4 address, or any (local6 takes IPv6)" :
		       "must be an IPv6 address, or any (local takes IPv4)",
		       text);
	addattr_l(p->n, REQUEST_MAX, opt->attr, addr,
		  family == AF_INET ? 4 : 16);
}

static void parse_link(struct parse *p, const struct opt *opt)
{
	const char *name = next_word(p);
	unsigned int index = ll_name_to_index(name);

	if (!index)
		invarg("there is no such interface", name);
	addattr32(p->n, REQUEST_MAX, opt->attr, index);
}

static void parse_range(struct parse *p, const struct opt *opt)
{
	uint32_t low = read_number(next_word(p), 0, opt->max);
	uint32_t high = read_number(next_word(p), 0, opt->max);

	if (low > high || (!low && high))
		invarg("the source ports must begin above 0 and not end before they begin",
		       *p->argv);
	addattr16(p->n, REQUEST_MAX, opt->attr, htons((uint16_t)low));
	addattr16(p->n, REQUEST_MAX, opt->attr + 1, htons((uint16_t)high));
}

/* Both attributes are always sent: changing one must end the other. */
static void parse_ttl(struct parse *p, const struct opt *opt)
{
	const char *text = next_word(p);
	bool inherit = !strcmp(text, "inherit");
	uint32_t ttl = 0;

	if (!inherit && strcmp(text, "auto") != 0)
		ttl = read_number(text, 1, opt->max);
	addattr8(p->n, REQUEST_MAX, opt->attr, (uint8_t)ttl);
	addattr8(p->n, REQUEST_MAX, IFLA_K8SOV_TTL_INHERIT, inherit);
}

static void parse_tos(struct parse *p, const struct opt *opt)
{
	const char *text = next_word(p);
	uint32_t tos = 1;

	if (strcmp(text, "inherit") != 0)
		tos = read_number(text, 0, opt->max);
	addattr8(p->n, REQUEST_MAX, opt->attr, (uint8_t)tos);
}

static void parse_word(struct parse *p, const struct opt *opt)
{
	const char *const *words = words_of(opt);
	const char *text = next_word(p);
	unsigned int i = 0;

	while (words[i] && strcmp(text, words[i]) != 0)
		i++;
	if (!words[i])
		invarg(opt->kind == KIND_DF ?
		       "must be unset, set or inherit" :
		       "must be off, audit or enforce", text);
	addattr8(p->n, REQUEST_MAX, opt->attr, (uint8_t)i);
}

static void parse_mac(struct parse *p, const struct opt *opt)
{
	const char *text = next_word(p);
	uint8_t mac[6];
	char more;

	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &mac[0],
		   &mac[1], &mac[2], &mac[3], &mac[4], &mac[5], &more) != 6)
		invarg("must be a MAC address", text);
	addattr_l(p->n, REQUEST_MAX, opt->attr, mac, sizeof(mac));
}

static void parse_value(struct parse *p, const struct opt *opt)
{
	switch (opt->kind) {
	case KIND_NUMBER:
	case KIND_HEX:
		addattr32(p->n, REQUEST_MAX, opt->attr,
			  read_number(next_word(p), 0, opt->max));
		break;
	case KIND_PORT:
		addattr16(p->n, REQUEST_MAX, opt->attr,
			  htons((uint16_t)read_number(next_word(p), 1,
						      opt->max)));
		break;
	case KIND_RANGE:
		parse_range(p, opt);
		break;
	case KIND_ADDR4:
		parse_addr(p, opt, AF_INET);
		break;
	case KIND_ADDR6:
		parse_addr(p, opt, AF_INET6);
		break;
	case KIND_LINK:
		parse_link(p, opt);
		break;
	case KIND_TTL:
		parse_ttl(p, opt);
		break;
	case KIND_TOS:
		parse_tos(p, opt);
		break;
	case KIND_DF:
	case KIND_POLICY:
		parse_word(p, opt);
		break;
	case KIND_FLAG:
		addattr8(p->n, REQUEST_MAX, opt->attr,
			 !strcmp(*p->argv, opt->word));
		break;
	case KIND_MAC:
		parse_mac(p, opt);
		break;
	}
}

/* "notrack" is a word of its own, and "nonotrack" its opposite. */
static bool names(const struct opt *opt, const char *word)
{
	if (!strcmp(word, opt->word))
		return true;
	return opt->kind == KIND_FLAG && !strncmp(word, "no", 2) &&
	       !strcmp(word + 2, opt->word);
}

static const struct opt *find_opt(const char *word)
{
	const struct opt *opt;

	for (opt = opts; opt < opts + N_OPTS; opt++)
		if (names(opt, word))
			return opt;
	return NULL;
}

static int parse_opt(struct link_util *lu, int argc, char **argv,
		     struct nlmsghdr *n)
{
	struct parse p = { .argc = argc, .argv = argv, .n = n };
	const struct opt *opt;

	(void)lu;
	for (; p.argc > 0; p.argc--, p.argv++) {
		if (!strcmp(*p.argv, "help")) {
			print_usage(stderr);
			return -1;
		}
		opt = find_opt(*p.argv);
		if (!opt) {
			fprintf(stderr,
				"k8sov: unknown option \"%s\" (try \"ip link help k8sov\")\n",
				*p.argv);
			return -1;
		}
		if (p.seen & 1U << (opt - opts))
			duparg(opt->word, *p.argv);
		p.seen |= 1U << (opt - opts);
		parse_value(&p, opt);
	}
	return 0;
}

/* The kernel may be newer or older than this file: what has not the length
 * that is expected is not there.
 */
static const void *payload(struct rtattr *tb[], unsigned short attr,
			   size_t size)
{
	return tb[attr] && RTA_PAYLOAD(tb[attr]) == size ?
	       RTA_DATA(tb[attr]) : NULL;
}

static uint32_t get_u32(struct rtattr *tb[], unsigned short attr)
{
	const void *data = payload(tb, attr, sizeof(uint32_t));
	uint32_t value = 0;

	if (data)
		memcpy(&value, data, sizeof(value));
	return value;
}

static uint8_t get_u8(struct rtattr *tb[], unsigned short attr)
{
	const uint8_t *data = payload(tb, attr, sizeof(uint8_t));

	return data ? *data : 0;
}

static uint16_t get_port(struct rtattr *tb[], unsigned short attr)
{
	const void *data = payload(tb, attr, sizeof(uint16_t));
	uint16_t value = 0;

	if (data)
		memcpy(&value, data, sizeof(value));
	return ntohs(value);
}

static void show_word(const char *word)
{
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ", word);
}

static void show_string(const struct opt *opt, const char *value)
{
	show_word(opt->word);
	print_color_string(PRINT_ANY, COLOR_NONE, opt->key, "%s ", value);
}

static void show_uint(const struct opt *opt, unsigned int value)
{
	show_word(opt->word);
	print_color_uint(PRINT_ANY, COLOR_NONE, opt->key, "%u ", value);
}

static void show_addr(const struct opt *opt, struct rtattr *tb[], int family)
{
	const void *data = payload(tb, opt->attr, family == AF_INET ? 4 : 16);
	char text[INET6_ADDRSTRLEN];

	if (data && inet_ntop(family, data, text, sizeof(text)))
		show_string(opt, text);
}

static void show_ttl(const struct opt *opt, struct rtattr *tb[])
{
	uint8_t ttl = get_u8(tb, opt->attr);
	bool inherit = get_u8(tb, IFLA_K8SOV_TTL_INHERIT);

	show_word(opt->word);
	if (inherit || !ttl)
		show_word(inherit ? "inherit" : "auto");
	else
		print_color_uint(PRINT_FP, COLOR_NONE, NULL, "%u ", ttl);
	print_color_uint(PRINT_JSON, COLOR_NONE, opt->key, NULL, ttl);
	print_color_bool(PRINT_JSON, COLOR_NONE, "ttl_inherit", NULL, inherit);
}

static void show_tos(const struct opt *opt, struct rtattr *tb[])
{
	uint8_t tos = get_u8(tb, opt->attr);
	bool inherit = tos == 1;

	show_word(opt->word);
	if (inherit)
		show_word("inherit");
	else
		print_color_0xhex(PRINT_FP, COLOR_NONE, NULL, "%#llx ", tos);
	print_color_uint(PRINT_JSON, COLOR_NONE, opt->key, NULL,
			 inherit ? 0 : tos);
	print_color_bool(PRINT_JSON, COLOR_NONE, "tos_inherit", NULL, inherit);
}

static void show_flag(const struct opt *opt, struct rtattr *tb[])
{
	bool on = get_u8(tb, opt->attr);

	if (!on)
		print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s", "no");
	show_word(opt->word);
	print_color_bool(PRINT_JSON, COLOR_NONE, opt->key, NULL, on);
}

static void show_mac(const struct opt *opt, struct rtattr *tb[])
{
	const uint8_t *mac = payload(tb, opt->attr, 6);
	char text[32];

	if (!mac)
		return;
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
	show_string(opt, text);
}

static void show_range(const struct opt *opt, struct rtattr *tb[])
{
	show_uint(opt, get_port(tb, opt->attr));
	print_color_uint(PRINT_ANY, COLOR_NONE, "port_high", "%u ",
			 get_port(tb, opt->attr + 1));
}

static void show_named(const struct opt *opt, struct rtattr *tb[])
{
	uint8_t value = get_u8(tb, opt->attr);

	if (value <= opt->max)
		show_string(opt, words_of(opt)[value]);
}

static void show_opt(const struct opt *opt, struct rtattr *tb[])
{
	switch (opt->kind) {
	case KIND_NUMBER:
		show_uint(opt, get_u32(tb, opt->attr));
		break;
	case KIND_HEX:
		show_word(opt->word);
		print_color_0xhex(PRINT_ANY, COLOR_NONE, opt->key, "%#llx ",
				  get_u32(tb, opt->attr));
		break;
	case KIND_PORT:
		show_uint(opt, get_port(tb, opt->attr));
		break;
	case KIND_RANGE:
		show_range(opt, tb);
		break;
	case KIND_ADDR4:
		show_addr(opt, tb, AF_INET);
		break;
	case KIND_ADDR6:
		show_addr(opt, tb, AF_INET6);
		break;
	case KIND_LINK:
		show_string(opt, ll_index_to_name(get_u32(tb, opt->attr)));
		break;
	case KIND_TTL:
		show_ttl(opt, tb);
		break;
	case KIND_TOS:
		show_tos(opt, tb);
		break;
	case KIND_DF:
	case KIND_POLICY:
		show_named(opt, tb);
		break;
	case KIND_FLAG:
		show_flag(opt, tb);
		break;
	case KIND_MAC:
		show_mac(opt, tb);
		break;
	}
}

static void print_opt(struct link_util *lu, FILE *f, struct rtattr *tb[])
{
	const struct opt *opt;

	(void)lu;
	(void)f;
	if (!tb)
		return;
	for (opt = opts; opt < opts + N_OPTS; opt++)
		if (tb[opt->attr])
			show_opt(opt, tb);
}

static void print_help(struct link_util *lu, int argc, char **argv, FILE *f)
{
	(void)lu;
	(void)argc;
	(void)argv;
	print_usage(f);
}

struct link_util k8sov_link_util = {
	.id = "k8sov",
	.maxattr = IFLA_K8SOV_MAX,
	.parse_opt = parse_opt,
	.print_opt = print_opt,
	.print_help = print_help,
};

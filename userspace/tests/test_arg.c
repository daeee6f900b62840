// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What command lines mean, and which are refused with what words. */
#include <netinet/in.h>

#include "../cli/cmd.h"
#include "../cli/ctx.h"
#include "../cli/token.h"
#include "../lib/attr.h"
#include "tap.h"

static struct ctx ctx;

static int parse(const char *text, struct args *args)
{
	static char line[1024];
	static char *words[64];
	const struct command *cmd;
	const struct noun *noun;

	snprintf(line, sizeof(line), "%s", text);
	token_split(line, words, 64);
	noun = cmd_noun(words[0]);
	cmd = cmd_command(noun, words[1]);
	args->set = cmd->args == args_flush ? &k8sov_txn_set : noun->set;
	args->table = cmd->args;
	memset(&ctx.err, 0, sizeof(ctx.err));
	return args_parse(&ctx, args, words + (cmd->name ? 2 : 1));
}

#define NO_PORT(text) \
	"PORT[/PROTO]: '" text "' is not a port from 1 to 65535, maybe with /tcp, /udp or /sctp behind it"

static const struct {
	const char *line;
	const char *message;
} bad[] = {
	{ "host add", "'remote' is missing" },
	{ "host add remote", "'remote' needs a value: ADDR" },
	{ "host add remote 1.2.3", "remote: '1.2.3' is not an IPv4 or IPv6 address" },
	{ "host add remote ::1 id 0", "id: '0' is not a number from 1 to 1048575" },
	{ "host add remote ::1 id x", "id: 'x' is not a number from 1 to 1048575" },
	{ "host add remote ::1 vni 16777216", "vni: '16777216' is not a number from 0 to 16777215" },
	{ "host add remote ::1 port 0", "port: '0' is not a number from 1 to 65535" },
	{ "host add remote ::1 port 65536", "port: '65536' is not a number from 1 to 65535" },
	{ "host add remote ::1 mac 1:2:3:4:5:6", "mac: '1:2:3:4:5:6' is not a MAC address" },
	{ "host add remote ::1 encap vx", "encap: 'vx' is not one of vxlan geneve ipip direct" },
	{ "host add remote ::1 nam x", "'nam' is not expected here" },
	{ "host add remote ::1 remote ::2", "'remote' is given twice" },
	{ "host add remote ::1 dev nosuchdev", "dev: there is no interface 'nosuchdev'" },
	{ "host add remote ::1 name \"\"", "name: must have 1 to 253 bytes" },
	{ "host del force", "'id' is missing" },
	{ "host del id 7 name x", "'id' and 'name' exclude each other" },
	{ "subnet add 10.0.0.0/8", "'via' is missing" },
	{ "subnet add via x", "'PREFIX' is missing" },
	{ "subnet add 10.0.0.0/8 local blackhole", "'local' and 'blackhole' exclude each other" },
	{ "subnet add 10.0.0.0/8 local via x", "'local' and 'via' exclude each other" },
	{ "subnet add 10.0.0.0/8 via", "'via' needs a value: HOST" },
	{ "subnet add 10.0.0.0/8 via id", "'via id' needs a number" },
	{ "subnet add 10.0.0.0/8 via id 1048576", "via: '1048576' is not a host id" },
	{ "subnet add 10.0.0.0/99 local", "PREFIX: '10.0.0.0/99' is not an IPv4 or IPv6 prefix" },
	{ "subnet add 10.0.0.0/8 11.0.0.0/8 local", "'11.0.0.0/8' is not expected here" },
	{ "subnet add 10.0.0.0/8 local owner 18446744073709551616", "owner: '18446744073709551616' is not a number from 0 to 18446744073709551615" },
	{ "endpoint add link lo state done", "state: 'done' is not one of pending ready" },
	{ "identity add 10.0.0.0/8 identity 4294967296", "identity: '4294967296' is not a number from 0 to 4294967294" },
	{ "trace 10.0.0.1 10.0.0.2 proto 256", "proto: '256' is not tcp, udp, icmp, icmpv6, sctp or a number up to 255" },
	{ "trace 10.0.0.1 80", "DST: '80' is not an IPv4 or IPv6 address" },
	{ "trace 10.0.0.1 10.0.0.2 0", NO_PORT("0") },
	{ "trace 10.0.0.1 10.0.0.2 65536", NO_PORT("65536") },
	{ "trace 10.0.0.1 10.0.0.2 80/", NO_PORT("80/") },
	{ "trace 10.0.0.1 10.0.0.2 /udp", NO_PORT("/udp") },
	{ "trace 10.0.0.1 10.0.0.2 80/icmp", NO_PORT("80/icmp") },
	{ "trace 10.0.0.1 10.0.0.2 http", NO_PORT("http") },
	{ "trace 10.0.0.1 10.0.0.2 80 81", "'81' is not expected here" },
	{ "monitor denied --denied", "'denied' is given twice" },
	{ "monitor --commit", "'--commit' is not expected here" },
	{ "begin replace host,foo", "there is no table 'foo'" },
	{ "monitor hosts", "'hosts' is not expected here" },
	{ "pod run ls", "'ls' is not expected here" },
	{ "pod run conf", "'conf' needs a value: FILE" },
	{ "pod adopt ls", "'ls' is not expected here" },
	{ "pod adopt results", "'results' needs a value: DIR" },
	{ "pod run --", "'--' needs a value: CMD..." },
};

static void test_refusals(void)
{
	struct args args;
	char what[160];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(what, sizeof(what), "'%s' is refused", bad[i].line);
		tap_ok(parse(bad[i].line, &args) < 0 && !ctx.err.refused,
		       what);
		tap_equal(bad[i].message, ctx.err.message,
			  "with words that say why");
	}
}

static void test_many(void)
{
	char line[1024] = "host add remote ::1";
	struct args args;
	int i;

	for (i = 0; i < K8SOV_HOST_SOURCE_MAX; i++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line),
			 " source 192.0.2.%d", i);
	tap_number_is(0, parse(line, &args), "sources may be repeated");
	snprintf(line + strlen(line), sizeof(line) - strlen(line),
		 " source 192.0.2.99");
	tap_ok(parse(line, &args) < 0, "but not more than fit");
	tap_equal("source: there are more than the kernel takes",
		  ctx.err.message, "with words that say why");
}

/* Objects written as arguments and read again are the same. */
static const char *const lines[] = {
	"host add id 7 name node-b remote 192.0.2.7 encap ipip",
	"host add id 7 name \"a \\\"b\\\"\" remote 2001:db8::7 encap vxlan mac 02:00:00:00:00:07 port 4789 vni 0 source 192.0.2.8 source 192.0.2.9 source 2001:db8::9 owner 18446744073709551615",
	"subnet add 10.244.1.0/24 via id 7 owner 5",
	"subnet add fd00::/64 local",
	"subnet add 0.0.0.0/0 blackhole",
	"subnet add ::/0 unreachable",
	"endpoint add link lo name ns/pod/eth0 address 10.0.0.1 address fd00::1 identity 0 state ready ingress 7 egress 2147483647",
	"identity add 10.0.0.1/32 identity 4294967294",
};

static void write_back(const struct args *args, const char *line, char *text,
		       size_t size)
{
	FILE *file = fmemopen(text, size, "w");

	fprintf(file, "%.*s", (int)strcspn(line, " ") + 4, line);
	args_write(&ctx, file, args->table, args->set, &args->obj);
	fclose(file);
}

static void test_round_trips(void)
{
	struct args args;
	char text[1024];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		tap_number_is(0, parse(lines[i], &args), "a line is read");
		/* The id stands for the host once it was resolved. */
		if (args.host)
			K8SOV_SET(&args.obj.subnet, host, K8SOV_A_SUBNET_HOST,
				  7);
		write_back(&args, lines[i], text, sizeof(text));
		tap_equal(lines[i], text, "and written as it was");
	}
}

static void test_words(void)
{
	tap_equal("dev", cmd_attr_word(&k8sov_host_set, K8SOV_A_HOST_IFINDEX),
		  "the device's attribute is 'dev'");
	tap_equal("remote", cmd_attr_word(&k8sov_host_set,
					  K8SOV_A_HOST_REMOTE6),
		  "both families have one word");
	tap_equal("via", cmd_attr_word(&k8sov_subnet_set,
				       K8SOV_A_SUBNET_HOST),
		  "the host of a subnet is 'via'");
	tap_equal("prefix", cmd_attr_word(&k8sov_subnet_set,
					  K8SOV_A_SUBNET_PREFIX_LEN),
		  "an argument without a word has its attribute's name");
	tap_equal("subnets", cmd_attr_word(&k8sov_host_set,
					   K8SOV_A_HOST_SUBNETS),
		  "so has an attribute without an argument");
}

static void test_rest(void)
{
	struct args args;

	tap_number_is(0, parse("pod run name a -- ls -h name b -- c", &args),
		      "words behind '--' are not ours");
	tap_equal("a", args.obj.endpoint.name, "those before it are");
	tap_equal("ls", args.rest[0], "the program is the first behind it");
	tap_equal("c", args.rest[5], "the rest is the program's");
	tap_number_is(0, parse("pod run", &args), "it may be left out");
	tap_ok(!args.rest && !args.text, "and is not there then");
}

static const struct {
	const char *port;
	unsigned int number;
	unsigned int protocol;
} ports[] = {
	{ "1", 1, IPPROTO_TCP },
	{ "80/tcp", 80, IPPROTO_TCP },
	{ "53/udp", 53, IPPROTO_UDP },
	{ "53/UDP", 53, IPPROTO_UDP },
	{ "65535/sctp", 65535, IPPROTO_SCTP },
};

static void test_ports(void)
{
	char line[128], what[160];
	struct args args;
	size_t i;

	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		snprintf(line, sizeof(line), "policy trace 10.0.0.1 10.0.0.2 %s",
			 ports[i].port);
		snprintf(what, sizeof(what), "'%s' is a port and its protocol",
			 line);
		tap_ok(!parse(line, &args) &&
		       args.obj.trace.port == ports[i].number &&
		       args.obj.trace.protocol == ports[i].protocol, what);
	}
	tap_ok(!parse("trace 10.0.0.1 10.0.0.2 rx 53/udp from 192.0.2.1",
		      &args) && args.obj.trace.port == 53,
	       "it may stand anywhere behind the addresses");
}

static void test_options(void)
{
	struct args args;

	tap_ok(!parse("monitor --denied", &args) && args_seen(&args, "denied"),
	       "'--denied' is 'denied'");
	tap_ok(!parse("monitor denied", &args) && args_seen(&args, "denied"),
	       "so is 'denied'");
}

int main(void)
{
	test_ports();
	test_options();
	test_refusals();
	test_many();
	test_round_trips();
	test_words();
	test_rest();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The smallest change from what is to what should be. */
#include <stdlib.h>

#include "../daemon/diff.h"
#include "tap.h"

#define OURS(n) (TABLES_OWNER_MARK << TABLES_OWNER_SHIFT | (n))

/*
 * Tables as text: "H id addr owner mac;" and "S prefix id|L owner;", where an
 * owner above 0 is ours, one below somebody else's.
 */
static uint64_t owner(int number)
{
	return number > 0 ? OURS((uint64_t)number) : (uint64_t)-number;
}

static void read_tables(const char *text, struct tables *t)
{
	char addr[64], to[16];
	int id, who, mac, used;
	uint32_t by_id[64];

	memset(t, 0, sizeof(*t));
	for (; *text; text += used) {
		struct table_host host = { .has_mac = true };
		struct table_subnet subnet = {};

		used = 0;
		if (sscanf(text, " H %d %63s %d %d ;%n", &id, addr, &who, &mac,
			   &used) == 4) {
			k8sov_addr_parse(addr, &host.remote);
			host.id = (uint32_t)id;
			host.owner = owner(who);
			host.mac[5] = (uint8_t)mac;
			by_id[id] = tables_add_host(t, &host, addr);
		} else if (sscanf(text, " S %63s %15s %d ;%n", addr, to, &who,
				  &used) == 3) {
			k8sov_prefix_parse(addr, &subnet.prefix, &subnet.len);
			subnet.owner = owner(who);
			subnet.type = *to == 'L' ? K8SOV_SUBNET_TYPE_LOCAL :
				      K8SOV_SUBNET_TYPE_HOST;
			if (*to != 'L')
				subnet.host = by_id[atoi(to)];
			tables_add_subnet(t, &subnet);
		}
		if (!used) {
			printf("# broken test: %s\n", text);
			return;
		}
	}
}

static void describe(const struct diff *diff, const struct tables *desired,
		     const struct tables *actual, char *text, size_t size)
{
	static const char *const words[] = {
		"+H", "=H", "+S", "=S", "-S", "-H"
	};
	char addr[K8SOV_ADDR_TEXT];
	size_t n = 0, i;

	text[0] = '\0';
	for (i = 0; i < diff->ops; i++) {
		const struct diff_op *op = &diff->op[i];
		bool del = op->kind >= DIFF_SUBNET_DEL;
		const struct tables *t = del ? actual : desired;
		bool host = words[op->kind][1] == 'H';

		if (host)
			k8sov_addr_format(&t->host[op->index].remote, addr);
		else if (t->subnet)
			k8sov_prefix_format(&t->subnet[op->index].prefix,
					    t->subnet[op->index].len, addr);
		n += (size_t)snprintf(text + n, size - n, "%s%s%s %s",
				      i ? ", " : "", words[op->kind],
				      op->force ? "!" : "", addr);
		if (host && !del)
			n += (size_t)snprintf(text + n, size - n, " id %u",
					      diff->id[op->index]);
	}
}

static const struct {
	const char *behaviour;
	const char *desired;	/* ids only connect hosts and subnets */
	const char *actual;
	bool keep;
	const char *expected;
} cases[] = {
	{ "nothing from nothing", "", "", false, "" },
	{ "all is new", "H 1 1.1.1.1 1 1; H 2 2.2.2.2 2 2; S 10.1.0.0/24 1 1; S 10.2.0.0/24 2 2; S 10.0.0.0/24 L 9;",
	  "", false,
	  "+H 1.1.1.1 id 1, +H 2.2.2.2 id 2, +S 10.1.0.0/24, +S 10.2.0.0/24, +S 10.0.0.0/24" },
	{ "what is right is left alone, whatever its id",
	  "H 1 1.1.1.1 1 1; S 10.1.0.0/24 1 1;",
	  "H 7 1.1.1.1 1 1; S 10.1.0.0/24 7 1;", false, "" },
	{ "who is gone goes, subnets first", "",
	  "H 7 1.1.1.1 1 1; S 10.1.0.0/24 7 1; S 10.9.0.0/24 L 2;", false,
	  "-S 10.1.0.0/24, -S 10.9.0.0/24, -H 1.1.1.1" },
	{ "nobody goes as long as the cluster is not known", "",
	  "H 7 1.1.1.1 1 1; S 10.1.0.0/24 7 1;", true, "" },
	{ "but what is new comes", "H 1 2.2.2.2 2 1; S 10.2.0.0/24 1 2;",
	  "H 1 1.1.1.1 1 1; S 10.1.0.0/24 1 1;", true,
	  "+H 2.2.2.2 id 2, +S 10.2.0.0/24" },
	{ "another MAC address", "H 1 1.1.1.1 1 2; S 10.1.0.0/24 1 1;",
	  "H 7 1.1.1.1 1 1; S 10.1.0.0/24 7 1;", false, "=H 1.1.1.1 id 7" },
	{ "another address is another host, there before the old one goes",
	  "H 1 2.2.2.2 1 1; S 10.1.0.0/24 1 1;",
	  "H 1 1.1.1.1 1 1; S 10.1.0.0/24 1 1;", false,
	  "+H 2.2.2.2 id 2, =S 10.1.0.0/24, -H 1.1.1.1" },
	{ "a subnet has a new owner",
	  "H 1 2.2.2.2 2 1; S 10.1.0.0/24 1 2;",
	  "H 1 1.1.1.1 1 1; S 10.1.0.0/24 1 1;", false,
	  "+H 2.2.2.2 id 2, =S! 10.1.0.0/24, -H 1.1.1.1" },
	{ "a node has a new name", "H 1 1.1.1.1 2 1; S 10.1.0.0/24 1 2;",
	  "H 5 1.1.1.1 1 1; S 10.1.0.0/24 5 1;", false,
	  "=H! 1.1.1.1 id 5, =S! 10.1.0.0/24" },
	{ "the lowest free ids are taken",
	  "H 1 1.1.1.1 1 1; H 2 2.2.2.2 2 1; H 3 3.3.3.3 3 1;",
	  "H 2 9.9.9.9 -9 1; H 4 2.2.2.2 2 1;", false,
	  "+H 1.1.1.1 id 1, +H 3.3.3.3 id 3" },
	{ "entries of others are not touched", "",
	  "H 1 9.9.9.9 -9 1; S 10.9.0.0/24 1 -9; S 10.8.0.0/24 L -9;", false,
	  "" },
	{ "nor replaced", "H 1 1.1.1.1 1 1; S 10.9.0.0/24 1 1;",
	  "H 1 9.9.9.9 -9 1; S 10.9.0.0/24 1 -9;", false, "+H 1.1.1.1 id 2" },
	{ "hosts of others serve our subnets",
	  "H 1 9.9.9.9 1 1; S 10.1.0.0/24 1 1;", "H 3 9.9.9.9 -9 5;", false,
	  "+S 10.1.0.0/24" },
	{ "what is local becomes remote", "H 1 1.1.1.1 1 1; S 10.1.0.0/24 1 1;",
	  "H 1 1.1.1.1 1 1; S 10.1.0.0/24 L 1;", false, "=S 10.1.0.0/24" },
};

static void test_cases(void)
{
	struct tables desired, actual;
	struct diff diff;
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_tables(cases[i].desired, &desired);
		read_tables(cases[i].actual, &actual);
		diff_init(&diff, &desired, &actual, cases[i].keep);
		describe(&diff, &desired, &actual, text, sizeof(text));
		tap_equal(cases[i].expected, text, cases[i].behaviour);
		diff_update(&diff, &desired, &actual);
		diff_exit(&diff);
		diff_init(&diff, &desired, &actual, cases[i].keep);
		tap_number_is(0, (long long)diff.ops,
			      "after it nothing is left to change");
		diff_exit(&diff);
		tables_exit(&actual);
		tables_exit(&desired);
	}
}

static void test_foreign(void)
{
	struct tables desired, actual;
	struct diff diff;

	read_tables("H 1 1.1.1.1 1 1; S 10.9.0.0/24 1 1;", &desired);
	read_tables("H 1 1.1.1.1 -9 7; S 10.9.0.0/24 L -9;", &actual);
	diff_init(&diff, &desired, &actual, false);
	tap_number_is(1, (long long)diff.foreigns,
		      "a subnet of somebody else is told");
	tap_number_is(1, (long long)diff.foreign_hosts, "a host likewise");
	diff_exit(&diff);
	tables_exit(&actual);
	read_tables("H 4 1.1.1.1 -9 1; S 10.9.0.0/24 4 -9;", &actual);
	diff_init(&diff, &desired, &actual, false);
	tap_ok(!diff.foreigns && !diff.foreign_hosts && !diff.ops,
		      "unless it is just what we want");
	diff_exit(&diff);
	tables_exit(&actual);
	read_tables("H 4 1.1.1.1 1 1; S 10.9.0.0/24 4 1;", &actual);
	tables_exit(&desired);
	memset(&desired, 0, sizeof(desired));
	diff_init(&diff, &desired, &actual, true);
	tap_number_is(2, (long long)diff.held,
		      "what would go otherwise is counted");
	diff_exit(&diff);
	tables_exit(&actual);
}

/* Thousands of nodes, of which some change: only those are touched. */
static void test_many(void)
{
	struct tables desired = {}, actual = {};
	struct diff diff;
	uint32_t i;

	for (i = 0; i < 5000; i++) {
		struct table_host host = {
			.remote = { .family = AF_INET },
			.owner = OURS(i + 1),
		};
		struct table_subnet subnet = {
			.prefix = { .family = AF_INET }, .len = 24,
			.owner = OURS(i + 1),
		};

		host.remote.v4.s_addr = htonl(0xc0000000 + i);
		subnet.prefix.v4.s_addr = htonl(0x0a000000 + (i << 8));
		subnet.host = tables_add_host(&desired, &host, "x");
		tables_add_subnet(&desired, &subnet);
	}
	diff_init(&diff, &desired, &actual, false);
	tap_number_is(10000, (long long)diff.ops, "5000 nodes at once");
	diff_update(&diff, &desired, &actual);
	diff_exit(&diff);
	desired.host[77].mac[5]++;
	desired.subnet[4711].host = 3;
	diff_init(&diff, &desired, &actual, false);
	tap_number_is(1, (long long)diff.ops,
		      "a MAC address that does not count changes nothing");
	diff_exit(&diff);
	desired.host[77].has_mac = true;
	diff_init(&diff, &desired, &actual, false);
	tap_number_is(2, (long long)diff.ops, "two changes are two");
	diff_exit(&diff);
	tables_exit(&actual);
	tables_exit(&desired);
}

int main(void)
{
	test_cases();
	test_foreign();
	test_many();
	return tap_end();
}

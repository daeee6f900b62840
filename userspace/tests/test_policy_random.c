// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Random clusters that change at random: after each commit the kernel's tables
 * decide as the oracle does, for every pod of the node, direction, address and
 * port. POLICY_SEED=N runs one seed, POLICY_SEEDS=N so many.
 */
#include "policy_world.h"
#include "tap.h"

#define STEPS 40
#define LINES 4096

static const char *const addresses[] = {
	"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9", "10.0.1.1", "10.0.1.2",
	"10.0.2.7", "fd00::1", "fd00::2", "fd00::1:3", "192.0.2.1",
	"192.0.2.2", "198.51.100.1", "2001:db8::1",
};

#define ADDRESSES (sizeof(addresses) / sizeof(*addresses))

static const struct { unsigned int protocol, port; } keys[] = {
	{ IPPROTO_TCP, 80 }, { IPPROTO_TCP, 81 }, { IPPROTO_TCP, 90 },
	{ IPPROTO_TCP, 0 }, { IPPROTO_TCP, 65535 }, { IPPROTO_UDP, 53 },
	{ IPPROTO_UDP, 80 }, { IPPROTO_SCTP, 80 }, { IPPROTO_ICMP, 0x800 },
	{ IPPROTO_GRE, 0 }, { 0, 0 }, { 255, 65535 },
};

#define KEYS (sizeof(keys) / sizeof(*keys))

#define NAMESPACES 3
#define PODS 4
#define UIDS 2
#define ENDPOINTS (NAMESPACES * PODS * UIDS)

/* Who accepts what; 2: no such endpoint. */
struct table {
	uint8_t verdict[ENDPOINTS][POLICY_DIRECTIONS][ADDRESSES][KEYS];
};

struct run {
	struct world *world;
	uint64_t random;
	struct k8sov_addr addr[ADDRESSES];
	char *line[LINES];
	size_t lines;
	struct table *mid;
	size_t mids;
	unsigned long compared;
	unsigned long watched;
	const char *wrong;
};

static unsigned int chance(struct run *run, unsigned int n)
{
	run->random = run->random * 6364136223846793005ULL +
		      1442695040888963407ULL;
	return (unsigned int)(run->random >> 33) % n;
}

#define PICK(run, array) \
	((array)[chance(run, sizeof(array) / sizeof(*(array)))])

struct text {
	char text[4096];
	size_t n;
};

static void say(struct text *t, const char *word)
{
	t->n += (size_t)snprintf(t->text + t->n, sizeof(t->text) - t->n,
				 "%s%s", t->n ? " " : "", word);
}

static void say_labels(struct run *run, struct text *t)
{
	static const char *const labels[] = {
		"labels app=x", "labels app=y", "labels app=x,tier=1",
		"labels app=y,tier=2", "labels tier=1", "labels app=z,tier=",
		"labels app=x,tier=1,z=1",
	};

	if (chance(run, 8))
		say(t, PICK(run, labels));
}

static void say_selector(struct run *run, struct text *t)
{
	static const char *const selectors[] = {
		"*", "*", "app=x", "app=y", "app=x|y", "app!=x", "+app", "-tier",
		"app=x,tier=1", "app!=x|z,+tier", "tier=", "app=nobody",
		"tier=1|2", "-app",
	};

	say(t, PICK(run, selectors));
}

static void say_ns_selector(struct run *run, struct text *t)
{
	static const char *const selectors[] = {
		"*", "env=p", "env=q", "env!=p", "-env",
		"kubernetes.io/metadata.name=b",
		"kubernetes.io/metadata.name!=a|b",
	};

	say(t, PICK(run, selectors));
}

static void say_block(struct run *run, struct text *t)
{
	static const char *const blocks[] = {
		"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24",
		"10.0.0.0/30", "10.0.0.2/32", "::/0", "fd00::/64",
		"fd00::/112", "192.0.2.0/24", "10.0.0.0/31",
	};

	say(t, "block");
	say(t, PICK(run, blocks));
	while (!chance(run, 3)) {
		say(t, "except");
		say(t, PICK(run, blocks));
	}
}

static void say_peer(struct run *run, struct text *t, bool namespaced, bool out)
{
	switch (chance(run, namespaced ? 12 : 14)) {
	case 0: case 1: case 2:
		if (namespaced) {
			say(t, "pods");
			say_selector(run, t);
			break;
		}
		/* fallthrough */
	case 3: case 4: case 5: case 6:
		say(t, "from");
		say_ns_selector(run, t);
		say_selector(run, t);
		break;
	case 7:
		if (!chance(run, 6)) {
			say(t, "unknown");
			break;
		}
		/* fallthrough */
	case 8:
		if (out && !namespaced) {
			say(t, "nodes");
			say_selector(run, t);
			break;
		}
		/* fallthrough */
	default:
		say_block(run, t);
	}
}

static void say_rule(struct run *run, struct text *t, bool namespaced)
{
	static const char *const ports[] = {
		"tcp 80", "tcp 80-90", "udp 53", "tcp *", "udp *", "tcp http",
		"udp dns", "any http", "sctp 80", "tcp 81-65535", "any 80",
	};
	static const char *const actions[] = { "deny", "pass", "deny" };
	bool out = chance(run, 2);

	say(t, out ? "out" : "in");
	if (!namespaced && chance(run, 3))
		say(t, PICK(run, actions));
	if (!chance(run, 12))
		say(t, "nobody");
	else if (chance(run, 6))
		do
			say_peer(run, t, namespaced, out);
		while (!chance(run, 3));
	if (chance(run, 2))
		do
			say(t, PICK(run, ports));
		while (!chance(run, 3));
}

static void say_policy(struct run *run, struct text *t)
{
	static const char *const nps[] = {
		"np a/one", "np a/two", "np b/one", "np b/two", "np c/one",
	};
	static const char *const cnps[] = {
		"admin deny 1", "admin pass 1", "admin some 5", "baseline d 0",
		"baseline e 1", "admin deny 7",
	};
	static const char *const types[] = {
		"types i", "types e", "types ie", "types i",
	};
	bool namespaced = chance(run, 3);

	say(t, namespaced ? PICK(run, nps) : PICK(run, cnps));
	say(t, "for");
	if (!namespaced)
		say_ns_selector(run, t);
	say_selector(run, t);
	if (namespaced && chance(run, 20))
		say(t, PICK(run, types));
	if (!chance(run, 25))
		say(t, "broken");
	while (chance(run, 3))
		say_rule(run, t, namespaced);
}

static void say_pod(struct run *run, struct text *t)
{
	static const char *const nodes[] = {
		"node here", "node here", "node other", "",
	};
	static const char *const ports[] = {
		"port http:tcp:80", "port http:tcp:81", "port dns:udp:53",
		"port http:udp:80", "port http:tcp:80 port dns:udp:80",
	};
	char name[64];

	snprintf(name, sizeof(name), "pod %c/p%u uid u%u",
		 'a' + chance(run, NAMESPACES), chance(run, PODS),
		 chance(run, UIDS));
	say(t, name);
	say(t, PICK(run, nodes));
	say_labels(run, t);
	do {
		say(t, "addr");
		say(t, addresses[chance(run, 10)]);
	} while (!chance(run, 4));
	while (chance(run, 2))
		say(t, PICK(run, ports));
	if (!chance(run, 12))
		say(t, "over");
	else if (!chance(run, 12))
		say(t, "host");
}

static void say_gone(struct run *run, struct text *t)
{
	static const char *const gone[] = {
		"pod a/p0", "pod a/p1", "pod a/p2", "pod a/p3", "pod b/p0",
		"pod b/p1", "pod b/p2", "pod c/p0", "np a/one", "np a/two",
		"np b/one", "np b/two", "np c/one", "admin deny", "admin pass",
		"admin some", "baseline d", "baseline e", "ns b", "node n1",
	};

	say(t, "gone");
	say(t, PICK(run, gone));
}

static void say_namespace(struct run *run, struct text *t)
{
	static const char *const env[] = { ",env=p", ",env=q", "" };
	char text[128], ns = (char)('a' + chance(run, NAMESPACES));

	snprintf(text, sizeof(text),
		 "ns %c labels kubernetes.io/metadata.name=%c%s", ns, ns,
		 PICK(run, env));
	say(t, text);
}

static void say_node(struct run *run, struct text *t)
{
	static const char *const names[] = { "here", "n1", "n2" };
	static const char *const labels[] = {
		"labels app=x", "labels app=y,tier=1", "",
	};

	say(t, "node");
	say(t, PICK(run, names));
	say(t, PICK(run, labels));
	do {
		say(t, "addr");
		say(t, chance(run, 10) ? addresses[10 + chance(run, 2)] :
			       addresses[chance(run, ADDRESSES)]);
	} while (!chance(run, 3));
}

/* Returns whether it concerns one object that rules see as one. */
static bool change(struct run *run)
{
	unsigned int what = chance(run, 20);
	struct text t = {};

	if (what < 8)
		say_pod(run, &t);
	else if (what < 14)
		say_policy(run, &t);
	else if (what < 17)
		say_gone(run, &t);
	else if (what < 19)
		say_namespace(run, &t);
	else
		say_node(run, &t);
	world_do(run->world, t.text);
	run->line[run->lines++] = memory_must(strdup(t.text));
	return !strstr(t.text, "ns ");
}

static void endpoint_key(unsigned int i, char key[32])
{
	snprintf(key, 32, "%c/p%u u%u", 'a' + i / UIDS / PODS, i / UIDS % PODS,
		 i % UIDS);
}

static void look(struct run *run, struct kernel_model *kernel, struct table *t)
{
	unsigned int e, d, a, k;
	uint32_t identity;
	char key[32];

	for (a = 0; a < ADDRESSES; a++) {
		identity = kernel_identity(kernel, &run->addr[a]);
		for (e = 0; e < ENDPOINTS; e++) {
			endpoint_key(e, key);
			for (d = 0; d < POLICY_DIRECTIONS; d++)
				for (k = 0; k < KEYS; k++)
					t->verdict[e][d][a][k] = (uint8_t)
						(kernel_verdict(kernel, key, d,
								identity,
						keys[k].protocol << 16 |
						keys[k].port) & 3);
		}
	}
}

static void wrong(struct run *run, const char *why)
{
	size_t i;

	if (run->wrong)
		return;
	run->wrong = why;
	printf("# %s\n", why);
	for (i = 0; i < run->lines; i++)
		printf("#   %s\n", run->line[i]);
}

static void compare_one(struct run *run, struct oracle_question *q,
			unsigned int a)
{
	char text[256];
	size_t k;
	int got;
	bool expected;

	for (k = 0; k < KEYS; k++) {
		q->protocol = keys[k].protocol;
		q->port = keys[k].port;
		expected = oracle_accepts(&run->world->oracle, q);
		got = world_verdict(run->world, q->pod, q->direction,
				    &run->addr[a], q->protocol, q->port);
		run->compared++;
		if (got == expected || run->wrong)
			continue;
		snprintf(text, sizeof(text), "# %s/%s %s %s %u:%u: %d by \"%s\"",
			 q->pod->namespace, q->pod->name,
			 q->direction ? "to" : "from", addresses[a],
			 q->protocol, q->port, got,
			 run->world->kernel.last_rule);
		puts(text);
		wrong(run, "another verdict than the oracle's");
	}
}

/* The kernel asks an endpoint first, and its addresses if it has none. */
static void compare_identity(struct run *run, const struct oracle_pod *pod)
{
	struct kernel_model *kernel = &run->world->kernel;
	const struct kernel_endpoint *e;
	struct oracle_peer owner;
	size_t i;

	e = kernel_endpoint(kernel, pod->pod.namespace, pod->pod.name,
			    pod->pod.uid);
	for (i = 0; e->identity && i < pod->pod.addrs; i++) {
		oracle_owner(&run->world->oracle, &pod->pod.addr[i], &owner);
		if (owner.pod == &pod->pod &&
		    kernel_identity(kernel, owner.addr) != e->identity)
			wrong(run, "an endpoint's identity is not that of all its addresses");
	}
}

static void compare(struct run *run)
{
	const struct oracle *o = &run->world->oracle;
	struct oracle_question q = {};
	size_t i, here = 0;
	unsigned int a, d;

	for (i = 0; i < o->pods; i++) {
		if (!world_is_here(&o->pod[i].pod))
			continue;
		here++;
		compare_identity(run, &o->pod[i]);
		q.pod = &o->pod[i].pod;
		for (a = 0; a < ADDRESSES; a++) {
			oracle_owner(o, &run->addr[a], &q.peer);
			for (d = 0; d < POLICY_DIRECTIONS; d++) {
				q.direction = d;
				compare_one(run, &q, a);
			}
		}
	}
	if (here != run->world->kernel.endpoints)
		wrong(run, "another number of endpoints than pods here");
	if (run->world->kernel.broken)
		wrong(run, run->world->kernel.broken);
}

static void keep_table(struct world *world)
{
	struct run *run = world->context;

	run->mid = memory_grow(run->mid, run->mids, sizeof(*run->mid));
	look(run, &world->kernel, &run->mid[run->mids++]);
}

static void say_where(size_t at, size_t mid)
{
	size_t key = at % KEYS, addr = at / KEYS % ADDRESSES;
	size_t d = at / KEYS / ADDRESSES % POLICY_DIRECTIONS;
	char name[32];

	endpoint_key((unsigned int)(at / KEYS / ADDRESSES / POLICY_DIRECTIONS),
		     name);
	printf("# after change %zu, %s %s %s %u:%u\n", mid + 1, name,
	       d ? "to" : "from", addresses[addr], keys[key].protocol,
	       keys[key].port);
}

static void watch(struct run *run, const struct table *before,
		  const struct table *after)
{
	const uint8_t *x = (const uint8_t *)before, *y = (const uint8_t *)after;
	const uint8_t *mid;
	size_t i, j;

	for (i = 0; i < run->mids; i++) {
		mid = (const uint8_t *)&run->mid[i];
		for (j = 0; j < sizeof(*before); j++) {
			if (mid[j] != 1 || x[j] == 1 || y[j] == 1)
				continue;
			if (!run->wrong)
				say_where(j, i);
			wrong(run, "in between, more is accepted than before or after");
		}
		run->watched++;
	}
}

/* One change, looked at after each word to the kernel. */
static void careful_step(struct run *run)
{
	static struct table before, after;

	look(run, &run->world->kernel, &before);
	run->mids = 0;
	if (change(run))
		run->world->after = keep_table;
	world_commit(run->world);
	run->world->after = NULL;
	look(run, &run->world->kernel, &after);
	watch(run, &before, &after);
}

static void repeat_change(void *context, const struct policy_change *c)
{
	kernel_apply(context, c);
}

/* All changes in one commit, and all said again, are the same. */
static void compare_cold(struct run *run)
{
	static struct table warm, cold, again;
	static struct kernel_model kernel;
	struct world *world = world_create();
	size_t i;

	for (i = 0; i < run->lines; i++)
		world_do(world, run->line[i]);
	world_commit(world);
	look(run, &world->kernel, &cold);
	look(run, &run->world->kernel, &warm);
	memset(&kernel, 0, sizeof(kernel));
	policy_repeat(world->compiler, repeat_change, &kernel);
	look(run, &kernel, &again);
	if (memcmp(&cold, &warm, sizeof(cold)) != 0)
		wrong(run, "a cold compiler decides otherwise");
	if (memcmp(&cold, &again, sizeof(cold)) != 0)
		wrong(run, "what is repeated decides otherwise");
	if (world->kernel.prefixes != run->world->kernel.prefixes ||
	    world->kernel.rulesets != run->world->kernel.rulesets)
		wrong(run, "a cold compiler has tables of another size");
	kernel_exit(&kernel);
	world_destroy(world);
}

static bool run_seed(unsigned long seed, struct run *total)
{
	struct run run = { .random = seed * 0x9e3779b97f4a7c15ULL };
	size_t i, j;

	run.world = world_create();
	run.world->context = &run;
	for (i = 0; i < ADDRESSES; i++)
		k8sov_addr_parse(addresses[i], &run.addr[i]);
	for (i = 0; i < STEPS && !run.wrong; i++) {
		if (i % 5 == 4)
			careful_step(&run);
		for (j = i ? chance(&run, 4) : 10; j; j--)
			change(&run);
		world_commit(run.world);
		compare(&run);
	}
	if (!run.wrong)
		compare_cold(&run);
	if (run.wrong)
		printf("# seed %lu\n", seed);
	world_destroy(run.world);
	while (run.lines)
		free(run.line[--run.lines]);
	free(run.mid);
	total->compared += run.compared;
	total->watched += run.watched;
	return !run.wrong;
}

int main(void)
{
	const char *one = getenv("POLICY_SEED"), *many = getenv("POLICY_SEEDS");
	unsigned long seed = one ? strtoul(one, NULL, 10) : 1;
	unsigned long end = seed + (one ? 1 : many ? strtoul(many, NULL, 10) :
				    60);
	struct run total = {};
	bool good = true;

	printf("# seeds %lu to %lu\n", seed, end - 1);
	for (; seed < end && good; seed++)
		good = run_seed(seed, &total);
	tap_ok(good, "tables decide as the text of the API says, after every change and in between");
	printf("# %lu verdicts compared, %lu states in between\n",
	       total.compared, total.watched);
	tap_ok(one || (total.compared > 1000 && total.watched > 100),
	       "that was tried often");
	return tap_end();
}

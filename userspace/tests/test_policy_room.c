// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Policies that need more than the kernel has room for: who is concerned is
 * isolated and named, all others obey, and who was there first stays. The
 * kernel is the model's; verdicts after random changes are compared with those
 * of a compiler without limits.
 */
#include "policy_world.h"
#include "tap.h"

static const char base[] =
	"node here addr 192.0.2.1;"
	"ns a labels kubernetes.io/metadata.name=a;"
	"pod a/x uid u node here labels app=x addr 10.0.0.1;"
	"pod a/y uid u node here labels app=y addr 10.0.0.2;"
	"pod a/z uid u node here labels app=z addr 10.0.0.3;"
	"pod a/c uid u node n1 labels app=c addr 10.0.1.1;"
	"pod a/d uid u node n1 labels app=d addr 10.0.1.2";

static void tell(struct world *w, const char *lines)
{
	char *text = memory_must(strdup(lines)), *save = NULL, *line;

	for (line = strtok_r(text, ";", &save); line;
	     line = strtok_r(NULL, ";", &save))
		world_do(w, line);
	world_commit(w);
	free(text);
}

static struct world *begin(size_t rulesets, size_t prefixes)
{
	const struct policy_limits limits = { rulesets, prefixes };
	struct world *w = world_create();

	policy_set_limits(w->compiler, &limits);
	tell(w, base);
	return w;
}

static void limit(struct world *w, size_t rulesets, size_t prefixes)
{
	const struct policy_limits limits = { rulesets, prefixes };

	policy_set_limits(w->compiler, &limits);
	world_commit(w);
}

/* "POD" and whether it can be reached from an address */
static int reaches(struct world *w, const char *address, const char *pod)
{
	struct k8sov_addr addr;
	char key[64];

	snprintf(key, sizeof(key), "a/%s u", pod);
	if (k8sov_addr_parse(address, &addr))
		abort();
	return kernel_verdict(&w->kernel, key, POLICY_INGRESS,
			      kernel_identity(&w->kernel, &addr),
			      IPPROTO_TCP << 16 | 80);
}

static bool is_isolated(const struct world *w, const char *pod)
{
	char key[64];
	size_t i;

	snprintf(key, sizeof(key), "a/%s u", pod);
	for (i = 0; i < w->kernel.endpoints; i++)
		if (!strcmp(w->kernel.endpoint[i].key, key))
			return w->kernel.endpoint[i].isolated;
	abort();
}

struct problems {
	char text[512];
	size_t n;
};

static void keep_problem(void *context, const char *object, const char *why)
{
	struct problems *problems = context;

	snprintf(problems->text, sizeof(problems->text), "%s: %s", object, why);
	problems->n++;
}

static struct problems problems_of(struct world *w)
{
	struct problems problems = {};

	policy_problems(w->compiler, keep_problem, &problems);
	return problems;
}

static void test_rulesets(void)
{
	struct world *w = begin(1, 100);

	tell(w, "np a/p for app=x types i in pods app=c");
	tell(w, "np a/q for app=y types i in pods app=c");
	tap_number_is(1, (long long)w->kernel.rulesets,
		      "no more rulesets are told than there is room for");
	tap_ok(reaches(w, "10.0.1.1", "x") == 1 &&
	       reaches(w, "10.0.1.2", "x") == 0, "the first obeys");
	tap_ok(is_isolated(w, "y"), "the pods of the other are isolated");
	tap_number_is(1, reaches(w, "10.0.1.1", "z"),
		      "those of none are not concerned");
	tap_equal("NetworkPolicy a/q: max-rulesets of the device has no room for its rules",
		  problems_of(w).text, "the policy is named, and why");
	tell(w, "np a/p for app=x types i in pods app=d");
	tap_ok(reaches(w, "10.0.1.2", "x") == 1 &&
	       reaches(w, "10.0.1.1", "x") == 0,
	       "the first is changed: that comes into force");
	tell(w, "np a/q for app=y types i in pods app=d");
	tap_ok(is_isolated(w, "y") && !is_isolated(w, "x"),
	       "the other is changed: the first stays");
	limit(w, 2, 100);
	tap_ok(!is_isolated(w, "y") && reaches(w, "10.0.1.2", "y") == 1 &&
	       reaches(w, "10.0.1.1", "y") == 0,
	       "there is room: both obey");
	tap_number_is(0, (long long)problems_of(w).n, "nothing is wrong");
	limit(w, 1, 100);
	tap_ok(!is_isolated(w, "y") && !is_isolated(w, "x"),
	       "there is less room: what was told stays");
	tell(w, "np a/r for app=z types i");
	tap_ok(is_isolated(w, "z"), "a new one is not");
	tell(w, "gone np a/p;gone np a/q");
	tap_ok(!is_isolated(w, "z") && reaches(w, "10.0.1.1", "z") == 0,
	       "others go: it is");
	tap_ok(!w->kernel.broken, "the kernel was told what it can do");
	world_destroy(w);
}

static void test_prefixes(void)
{
	struct world *w = begin(100, 3);

	tell(w, "np a/p for app=x types i in pods app=c");
	tell(w, "np a/q for app=y types i in block 10.1.0.0/16 except 10.1.1.0/24 except 10.1.2.0/24");
	tap_ok(w->kernel.prefixes == 1,
	       "a policy that tells too many addresses apart asks for none");
	tap_ok(reaches(w, "10.1.0.1", "y") == 0 &&
	       reaches(w, "10.1.1.1", "y") == 0, "its pods are isolated");
	tap_equal("NetworkPolicy a/q: it tells more addresses apart than max-identities of the device has room for",
		  problems_of(w).text, "it is named, and why");
	tap_ok(reaches(w, "10.0.1.1", "x") == 1 &&
	       reaches(w, "10.0.1.2", "x") == 0, "the first obeys");
	tell(w, "np a/r for app=z types i in pods app=d");
	tap_ok(reaches(w, "10.0.1.2", "z") == 1 &&
	       reaches(w, "10.0.1.1", "z") == 0,
	       "one that comes later and fits obeys");
	tell(w, "pod a/e uid u node n1 labels app=c addr 10.0.1.3;"
	     "pod a/f uid u node n1 labels app=d addr 10.0.1.4");
	tap_ok(w->kernel.prefixes <= 3 && reaches(w, "10.0.1.3", "x") == 1 &&
	       reaches(w, "10.0.1.2", "z") == 0,
	       "pods come: the last is closed, the first obeys");
	tell(w, "gone pod a/e");
	tap_ok(reaches(w, "10.0.1.4", "z") == 1, "one goes: both obey");
	limit(w, 100, 6);
	tap_ok(reaches(w, "10.1.0.1", "y") == 1 &&
	       reaches(w, "10.1.1.1", "y") == 0 &&
	       reaches(w, "10.0.1.4", "z") == 1, "there is room: all obey");
	tap_number_is(0, (long long)problems_of(w).n, "nothing is wrong");
	limit(w, 100, 0);
	tap_ok(!w->kernel.prefixes && reaches(w, "10.0.1.1", "x") == 0 &&
	       reaches(w, "10.1.0.1", "y") == 0, "there is none: all are closed");
	tell(w, "gone np a/q;np a/p for app=x types i in tcp 80");
	limit(w, 100, 2);
	tap_ok(reaches(w, "10.0.1.1", "x") == 1 &&
	       reaches(w, "10.0.1.4", "z") == 1,
	       "who asks for less, or is gone, leaves room to others");
	tap_ok(!w->kernel.broken, "the kernel was told what it can do");
	world_destroy(w);
}

static void test_tiers(void)
{
	struct world *w = begin(100, 1);

	tell(w, "admin p 1 for * app=x in deny block 10.1.0.0/16 block 10.2.0.0/16");
	tap_ok(reaches(w, "10.1.0.1", "x") == 0 &&
	       reaches(w, "10.3.0.1", "x") == 0,
	       "a policy of the cluster that does not fit denies everything");
	limit(w, 100, 2);
	tap_ok(reaches(w, "10.1.0.1", "x") == 0 &&
	       reaches(w, "10.3.0.1", "x") == 1, "there is room: it obeys");
	world_destroy(w);
}

/* Many that are large, and small ones told before and after them. */
static void test_many(void)
{
	struct world *w = begin(100, 20);
	char line[256];
	int i;

	tell(w, "np a/first for app=x types i in pods app=c");
	for (i = 0; i < 40; i++) {
		snprintf(line, sizeof(line),
			 "np a/p%d for app=y types i in block 10.%d.0.0/16 except 10.%d.1.0/24",
			 i, i + 1, i + 1);
		world_do(w, line);
	}
	tell(w, "np a/last for app=z types i in pods app=d");
	tap_ok(w->kernel.prefixes > 18 && w->kernel.prefixes <= 20,
	       "of many that are told at once so many are closed as need be");
	tap_ok(reaches(w, "10.0.1.1", "x") == 1 &&
	       reaches(w, "10.1.0.1", "y") == 1 &&
	       reaches(w, "10.40.0.1", "y") == 0, "the last of them");
	tell(w, "gone np a/p0");
	tap_ok(w->kernel.prefixes > 18 && reaches(w, "10.1.0.1", "y") == 0,
	       "one goes: another comes in its place");
	limit(w, 100, 80);
	tap_ok(!problems_of(w).n && reaches(w, "10.40.0.1", "y") == 1 &&
	       reaches(w, "10.40.1.1", "y") == 0 &&
	       reaches(w, "10.0.1.2", "z") == 1,
	       "there is just the room that all need: all obey");
	world_destroy(w);
}

static bool had_second(const void *context, const char *name)
{
	(void)context;
	return strstr(name, "a/q");
}

static void test_had(void)
{
	struct world *w = begin(1, 1);

	policy_set_had(w->compiler, had_second, NULL);
	tell(w, "np a/p for app=x types i in pods app=c;"
	     "np a/q for app=y types i in pods app=d;"
	     "np a/r for app=z types i in pods app=c pods app=d");
	policy_set_had(w->compiler, NULL, NULL);
	tap_ok(reaches(w, "10.0.1.2", "y") == 1 &&
	       reaches(w, "10.0.1.1", "y") == 0 && w->kernel.rulesets == 1,
	       "what the kernel had before stays, in whatever order all is told");
	limit(w, 100, 2);
	tap_ok(reaches(w, "10.0.1.1", "x") == 1 &&
	       reaches(w, "10.0.1.2", "x") == 0 &&
	       reaches(w, "10.0.1.1", "z") == 1, "there is room: all obey");
	world_destroy(w);
}

static const char *const changes[] = {
	"np a/p for app=x types i in pods app=c",
	"np a/p for app=x types i in block 10.0.1.0/24 except 10.0.1.2/32",
	"np a/q for * types i in pods app=d pods app=c",
	"np a/q for app=y types ie in from * *",
	"np a/r for app=z types i in block 10.0.0.0/8 except 10.0.1.0/24",
	"np a/r for app=z|x types i in",
	"np a/s for app=y types i", "gone np a/p", "gone np a/q", "gone np a/r",
	"gone np a/s", "admin t 1 for * app=x in deny block 10.0.1.0/30",
	"admin t 1 for * app=y in deny pods app=c", "gone admin t",
	"pod a/e uid u node n1 labels app=c addr 10.0.1.3",
	"pod a/e uid u node n1 labels app=d addr 10.0.1.3", "gone pod a/e",
	"pod a/d uid u node n1 labels app=c addr 10.0.1.2",
	"pod a/d uid u node n1 labels app=d addr 10.0.1.2",
};

/* Nothing is open that would not be if there were room; with room all is. */
static const char *compare(struct world *tight, struct world *wide, bool same)
{
	static const char *const addresses[] = {
		"10.0.0.1", "10.0.0.2", "10.0.1.1", "10.0.1.2", "10.0.1.3",
		"10.0.1.9", "10.9.0.1", "198.51.100.1",
	};
	static const char *const pods[] = { "x", "y", "z" };
	size_t i, j;

	for (i = 0; i < 3; i++)
		for (j = 0; j < sizeof(addresses) / sizeof(*addresses); j++) {
			int is = reaches(tight, addresses[j], pods[i]);
			int was = reaches(wide, addresses[j], pods[i]);

			if (is > was)
				return "it opens";
			if (same && is != was)
				return "it stays closed";
		}
	return tight->kernel.broken;
}

static const char *run_random(unsigned int seed)
{
	size_t i, n = sizeof(changes) / sizeof(*changes);
	struct world *wide = begin(100, 100), *tight = begin(100, 100);
	const char *wrong = NULL;
	const char *change;

	srandom(seed);
	for (i = 0; i < 60 && !wrong; i++) {
		size_t rulesets = (size_t)random() % 5;
		size_t prefixes = (size_t)random() % 8;
		size_t had = tight->kernel.rulesets;

		change = changes[(size_t)random() % n];
		limit(tight, rulesets, prefixes);
		tell(tight, change);
		tell(wide, change);
		wrong = compare(tight, wide, false);
		if (tight->kernel.prefixes > prefixes)
			wrong = "too many prefixes";
		if (tight->kernel.rulesets > rulesets &&
		    tight->kernel.rulesets > had)
			wrong = "too many rulesets";
		if (random() % 4 || wrong)
			continue;
		limit(tight, 100, 100);
		wrong = compare(tight, wide, true);
		if (problems_of(tight).n)
			wrong = "a problem stays";
	}
	world_destroy(tight);
	world_destroy(wide);
	return wrong;
}

static void test_random(void)
{
	const char *wrong = NULL;
	unsigned int seed;

	for (seed = 1; seed <= 200 && !wrong; seed++)
		wrong = run_random(seed);
	if (wrong)
		printf("# seed %u: %s\n", seed - 1, wrong);
	tap_ok(!wrong, "whatever changes and fits: nothing opens, and with room all obey");
}

int main(void)
{
	test_rulesets();
	test_prefixes();
	test_tiers();
	test_many();
	test_had();
	test_random();
	return tap_end();
}

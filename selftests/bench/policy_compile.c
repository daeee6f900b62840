// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * policy_compile SETTING - what policy costs k8sovd on one node of 5000, with
 * 100,000 pods in 1,000 namespaces and 10,000 policies. Prints METRIC VALUE
 * UNIT lines.
 *   cold    all policies are in the 100 namespaces that the node's 110 pods are
 *           in, so that each of them is in force here: cpu_s, rss_mb
 *   spread  ten in each namespace: cpu_s, rss_mb
 *   change  cold, then single changes and a commit each: change_ms is the
 *           largest of the medians by kind of change
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../../userspace/policy/compile.h"

#define NODES 5000
#define PODS 100000
#define NAMESPACES 1000
#define POLICIES 10000
#define HERE 110
#define BUSY 100	/* namespaces of the node's pods */
#define APPS 10		/* in a namespace */
#define TEAMS 50	/* of namespaces */
#define TRIES 101

static double spent;
static size_t changes, identities;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

#define TIMED(call) \
	do { \
		double start = now(); \
		call; \
		spent += now() - start; \
	} while (0)

static void count(void *context, const struct policy_change *change)
{
	size_t i;

	(void)context;
	changes++;
	if (change->kind == POLICY_SET_RULESET)
		for (i = 0; i < change->ruleset.classes; i++)
			identities += change->ruleset.class[i].identities;
}

static char *text(const char *format, unsigned int number)
{
	char *out = NULL;

	if (asprintf(&out, format, number) < 0)
		abort();
	return out;
}

static void add_label(struct policy_labels *labels, char *key, char *value)
{
	if (!labels->label)
		labels->label = calloc(8, sizeof(*labels->label));
	labels->label[labels->n++] = (struct policy_label){ key, value };
}

static struct k8sov_addr address(unsigned int first, unsigned int number)
{
	struct k8sov_addr addr = { .family = AF_INET };

	addr.v4.s_addr = htonl(first + number);
	return addr;
}

static void set_namespace(struct policy_compiler *p, unsigned int i)
{
	struct policy_namespace ns = { .name = text("namespace-%u", i) };

	add_label(&ns.labels, strdup("kubernetes.io/metadata.name"),
		  strdup(ns.name));
	add_label(&ns.labels, strdup("team"), text("team-%u", i % TEAMS));
	TIMED(policy_set_namespace(p, &ns));
	policy_namespace_exit(&ns);
}

static void set_node(struct policy_compiler *p, unsigned int i)
{
	struct policy_node node = { .name = text("node-%u", i), .addrs = 1 };

	add_label(&node.labels, strdup("kubernetes.io/hostname"),
		  strdup(node.name));
	add_label(&node.labels, strdup("topology.kubernetes.io/zone"),
		  text("zone-%u", i % 3));
	node.addr = malloc(sizeof(*node.addr));
	*node.addr = address(0xc0a80000, i);
	TIMED(policy_set_node(p, &node));
	policy_node_exit(&node);
}

/* The first pods are here, and one in each of the busy namespaces. */
static void set_pod(struct policy_compiler *p, unsigned int i,
		    unsigned int app, unsigned int hash)
{
	unsigned int ns = i < HERE ? i % BUSY : i % NAMESPACES;
	struct policy_pod pod = {
		.namespace = text("namespace-%u", ns),
		.name = text("pod-%u", i), .addrs = 1, .ports = 1,
		.uid = text("0c5b1a52-8f4e-4f2c-9d57-%012u", i),
		.node = text("node-%u", i < HERE ? 0 : 1 + i % (NODES - 1)),
	};

	add_label(&pod.labels, strdup("app"), text("app-%u", app));
	add_label(&pod.labels, strdup("pod-template-hash"),
		  text("7d9f%05u", hash));
	add_label(&pod.labels, strdup("tier"), text("tier-%u", app % 3));
	pod.addr = malloc(sizeof(*pod.addr));
	*pod.addr = address(0x0a000000, i);
	pod.port = calloc(1, sizeof(*pod.port));
	pod.port->name = strdup("http");
	pod.port->protocol = IPPROTO_TCP;
	pod.port->port = app % 2 ? 8080 : 80;
	TIMED(policy_set_pod(p, &pod));
	policy_pod_exit(&pod);
}

static unsigned int app_of(unsigned int i)
{
	return i / NAMESPACES % APPS;
}

static void select_value(struct policy_selector *s, const char *key,
			 char *value)
{
	s->req = calloc(1, sizeof(*s->req));
	s->n = 1;
	s->req->key = strdup(key);
	s->req->op = POLICY_IN;
	s->req->value = malloc(sizeof(char *));
	s->req->value[0] = value;
	s->req->n = 1;
}

static unsigned int mix(unsigned int i, unsigned int n)
{
	return (i * 2654435761U >> 8) % n;
}

static void set_peers(struct policy_rule *rule, unsigned int i)
{
	rule->peers = 3;
	rule->peer = calloc(rule->peers, sizeof(*rule->peer));
	rule->peer[0].own_namespace = true;
	select_value(&rule->peer[0].pods, "app", text("app-%u", mix(i + 1, APPS)));
	select_value(&rule->peer[1].namespaces, "team",
		     text("team-%u", mix(i + 2, TEAMS)));
	select_value(&rule->peer[1].pods, "app", text("app-%u", mix(i + 3, APPS)));
	rule->peer[2].kind = POLICY_PEER_BLOCK;
	rule->peer[2].block.addr = address(0xcb000000 + (mix(i, 500) << 8), 0);
	rule->peer[2].block.len = 24;
	rule->peer[2].excepts = 1;
	rule->peer[2].except = calloc(1, sizeof(struct policy_cidr));
	rule->peer[2].except->addr = address(0xcb000080 + (mix(i, 500) << 8), 0);
	rule->peer[2].except->len = 28;
}

static void set_ports(struct policy_rule *rule, unsigned int i)
{
	rule->ports = 2;
	rule->port = calloc(rule->ports, sizeof(*rule->port));
	rule->port[0].protocol = IPPROTO_TCP;
	rule->port[0].from = (uint16_t)(1000 + i % 100);
	rule->port[0].to = (uint16_t)(1000 + i % 100 + i % 5);
	rule->port[1].protocol = IPPROTO_TCP;
	rule->port[1].name = strdup("http");
}

static void set_policy(struct policy_compiler *p, unsigned int i,
		       unsigned int ns)
{
	struct policy policy = {
		.kind = "NetworkPolicy", .tier = POLICY_TIER_NAMESPACE,
		.namespace = text("namespace-%u", ns),
		.name = text("policy-%u", i), .applies = { true, i % 3 == 0 },
	};
	unsigned int d;

	/* A third is for all pods of the namespace. */
	if (i % 3)
		select_value(&policy.subject, "app", text("app-%u",
							  app_of(ns)));
	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		if (!policy.applies[d])
			continue;
		policy.rules[d] = 1;
		policy.rule[d] = calloc(1, sizeof(**policy.rule));
		set_peers(policy.rule[d], i);
		set_ports(policy.rule[d], i);
	}
	TIMED(policy_set(p, &policy));
	policy_exit(&policy);
}

static struct policy_compiler *start(unsigned int policed)
{
	struct policy_start where = { .node = "node-0" };
	struct policy_compiler *p = policy_compiler_create(&where);
	unsigned int i;

	for (i = 0; i < NODES; i++)
		set_node(p, i);
	for (i = 0; i < NAMESPACES; i++)
		set_namespace(p, i);
	for (i = 0; i < PODS; i++)
		set_pod(p, i, app_of(i), i % NAMESPACES * APPS + app_of(i));
	for (i = 0; i < POLICIES; i++)
		set_policy(p, i, i % policed);
	TIMED(policy_commit(p, count, NULL));
	return p;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Kinds: another known set of labels, or new ones, of a pod elsewhere in the
 * namespaces that matter, or here; a pod goes and comes.
 */
static double change(struct policy_compiler *p, unsigned int kind)
{
	double times[TRIES];
	unsigned int i, pod;
	char *name, *ns;

	for (i = 0; i < TRIES; i++) {
		spent = 0;
		pod = kind % 2 ? i : i % BUSY + NAMESPACES * (1 + i % 90);
		if (kind < 2) {
			set_pod(p, pod, (app_of(pod) + 1) % APPS,
				pod % NAMESPACES * APPS +
				(app_of(pod) + 1) % APPS);
		} else if (kind < 4) {
			set_pod(p, pod, app_of(pod), 50000 + i * 4 + kind);
		} else {
			ns = text("namespace-%u", pod % NAMESPACES);
			name = text("pod-%u", pod);
			TIMED(policy_remove_pod(p, ns, name));
			TIMED(policy_commit(p, count, NULL));
			set_pod(p, pod, app_of(pod), 60000 + i * 4 + kind);
			free(ns);
			free(name);
		}
		TIMED(policy_commit(p, count, NULL));
		times[i] = spent * 1000;
	}
	qsort(times, TRIES, sizeof(*times), by_size);
	fprintf(stderr, "kind %u: median %.3f ms, most %.3f ms\n", kind,
		times[TRIES / 2], times[TRIES - 1]);
	return times[TRIES / 2];
}

static void print_start(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("cpu_s %.3f s\n", spent);
	printf("rss_mb %.1f MB\n", (double)usage.ru_maxrss / 1024);
	fprintf(stderr, "%zu changes, %zu identities in rulesets\n", changes,
		identities);
}

int main(int argc, char **argv)
{
	const char *setting = argc > 1 ? argv[1] : "";
	struct policy_compiler *p;
	double most = 0, time;
	unsigned int kind;

	if (!strcmp(setting, "spread")) {
		p = start(NAMESPACES);
		print_start();
	} else if (!strcmp(setting, "cold")) {
		p = start(BUSY);
		print_start();
	} else if (!strcmp(setting, "change")) {
		p = start(BUSY);
		for (kind = 0; kind < 6; kind++) {
			time = change(p, kind);
			most = time > most ? time : most;
		}
		printf("change_ms %.3f ms\n", most);
	} else {
		fprintf(stderr, "usage: policy_compile cold|spread|change\n");
		return 2;
	}
	policy_compiler_destroy(p);
	return 0;
}

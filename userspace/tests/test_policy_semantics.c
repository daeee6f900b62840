// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * What the APIs of NetworkPolicy v1 and of ClusterNetworkPolicy say, point by
 * point: objects as policy_text.h has them, and who may talk to whom after
 * that. Rulesets are the kernel model's.
 */
#include "policy_world.h"
#include "tap.h"

static const char base[] =
	"node here addr 192.0.2.1;"
	"node n1 labels zone=1 addr 192.0.2.2;"
	"ns a labels kubernetes.io/metadata.name=a;"
	"ns b labels kubernetes.io/metadata.name=b,team=red;"
	"pod a/web node here labels app=web addr 10.0.0.1 addr fd00::1 port http:tcp:8080 port http:udp:8081 port side:tcp:15000;"
	"pod a/web2 node here labels app=web,v=2 addr 10.0.0.4 port http:tcp:9090;"
	"pod a/client node n1 labels app=client addr 10.0.0.2 addr fd00::2 port http:tcp:80;"
	"pod b/client node n1 labels app=client addr 10.0.1.2 port http:tcp:81;"
	"pod b/other node n1 labels app=other,empty= addr 10.0.1.3";

/* POD in|out ADDRESS PROTOCOL PORT yes|no; */
static const struct {
	const char *behaviour;
	const char *lines;
	const char *verdicts;
} cases[] = {
	/* NetworkPolicy v1 */
	{ "v1.1 without a policy everything is accepted", "",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web out 198.51.100.1 udp 53 yes" },
	{ "v1.1 a policy isolates the pods that it selects, in its direction",
	  "np a/p for app=web types i",
	  "a/web in 10.0.0.2 tcp 80 no; a/web out 10.0.0.2 tcp 80 yes" },
	{ "v1.1 a policy says nothing about pods of another namespace",
	  "np b/p for app=web types ie", "a/web in 10.0.0.2 tcp 80 yes" },
	{ "v1.1 policies add up, in any order",
	  "np a/p for app=web types i in pods app=client tcp 80;"
	  "np a/q for * types i in block 198.51.100.0/24 tcp 81",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 198.51.100.1 tcp 81 yes;"
	  "a/web in 10.0.0.2 tcp 81 no; a/web in 198.51.100.1 tcp 80 no" },
	{ "v1.2 egress of the source and ingress of the destination are apart",
	  "np a/p for v=2 types e out pods app=web tcp 8080;"
	  "np a/q for -v types i",
	  "a/web2 out 10.0.0.1 tcp 8080 yes; a/web in 10.0.0.4 tcp 8080 no" },
	{ "v1.3 rules for a direction that is not among the types are ignored",
	  "np a/p for app=web types e in nobody out",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web out 10.0.0.2 tcp 80 yes" },
	{ "v1.4 no rules: nothing of that direction is accepted",
	  "np a/p for app=web types e",
	  "a/web out 10.0.0.2 tcp 80 no; a/web out 198.51.100.1 icmp 2048 no" },
	{ "v1.4 an empty rule accepts everything",
	  "np a/p for app=web types i in",
	  "a/web in 198.51.100.1 gre 0 yes; a/web in 10.0.1.3 tcp 1 yes" },
	{ "v1.5 a rule without peers accepts from everywhere, nodes included",
	  "np a/p for app=web types i in tcp 80",
	  "a/web in 198.51.100.1 tcp 80 yes; a/web in 192.0.2.2 tcp 80 yes;"
	  "a/web in 10.0.1.3 tcp 80 yes; a/web in 10.0.1.3 tcp 81 no" },
	{ "v1.5 a rule without ports accepts every protocol",
	  "np a/p for app=web types i in pods app=client",
	  "a/web in 10.0.0.2 gre 0 yes; a/web in 10.0.0.2 icmp 2048 yes;"
	  "a/web in 10.0.0.2 sctp 5 yes; a/web in 10.0.1.2 tcp 80 no" },
	{ "v1.5 peers and ports of one rule must match both",
	  "np a/p for app=web types i in pods app=client tcp 80 in block 198.51.100.0/24 tcp 81",
	  "a/web in 10.0.0.2 tcp 81 no; a/web in 198.51.100.1 tcp 80 no;"
	  "a/web in 10.0.0.2 tcp 80 yes" },
	{ "v1.6 an empty selector selects all pods of the namespace",
	  "np a/p for * types i",
	  "a/web in 10.0.0.2 tcp 80 no; a/web2 in 10.0.0.2 tcp 80 no" },
	{ "v1.7 a pod selector alone means the policy's own namespace",
	  "np a/p for app=web types i in pods app=client",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 10.0.1.2 tcp 80 no" },
	{ "v1.7 a namespace selector alone means all pods there",
	  "np a/p for app=web types i in from team=red *",
	  "a/web in 10.0.1.2 tcp 80 yes; a/web in 10.0.1.3 tcp 80 yes;"
	  "a/web in 10.0.0.2 tcp 80 no" },
	{ "v1.7 both in one peer must match both",
	  "np a/p for app=web types i in from team=red app=client",
	  "a/web in 10.0.1.2 tcp 80 yes; a/web in 10.0.1.3 tcp 80 no;"
	  "a/web in 10.0.0.2 tcp 80 no" },
	{ "v1.7 two peers: one of them is enough",
	  "np a/p for app=web types i in from team=red * pods app=client",
	  "a/web in 10.0.1.3 tcp 80 yes; a/web in 10.0.0.2 tcp 80 yes;"
	  "a/web in 10.0.0.4 tcp 80 no" },
	{ "v1.7 all namespaces are no nodes and nothing outside",
	  "np a/p for app=web types i in from * *",
	  "a/web in 10.0.1.3 tcp 80 yes; a/web in 192.0.2.2 tcp 80 no;"
	  "a/web in 198.51.100.1 tcp 80 no" },
	{ "v1.7 a rule of no peer that is known accepts from nobody",
	  "np a/p for app=web types i in unknown",
	  "a/web in 10.0.0.2 tcp 80 no; a/web in 198.51.100.1 tcp 80 no" },
	{ "v1.8 a block matches pods too",
	  "np a/p for app=web types i in block 10.0.0.0/16",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 10.0.1.3 tcp 80 yes;"
	  "a/web in 198.51.100.1 tcp 80 no" },
	{ "v1.8 an exception is left out",
	  "np a/p for app=web types i in block 10.0.0.0/16 except 10.0.1.0/24",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 10.0.1.3 tcp 80 no;"
	  "a/web in 10.0.9.9 tcp 80 yes; a/web in 10.0.1.99 tcp 80 no" },
	{ "v1.8 an exception is of its own block only",
	  "np a/p for app=web types i in block 10.0.0.0/16 except 10.0.1.0/24 block 10.0.1.3/32 from team=red app=client",
	  "a/web in 10.0.1.3 tcp 80 yes; a/web in 10.0.1.2 tcp 80 yes;"
	  "a/web in 10.0.1.4 tcp 80 no" },
	{ "v1.8 host bits of a block do not matter",
	  "np a/p for app=web types i in block 10.0.0.77/24",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 10.0.1.2 tcp 80 no" },
	{ "v1.9 a protocol without a port is all of its ports",
	  "np a/p for app=web types i in udp *",
	  "a/web in 10.0.0.2 udp 1 yes; a/web in 10.0.0.2 udp 65535 yes;"
	  "a/web in 10.0.0.2 tcp 1 no; a/web in 10.0.0.2 icmp 0 no" },
	{ "v1.9 a range of ports has its ends",
	  "np a/p for app=web types i in tcp 80-82",
	  "a/web in 10.0.0.2 tcp 79 no; a/web in 10.0.0.2 tcp 80 yes;"
	  "a/web in 10.0.0.2 tcp 82 yes; a/web in 10.0.0.2 tcp 83 no;"
	  "a/web in 10.0.0.2 udp 80 no" },
	{ "v1.10 ingress: a name is a port of the pod itself",
	  "np a/p for app=web types i in tcp http",
	  "a/web in 10.0.0.2 tcp 8080 yes; a/web in 10.0.0.2 tcp 80 no;"
	  "a/web2 in 10.0.0.2 tcp 9090 yes; a/web2 in 10.0.0.2 tcp 8080 no" },
	{ "v1.10 a name counts together with its protocol",
	  "np a/p for app=web types i in udp http",
	  "a/web in 10.0.0.2 udp 8081 yes; a/web in 10.0.0.2 tcp 8080 no;"
	  "a/web in 10.0.0.2 udp 8080 no" },
	{ "v1.10 egress: a name is a port of each peer",
	  "np a/p for app=web types e out from * app=client tcp http",
	  "a/web out 10.0.0.2 tcp 80 yes; a/web out 10.0.0.2 tcp 81 no;"
	  "a/web out 10.0.1.2 tcp 81 yes; a/web out 10.0.1.2 tcp 80 no" },
	{ "v1.10 egress: a name without peers is a port of any pod that has it",
	  "np a/p for app=web types e out tcp http",
	  "a/web out 10.0.1.2 tcp 81 yes; a/web out 10.0.1.3 tcp 81 no;"
	  "a/web out 198.51.100.1 tcp 80 no" },
	{ "v1.10 a name that the pod does not have matches nothing",
	  "np a/p for app=web types ie in tcp nothing out pods * tcp nothing",
	  "a/web in 10.0.0.2 tcp 8080 no; a/web out 10.0.0.2 tcp 80 no" },
	{ "v1.10 a name never is a port of a block",
	  "np a/p for app=web types e out block 0.0.0.0/0 tcp http",
	  "a/web out 10.0.0.2 tcp 80 no; a/web out 198.51.100.1 tcp 80 no" },
	{ "v1.10 but of a pod in a block that another peer selects it is",
	  "np a/p for app=web types e out block 10.0.0.0/8 from * app=client tcp http",
	  "a/web out 10.0.0.2 tcp 80 yes; a/web out 10.0.1.2 tcp 81 yes;"
	  "a/web out 10.0.0.4 tcp 9090 no" },
	{ "v1.10 ports of all containers count, sidecars too",
	  "np a/p for app=web types i in tcp side",
	  "a/web in 10.0.0.2 tcp 15000 yes; a/web in 10.0.0.2 tcp 8080 no" },
	{ "v1.12 other nodes are not exempt",
	  "np a/p for app=web types i in pods *",
	  "a/web in 192.0.2.2 tcp 80 no" },
	{ "v1.12 a pod's way to its own node is not exempt",
	  "np a/p for app=web types e out pods *",
	  "a/web out 192.0.2.1 tcp 80 no" },
	{ "v1.14 a pod of the host's network is no peer by label, only by address",
	  "pod a/host node n1 labels app=client addr 192.0.2.2 host;"
	  "np a/p for app=web types ie in pods app=client out block 192.0.2.2/32",
	  "a/web in 192.0.2.2 tcp 80 no; a/web out 192.0.2.2 tcp 80 yes" },
	{ "v1.15 a pod that is over has no address",
	  "pod a/client node n1 labels app=client addr 10.0.0.2 over;"
	  "np a/p for app=web types i in pods app=client",
	  "a/web in 10.0.0.2 tcp 80 no" },
	{ "v1.15 its address is the next pod's, in whichever order they are told",
	  "np a/p for app=web types i in pods app=client;"
	  "pod b/next node n1 labels app=next addr 10.0.0.2;"
	  "pod a/client node n1 labels app=client addr 10.0.0.2 addr fd00::2",
	  "a/web in 10.0.0.2 tcp 80 no; a/web in fd00::2 tcp 80 yes" },
	{ "v1.15 and its again when the next pod is gone",
	  "np a/p for app=web types i in pods app=client;"
	  "pod b/next node n1 labels app=next addr 10.0.0.2;gone pod b/next",
	  "a/web in 10.0.0.2 tcp 80 yes" },
	{ "v1.18 ICMP is accepted by rules without ports only",
	  "np a/p for app=web types i in pods app=client tcp * udp * sctp * in from team=red *",
	  "a/web in 10.0.0.2 icmp 2048 no; a/web in 10.0.1.2 icmp 2048 yes" },
	{ "v1.20 a namespace is known by its name before it is told",
	  "pod new/x node n1 labels app=client addr 10.0.2.1;"
	  "np a/p for app=web types i in from kubernetes.io/metadata.name=new *",
	  "a/web in 10.0.2.1 tcp 80 yes; a/web in 10.0.1.2 tcp 80 no" },
	{ "v1.20 labels of a namespace count as they are now",
	  "np a/p for app=web types i in from team=red *;"
	  "ns b labels kubernetes.io/metadata.name=b;"
	  "ns a labels kubernetes.io/metadata.name=a,team=red",
	  "a/web in 10.0.1.2 tcp 80 no; a/web in 10.0.0.2 tcp 80 yes" },
	{ "v1.20 labels of a pod count as they are now",
	  "np a/p for app=web types i in pods app=client;"
	  "pod a/client node n1 labels app=no addr 10.0.0.2;"
	  "pod a/web2 node here labels app=client addr 10.0.0.4",
	  "a/web in 10.0.0.2 tcp 80 no; a/web in 10.0.0.4 tcp 80 yes;"
	  "a/web2 in 10.0.0.2 tcp 80 yes" },
	{ "v1.20 an address counts from when it is told",
	  "pod a/late node n1 labels app=client;"
	  "np a/p for app=web types i in pods app=client;"
	  "pod a/late node n1 labels app=client addr 10.0.3.3",
	  "a/web in 10.0.3.3 tcp 80 yes" },
	{ "v1.20 a policy that is gone isolates no more",
	  "np a/p for app=web types i;gone np a/p",
	  "a/web in 10.0.0.2 tcp 80 yes" },
	{ "v1.21 all addresses of a pod count, of both families",
	  "np a/p for app=web types i in pods app=client",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in fd00::2 tcp 80 yes;"
	  "a/web in fd00::3 tcp 80 no" },
	{ "v1.21 a block is of its own family",
	  "np a/p for app=web types i in block 0.0.0.0/0",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in fd00::2 tcp 80 no" },
	{ "selectors: a value may be empty",
	  "np a/p for app=web types i in from * empty=",
	  "a/web in 10.0.1.3 tcp 80 yes; a/web in 10.0.1.2 tcp 80 no" },
	{ "selectors: In wants the key, NotIn does not",
	  "np a/p for app=web types ie in from * v=1|2 out from * v!=1|2",
	  "a/web in 10.0.0.4 tcp 80 yes; a/web in 10.0.0.2 tcp 80 no;"
	  "a/web out 10.0.0.4 tcp 80 no; a/web out 10.0.0.2 tcp 80 yes" },
	{ "selectors: Exists and DoesNotExist",
	  "np a/p for app=web types ie in from * +v out from * -v",
	  "a/web in 10.0.0.4 tcp 80 yes; a/web in 10.0.0.2 tcp 80 no;"
	  "a/web out 10.0.0.4 tcp 80 no; a/web out 10.0.0.2 tcp 80 yes" },
	{ "selectors: all requirements must hold",
	  "np a/p for app=web,+v types i",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web2 in 10.0.0.2 tcp 80 no" },
	/* ClusterNetworkPolicy, and what it came from */
	{ "cnp: its rules come before NetworkPolicies",
	  "admin x 1 for * app=web in deny from team=red * in from * app=client;"
	  "np a/p for app=web types i in from team=red *",
	  "a/web in 10.0.1.2 tcp 80 no; a/web in 10.0.0.2 tcp 80 yes" },
	{ "cnp: the first rule that matches decides",
	  "admin x 1 for * app=web in from team=red * tcp 80 in deny from team=red *",
	  "a/web in 10.0.1.2 tcp 80 yes; a/web in 10.0.1.2 tcp 81 no" },
	{ "cnp: the lower priority goes first",
	  "admin a 9 for * app=web in deny from * *;"
	  "admin z 1 for * app=web in from team=red *",
	  "a/web in 10.0.1.2 tcp 80 yes; a/web in 10.0.0.2 tcp 80 no" },
	{ "cnp: pass skips the rest of its tier",
	  "admin a 1 for * app=web in pass from * app=client;"
	  "admin z 2 for * app=web in deny from * *;"
	  "np a/p for app=web types i in pods app=client",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 10.0.1.2 tcp 80 no;"
	  "a/web in 10.0.1.3 tcp 80 no" },
	{ "cnp: pass goes on to the baseline where no NetworkPolicy applies",
	  "admin a 1 for * app=web in pass from * *;"
	  "baseline b 0 for * app=web in deny from team=red *",
	  "a/web in 10.0.1.2 tcp 80 no; a/web in 10.0.0.2 tcp 80 yes" },
	{ "cnp: NetworkPolicies that apply have the last word, in their direction",
	  "np a/p for app=web types i in pods app=client;"
	  "baseline b 0 for * app=web in from * * out deny from * *",
	  "a/web in 10.0.1.3 tcp 80 no; a/web in 10.0.0.2 tcp 80 yes;"
	  "a/web out 10.0.1.3 tcp 80 no" },
	{ "cnp: pass in the baseline is its end",
	  "baseline b 0 for * app=web in pass from * app=client in deny from * *",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 10.0.1.3 tcp 80 no" },
	{ "cnp: nothing is isolated that no rule matches",
	  "admin a 1 for * app=web in deny from team=red *",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 198.51.100.1 tcp 80 yes" },
	{ "cnp: its subject is by namespace and pod",
	  "admin a 1 for team=red * in deny from * *;"
	  "admin b 1 for kubernetes.io/metadata.name=a +v in deny from * *",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web2 in 10.0.0.2 tcp 80 no" },
	{ "cnp: networks match pods and every protocol",
	  "admin a 1 for * app=web out deny block 10.0.0.0/8",
	  "a/web out 10.0.1.2 icmp 2048 no; a/web out 198.51.100.1 tcp 80 yes" },
	{ "cnp: nodes by label",
	  "admin a 1 for * app=web out deny nodes zone=1",
	  "a/web out 192.0.2.2 tcp 80 no; a/web out 192.0.2.1 tcp 80 yes;"
	  "a/web out 10.0.0.2 tcp 80 yes" },
	{ "cnp: names of ports are of any protocol",
	  "admin a 1 for * app=web in deny from * * any http",
	  "a/web in 10.0.0.2 tcp 8080 no; a/web in 10.0.0.2 udp 8081 no;"
	  "a/web in 10.0.0.2 tcp 8081 yes" },
	{ "cnp: a peer of an unknown kind: accepts nothing",
	  "admin a 1 for * app=web in unknown in deny from * *",
	  "a/web in 10.0.0.2 tcp 80 no" },
	{ "cnp: a peer of an unknown kind: denies everything",
	  "admin a 1 for * app=web in deny unknown tcp 80;"
	  "admin b 1 for * app=web out pass unknown",
	  "a/web in 198.51.100.1 udp 9 no; a/web out 10.0.0.2 tcp 80 no" },
	/* Broken ones */
	{ "a broken NetworkPolicy isolates, in both directions if it names none",
	  "np a/p for app=web broken; np a/q for app=web types i in pods app=client",
	  "a/web in 10.0.1.3 tcp 80 no; a/web out 10.0.0.2 tcp 80 no;"
	  "a/web in 10.0.0.2 tcp 80 yes" },
	{ "a broken NetworkPolicy isolates in the directions that it names",
	  "np a/p for app=web types i broken in",
	  "a/web in 10.0.0.2 tcp 80 no; a/web out 10.0.0.2 tcp 80 yes" },
	{ "a broken policy for the cluster denies everything at its place",
	  "admin a 2 for * app=web broken in from * *;"
	  "admin b 1 for * app=web in from * app=client",
	  "a/web in 10.0.0.2 tcp 80 yes; a/web in 10.0.1.3 tcp 80 no;"
	  "a/web out 10.0.1.3 tcp 80 yes" },
};

/* @line: objects with semicolons between. */
static void tell(struct world *w, const char *lines, bool each)
{
	char *copy = memory_must(strdup(lines)), *save = NULL, *line;

	for (line = strtok_r(copy, ";", &save); line;
	     line = strtok_r(NULL, ";", &save)) {
		world_do(w, line);
		if (each)
			world_commit(w);
	}
	free(copy);
	world_commit(w);
}

static int verdict_of(struct world *w, const char *pod, const char *direction,
		      const char *address, const char *protocol,
		      unsigned int port)
{
	struct k8sov_addr addr;
	char key[64];
	unsigned int number = !strcmp(protocol, "icmp") ? IPPROTO_ICMP :
			      !strcmp(protocol, "gre") ? IPPROTO_GRE :
			      text_protocol(protocol);

	snprintf(key, sizeof(key), "%s u", pod);
	k8sov_addr_parse(address, &addr);
	return kernel_verdict(&w->kernel, key, *direction == 'o',
			      kernel_identity(&w->kernel, &addr),
			      number << 16 | port);
}

static bool ask(struct world *w, const char *verdicts)
{
	char pod[32], direction[8], address[64], protocol[8], yes[8];
	unsigned int port;
	bool good = true;
	int used;

	for (; *verdicts; verdicts += used) {
		used = 0;
		if (sscanf(verdicts, " %31s %7s %63s %7s %u %7[a-z] ;%n", pod,
			   direction, address, protocol, &port, yes,
			   &used) != 6) {
			printf("# broken test: %s\n", verdicts);
			return false;
		}
		if (!used)
			used = (int)strlen(verdicts);
		if (verdict_of(w, pod, direction, address, protocol, port) ==
		    !strcmp(yes, "yes"))
			continue;
		printf("# %s %s %s %s %u is not %s: \"%s\"\n", pod, direction,
		       address, protocol, port, yes, w->kernel.last_rule);
		good = false;
	}
	return good;
}

static void run_cases(void)
{
	struct world *w;
	size_t i;
	bool good;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		w = world_create();
		tell(w, base, false);
		tell(w, cases[i].lines, false);
		good = ask(w, cases[i].verdicts);
		world_destroy(w);
		w = world_create();
		tell(w, base, true);
		tell(w, cases[i].lines, true);
		good &= ask(w, cases[i].verdicts);
		tap_ok(good && !w->kernel.broken, cases[i].behaviour);
		world_destroy(w);
	}
}

/* Which rule decides for a packet. */
static const char *decides(struct world *w, const char *pod,
			   const char *direction, const char *address,
			   unsigned int port)
{
	verdict_of(w, pod, direction, address, "tcp", port);
	return w->kernel.last_rule;
}

static void test_names(void)
{
	struct world *w = world_create();

	tell(w, base, false);
	tell(w, "np a/p for app=web types i in tcp 80 in pods app=client tcp 81;"
	     "np a/q for app=web types i;"
	     "baseline b 0 for * app=web out deny from team=red *", false);
	tap_equal("NetworkPolicy a/p ingress 2",
		  decides(w, "a/web", "in", "10.0.0.2", 81),
		  "a rule is named by its policy, direction and number");
	tap_equal("isolated by NetworkPolicy a/p and 1 more",
		  decides(w, "a/web", "in", "10.0.0.2", 82),
		  "who isolates is named");
	tap_equal("ClusterNetworkPolicy b egress 1",
		  decides(w, "a/web", "out", "10.0.1.3", 82),
		  "a policy of the cluster is named");
	tap_equal("default: no policy decides",
		  decides(w, "a/web", "out", "10.0.0.2", 82),
		  "that nothing decides has a name");
	world_destroy(w);
}

static const struct kernel_endpoint *endpoint(struct world *w, const char *key)
{
	size_t i;

	for (i = 0; i < w->kernel.endpoints; i++)
		if (!strcmp(w->kernel.endpoint[i].key, key))
			return &w->kernel.endpoint[i];
	return NULL;
}

static void test_shape(void)
{
	struct world *w = world_create();
	const struct kernel_endpoint *one, *two;

	tell(w, base, false);
	tap_number_is(0, (long long)w->kernel.prefixes,
		      "addresses that no rule asks about have no identity");
	tap_number_is(2, (long long)w->kernel.endpoints,
		      "pods of this node, and no others, are endpoints");
	tell(w, "pod a/host node here addr 192.0.2.1 host;"
	     "pod a/over node here addr 10.0.0.9 over", false);
	tap_number_is(2, (long long)w->kernel.endpoints,
		      "pods that are over or of the host's network are none");
	tell(w, "np a/p for app=web types i in pods app=client", false);
	one = endpoint(w, "a/web u");
	two = endpoint(w, "a/web2 u");
	tap_ok(one->ruleset[0] && one->ruleset[0] == two->ruleset[0],
	       "pods that the same policies are for share a ruleset");
	tap_number_is(0, one->ruleset[1],
		      "in a direction without policy there is none");
	tap_number_is(2, (long long)w->kernel.prefixes,
		      "only addresses that rules ask about have an identity");
	tell(w, "np b/p for * types ie in pods * out", false);
	tap_number_is(0, (long long)w->changes,
		      "a policy for pods of other nodes changes nothing");
	tell(w, "pod a/both uid u node here addr 10.0.0.7 addr fd00::7;"
	     "np a/q for app=web types i in block 10.0.0.0/24", false);
	tap_number_is(0, endpoint(w, "a/both u")->identity,
		      "a pod whose addresses are told apart has no identity");
	tell(w, "pod a/both uid u node here addr 10.0.0.7 addr fd00::7 "
	     "labels app=client;gone np a/q", false);
	tap_ok(endpoint(w, "a/both u")->identity >= POLICY_IDENTITY_FIRST,
	       "one whose addresses are not told apart has theirs");
	world_destroy(w);
}

static void test_change(void)
{
	struct world *w = world_create();
	uint32_t before;

	tell(w, base, false);
	tell(w, "np a/p for app=web types i in pods app=client", false);
	tell(w, "pod a/new node n1 labels app=client addr 10.0.0.77", false);
	tap_number_is(1, (long long)w->changes,
		      "a pod like others is one prefix and nothing else");
	tell(w, "pod a/new node n1 labels app=client addr 10.0.0.77", false);
	tap_number_is(0, (long long)w->changes,
		      "what is told again changes nothing");
	tell(w, "np a/p for app=web types i in pods app=client", false);
	tap_number_is(0, (long long)w->changes,
		      "nor does a policy that is told again");
	tell(w, "np a/p for app=web types i in pods app=client tcp 80", false);
	tap_ok(w->changes == 1 && w->rulesets == 1,
	       "a policy with other ports is one ruleset, in its place");
	tell(w, "baseline t 0 for * app=web in pass", false);
	tell(w, "admin t 0 for * app=web in deny", false);
	tap_number_is(0, verdict_of(w, "a/web", "in", "10.0.0.2", "tcp", 80),
		      "another tier is another policy");
	tell(w, "admin t 0 for * app=web in deny pods -app", false);
	tap_number_is(1, verdict_of(w, "a/web", "in", "10.0.0.2", "tcp", 80),
		      "so are other peers");
	tell(w, "gone admin t", false);
	before = endpoint(w, "a/web2 u")->ruleset[0];
	tell(w, "np a/p for v=2 types i in from * *", false);
	tap_ok(endpoint(w, "a/web2 u")->ruleset[0] != before &&
	       !endpoint(w, "a/web u")->ruleset[0],
	       "one that comes to be for other pods is another ruleset, and what it was stays until they left it");
	tell(w, "gone np a/p", false);
	tap_ok(!w->kernel.prefixes && !w->kernel.rulesets,
	       "nothing is left of a policy that is gone");
	world_destroy(w);
}

struct problems {
	char text[256];
	size_t n;
};

static void keep_problem(void *context, const char *object, const char *why)
{
	struct problems *problems = context;

	snprintf(problems->text, sizeof(problems->text), "%s: %s", object, why);
	problems->n++;
}

static void test_problems(void)
{
	struct world *w = world_create();
	struct problems problems = {};

	tell(w, base, false);
	tell(w, "np a/p for app=web types i broken;np a/q for * types i",
	     false);
	policy_problems(w->compiler, keep_problem, &problems);
	tap_number_is(1, (long long)problems.n, "one policy is broken");
	tap_equal("NetworkPolicy a/p: it is broken", problems.text,
		  "it is named, and why");
	tap_equal("isolated by NetworkPolicy a/p and 1 more",
		  decides(w, "a/web", "in", "10.0.0.2", 80),
		  "and names what it drops");
	world_destroy(w);
}

/* More rules than a ruleset may have. */
static void test_limits(void)
{
	struct world *w = world_create();
	struct problems problems = {};
	struct policy policy = {
		.kind = "NetworkPolicy", .tier = POLICY_TIER_NAMESPACE,
		.namespace = memory_must(strdup("a")),
		.name = memory_must(strdup("large")), .applies = { true },
	};
	size_t i;

	tell(w, base, false);
	policy.rules[0] = POLICY_RULES_MAX + 1;
	policy.rule[0] = memory_must(calloc(policy.rules[0],
					    sizeof(struct policy_rule)));
	for (i = 0; i < policy.rules[0]; i++)
		policy.rule[0][i].any_peer = policy.rule[0][i].any_port = true;
	policy_set(w->compiler, &policy);
	world_commit(w);
	tap_number_is(0, verdict_of(w, "a/web", "in", "10.0.0.2", "tcp", 80),
		      "policies over the limits close the pods that they are for");
	tap_number_is(1, verdict_of(w, "a/web", "out", "10.0.0.2", "tcp", 80),
		      "and no others");
	policy_problems(w->compiler, keep_problem, &problems);
	tap_equal("NetworkPolicy a/large: too many rules are for the same pods",
		  problems.text, "and are a problem");
	world_destroy(w);
}

int main(void)
{
	run_cases();
	test_names();
	test_shape();
	test_change();
	test_problems();
	test_limits();
	return tap_end();
}

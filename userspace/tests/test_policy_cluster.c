// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Cluster-wide policies: their words, and what is refused. */
#include "policy_read.h"

#define API(version) "{'apiVersion':'policy.networking.k8s.io/" version "',"
#define OBJECT(version, kind, spec) API(version) "'kind':'" kind "'," \
	"'metadata':{'name':'p'},'spec':{" spec "}}"
#define CNP(spec) OBJECT("v1alpha2", "ClusterNetworkPolicy", spec)
#define ANP(spec) OBJECT("v1alpha1", "AdminNetworkPolicy", spec)
#define BANP(spec) API("v1alpha1") "'kind':'BaselineAdminNetworkPolicy'," \
	"'metadata':{'name':'default'},'spec':{" spec "}}"

#define HEAD "'tier':'Admin','priority':7,'subject':{'namespaces':{}}"
#define IS "ClusterNetworkPolicy p tier 0 priority 7 for ()()"
#define NEVER "'priority':7,'subject':{'namespaces':{}}"
#define ANP_IS "AdminNetworkPolicy p tier 0 priority 7 for ()()"
#define BANP_IS "BaselineAdminNetworkPolicy default tier 2 priority 0 for ()()"

#define IN(rule) CNP(HEAD ",'ingress':[" rule "]")
#define OUT(rule) CNP(HEAD ",'egress':[" rule "]")
#define TO(peer) OUT("{'action':'Accept','to':[" peer "]}")
#define DENY_TO(peer) OUT("{'action':'Deny','to':[" peer "]}")
#define PODS "{'pods':{'podSelector':{}}}"
#define PROTOCOL(text) OUT("{'action':'Accept','to':[" PODS "],'protocols':[" text "]}")
#define PORT(text) PROTOCOL("{'tcp':{'destinationPort':" text "}}")
#define ANP_PORT(text) ANP(NEVER ",'egress':[{'action':'Allow','to':[{'namespaces':{}}],'ports':[" text "]}]")

#define BROKEN(why) IS "; broken " why
#define BAD_RULE(why) BROKEN("spec.egress[0]" why)
#define BAD_PEER(why) BAD_RULE(".to[0]" why)
#define BAD_PORT(why) BAD_RULE(".protocols[0]" why)
#define GOOD_PORT(text) IS "; out accept pods ()() ports " text
#define BAD_ANP_PORT(why) ANP_IS "; broken spec.egress[0].ports[0]" why
#define GOOD_ANP_PORT(text) ANP_IS "; out accept pods ()() ports " text

static const struct reading good[] = {
	{ "the tier Admin", CNP(HEAD), IS },
	{ "the tier Baseline",
	  CNP("'tier':'Baseline','priority':0,'subject':{'namespaces':{}}"),
	  "ClusterNetworkPolicy p tier 2 priority 0 for ()()" },
	{ "v1beta1 is read as v1alpha2",
	  OBJECT("v1beta1", "ClusterNetworkPolicy", HEAD), IS },
	{ "pods of namespaces as subject",
	  CNP("'tier':'Admin','priority':7,'subject':{'pods':{'namespaceSelector':{'matchLabels':{'a':'b'}},'podSelector':{'matchLabels':{'c':'d'}}}}"),
	  "ClusterNetworkPolicy p tier 0 priority 7 for (a=b)(c=d)" },
	{ "pods of all namespaces as subject",
	  CNP("'tier':'Admin','priority':7,'subject':{'pods':{'podSelector':{'matchLabels':{'c':'d'}}}}"),
	  "ClusterNetworkPolicy p tier 0 priority 7 for ()(c=d)" },
	{ "all three actions, in order, with names",
	  IN("{'action':'Pass','name':'one','from':[" PODS "]},"
	     "{'action':'Deny','from':[{'namespaces':{'matchLabels':{'a':'b'}}}]},"
	     "{'action':'Accept','from':[{'namespaces':{}}]}"),
	  IS "; in pass 'one' pods ()() ports any; in deny pods (a=b)() ports any; in accept pods ()() ports any" },
	{ "networks are as many peers, host bits cleared",
	  TO("{'networks':['10.1.2.3/8','fd00::/8']}," PODS),
	  IS "; out accept block 10.0.0.0/8 block fd00::/8 pods ()() ports any" },
	{ "nodes", TO("{'nodes':{'matchLabels':{'a':'b'}}}"),
	  IS "; out accept nodes (a=b) ports any" },
	{ "a number of a port", PORT("{'number':80}"), GOOD_PORT("6/80-80") },
	{ "a range of ports", PORT("{'range':{'start':1,'end':65535}}"),
	  GOOD_PORT("6/1-65535") },
	{ "other protocols",
	  PROTOCOL("{'udp':{'destinationPort':{'number':1}}},{'sctp':{'destinationPort':{'number':2}}}"),
	  GOOD_PORT("17/1-1 132/2-2") },
	{ "a named port, of any protocol",
	  PROTOCOL("{'destinationNamedPort':'http'}"), GOOD_PORT("0/http") },
	{ "an AdminNetworkPolicy", ANP(NEVER ",'ingress':[{'action':'Allow','from':[{'namespaces':{}}]}]"),
	  ANP_IS "; in accept pods ()() ports any" },
	{ "its ports are of TCP if not said otherwise",
	  ANP_PORT("{'portNumber':{'port':80}},{'portRange':{'protocol':'UDP','start':1,'end':2}},{'namedPort':'http'}"),
	  GOOD_ANP_PORT("6/80-80 17/1-2 0/http") },
	{ "a BaselineAdminNetworkPolicy",
	  BANP("'subject':{'namespaces':{}},'egress':[{'action':'Deny','to':[{'networks':['0.0.0.0/0']}]}]"),
	  BANP_IS "; out deny block 0.0.0.0/0 ports any" },
};

static const struct reading closed[] = {
	{ "a kind of peer that is not known accepts nothing, and it is said",
	  TO("{'domainNames':['example.com']}"),
	  IS "; out accept unknown ports any; note spec.egress[0].to[0].domainNames: peers of this kind are not known, the rule does not accept them" },
	{ "a rule that denies them denies all, and it is said",
	  DENY_TO("{'galaxies':[]}"),
	  IS "; out deny unknown ports any; note spec.egress[0].to[0].galaxies: peers of this kind are not known, the rule denies all" },
	{ "an empty peer had what the server did not know", TO("{}"),
	  IS "; out accept unknown ports any; note spec.egress[0].to[0]: peers of this kind are not known, the rule does not accept them" },
	{ "networks are no peers for ingress",
	  IN("{'action':'Accept','from':[{'networks':['10.0.0.0/8']}]}"),
	  IS "; in accept unknown ports any; note spec.ingress[0].from[0].networks: peers of this kind are not known, the rule does not accept them" },
	{ "a peer of two kinds", TO("{'namespaces':{},'nodes':{}}"),
	  BAD_PEER(": must have exactly one kind of peer") },
	{ "a peer that is null", TO("null"), BAD_PEER(": must be an object") },
	{ "no peers", OUT("{'action':'Accept','to':[]}"),
	  BAD_RULE(".to: must have at least one entry") },
	{ "peers that are not given", OUT("{'action':'Accept'}"),
	  BAD_RULE(".to: must have at least one entry") },
	{ "from in a rule for egress", OUT("{'action':'Accept','from':[]}"),
	  BAD_RULE(".from: unknown field") },
	{ "no networks", TO("{'networks':[]}"),
	  BAD_PEER(".networks: must have at least one entry") },
	{ "a network that is none", TO("{'networks':['10.0.0.0/8','x']}"),
	  BAD_PEER(".networks[1]: 'x' is no IPv4 or IPv6 network") },
	{ "pods without podSelector", TO("{'pods':{'namespaceSelector':{}}}"),
	  BAD_PEER(".pods.podSelector: must be an object") },
	{ "pods without namespaceSelector, of the older kinds",
	  ANP("'priority':7,'subject':{'pods':{'podSelector':{}}}"),
	  ANP_IS "; broken spec.subject.pods.namespaceSelector: must be an object" },
	{ "ports that are no list", OUT("{'action':'Accept','to':[" PODS "],'protocols':{}}"),
	  BAD_RULE(".protocols: must be a list") },
	{ "no ports", PROTOCOL(""),
	  BAD_RULE(".protocols: must have at least one entry") },
	{ "the ports of the older kinds",
	  OUT("{'action':'Accept','to':[" PODS "],'ports':[]}"),
	  BAD_RULE(".ports: unknown field") },
	{ "an empty protocol would be any", PROTOCOL("{}"),
	  BAD_PORT(": must have exactly one field") },
	{ "a protocol without what it matches would be all of it",
	  PROTOCOL("{'tcp':{}}"),
	  BAD_PORT(".tcp.destinationPort: must be an object") },
	{ "a protocol there is not", PROTOCOL("{'icmp':{}}"),
	  BAD_PORT(".icmp: unknown field") },
	{ "two protocols in one",
	  PROTOCOL("{'tcp':{'destinationPort':{'number':1}},'udp':{'destinationPort':{'number':1}}}"),
	  BAD_PORT(": must have exactly one field") },
	{ "an empty port", PORT("{}"),
	  BAD_PORT(".tcp.destinationPort: must have exactly one field") },
	{ "number and range", PORT("{'number':1,'range':{'start':1,'end':2}}"),
	  BAD_PORT(".tcp.destinationPort: must have exactly one field") },
	{ "a port of 0", PORT("{'number':0}"),
	  BAD_PORT(".tcp.destinationPort.number: must be a number from 1 to 65535") },
	{ "a port of no kind", PORT("{'name':'x'}"),
	  BAD_PORT(".tcp.destinationPort.name: unknown field") },
	{ "a range from 0", PORT("{'range':{'start':0,'end':2}}"),
	  BAD_PORT(".tcp.destinationPort.range.start: must be a number from 1 to 65535") },
	{ "a range without end", PORT("{'range':{'start':1}}"),
	  BAD_PORT(".tcp.destinationPort.range.end: must be a number from 1 to 65535") },
	{ "a range backwards", PORT("{'range':{'start':2,'end':1}}"),
	  BAD_PORT(".tcp.destinationPort.range.end: must be above start") },
	{ "a range of one port", PORT("{'range':{'start':2,'end':2}}"),
	  BAD_PORT(".tcp.destinationPort.range.end: must be above start") },
	{ "a range with more", PORT("{'range':{'start':1,'end':2,'step':1}}"),
	  BAD_PORT(".tcp.destinationPort.range.step: unknown field") },
	{ "a name of a port that is none",
	  PROTOCOL("{'destinationNamedPort':'80'}"),
	  BAD_PORT(".destinationNamedPort: '80' is no name of a port") },
	{ "a named port of networks",
	  OUT("{'action':'Accept','to':[{'networks':['10.0.0.0/8']}],'protocols':[{'destinationNamedPort':'http'}]}"),
	  BAD_RULE(".protocols: named ports need peers that are pods") },
	{ "a named port of nodes",
	  OUT("{'action':'Accept','to':[{'nodes':{}}],'protocols':[{'destinationNamedPort':'http'}]}"),
	  BAD_RULE(".protocols: named ports need peers that are pods") },
	{ "an action there is not", OUT("{'action':'Allow','to':[" PODS "]}"),
	  BAD_RULE(".action: 'Allow' is none of Accept, Deny, Pass") },
	{ "no action", OUT("{'to':[" PODS "]}"),
	  BAD_RULE(".action: must be a text") },
	{ "an action of the newer kind",
	  ANP(NEVER ",'ingress':[{'action':'Accept','from':[{'namespaces':{}}]}]"),
	  ANP_IS "; broken spec.ingress[0].action: 'Accept' is none of Allow, Deny, Pass" },
	{ "what is last cannot pass",
	  BANP("'subject':{'namespaces':{}},'ingress':[{'action':'Pass','from':[{'namespaces':{}}]}]"),
	  BANP_IS "; broken spec.ingress[0].action: 'Pass' is none of Allow, Deny" },
	{ "a field of a rule there is not",
	  OUT("{'action':'Accept','to':[" PODS "],'log':true}"),
	  BAD_RULE(".log: unknown field") },
	{ "a name that is no text",
	  OUT("{'action':'Accept','name':5,'to':[" PODS "]}"),
	  BAD_RULE(".name: must be a text") },
	{ "a field of the spec there is not", CNP(HEAD ",'egres':[]"),
	  BROKEN("spec.egres: unknown field") },
	{ "a tier of the older kinds", ANP(NEVER ",'tier':'Admin'"),
	  ANP_IS "; broken spec.tier: unknown field" },
	{ "a priority of the baseline",
	  BANP("'priority':1,'subject':{'namespaces':{}}"),
	  BANP_IS "; broken spec.priority: unknown field" },
	{ "a baseline of another name",
	  OBJECT("v1alpha1", "BaselineAdminNetworkPolicy", "'subject':{'namespaces':{}}"),
	  "BaselineAdminNetworkPolicy p tier 2 priority 0 for ()(); broken metadata.name: must be 'default'" },
	{ "ports of the newer kind", ANP_PORT("{'tcp':{}}"),
	  BAD_ANP_PORT(".tcp: unknown field") },
	{ "a port with more",
	  ANP_PORT("{'portNumber':{'port':80,'end':90}}"),
	  BAD_ANP_PORT(".portNumber.end: unknown field") },
	{ "a protocol without ports",
	  ANP_PORT("{'portNumber':{'port':80,'protocol':'ICMP'}}"),
	  BAD_ANP_PORT(".portNumber.protocol: 'ICMP' is none of TCP, UDP, SCTP") },
	{ "a range that is none, of the older kinds",
	  ANP_PORT("{'portRange':{'start':80,'end':80}}"),
	  BAD_ANP_PORT(".portRange.end: must be above start") },
	{ "a version there is not", OBJECT("v2", "ClusterNetworkPolicy", HEAD),
	  BROKEN("apiVersion: 'policy.networking.k8s.io/v2' is not known, policy.networking.k8s.io/v1beta1 is") },
};

#define TIERLESS(text) CNP("'subject':{'namespaces':{}}," text)
#define SUBJECT(text) CNP("'tier':'Baseline','priority':7," text)
#define FOR_ALL(why) "ClusterNetworkPolicy p tier 2 priority 7 for ()(); broken spec.subject" why

static const struct reading order[] = {
	{ "a tier there is not is the first one",
	  TIERLESS("'priority':7,'tier':'admin'"),
	  BROKEN("spec.tier: 'admin' is neither Admin nor Baseline") },
	{ "no tier", TIERLESS("'priority':7"),
	  BROKEN("spec.tier: must be a text") },
	{ "a priority that is too high", TIERLESS("'tier':'Admin','priority':1001"),
	  "ClusterNetworkPolicy p tier 0 priority 0 for ()(); broken spec.priority: must be a number from 0 to 1000" },
	{ "a priority below 0", TIERLESS("'tier':'Admin','priority':-1"),
	  "ClusterNetworkPolicy p tier 0 priority 0 for ()(); broken spec.priority: must be a number from 0 to 1000" },
	{ "no priority", TIERLESS("'tier':'Admin'"),
	  "ClusterNetworkPolicy p tier 0 priority 0 for ()(); broken spec.priority: must be a number from 0 to 1000" },
	{ "the highest priority", TIERLESS("'tier':'Admin','priority':1000"),
	  "ClusterNetworkPolicy p tier 0 priority 1000 for ()()" },
	{ "without subject it is for all", SUBJECT("'ingress':[]"),
	  FOR_ALL(": must be given") },
	{ "with an empty subject, too", SUBJECT("'subject':{}"),
	  FOR_ALL(": exactly one of namespaces and pods must be given") },
	{ "with two subjects, too",
	  SUBJECT("'subject':{'namespaces':{},'pods':{'podSelector':{}}}"),
	  FOR_ALL(": exactly one of namespaces and pods must be given") },
	{ "with a subject of another kind, too", SUBJECT("'subject':{'nodes':{}}"),
	  FOR_ALL(".nodes: unknown field") },
	{ "with half of a subject, too",
	  SUBJECT("'subject':{'pods':{'namespaceSelector':{'matchLabels':{'a':'b'}},'podSelector':{'matchLabels':{'c':5}}}}"),
	  FOR_ALL(".pods.podSelector.matchLabels.c: must be a text") },
	{ "a broken rule leaves subject, tier and priority",
	  SUBJECT("'subject':{'namespaces':{'matchLabels':{'a':'b'}}},'ingress':[{}]"),
	  "ClusterNetworkPolicy p tier 2 priority 7 for (a=b)(); broken spec.ingress[0].action: must be a text" },
	{ "without spec nothing is known", API("v1alpha2") "'kind':'ClusterNetworkPolicy','metadata':{'name':'p'}}",
	  "ClusterNetworkPolicy p tier 0 priority 0 for ()(); broken spec.subject: must be given" },
};

/* A rule with a name of so many letters, of two bytes each. */
static void test_name(size_t n, const char *expected)
{
	struct policy_object object;
	struct k8sov_error err;
	char name[256] = "";
	json_t *root;
	size_t i;

	for (i = 0; i < n; i++)
		memcpy(name + 2 * i, "\xc3\xa4", 3);
	root = json_pack("{s:s,s:s,s:{s:s},s:{s:i,s:{s:{}},s:[{s:s,s:s,s:[{s:{}}]}]}}",
			 "apiVersion", "policy.networking.k8s.io/v1alpha1",
			 "kind", "AdminNetworkPolicy", "metadata", "name", "p",
			 "spec", "priority", 1, "subject", "namespaces",
			 "ingress", "name", name, "action", "Deny", "from",
			 "namespaces");
	policy_parse(root, NULL, NULL, &object, &err);
	tap_equal(expected, object.policy.broken ?: "good",
		  "the name of a rule has at most 100 characters");
	policy_object_exit(&object);
	json_decref(root);
}

/* A policy whose only rule has so many of something, or so many rules. */
static void test_limit(const char *kind, const char *part, size_t n,
		       const char *expected)
{
	bool cnp = !strcmp(kind, "ClusterNetworkPolicy");
	bool rules = !strcmp(part, "ingress");
	const char *rule = cnp ?
		"{\"action\":\"Accept\",\"from\":[{\"namespaces\":{}}]}" :
		"{\"action\":\"Allow\",\"from\":[{\"namespaces\":{}}]}";
	const char *entry = rules ? rule : !strcmp(part, "from") ?
		"{\"namespaces\":{}}" :
		cnp ? "{\"tcp\":{\"destinationPort\":{\"number\":1}}}" :
		      "{\"portNumber\":{\"port\":1}}";
	json_t *list = json_array(), *root, *one = json_loads(rule, 0, NULL);
	struct policy_object object;
	struct k8sov_error err;
	char what[96];
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_loads(entry, 0, NULL));
	root = json_pack("{s:s,s:s,s:{s:s},s:{s:i,s:{s:{}},s:[O]}}",
			 "apiVersion", cnp ? "policy.networking.k8s.io/v1alpha2" :
			 "policy.networking.k8s.io/v1alpha1", "kind", kind,
			 "metadata", "name", "p", "spec", "priority", 1,
			 "subject", "namespaces", "ingress", one);
	if (cnp)
		json_object_set_new(json_object_get(root, "spec"), "tier",
				    json_string("Admin"));
	json_object_set_new(rules ? json_object_get(root, "spec") : one, part,
			    list);
	snprintf(what, sizeof(what), "%zu entries of %s of a %s", n, part,
		 kind);
	policy_parse(root, NULL, NULL, &object, &err);
	tap_equal(expected, object.policy.broken ?: "good", what);
	policy_object_exit(&object);
	json_decref(one);
	json_decref(root);
}

int main(void)
{
	READINGS_ARE(good);
	READINGS_ARE(closed);
	READINGS_ARE(order);
	test_name(100, "good");
	test_name(101, "spec.ingress[0].name: is longer than 100 characters");
	test_limit("ClusterNetworkPolicy", "ingress", 25, "good");
	test_limit("ClusterNetworkPolicy", "ingress", 26,
		   "spec.ingress: has 26 entries, more than 25");
	test_limit("ClusterNetworkPolicy", "from", 25, "good");
	test_limit("ClusterNetworkPolicy", "from", 26,
		   "spec.ingress[0].from: has 26 entries, more than 25");
	test_limit("ClusterNetworkPolicy", "protocols", 25, "good");
	test_limit("ClusterNetworkPolicy", "protocols", 26,
		   "spec.ingress[0].protocols: has 26 entries, more than 25");
	test_limit("AdminNetworkPolicy", "ingress", 100, "good");
	test_limit("AdminNetworkPolicy", "ingress", 101,
		   "spec.ingress: has 101 entries, more than 100");
	test_limit("AdminNetworkPolicy", "from", 101,
		   "spec.ingress[0].from: has 101 entries, more than 100");
	test_limit("AdminNetworkPolicy", "ports", 101,
		   "spec.ingress[0].ports: has 101 entries, more than 100");
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* NetworkPolicy: defaults, and what is refused with which words. */
#include "policy_read.h"

#define HEAD "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy'," \
	"'metadata':{'name':'p','namespace':'n'}"
#define NP(spec) HEAD ",'spec':{" spec "}}"
#define SELECTOR(text) NP("'podSelector':" text)
#define RULE(text) NP("'ingress':[" text "]")
#define PEER(text) RULE("{'from':[" text "]}")
#define PORT(text) RULE("{'ports':[" text "]}")
#define CIDR(text) PEER("{'ipBlock':" text "}")

#define IS "NetworkPolicy n/p tier 1 priority 0 for "
#define ALL IS "()()"
#define IN ALL " in; in accept"
#define BROKEN(why) ALL " in out; broken " why
#define BAD_RULE(why) BROKEN("spec.ingress[0]" why)
#define BAD_PEER(why) BAD_RULE(".from[0]" why)
#define BAD_PORT(why) BAD_RULE(".ports[0]" why)
#define BAD_SELECTOR(why) BROKEN("spec.podSelector" why)

static const struct reading defaults[] = {
	{ "without spec all pods are isolated for ingress", HEAD "}", ALL " in" },
	{ "null is the same as not given",
	  NP("'podSelector':null,'ingress':null,'egress':null,'policyTypes':null"),
	  ALL " in" },
	{ "rules for egress make it a type", NP("'egress':[{}]"),
	  ALL " in out; out accept any ports any" },
	{ "an empty list for egress does not", NP("'egress':[]"), ALL " in" },
	{ "types that are given are all there are",
	  NP("'policyTypes':['Egress'],'ingress':[{}]"),
	  ALL " out; in accept any ports any" },
	{ "a type may be given twice",
	  NP("'policyTypes':['Ingress','Ingress']"), ALL " in" },
	{ "an empty rule is for all", RULE("{}"), IN " any ports any" },
	{ "empty lists are for all", RULE("{'from':[],'ports':[]}"),
	  IN " any ports any" },
	{ "the protocol is TCP", PORT("{'port':80}"), IN " any ports 6/80-80" },
	{ "a protocol without port is all of its ports",
	  PORT("{'protocol':'SCTP'}"), IN " any ports 132/0-65535" },
	{ "an empty port is all of TCP", PORT("{}"), IN " any ports 6/0-65535" },
	{ "a range of ports", PORT("{'port':80,'endPort':90,'protocol':'UDP'}"),
	  IN " any ports 17/80-90" },
	{ "a range of one port", PORT("{'port':80,'endPort':80}"),
	  IN " any ports 6/80-80" },
	{ "a named port", PORT("{'port':'http'}"), IN " any ports 6/http" },
	{ "peers and ports are in order",
	  RULE("{'from':[{'podSelector':{}},{'ipBlock':{'cidr':'::/0'}}],"
	       "'ports':[{'port':1},{'port':2}]}"),
	  IN " pods own() block ::/0 ports 6/1-1 6/2-2" },
	{ "the namespace is default where none is given",
	  "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','metadata':{'name':'p'}}",
	  "NetworkPolicy default/p tier 1 priority 0 for ()() in" },
	{ "status and metadata may hold anything",
	  "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','metadata':{'name':'p','namespace':'n','x':[]},'status':{'y':1}}",
	  ALL " in" },
};

static const struct reading peers[] = {
	{ "pods of the policy's namespace",
	  PEER("{'podSelector':{'matchLabels':{'a':'b'}}}"),
	  IN " pods own(a=b) ports any" },
	{ "all pods of namespaces",
	  PEER("{'namespaceSelector':{'matchLabels':{'a':'b'}}}"),
	  IN " pods (a=b)() ports any" },
	{ "an empty selector of namespaces is all of them, not none",
	  PEER("{'namespaceSelector':{}}"), IN " pods ()() ports any" },
	{ "a selector that is null is not given",
	  PEER("{'namespaceSelector':null,'podSelector':{}}"),
	  IN " pods own() ports any" },
	{ "pods of namespaces",
	  PEER("{'namespaceSelector':{'matchLabels':{'a':'b'}},'podSelector':{'matchLabels':{'c':'d'}}}"),
	  IN " pods (a=b)(c=d) ports any" },
	{ "an empty peer", PEER("{}"),
	  BAD_PEER(": selects nothing: one of podSelector, namespaceSelector, ipBlock must be given") },
	{ "a peer that is null", PEER("null"), BAD_PEER(": must be an object") },
	{ "a rule that is null", RULE("null"), BAD_RULE(": must be an object") },
	{ "ipBlock and podSelector",
	  PEER("{'ipBlock':{'cidr':'10.0.0.0/8'},'podSelector':{}}"),
	  BAD_PEER(": ipBlock and selectors exclude each other") },
	{ "ipBlock and namespaceSelector",
	  PEER("{'ipBlock':{'cidr':'10.0.0.0/8'},'namespaceSelector':{}}"),
	  BAD_PEER(": ipBlock and selectors exclude each other") },
	{ "peers that are no list", RULE("{'from':{}}"),
	  BAD_RULE(".from: must be a list") },
};

static const struct reading blocks[] = {
	{ "a network", CIDR("{'cidr':'10.0.0.0/8'}"),
	  IN " block 10.0.0.0/8 ports any" },
	{ "host bits are cleared, also of exceptions",
	  CIDR("{'cidr':'10.1.2.3/8','except':['10.1.2.3/16','10.9.9.9/32']}"),
	  IN " block 10.0.0.0/8-10.1.0.0/16-10.9.9.9/32 ports any" },
	{ "IPv6", CIDR("{'cidr':'fd00::1/8','except':['fd00:1::/32']}"),
	  IN " block fd00::/8-fd00:1::/32 ports any" },
	{ "a network of mapped addresses is one of IPv4",
	  CIDR("{'cidr':'::ffff:10.0.0.0/104','except':['10.1.0.0/16']}"),
	  IN " block 10.0.0.0/8-10.1.0.0/16 ports any" },
	{ "a length with a leading zero", CIDR("{'cidr':'10.0.0.0/08'}"),
	  IN " block 10.0.0.0/8 ports any" },
	{ "a block without cidr", CIDR("{}"),
	  BAD_PEER(".ipBlock.cidr: must be a text") },
	{ "an empty cidr", CIDR("{'cidr':''}"),
	  BAD_PEER(".ipBlock.cidr: '' is no IPv4 or IPv6 network") },
	{ "an address without length", CIDR("{'cidr':'10.0.0.1'}"),
	  BAD_PEER(".ipBlock.cidr: '10.0.0.1' is no IPv4 or IPv6 network") },
	{ "a length that is too long", CIDR("{'cidr':'10.0.0.0/33'}"),
	  BAD_PEER(".ipBlock.cidr: '10.0.0.0/33' is no IPv4 or IPv6 network") },
	{ "a length that is very long",
	  CIDR("{'cidr':'::/4294967297'}"),
	  BAD_PEER(".ipBlock.cidr: '::/4294967297' is no IPv4 or IPv6 network") },
	{ "a length that is no number", CIDR("{'cidr':'10.0.0.0/0x8'}"),
	  BAD_PEER(".ipBlock.cidr: '10.0.0.0/0x8' is no IPv4 or IPv6 network") },
	{ "no length", CIDR("{'cidr':'10.0.0.0/'}"),
	  BAD_PEER(".ipBlock.cidr: '10.0.0.0/' is no IPv4 or IPv6 network") },
	{ "octal parts, which some take for decimal ones",
	  CIDR("{'cidr':'010.0.0.0/8'}"),
	  BAD_PEER(".ipBlock.cidr: '010.0.0.0/8' is no IPv4 or IPv6 network") },
	{ "a cidr that is a number", CIDR("{'cidr':10}"),
	  BAD_PEER(".ipBlock.cidr: must be a text") },
	{ "an exception that is no network",
	  CIDR("{'cidr':'10.0.0.0/8','except':['x']}"),
	  BAD_PEER(".ipBlock.except[0]: 'x' is no IPv4 or IPv6 network") },
	{ "an exception outside",
	  CIDR("{'cidr':'10.0.0.0/8','except':['10.1.0.0/16','11.0.0.0/16']}"),
	  BAD_PEER(".ipBlock.except[1]: is not a smaller part of cidr") },
	{ "an exception that is all of it",
	  CIDR("{'cidr':'10.0.0.0/8','except':['10.0.0.0/8']}"),
	  BAD_PEER(".ipBlock.except[0]: is not a smaller part of cidr") },
	{ "an exception that is larger",
	  CIDR("{'cidr':'10.0.0.0/8','except':['0.0.0.0/0']}"),
	  BAD_PEER(".ipBlock.except[0]: is not a smaller part of cidr") },
	{ "an exception of the other family",
	  CIDR("{'cidr':'0.0.0.0/0','except':['fd00::/8']}"),
	  BAD_PEER(".ipBlock.except[0]: is not a smaller part of cidr") },
	{ "exceptions that are no list",
	  CIDR("{'cidr':'10.0.0.0/8','except':'10.0.0.0/9'}"),
	  BAD_PEER(".ipBlock.except: must be a list") },
	{ "a block with more than that",
	  CIDR("{'cidr':'10.0.0.0/8','include':[]}"),
	  BAD_PEER(".ipBlock.include: unknown field") },
};

static const struct reading ports[] = {
	{ "a port of 0", PORT("{'port':0}"),
	  BAD_PORT(".port: must be a number from 1 to 65535") },
	{ "a port above all", PORT("{'port':65536}"),
	  BAD_PORT(".port: must be a number from 1 to 65535") },
	{ "a port below all", PORT("{'port':-1}"),
	  BAD_PORT(".port: must be a number from 1 to 65535") },
	{ "a port of no kind", PORT("{'port':[]}"),
	  BAD_PORT(".port: must be a number from 1 to 65535") },
	{ "a port with a fraction", PORT("{'port':80.0}"),
	  BAD_PORT(".port: must be a number from 1 to 65535") },
	{ "a number in quotes is no name", PORT("{'port':'80'}"),
	  BAD_PORT(".port: '80' is no name of a port") },
	{ "no name", PORT("{'port':''}"),
	  BAD_PORT(".port: '' is no name of a port") },
	{ "a name with capitals", PORT("{'port':'Http'}"),
	  BAD_PORT(".port: 'Http' is no name of a port") },
	{ "a name that is too long", PORT("{'port':'a234567890123456'}"),
	  BAD_PORT(".port: 'a234567890123456' is no name of a port") },
	{ "a name with two dashes", PORT("{'port':'a--b'}"),
	  BAD_PORT(".port: 'a--b' is no name of a port") },
	{ "a name that begins with one", PORT("{'port':'-b'}"),
	  BAD_PORT(".port: '-b' is no name of a port") },
	{ "a name that ends with one", PORT("{'port':'b-'}"),
	  BAD_PORT(".port: 'b-' is no name of a port") },
	{ "a protocol without ports", PORT("{'protocol':'ICMP'}"),
	  BAD_PORT(".protocol: 'ICMP' is none of TCP, UDP, SCTP") },
	{ "a protocol in small letters", PORT("{'protocol':'tcp'}"),
	  BAD_PORT(".protocol: 'tcp' is none of TCP, UDP, SCTP") },
	{ "no protocol", PORT("{'protocol':''}"),
	  BAD_PORT(".protocol: '' is none of TCP, UDP, SCTP") },
	{ "an end before the beginning",
	  RULE("{'ports':[{'port':1},{'port':90,'endPort':80}]}"),
	  BAD_RULE(".ports[1].endPort: 80 is below port 90") },
	{ "an end of a name", PORT("{'port':'http','endPort':80}"),
	  BAD_PORT(".endPort: port must be a number, not a name") },
	{ "an end of nothing", PORT("{'endPort':80}"),
	  BAD_PORT(".endPort: port must be given too") },
	{ "an end beyond all", PORT("{'port':80,'endPort':65536}"),
	  BAD_PORT(".endPort: must be a number from 1 to 65535") },
	{ "an end that is a text", PORT("{'port':80,'endPort':'90'}"),
	  BAD_PORT(".endPort: must be a number from 1 to 65535") },
	{ "a port that is null", PORT("null"), BAD_PORT(": must be an object") },
	{ "a port with more than that", PORT("{'port':80,'icmpType':8}"),
	  BAD_PORT(".icmpType: unknown field") },
};

static const struct reading selectors[] = {
	{ "labels and expressions, sorted",
	  SELECTOR("{'matchLabels':{'z':'1','b':''},'matchExpressions':["
		   "{'key':'c','operator':'In','values':['y','x']},"
		   "{'key':'a','operator':'NotIn','values':['']},"
		   "{'key':'b','operator':'Exists'},"
		   "{'key':'d','operator':'DoesNotExist','values':[]}]}"),
	  IS "()(a!=,b=,b+,c=x|y,d-,z=1) in" },
	{ "keys with a prefix", SELECTOR("{'matchLabels':{'a-b.c0/A_b.C':'x'}}"),
	  IS "()(a-b.c0/A_b.C=x) in" },
	{ "a list is no selector", SELECTOR("[]"),
	  BAD_SELECTOR(": must be an object") },
	{ "a selector with more", SELECTOR("{'app':'x'}"),
	  BAD_SELECTOR(".app: unknown field") },
	{ "an operator there is not",
	  SELECTOR("{'matchExpressions':[{'key':'a','operator':'Gt','values':['1']}]}"),
	  BAD_SELECTOR(".matchExpressions[0].operator: 'Gt' is none of In, NotIn, Exists, DoesNotExist") },
	{ "an operator in small letters",
	  SELECTOR("{'matchExpressions':[{'key':'a','operator':'in','values':['1']}]}"),
	  BAD_SELECTOR(".matchExpressions[0].operator: 'in' is none of In, NotIn, Exists, DoesNotExist") },
	{ "no operator", SELECTOR("{'matchExpressions':[{'key':'a'}]}"),
	  BAD_SELECTOR(".matchExpressions[0].operator: must be a text") },
	{ "no key", SELECTOR("{'matchExpressions':[{'operator':'Exists'}]}"),
	  BAD_SELECTOR(".matchExpressions[0].key: must be a text") },
	{ "In without values",
	  SELECTOR("{'matchExpressions':[{'key':'a','operator':'In'}]}"),
	  BAD_SELECTOR(".matchExpressions[0].values: In and NotIn need at least one value") },
	{ "NotIn without values",
	  SELECTOR("{'matchExpressions':[{'key':'a','operator':'NotIn','values':[]}]}"),
	  BAD_SELECTOR(".matchExpressions[0].values: In and NotIn need at least one value") },
	{ "Exists with values",
	  SELECTOR("{'matchExpressions':[{'key':'a','operator':'Exists','values':['1']}]}"),
	  BAD_SELECTOR(".matchExpressions[0].values: Exists and DoesNotExist have no values") },
	{ "a value that is null",
	  SELECTOR("{'matchExpressions':[{'key':'a','operator':'In','values':[null]}]}"),
	  BAD_SELECTOR(".matchExpressions[0].values[0]: must be a text") },
	{ "a value that no label has",
	  SELECTOR("{'matchExpressions':[{'key':'a','operator':'NotIn','values':['a b']}]}"),
	  BAD_SELECTOR(".matchExpressions[0].values[0]: 'a b' is no value of a label") },
	{ "a value that is a number", SELECTOR("{'matchLabels':{'a':1}}"),
	  BAD_SELECTOR(".matchLabels.a: must be a text") },
	{ "a value that ends badly", SELECTOR("{'matchLabels':{'a':'x-'}}"),
	  BAD_SELECTOR(".matchLabels.a: 'x-' is no value of a label") },
	{ "a key that is empty", SELECTOR("{'matchLabels':{'':'x'}}"),
	  BAD_SELECTOR(".matchLabels.: '' is no key of a label") },
	{ "a key with an empty prefix", SELECTOR("{'matchLabels':{'/a':'x'}}"),
	  BAD_SELECTOR(".matchLabels./a: '/a' is no key of a label") },
	{ "a key with nothing behind its prefix",
	  SELECTOR("{'matchLabels':{'a/':'x'}}"),
	  BAD_SELECTOR(".matchLabels.a/: 'a/' is no key of a label") },
	{ "a key with two slashes", SELECTOR("{'matchLabels':{'a/b/c':'x'}}"),
	  BAD_SELECTOR(".matchLabels.a/b/c: 'a/b/c' is no key of a label") },
	{ "a prefix with capitals", SELECTOR("{'matchLabels':{'A.b/c':'x'}}"),
	  BAD_SELECTOR(".matchLabels.A.b/c: 'A.b/c' is no key of a label") },
	{ "a prefix with an empty part", SELECTOR("{'matchLabels':{'a..b/c':'x'}}"),
	  BAD_SELECTOR(".matchLabels.a..b/c: 'a..b/c' is no key of a label") },
	{ "a prefix with a part that ends in a dash",
	  SELECTOR("{'matchLabels':{'a-.b/c':'x'}}"),
	  BAD_SELECTOR(".matchLabels.a-.b/c: 'a-.b/c' is no key of a label") },
	{ "labels that are a list", SELECTOR("{'matchLabels':['a']}"),
	  BAD_SELECTOR(".matchLabels: must be an object") },
	{ "expressions that are an object",
	  SELECTOR("{'matchExpressions':{}}"),
	  BAD_SELECTOR(".matchExpressions: must be a list") },
	{ "a broken selector of a peer",
	  PEER("{'podSelector':{'matchLabels':{'a':5}}}"),
	  BAD_PEER(".podSelector.matchLabels.a: must be a text") },
	{ "words of others are one line of plain text",
	  SELECTOR("{'matchLabels':{'a':'x\\n\\u00e4\\u001b'}}"),
	  BAD_SELECTOR(".matchLabels.a: 'x?" "?" "?" "?' is no value of a label") },
};

#define SUBJECT "'podSelector':{'matchLabels':{'a':'b'}}"
#define KEPT(why) IS "()(a=b) in out; broken " why

static const struct reading closed[] = {
	{ "an unknown field of the spec leaves the subject",
	  NP(SUBJECT ",'ingres':[]"), KEPT("spec.ingres: unknown field") },
	{ "an unknown field of the object",
	  "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','metadata':{'name':'p','namespace':'n'},'specs':{}}",
	  BROKEN("specs: unknown field") },
	{ "a broken rule takes the good ones with it",
	  NP(SUBJECT ",'ingress':[{},5],'egress':[{}]"),
	  KEPT("spec.ingress[1]: must be an object") },
	{ "a type there is not", NP(SUBJECT ",'policyTypes':['ingress']"),
	  KEPT("spec.policyTypes[0]: 'ingress' is neither Ingress nor Egress") },
	{ "more types than there are",
	  NP(SUBJECT ",'policyTypes':['Ingress','Egress','Egress']"),
	  KEPT("spec.policyTypes: has 3 entries, more than 2") },
	{ "types that are no list", NP(SUBJECT ",'policyTypes':'Ingress'"),
	  KEPT("spec.policyTypes: must be a list") },
	{ "rules that are no list", NP(SUBJECT ",'egress':{}"),
	  KEPT("spec.egress: must be a list") },
	{ "to in a rule for ingress", NP(SUBJECT ",'ingress':[{'to':[]}]"),
	  KEPT("spec.ingress[0].to: unknown field") },
	{ "from in a rule for egress", NP(SUBJECT ",'egress':[{'from':[]}]"),
	  KEPT("spec.egress[0].from: unknown field") },
	{ "a spec that is none", HEAD ",'spec':5}",
	  BROKEN("spec: must be an object") },
	{ "a broken subject is all pods, though other parts are broken too",
	  NP("'podSelector':{'matchLabels':{'a':'b','c':5}},'x':1"),
	  BROKEN("spec.podSelector.matchLabels.c: must be a text") },
	{ "an old version",
	  "{'apiVersion':'extensions/v1beta1','kind':'NetworkPolicy','metadata':{'name':'p','namespace':'n'},'spec':{" SUBJECT "}}",
	  KEPT("apiVersion: 'extensions/v1beta1' is not known, networking.k8s.io/v1 is") },
	{ "a version to come",
	  "{'apiVersion':'networking.k8s.io/v2','kind':'NetworkPolicy','metadata':{'name':'p','namespace':'n'},'spec':{" SUBJECT "}}",
	  KEPT("apiVersion: 'networking.k8s.io/v2' is not known, networking.k8s.io/v1 is") },
	{ "no group",
	  "{'apiVersion':'v1','kind':'NetworkPolicy','metadata':{'name':'p','namespace':'n'}}",
	  BROKEN("apiVersion: 'v1' is not known, networking.k8s.io/v1 is") },
	{ "the group of others is not for us",
	  "{'apiVersion':'crd.projectcalico.org/v1','kind':'NetworkPolicy','metadata':{'name':'p'}}",
	  "other" },
	{ "a name that none can have",
	  "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','metadata':{'name':'P_1','namespace':'n'}}",
	  "NetworkPolicy n/P_1 tier 1 priority 0 for ()() in out; broken metadata.name: 'P_1' is no name" },
	{ "a namespace that there cannot be",
	  "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','metadata':{'name':'p','namespace':'a.b'}}",
	  "NetworkPolicy a.b/p tier 1 priority 0 for ()() in out; broken metadata.namespace: 'a.b' is no name" },
};

/* {"apiVersion": ..., "spec": {"ingress": [{PART: [ELEMENT, ...]}]}} */
static void test_size(const char *part, const char *element, size_t n,
		      const char *expected)
{
	json_t *list = json_array(), *root;
	struct policy_object object;
	struct k8sov_error err;
	char what[64];
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_loads(element, 0, NULL));
	root = json_pack("{s:s,s:s,s:{s:s},s:{s:[{s:o}]}}", "apiVersion",
			 "networking.k8s.io/v1", "kind", "NetworkPolicy",
			 "metadata", "name", "p", "spec", "ingress", part,
			 list);
	snprintf(what, sizeof(what), "%zu entries of %s", n, part);
	tap_number_is(0, policy_parse(root, NULL, NULL, &object, &err), what);
	tap_equal(expected, object.policy.broken ?: "good", what);
	policy_object_exit(&object);
	json_decref(root);
}

int main(void)
{
	READINGS_ARE(defaults);
	READINGS_ARE(peers);
	READINGS_ARE(blocks);
	READINGS_ARE(ports);
	READINGS_ARE(selectors);
	READINGS_ARE(closed);
	test_size("ports", "{\"port\":1}", 65535, "good");
	test_size("ports", "{\"port\":1}", 65536,
		  "spec.ingress[0].ports: the lists of the object have more than 65536 entries");
	test_size("from", "{\"podSelector\":{}}", 65537,
		  "spec.ingress[0].from: has 65537 entries, more than 65536");
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Pods, namespaces and nodes, lists of them, and what is no object at all. */
#include "policy_read.h"

#define V1(kind) "{'apiVersion':'v1','kind':'" kind "',"
#define POD(meta, rest) V1("Pod") "'metadata':{'name':'p','namespace':'n'," \
	"'uid':'u'" meta "}" rest "}"
#define SPEC(text) POD("", ",'spec':{" text "}")
#define STATUS(text) POD("", ",'status':{" text "}")
#define IS "Pod n/p uid 'u' node -"

static const struct reading objects[] = {
	{ "a pod before it has anything", POD("", ""), IS },
	{ "a pod of a manifest", V1("Pod") "'metadata':{'name':'p'}}",
	  "Pod default/p uid '' node -" },
	{ "labels are sorted", POD(",'labels':{'b':'2','a':'1','c':''}", ""),
	  IS " a=1 b=2 c=" },
	{ "labels that are null", POD(",'labels':null", ""), IS },
	{ "its node", SPEC("'nodeName':'node-1'"),
	  "Pod n/p uid 'u' node node-1" },
	{ "of the host's network", SPEC("'hostNetwork':true"), IS " host" },
	{ "not of the host's network", SPEC("'hostNetwork':false"), IS },
	{ "one that succeeded", STATUS("'phase':'Succeeded'"), IS " over" },
	{ "one that failed", STATUS("'phase':'Failed'"), IS " over" },
	{ "one that runs", STATUS("'phase':'Running'"), IS },
	{ "one that is being deleted still runs",
	  POD(",'deletionTimestamp':'2020-01-01T00:00:00Z'",
	      ",'status':{'phase':'Running'}"), IS },
	{ "addresses of both families",
	  STATUS("'podIP':'10.0.0.1','podIPs':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}]"),
	  IS " 10.0.0.1 fd00::1" },
	{ "one address, of an old server", STATUS("'podIP':'10.0.0.1'"),
	  IS " 10.0.0.1" },
	{ "what is no address is left out",
	  STATUS("'podIPs':[{'ip':'x'},{},5,{'ip':'10.0.0.2'}]"),
	  IS " 10.0.0.2" },
	{ "named ports of all containers",
	  SPEC("'containers':[{'ports':[{'name':'http','containerPort':80},"
	       "{'containerPort':81},{'name':'dns','containerPort':53,'protocol':'UDP'}]},"
	       "{'ports':[{'name':'http','containerPort':8080,'protocol':'TCP'}]},{}]"),
	  IS " http:6/80 dns:17/53 http:6/8080" },
	{ "of those that run before, only of sidecars",
	  SPEC("'initContainers':[{'ports':[{'name':'a','containerPort':1}]},"
	       "{'restartPolicy':'Always','ports':[{'name':'b','containerPort':2}]}]"),
	  IS " b:6/2" },
	{ "ports that are none are left out",
	  SPEC("'containers':[{'ports':[{'name':'a','containerPort':0},"
	       "{'name':'a','containerPort':65536},{'name':'','containerPort':5},"
	       "{'name':'a','containerPort':6,'protocol':'X'},{'name':'a'},7,"
	       "{'name':'b','containerPort':65535}]}]"),
	  IS " b:6/65535" },
	{ "labels that are no texts", POD(",'labels':{'a':5}", ""),
	  "error metadata.labels.a: must be a text" },
	{ "labels that are a list", POD(",'labels':['a']", ""),
	  "error metadata.labels: must be an object" },
	{ "containers that are no list", SPEC("'containers':{}"),
	  "error spec.containers: must be a list" },
	{ "a pod without a name", V1("Pod") "'metadata':{}}",
	  "error metadata.name: must be given" },
	{ "a pod with a name that none can have",
	  V1("Pod") "'metadata':{'name':'a/b'}}",
	  "error metadata.name: 'a/b' is no name" },
	{ "a namespace has a label that is its name",
	  V1("Namespace") "'metadata':{'name':'n','labels':{'z':'1'}}}",
	  "Namespace n kubernetes.io/metadata.name=n z=1" },
	{ "nobody else can set it",
	  V1("Namespace") "'metadata':{'name':'n','labels':{'kubernetes.io/metadata.name':'other'}}}",
	  "Namespace n kubernetes.io/metadata.name=n" },
	{ "a namespace without labels", V1("Namespace") "'metadata':{'name':'n'}}",
	  "Namespace n kubernetes.io/metadata.name=n" },
	{ "a namespace with a name that none can have",
	  V1("Namespace") "'metadata':{'name':'a.b'}}",
	  "error metadata.name: 'a.b' is no name" },
	{ "a node, with those of its addresses that are some",
	  V1("Node") "'metadata':{'name':'a.b','labels':{'x':'y'}},'status':{'addresses':["
	  "{'type':'InternalIP','address':'192.0.2.1'},{'type':'Hostname','address':'a'},"
	  "{'type':'ExternalIP','address':'2001:db8::1'}]}}",
	  "Node a.b x=y 192.0.2.1 2001:db8::1" },
	{ "a node with addresses that are no list",
	  V1("Node") "'metadata':{'name':'a'},'status':{'addresses':5}}",
	  "error status.addresses: must be a list" },
	{ "other kinds are not for us", V1("Service") "'metadata':{}}", "other" },
	{ "nor are pods of other groups",
	  "{'apiVersion':'example.com/v1','kind':'Pod','metadata':{}}", "other" },
	{ "an object without apiVersion", "{'kind':'Pod'}",
	  "error no object of Kubernetes: it has no apiVersion" },
	{ "an object without kind", "{'apiVersion':'v1'}",
	  "error no object of Kubernetes: it has no kind" },
	{ "a list of values", "[5]",
	  "error no object of Kubernetes: it has no apiVersion" },
};

struct taken {
	FILE *file;
};

static void take(void *data, const char *title, struct policy_object *object,
		 const struct k8sov_error *err)
{
	struct taken *taken = data;

	fprintf(taken->file, "%s: ", title);
	if (object)
		print_object(taken->file, object);
	else
		fputs(err->message, taken->file);
	fputc('\n', taken->file);
	if (object)
		policy_object_exit(object);
}

static void list_is(const char *what, const char *text, const char *expected)
{
	char *copy = strdup(text), *at, *out = NULL;
	struct taken taken;
	json_t *json;
	size_t size;

	for (at = copy; (at = strchr(at, '\'')); )
		*at = '"';
	json = json_loads(copy, 0, NULL);
	taken.file = open_memstream(&out, &size);
	policy_parse_each(json, take, &taken);
	fclose(taken.file);
	tap_equal(expected, out, what);
	free(out);
	free(copy);
	json_decref(json);
}

#define NS(name) "{'metadata':{'name':'" name "'}}"
#define NS_IS(name) "Namespace " name ": Namespace " name \
	" kubernetes.io/metadata.name=" name "\n"

static void test_lists(void)
{
	list_is("the items of a list of a kind need not say it",
		V1("NamespaceList") "'items':[" NS("a") "," NS("b") "]}",
		NS_IS("a") NS_IS("b"));
	list_is("those of any list must",
		V1("List") "'items':[" V1("Namespace") "'metadata':{'name':'a'}}," NS("b") "]}",
		NS_IS("a") "? b: no object of Kubernetes: it has no apiVersion\n");
	list_is("an item that is broken does not hide the others",
		V1("NamespaceList") "'items':[5," NS("A") "," NS("b") "]}",
		"Namespace ?: metadata.name: must be given\n"
		"Namespace A: metadata.name: 'A' is no name\n" NS_IS("b"));
	list_is("a list in a list",
		V1("List") "'items':[" V1("List") "'items':[]}]}",
		"List ?: a list in a list is not read\n");
	list_is("an empty list", V1("PodList") "'items':[]}", "");
	list_is("one object", V1("Namespace") "'metadata':{'name':'a'}}",
		NS_IS("a"));
	list_is("policies of a list",
		"{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicyList','items':[{'metadata':{'name':'p','namespace':'n'},'spec':{}}]}",
		"NetworkPolicy n/p: NetworkPolicy n/p tier 1 priority 0 for ()() in\n");
	list_is("a title is one line of plain text",
		V1("A\\nB") "'metadata':{'name':'c\\td'}}", "A?B c?d: other\n");
	list_is("nothing", "5",
		"? ?: no object of Kubernetes: it has no apiVersion\n");
}

int main(void)
{
	READINGS_ARE(objects);
	test_lists();
	return tap_end();
}

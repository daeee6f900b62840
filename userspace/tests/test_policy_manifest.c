// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Manifests in a directory: what counts, and what is said of the rest. */
#include <unistd.h>

#include "../policy/manifest.h"
#include "policy_read.h"

#define NP(name, rest) "apiVersion: networking.k8s.io/v1\n" \
	"kind: NetworkPolicy\nmetadata: {name: " name ", namespace: n}\n" rest
#define SPEC(rest) "spec: {podSelector: {matchLabels: {a: b}}" rest "}\n"
#define NS(name, rest) "apiVersion: v1\nkind: Namespace\n" \
	"metadata: {name: " name rest "}\n"
#define NP_IS(name) "NetworkPolicy n/" name " tier 1 priority 0 for ()(a=b) in\n"
#define NS_IS(name) "Namespace " name " kubernetes.io/metadata.name=" name "\n"

static char dir[] = "/tmp/k8sov-manifest-XXXXXX";

static void in_dir(const char *name, char path[static 128])
{
	snprintf(path, 128, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	in_dir(name, path);
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
}

static void drop(const char *name)
{
	char path[128];

	in_dir(name, path);
	unlink(path);
}

static void link_nowhere(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (symlink("nowhere", path))
		printf("# cannot link %s\n", path);
}

static const char *base(const char *path)
{
	return strrchr(path, '/') + 1;
}

static char *describe(const struct policy_manifests *all)
{
	char *out = NULL;
	size_t i, size;
	FILE *file = open_memstream(&out, &size);

	for (i = 0; i < all->objects; i++) {
		if (all->object[i].stale)
			fputs("stale ", file);
		print_object(file, &all->object[i].object);
		fputc('\n', file);
	}
	for (i = 0; i < all->troubles; i++)
		fprintf(file, "%s:%zu: %s%s%s\n", base(all->trouble[i].file),
			all->trouble[i].line, all->trouble[i].title ?: "",
			all->trouble[i].title ? ": " : "",
			all->trouble[i].what);
	if (all->blind)
		fputs("blind\n", file);
	fclose(file);
	return out;
}

/* What is read of the directory; it takes the place of what was read before. */
static void is(struct policy_manifests *before, const char *what,
	       const char *expected)
{
	struct policy_manifests all = {}, nothing = {};
	struct k8sov_error err = {};
	char *got;

	if (policy_manifests_add(&all, dir, &err))
		printf("# %s\n", err.message);
	policy_manifests_finish(&all);
	policy_manifests_inherit(&all, before ?: &nothing);
	got = describe(&all);
	tap_equal(expected, got, what);
	free(got);
	if (before) {
		policy_manifests_exit(before);
		*before = all;
	} else {
		policy_manifests_exit(&all);
	}
}

static void test_formats(void)
{
	is(NULL, "an empty directory", "");
	put("a.yaml", "# nothing\n");
	put("b.yml", "---\n---\n" NP("p", SPEC("")) "---\n" NS("x", "") "...\n");
	put("c.json", "{\"apiVersion\":\"v1\",\"kind\":\"NamespaceList\",\"items\":[{\"metadata\":{\"name\":\"y\"}}]}");
	put("d.txt", NS("d", ""));
	put(".e.yaml", NS("e", ""));
	put("f.yaml~", NS("f", ""));
	is(NULL, "documents and lists, of files with the right names",
	   NS_IS("x") NS_IS("y") NP_IS("p"));
	put("g.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n---\n"
		      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n");
	is(NULL, "other kinds are none of our business, however often",
	   "other\nother\n" NS_IS("x") NS_IS("y") NP_IS("p"));
	drop("a.yaml");
	drop("b.yml");
	drop("c.json");
	drop("d.txt");
	drop(".e.yaml");
	drop("f.yaml~");
	drop("g.yaml");
}

static void test_trouble(void)
{
	put("a.yaml", NS("x", "") "---\na: 1\na: 2\n---\n" NS("y", ""));
	is(NULL, "a document that cannot be read does not hide the others",
	   NS_IS("x") NS_IS("y") "a.yaml:5: line 6: a key is given twice\nblind\n");
	put("a.yaml", NS("x", "") "---\na: [\n");
	put("b.yaml", NS("y", ""));
	is(NULL, "what is no YAML does not hide what is before it, nor other files",
	   NS_IS("x") NS_IS("y")
	   "a.yaml:6: no YAML: line 6: did not find expected node content\nblind\n");
	put("b.yaml", NS("y", "") "---\nkind: Pod\n---\n- 5\n---\n" NS("A", ""));
	put("a.yaml", "a: &a [*a]\n");
	is(NULL, "what is no object is said, with its line",
	   NS_IS("y") "a.yaml:1: line 1: too deep or too large\n"
	   "b.yaml:5: Pod ?: no object of Kubernetes: it has no apiVersion\n"
	   "b.yaml:7: no object of Kubernetes: it has no apiVersion\n"
	   "b.yaml:9: Namespace A: metadata.name: 'A' is no name\nblind\n");
	put("b.yaml", NP("p", SPEC(", ingress: [{ports: [{port: 90, endPort: 80}]}]")));
	put("a.json", "{\"kind\":1,\"kind\":2}");
	drop("a.yaml");
	is(NULL, "a policy that is broken is there",
	   "NetworkPolicy n/p tier 1 priority 0 for ()(a=b) in out; broken spec.ingress[0].ports[0].endPort: 80 is below port 90\n"
	   "a.json:1: no JSON: line 1 column 16: duplicate object key near '\"kind\"'\nblind\n");
	put("a.json", "{\"apiVersion\":\"v1\"} x");
	drop("b.yaml");
	is(NULL, "more than JSON",
	   "a.json:1: no JSON: line 1 column 21: end of file expected near 'x'\nblind\n");
	drop("a.json");
}

static void test_numbers(void)
{
	put("a.yaml", NP("p", SPEC(", ingress: [{ports: [{port: 0x50}, {port: 80, protocol: !!str TCP}]}]")));
	is(NULL, "numbers of YAML 1.2",
	   "NetworkPolicy n/p tier 1 priority 0 for ()(a=b) in; in accept any ports 6/80-80 6/80-80\n");
	put("a.yaml", NP("p", SPEC(", ingress: [{ports: [{port: 080}]}]")));
	is(NULL, "what YAML 1.1 and 1.2 read differently is no number",
	   "NetworkPolicy n/p tier 1 priority 0 for ()(a=b) in out; broken spec.ingress[0].ports[0].port: '080' is no name of a port\n");
	put("a.yaml", NS("x", ", labels: {a: \"5\", b: on, c: 1.10}"));
	is(NULL, "labels are texts, as they are written",
	   "Namespace x a=5 b=on c=1.10 kubernetes.io/metadata.name=x\n");
	put("a.yaml", NS("x", ", labels: {a: \"\\0\"}"));
	is(NULL, "a zero byte", "a.yaml:1: line 3: a text has a zero byte\nblind\n");
	put("a.yaml", NS("x", ", labels: {a: &a [x, x], b: *a}"));
	is(NULL, "an alias of what is no text",
	   "a.yaml:1: Namespace x: metadata.labels.a: must be a text\nblind\n");
	drop("a.yaml");
}

/* "... also in DIR/a.yaml line 1", with the directory of this run. */
static void doubles_are(const char *what, const char *before,
			const char *after)
{
	char expected[1024];

	snprintf(expected, sizeof(expected), "%sit is there twice, also in %s/a.yaml line 1\n%s",
		 before, dir, after);
	is(NULL, what, expected);
}

static void test_doubles(void)
{
	put("a.yaml", NP("p", SPEC("")));
	put("b.yaml", NP("p", SPEC(", ingress: [{}]")));
	doubles_are("a policy that is there twice isolates those whom it is for",
		    "NetworkPolicy n/p tier 1 priority 0 for ()(a=b) in out; broken ",
		    "");
	put("b.yaml", NP("p", "spec: {podSelector: {matchLabels: {a: c}}}\n"));
	doubles_are("or all, if it is for these and those",
		    "NetworkPolicy n/p tier 1 priority 0 for ()() in out; broken ",
		    "");
	put("a.yaml", NS("x", ", labels: {v: one}"));
	put("b.yaml", NS("x", ", labels: {v: two}"));
	doubles_are("of anything else the last one counts, and it is said",
		    "Namespace x kubernetes.io/metadata.name=x v=two\nb.yaml:1: Namespace x: ",
		    "");
	drop("b.yaml");
	drop("a.yaml");
}

static void test_stale(void)
{
	struct policy_manifests known = {};

	put("a.yaml", NP("p", SPEC("")) "---\n" NS("x", ", labels: {v: one}"));
	put("b.yaml", NS("y", ""));
	is(&known, "what is known", "Namespace x kubernetes.io/metadata.name=x v=one\n" NS_IS("y") NP_IS("p"));
	put("a.yaml", "a: [\n");
	is(&known, "a file that cannot be read any more says what it said",
	   "stale Namespace x kubernetes.io/metadata.name=x v=one\n" NS_IS("y")
	   "stale " NP_IS("p")
	   "a.yaml:2: no YAML: line 2: did not find expected node content\n");
	put("a.yaml", NS("x", ", labels: {v: two}") "---\na: [\n");
	is(&known, "what can be read of it counts, time after time",
	   "Namespace x kubernetes.io/metadata.name=x v=two\n" NS_IS("y")
	   "stale " NP_IS("p")
	   "a.yaml:6: no YAML: line 6: did not find expected node content\n");
	put("c.yaml", NP("p", SPEC(", egress: [{}]")));
	is(&known, "another file may say it now",
	   "Namespace x kubernetes.io/metadata.name=x v=two\n" NS_IS("y")
	   "NetworkPolicy n/p tier 1 priority 0 for ()(a=b) in out; out accept any ports any\n"
	   "a.yaml:6: no YAML: line 6: did not find expected node content\n");
	drop("c.yaml");
	put("a.yaml", NS("x", ""));
	is(&known, "a file that is good again is taken by its word",
	   NS_IS("x") NS_IS("y"));
	put("b.yaml", "");
	is(&known, "so does an empty one: somebody may be writing it",
	   NS_IS("x") "stale " NS_IS("y") "b.yaml:0: it is empty\n");
	drop("b.yaml");
	is(&known, "a file that is gone says nothing", NS_IS("x"));
	put("b.yaml", NS("y", ""));
	is(&known, "it is back", NS_IS("x") NS_IS("y"));
	drop("b.yaml");
	link_nowhere("b.yaml");
	is(&known, "a link that leads nowhere is none that is gone",
	   NS_IS("x") "stale " NS_IS("y")
	   "b.yaml:0: cannot open: No such file or directory\n");
	drop("b.yaml");
	is(&known, "a link that is gone is", NS_IS("x"));
	put("d.yaml", "a: [\n");
	is(&known, "of a new file that cannot be read nothing is known",
	   NS_IS("x")
	   "d.yaml:2: no YAML: line 2: did not find expected node content\nblind\n");
	drop("a.yaml");
	drop("d.yaml");
	policy_manifests_exit(&known);
}

/* Beside this file: what kubectl printed of a real cluster. */
static void test_sample(void)
{
	struct policy_manifests all = {};
	struct k8sov_error err = {};
	char path[512], *got;

	snprintf(path, sizeof(path), "%.*smanifests/kubectl-get.yaml",
		 (int)(base(__FILE__) - __FILE__), __FILE__);
	tap_number_is(0, policy_manifests_add(&all, path, &err), path);
	policy_manifests_finish(&all);
	got = describe(&all);
	tap_equal("Namespace shop kubernetes.io/metadata.name=shop team=sales\n"
		  "NetworkPolicy shop/db tier 1 priority 0 for ()(app=db) in; in accept pods own(version=1.0|2) block 192.0.2.0/24-192.0.2.128/25 ports 6/http 6/5432-5432\n"
		  "Node node-1 zone=a 192.0.2.1\n"
		  "Pod shop/db uid '5626db43-d193-417e-9252-2a1505484257' node node-1 app=db on=yes 10.244.1.8 fd00:10:244:1::8 http:6/8080\n"
		  "Pod shop/web uid 'f23c3083-a643-43ff-9961-2c98bf7ece75' node node-1 app=web version=1.0 10.244.1.7 fd00:10:244:1::7 http:6/8080\n", got, "what kubectl get prints is read as it is");
	free(got);
	policy_manifests_exit(&all);
}

int main(void)
{
	struct policy_manifests none = {};
	struct k8sov_error err = {};

	if (!mkdtemp(dir))
		return 1;
	test_formats();
	test_trouble();
	test_numbers();
	test_doubles();
	test_stale();
	test_sample();
	tap_ok(!rmdir(dir), "the test is tidy");
	tap_number_is(-2, policy_manifests_add(&none, dir, &err),
		      "a directory that is not there");
	return tap_end();
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_WORLD_H
#define _POLICY_WORLD_H

#include "../policy/compile.h"
#include "policy_kernel.h"
#include "policy_oracle.h"

/*
 * A cluster that changes by lines of text (policy_text.h; "gone" before an
 * object's first two words removes it), as the compiler, the oracle and the
 * kernel of node "here" see it.
 */
struct world {
	struct policy_compiler *compiler;
	struct kernel_model kernel;
	struct oracle oracle;
	size_t changes;		/* that the last commit told of */
	size_t rulesets;	/* rulesets among them */
	size_t prefixes;	/* prefixes among them */
	void (*after)(struct world *world);	/* each change, or NULL */
	void *context;
};

static inline struct world *world_create(void)
{
	struct policy_start start = { .node = "here" };
	struct world *w = memory_must(calloc(1, sizeof(*w)));

	w->compiler = policy_compiler_create(&start);
	return w;
}

static inline void world_remember(struct oracle *o,
				  const struct k8sov_addr *addr, size_t n,
				  unsigned long *since,
				  const struct k8sov_addr *old, size_t olds,
				  const unsigned long *before)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		since[i] = ++o->clock;
		for (j = 0; j < olds; j++)
			if (same_addr(&addr[i], &old[j]))
				since[i] = before[j];
	}
}

static inline void world_set_pod(struct oracle *o, struct words *words)
{
	struct oracle_pod new = {}, *old = NULL;
	size_t i;

	text_pod(words, &new.pod);
	for (i = 0; i < o->pods; i++)
		if (!strcmp(o->pod[i].pod.name, new.pod.name) &&
		    !strcmp(o->pod[i].pod.namespace, new.pod.namespace))
			old = &o->pod[i];
	if (old && !strcmp(old->pod.uid, new.pod.uid) && !old->pod.over &&
	    !old->pod.host_network)
		world_remember(o, new.pod.addr, new.pod.addrs, new.since,
			       old->pod.addr, old->pod.addrs, old->since);
	else
		world_remember(o, new.pod.addr, new.pod.addrs, new.since,
			       NULL, 0, NULL);
	if (old)
		policy_pod_exit(&old->pod);
	else
		old = &o->pod[o->pods++];
	*old = new;
}

static inline void world_set_node(struct oracle *o, struct words *words)
{
	struct oracle_node new = {}, *old = NULL;
	size_t i;

	text_node(words, &new.node);
	for (i = 0; i < o->nodes; i++)
		if (!strcmp(o->node[i].node.name, new.node.name))
			old = &o->node[i];
	world_remember(o, new.node.addr, new.node.addrs, new.since,
		       old ? old->node.addr : NULL, old ? old->node.addrs : 0,
		       old ? old->since : NULL);
	if (old)
		policy_node_exit(&old->node);
	else
		old = &o->node[o->nodes++];
	*old = new;
}

static inline bool same_policy(const struct policy *a, const char *kind,
			       const char *namespace, const char *name)
{
	return !strcmp(a->kind, kind) && !strcmp(a->name, name) &&
	       !strcmp(a->namespace ? a->namespace : "",
		       namespace ? namespace : "");
}

static inline void world_set_policy(struct world *w, const char *kind,
				    const char *line)
{
	struct oracle *o = &w->oracle;
	struct words words;
	struct policy policy;
	size_t i;

	words_init(&words, line);
	words_next(&words);
	text_policy(&words, kind, &policy);
	policy_set(w->compiler, &policy);
	words.at = 0;
	free(words.text);
	words_init(&words, line);
	words_next(&words);
	text_policy(&words, kind, &policy);
	free(words.text);
	for (i = 0; i < o->policies; i++)
		if (same_policy(&o->policy[i], policy.kind, policy.namespace,
				policy.name))
			break;
	if (i < o->policies)
		policy_exit(&o->policy[i]);
	else
		o->policies++;
	o->policy[i] = policy;
}

static inline void world_gone_policy(struct world *w, const char *kind,
				     const char *word)
{
	bool np = !strcmp(kind, "np");
	const char *full = np ? "NetworkPolicy" : "ClusterNetworkPolicy";
	struct oracle *o = &w->oracle;
	char *ns = NULL, *name = NULL;
	size_t i;

	if (np)
		text_slash(word, &ns, &name);
	policy_remove(w->compiler, full, ns, np ? name : word);
	for (i = 0; i < o->policies; i++)
		if (same_policy(&o->policy[i], full, ns, np ? name : word)) {
			policy_exit(&o->policy[i]);
			o->policy[i] = o->policy[--o->policies];
			break;
		}
	free(ns);
	free(name);
}

static inline void world_gone_pod(struct world *w, const char *word)
{
	struct oracle *o = &w->oracle;
	char *ns, *name;
	size_t i;

	text_slash(word, &ns, &name);
	policy_remove_pod(w->compiler, ns, name);
	for (i = 0; i < o->pods; i++)
		if (!strcmp(o->pod[i].pod.name, name) &&
		    !strcmp(o->pod[i].pod.namespace, ns)) {
			policy_pod_exit(&o->pod[i].pod);
			o->pod[i] = o->pod[--o->pods];
			break;
		}
	free(ns);
	free(name);
}

static inline void world_gone(struct world *w, const char *kind,
			      const char *name)
{
	struct oracle *o = &w->oracle;
	size_t i;

	if (!strcmp(kind, "pod")) {
		world_gone_pod(w, name);
	} else if (!strcmp(kind, "ns")) {
		policy_remove_namespace(w->compiler, name);
		for (i = 0; i < o->namespaces; i++)
			if (!strcmp(o->ns[i].name, name)) {
				policy_namespace_exit(&o->ns[i]);
				o->ns[i] = o->ns[--o->namespaces];
				break;
			}
	} else if (!strcmp(kind, "node")) {
		policy_remove_node(w->compiler, name);
		for (i = 0; i < o->nodes; i++)
			if (!strcmp(o->node[i].node.name, name)) {
				policy_node_exit(&o->node[i].node);
				o->node[i] = o->node[--o->nodes];
				break;
			}
	} else {
		world_gone_policy(w, kind, name);
	}
}

static inline void world_set_namespace(struct world *w, struct words *words)
{
	struct oracle *o = &w->oracle;
	struct policy_namespace ns;
	size_t i;

	text_namespace(words, &ns);
	policy_set_namespace(w->compiler, &ns);
	for (i = 0; i < o->namespaces; i++)
		if (!strcmp(o->ns[i].name, ns.name))
			break;
	if (i < o->namespaces)
		policy_namespace_exit(&o->ns[i]);
	else
		o->namespaces++;
	o->ns[i] = ns;
}

static inline void world_set_other(struct world *w, const char *kind,
				   const char *line, struct words *words)
{
	struct policy_node node;
	struct policy_pod pod;
	size_t at = words->at;

	if (!strcmp(kind, "pod")) {
		text_pod(words, &pod);
		policy_set_pod(w->compiler, &pod);
		policy_pod_exit(&pod);
		words->at = at;
		world_set_pod(&w->oracle, words);
	} else if (!strcmp(kind, "node")) {
		text_node(words, &node);
		policy_set_node(w->compiler, &node);
		policy_node_exit(&node);
		words->at = at;
		world_set_node(&w->oracle, words);
	} else if (!strcmp(kind, "ns")) {
		world_set_namespace(w, words);
	} else {
		world_set_policy(w, kind, line);
	}
}

static inline void world_do(struct world *w, const char *line)
{
	struct words words;
	const char *kind;

	words_init(&words, line);
	kind = words_next(&words);
	if (!strcmp(kind, "gone")) {
		kind = words_next(&words);
		world_gone(w, kind, words_next(&words));
	} else {
		world_set_other(w, kind, line, &words);
	}
	free(words.text);
}

static inline void world_change(void *context,
				const struct policy_change *change)
{
	struct world *w = context;

	w->changes++;
	w->rulesets += change->kind == POLICY_SET_RULESET;
	w->prefixes += change->kind == POLICY_SET_PREFIX ||
		       change->kind == POLICY_DELETE_PREFIX;
	kernel_apply(&w->kernel, change);
	if (w->after)
		w->after(w);
}

static inline void world_commit(struct world *w)
{
	w->changes = w->rulesets = w->prefixes = 0;
	policy_commit(w->compiler, world_change, w);
}

/* What the kernel does, as kernel_verdict() has it. */
static inline int world_verdict(struct world *w, const struct policy_pod *pod,
				enum policy_direction d,
				const struct k8sov_addr *addr,
				unsigned int protocol, unsigned int port)
{
	char key[256];

	snprintf(key, sizeof(key), "%s/%s %s", pod->namespace, pod->name,
		 pod->uid);
	return kernel_verdict(&w->kernel, key, d,
			      kernel_identity(&w->kernel, addr),
			      protocol << 16 | port);
}

static inline bool world_is_here(const struct policy_pod *pod)
{
	return pod->node && !strcmp(pod->node, "here") && !pod->over &&
	       !pod->host_network;
}

static inline void world_destroy(struct world *w)
{
	struct oracle *o = &w->oracle;

	while (o->pods)
		policy_pod_exit(&o->pod[--o->pods].pod);
	while (o->nodes)
		policy_node_exit(&o->node[--o->nodes].node);
	while (o->namespaces)
		policy_namespace_exit(&o->ns[--o->namespaces]);
	while (o->policies)
		policy_exit(&o->policy[--o->policies]);
	kernel_exit(&w->kernel);
	policy_compiler_destroy(w->compiler);
	free(w);
}

#endif /* _POLICY_WORLD_H */

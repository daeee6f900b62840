// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cluster.h"

#include <stdio.h>

static struct claim *take_claim(struct claim **claims,
				const struct k8sov_addr *addr)
{
	struct claim *claim;

	for (; (claim = *claims); claims = &claim->more) {
		if (claim_is_of(claim, addr)) {
			*claims = claim->more;
			return claim;
		}
	}
	return NULL;
}

/**
 * cluster_claim() - addresses are somebody's, and no others
 * @c: the cluster
 * @claims: its claims before; set
 * @addr: its addresses
 * @n: their number
 * @holder: whose they are
 *
 * What was claimed before keeps its age: a new word from a pod that is about
 * to go does not take its address back from a pod that has it by now.
 */
void cluster_claim(struct cluster *c, struct claim **claims,
		   const struct k8sov_addr *addr, size_t n,
		   struct holder *holder)
{
	struct claim *claim, *list = NULL, **end = &list;
	size_t i;

	for (i = 0; i < n; i++) {
		claim = take_claim(&list, &addr[i]);
		if (claim) {
			/* Named twice. */
			claim->more = list;
			list = claim;
			for (end = &list; *end;)
				end = &(*end)->more;
			continue;
		}
		claim = take_claim(claims, &addr[i]);
		if (!claim)
			claim = place_claim(&c->places, &addr[i], holder);
		if (claim->holder != holder)
			place_touch(&c->places, claim->place);
		claim->holder = holder;
		claim->more = NULL;
		*end = claim;
		end = &claim->more;
	}
	while ((claim = *claims)) {
		*claims = claim->more;
		place_unclaim(&c->places, claim);
	}
	*claims = list;
}

static struct pod *find(struct cluster *c, const char *namespace,
			const char *name)
{
	size_t size = strlen(namespace) + strlen(name) + 2;
	char *key = memory_must(malloc(size));
	struct pod *pod;

	snprintf(key, size, "%s/%s", namespace, name);
	HASH_FIND(hh, c->pod, key, size - 1, pod);
	free(key);
	return pod;
}

static struct pod *pod_new(struct cluster *c, const struct policy_pod *from)
{
	size_t size = strlen(from->namespace) + strlen(from->name) + 2;
	struct pod *pod = memory_must(calloc(1, sizeof(*pod) + size));

	snprintf(pod->key, size, "%s/%s", from->namespace, from->name);
	pod->uid = word_get(&c->words, from->uid ? from->uid : "");
	HASH_ADD_KEYPTR(hh, c->pod, pod->key, size - 1, pod);
	return pod;
}

/* One that went and came back before the kernel was told is the same. */
static struct endpoint *endpoint_get(struct cluster *c, const struct pod *pod,
				     const struct policy_pod *from)
{
	struct endpoint *e;

	for (e = c->endpoint; e; e = e->next)
		if (!e->group && e->uid == pod->uid &&
		    !strcmp(e->name->text, from->name) &&
		    !strcmp(e->namespace->text, from->namespace))
			return e;
	e = memory_must(calloc(1, sizeof(*e)));
	e->uid = word_hold(pod->uid);
	e->namespace = word_get(&c->words, from->namespace);
	e->name = word_get(&c->words, from->name);
	e->next = c->endpoint;
	c->endpoint = e;
	return e;
}

static void endpoint_leave(struct cluster *c, struct pod *pod)
{
	struct endpoint *e = pod->endpoint;

	if (!e)
		return;
	e->group = NULL;
	e->claims = NULL;
	pod->endpoint = NULL;
	if (!--pod->group->locals)
		group_reselect(c, pod->group);
}

static void endpoint_enter(struct cluster *c, struct pod *pod,
			   const struct policy_pod *from)
{
	if (!from->node || strcmp(from->node, c->self->text) != 0)
		return;
	pod->endpoint = endpoint_get(c, pod, from);
	pod->endpoint->group = pod->group;
	pod->endpoint->claims = pod->claims;
	if (!pod->group->locals++)
		group_reselect(c, pod->group);
}

static void remove_pod(struct cluster *c, struct pod *pod)
{
	endpoint_leave(c, pod);
	cluster_claim(c, &pod->claims, NULL, 0, NULL);
	group_remove_pod(c, pod->group, pod);
	HASH_DEL(c->pod, pod);
	word_put(&c->words, pod->uid);
	free(pod);
}

/**
 * cluster_set_pod() - a pod is, or became, as told
 * @c: the cluster
 * @from: the pod
 *
 * Pods that are over keep nothing; those of the host's network are the node.
 */
void cluster_set_pod(struct cluster *c, const struct policy_pod *from)
{
	struct pod *pod = find(c, from->namespace, from->name);
	struct group *group;

	if (pod && (from->over || from->host_network ||
		    strcmp(pod->uid->text, from->uid ? from->uid : "") != 0)) {
		remove_pod(c, pod);
		pod = NULL;
	}
	if (from->over || from->host_network)
		return;
	group = group_of_pod(c, from);
	if (!pod) {
		pod = pod_new(c, from);
		group_add_pod(group, pod);
	} else {
		endpoint_leave(c, pod);
		if (pod->group != group) {
			group_remove_pod(c, pod->group, pod);
			group_add_pod(group, pod);
		}
	}
	cluster_claim(c, &pod->claims, from->addr, from->addrs, &group->holder);
	endpoint_enter(c, pod, from);
}

/**
 * cluster_remove_pod() - a pod is gone
 * @c: the cluster
 * @namespace: its namespace
 * @name: its name
 */
void cluster_remove_pod(struct cluster *c, const char *namespace,
			const char *name)
{
	struct pod *pod = find(c, namespace, name);

	if (pod)
		remove_pod(c, pod);
}

/**
 * cluster_remove_pods() - all pods are gone
 * @c: the cluster
 */
void cluster_remove_pods(struct cluster *c)
{
	struct pod *pod, *next;

	for (pod = c->pod; pod; pod = next) {
		next = pod->hh.next;
		remove_pod(c, pod);
	}
}

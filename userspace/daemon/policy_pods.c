// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "policy_pods.h"

#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/bits.h"
#include "../lib/memory.h"
#include "../policy/hash.h"

/* An endpoint of the kernel that nobody has told an identity. */
#define UNMANAGED 3

#define ADDRS (2 * K8SOV_ENDPOINT_ADDR_MAX)

/*
 * What a pod's endpoint is to be. The compiler tells it once, and not again for
 * a pod that goes and comes between two commits: it outlives the pod.
 */
struct want {
	char *uid;
	uint32_t identity;
	uint32_t ruleset[POLICY_DIRECTIONS];
	bool isolated;
	UT_hash_handle hh;
	char key[];
};

struct local_pod {
	struct policy_pod pod;
	bool changed;		/* the compiler was not told of it as it is */
	uint32_t link;		/* of its endpoint, 0 if it has none */
	struct k8sov_addr addr[ADDRS];
	size_t addrs;
	UT_hash_handle hh;
	char key[];
};

struct policy_pods {
	char *node;
	struct local_pod *pod;
	struct want *want;
};

static const struct k8sov_pair addresses = {
	K8SOV_A_ENDPOINT_ADDRESS, K8SOV_A_ENDPOINT_ADDRESS6, 0
};

static char *make_key(const char *namespace, const char *name)
{
	char *key;

	if (asprintf(&key, "%s/%s", namespace, name) < 0)
		key = memory_must(NULL);
	return key;
}

static struct local_pod *find(const struct policy_pods *pods, const char *key,
			      size_t len)
{
	struct local_pod *pod;

	HASH_FIND(hh, pods->pod, key, len, pod);
	return pod;
}

static struct local_pod *find_name(const struct policy_pods *pods,
				   const char *namespace, const char *name)
{
	char *key = make_key(namespace, name);
	struct local_pod *pod = find(pods, key, strlen(key));

	free(key);
	return pod;
}

/* Length of NAMESPACE/POD, 0 if the endpoint is no pod's. */
static size_t key_length(const struct k8sov_endpoint *endpoint)
{
	const char *slash = strchr(endpoint->name, '/');
	size_t len;

	if (!slash || slash == endpoint->name)
		return 0;
	len = strcspn(slash + 1, "/");
	return len ? (size_t)(slash + 1 - endpoint->name) + len : 0;
}

/**
 * policy_pods_create() - no pods
 * @node: name of this node
 *
 * Return: pods; the caller destroys them.
 */
struct policy_pods *policy_pods_create(const char *node)
{
	struct policy_pods *pods = memory_must(calloc(1, sizeof(*pods)));

	pods->node = memory_must(strdup(node));
	return pods;
}

static void forget(struct policy_pods *pods, struct local_pod *pod)
{
	HASH_DEL(pods->pod, pod);
	policy_pod_exit(&pod->pod);
	free(pod);
}

/**
 * policy_pods_destroy() - forget all pods
 * @pods: pods or NULL
 */
void policy_pods_destroy(struct policy_pods *pods)
{
	struct local_pod *pod, *next;

	if (!pods)
		return;
	for (pod = pods->pod; pod; pod = next) {
		next = pod->hh.next;
		forget(pods, pod);
	}
	policy_pods_unwant_all(pods);
	free(pods->node);
	free(pods);
}

/* Of others, the compiler alone keeps what it needs. */
static bool may_be_here(const struct policy_pods *pods,
			const struct policy_pod *pod)
{
	return !pod->host_network &&
	       (!pod->node || !strcmp(pod->node, pods->node));
}

static struct local_pod *add(struct policy_pods *pods,
			     const struct policy_pod *pod)
{
	char *key = make_key(pod->namespace, pod->name);
	size_t len = strlen(key);
	struct local_pod *local;

	local = memory_must(calloc(1, sizeof(*local) + len + 1));
	memcpy(local->key, key, len);
	HASH_ADD(hh, pods->pod, key, len, local);
	free(key);
	return local;
}

/**
 * policy_pods_set() - a pod is, or became, as told
 * @pods: pods
 * @compiler: is told of it now, or when policy_pods_attach() is called
 * @pod: the pod; what it holds is taken over
 */
void policy_pods_set(struct policy_pods *pods, struct policy_compiler *compiler,
		     struct policy_pod *pod)
{
	struct local_pod *local = find_name(pods, pod->namespace, pod->name);

	if (may_be_here(pods, pod)) {
		if (!local)
			local = add(pods, pod);
		policy_pod_exit(&local->pod);
		local->pod = *pod;
		local->changed = true;
	} else {
		if (local)
			forget(pods, local);
		policy_set_pod(compiler, pod);
		policy_pod_exit(pod);
	}
	memset(pod, 0, sizeof(*pod));
}

/**
 * policy_pods_remove() - a pod is gone
 * @pods: pods
 * @compiler: is told
 * @namespace: its namespace
 * @name: its name
 */
void policy_pods_remove(struct policy_pods *pods,
			struct policy_compiler *compiler,
			const char *namespace, const char *name)
{
	struct local_pod *local = find_name(pods, namespace, name);

	if (local)
		forget(pods, local);
	policy_remove_pod(compiler, namespace, name);
}

static bool shares_address(const struct policy_pod *pod,
			   const struct k8sov_endpoint *endpoint)
{
	struct k8sov_addr addr;
	unsigned int i;
	size_t j;

	for (i = 0; k8sov_pair_item(&k8sov_endpoint_set, &addresses, endpoint,
				    i, &addr); i++)
		for (j = 0; j < pod->addrs; j++)
			if (bits_equal(&pod->addr[j], &addr))
				return true;
	return false;
}

/* Endpoints are told by link, and links are numbered as they come. */
static const struct k8sov_endpoint *
choose(const struct local_pod *local, const struct policy_endpoints *endpoints)
{
	const struct k8sov_endpoint *best = NULL, *e;
	size_t i, len = strlen(local->key);
	bool told = false;

	for (i = 0; !local->pod.over && i < endpoints->n; i++) {
		e = &endpoints->endpoint[i];
		if (key_length(e) != len ||
		    memcmp(e->name, local->key, len) != 0)
			continue;
		if (shares_address(&local->pod, e)) {
			best = e;
			told = true;
		} else if (!told) {
			best = e;
		}
	}
	return best;
}

/* Return: the endpoint, or its addresses, are others than before. */
static bool take_endpoint(struct local_pod *local,
			  const struct k8sov_endpoint *endpoint)
{
	struct k8sov_addr addr[ADDRS];
	unsigned int n = 0;
	bool same;

	memset(addr, 0, sizeof(addr));
	while (endpoint && n < ADDRS &&
	       k8sov_pair_item(&k8sov_endpoint_set, &addresses, endpoint, n,
			       &addr[n]))
		n++;
	same = local->link == (endpoint ? endpoint->link : 0) &&
	       local->addrs == n;
	for (local->addrs = 0; local->addrs < n; local->addrs++) {
		same = same && bits_equal(&local->addr[local->addrs],
					  &addr[local->addrs]);
		local->addr[local->addrs] = addr[local->addrs];
	}
	local->link = endpoint ? endpoint->link : 0;
	return !same;
}

/**
 * policy_pods_attach() - tell the compiler of pods, as they are attached
 * @pods: pods
 * @compiler: is told of those that changed
 * @endpoints: all that the kernel has
 */
void policy_pods_attach(struct policy_pods *pods,
			struct policy_compiler *compiler,
			const struct policy_endpoints *endpoints)
{
	struct local_pod *local;
	struct policy_pod pod;

	for (local = pods->pod; local; local = local->hh.next) {
		if (!take_endpoint(local, choose(local, endpoints)) &&
		    !local->changed)
			continue;
		local->changed = false;
		pod = local->pod;
		if (local->link)
			pod.node = pods->node;
		if (local->addrs) {
			pod.addr = local->addr;
			pod.addrs = local->addrs;
		}
		policy_set_pod(compiler, &pod);
	}
}

static struct want *find_want(const struct policy_pods *pods, const char *key,
			      size_t len)
{
	struct want *want;

	HASH_FIND(hh, pods->want, key, len, want);
	return want;
}

static void drop_want(struct policy_pods *pods, struct want *want)
{
	HASH_DEL(pods->want, want);
	free(want->uid);
	free(want);
}

/**
 * policy_pods_want() - an endpoint is to have identity and rulesets
 * @pods: pods
 * @endpoint: of the compiler
 */
void policy_pods_want(struct policy_pods *pods,
		      const struct policy_endpoint *endpoint)
{
	char *key = make_key(endpoint->namespace, endpoint->name);
	size_t len = strlen(key);
	struct want *want = find_want(pods, key, len);

	if (!want) {
		want = memory_must(calloc(1, sizeof(*want) + len + 1));
		memcpy(want->key, key, len);
		HASH_ADD(hh, pods->want, key, len, want);
	}
	free(key);
	free(want->uid);
	want->uid = memory_must(strdup(endpoint->uid));
	want->identity = endpoint->identity;
	memcpy(want->ruleset, endpoint->ruleset, sizeof(want->ruleset));
	want->isolated = endpoint->isolated;
}

/**
 * policy_pods_unwant() - a pod is gone, or another one of the name is there
 * @pods: pods
 * @endpoint: of the compiler
 */
void policy_pods_unwant(struct policy_pods *pods,
			const struct policy_endpoint *endpoint)
{
	char *key = make_key(endpoint->namespace, endpoint->name);
	struct want *want = find_want(pods, key, strlen(key));

	free(key);
	if (want && !strcmp(want->uid, endpoint->uid))
		drop_want(pods, want);
}

/**
 * policy_pods_unwant_all() - forget what the compiler said
 * @pods: pods
 */
void policy_pods_unwant_all(struct policy_pods *pods)
{
	struct want *want, *next;

	for (want = pods->want; want; want = next) {
		next = want->hh.next;
		drop_want(pods, want);
	}
}

/* Return: it was something else. */
static bool set_policy(struct k8sov_endpoint *endpoint, uint32_t state,
		       uint32_t identity,
		       const uint32_t ruleset[POLICY_DIRECTIONS])
{
	const struct k8sov_endpoint was = *endpoint;

	K8SOV_SET(endpoint, identity, K8SOV_A_ENDPOINT_IDENTITY, identity);
	K8SOV_SET(endpoint, state, K8SOV_A_ENDPOINT_STATE, state);
	K8SOV_SET(endpoint, ingress, K8SOV_A_ENDPOINT_INGRESS,
		  ruleset[POLICY_INGRESS]);
	K8SOV_SET(endpoint, egress, K8SOV_A_ENDPOINT_EGRESS,
		  ruleset[POLICY_EGRESS]);
	return endpoint->identity != was.identity ||
	       endpoint->state != was.state ||
	       endpoint->ingress != was.ingress ||
	       endpoint->egress != was.egress;
}

static const uint32_t no_ruleset[POLICY_DIRECTIONS];

/**
 * policy_pods_isolate() - an endpoint that names no ruleset, and that nothing
 * reaches
 * @endpoint: of a pod
 *
 * Return: true if it was something else.
 */
bool policy_pods_isolate(struct k8sov_endpoint *endpoint)
{
	return set_policy(endpoint, K8SOV_ENDPOINT_STATE_PENDING, UNMANAGED,
			  no_ruleset);
}

/**
 * policy_pods_settle() - what is an endpoint to be?
 * @pods: pods
 * @endpoint: as the kernel has it
 * @settled: set to what it is to have
 *
 * Return: true if that is something else; never for what is no pod's.
 */
bool policy_pods_settle(const struct policy_pods *pods,
			const struct k8sov_endpoint *endpoint,
			struct k8sov_endpoint *settled)
{
	size_t len = key_length(endpoint);
	const struct local_pod *local;
	const struct want *want;

	*settled = *endpoint;
	if (!len)
		return false;
	local = find(pods, endpoint->name, len);
	want = find_want(pods, endpoint->name, len);
	if (local && want && local->link == endpoint->link && !want->isolated)
		return set_policy(settled, K8SOV_ENDPOINT_STATE_READY,
				  want->identity, want->ruleset);
	return policy_pods_isolate(settled);
}

/**
 * policy_pods_is_pod() - is an endpoint a pod's?
 * @endpoint: endpoint
 *
 * Return: true if it is named as one.
 */
bool policy_pods_is_pod(const struct k8sov_endpoint *endpoint)
{
	return key_length(endpoint);
}

/**
 * policy_pods_release() - an endpoint as the plugin makes it without policy
 * @endpoint: of a pod; in service, and nothing isolates it
 *
 * Return: true if it was something else.
 */
bool policy_pods_release(struct k8sov_endpoint *endpoint)
{
	return set_policy(endpoint, K8SOV_ENDPOINT_STATE_READY, UNMANAGED,
			  no_ruleset);
}

/**
 * policy_pods_count() - count endpoints of pods
 * @pods: pods
 * @endpoints: all that the kernel has
 * @count: set
 */
void policy_pods_count(const struct policy_pods *pods,
		       const struct policy_endpoints *endpoints,
		       struct policy_pods_count *count)
{
	const struct k8sov_endpoint *endpoint;
	size_t i, len;
	bool told;

	memset(count, 0, sizeof(*count));
	for (i = 0; i < endpoints->n; i++) {
		endpoint = &endpoints->endpoint[i];
		len = key_length(endpoint);
		if (!len)
			continue;
		told = find(pods, endpoint->name, len);
		if (endpoint->state == K8SOV_ENDPOINT_STATE_PENDING) {
			count->pending++;
			count->waiting += !told;
		} else {
			count->ready++;
			count->lost += !told;
		}
	}
}

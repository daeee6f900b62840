// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Pods of the cluster and endpoints of the kernel find each other. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "../daemon/policy_pods.h"
#include "../lib/attr.h"
#include "tap.h"

static struct policy_pods *pods;
static struct policy_compiler *compiler;
static struct policy_endpoints eps;

static void begin(void)
{
	const struct policy_start start = { .node = "here" };

	pods = policy_pods_create("here");
	compiler = policy_compiler_create(&start);
}

static void end(void)
{
	policy_pods_destroy(pods);
	policy_compiler_destroy(compiler);
	free(eps.endpoint);
	memset(&eps, 0, sizeof(eps));
}

static void pod(const char *name, const char *uid, const char *node,
		const char *addr)
{
	struct policy_pod p = {
		.namespace = strdup("default"),
		.name = strdup(name),
		.uid = strdup(uid),
		.node = node ? strdup(node) : NULL,
	};

	if (addr) {
		p.addr = calloc(1, sizeof(*p.addr));
		p.addrs = (size_t)!k8sov_addr_parse(addr, p.addr);
	}
	policy_pods_set(pods, compiler, &p);
}

/* As a plugin makes it; links must be told in order. */
static void endpoint(uint32_t link, const char *name, const char *addr,
		     uint32_t state)
{
	struct k8sov_endpoint *e;

	eps.endpoint = realloc(eps.endpoint, (eps.n + 1) * sizeof(*e));
	e = &eps.endpoint[eps.n++];
	memset(e, 0, sizeof(*e));
	K8SOV_SET(e, link, K8SOV_A_ENDPOINT_LINK, link);
	K8SOV_SET(e, owner, K8SOV_A_ENDPOINT_OWNER, 77);
	K8SOV_SET(e, identity, K8SOV_A_ENDPOINT_IDENTITY, 3);
	K8SOV_SET(e, state, K8SOV_A_ENDPOINT_STATE, state);
	snprintf(e->name, sizeof(e->name), "%s", name);
	e->n_address = 1;
	inet_pton(AF_INET, addr, &e->address[0]);
	e->present |= K8SOV_BIT(K8SOV_A_ENDPOINT_ADDRESS);
}

static void take(void *context, const struct policy_change *change)
{
	(void)context;
	if (change->kind == POLICY_SET_ENDPOINT)
		policy_pods_want(pods, &change->endpoint);
	else if (change->kind == POLICY_DELETE_ENDPOINT)
		policy_pods_unwant(pods, &change->endpoint);
}

static void commit(void)
{
	policy_pods_attach(pods, compiler, &eps);
	policy_commit(compiler, take, NULL);
}

static size_t waiting(void)
{
	struct policy_pods_count count;

	policy_pods_count(pods, &eps, &count);
	return count.waiting;
}

/* "ready" or "pending", "=" if nothing is to change. */
static const char *state(size_t i)
{
	struct k8sov_endpoint e;

	if (!policy_pods_settle(pods, &eps.endpoint[i], &e))
		return "=";
	return e.state == K8SOV_ENDPOINT_STATE_READY ? "ready" : "pending";
}

static void test_wait(void)
{
	begin();
	endpoint(5, "default/web/abc", "10.0.0.5", K8SOV_ENDPOINT_STATE_PENDING);
	commit();
	tap_equal("=", state(0), "a pod that nobody has told of waits");
	tap_number_is(1, (long long)waiting(),
		      "and is counted");
	eps.endpoint[0].state = K8SOV_ENDPOINT_STATE_READY;
	tap_equal("pending", state(0),
		  "if somebody set it in service, it is isolated");
	eps.endpoint[0].state = K8SOV_ENDPOINT_STATE_PENDING;
	pod("web", "1", "here", NULL);
	commit();
	tap_equal("ready", state(0), "when it was told, it is in service");
	tap_number_is(0, (long long)waiting(),
		      "and nobody waits");
	policy_pods_remove(pods, compiler, "default", "web");
	pod("web", "1", "here", NULL);
	commit();
	tap_equal("ready", state(0), "also if it went and came meanwhile");
	policy_pods_remove(pods, compiler, "default", "web");
	eps.endpoint[0].state = K8SOV_ENDPOINT_STATE_READY;
	commit();
	tap_equal("pending", state(0), "when it is gone, it is isolated");
	end();
}

static void test_where(void)
{
	begin();
	endpoint(5, "default/web", "10.0.0.5", K8SOV_ENDPOINT_STATE_PENDING);
	pod("web", "1", "there", NULL);
	commit();
	tap_equal("=", state(0), "another node's pod is not in service here");
	pod("web", "1", NULL, NULL);
	commit();
	tap_equal("ready", state(0),
		  "a pod that nobody says the node of is here if it is attached");
	end();
}

static void test_foreign(void)
{
	begin();
	endpoint(5, "abc", "10.0.0.5", K8SOV_ENDPOINT_STATE_READY);
	endpoint(6, "/abc", "10.0.0.6", K8SOV_ENDPOINT_STATE_READY);
	endpoint(7, "default/", "10.0.0.7", K8SOV_ENDPOINT_STATE_READY);
	commit();
	tap_equal("=", state(0), "what is no pod is left alone");
	tap_equal("=", state(1), "nor has a pod no namespace");
	tap_equal("=", state(2), "nor no name");
	end();
}

static void test_again(void)
{
	begin();
	endpoint(5, "default/db/old", "10.0.0.5", K8SOV_ENDPOINT_STATE_READY);
	endpoint(9, "default/db/new", "10.0.0.9", K8SOV_ENDPOINT_STATE_PENDING);
	pod("db", "2", "here", NULL);
	commit();
	tap_equal("pending", state(0), "a pod was made again: the old is closed");
	tap_equal("ready", state(1), "the new one is in service");
	eps.endpoint[1].state = K8SOV_ENDPOINT_STATE_READY;
	pod("db", "2", "here", "10.0.0.5");
	commit();
	eps.endpoint[0].state = K8SOV_ENDPOINT_STATE_PENDING;
	tap_equal("ready", state(0),
		  "addresses that the cluster tells say which one it is");
	tap_equal("pending", state(1), "and the other is closed");
	end();
}

static void test_owner(void)
{
	struct k8sov_endpoint e;

	begin();
	endpoint(5, "default/web/abc", "10.0.0.5", K8SOV_ENDPOINT_STATE_PENDING);
	pod("web", "1", "here", NULL);
	commit();
	policy_pods_settle(pods, &eps.endpoint[0], &e);
	tap_number_is(77, (long long)e.owner, "the endpoint stays its owner's");
	tap_equal("default/web/abc", e.name, "and keeps its name");
	tap_number_is(1, e.n_address, "and its addresses");
	end();
}

static void test_release(void)
{
	struct k8sov_endpoint *e;

	begin();
	endpoint(5, "default/web/abc", "10.0.0.5", K8SOV_ENDPOINT_STATE_READY);
	e = &eps.endpoint[0];
	tap_ok(!policy_pods_release(e), "what has no policy stays as it is");
	K8SOV_SET(e, ingress, K8SOV_A_ENDPOINT_INGRESS, 7);
	tap_ok(policy_pods_release(e), "a ruleset is taken away");
	tap_number_is(0, e->ingress, "so that there is none");
	K8SOV_SET(e, state, K8SOV_A_ENDPOINT_STATE,
		  K8SOV_ENDPOINT_STATE_PENDING);
	tap_ok(policy_pods_release(e), "what is isolated is set free");
	tap_number_is(K8SOV_ENDPOINT_STATE_READY, e->state, "and in service");
	end();
}

static void test_count(void)
{
	struct policy_pods_count count;

	begin();
	pod("a", "1", "here", NULL);
	endpoint(5, "default/a/x", "10.0.0.5", K8SOV_ENDPOINT_STATE_READY);
	endpoint(6, "default/b/x", "10.0.0.6", K8SOV_ENDPOINT_STATE_READY);
	endpoint(7, "default/a/y", "10.0.0.7", K8SOV_ENDPOINT_STATE_PENDING);
	endpoint(8, "default/c/x", "10.0.0.8", K8SOV_ENDPOINT_STATE_PENDING);
	endpoint(9, "no pod", "10.0.0.9", K8SOV_ENDPOINT_STATE_READY);
	policy_pods_count(pods, &eps, &count);
	tap_number_is(2, (long long)count.ready, "two pods are in service");
	tap_number_is(1, (long long)count.lost, "of one nobody told");
	tap_number_is(2, (long long)count.pending, "two are isolated");
	tap_number_is(1, (long long)count.waiting, "one waits to be told");
	end();
}

int main(void)
{
	test_wait();
	test_where();
	test_foreign();
	test_again();
	test_owner();
	test_release();
	test_count();
	return tap_end();
}

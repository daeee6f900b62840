/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_PODS_H
#define _POLICY_PODS_H

#include <stdbool.h>

#include "../policy/compile.h"
#include "policy_kernel.h"

/*
 * Pods that are this node's, or may be, between the cluster, which has their
 * labels, and the kernel, which has their endpoints. An endpoint is a pod's if
 * it is named NAMESPACE/POD or NAMESPACE/POD/CONTAINER; others are left alone.
 * Pure.
 *
 * A pod that was attached a moment ago has its addresses in the kernel before
 * the cluster knows them, and what waits for its policy waits before they are
 * told: so an endpoint's addresses count, and a pod of which nobody says where
 * it runs is here if it has one. Of several endpoints of one name, as when a
 * pod was made again, that with the addresses that the cluster tells counts,
 * else the youngest; the others are isolated. So is a pod for whose rulesets
 * there is no room: to be pending needs none.
 */
struct policy_pods;

struct policy_pods *policy_pods_create(const char *node);
void policy_pods_destroy(struct policy_pods *pods);

/* What the cluster says. @pod is taken over, and left empty. */
void policy_pods_set(struct policy_pods *pods, struct policy_compiler *compiler,
		     struct policy_pod *pod);
void policy_pods_remove(struct policy_pods *pods,
			struct policy_compiler *compiler,
			const char *namespace, const char *name);
/* What the kernel says; to be told before each commit of the compiler. */
void policy_pods_attach(struct policy_pods *pods,
			struct policy_compiler *compiler,
			const struct policy_endpoints *endpoints);

/* What the compiler says. */
void policy_pods_want(struct policy_pods *pods,
		      const struct policy_endpoint *endpoint);
void policy_pods_unwant(struct policy_pods *pods,
			const struct policy_endpoint *endpoint);
void policy_pods_unwant_all(struct policy_pods *pods);

/* What the kernel is to have. Return: false if it has that. */
bool policy_pods_settle(const struct policy_pods *pods,
			const struct k8sov_endpoint *endpoint,
			struct k8sov_endpoint *settled);

bool policy_pods_is_pod(const struct k8sov_endpoint *endpoint);
bool policy_pods_isolate(struct k8sov_endpoint *endpoint);
bool policy_pods_release(struct k8sov_endpoint *endpoint);

/**
 * struct policy_pods_count - endpoints of pods
 * @ready: in service
 * @pending: isolated
 * @lost: in service, though nobody has told of their pods
 * @waiting: isolated, since nobody has told of their pods
 */
struct policy_pods_count {
	size_t ready;
	size_t pending;
	size_t lost;
	size_t waiting;
};

void policy_pods_count(const struct policy_pods *pods,
		       const struct policy_endpoints *endpoints,
		       struct policy_pods_count *count);

#endif /* _POLICY_PODS_H */

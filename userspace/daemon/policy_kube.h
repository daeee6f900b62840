/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_KUBE_H
#define _POLICY_KUBE_H

#include <uv.h>

#include "policy_source.h"

struct k8sov_error;

/*
 * A Kubernetes API server as a source: pods, namespaces, nodes and policies
 * of all kinds that it has. A kind that it has not is one without objects, and
 * asked for again; one that may not be read is waited for.
 */
struct policy_kube;

/* @config: kubeconfig files, "" in a pod. @url: instead of its, or NULL. */
int policy_kube_open(struct policy_kube **kube, uv_loop_t *loop,
		     const char *config, const char *url,
		     const struct policy_events *events, void *data,
		     struct k8sov_error *err);
void policy_kube_close(struct policy_kube *kube);

#endif /* _POLICY_KUBE_H */

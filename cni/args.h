/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_ARGS_H
#define _CNI_ARGS_H

struct cni_error;

/**
 * struct cni_args - CNI_ARGS; what is not given is ""
 * @text: what the others point into
 * @pod_namespace: K8S_POD_NAMESPACE
 * @pod_name: K8S_POD_NAME
 * @mac: MAC
 * @ip: IP, several with commas between
 */
struct cni_args {
	char *text;
	const char *pod_namespace;
	const char *pod_name;
	const char *mac;
	const char *ip;
};

/* CNI_ENVIRONMENT names the pair that is wrong. Pure. */
int args_parse(const char *text, struct cni_args *args, struct cni_error *err);
void args_clear(struct cni_args *args);

#endif /* _CNI_ARGS_H */

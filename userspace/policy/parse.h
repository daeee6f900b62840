/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_PARSE_H
#define _POLICY_PARSE_H

#include <jansson.h>

#include "object.h"

struct k8sov_error;

/* Room for "KIND NAME" or "KIND NAMESPACE/NAME". */
#define POLICY_TITLE 640

/** enum policy_object_type - what an object is to us */
enum policy_object_type {
	POLICY_OBJECT_OTHER,	/* of no interest */
	POLICY_OBJECT_POLICY,
	POLICY_OBJECT_POD,
	POLICY_OBJECT_NAMESPACE,
	POLICY_OBJECT_NODE,
};

/**
 * struct policy_object - an object of Kubernetes
 * @type: which of the others is set
 * @policy: if POLICY_OBJECT_POLICY
 * @pod: if POLICY_OBJECT_POD
 * @ns: if POLICY_OBJECT_NAMESPACE
 * @node: if POLICY_OBJECT_NODE
 */
struct policy_object {
	enum policy_object_type type;
	union {
		struct policy policy;
		struct policy_pod pod;
		struct policy_namespace ns;
		struct policy_node node;
	};
};

/*
 * One object, by its apiVersion and kind, or by those given, since the items
 * of a list that the API sends have none. A policy that cannot be obeyed is an
 * object all the same, with .broken; what is no object at all is an error.
 */
int policy_parse(const json_t *json, const char *api, const char *kind,
		 struct policy_object *object, struct k8sov_error *err);
void policy_object_exit(struct policy_object *object);

/**
 * typedef policy_take - takes what was read
 * @data: as it was given
 * @title: "KIND NAMESPACE/NAME", as far as it is known
 * @object: the object, which the callee owns, or NULL
 * @err: why there is none
 */
typedef void policy_take(void *data, const char *title,
			 struct policy_object *object,
			 const struct k8sov_error *err);

/* One object, or each of a list: kind List, PodList ... */
void policy_parse_each(const json_t *json, policy_take *take, void *data);

#endif /* _POLICY_PARSE_H */

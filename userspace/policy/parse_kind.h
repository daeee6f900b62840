/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_PARSE_KIND_H
#define _POLICY_PARSE_KIND_H

#include "field.h"

/*
 * The kinds, each in a file. All read what is behind the metadata, which
 * parse.c reads. They return false if something is wrong, which @reader then
 * has, and leave what parse.c is to free.
 *
 * Those of policies set the subject first, so that it is known whom a broken
 * one is for: if it cannot be read it is left as it is, for everybody.
 */
bool policy_read_network(struct reader *reader, const json_t *json,
			 struct policy *policy);
bool policy_read_cluster(struct reader *reader, const json_t *json,
			 struct policy *policy);
bool policy_read_admin(struct reader *reader, const json_t *json,
		       struct policy *policy);
bool policy_read_baseline(struct reader *reader, const json_t *json,
			  struct policy *policy);
bool policy_read_pod(struct reader *reader, const json_t *json,
		     struct policy_pod *pod);
bool policy_read_node(struct reader *reader, const json_t *json,
		      struct policy_node *node);

/* A selector of the subject: it is all there, or empty. */
bool policy_read_subject(struct reader *reader, const struct field *at,
			 const json_t *json, struct policy_selector *selector);
bool policy_read_protocol(struct reader *reader, const struct field *at,
			  const json_t *json, uint8_t *protocol);
/* The lists of the object; the elements are zeroed. */
struct policy_rule *policy_add_rules(struct policy *policy,
				     enum policy_direction direction, size_t n);

#endif /* _POLICY_PARSE_KIND_H */

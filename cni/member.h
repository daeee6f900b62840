/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_MEMBER_H
#define _CNI_MEMBER_H

#include <jansson.h>
#include <stdint.h>

struct cni_error;
struct k8sov_addr;

/* Members of JSON objects. One that is absent or null leaves the value as it
 * was, of another type it is CNI_DECODE. Pure.
 */
int member_text(const json_t *object, const char *key, const char **text,
		struct cni_error *err);
int member_number(const json_t *object, const char *key, int64_t max,
		  int64_t *number, struct cni_error *err);
int member_array(const json_t *object, const char *key, json_t **array,
		 struct cni_error *err);
int member_object(const json_t *object, const char *key, json_t **child,
		  struct cni_error *err);
/* Nothing and "" are the same. */
int member_addr(const json_t *object, const char *key, struct k8sov_addr *addr,
		struct cni_error *err);
/* This one must be there. */
int member_prefix(const json_t *object, const char *key,
		  struct k8sov_addr *addr, uint8_t *len,
		  struct cni_error *err);

#endif /* _CNI_MEMBER_H */

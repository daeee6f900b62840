/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_ENDPOINT_H
#define _CNI_ENDPOINT_H

#include <stdint.h>

struct cni_env;
struct cni_error;
struct conf;
struct result;

/* The pod in the overlay device's table, known by the host's end of its link.
 * It goes with that link.
 */
int endpoint_add(const struct cni_env *env, const struct conf *conf,
		 uint32_t link, const struct result *result,
		 struct cni_error *err);
/* A pod that goes, on a link that stays for a while: it sends nothing any more,
 * and others may have its addresses. 0 also if the device does not know it.
 */
int endpoint_retire(const struct cni_env *env, const struct conf *conf,
		    uint32_t link, struct cni_error *err);
int endpoint_check(const struct conf *conf, uint32_t link,
		   const struct result *result, struct cni_error *err);

#endif /* _CNI_ENDPOINT_H */

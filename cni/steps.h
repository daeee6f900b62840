/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_STEPS_H
#define _CNI_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../userspace/lib/rtnl.h"

struct cni_error;
struct k8sov_error;
struct nlmsghdr;

/* A pod with all of RESULT_IPS and RESULT_ROUTES, on either side. */
#define STEPS_MAX 200
#define STEPS_BYTES (24 * 1024UL)
/* The longest request: the pair, or the alias of 255 bytes. */
#define STEPS_ONE 512

/**
 * struct steps - rtnetlink requests that the kernel gets at once
 * @rtnl: socket
 * @n: how many
 * @len: bytes of those that are complete, all but the last
 * @first: sequence number of the first
 * @full: there were more than fit
 * @failed: what could not be done, after steps_try()
 * @what: what each does, as "create the link"; NULL: it may fail
 * @buf: the requests
 */
struct steps {
	struct rtnl *rtnl;
	unsigned int n;
	size_t len;
	uint32_t first;
	bool full;
	const char *failed;
	const char *what[STEPS_MAX];
	char buf[STEPS_BYTES + STEPS_ONE] __attribute__((aligned(8)));
};

void steps_begin(struct steps *steps, struct rtnl *rtnl);
/* The request, for the caller to add attributes of STEPS_ONE bytes at most. */
struct nlmsghdr *steps_add(struct steps *steps, const char *what,
			   uint16_t type, uint16_t flags, size_t size,
			   const void *header);
/* All of them, also those after one that failed; @cb as in rtnl_talk(). */
int steps_try(struct steps *steps, rtnl_cb cb, void *data,
	      struct k8sov_error *why);
/* A sentence of why steps_try() failed; -1. */
int steps_fail(const struct steps *steps, const struct k8sov_error *why,
	       struct cni_error *err);
/* Both together. */
int steps_run(struct steps *steps, rtnl_cb cb, void *data,
	      struct cni_error *err);

#endif /* _CNI_STEPS_H */

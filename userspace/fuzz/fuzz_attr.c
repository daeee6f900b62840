// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any bytes as the attributes of a message. What is read must fit its struct,
 * and what is written from it must be read back the same. The first byte
 * chooses the operation.
 */
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct k8sov_set *set,
			const union k8sov_any *obj)
{
	static char buf[65536] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	struct k8sov_error err;
	union k8sov_any again;

	memset(buf, 0, MNL_NLMSG_HDRLEN);
	nlh = mnl_nlmsg_put_header(buf);
	if (k8sov_attrs_put(nlh, sizeof(buf), set, UINT64_MAX, obj))
		abort();
	if (k8sov_attrs_parse(set, mnl_nlmsg_get_payload(nlh),
			      mnl_nlmsg_get_payload_len(nlh), &again, &err))
		abort();
	/* Nests only ever come from the kernel: they are not written. */
	if (set != &k8sov_stats_set && set != &k8sov_trace_set &&
	    memcmp(obj, &again, set->size) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char buf[65536] __attribute__((aligned(8)));
	const struct k8sov_op *op;
	struct k8sov_error err;
	union k8sov_any obj;

	if (size < 1 || size > sizeof(buf))
		return -1;
	op = k8sov_op_get(data[0]);
	if (!op)
		return -1;
	/* A copy of the exact size, so that each byte past it is noticed. */
	char *copy = malloc(size);

	memcpy(copy, data + 1, size - 1);
	if (!k8sov_attrs_parse(op->set, copy, size - 1, &obj, &err))
		check_again(op->set, &obj);
	else if (!err.code || !err.message[0])
		abort();
	free(copy);
	return 0;
}

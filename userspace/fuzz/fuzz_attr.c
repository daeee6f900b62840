// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any bytes as the attributes of a message. What is read must fit its struct,
 * and what is written from it, read back and written again must be the same.
 * The first byte chooses the operation.
 */
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Room for what was read, and the ends that its padding may have lacked. */
#define ROOM ((size_t)2 * 65536)

static struct nlmsghdr *write_down(char buf[static ROOM],
				   const struct k8sov_set *set,
				   const union k8sov_any *obj)
{
	struct nlmsghdr *nlh;

	memset(buf, 0, ROOM);
	nlh = mnl_nlmsg_put_header(buf);
	if (k8sov_attrs_put(nlh, ROOM, set, UINT64_MAX, obj))
		abort();
	return nlh;
}

static void check_again(const struct k8sov_set *set,
			const union k8sov_any *obj)
{
	static char buf[ROOM] __attribute__((aligned(8)));
	static char buf2[ROOM] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = write_down(buf, set, obj), *nlh2;
	struct k8sov_error err;
	union k8sov_any again;

	if (k8sov_attrs_parse(set, mnl_nlmsg_get_payload(nlh),
			      mnl_nlmsg_get_payload_len(nlh), &again, &err))
		abort();
	nlh2 = write_down(buf2, set, &again);
	if (nlh->nlmsg_len != nlh2->nlmsg_len ||
	    memcmp(buf, buf2, nlh->nlmsg_len) != 0)
		abort();
	/* Arrays of numbers stay in the message. */
	if (set != &k8sov_ruleset_set && memcmp(obj, &again, set->size) != 0)
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

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "steps.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>

#include "../userspace/lib/error.h"
#include "../userspace/lib/extack.h"
#include "error.h"

/* One message at a time, the longest is a link without statistics. */
#define RECEIVE_SIZE (16 * 1024UL)

/**
 * steps_begin() - begin a new list of requests
 * @steps: list, what it had is forgotten
 * @rtnl: socket
 */
void steps_begin(struct steps *steps, struct rtnl *rtnl)
{
	steps->rtnl = rtnl;
	steps->n = 0;
	steps->len = 0;
	steps->first = rtnl->seq + 1;
	steps->full = false;
	steps->failed = NULL;
}

static struct nlmsghdr *last(struct steps *steps)
{
	return (struct nlmsghdr *)(void *)(steps->buf + steps->len);
}

/**
 * steps_add() - begin a request
 * @steps: list
 * @what: what it does, as "create the link"; NULL if it may fail
 * @type: RTM_*
 * @flags: NLM_F_* besides NLM_F_REQUEST
 * @size: bytes of @header
 * @header: what a request of this type begins with, copied
 *
 * Return: the request, never NULL; steps_try() says if there were too many.
 */
struct nlmsghdr *steps_add(struct steps *steps, const char *what,
			   uint16_t type, uint16_t flags, size_t size,
			   const void *header)
{
	struct nlmsghdr *nlh;

	if (steps->n)
		steps->len += MNL_ALIGN(last(steps)->nlmsg_len);
	if (steps->n == STEPS_MAX || steps->len > STEPS_BYTES) {
		steps->full = true;
		steps->n = 0;
		steps->len = 0;
	}
	nlh = mnl_nlmsg_put_header(last(steps));
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++steps->rtnl->seq;
	memcpy(mnl_nlmsg_put_extra_header(nlh, size), header, size);
	steps->what[steps->n++] = what;
	return nlh;
}

/* Only the first failure counts: those after it may be its consequence. */
static int take_status(struct steps *steps, const struct nlmsghdr *got,
		       unsigned int i, struct k8sov_error *why)
{
	const struct nlmsgerr *status = mnl_nlmsg_get_payload(got);

	if (!status->error || !steps->what[i] || steps->failed)
		return 0;
	steps->failed = steps->what[i];
	return k8sov_extack_parse(got, NULL, why);
}

static int receive(struct steps *steps, rtnl_cb cb, void *data,
		   struct k8sov_error *why)
{
	char buf[RECEIVE_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *got;
	int ret = 0, one, len;
	unsigned int i;
	ssize_t n;

	for (;;) {
		n = mnl_socket_recvfrom(steps->rtnl->nl, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return k8sov_error_system(why, errno,
						  "cannot read from netlink");
		len = (int)n;
		got = (struct nlmsghdr *)(void *)buf;
		for (; mnl_nlmsg_ok(got, len); got = mnl_nlmsg_next(got, &len)) {
			i = got->nlmsg_seq - steps->first;
			if (i >= steps->n)
				continue;
			if (got->nlmsg_type == NLMSG_ERROR)
				one = take_status(steps, got, i, why);
			else
				one = cb ? cb(got, data) : 0;
			ret = ret ? ret : one;
			if (got->nlmsg_type == NLMSG_ERROR &&
			    i + 1 == steps->n)
				return ret;
		}
	}
}

/**
 * steps_try() - have the kernel do all of a list, in its order
 * @steps: list, not empty; @steps->failed is set on failure
 * @cb: sees what requests of it answer; may be NULL
 * @data: for @cb
 * @why: filled on failure
 *
 * The kernel always reports failures, so that only the last one asks for an
 * acknowledgement: two system calls for the whole list.
 *
 * Return: 0, or -errno of the first that failed.
 */
int steps_try(struct steps *steps, rtnl_cb cb, void *data,
	      struct k8sov_error *why)
{
	struct nlmsghdr *end = last(steps);

	steps->failed = NULL;
	if (steps->full)
		return k8sov_error_set(why, E2BIG,
				       "too many addresses and routes");
	end->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(steps->rtnl->nl, steps->buf,
			      steps->len + end->nlmsg_len) < 0)
		return k8sov_error_system(why, errno,
					  "cannot write to netlink");
	return receive(steps, cb, data, why);
}

/**
 * steps_fail() - tell the runtime why a list was not done
 * @steps: list, after steps_try()
 * @why: filled by it
 * @err: CNI_KERNEL says which step failed
 *
 * Return: -1.
 */
int steps_fail(const struct steps *steps, const struct k8sov_error *why,
	       struct cni_error *err)
{
	if (!steps->failed)
		return cni_fail(err, CNI_KERNEL, "%s", why->message);
	return cni_fail(err, CNI_KERNEL, "cannot %s: %s", steps->failed,
			why->message);
}

/**
 * steps_run() - steps_try(), and steps_fail() if it fails
 * @steps: list
 * @cb: as in steps_try()
 * @data: as in steps_try()
 * @err: CNI_KERNEL says which step failed
 *
 * Return: 0, or -1.
 */
int steps_run(struct steps *steps, rtnl_cb cb, void *data,
	      struct cni_error *err)
{
	struct k8sov_error why = {};

	return steps_try(steps, cb, data, &why) ?
	       steps_fail(steps, &why, err) : 0;
}

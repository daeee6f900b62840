// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * A dump that something changed under is read again, and told once. The kernel
 * does not do that on demand, so here is what answers instead of it.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/rtnl.h"
#include "tap.h"

#define ENTRIES 3

static unsigned int requests, interrupted, answered;
static uint32_t seq;
static uint16_t flags;

/* Instead of libmnl's: each request is remembered, not sent. */
ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *req,
			  size_t size)
{
	const struct nlmsghdr *nlh = req;

	(void)nl;
	requests++;
	answered = 0;
	seq = nlh->nlmsg_seq;
	flags = nlh->nlmsg_flags;
	return (ssize_t)size;
}

static void put(char *buf, size_t *len, uint16_t type, uint32_t number,
		uint16_t more)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf + *len);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_MULTI | more;
	nlh->nlmsg_seq = seq;
	memcpy(mnl_nlmsg_put_extra_header(nlh, sizeof(number)), &number,
	       sizeof(number));
	*len += nlh->nlmsg_len;
}

/* One entry at a time; the first @interrupted dumps change at the second. */
ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf,
			    size_t size)
{
	bool intr = requests <= interrupted && answered == 1;
	size_t len = 0;

	(void)nl;
	(void)size;
	if (answered < ENTRIES)
		put(buf, &len, RTM_NEWROUTE, requests * 10 + answered,
		    intr ? NLM_F_DUMP_INTR : 0);
	else
		put(buf, &len, NLMSG_DONE, 0, 0);
	answered++;
	return (ssize_t)len;
}

static int take(const struct nlmsghdr *nlh, void *data)
{
	const uint32_t *number = mnl_nlmsg_get_payload(nlh);
	char *told = data;

	sprintf(told + strlen(told), "%u ", *number);
	return 0;
}

static int fail(const struct nlmsghdr *nlh, void *data)
{
	unsigned int *calls = data;

	(void)nlh;
	++*calls;
	return -E2BIG;
}

static int talk(unsigned int bad, rtnl_cb cb, void *data,
		struct k8sov_error *err)
{
	char buf[RTNL_SIZE] __attribute__((aligned(8)));
	struct rtnl rtnl = {};
	struct rtmsg rtm = {};

	requests = 0;
	interrupted = bad;
	return rtnl_talk(&rtnl, rtnl_build(buf, RTM_GETROUTE, NLM_F_DUMP,
					   sizeof(rtm), &rtm),
			 cb, data, "cannot read routes", err);
}

int main(void)
{
	struct k8sov_error err = {};
	unsigned int calls = 0;
	char told[128] = "";

	tap_number_is(0, talk(0, take, told, &err), "a dump is read");
	tap_equal("10 11 12 ", told, "all of it is told");
	tap_ok(!(flags & NLM_F_ACK), "a dump is no request to acknowledge");
	told[0] = '\0';
	tap_number_is(0, talk(2, take, told, &err),
		      "a dump that was interrupted twice is read");
	tap_equal("30 31 32 ", told, "nothing of the first two is told");
	told[0] = '\0';
	tap_number_is(-EINTR, talk(1000, take, told, &err),
		      "one that always is fails");
	tap_equal("cannot read routes: it changed each time that it was read",
		  err.message, "and says why");
	tap_equal("", told, "nothing of it is told");
	tap_ok(requests > 1 && requests < 100, "it ends after some tries");
	tap_number_is(-E2BIG, talk(0, fail, &calls, &err),
		      "what the callback says is returned");
	tap_number_is(1, calls, "and it is not called again");
	return tap_end();
}

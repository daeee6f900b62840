// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What is made of the kernel's refusals. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/extack.h"
#include "tap.h"

static char request_buf[512] __attribute__((aligned(8)));
static char answer_buf[1024] __attribute__((aligned(8)));

static struct nlmsghdr *make_request(unsigned int cmd)
{
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;

	memset(request_buf, 0, sizeof(request_buf));
	nlh = mnl_nlmsg_put_header(request_buf);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = (uint8_t)cmd;
	mnl_attr_put_u32(nlh, K8SOV_A_SUBNET_IFINDEX, 3);
	mnl_attr_put_u32(nlh, K8SOV_A_SUBNET_HOST, 77);
	return nlh;
}

static struct nlmsghdr *make_error(const struct nlmsghdr *request, int code,
				   bool capped)
{
	size_t rest = request->nlmsg_len - sizeof(*request);
	struct nlmsgerr *error;
	struct nlmsghdr *nlh;

	memset(answer_buf, 0, sizeof(answer_buf));
	nlh = mnl_nlmsg_put_header(answer_buf);
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS | (capped ? NLM_F_CAPPED : 0);
	error = mnl_nlmsg_put_extra_header(nlh, sizeof(*error));
	error->error = code;
	error->msg = *request;
	if (!capped)
		memcpy(mnl_nlmsg_put_extra_header(nlh, rest), request + 1,
		       rest);
	return nlh;
}

static void test_sentence(bool capped)
{
	struct nlmsghdr *request = make_request(K8SOV_CMD_SUBNET_NEW);
	struct nlmsghdr *nlh = make_error(request, -ENOENT, capped);
	struct k8sov_error err;

	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "there is no host 77");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS,
			 MNL_NLMSG_HDRLEN + GENL_HDRLEN + 8);
	tap_number_is(-ENOENT, k8sov_extack_parse(nlh, request, &err),
		      capped ? "a capped refusal is read" :
			       "a refusal with the request is read");
	tap_equal("there is no host 77", err.message, "the kernel's words");
	tap_equal("host", err.attribute, "the attribute at the offset");
	tap_ok(err.refused && err.set == &k8sov_subnet_set, "and its set");
}

static void test_missing(void)
{
	struct nlmsghdr *request = make_request(K8SOV_CMD_SUBNET_NEW);
	struct nlmsghdr *nlh = make_error(request, -EINVAL, true);
	struct k8sov_error err;

	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_MISS_TYPE,
			 K8SOV_A_SUBNET_PREFIX_LEN);
	k8sov_extack_parse(nlh, request, &err);
	tap_ok(err.missing, "a missing attribute is told from a wrong one");
	tap_equal("'prefix-len' is missing", err.message,
		  "without words of the kernel we make them");
}

static void test_guess(int code, const char *words)
{
	struct nlmsghdr *request = make_request(K8SOV_CMD_SUBNET_NEW);
	struct nlmsghdr *nlh = make_error(request, code, true);
	struct k8sov_error err;

	k8sov_extack_parse(nlh, request, &err);
	tap_equal(words, err.message, "a bare code becomes a sentence");
}

static void test_ack(void)
{
	struct nlmsghdr *request = make_request(K8SOV_CMD_SUBNET_NEW);
	struct k8sov_error err = {};

	tap_number_is(0, k8sov_extack_parse(make_error(request, 0, true),
					    request, &err),
		      "an acknowledgement is no failure");
	tap_number_is(0, err.code, "and leaves the error alone");
}

static void test_short(void)
{
	struct nlmsghdr *request = make_request(K8SOV_CMD_SUBNET_NEW);
	struct nlmsghdr *nlh = make_error(request, -EINVAL, true);
	struct k8sov_error err;

	nlh->nlmsg_len = MNL_NLMSG_HDRLEN + 2;
	tap_number_is(-EBADMSG, k8sov_extack_parse(nlh, request, &err),
		      "a refusal that is cut short is one all the same");
}

int main(void)
{
	test_sentence(true);
	test_sentence(false);
	test_missing();
	test_guess(-EPERM, "this needs CAP_NET_ADMIN");
	test_guess(-ENOENT, "there is no such subnet");
	test_guess(-EEXIST, "the subnet exists already");
	test_guess(-EOPNOTSUPP,
		   "the loaded k8sov module cannot do 'subnet-new'");
	test_guess(-ENOSPC, "No space left on device");
	test_ack();
	test_short();
	return tap_end();
}

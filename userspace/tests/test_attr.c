// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Structs to attributes and back, by the generated tables. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/object.h"
#include "tap.h"

static char buf[8192] __attribute__((aligned(8)));

static struct nlmsghdr *start(void)
{
	memset(buf, 0, sizeof(buf));
	return mnl_nlmsg_put_header(buf);
}

static int parse(const struct k8sov_set *set, const struct nlmsghdr *nlh,
		 void *obj, struct k8sov_error *err)
{
	return k8sov_attrs_parse(set, mnl_nlmsg_get_payload(nlh),
				 mnl_nlmsg_get_payload_len(nlh), obj, err);
}

static void fill_host(struct k8sov_host *host)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };
	struct in6_addr source6;
	struct in_addr addr;

	memset(host, 0, sizeof(*host));
	K8SOV_SET(host, ifindex, K8SOV_A_HOST_IFINDEX, 3);
	K8SOV_SET(host, owner, K8SOV_A_HOST_OWNER, UINT64_MAX);
	K8SOV_SET(host, force, K8SOV_A_HOST_FORCE, true);
	K8SOV_SET(host, id, K8SOV_A_HOST_ID, 7);
	K8SOV_SET(host, encap, K8SOV_A_HOST_ENCAP, K8SOV_ENCAP_GENEVE);
	K8SOV_SET(host, port, K8SOV_A_HOST_PORT, 4789);
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_NAME, host, "node-b", 6);
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_MAC, host, mac,
			sizeof(mac));
	inet_pton(AF_INET, "192.0.2.7", &addr);
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_REMOTE, host, &addr,
			sizeof(addr));
	inet_pton(AF_INET, "192.0.2.8", &addr);
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_SOURCE, host, &addr,
			sizeof(addr));
	inet_pton(AF_INET, "192.0.2.9", &addr);
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_SOURCE, host, &addr,
			sizeof(addr));
	inet_pton(AF_INET6, "2001:db8::9", &source6);
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_SOURCE6, host, &source6,
			sizeof(source6));
}

static void test_round_trip(void)
{
	static char again[sizeof(buf)] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = start(), *nlh2;
	struct k8sov_host host, back;
	struct k8sov_error err;

	fill_host(&host);
	tap_number_is(0, k8sov_attrs_put(nlh, sizeof(buf), &k8sov_host_set,
					 UINT64_MAX, &host),
		      "a host becomes attributes");
	tap_number_is(0, parse(&k8sov_host_set, nlh, &back, &err),
		      "and is read back");
	nlh2 = mnl_nlmsg_put_header(again);
	k8sov_attrs_put(nlh2, sizeof(again), &k8sov_host_set, UINT64_MAX,
			&back);
	tap_ok(nlh->nlmsg_len == nlh2->nlmsg_len &&
	       !memcmp(buf, again, nlh->nlmsg_len), "as it was");
	tap_number_is(2, back.n_source, "with both of its sources");
}

static void test_mask(void)
{
	const struct k8sov_op *op = k8sov_op_get(K8SOV_CMD_HOST_DEL);
	struct nlmsghdr *nlh = start();
	struct k8sov_host host, back;
	struct k8sov_error err;

	fill_host(&host);
	k8sov_attrs_put(nlh, sizeof(buf), op->set, op->request, &host);
	parse(&k8sov_host_set, nlh, &back, &err);
	tap_number_is((long long)(K8SOV_BIT(K8SOV_A_HOST_IFINDEX) |
				  K8SOV_BIT(K8SOV_A_HOST_OWNER) |
				  K8SOV_BIT(K8SOV_A_HOST_FORCE) |
				  K8SOV_BIT(K8SOV_A_HOST_ID)),
		      (long long)back.present,
		      "a request has only what its operation takes");
}

static void test_full(void)
{
	struct k8sov_host host;
	size_t size;
	bool fits = false, overran = false;

	fill_host(&host);
	for (size = MNL_NLMSG_HDRLEN; size < 200; size++) {
		struct nlmsghdr *nlh = start();
		int ret = k8sov_attrs_put(nlh, size, &k8sov_host_set,
					  UINT64_MAX, &host);

		fits |= !ret;
		overran |= nlh->nlmsg_len > size;
	}
	tap_ok(fits, "with room enough a host fits");
	tap_ok(!overran, "with less it never goes past the end");
}

static void test_bad_lengths(void)
{
	struct k8sov_error err = {};
	struct nlmsghdr *nlh = start();
	struct k8sov_host host;

	mnl_attr_put(nlh, K8SOV_A_HOST_ID, 2, "xx");
	tap_number_is(-EBADMSG, parse(&k8sov_host_set, nlh, &host, &err),
		      "a number of a wrong length is refused");
	tap_ok(strstr(err.message, "'id'") && strstr(err.message, "'host'"),
	       "the message names it");
	nlh = start();
	mnl_attr_put(nlh, K8SOV_A_HOST_NAME, 3, "abc");
	tap_number_is(-EBADMSG, parse(&k8sov_host_set, nlh, &host, &err),
		      "a string without end is refused");
	nlh = start();
	memset(buf + 4096, 'x', 300);
	mnl_attr_put(nlh, K8SOV_A_HOST_NAME, 301, buf + 4096);
	tap_number_is(-EBADMSG, parse(&k8sov_host_set, nlh, &host, &err),
		      "a string that is too long is refused");
	nlh = start();
	mnl_attr_put_u32(nlh, 999, 1);
	mnl_attr_put_u32(nlh, K8SOV_A_HOST_ID, 9);
	tap_ok(!parse(&k8sov_host_set, nlh, &host, &err) && host.id == 9,
	       "an unknown attribute is skipped");
	nlh = start();
	mnl_attr_put_u32(nlh, K8SOV_A_HOST_ID, 9);
	nlh->nlmsg_len -= 2;
	tap_number_is(-EBADMSG, parse(&k8sov_host_set, nlh, &host, &err),
		      "an attribute that is cut short is refused");
}

static void test_multi(void)
{
	struct nlmsghdr *nlh = start();
	struct k8sov_error err;
	struct k8sov_host host;
	int i;

	for (i = 0; i < K8SOV_HOST_SOURCE_MAX; i++)
		mnl_attr_put_u32(nlh, K8SOV_A_HOST_SOURCE, (uint32_t)i);
	tap_number_is(0, parse(&k8sov_host_set, nlh, &host, &err),
		      "as many sources as there may be are read");
	mnl_attr_put_u32(nlh, K8SOV_A_HOST_SOURCE, 99);
	tap_number_is(-EBADMSG, parse(&k8sov_host_set, nlh, &host, &err),
		      "one more is refused");
}

static void test_nest(void)
{
	struct nlmsghdr *nlh = start();
	struct k8sov_stats stats;
	struct k8sov_error err;
	struct nlattr *nest;
	uint32_t i;

	for (i = 1; i <= 2; i++) {
		nest = mnl_attr_nest_start(nlh, K8SOV_A_STATS_DROP);
		mnl_attr_put_u32(nlh, K8SOV_A_DROP_REASON, i);
		mnl_attr_put_u64(nlh, K8SOV_A_DROP_PACKETS, 1ULL << 40);
		mnl_attr_nest_end(nlh, nest);
	}
	tap_number_is(0, parse(&k8sov_stats_set, nlh, &stats, &err),
		      "nests are read");
	tap_number_is(2, stats.n_drop, "all of them");
	tap_number_is(2, stats.drop[1].reason, "in their order");
	tap_number_is(1LL << 40, (long long)stats.drop[1].packets,
		      "with large numbers");
}

static void test_names(void)
{
	uint64_t value = 0;

	tap_equal("geneve", k8sov_enum_name(&k8sov_encap_enum,
					    K8SOV_ENCAP_GENEVE),
		  "a value has a name");
	tap_ok(!k8sov_enum_name(&k8sov_encap_enum, 99),
	       "one that is unknown has none");
	tap_ok(!k8sov_enum_value(&k8sov_table_enum, "endpoint", &value) &&
	       value == K8SOV_TABLE_ENDPOINT, "a flag has its bit");
	tap_number_is(-ENOENT, k8sov_enum_value(&k8sov_encap_enum, "vx",
						&value),
		      "the beginning of a name is not the name");
	tap_number_is(__K8SOV_DROP_MAX, k8sov_drop_enum.count,
		      "every drop reason has a name");
	tap_ok(*k8sov_enum_doc(&k8sov_drop_enum, K8SOV_DROP_MAX),
	       "and a sentence");
}

static void test_match(void)
{
	struct k8sov_host filter = {}, host;

	fill_host(&host);
	tap_ok(k8sov_field_match(&k8sov_host_set, &filter, &host),
	       "an empty filter takes everything");
	K8SOV_SET(&filter, encap, K8SOV_A_HOST_ENCAP, K8SOV_ENCAP_GENEVE);
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_NAME, &filter, "node-b",
			6);
	tap_ok(k8sov_field_match(&k8sov_host_set, &filter, &host),
	       "a filter takes what has all that it asks for");
	k8sov_field_add(&k8sov_host_set, K8SOV_A_HOST_NAME, &filter, "node",
			4);
	tap_ok(!k8sov_field_match(&k8sov_host_set, &filter, &host),
	       "and nothing else");
}

static void test_ranges(void)
{
	struct k8sov_host host = {};

	tap_number_is(-ERANGE, k8sov_field_add_number(&k8sov_host_set,
						      K8SOV_A_HOST_ID, &host,
						      0),
		      "a number below its range is refused");
	tap_number_is(-ERANGE, k8sov_field_add_number(&k8sov_host_set,
						      K8SOV_A_HOST_VNI, &host,
						      1 << 24),
		      "a number above its range is refused");
	tap_number_is(0, k8sov_field_add_number(&k8sov_host_set,
						K8SOV_A_HOST_VNI, &host,
						(1 << 24) - 1),
		      "the highest is taken");
	tap_number_is((1 << 24) - 1,
		      (long long)k8sov_field_number(&k8sov_host_set,
						    K8SOV_A_HOST_VNI, &host),
		      "and kept");
}

int main(void)
{
	test_round_trip();
	test_mask();
	test_full();
	test_bad_lengths();
	test_multi();
	test_nest();
	test_names();
	test_match();
	test_ranges();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What CNI_ARGS means, and the other variables. */
#include <stdlib.h>

#include "../../userspace/tests/tap.h"
#include "../args.h"
#include "../env.h"
#include "../error.h"

static const struct {
	const char *behaviour;
	const char *text;
	const char *expected;
} good[] = {
	{ "nothing is nothing", "", "|||" },
	{ "what a kubelet says",
	  "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=1-2",
	  "default|web-0||" },
	{ "and without IgnoreUnknown",
	  "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=1-2",
	  "default|web-0||" },
	{ "what podman says", "IgnoreUnknown=1;K8S_POD_NAME=x;MAC=02:00:00:00:00:01;IP=10.0.0.9",
	  "|x|02:00:00:00:00:01|10.0.0.9" },
	{ "IgnoreUnknown covers keys before it", "COLOUR=red;IgnoreUnknown=true",
	  "|||" },
	{ "a last semicolon is no pair", "IP=10.0.0.9;", "|||10.0.0.9" },
	{ "a value may be empty", "MAC=;IP=", "|||" },
};

static const struct {
	const char *text;
	const char *words;
} bad[] = {
	{ "COLOUR=red", "unknown key \"COLOUR\"" },
	{ "IgnoreUnknown=0;COLOUR=red", "unknown key \"COLOUR\"" },
	{ "IP", "\"IP\" is not KEY=VALUE" },
	{ "IP=a=b", "\"IP=a=b\" is not KEY=VALUE" },
	{ "IgnoreUnknown=1;;IP=10.0.0.9", "\"\" is not KEY=VALUE" },
};

static void test_args(void)
{
	struct cni_error err;
	struct cni_args args;
	char got[1024];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		err = (struct cni_error){};
		if (args_parse(good[i].text, &args, &err))
			snprintf(got, sizeof(got), "%s", err.msg);
		else
			snprintf(got, sizeof(got), "%s|%s|%s|%s",
				 args.pod_namespace, args.pod_name, args.mac,
				 args.ip);
		tap_equal(good[i].expected, got, good[i].behaviour);
		args_clear(&args);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct cni_error){};
		tap_ok(args_parse(bad[i].text, &args, &err) &&
		       err.code == CNI_ENVIRONMENT, "it is refused:");
		snprintf(got, sizeof(got), "CNI_ARGS: %s", bad[i].words);
		tap_equal(got, err.msg, bad[i].text);
		args_clear(&args);
	}
}

/* Of which variable is something missing? */
static const struct {
	const char *command;
	const char *container;
	const char *netns;
	const char *ifname;
	const char *words;
} missing[] = {
	{ "ADD", "", "", "",
	  "required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME] missing" },
	{ "ADD", "c", "", "", "required env variables [CNI_NETNS,CNI_IFNAME] missing" },
	{ "ADD", "c", "", "eth0", "required env variables [CNI_NETNS] missing" },
	{ "CHECK", "c", "", "eth0", "required env variables [CNI_NETNS] missing" },
	{ "DEL", "", "", "", "required env variables [CNI_CONTAINERID,CNI_IFNAME] missing" },
	{ "DEL", "c", "", "eth0", "" },
	{ "STATUS", "", "", "", "" },
	{ "GC", "", "", "", "" },
	{ "VERSION", "", "", "", "" },
	{ "SING", "", "", "", "" },
	{ "ADD", "c", "/n", "eth0", "" },
};

static void test_missing(void)
{
	struct cni_error err;
	struct cni_env env;
	char what[64];
	size_t i;

	for (i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		err = (struct cni_error){};
		setenv("CNI_COMMAND", missing[i].command, 1);
		setenv("CNI_CONTAINERID", missing[i].container, 1);
		setenv("CNI_NETNS", missing[i].netns, 1);
		setenv("CNI_IFNAME", missing[i].ifname, 1);
		snprintf(what, sizeof(what), "%s says what it misses (%zu)",
			 missing[i].command, i);
		env_read(&env, &err);
		tap_equal(missing[i].words, err.msg, what);
		env_clear(&env);
	}
}

static const struct {
	const char *container;
	const char *ifname;
	bool good;
} names[] = {
	{ "c", "eth0", true },
	{ "0Aa_.-z", "a-name-of-15-by", true },
	{ "c", "a-name-of-16-byt", false },
	{ "-c", "eth0", false },
	{ ".", "eth0", false },
	{ "../c", "eth0", false },
	{ "a:b", "eth0", false },
	{ "a b", "eth0", false },
	{ "\xc3\xa4", "eth0", false },
	{ "c", ".", false },
	{ "c", "..", false },
	{ "c", "...", true },
	{ "c", "a/b", false },
	{ "c", "a:b", false },
	{ "c", "a b", false },
	{ "c", "a\tb", false },
};

static void test_names(void)
{
	struct cni_env env = { .command = CMD_ADD };
	struct cni_error err;
	char what[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		err = (struct cni_error){};
		env.container = names[i].container;
		env.ifname = names[i].ifname;
		snprintf(what, sizeof(what), "name %zu is %s", i,
			 names[i].good ? "taken" : "refused");
		tap_number_is(names[i].good ? 0 : CNI_ENVIRONMENT,
			      env_check(&env, &err) ? err.code : 0, what);
	}
}

int main(void)
{
	test_args();
	test_missing();
	test_names();
	return tap_end();
}

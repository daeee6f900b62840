// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What container runtimes read, and how it comes to the disk. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../daemon/cni_conf.h"
#include "../daemon/text_file.h"
#include "../lib/error.h"
#include "tap.h"

static char dir[] = "/tmp/test_cni_conf.XXXXXX";

static const char usual[] =
	"{\n"
	"  \"cniVersion\": \"1.0.0\",\n"
	"  \"name\": \"k8sov\",\n"
	"  \"plugins\": [\n"
	"    {\n"
	"      \"type\": \"k8sov\",\n"
	"      \"capabilities\": {\n"
	"        \"ips\": true,\n"
	"        \"mac\": true,\n"
	"        \"ipRanges\": true\n"
	"      }\n"
	"    },\n"
	"    {\n"
	"      \"type\": \"portmap\",\n"
	"      \"capabilities\": {\n"
	"        \"portMappings\": true\n"
	"      }\n"
	"    },\n"
	"    {\n"
	"      \"type\": \"tuning\"\n"
	"    }\n"
	"  ]\n"
	"}\n";

static void test_format(void)
{
	char *text = cni_conf_format("ov0", NULL, "k8sov,portmap,tuning");

	tap_equal(usual, text, "plugins come in order, with what they can");
	free(text);
	text = cni_conf_format("ov7", "/x/env.json", "k8sov");
	tap_ok(strstr(text, "\"device\": \"ov7\""), "another device is told");
	tap_ok(strstr(text, "\"subnetFile\": \"/x/env.json\""),
	       "another file with the node's subnet is told");
	free(text);
}

static void touch(const char *name, mode_t mode)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	fclose(file);
	chmod(path, mode);
}

static void test_installed(void)
{
	char dirs[128], *got;

	snprintf(dirs, sizeof(dirs), "/nowhere,%s", dir);
	got = cni_conf_installed("k8sov,portmap", dirs);
	tap_equal("", got, "none is installed");
	free(got);
	touch("portmap", 0755);
	touch("tuning", 0644);
	got = cni_conf_installed("k8sov,portmap", dirs);
	tap_equal("", got, "without the first, no other counts");
	free(got);
	touch("k8sov", 0755);
	got = cni_conf_installed("k8sov,tuning,portmap,bandwidth", dirs);
	tap_equal("k8sov,portmap", got,
		  "what is missing and what is no program is left out");
	free(got);
}

/* A disk takes four bytes more and no fifth. */
static void test_full(void)
{
	struct rlimit some = { 4, RLIM_INFINITY }, all = { RLIM_INFINITY,
							   RLIM_INFINITY };
	struct k8sov_error err = {};
	char path[128], *got;
	int ret;

	snprintf(path, sizeof(path), "%s/a/b/file", dir);
	tap_number_is(0, text_file_write(path, "old", &err),
		      "a file is written, and its directories are made");
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &some);
	ret = text_file_write(path, "longer than that", &err);
	setrlimit(RLIMIT_FSIZE, &all);
	tap_number_is(-EFBIG, ret, "a text that has no room is refused");
	tap_ok(strstr(err.message, "a/b/file: File too large"),
	       "the reason is the one that the system gave");
	got = text_file_read(path);
	tap_equal("old", got, "the old file is there");
	free(got);
	snprintf(path, sizeof(path), "%s/a/b/file.new", dir);
	tap_ok(access(path, F_OK), "nothing else is");
}

int main(void)
{
	char command[128];

	if (!mkdtemp(dir))
		return 1;
	test_format();
	test_installed();
	test_full();
	snprintf(command, sizeof(command), "rm -r %s", dir);
	tap_number_is(0, system(command), "nothing stays");
	return tap_end();
}

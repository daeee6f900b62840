// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What a configuration means, and what is refused with which words. */
#include "../../userspace/tests/tap.h"
#include "../conf.h"
#include "../env.h"
#include "../error.h"

#define HEAD "\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"type\":\"k8sov\""

static void describe(const struct conf *conf, char *text, size_t size)
{
	char addr[K8SOV_ADDR_TEXT], *dns;
	size_t n;
	unsigned int i;

	n = (size_t)snprintf(text, size, "%s %s %s %u %s %d [%s]",
			     version_name(conf->version), conf->name,
			     conf->device ? conf->device : "-", conf->mtu,
			     conf->ipam_type ? conf->ipam_type : "own",
			     conf->default_route, conf->mac);
	for (i = 0; i < conf->n_ips; i++) {
		k8sov_addr_format(&conf->ips[i], addr);
		n += (size_t)snprintf(text + n, size - n, " %s", addr);
	}
	for (i = 0; i < conf->n_routes; i++) {
		k8sov_prefix_format(&conf->routes[i].dst, conf->routes[i].len,
				    addr);
		n += (size_t)snprintf(text + n, size - n, " to %s", addr);
	}
	if (conf->policy_only)
		n += (size_t)snprintf(text + n, size - n, " policy only");
	if (conf->policy_timeout && conf->policy_timeout != 10)
		n += (size_t)snprintf(text + n, size - n, " policy in %u s",
				      conf->policy_timeout);
	if (conf->dns) {
		dns = json_dumps(conf->dns, JSON_COMPACT);
		n += (size_t)snprintf(text + n, size - n, " %s", dns);
		free(dns);
	}
	if (conf->valid)
		n += (size_t)snprintf(text + n, size - n, " %zu valid",
				      json_array_size(conf->valid));
	snprintf(text + n, size - n, "%s%s", conf->ranges ? " ranges" : "",
		 conf->prev_json ? " prev" : "");
}

static const struct {
	const char *behaviour;
	enum cni_command command;
	const char *text;
	const char *expected;
} cases[] = {
	{ "a name is enough", CMD_ADD, "{\"name\":\"net\"}",
	  "0.1.0 net - 0 own -1 []" },
	{ "an empty version is the first", CMD_ADD,
	  "{\"name\":\"net\",\"cniVersion\":\"\"}", "0.1.0 net - 0 own -1 []" },
	{ "every key of ours", CMD_ADD,
	  "{" HEAD ",\"device\":\"ov1\",\"mtu\":1400,\"subnetFile\":\"/x\",\"defaultRoute\":false,\"policyTimeout\":3600,\"routes\":[{\"dst\":\"192.0.2.0/24\",\"gw\":\"10.0.0.1\"}],\"ipam\":{\"type\":\"host-local\"},\"dns\":{\"nameservers\":[\"10.96.0.10\"]}}",
	  "1.0.0 net ov1 1400 host-local 0 [] to 192.0.2.0/24 policy in 3600 s {\"nameservers\":[\"10.96.0.10\"]}" },
	{ "policy only", CMD_ADD,
	  "{" HEAD ",\"policyOnly\":true,\"policyTimeout\":3}",
	  "1.0.0 net ov0 0 own -1 [] policy only policy in 3 s" },
	{ "policy only, on another device", CMD_CHECK,
	  "{" HEAD ",\"policyOnly\":true,\"device\":\"ov1\"}",
	  "1.0.0 net ov1 0 own -1 [] policy only" },
	{ "DEL of policy only, which has changed since", CMD_DEL,
	  "{" HEAD ",\"policyOnly\":true,\"device\":5,\"mtu\":\"x\"}",
	  "1.0.0 net ov0 0 own -1 [] policy only" },
	{ "GC of policy only", CMD_GC,
	  "{" HEAD ",\"policyOnly\":true,\"device\":\"ov1\",\"cni.dev/valid-attachments\":[]}",
	  "1.0.0 net ov1 0 own -1 [] policy only 0 valid" },
	{ "DEL where policyOnly is no boolean", CMD_DEL,
	  "{" HEAD ",\"policyOnly\":\"yes\"}",
	  "1.0.0 net - 0 own -1 []" },
	{ "not policy only", CMD_ADD, "{" HEAD ",\"policyOnly\":false}",
	  "1.0.0 net - 0 own -1 []" },
	{ "keys of others do no harm", CMD_ADD,
	  "{" HEAD ",\"capabilities\":{\"mac\":true},\"disableCheck\":true,\"cni.dev/x\":1,\"ipMasq\":false,\"args\":{\"cni\":{\"labels\":[]}}}",
	  "1.0.0 net - 0 own -1 []" },
	{ "our own IPAM has a name", CMD_ADD,
	  "{" HEAD ",\"ipam\":{\"type\":\"k8sov\"}}",
	  "1.0.0 net - 0 own -1 []" },
	{ "null is absent", CMD_ADD,
	  "{" HEAD ",\"device\":null,\"mtu\":null,\"defaultRoute\":null,\"routes\":null,\"ipam\":null,\"dns\":null,\"runtimeConfig\":null,\"args\":null,\"prevResult\":null}",
	  "1.0.0 net - 0 own -1 []" },
	{ "capabilities win over args", CMD_ADD,
	  "{" HEAD ",\"runtimeConfig\":{\"mac\":\"02:00:00:00:00:01\",\"ips\":[\"10.0.0.1/24\",\"fd00::1\"]},\"args\":{\"cni\":{\"mac\":\"02:00:00:00:00:02\",\"ips\":[\"10.0.0.2\"]}}}",
	  "1.0.0 net - 0 own -1 [02:00:00:00:00:01] 10.0.0.1 fd00::1" },
	{ "args are wishes as well", CMD_ADD,
	  "{" HEAD ",\"args\":{\"cni\":{\"mac\":\"02:00:00:00:00:02\",\"ips\":[\"10.0.0.2\"]}}}",
	  "1.0.0 net - 0 own -1 [02:00:00:00:00:02] 10.0.0.2" },
	{ "the runtime's name servers win", CMD_ADD,
	  "{" HEAD ",\"dns\":{\"nameservers\":[\"1.1.1.1\"],\"domain\":\"a\"},\"runtimeConfig\":{\"dns\":{\"servers\":[\"2.2.2.2\"],\"searches\":[\"b\"],\"options\":[\"ndots:5\"]}}}",
	  "1.0.0 net - 0 own -1 [] {\"nameservers\":[\"2.2.2.2\"],\"search\":[\"b\"],\"options\":[\"ndots:5\"]}" },
	{ "empty lists of name servers say something", CMD_ADD,
	  "{" HEAD ",\"dns\":{\"nameservers\":[]}}",
	  "1.0.0 net - 0 own -1 [] {\"nameservers\":[]}" },
	{ "an empty object says nothing of them", CMD_ADD,
	  "{" HEAD ",\"dns\":{}}", "1.0.0 net - 0 own -1 []" },
	{ "ranges and prevResult", CMD_CHECK,
	  "{" HEAD ",\"runtimeConfig\":{\"ipRanges\":[[{\"subnet\":\"10.0.0.0/24\"}]]},\"prevResult\":{\"cniVersion\":\"1.0.0\"}}",
	  "1.0.0 net - 0 own -1 [] ranges prev" },
	{ "capabilities that were not asked for", CMD_ADD,
	  "{" HEAD ",\"runtimeConfig\":{\"portMappings\":[],\"bandwidth\":null,\"aliases\":{\"net\":[\"a\"]}}}",
	  "1.0.0 net - 0 own -1 []" },
	{ "DEL does not mind what has become wrong", CMD_DEL,
	  "{" HEAD ",\"mtu\":\"big\",\"routes\":7,\"prevResult\":[],\"runtimeConfig\":{\"portMappings\":[{}]}}",
	  "1.0.0 net - 0 own -1 []" },
	{ "GC keeps what is listed", CMD_GC,
	  "{" HEAD ",\"mtu\":\"big\",\"cni.dev/valid-attachments\":[{\"containerID\":\"c\",\"ifname\":\"eth0\"}]}",
	  "1.0.0 net - 0 own -1 [] 1 valid" },
	{ "by either name", CMD_GC,
	  "{" HEAD ",\"cni.dev/attachments\":[{\"containerID\":\"c\",\"ifname\":\"eth0\"}]}",
	  "1.0.0 net - 0 own -1 [] 1 valid" },
	{ "null is an empty list", CMD_GC,
	  "{" HEAD ",\"cni.dev/valid-attachments\":null}",
	  "1.0.0 net - 0 own -1 [] 0 valid" },

	{ "an empty text", CMD_ADD, "", "6 the configuration is no JSON" },
	{ "half a text", CMD_ADD, "{\"name\":\"net\"",
	  "6 the configuration is no JSON" },
	{ "a list", CMD_ADD, "[]", "6 the configuration must be an object" },
	{ "no name", CMD_ADD, "{}", "7 missing network name" },
	{ "no name for an unknown command", CMD_UNKNOWN, "{}",
	  "7 missing network name" },
	{ "an empty name", CMD_DEL, "{\"name\":\"\"}",
	  "7 missing network name" },
	{ "a name that is a number", CMD_ADD, "{\"name\":1}",
	  "6 \"name\" must be a string" },
	{ "a name that is a path", CMD_DEL, "{\"name\":\"../x\"}",
	  "7 \"../x\" is no good name of a network" },
	{ "a version to come", CMD_ADD,
	  "{\"name\":\"n\",\"cniVersion\":\"2.0.0\"}",
	  "1 incompatible CNI versions" },
	{ "a version that is none", CMD_DEL,
	  "{\"name\":\"n\",\"cniVersion\":\"x\"}",
	  "1 incompatible CNI versions" },
	{ "a version that is a number", CMD_ADD,
	  "{\"name\":\"n\",\"cniVersion\":1}",
	  "6 \"cniVersion\" must be a string" },
	{ "an MTU below every pod's", CMD_ADD, "{" HEAD ",\"mtu\":67}",
	  "7 \"mtu\" must be 0 or from 68 to 65535" },
	{ "a wait without an end", CMD_ADD,
	  "{" HEAD ",\"policyTimeout\":3601}",
	  "6 \"policyTimeout\" must be a number from 0 to 3600" },
	{ "policyOnly that is no boolean", CMD_ADD,
	  "{" HEAD ",\"policyOnly\":\"yes\"}",
	  "6 \"policyOnly\" must be true or false" },
	{ "policy only, and an MTU", CMD_ADD,
	  "{" HEAD ",\"policyOnly\":true,\"mtu\":1400}",
	  "7 \"policyOnly\" goes without \"mtu\"" },
	{ "policy only, and IPAM", CMD_CHECK,
	  "{" HEAD ",\"policyOnly\":true,\"ipam\":{}}",
	  "7 \"policyOnly\" goes without \"ipam\"" },
	{ "policy only, on a device without a name", CMD_ADD,
	  "{" HEAD ",\"policyOnly\":true,\"device\":\"\"}",
	  "7 \"device\": \"\" is no name of a device" },
	{ "an MTU above every device's", CMD_ADD, "{" HEAD ",\"mtu\":65536}",
	  "6 \"mtu\" must be a number from 0 to 65535" },
	{ "a device's name of 16 bytes", CMD_ADD,
	  "{" HEAD ",\"device\":\"0123456789abcdef\"}",
	  "7 \"device\": \"0123456789abcdef\" is no name of a device" },
	{ "a route without destination", CMD_ADD, "{" HEAD ",\"routes\":[{}]}",
	  "6 \"dst\": \"\" is no ADDRESS/LENGTH" },
	{ "a route between families", CMD_ADD,
	  "{" HEAD ",\"routes\":[{\"dst\":\"192.0.2.0/24\",\"gw\":\"fe80::1\"}]}",
	  "6 a route's \"gw\" is of another family than its \"dst\"" },
	{ "a route that is no object", CMD_ADD, "{" HEAD ",\"routes\":[7]}",
	  "6 \"dst\": \"\" is no ADDRESS/LENGTH" },
	{ "a default route of words", CMD_ADD,
	  "{" HEAD ",\"defaultRoute\":\"yes\"}",
	  "6 \"defaultRoute\" must be true or false" },
	{ "masquerading", CMD_ADD, "{" HEAD ",\"ipMasq\":true}",
	  "2 \"ipMasq\": true is not supported" },
	{ "an IPAM that is a path", CMD_DEL,
	  "{" HEAD ",\"ipam\":{\"type\":\"../x\"}}",
	  "7 \"ipam\": \"type\": \"../x\" is a path, not a name" },
	{ "an IPAM that is a string", CMD_ADD, "{" HEAD ",\"ipam\":\"x\"}",
	  "6 \"ipam\" must be an object" },
	{ "name servers that are numbers", CMD_ADD,
	  "{" HEAD ",\"dns\":{\"nameservers\":[1]}}",
	  "6 \"nameservers\" must have strings" },
	{ "a group's MAC address", CMD_ADD,
	  "{" HEAD ",\"runtimeConfig\":{\"mac\":\"01:00:00:00:00:01\"}}",
	  "7 capability: \"01:00:00:00:00:01\" is no MAC address that a pod can have" },
	{ "nobody's MAC address", CMD_ADD,
	  "{" HEAD ",\"args\":{\"cni\":{\"mac\":\"00:00:00:00:00:00\"}}}",
	  "7 args: \"00:00:00:00:00:00\" is no MAC address that a pod can have" },
	{ "an address that is none", CMD_ADD,
	  "{" HEAD ",\"runtimeConfig\":{\"ips\":[\"10.0.0\"]}}",
	  "7 capability: \"10.0.0\" is no IP address" },
	{ "port mappings are another plugin's", CMD_ADD,
	  "{" HEAD ",\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":80}]}}",
	  "2 capability \"portMappings\" with [{\"hostPort\":80}] is not supported" },
	{ "prevResult that is a list", CMD_ADD, "{" HEAD ",\"prevResult\":[]}",
	  "6 \"prevResult\" must be an object" },
	{ "GC without a list", CMD_GC, "{" HEAD "}",
	  "7 missing \"cni.dev/valid-attachments\"" },
	{ "GC with a list that is none", CMD_GC,
	  "{" HEAD ",\"cni.dev/valid-attachments\":{}}",
	  "6 \"cni.dev/valid-attachments\" must be an array" },
	{ "GC with an attachment without a name", CMD_GC,
	  "{" HEAD ",\"cni.dev/valid-attachments\":[{\"containerID\":\"c\"}]}",
	  "7 a valid attachment has no \"containerID\" and \"ifname\"" },
};

/* The text that a refusal begins with, or all of what was understood. */
static void test_cases(void)
{
	struct cni_env env = {};
	char got[2048];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cni_error err = {};
		struct conf conf;

		env.command = cases[i].command;
		if (conf_parse(cases[i].text, strlen(cases[i].text), &env,
			       &conf, &err)) {
			snprintf(got, sizeof(got), "%d %s", err.code, err.msg);
			got[strlen(cases[i].expected)] = '\0';
		} else {
			describe(&conf, got, sizeof(got));
		}
		tap_equal(cases[i].expected, got, cases[i].behaviour);
		conf_clear(&conf);
	}
}

static void test_env(void)
{
	struct cni_env env = {
		.command = CMD_ADD,
		.args = { .text = (char *)"", .mac = "02:00:00:00:00:03",
			  .ip = "10.0.0.3,fd00::3" },
	};
	static const char plain[] = "{" HEAD "}";
	static const char asks[] = "{" HEAD ",\"runtimeConfig\":{\"ips\":[\"10.0.0.1\"]}}";
	struct cni_error err = {};
	struct conf conf;
	char got[2048];

	conf_parse(plain, strlen(plain), &env, &conf, &err);
	describe(&conf, got, sizeof(got));
	tap_equal("1.0.0 net - 0 own -1 [02:00:00:00:00:03] 10.0.0.3 fd00::3",
		  got, "CNI_ARGS are wishes as well");
	conf_clear(&conf);
	conf_parse(asks, strlen(asks), &env, &conf, &err);
	describe(&conf, got, sizeof(got));
	tap_equal("1.0.0 net - 0 own -1 [02:00:00:00:00:03] 10.0.0.1",
		  got, "the capability wins over CNI_ARGS");
	conf_clear(&conf);
	env.args.ip = "10.0.0.3,";
	tap_ok(conf_parse(plain, strlen(plain), &env, &conf, &err) &&
	       err.code == CNI_ENVIRONMENT,
	       "an address that is none is refused there as well");
	conf_clear(&conf);
}

int main(void)
{
	test_cases();
	test_env();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What flags, environment, file and defaults become, and what is refused. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../daemon/conf.h"
#include "../daemon/option.h"
#include "../daemon/store.h"
#include "tap.h"

#define WORDS 8

static char file[] = "/tmp/test_conf.XXXXXX";
static char secret[] = "/tmp/test_conf.XXXXXX";

/**
 * struct load - a configuration and what k8sovd says about it
 * @what: behaviour
 * @file: configuration file, NULL for an empty one
 * @env: variable of the environment, NULL for none
 * @flags: flags
 * @says: an error, without FILE; NULL if there must be none
 */
struct load {
	const char *what;
	const char *file;
	const char *env;
	const char *flags[WORDS];
	const char *says;
};

static void write_file(const char *path, const char *text)
{
	FILE *to = fopen(path, "w");

	fputs(text, to);
	fclose(to);
}

/* Loads, and gives back what was said with FILE for the file's name. */
static int load(struct conf *conf, const struct load *load, char words[512])
{
	char *argv[WORDS + 4] = { "k8sovd", "--config", file };
	char *all = NULL, *at, name[64];
	size_t size = 0;
	FILE *errors;
	int argc = 3, ret;

	write_file(file, load->file ? load->file : "");
	for (ret = 0; ret < WORDS && load->flags[ret]; ret++)
		argv[argc++] = (char *)load->flags[ret];
	if (load->env) {
		snprintf(name, sizeof(name), "%s", load->env);
		*strchr(name, '=') = '\0';
		setenv(name, strchr(load->env, '=') + 1, 1);
	}
	errors = open_memstream(&all, &size);
	ret = conf_init(conf, argc, argv, errors);
	fclose(errors);
	if (load->env)
		unsetenv(name);
	at = strncmp(all, file, strlen(file)) ? all : all + strlen(file);
	snprintf(words, 512, "%s%s", at == all ? "" : "FILE", at);
	free(all);
	return ret;
}

static const struct load refused[] = {
	{ "an unknown key", "store: file:/x\nstroe: file:/y\n", NULL, {},
	  "FILE:2: stroe: there is no such option\n" },
	{ "a key that is there twice", "vni: 1\n\nvni: 2\n", NULL, {},
	  "FILE:3: vni: is there twice\n" },
	{ "a value that is no number", "vni: x\n", NULL, {},
	  "FILE:1: vni: 'x' is no number from 0 to 16777215\n" },
	{ "a map instead of a value", "vni: { a: b }\n", NULL, {},
	  "FILE:1: vni: must be a value or a list\n" },
	{ "a file that is no map", "- vni\n", NULL, {},
	  "FILE:1: options must look like 'key: value'\n" },
	{ "a second document", "vni: 1\n---\nvni: 2\n", NULL, {},
	  "FILE:3: only one document may be there\n" },
	{ "a file that is no YAML", "vni: 1\n\"x\n", NULL, {},
	  "FILE:3: found unexpected end of stream\n" },
	{ "a file that names another", "config: /x\n", NULL, {},
	  "FILE:1: config: a file cannot name another\n" },
	{ "an action in the file", "help: true\n", NULL, {},
	  "FILE:1: help: is a flag only\n" },
	{ "a flag that does not exist", NULL, NULL, { "--strore=x" },
	  "'--strore=x' is no option (try 'k8sovd --help')\n" },
	{ "a word that is no flag", NULL, NULL, { "start" },
	  "'start' is no option (try 'k8sovd --help')\n" },
	{ "a flag without its value", NULL, NULL, { "--vni" },
	  "--vni: needs a value\n" },
	{ "an action with a value", NULL, NULL, { "--check-config=1" },
	  "--check-config: takes no value\n" },
	{ "a word that is none of those", NULL, NULL, { "--log-level=loud" },
	  "--log-level: 'loud' is not error, warn, info or debug\n" },
	{ "no boolean", NULL, NULL, { "--direct-routing=yes" },
	  "--direct-routing: 'yes' is not false or true\n" },
	{ "an address of the wrong family", NULL, NULL,
	  { "--public-ip=fd00::1" },
	  "--public-ip: 'fd00::1' is no IPv4 address\n" },
	{ "an address of this host alone", NULL, NULL,
	  { "--public-ip=127.0.0.1" },
	  "public-ip: is no address that others reach\n" },
	{ "a multicast address", NULL, NULL, { "--public-ipv6=ff02::1" },
	  "public-ipv6: is no address that others reach\n" },
	{ "a bad value in the environment", NULL, "K8SOVD_HEALTHZ_PORT=70000",
	  {},
	  "K8SOVD_HEALTHZ_PORT: '70000' is no number from 0 to 65535\n" },
	{ "a margin of a whole lease", NULL, NULL,
	  { "--subnet-lease-renew-margin=1440" },
	  "--subnet-lease-renew-margin: '1440' is no number from 1 to 1439\n" },
	{ "a relative path", NULL, NULL, { "--subnet-file=subnet.env" },
	  "--subnet-file: 'subnet.env' is no absolute path\n" },
	{ "a chained plugin that is ours", NULL, NULL,
	  { "--cni-chain=portmap,k8sov" },
	  "cni-chain: 'k8sov' is no plugin to chain\n" },
	{ "a chained plugin without a name", NULL, NULL,
	  { "--cni-chain=portmap,,bandwidth" },
	  "cni-chain: '' is no plugin to chain\n" },
	{ "a chained plugin by its path", NULL, NULL,
	  { "--cni-chain=../portmap" },
	  "cni-chain: '../portmap' is no plugin to chain\n" },
	{ "a relative directory of plugins", NULL, NULL,
	  { "--cni-bin=/opt/cni/bin,bin" },
	  "cni-bin: 'bin' is no absolute path\n" },
	{ "a control character", NULL, NULL, { "--node-name=a\nb" },
	  "--node-name: has a control character\n" },
	{ "a node that is no name", NULL, NULL, { "--node-name=../a" },
	  "node-name: '../a' must be letters, digits, '.', '-' and '_'\n" },
	{ "a name that the kernel refuses", NULL, NULL,
	  { "--device=a/b" },
	  "device: 'a/b' is no name of an interface\n" },
	{ "a name that is too long", NULL, NULL,
	  { "--device", "0123456789abcdef" },
	  "--device: is longer than 15 characters\n" },
	{ "a device that runs over itself", NULL, NULL, { "--iface=ov0" },
	  "iface: is the device itself\n" },
	{ "an unknown store", NULL, NULL, { "--store=zookeeper:x" },
	  "store: 'zookeeper:x' is neither file:DIR nor etcd:URL nor kubernetes\n" },
	{ "a store without a colon", NULL, NULL, { "--store", "/etc" },
	  "store: '/etc' is neither file:DIR nor etcd:URL nor kubernetes\n" },
	{ "a relative directory", NULL, NULL, { "--store=file:x" },
	  "store: 'x' is no absolute path\n" },
	{ "an endpoint that is no URL", NULL, NULL,
	  { "--store=etcd:http://a:2379,b:2379" },
	  "store: 'b:2379' is no http:// or https:// URL\n" },
	{ "a URL without a host", NULL, NULL, { "--etcd-endpoints=http://" },
	  "store: 'http://' is no http:// or https:// URL\n" },
	{ "a user in a URL", NULL, NULL,
	  { "--store=etcd:http://u:p@a:2379" },
	  "store: a user is told by etcd-username, not in a URL\n" },
	{ "two stores from one place", NULL, NULL,
	  { "--store=file:/x", "--etcd-endpoints=http://a:1" },
	  "etcd-endpoints: store is told, too; only one can count\n" },
	{ "an API server that is no URL", NULL, NULL,
	  { "--store=kubernetes:/dev/null", "--kube-api-url=10.0.0.1:6443" },
	  "kube-api-url: '10.0.0.1:6443' is no http:// or https:// URL\n" },
	{ "nothing but the device: one kubeconfig of two is there", NULL, NULL,
	  { "--store=kubernetes:/dev/null:/nowhere/a", "--iface=ov0" },
	  "iface: is the device itself\n" },
	{ "not even one of them", NULL, NULL,
	  { "--store=kubernetes:/nowhere/a:/nowhere/b" },
	  "store: cannot read /nowhere/b: No such file or directory\n" },
	{ "a certificate without its key", NULL, NULL,
	  { "--etcd-endpoints=https://a:1", "--etcd-certfile=/dev/null" },
	  "etcd-certfile: a certificate and its etcd-keyfile go together\n" },
	{ "a file that is not there", NULL, NULL,
	  { "--etcd-endpoints=https://a:1", "--etcd-cafile=/nowhere/ca" },
	  "etcd-cafile: cannot read /nowhere/ca: No such file or directory\n" },
	{ "a user without a password", NULL, NULL,
	  { "--etcd-endpoints=http://a:1", "--etcd-username=u" },
	  "etcd-username: a user and its etcd-password go together\n" },
	{ "a password file that is not there", NULL, NULL,
	  { "--etcd-password-file=/nowhere/pw" },
	  "etcd-password-file: cannot read /nowhere/pw: No such file or directory\n" },
	{ "a password file without a password", NULL, NULL,
	  { "--etcd-password-file=/dev/null" },
	  "etcd-password-file: /dev/null has no password\n" },
	{ "an MTU that is none", NULL, NULL, { "--mtu=100" },
	  "mtu: must be 0 or from 1280\n" },
	{ "masquerading without nft", NULL, NULL, { "--ip-masq" },
	  "ip-masq: there is no program nft: install nftables\n" },
	{ "policies of nowhere", NULL, NULL,
	  { "--etcd-endpoints=http://a:1", "--policy=enforce" },
	  "policy: where policies are must be told by policy-dir\n" },
	{ "policy only, without policy", NULL, NULL, { "--policy-only" },
	  "policy-only: needs policy\n" },
	{ "policy only, and a takeover", NULL, NULL,
	  { "--policy-only", "--policy=audit", "--takeover=flannel" },
	  "policy-only: goes without takeover and ip-masq, which are for who carries packets\n" },
	{ "two mistakes with two sentences", "vni: x\nmtu: y\n", NULL, {},
	  "FILE:1: vni: 'x' is no number from 0 to 16777215\nFILE:2: mtu: 'y' is no number from 0 to 65535\n" },
};

static void test_refused(void)
{
	char what[128], words[512], expected[512];
	struct conf conf;
	size_t i;
	int ret;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		snprintf(what, sizeof(what), "refused: %s", refused[i].what);
		ret = load(&conf, &refused[i], words);
		/* The second line of two has the name of the file, too. */
		snprintf(expected, sizeof(expected), "%s", refused[i].says);
		if (strchr(expected, '\n')[1]) {
			char *second = strstr(words, file);

			if (second)
				memmove(second + 4, second + strlen(file),
					strlen(second + strlen(file)) + 1);
			if (second)
				memcpy(second, "FILE", 4);
		}
		tap_equal(expected, words, what);
		if (ret != -EINVAL)
			tap_number_is(-EINVAL, ret, what);
		conf_exit(&conf);
	}
}

/* Precedence: each of four sources alone above those below it. */
static void test_precedence(void)
{
	static const struct load sources[] = {
		{ "a default counts", NULL, NULL, {}, "ov0" },
		{ "the file is above a default", "device: f\n", NULL, {}, "f" },
		{ "the environment is above the file", "device: f\n",
		  "K8SOVD_DEVICE=e", {}, "e" },
		{ "a flag is above all", "device: f\n", "K8SOVD_DEVICE=e",
		  { "--device", "a" }, "a" },
		{ "the last of two flags counts", NULL, NULL,
		  { "--device=a", "--device=b" }, "b" },
		{ "an empty variable says nothing", "device: f\n",
		  "K8SOVD_DEVICE=", {}, "f" },
	};
	char words[512];
	struct conf conf;
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		load(&conf, &sources[i], words);
		tap_equal(sources[i].says, conf.device, sources[i].what);
		conf_exit(&conf);
	}
}

static void test_store(void)
{
	static const struct load stores[] = {
		{ "a directory is the default", NULL, NULL, {},
		  "file:/etc/k8sov/cluster" },
		{ "Flannel's name for endpoints", NULL, NULL,
		  { "--etcd-endpoints", "http://a:1,https://b:2" },
		  "etcd:http://a:1,https://b:2" },
		{ "a list in the file", "etcd-endpoints: [ http://a:1, http://b:2 ]",
		  NULL, {}, "etcd:http://a:1,http://b:2" },
		{ "endpoints of a flag above a store of the file",
		  "store: file:/x", NULL, { "--etcd-endpoints=http://a:1" },
		  "etcd:http://a:1" },
		{ "a store of a flag above endpoints of the environment", NULL,
		  "K8SOVD_ETCD_ENDPOINTS=http://a:1", { "--store=file:/x" },
		  "file:/x" },
	};
	char words[512], scheme[16];
	struct store_config config;
	struct conf conf;
	size_t i;

	for (i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		load(&conf, &stores[i], words);
		tap_equal(stores[i].says, conf.store, stores[i].what);
		conf_exit(&conf);
	}
	load(&conf, &stores[1], words);
	conf_store(&conf, scheme, &config);
	tap_equal("etcd", scheme, "the scheme stands before the colon");
	tap_equal("http://a:1,https://b:2", config.where,
		  "everything behind the first colon is where");
	tap_equal("/coreos.com/network", config.prefix,
		  "Flannel's prefix is the default");
	tap_ok(!config.cafile && !config.password,
	       "a store is not told what is empty");
	conf_exit(&conf);
}

static void test_node(void)
{
	static const struct load own = { .env = "NODE_NAME=n1" };
	static const struct load both = { .env = "NODE_NAME=n1",
					  .flags = { "--node-name=n2" } };
	static const struct load none = {};
	char words[512], host[256] = "";
	struct conf conf;

	load(&conf, &own, words);
	tap_equal("n1", conf.node, "NODE_NAME names the node");
	conf_exit(&conf);
	load(&conf, &both, words);
	tap_equal("n2", conf.node, "--node-name is above it");
	conf_exit(&conf);
	gethostname(host, sizeof(host) - 1);
	load(&conf, &none, words);
	tap_equal(host, conf.node, "else the node is called like the host");
	conf_exit(&conf);
}

static void test_secret(void)
{
	struct load told = {
		.flags = { "--etcd-endpoints=http://a:1", "--etcd-username=u" },
	};
	char words[512], *text = NULL;
	json_t *object;
	struct conf conf;
	size_t size = 0;
	FILE *out;

	write_file(secret, "hunter2\n");
	told.flags[2] = "--etcd-password-file";
	told.flags[3] = secret;
	load(&conf, &told, words);
	tap_equal("", words, "a user and a password file are right");
	tap_equal("hunter2", conf.password,
		  "the first line of the file is the password");
	out = open_memstream(&text, &size);
	conf_print(&conf, out);
	fclose(out);
	tap_ok(!strstr(text, "hunter2") && strstr(text, "etcd-password: \"***\""),
	       "the password is not printed");
	free(text);
	object = conf_describe(&conf);
	text = json_dumps(object, 0);
	tap_ok(!strstr(text, "hunter2"), "nor is it described");
	json_decref(object);
	free(text);
	conf_exit(&conf);
	told.flags[4] = "--etcd-password=x";
	load(&conf, &told, words);
	tap_equal("etcd-password-file: etcd-password is told, too; only one can count\n",
		  words, "two passwords are refused");
	conf_exit(&conf);
}

static void test_none(void)
{
	static const struct load none = { .env = "K8SOVD_CNI_CONF=none",
					  .flags = { "--subnet-file=none" } };
	char words[512];
	struct conf conf;

	load(&conf, &none, words);
	tap_equal("", words, "a path may be none");
	tap_equal("", conf.cni_conf, "in a variable, which cannot be empty");
	tap_equal("", conf.subnet_file, "and in a flag");
	conf_exit(&conf);
}

/* What --check-config prints is a file that says the same. */
static void test_print(void)
{
	static const struct load told = {
		.flags = { "--public-ip=192.0.2.1", "--public-ipv6=2001:db8::1",
			   "--direct-routing", "--backend=geneve",
			   "--device=a\"b", "--vni=7", "--log-format=json" },
	};
	char words[512], *first = NULL, *second = NULL;
	struct load again = {};
	struct conf conf;
	size_t size = 0;
	FILE *out;

	load(&conf, &told, words);
	out = open_memstream(&first, &size);
	conf_print(&conf, out);
	fclose(out);
	conf_exit(&conf);
	again.file = first;
	load(&conf, &again, words);
	tap_equal("", words, "what is printed is a configuration file");
	out = open_memstream(&second, &size);
	conf_print(&conf, out);
	fclose(out);
	tap_equal(first, second, "which says the same");
	tap_ok(conf.public[V6].family == AF_INET6 && conf.direct_routing == 1 &&
	       conf.backend == BACKEND_GENEVE && conf.vni == 7 &&
	       conf.log_json == 1, "and sets the fields");
	conf_exit(&conf);
	free(first);
	free(second);
}

static void test_override(void)
{
	static const struct load none = {}, all = {
		.flags = { "--backend=ipip", "--vni=5", "--port=4789",
			   "--mtu=1400", "--direct-routing=false" },
	};
	struct netconf netconf = { .backend = BACKEND_GENEVE, .vni = 1,
				   .direct_routing = true };
	const struct netconf before = netconf;
	char words[512];
	struct conf conf;

	load(&conf, &none, words);
	conf_override(&conf, &netconf);
	tap_ok(netconf_equal(&before, &netconf),
	       "options that are not told change nothing of the cluster");
	conf_exit(&conf);
	load(&conf, &all, words);
	conf_override(&conf, &netconf);
	tap_ok(netconf.backend == BACKEND_IPIP && netconf.vni == 5 &&
	       netconf.port == 4789 && netconf.mtu == 1400 &&
	       !netconf.direct_routing, "those that are told have the last word");
	conf_exit(&conf);
}

int main(void)
{
	setenv("PATH", "/nowhere", 1);
	close(mkstemp(file));
	close(mkstemp(secret));
	test_refused();
	test_precedence();
	test_store();
	test_node();
	test_secret();
	test_none();
	test_print();
	test_override();
	unlink(file);
	unlink(secret);
	log_exit();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "conf_rules.h"

#include <errno.h>
#include <linux/k8sov.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/memory.h"
#include "conf.h"
#include "program.h"
#include "store.h"

/* The smallest MTU of IPv6; net-conf.json has the same limit. */
#define MTU_MIN 1280

static void check_url(const char *option, const char *url, size_t len,
		      FILE *errors)
{
	size_t head = 0;

	if (len >= 8 && !strncmp(url, "https://", 8))
		head = 8;
	else if (len >= 7 && !strncmp(url, "http://", 7))
		head = 7;
	if (!head || len == head || url[head] == '/' || url[head] == ':')
		fprintf(errors, "%s: '%.*s' is no http:// or https:// URL\n", option,
			(int)len, url);
	else if (memchr(url, '@', len))
		fputs("store: a user is told by etcd-username, not in a URL\n",
		      errors);
}

static void check_etcd(const struct conf *conf, const char *urls, FILE *errors)
{
	const struct {
		const char *name;
		const char *path;
	} files[] = {
		{ "etcd-cafile", conf->cafile },
		{ "etcd-certfile", conf->certfile },
		{ "etcd-keyfile", conf->keyfile },
	};
	size_t i, len;

	for (;; urls += len + 1) {
		len = strcspn(urls, ",");
		check_url("store", urls, len, errors);
		if (!urls[len])
			break;
	}
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (*files[i].path && access(files[i].path, R_OK))
			fprintf(errors, "%s: cannot read %s: %s\n",
				files[i].name, files[i].path, strerror(errno));
	if (!*conf->certfile != !*conf->keyfile)
		fputs("etcd-certfile: a certificate and its etcd-keyfile go together\n",
		      errors);
	if (!*conf->username != !*conf->password)
		fputs("etcd-username: a user and its etcd-password go together\n",
		      errors);
}

/* Of several files all but one may be absent. */
static void check_kube(const struct conf *conf, const char *where, FILE *errors)
{
	char *own = memory_must(strdup(where)), *rest = own, *path;
	bool found = !*where;

	while ((path = strsep(&rest, ":"))) {
		if (!*path)
			continue;
		if (!access(path, R_OK))
			found = true;
		else if (errno != ENOENT || (!rest && !found))
			fprintf(errors, "store: cannot read %s: %s\n", path,
				strerror(errno));
	}
	free(own);
	if (*conf->api_url)
		check_url("kube-api-url", conf->api_url, strlen(conf->api_url),
			  errors);
}

static void check_store(const struct conf *conf, FILE *errors)
{
	struct store_config store;
	char scheme[16];

	conf_store(conf, scheme, &store);
	if (!strcmp(scheme, "file")) {
		if (*store.where != '/')
			fprintf(errors, "store: '%s' is no absolute path\n",
				store.where);
	} else if (!strcmp(scheme, "etcd")) {
		check_etcd(conf, store.where, errors);
	} else if (!strcmp(scheme, "kubernetes")) {
		check_kube(conf, store.where, errors);
	} else {
		fprintf(errors, "store: '%s' is neither file:DIR nor etcd:URL nor kubernetes\n",
			conf->store);
	}
}

/* As the kernel takes them. */
static void check_ifname(const char *option, const char *name, FILE *errors)
{
	if (strpbrk(name, "/: \t") || !strcmp(name, ".") ||
	    !strcmp(name, "..") || !strcmp(name, "all") ||
	    !strcmp(name, "default"))
		fprintf(errors, "%s: '%s' is no name of an interface\n", option,
			name);
}

static void check_node(const char *name, FILE *errors)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	/* It becomes the name of a file and part of keys. */
	if (!*name || name[strspn(name, good)] || *name == '.')
		fprintf(errors,
			"node-name: '%s' must be letters, digits, '.', '-' and '_'\n",
			name);
}

/* Words with commas between, each of which must look right. */
static void check_words(const char *option, const char *words,
			bool (*good)(const char *word), const char *what,
			FILE *errors)
{
	char *word;
	size_t len;

	for (; *words; words += len + (words[len] == ',')) {
		len = strcspn(words, ",");
		word = memory_must(strndup(words, len));
		if (!good(word))
			fprintf(errors, "%s: '%s' is no %s\n", option, word,
				what);
		free(word);
	}
}

static bool is_plugin(const char *word)
{
	/* Ours is there already; a path would leave the directories. */
	return *word && *word != '.' && !strchr(word, '/') &&
	       strcmp(word, "k8sov") != 0;
}

static bool is_directory(const char *word)
{
	return *word == '/';
}

static bool is_reachable(const struct k8sov_addr *addr)
{
	uint32_t v4 = ntohl(addr->v4.s_addr);

	if (addr->family == AF_INET)
		return v4 >> 24 && v4 >> 24 != 127 && v4 >> 28 < 14;
	return !IN6_IS_ADDR_UNSPECIFIED(&addr->v6) &&
	       !IN6_IS_ADDR_LOOPBACK(&addr->v6) &&
	       !IN6_IS_ADDR_MULTICAST(&addr->v6) &&
	       !IN6_IS_ADDR_LINKLOCAL(&addr->v6) &&
	       !IN6_IS_ADDR_V4MAPPED(&addr->v6);
}

static void check_policy(const struct conf *conf, FILE *errors)
{
	char *path = conf_policy_dir(conf);

	if (conf->policy > K8SOV_POLICY_MODE_OFF && !path &&
	    strncmp(conf->store, "kubernetes", 10) != 0)
		fputs("policy: where policies are must be told by policy-dir\n",
		      errors);
	free(path);
	if (conf->policy_only != 1)
		return;
	if (conf->policy < 0)
		fputs("policy-only: needs policy\n", errors);
	if (conf->takeover || conf->ip_masq == 1)
		fputs("policy-only: goes without takeover and ip-masq, which are for who carries packets\n",
		      errors);
}

/**
 * conf_check_rules() - what options demand of each other and of the machine
 * @conf: all options
 * @errors: gets a sentence a line
 */
void conf_check_rules(const struct conf *conf, FILE *errors)
{
	const char *path = getenv("PATH");
	unsigned int v;

	check_store(conf, errors);
	check_node(conf->node, errors);
	check_ifname("device", conf->device, errors);
	check_ifname("iface", conf->iface, errors);
	if (!strcmp(conf->device, conf->iface))
		fputs("iface: is the device itself\n", errors);
	for (v = V4; v < FAMILIES; v++)
		if (conf->public[v].family && !is_reachable(&conf->public[v]))
			fprintf(errors, "%s: is no address that others reach\n",
				v == V4 ? "public-ip" : "public-ipv6");
	if (!conf->health_ip.family && conf->health_port)
		fputs("healthz-ip: must not be empty\n", errors);
	check_words("cni-chain", conf->cni_chain, is_plugin,
		    "plugin to chain", errors);
	check_words("cni-bin", conf->cni_bin, is_directory, "absolute path",
		    errors);
	if (conf->mtu && conf->mtu < MTU_MIN)
		fprintf(errors, "mtu: must be 0 or from %d\n", MTU_MIN);
	if (conf->ip_masq == 1 && !program_exists(path ? path : "", ':', "nft"))
		fputs("ip-masq: there is no program nft: install nftables\n",
		      errors);
	if (conf->takeover && conf->backend > BACKEND_VXLAN)
		fputs("takeover: needs the backend vxlan\n", errors);
	check_policy(conf, errors);
}

/**
 * conf_read_password() - read the password from its file
 * @conf: its password is set to the first line
 * @errors: gets a sentence if that fails
 */
void conf_read_password(struct conf *conf, FILE *errors)
{
	FILE *file = fopen(conf->password_file, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len = 0;

	if (file)
		len = getline(&line, &size, file);
	if (!file || ferror(file)) {
		fprintf(errors, "etcd-password-file: cannot read %s: %s\n",
			conf->password_file, strerror(errno));
	} else if (len < 1 || !strcspn(line, "\r\n")) {
		fprintf(errors, "etcd-password-file: %s has no password\n",
			conf->password_file);
	} else {
		line[strcspn(line, "\r\n")] = '\0';
		free(conf->password);
		conf->password = line;
		line = NULL;
	}
	free(line);
	if (file)
		fclose(file);
}

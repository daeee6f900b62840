// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ipam_own.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>

#include "../userspace/lib/bits.h"
#include "conf.h"
#include "env.h"
#include "error.h"
#include "ipam_dir.h"
#include "ipam_pick.h"
#include "ipam_rules.h"

/* An ADD on its way. */
struct taking {
	const struct conf *conf;
	struct ipam_entry who;
	struct pick_rules rules;
	struct ipam_dir dir;
	struct result *result;
};

static struct ipam_entry attachment(const struct cni_env *env,
				    const struct conf *conf)
{
	return (struct ipam_entry){
		.network = conf->name,
		.container = env->container,
		.ifname = env->ifname,
	};
}

static int broken(const struct taking *t, const char *name, int code,
		  struct cni_error *err)
{
	return cni_fail(err, CNI_IO, "cannot write %s/%s: %s", t->dir.path,
			name, strerror(-code));
}

/* Those taken are in the result: there is what to give back. */
static void note(struct taking *t, const struct k8sov_addr *addr)
{
	t->result->ips[t->result->n_ips++] = (struct result_ip){
		.interface = -1,
		.addr = *addr,
		.len = (uint8_t)bits_width(addr),
	};
}

static void give_back(struct taking *t)
{
	char name[K8SOV_ADDR_TEXT];

	while (t->result->n_ips) {
		k8sov_addr_format(&t->result->ips[--t->result->n_ips].addr,
				  name);
		ipam_dir_drop(&t->dir, name);
	}
}

static int exhausted(const struct pick_set *set, unsigned int tried,
		     struct cni_error *err)
{
	char first[K8SOV_ADDR_TEXT], last[K8SOV_ADDR_TEXT];

	k8sov_addr_format(&set->ranges[0].first, first);
	k8sov_addr_format(&set->ranges[set->n - 1].last, last);
	return cni_fail(err, CNI_EXHAUSTED,
			"no address is free between %s and %s: all %u are in use",
			first, last, tried);
}

static int take_next(struct taking *t, unsigned int set,
		     struct cni_error *err)
{
	char name[K8SOV_ADDR_TEXT];
	struct k8sov_addr last;
	unsigned int tried = 0;
	struct pick pick;
	bool more;
	int ret;

	ipam_dir_get_last(&t->dir, set, &last);
	for (more = pick_first(&pick, &t->rules, set, &last); more;
	     more = pick_next(&pick)) {
		k8sov_addr_format(&pick.at, name);
		ret = ipam_dir_take(&t->dir, name, &t->who);
		if (!ret) {
			ipam_dir_set_last(&t->dir, set, name);
			note(t, &pick.at);
			return 0;
		}
		if (ret != -EEXIST)
			return broken(t, name, ret, err);
		tried++;
	}
	return exhausted(&t->rules.sets[set], tried, err);
}

/* @sets: bit n is set if an address of set n was asked for. */
static int take_asked(struct taking *t, const struct k8sov_addr *addr,
		      unsigned int *sets, struct cni_error *err)
{
	char name[K8SOV_ADDR_TEXT], target[IPAM_TARGET];
	int ret, set = pick_find(&t->rules, addr);
	struct ipam_entry entry;

	k8sov_addr_format(addr, name);
	if (set < 0)
		return cni_fail(err, CNI_CONFIG,
				"%s is not an address for pods of this node",
				name);
	*sets |= 1U << set;
	ret = ipam_dir_take(&t->dir, name, &t->who);
	if (!ret)
		note(t, addr);
	if (ret != -EEXIST)
		return ret ? broken(t, name, ret, err) : 0;
	if (!ipam_dir_get(&t->dir, name, target, &entry))
		entry.container = entry.ifname = "";
	return cni_fail(err, CNI_IN_USE,
			"%s is in use by interface %s of container %s", name,
			entry.ifname, entry.container);
}

static int take_all(struct taking *t, struct cni_error *err)
{
	unsigned int i, asked = 0;
	int ret = 0;

	if (t->conf->n_ips + t->rules.n_sets > RESULT_IPS)
		return cni_fail(err, CNI_CONFIG,
				"the pod asks for more than %u addresses",
				RESULT_IPS - t->rules.n_sets);
	for (i = 0; !ret && i < t->conf->n_ips; i++)
		ret = take_asked(t, &t->conf->ips[i], &asked, err);
	for (i = 0; !ret && i < t->rules.n_sets; i++)
		if (!(asked & 1U << i))
			ret = take_next(t, i, err);
	if (ret)
		give_back(t);
	return ret;
}

static bool is_stale(const struct ipam_dir *dir,
		     const struct ipam_entry *entry, void *data)
{
	(void)data;
	return ipam_dir_stale(dir, entry);
}

/* Only who lacks an address pays for the search of those that were left. */
static int take_again(struct taking *t, const struct cni_error *first,
		      struct cni_error *err)
{
	int n;

	if (first->code != CNI_EXHAUSTED && first->code != CNI_IN_USE) {
		*err = *first;
		return -1;
	}
	if (ipam_dir_lock(&t->dir, LOCK_EX, err))
		return -1;
	n = ipam_dir_sweep(&t->dir, is_stale, NULL, err);
	/* Others may have given theirs back while this one waited. */
	return n < 0 ? -1 : take_all(t, err);
}

/**
 * ipam_own_add() - take addresses for an attachment
 * @env: the attachment
 * @conf: what is asked for, and from where
 * @node: its subnets
 * @result: gets the addresses
 * @err: CNI_EXHAUSTED, CNI_IN_USE, CNI_CONFIG, CNI_TRY_LATER or CNI_IO;
 *   nothing is taken then
 *
 * Return: 0, or -1.
 */
int ipam_own_add(const struct cni_env *env, const struct conf *conf,
		 const struct node *node, struct result *result,
		 struct cni_error *err)
{
	struct taking t = {
		.conf = conf,
		.who = attachment(env, conf),
		.result = result,
	};
	struct cni_error first = {};

	if (ipam_rules_read(conf, node, &t.rules, err) ||
	    ipam_dir_open(&t.dir, conf, true, err) ||
	    ipam_dir_lock(&t.dir, LOCK_SH, err))
		return -1;
	if (!take_all(&t, &first))
		return 0;
	return take_again(&t, &first, err);
}

/* What there is no directory for needs no dropping: @dir has none then. */
static int open_to_drop(struct ipam_dir *dir, const struct conf *conf,
			struct cni_error *err)
{
	if (ipam_dir_open(dir, conf, false, err))
		return -1;
	return dir->fd < 0 ? 0 : ipam_dir_lock(dir, LOCK_SH, err);
}

/* Runtimes tell DEL what ADD answered: whose addresses are there has all of
 * them, and the others need not be looked at.
 */
static bool drop_known(const struct ipam_dir *dir, const struct result *prev,
		       const struct ipam_entry *who)
{
	char name[K8SOV_ADDR_TEXT], target[IPAM_TARGET];
	struct ipam_entry entry;
	bool dropped = false;
	unsigned int i;

	for (i = 0; i < prev->n_ips; i++) {
		k8sov_addr_format(&prev->ips[i].addr, name);
		if (!ipam_dir_get(dir, name, target, &entry) ||
		    !ipam_entry_equal(&entry, who))
			continue;
		ipam_dir_drop(dir, name);
		dropped = true;
	}
	return dropped;
}

static bool is_mine(const struct ipam_dir *dir,
		    const struct ipam_entry *entry, void *data)
{
	(void)dir;
	return ipam_entry_equal(entry, data);
}

/**
 * ipam_own_del() - give the addresses of an attachment back
 * @env: the attachment
 * @conf: network; prevResult, if it has one, saves the search
 * @err: CNI_IO
 *
 * What an earlier ADD of the attachment took that was killed is not searched
 * for then: whoever lacks an address finds it, and GC does.
 *
 * The shared lock is enough to keep others from taking what is looked at: an
 * address of this attachment cannot become somebody else's meanwhile.
 *
 * Return: 0, or -1.
 */
int ipam_own_del(const struct cni_env *env, const struct conf *conf,
		 struct cni_error *err)
{
	struct ipam_entry who = attachment(env, conf);
	struct ipam_dir dir;

	if (open_to_drop(&dir, conf, err))
		return -1;
	if (dir.fd < 0 || drop_known(&dir, &conf->prev, &who))
		return 0;
	return ipam_dir_sweep(&dir, is_mine, &who, err) < 0 ? -1 : 0;
}

/**
 * ipam_own_check() - are the addresses of an attachment taken by it?
 * @env: the attachment
 * @conf: has prevResult
 * @err: CNI_MISMATCH names one that is not
 *
 * Return: 0, or -1.
 */
int ipam_own_check(const struct cni_env *env, const struct conf *conf,
		   struct cni_error *err)
{
	char name[K8SOV_ADDR_TEXT], target[IPAM_TARGET];
	const struct ipam_entry who = attachment(env, conf);
	const struct result *prev = &conf->prev;
	struct ipam_entry entry;
	struct ipam_dir dir;
	unsigned int i;
	int interface;

	if (ipam_dir_open(&dir, conf, false, err))
		return -1;
	for (i = 0; i < prev->n_ips; i++) {
		interface = prev->ips[i].interface;
		if (interface < 0 ||
		    strcmp(prev->interfaces[interface].name, env->ifname) != 0)
			continue;
		k8sov_addr_format(&prev->ips[i].addr, name);
		if (dir.fd >= 0 && ipam_dir_get(&dir, name, target, &entry) &&
		    ipam_entry_equal(&entry, &who))
			continue;
		return cni_fail(err, CNI_MISMATCH,
				"the address %s is not reserved for the pod",
				name);
	}
	return 0;
}

/* Is an address of @set free, or would an ADD find that it was left? */
static int probe(const struct ipam_dir *dir, const struct pick_rules *rules,
		 unsigned int set, struct cni_error *err)
{
	static const struct k8sov_addr from_start;
	char name[K8SOV_ADDR_TEXT], target[IPAM_TARGET];
	struct ipam_entry entry;
	unsigned int tried = 0;
	struct pick pick;
	bool more;

	for (more = pick_first(&pick, rules, set, &from_start); more;
	     more = pick_next(&pick)) {
		k8sov_addr_format(&pick.at, name);
		if (!ipam_dir_get(dir, name, target, &entry) ||
		    ipam_dir_stale(dir, &entry))
			return 0;
		tried++;
	}
	return exhausted(&rules->sets[set], tried, err);
}

/**
 * ipam_own_status() - could a pod get its addresses?
 * @conf: network
 * @node: its subnets
 * @err: CNI_NOT_AVAILABLE if all are in use; as ipam_own_add()
 *
 * Return: 0, or -1.
 */
int ipam_own_status(const struct conf *conf, const struct node *node,
		    struct cni_error *err)
{
	struct pick_rules rules;
	struct ipam_dir dir;
	unsigned int i;

	if (ipam_rules_read(conf, node, &rules, err) ||
	    ipam_dir_open(&dir, conf, false, err))
		return -1;
	for (i = 0; dir.fd >= 0 && i < rules.n_sets; i++)
		if (probe(&dir, &rules, i, err)) {
			err->code = CNI_NOT_AVAILABLE;
			return -1;
		}
	return 0;
}

static bool is_unknown(const struct ipam_dir *dir,
		       const struct ipam_entry *entry, void *data)
{
	const struct conf *conf = data;
	struct ipam_entry who = { .network = conf->name };
	const json_t *json;
	size_t i;

	(void)dir;
	if (strcmp(entry->network, conf->name) != 0)
		return false;
	json_array_foreach(conf->valid, i, json) {
		who.container = json_string_value(json_object_get(json,
								  "containerID"));
		who.ifname = json_string_value(json_object_get(json, "ifname"));
		if (ipam_entry_equal(entry, &who))
			return false;
	}
	return true;
}

/**
 * ipam_own_gc() - give back all addresses but those of valid attachments
 * @conf: network, and its attachments
 * @err: CNI_IO
 *
 * Return: 0, or -1.
 */
int ipam_own_gc(const struct conf *conf, struct cni_error *err)
{
	struct ipam_dir dir;

	if (open_to_drop(&dir, conf, err))
		return -1;
	if (dir.fd < 0)
		return 0;
	return ipam_dir_sweep(&dir, is_unknown, (void *)conf, err) < 0 ? -1 : 0;
}

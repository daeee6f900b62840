// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "host.h"

#include <linux/etherdevice.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "addrs.h"
#include "change.h"
#include "device.h"
#include "refuse.h"
#include "tables.h"

#define VEC_MIN		16	/* slots of the first vector */

static const struct k8sov_change_words host_words = K8SOV_CHANGE_WORDS("host");

static struct k8sov_host_vec *locked_vec(const struct k8sov_dev *kov,
					 const struct k8sov_peers *peers)
{
	return rcu_dereference_protected(peers->hosts,
					 lockdep_is_held(&kov->lock));
}

static struct k8sov_host *locked_host(const struct k8sov_dev *kov,
				      const struct k8sov_host_vec *vec, u32 id)
{
	return rcu_dereference_protected(vec->slot[id].host,
					 lockdep_is_held(&kov->lock));
}

/**
 * k8sov_host_get() - take a reference
 * @host: the host, which a table holds
 *
 * Return: @host.
 */
struct k8sov_host *k8sov_host_get(struct k8sov_host *host)
{
	refcount_inc(&host->refs);
	return host;
}

static void host_free(struct k8sov_host *host)
{
	dst_cache_destroy(&host->dst_cache);
	if (host->stats_refs && refcount_dec_and_test(host->stats_refs)) {
		free_percpu(host->stats);
		kfree(host->stats_refs);
	}
	kfree(host);
}

static void free_host_rcu(struct rcu_head *rcu)
{
	host_free(container_of(rcu, struct k8sov_host, rcu));
}

/**
 * k8sov_host_put() - release a reference
 * @host: the host, or NULL. Packets may use it until a grace period is over
 */
void k8sov_host_put(struct k8sov_host *host)
{
	if (host && refcount_dec_and_test(&host->refs))
		call_rcu(&host->rcu, free_host_rcu);
}

/**
 * k8sov_host_bytes() - memory that a host holds
 * @host: the host
 *
 * Return: bytes, without what the route cache holds on each CPU.
 */
size_t k8sov_host_bytes(const struct k8sov_host *host)
{
	return sizeof(*host) + strlen(host->name) + 1 + sizeof(refcount_t) +
	       sizeof(*host->stats) * num_possible_cpus();
}

/**
 * k8sov_host_fold() - add up the counters of a host
 * @host: the host
 * @sum: set to the sums over all CPUs
 */
void k8sov_host_fold(const struct k8sov_host *host, struct k8sov_host_sum *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		u64 tx_packets, tx_bytes, rx_packets, rx_bytes;
		const struct k8sov_host_stats *s;
		unsigned int start;

		s = per_cpu_ptr(host->stats, cpu);
		do {
			start = u64_stats_fetch_begin(&s->syncp);
			tx_packets = u64_stats_read(&s->tx_packets);
			tx_bytes = u64_stats_read(&s->tx_bytes);
			rx_packets = u64_stats_read(&s->rx_packets);
			rx_bytes = u64_stats_read(&s->rx_bytes);
		} while (u64_stats_fetch_retry(&s->syncp, start));

		sum->tx_packets += tx_packets;
		sum->tx_bytes += tx_bytes;
		sum->rx_packets += rx_packets;
		sum->rx_bytes += rx_bytes;
	}
}

/**
 * k8sov_host_find() - host by id
 * @kov: device, its lock held
 * @peers: group to look in
 * @id: host id
 *
 * Return: the host, or NULL.
 */
struct k8sov_host *k8sov_host_find(const struct k8sov_dev *kov,
				   const struct k8sov_peers *peers, u32 id)
{
	const struct k8sov_host_vec *vec = locked_vec(kov, peers);

	return vec && id < vec->size ? locked_host(kov, vec, id) : NULL;
}

/**
 * k8sov_host_find_addr() - host by outer address
 * @kov: device, its lock held
 * @peers: group to look in
 * @addr: remote or source address
 *
 * Return: the host, or NULL.
 */
struct k8sov_host *k8sov_host_find_addr(const struct k8sov_dev *kov,
					const struct k8sov_peers *peers,
					const struct k8sov_addr *addr)
{
	const struct k8sov_lpm_entry *e = k8sov_addrs_find(peers->outer, addr);

	return e ? k8sov_host_find(kov, peers, e->value) : NULL;
}

/**
 * k8sov_host_find_name() - host by name
 * @kov: device, its lock held
 * @peers: group to look in
 * @name: label
 *
 * Return: of the hosts of that name the one with the lowest id, or NULL.
 */
struct k8sov_host *k8sov_host_find_name(const struct k8sov_dev *kov,
					const struct k8sov_peers *peers,
					const char *name)
{
	struct k8sov_host *host = NULL;

	do {
		host = k8sov_host_next(kov, peers, host ? host->id : 0);
	} while (host && strcmp(host->name, name));
	return host;
}

/**
 * k8sov_host_next() - walk in the order of ids
 * @kov: device, its lock held
 * @peers: group to look in
 * @id: where the walk is, 0 for the start; need not exist any more
 *
 * Return: the host with the next higher id, or NULL.
 */
struct k8sov_host *k8sov_host_next(const struct k8sov_dev *kov,
				   const struct k8sov_peers *peers, u32 id)
{
	const struct k8sov_host_vec *vec = locked_vec(kov, peers);
	struct k8sov_host *host = NULL;

	while (!host && vec && ++id < vec->size)
		host = locked_host(kov, vec, id);
	return host;
}

/**
 * k8sov_host_subnets() - how many subnets name a host
 * @kov: device, its lock held
 * @peers: group to look in
 * @id: id of a host that exists
 *
 * Return: where the number is.
 */
u32 *k8sov_host_subnets(const struct k8sov_dev *kov,
			const struct k8sov_peers *peers, u32 id)
{
	return &locked_vec(kov, peers)->slot[id].subnets;
}

static int check_address(const struct k8sov_change *c,
			 const struct k8sov_host_spec *spec,
			 const struct k8sov_conf *conf, unsigned int i)
{
	const struct k8sov_addr *addr = &spec->addrs[i];
	unsigned int f = k8sov_family_index(addr->family);
	const struct nlattr *attr = spec->addr_attrs[i];
	bool scoped;

	if (!k8sov_addr_is_unicast(addr))
		return k8sov_refuse(c->extack, attr, -EINVAL,
				    "the address of a host must be unicast, and not loopback");
	if (k8sov_addr_equal(addr, &conf->local[f]))
		return k8sov_refuse(c->extack, attr, -EINVAL,
				    "the address is the device's own local address");
	scoped = addr->family == AF_INET6 &&
		 ipv6_addr_type(&addr->v6) & IPV6_ADDR_LINKLOCAL;
	if (scoped && !conf->link)
		return k8sov_refuse(c->extack, attr, -EINVAL,
				    "a link-local address needs a device that is bound to a link");
	if (!i && !conf->local[f].family && conf->local[!f].family)
		return k8sov_refuse(c->extack, attr, -EAFNOSUPPORT,
				    "the device has a local address of the other family only");
	return 0;
}

static int check_ethernet(const struct k8sov_change *c,
			  const struct k8sov_host_spec *spec)
{
	const struct nlattr *attr = c->attrs[K8SOV_A_HOST_MAC];

	if (!spec->has_mac)
		return k8sov_refuse_missing(c->extack, K8SOV_A_HOST_MAC,
					    "vxlan and geneve need the MAC address of the remote device");
	if (!is_valid_ether_addr(spec->mac))
		return k8sov_refuse(c->extack, attr, -EINVAL,
				    "the MAC address must be unicast and not zero");
	if (spec->has_port && !spec->port)
		return k8sov_refuse(c->extack, c->attrs[K8SOV_A_HOST_PORT],
				    -EINVAL, "the port must not be 0");
	return 0;
}

static int check_plain(const struct k8sov_change *c,
		       const struct k8sov_host_spec *spec)
{
	if (spec->has_mac)
		return k8sov_refuse(c->extack, c->attrs[K8SOV_A_HOST_MAC],
				    -EINVAL, "only vxlan and geneve have MAC addresses");
	if (spec->has_port)
		return k8sov_refuse(c->extack, c->attrs[K8SOV_A_HOST_PORT],
				    -EINVAL, "only vxlan and geneve have ports");
	if (spec->has_vni)
		return k8sov_refuse(c->extack, c->attrs[K8SOV_A_HOST_VNI],
				    -EINVAL, "only vxlan and geneve have a VNI");
	return 0;
}

static int check_spec(const struct k8sov_change *c,
		      const struct k8sov_host_spec *spec, u32 *max_hosts)
{
	const struct k8sov_conf *conf;
	unsigned int i;
	int err = 0;

	rcu_read_lock();
	conf = k8sov_conf_rcu(c->kov);
	*max_hosts = conf->max_hosts;
	for (i = 0; !err && i < spec->n_addrs; i++)
		err = check_address(c, spec, conf, i);
	rcu_read_unlock();
	if (err)
		return err;

	if (spec->encap == K8SOV_ENCAP_VXLAN ||
	    spec->encap == K8SOV_ENCAP_GENEVE)
		return check_ethernet(c, spec);
	return check_plain(c, spec);
}

/*
 * Without an id a replacement means the host that has the remote address, if
 * there is one, so that repeating a request changes nothing.
 */
static u32 choose_id(const struct k8sov_change *c, struct k8sov_peers *peers,
		     const struct k8sov_host_spec *spec)
{
	struct k8sov_host *host = NULL;
	u32 id = peers->free_hint;

	if (spec->id)
		return spec->id;
	if (c->flags & NLM_F_REPLACE)
		host = k8sov_host_find_addr(c->kov, peers, &spec->addrs[0]);
	if (host && k8sov_addr_equal(&host->remote, &spec->addrs[0]))
		return host->id;

	while (k8sov_host_find(c->kov, peers, id))
		id++;
	peers->free_hint = id;
	return id;
}

static int check_room(const struct k8sov_change *c,
		      const struct k8sov_peers *peers, u32 id, u32 max)
{
	const struct nlattr *attr = c->attrs[K8SOV_A_HOST_ID];

	if (peers->n_hosts >= max)
		return k8sov_refuse(c->extack, attr, -ENOSPC,
				    "the device has as many hosts as max-hosts allows");
	/* The vector is as long as the highest id, so ids are limited too. */
	if (id > max)
		return k8sov_refuse(c->extack, attr, -ERANGE,
				    "the id of a host must not be above max-hosts");
	return 0;
}

static int grow_vec(struct k8sov_dev *kov, struct k8sov_peers *peers, u32 id)
{
	struct k8sov_host_vec *old = locked_vec(kov, peers);
	struct k8sov_host_vec *vec;
	u32 size;

	if (old && id < old->size)
		return 0;

	size = max3(id + 1, old ? old->size * 2 : 0, (u32)VEC_MIN);
	size = min_t(u32, size, K8SOV_HOST_ID_MAX + 1);
	vec = kvzalloc(struct_size(vec, slot, size), GFP_KERNEL_ACCOUNT);
	if (!vec)
		return -ENOMEM;

	vec->size = size;
	if (old)
		memcpy(vec->slot, old->slot, array_size(old->size,
							sizeof(old->slot[0])));
	rcu_assign_pointer(peers->hosts, vec);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

static int init_stats(struct k8sov_host *host, const struct k8sov_host *old)
{
	if (old) {
		host->stats = old->stats;
		host->stats_refs = old->stats_refs;
		refcount_inc(host->stats_refs);
		return 0;
	}

	host->stats = __netdev_alloc_pcpu_stats(struct k8sov_host_stats,
						GFP_KERNEL_ACCOUNT);
	if (!host->stats)
		return -ENOMEM;
	host->stats_refs = kmalloc(sizeof(*host->stats_refs),
				   GFP_KERNEL_ACCOUNT);
	if (!host->stats_refs) {
		free_percpu(host->stats);
		return -ENOMEM;
	}
	refcount_set(host->stats_refs, 1);
	return 0;
}

static struct k8sov_host *host_create(const struct k8sov_change *c,
				      const struct k8sov_host_spec *spec,
				      const struct k8sov_host *old)
{
	const char *name = spec->name ?: "";
	struct k8sov_host *host;

	host = kzalloc(struct_size(host, name, strlen(name) + 1),
		       GFP_KERNEL_ACCOUNT);
	if (!host)
		return NULL;

	host->id = spec->id;
	host->encap = spec->encap;
	host->has_vni = spec->has_vni;
	host->vni = spec->vni;
	host->port = spec->port;
	ether_addr_copy(host->mac, spec->mac);
	host->remote = spec->addrs[0];
	host->n_sources = spec->n_addrs - 1;
	memcpy(host->sources, &spec->addrs[1],
	       host->n_sources * sizeof(host->sources[0]));
	host->owner = c->owner;
	refcount_set(&host->refs, 1);
	strscpy(host->name, name, strlen(name) + 1);

	if (dst_cache_init(&host->dst_cache, GFP_KERNEL_ACCOUNT) ||
	    init_stats(host, old)) {
		host_free(host);
		return NULL;
	}
	return host;
}

static int claim_addrs(const struct k8sov_change *c, struct k8sov_peers *peers,
		       const struct k8sov_host_spec *spec)
{
	unsigned int bad;
	int err;

	err = k8sov_addrs_claim(peers->outer, spec->addrs, spec->n_addrs,
				spec->id, &bad);
	if (err == -EEXIST)
		return k8sov_refuse(c->extack, spec->addr_attrs[bad], err,
				    "the address is another host's");
	if (err == -EINVAL)
		return k8sov_refuse(c->extack, spec->addr_attrs[bad], err,
				    "the address is given twice");
	return err;
}

static void release_addrs(struct k8sov_peers *peers,
			  const struct k8sov_host *host,
			  const struct k8sov_addr *keep, unsigned int n_keep)
{
	k8sov_addrs_release(peers->outer, &host->remote, 1, keep, n_keep);
	k8sov_addrs_release(peers->outer, host->sources, host->n_sources,
			    keep, n_keep);
}

/* Put @host, or nothing, into the slot of @old, or an empty one. */
static void exchange_host(struct k8sov_dev *kov, struct k8sov_peers *peers,
			  u32 id, struct k8sov_host *old,
			  struct k8sov_host *host)
{
	if (host) {
		peers->n_hosts++;
		peers->n_encap[host->encap]++;
		peers->host_bytes += k8sov_host_bytes(host);
	}
	rcu_assign_pointer(locked_vec(kov, peers)->slot[id].host, host);
	if (old) {
		peers->n_hosts--;
		peers->n_encap[old->encap]--;
		peers->host_bytes -= k8sov_host_bytes(old);
		k8sov_host_put(old);
	}
}

/**
 * k8sov_host_set() - add or replace a host
 * @c: the request
 * @peers: group that gets the host, live or of a transaction
 * @spec: the host; gets its id if it has none
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -EEXIST if the host is there but may not be replaced, or an
 * address is another host's; -ENOENT if there is none to replace; -EPERM if it
 * is another owner's; -EINVAL or -EAFNOSUPPORT if something is not allowed;
 * -ENOSPC and -ERANGE if the device's max-hosts forbids it; -ENOMEM. Nothing
 * is changed in all these cases.
 */
int k8sov_host_set(const struct k8sov_change *c, struct k8sov_peers *peers,
		   struct k8sov_host_spec *spec)
{
	const struct nlattr *key = c->attrs[K8SOV_A_HOST_ID];
	struct k8sov_host *host, *old;
	u32 max_hosts;
	int err;

	err = check_spec(c, spec, &max_hosts);
	if (err)
		return err;
	spec->id = choose_id(c, peers, spec);
	old = k8sov_host_find(c->kov, peers, spec->id);
	err = k8sov_change_may_set(c, &host_words, key,
				   old ? &old->owner : NULL);
	if (!err && !old)
		err = check_room(c, peers, spec->id, max_hosts);
	if (!err)
		err = grow_vec(c->kov, peers, spec->id);
	if (err)
		return err;

	host = host_create(c, spec, old);
	if (!host)
		return -ENOMEM;
	err = claim_addrs(c, peers, spec);
	if (err) {
		k8sov_host_put(host);
		return err;
	}
	if (old)
		release_addrs(peers, old, spec->addrs, spec->n_addrs);
	exchange_host(c->kov, peers, spec->id, old, host);
	return 0;
}

/**
 * k8sov_host_delete() - delete a host that no subnet names
 * @c: the request
 * @peers: group that has the host, live or of a transaction
 * @id: host id
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -ENOENT if there is none, -EPERM if it is another owner's, -EBUSY
 * if subnets name it.
 */
int k8sov_host_delete(const struct k8sov_change *c, struct k8sov_peers *peers,
		      u32 id)
{
	struct k8sov_host *host = k8sov_host_find(c->kov, peers, id);
	const struct nlattr *key = c->attrs[K8SOV_A_HOST_ID];
	int err;

	err = k8sov_change_may_delete(c, &host_words, key,
				      host ? &host->owner : NULL);
	if (err)
		return err;
	if (*k8sov_host_subnets(c->kov, peers, id))
		return k8sov_refuse(c->extack, key, -EBUSY,
				    "subnets still name the host");

	release_addrs(peers, host, NULL, 0);
	exchange_host(c->kov, peers, id, host, NULL);
	peers->free_hint = min(peers->free_hint, id);
	return 0;
}

/**
 * k8sov_host_flush() - delete all hosts, or those of one owner
 * @c: the request
 * @peers: group of nobody else yet
 * @owner: whose hosts, NULL for all
 *
 * Context: the lock of the device is held. May sleep.
 * Return: 0; -EBUSY if subnets still name a host, then @peers is of no use any
 * more.
 */
int k8sov_host_flush(const struct k8sov_change *c, struct k8sov_peers *peers,
		     const u64 *owner)
{
	struct k8sov_host *host;
	u32 id = 0;

	while ((host = k8sov_host_next(c->kov, peers, id))) {
		id = host->id;
		if (owner && host->owner != *owner)
			continue;
		if (*k8sov_host_subnets(c->kov, peers, id))
			return k8sov_refuse(c->extack, NULL, -EBUSY,
					    "subnets still name a host that is to be flushed");
		release_addrs(peers, host, NULL, 0);
		exchange_host(c->kov, peers, id, host, NULL);
		peers->free_hint = min(peers->free_hint, id);
		cond_resched();
	}
	return 0;
}

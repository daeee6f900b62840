// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "etcd_claim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "backoff.h"
#include "etcd_json.h"
#include "etcd_txn.h"
#include "log.h"

/* Flannel's: long, so that etcd may be down for hours. */
#define TTL_SECONDS 86400
/* Others that rewrite our key are answered no more often than this. */
#define DISPUTE_MS 1000

/**
 * struct etcd_claim - state of it
 * @config: as given; the prefix became @subnets
 * @events: whom to tell
 * @data: for @events
 * @timer: not before it ends is anything tried again
 * @renewal: time to renew the lease
 * @handles: of the loop that are not closed yet
 * @subnets: what keys of subnets begin with
 * @wish: subnets that the node had before, or NULL
 * @conf: the cluster's network
 * @has_conf: there is one
 * @ready: the table had a snapshot
 * @self: what to tell the others, NULL until known
 * @mine: what is or was held, NULL if there was nothing yet
 * @value: what etcd has as value of @mine
 * @revision: of the last change of it that is known
 * @held: the key is this node's
 * @trying: what the transaction under way is about
 * @sent: its value
 * @sent_lease: of etcd, that the key is to go with
 * @lease: of etcd, 0 for none that lives
 * @dead: one that does not live any more
 * @renew: it is time to
 * @call: what is under way
 * @failures: of calls in a row
 * @renewals: how often the lease was renewed
 * @lost: how often the key was gone
 */
struct etcd_claim {
	struct etcd_claim_config config;
	const struct etcd_claim_events *events;
	void *data;
	uv_timer_t timer;
	uv_timer_t renewal;
	unsigned int handles;
	char *subnets;
	struct lease *wish;
	struct netconf conf;
	bool has_conf;
	bool ready;
	struct lease *self;
	struct lease *mine;
	char *value;
	int64_t revision;
	bool held;
	struct lease *trying;
	char *sent;
	int64_t sent_lease;
	int64_t lease;
	int64_t dead;
	bool renew;
	struct etcd_call *call;
	unsigned int failures;
	unsigned int renewals;
	unsigned int lost;
};

static void step(struct etcd_claim *claim);

static void on_timer(uv_timer_t *timer)
{
	step(timer->data);
}

static void wait_ms(struct etcd_claim *claim, unsigned int ms)
{
	uv_timer_start(&claim->timer, on_timer, ms, 0);
}

static void say(struct etcd_claim *claim, int error, const char *why)
{
	claim->events->state(claim->data, error, why);
}

static void say_subnet(struct etcd_claim *claim, int error, const char *what)
{
	char why[512];

	snprintf(why, sizeof(why), "subnet %s of this node %s",
		 claim->mine->key, what);
	say(claim, error, why);
}

static const struct etcd_table *table(const struct etcd_claim *claim)
{
	return claim->config.table;
}

/* True if the call failed, and what follows is arranged. */
static bool failed(struct etcd_claim *claim, const struct etcd_reply *reply)
{
	claim->call = NULL;
	if (!reply->error) {
		claim->failures = 0;
		return false;
	}
	if (reply->error == -ENOENT && claim->lease) {
		log_info("lease", "etcd has forgotten the lease, asking for another");
		claim->dead = claim->lease;
		claim->lease = 0;
	} else {
		say(claim, reply->error, reply->why);
	}
	wait_ms(claim, backoff_ms(claim->failures++));
	return true;
}

static void on_renewal(uv_timer_t *timer)
{
	struct etcd_claim *claim = timer->data;

	claim->renew = true;
	step(claim);
}

/*
 * After a third, so that two renewals may fail. The loop's clock does not
 * jump when somebody sets the time.
 */
static void use_lease(struct etcd_claim *claim, int64_t id, int64_t ttl)
{
	int64_t margin = 60LL * claim->config.renew_margin, after = ttl / 3;

	if (margin && ttl > margin && ttl - margin < after)
		after = ttl - margin;
	claim->lease = id;
	claim->renew = false;
	uv_timer_start(&claim->renewal, on_renewal,
		       1000 * (uint64_t)(after ?: 1), 0);
}

static void on_keepalive(void *data, const struct etcd_reply *reply)
{
	int64_t ttl = etcd_json_get_number(reply->json, "TTL");
	int64_t id = etcd_json_get_number(reply->json, "ID");
	struct etcd_claim *claim = data;

	if (failed(claim, reply))
		return;
	if (ttl > 0) {
		claim->renewals++;
		use_lease(claim, id, ttl);
	} else {
		claim->dead = id;
		claim->lease = 0;
		claim->renew = false;
	}
	step(claim);
}

static void keepalive(struct etcd_claim *claim, int64_t id)
{
	json_t *body = json_pack("{s:o}", "ID", etcd_json_number(id));

	claim->call = etcd_call(claim->config.etcd, "lease/keepalive", body,
				on_keepalive, claim);
}

static void on_grant(void *data, const struct etcd_reply *reply)
{
	struct etcd_claim *claim = data;

	if (failed(claim, reply))
		return;
	use_lease(claim, etcd_json_get_number(reply->json, "ID"),
		  etcd_json_get_number(reply->json, "TTL"));
	step(claim);
}

static void grant(struct etcd_claim *claim)
{
	json_t *body = json_pack("{s:o}", "TTL",
				 etcd_json_number(TTL_SECONDS));

	claim->call = etcd_call(claim->config.etcd, "lease/grant", body,
				on_grant, claim);
}

/* As the others see it: these subnets, and what is published. */
static struct lease *lease_of(const struct etcd_claim *claim,
			      const struct lease *subnets)
{
	struct lease *lease = memory_must(lease_copy(subnets));
	unsigned int f;

	memcpy(lease->backend, claim->self->backend, sizeof(lease->backend));
	for (f = 0; f < FAMILIES; f++) {
		lease->family[f] = claim->self->family[f];
		lease->family[f].subnet = subnets->family[f].subnet;
		lease->family[f].len = subnets->family[f].len;
	}
	return lease;
}

static void won(struct etcd_claim *claim, int64_t revision, int64_t lease)
{
	struct etcd_kv kv = {
		.key = claim->trying->key,
		.value = claim->sent,
		.len = strlen(claim->sent),
		.revision = revision,
		.lease = lease,
	};
	bool first = !claim->mine;
	const struct etcd_entry *entry;
	struct k8sov_error err;

	if (etcd_table_put(claim->config.table, &kv, &entry, &err) || !entry)
		log_error("lease", "own lease %s: %s", kv.key, err.message);
	lease_destroy(claim->mine);
	free(claim->value);
	claim->mine = claim->trying;
	claim->value = claim->sent;
	claim->trying = NULL;
	claim->sent = NULL;
	claim->revision = revision;
	claim->held = true;
	say(claim, 0, "");
	if (first && entry) {
		log_info("lease", "this node has %s", claim->mine->key);
		claim->events->own(claim->data, entry->lease);
	}
}

/* Somebody was faster. What is there now is better known than before. */
static void lost_race(struct etcd_claim *claim,
		      const struct etcd_txn_reply *now)
{
	const struct etcd_entry *entry;
	struct k8sov_error err;

	if (now->kv.key)
		(void)etcd_table_put(claim->config.table, &now->kv, &entry,
				     &err);
	else
		etcd_table_remove(claim->config.table, claim->trying->key);
	log_debug("lease", "%s changed meanwhile", claim->trying->key);
	wait_ms(claim, backoff_ms(0));
}

static void on_txn(void *data, const struct etcd_reply *reply)
{
	struct etcd_claim *claim = data;
	struct etcd_txn_reply now;

	if (failed(claim, reply))
		return;
	etcd_txn_read(reply->json, claim->trying->key, &now);
	/* It may have been done although a member did not answer in time. */
	if (now.succeeded)
		won(claim, now.revision, claim->sent_lease);
	else if (now.kv.key && now.kv.lease == claim->sent_lease &&
		 !strcmp(now.kv.value, claim->sent))
		won(claim, now.kv.revision, now.kv.lease);
	else
		lost_race(claim, &now);
	etcd_txn_exit(&now);
	step(claim);
}

/*
 * Writes the value of @target, whose entry is @entry or not there, and removes
 * @old. A key of its own is all that an IPv4 subnet needs to be claimed once,
 * for it is in the key first; an IPv6 subnet may be in any other key: then
 * nothing else may have been claimed since we looked.
 */
static void transact(struct etcd_claim *claim, const struct lease *target,
		     const struct etcd_entry *entry,
		     const struct etcd_entry *old)
{
	struct etcd_txn txn = {
		.subnets = claim->subnets,
		.key = target->key,
		.revision = entry ? entry->revision : 0,
		.lease = entry && !entry->etcd_lease ? 0 : claim->lease,
	};
	struct lease *lease = lease_of(claim, target);

	if (!entry && target->family[V6].subnet.family)
		txn.unchanged_since = table(claim)->revision;
	if (old && old != entry) {
		txn.old = old->lease->key;
		txn.old_revision = old->revision;
	}
	lease_destroy(claim->trying);
	free(claim->sent);
	claim->trying = lease;
	claim->sent = memory_must(lease_format_attrs(lease));
	claim->sent_lease = txn.lease;
	txn.value = claim->sent;
	claim->call = etcd_call(claim->config.etcd, "kv/txn",
				etcd_txn_format(&txn), on_txn, claim);
}

/* True if there is a lease to put the key under, or need not be. */
static bool has_lease(struct etcd_claim *claim, const struct etcd_entry *entry)
{
	if (claim->lease || (entry && !entry->etcd_lease))
		return true;
	if (entry && entry->etcd_lease != claim->dead)
		keepalive(claim, entry->etcd_lease);
	else
		grant(claim);
	return false;
}

static void acquire(struct etcd_claim *claim)
{
	const struct etcd_entry *old, *entry = NULL;
	struct lease *target;
	struct alloc_set *taken;
	struct k8sov_error err;
	int ret = 0;

	old = etcd_table_find_public(table(claim), claim->self);
	target = memory_must(lease_copy(claim->self));
	if (old && alloc_lease_fits(&claim->conf, old->lease)) {
		entry = old;
		memcpy(target->family, old->lease->family,
		       sizeof(target->family));
	} else {
		taken = etcd_table_taken(table(claim),
					 old ? old->lease->key : NULL);
		ret = alloc_lease(&claim->conf, taken, claim->wish, target,
				  &err);
		alloc_set_destroy(taken);
	}
	if (ret) {
		say(claim, ret, err.message);
	} else if (has_lease(claim, entry)) {
		free(target->key);
		/* An old key may be written otherwise than we would. */
		target->key = entry ? strdup(entry->lease->key) :
				      lease_format_subnets(target);
		memory_must(target->key);
		transact(claim, target, entry, old);
	}
	lease_destroy(target);
}

/* A subnet that others took in part, in another key. */
static bool overlaps(const struct etcd_claim *claim)
{
	struct alloc_set *taken = etcd_table_taken(table(claim),
						   claim->mine->key);
	const struct lease_family *family = claim->mine->family;
	bool hit = false;
	unsigned int f;

	for (f = 0; f < FAMILIES; f++)
		hit = hit || (family[f].subnet.family &&
			      alloc_set_overlaps(taken, &family[f].subnet,
						 family[f].len));
	alloc_set_destroy(taken);
	return hit;
}

static void conflict(struct etcd_claim *claim)
{
	if (claim->held)
		claim->lost++;
	claim->held = false;
	say_subnet(claim, -EADDRINUSE,
		   "became another node's: it is kept here for running pods, and claimed again when it is free");
}

/* Somebody wrote our key, with our address: true if we need not answer. */
static bool take_over(struct etcd_claim *claim, const struct etcd_entry *entry)
{
	claim->revision = entry->revision;
	if (entry->etcd_lease != claim->lease)
		claim->lease = 0;
	if (etcd_same_value(entry->lease, claim->value))
		return true;
	log_warn("lease", "somebody else writes %s: has another node the same public address?",
		 claim->mine->key);
	free(claim->value);
	claim->value = memory_must(lease_format_attrs(entry->lease));
	wait_ms(claim, DISPUTE_MS);
	return false;
}

static bool is_ours(const struct etcd_claim *claim,
		    const struct etcd_entry *entry)
{
	return entry->revision == claim->revision ||
	       etcd_same_node(entry->lease, claim->self);
}

/* What was held is held on to, and is never exchanged for another subnet. */
static void keep(struct etcd_claim *claim)
{
	const struct etcd_entry *entry;
	struct lease *wanted;
	bool same;

	entry = etcd_table_find(table(claim), claim->mine->key);
	/* What the table has may be older than what we have written. */
	if (entry ? entry->revision < claim->revision :
		    table(claim)->revision < claim->revision)
		return;
	if (entry ? !is_ours(claim, entry) : overlaps(claim)) {
		conflict(claim);
		return;
	}
	if (entry && entry->revision > claim->revision &&
	    !take_over(claim, entry))
		return;
	wanted = lease_of(claim, claim->mine);
	same = etcd_same_value(wanted, claim->value);
	lease_destroy(wanted);
	if (!entry && claim->held) {
		claim->lost++;
		claim->held = false;
		log_warn("lease", "%s was removed from etcd, claiming it again",
			 claim->mine->key);
	}
	if (!has_lease(claim, entry))
		return;
	if (!entry || !same ||
	    (entry->etcd_lease && entry->etcd_lease != claim->lease))
		transact(claim, claim->mine, entry, NULL);
	else if (!alloc_lease_fits(&claim->conf, claim->mine))
		say_subnet(claim, -EADDRNOTAVAIL,
			   "is not one of the cluster's network any more: it is kept for running pods");
	else
		say(claim, 0, "");
}

static void step(struct etcd_claim *claim)
{
	if (claim->call || uv_is_active((uv_handle_t *)&claim->timer))
		return;
	if (claim->renew && claim->lease)
		keepalive(claim, claim->lease);
	else if (!claim->ready || !claim->has_conf || !claim->self)
		return;
	else if (claim->mine)
		keep(claim);
	else
		acquire(claim);
}

/**
 * etcd_claim_set_self() - what the others are to know of this node
 * @claim: the claim
 * @self: public addresses, MAC addresses, VNI and backend
 */
void etcd_claim_set_self(struct etcd_claim *claim, const struct lease *self)
{
	lease_destroy(claim->self);
	claim->self = memory_must(lease_copy(self));
	step(claim);
}

/**
 * etcd_claim_set_netconf() - what the cluster's network is
 * @claim: the claim
 * @conf: its configuration
 */
void etcd_claim_set_netconf(struct etcd_claim *claim,
			    const struct netconf *conf)
{
	claim->conf = *conf;
	claim->has_conf = true;
	step(claim);
}

/**
 * etcd_claim_check() - the table has changed, and is whole
 * @claim: the claim
 */
void etcd_claim_check(struct etcd_claim *claim)
{
	claim->ready = true;
	step(claim);
}

/**
 * etcd_claim_restart() - the cluster is another, or an older one
 * @claim: the claim
 */
void etcd_claim_restart(struct etcd_claim *claim)
{
	claim->revision = 0;
	claim->lease = 0;
	claim->dead = 0;
}

/**
 * etcd_claim_key() - what is claimed
 * @claim: the claim
 *
 * Return: key of what is or was held, NULL if there was nothing yet.
 */
const char *etcd_claim_key(const struct etcd_claim *claim)
{
	return claim->mine ? claim->mine->key : NULL;
}

/**
 * etcd_claim_create() - begin to want a subnet
 * @loop: where it runs
 * @config: what a claim is made of; etcd and table are used, the rest copied
 * @events: whom to tell
 * @data: for @events
 *
 * Return: the claim.
 */
struct etcd_claim *etcd_claim_create(uv_loop_t *loop,
				     const struct etcd_claim_config *config,
				     const struct etcd_claim_events *events,
				     void *data)
{
	struct etcd_claim *claim = memory_must(calloc(1, sizeof(*claim)));

	claim->config = *config;
	claim->config.prefix = NULL;
	claim->config.wish = NULL;
	claim->events = events;
	claim->data = data;
	if (config->wish)
		claim->wish = memory_must(lease_copy(config->wish));
	if (asprintf(&claim->subnets, "%s/subnets/", config->prefix) < 0)
		abort();
	uv_timer_init(loop, &claim->timer);
	uv_timer_init(loop, &claim->renewal);
	claim->timer.data = claim;
	claim->renewal.data = claim;
	claim->handles = 2;
	return claim;
}

static void free_claim(uv_handle_t *handle)
{
	struct etcd_claim *claim = handle->data;

	if (--claim->handles)
		return;
	lease_destroy(claim->wish);
	lease_destroy(claim->self);
	lease_destroy(claim->mine);
	lease_destroy(claim->trying);
	free(claim->subnets);
	free(claim->value);
	free(claim->sent);
	free(claim);
}

/**
 * etcd_claim_destroy() - stop; what is held stays in etcd until it ends
 * @claim: the claim, or NULL; the loop must run once more to close handles
 */
void etcd_claim_destroy(struct etcd_claim *claim)
{
	if (!claim)
		return;
	etcd_cancel(claim->call);
	uv_close((uv_handle_t *)&claim->timer, free_claim);
	uv_close((uv_handle_t *)&claim->renewal, free_claim);
}

/**
 * etcd_claim_describe() - state of it for people
 * @claim: the claim
 *
 * Return: a new object.
 */
json_t *etcd_claim_describe(const struct etcd_claim *claim)
{
	char id[32];

	snprintf(id, sizeof(id), "%llx", (unsigned long long)claim->lease);
	return json_pack("{s:s*, s:b, s:s, s:i, s:i}", "subnets",
			 etcd_claim_key(claim), "held", claim->held, "lease",
			 id, "renewals", claim->renewals, "lost", claim->lost);
}

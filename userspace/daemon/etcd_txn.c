// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "etcd_txn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"
#include "etcd_json.h"

static json_t *full_key(const struct etcd_txn *txn, const char *key)
{
	json_t *json;
	char *text;

	if (asprintf(&text, "%s%s", txn->subnets, key) < 0)
		abort();
	json = etcd_json_text(text);
	free(text);
	return json;
}

/* The revision of a key's last change is just this; 0 if it is not there. */
static json_t *is_at(const struct etcd_txn *txn, const char *key,
		     int64_t revision)
{
	return json_pack("{s:s, s:s, s:o, s:o}", "target", "MOD", "result",
			 "EQUAL", "key", full_key(txn, key), "mod_revision",
			 etcd_json_number(revision));
}

static json_t *is_new(const struct etcd_txn *txn)
{
	return json_pack("{s:s, s:s, s:o, s:s}", "target", "VERSION",
			 "result", "EQUAL", "key", full_key(txn, txn->key),
			 "version", "0");
}

static json_t *all_before(const struct etcd_txn *txn)
{
	json_t *compare = json_pack(
		"{s:s, s:s, s:o}", "target", "MOD", "result", "LESS",
		"mod_revision", etcd_json_number(txn->unchanged_since + 1));

	etcd_json_set_prefix(compare, txn->subnets);
	return compare;
}

/**
 * etcd_txn_format() - a transaction as etcd takes it
 * @txn: the transaction
 *
 * Return: a new object.
 */
json_t *etcd_txn_format(const struct etcd_txn *txn)
{
	json_t *compare = json_array(), *success = json_array(), *put;

	json_array_append_new(compare,
			      txn->revision ?
				      is_at(txn, txn->key, txn->revision) :
				      is_new(txn));
	put = json_pack("{s:o, s:o, s:o}", "key", full_key(txn, txn->key),
			"value", etcd_json_text(txn->value), "lease",
			etcd_json_number(txn->lease));
	json_array_append_new(success, json_pack("{s:o}", "request_put", put));
	if (txn->unchanged_since)
		json_array_append_new(compare, all_before(txn));
	if (txn->old) {
		json_array_append_new(compare, is_at(txn, txn->old,
						     txn->old_revision));
		json_array_append_new(success,
				      json_pack("{s:{s:o}}",
						"request_delete_range", "key",
						full_key(txn, txn->old)));
	}
	return json_pack("{s:o, s:o, s:[{s:{s:o}}]}", "compare", compare,
			 "success", success, "failure", "request_range", "key",
			 full_key(txn, txn->key));
}

/**
 * etcd_txn_read() - what came of a transaction
 * @json: etcd's answer
 * @key: the subnet of the transaction
 * @reply: filled; to be given to etcd_txn_exit()
 */
void etcd_txn_read(const json_t *json, const char *key,
		   struct etcd_txn_reply *reply)
{
	const json_t *responses = json_object_get(json, "responses");
	const json_t *range = json_object_get(json_array_get(responses, 0),
					      "response_range");
	const json_t *kv = json_array_get(json_object_get(range, "kvs"), 0);

	memset(reply, 0, sizeof(*reply));
	reply->revision = etcd_json_get_number(json_object_get(json, "header"),
					       "revision");
	reply->succeeded = json_is_true(json_object_get(json, "succeeded"));
	if (reply->succeeded || !kv)
		return;
	reply->value = etcd_json_get_bytes(kv, "value", &reply->kv.len);
	if (!reply->value)
		return;
	reply->kv.key = key;
	reply->kv.value = reply->value;
	reply->kv.revision = etcd_json_get_number(kv, "mod_revision");
	reply->kv.lease = etcd_json_get_number(kv, "lease");
}

/**
 * etcd_txn_exit() - free what a reply holds
 * @reply: the reply
 */
void etcd_txn_exit(struct etcd_txn_reply *reply)
{
	free(reply->value);
}

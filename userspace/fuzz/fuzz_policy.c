// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any bytes as manifests. Whatever they are, a policy that is broken has no
 * rules and isolates, one that is not says only what a compiler can rely on,
 * and the same text in JSON is read the same way.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "../policy/parse.h"
#include "../text/yaml_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void check_text(const char *text)
{
	for (; *text; text++)
		must(*text >= ' ' && *text <= '~');
}

static void check_selector(const struct policy_selector *selector)
{
	const struct policy_requirement *req;
	size_t i, j;

	for (i = 0; i < selector->n; i++) {
		req = &selector->req[i];
		must(*req->key && (req->op <= POLICY_NOT_IN) == (req->n > 0));
		must(!i || strcmp(req[-1].key, req->key) <= 0);
		for (j = 1; j < req->n; j++)
			must(strcmp(req->value[j - 1], req->value[j]) <= 0);
	}
}

static void check_cidr(const struct policy_cidr *cidr)
{
	struct k8sov_addr masked = cidr->addr;

	must(cidr->len <= bits_width(&cidr->addr));
	bits_mask(&masked, cidr->len);
	must(bits_equal(&masked, &cidr->addr));
}

static void check_peer(const struct policy_peer *peer)
{
	size_t i;

	check_selector(&peer->namespaces);
	check_selector(&peer->pods);
	check_selector(&peer->nodes);
	must(!peer->excepts || peer->kind == POLICY_PEER_BLOCK);
	if (peer->kind == POLICY_PEER_BLOCK)
		check_cidr(&peer->block);
	for (i = 0; i < peer->excepts; i++) {
		check_cidr(&peer->except[i]);
		must(bits_covers(&peer->block.addr, peer->block.len,
				 &peer->except[i].addr));
	}
}

static void check_rule(const struct policy_rule *rule)
{
	const struct policy_port *port;
	size_t i;

	must(rule->any_peer == !rule->peers && rule->any_port == !rule->ports);
	for (i = 0; i < rule->peers; i++)
		check_peer(&rule->peer[i]);
	for (i = 0; i < rule->ports; i++) {
		port = &rule->port[i];
		must(port->name ? *port->name : port->from <= port->to);
		must(port->name || port->protocol);
		must(port->name || port->from || port->to == 65535);
	}
}

static void check_policy(const struct policy *policy)
{
	unsigned int d;
	size_t i;

	check_text(policy->name);
	check_selector(&policy->subject);
	check_selector(&policy->subject_namespaces);
	must(policy->priority <= 1000 && policy->tier < POLICY_TIERS);
	if (policy->broken) {
		check_text(policy->broken);
		must(!policy->rules[0] && !policy->rules[1]);
		must(policy->applies[0] == (policy->namespace != NULL));
		must(policy->applies[1] == (policy->namespace != NULL));
	}
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		for (i = 0; i < policy->rules[d]; i++)
			check_rule(&policy->rule[d][i]);
}

static void take(void *data, const char *title, struct policy_object *object,
		 const struct k8sov_error *err)
{
	size_t *n = data;

	check_text(title);
	must(strchr(title, ' ') && (object || err->code));
	if (!object) {
		check_text(err->message);
		return;
	}
	*n += (size_t)object->type + 1;
	if (object->type == POLICY_OBJECT_POLICY)
		check_policy(&object->policy);
	policy_object_exit(object);
}

static bool take_document(void *data, size_t line, json_t *root,
			  const struct k8sov_error *err)
{
	size_t *n = data, before = *n, again = 0;
	json_t *copy;
	char *text;

	must(line && (root || err->code));
	if (!root)
		return true;
	policy_parse_each(root, take, n);
	text = json_dumps(root, JSON_ENCODE_ANY);
	copy = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	must(copy != NULL);
	policy_parse_each(copy, take, &again);
	must(again == *n - before);
	json_decref(copy);
	free(text);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root = json_loadb((const char *)data, size, 0, NULL);
	size_t n = 0;

	if (root)
		policy_parse_each(root, take, &n);
	json_decref(root);
	yaml_each((const char *)data, size, take_document, &n);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_TEXT_H
#define _POLICY_TEXT_H

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"
#include "../policy/object.h"

/*
 * Objects as lines of text, for tests.
 *
 * pod NS/NAME [uid U] [node N] [labels L] [addr A]... [port NAME:PROTO:N]...
 *     [host] [over]
 * ns NAME [labels L]
 * node NAME [labels L] [addr A]...
 * np NS/NAME for SELECTOR types i|e|ie RULE...
 * admin|baseline NAME PRIORITY for NAMESPACES PODS RULE...
 * either: broken (after for)
 *
 * RULE: in|out [deny|pass] PEER... PORT...
 * PEER: pods SELECTOR (own namespace) | from NAMESPACES PODS | nodes SELECTOR |
 *	 block CIDR [except CIDR]... | unknown | nobody; none: any peer
 * PORT: tcp|udp|sctp|any N|N-N|*|NAME; none: any port
 * L: k=v,k=v  SELECTOR: * or k=v|w, k!=v|w, +k, -k with commas between
 */
struct words {
	char *text;
	char *word[256];
	size_t n;
	size_t at;
};

static inline void words_init(struct words *w, const char *line)
{
	char *save = NULL, *word;

	memset(w, 0, sizeof(*w));
	w->text = memory_must(strdup(line));
	for (word = strtok_r(w->text, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		w->word[w->n++] = word;
}

static inline const char *words_next(struct words *w)
{
	if (w->at == w->n) {
		printf("# broken test: a word is missing\n");
		abort();
	}
	return w->word[w->at++];
}

static inline bool words_is(struct words *w, const char *word)
{
	if (w->at == w->n || strcmp(w->word[w->at], word) != 0)
		return false;
	w->at++;
	return true;
}

static inline void text_copy(char **to, const char *word)
{
	free(*to);
	*to = memory_must(strdup(word));
}

static inline void text_slash(const char *word, char **first, char **second)
{
	const char *slash = strchr(word, '/');

	*first = memory_must(strndup(word, (size_t)(slash - word)));
	*second = memory_must(strdup(slash + 1));
}

static inline void text_labels(const char *word, struct policy_labels *labels)
{
	char *copy = memory_must(strdup(word)), *save = NULL, *part, *equal;

	for (part = strtok_r(copy, ",", &save); part;
	     part = strtok_r(NULL, ",", &save)) {
		labels->label = memory_grow(labels->label, labels->n,
					    sizeof(*labels->label));
		equal = strchr(part, '=');
		*equal = '\0';
		labels->label[labels->n].key = memory_must(strdup(part));
		labels->label[labels->n++].value =
			memory_must(strdup(equal + 1));
	}
	free(copy);
}

static inline void text_values(char *text, struct policy_requirement *req)
{
	char *save = NULL, *part;

	/* An empty value is a value. */
	if (!*text) {
		req->value = memory_must(calloc(1, sizeof(char *)));
		req->value[req->n++] = memory_must(strdup(""));
	}
	for (part = strtok_r(text, "|", &save); part;
	     part = strtok_r(NULL, "|", &save)) {
		req->value = memory_grow(req->value, req->n, sizeof(char *));
		req->value[req->n++] = memory_must(strdup(part));
	}
}

static inline void text_requirement(char *part, struct policy_requirement *req)
{
	char *equal = strchr(part, '=');

	memset(req, 0, sizeof(*req));
	if (equal) {
		*equal = '\0';
		req->op = POLICY_IN;
		if (equal > part && equal[-1] == '!') {
			equal[-1] = '\0';
			req->op = POLICY_NOT_IN;
		}
		text_values(equal + 1, req);
	} else {
		req->op = *part == '+' ? POLICY_EXISTS : POLICY_DOES_NOT_EXIST;
		part++;
	}
	req->key = memory_must(strdup(part));
}

static inline void text_selector(const char *word, struct policy_selector *s)
{
	char *copy, *save = NULL, *part;

	if (!strcmp(word, "*"))
		return;
	copy = memory_must(strdup(word));
	for (part = strtok_r(copy, ",", &save); part;
	     part = strtok_r(NULL, ",", &save)) {
		s->req = memory_grow(s->req, s->n, sizeof(*s->req));
		text_requirement(part, &s->req[s->n++]);
	}
	free(copy);
}

static inline void text_addr(const char *word, struct k8sov_addr **addr,
			     size_t *n)
{
	*addr = memory_grow(*addr, *n, sizeof(**addr));
	if (k8sov_addr_parse(word, &(*addr)[(*n)++]))
		abort();
}

static inline uint8_t text_protocol(const char *word)
{
	return !strcmp(word, "tcp") ? IPPROTO_TCP :
	       !strcmp(word, "udp") ? IPPROTO_UDP :
	       !strcmp(word, "sctp") ? IPPROTO_SCTP : 0;
}

static inline void text_named_port(const char *word, struct policy_pod *pod)
{
	struct policy_named_port *port;
	char name[64], protocol[8];
	unsigned int number;

	if (sscanf(word, "%63[^:]:%7[^:]:%u", name, protocol, &number) != 3)
		abort();
	pod->port = memory_grow(pod->port, pod->ports, sizeof(*port));
	port = &pod->port[pod->ports++];
	port->name = memory_must(strdup(name));
	port->protocol = text_protocol(protocol);
	port->port = (uint16_t)number;
}

static inline void text_pod(struct words *w, struct policy_pod *pod)
{
	memset(pod, 0, sizeof(*pod));
	text_slash(words_next(w), &pod->namespace, &pod->name);
	while (w->at < w->n) {
		if (words_is(w, "uid"))
			text_copy(&pod->uid, words_next(w));
		else if (words_is(w, "node"))
			text_copy(&pod->node, words_next(w));
		else if (words_is(w, "labels"))
			text_labels(words_next(w), &pod->labels);
		else if (words_is(w, "addr"))
			text_addr(words_next(w), &pod->addr, &pod->addrs);
		else if (words_is(w, "port"))
			text_named_port(words_next(w), pod);
		else if (words_is(w, "host"))
			pod->host_network = true;
		else if (words_is(w, "over"))
			pod->over = true;
		else
			abort();
	}
	if (!pod->uid)
		text_copy(&pod->uid, "u");
}

static inline void text_namespace(struct words *w, struct policy_namespace *ns)
{
	memset(ns, 0, sizeof(*ns));
	ns->name = memory_must(strdup(words_next(w)));
	if (words_is(w, "labels"))
		text_labels(words_next(w), &ns->labels);
}

static inline void text_node(struct words *w, struct policy_node *node)
{
	memset(node, 0, sizeof(*node));
	node->name = memory_must(strdup(words_next(w)));
	if (words_is(w, "labels"))
		text_labels(words_next(w), &node->labels);
	while (words_is(w, "addr"))
		text_addr(words_next(w), &node->addr, &node->addrs);
}

static inline void text_cidr(const char *word, struct policy_cidr *cidr)
{
	if (k8sov_prefix_parse(word, &cidr->addr, &cidr->len))
		abort();
}

static inline void text_block(struct words *w, struct policy_peer *peer)
{
	peer->kind = POLICY_PEER_BLOCK;
	text_cidr(words_next(w), &peer->block);
	while (words_is(w, "except")) {
		peer->except = memory_grow(peer->except, peer->excepts,
					   sizeof(*peer->except));
		text_cidr(words_next(w), &peer->except[peer->excepts++]);
	}
}

static inline bool text_peer(struct words *w, struct policy_rule *rule)
{
	struct policy_peer peer = { .kind = POLICY_PEER_PODS };

	if (words_is(w, "nobody")) {
		rule->any_peer = false;
		return true;
	}
	if (words_is(w, "pods")) {
		peer.own_namespace = true;
		text_selector(words_next(w), &peer.pods);
	} else if (words_is(w, "from")) {
		text_selector(words_next(w), &peer.namespaces);
		text_selector(words_next(w), &peer.pods);
	} else if (words_is(w, "nodes")) {
		peer.kind = POLICY_PEER_NODES;
		text_selector(words_next(w), &peer.nodes);
	} else if (words_is(w, "block")) {
		text_block(w, &peer);
	} else if (words_is(w, "unknown")) {
		peer.kind = POLICY_PEER_UNKNOWN;
	} else {
		return false;
	}
	rule->any_peer = false;
	rule->peer = memory_grow(rule->peer, rule->peers, sizeof(peer));
	rule->peer[rule->peers++] = peer;
	return true;
}

static inline bool text_port(struct words *w, struct policy_rule *rule)
{
	struct policy_port port = { .to = 65535 };
	const char *word = w->at < w->n ? w->word[w->at] : "";
	unsigned int from, to;

	if (!text_protocol(word) && strcmp(word, "any") != 0)
		return false;
	port.protocol = text_protocol(words_next(w));
	word = words_next(w);
	switch (sscanf(word, "%u-%u", &from, &to)) {
	case 2:
		port.from = (uint16_t)from;
		port.to = (uint16_t)to;
		break;
	case 1:
		port.from = port.to = (uint16_t)from;
		break;
	default:
		if (strcmp(word, "*") != 0)
			port.name = memory_must(strdup(word));
	}
	rule->any_port = false;
	rule->port = memory_grow(rule->port, rule->ports, sizeof(port));
	rule->port[rule->ports++] = port;
	return true;
}

static inline void text_rule(struct words *w, struct policy *policy,
			     enum policy_direction d)
{
	struct policy_rule *rule;

	policy->rule[d] = memory_grow(policy->rule[d], policy->rules[d],
				      sizeof(*rule));
	rule = &policy->rule[d][policy->rules[d]++];
	memset(rule, 0, sizeof(*rule));
	rule->any_peer = true;
	rule->any_port = true;
	if (words_is(w, "deny"))
		rule->action = POLICY_DENY;
	else if (words_is(w, "pass"))
		rule->action = POLICY_PASS;
	while (text_peer(w, rule))
		;
	while (text_port(w, rule))
		;
}

static inline void text_head(struct words *w, const char *kind,
			     struct policy *policy)
{
	const char *types;

	if (!strcmp(kind, "np")) {
		policy->kind = "NetworkPolicy";
		policy->tier = POLICY_TIER_NAMESPACE;
		text_slash(words_next(w), &policy->namespace, &policy->name);
		words_next(w);
		text_selector(words_next(w), &policy->subject);
		if (words_is(w, "types")) {
			types = words_next(w);
			policy->applies[0] = strchr(types, 'i');
			policy->applies[1] = strchr(types, 'e');
		}
		return;
	}
	policy->kind = "ClusterNetworkPolicy";
	policy->tier = strcmp(kind, "admin") ? POLICY_TIER_BASELINE :
					       POLICY_TIER_ADMIN;
	policy->name = memory_must(strdup(words_next(w)));
	policy->priority = (unsigned int)atoi(words_next(w));
	words_next(w);
	text_selector(words_next(w), &policy->subject_namespaces);
	text_selector(words_next(w), &policy->subject);
}

static inline void text_policy(struct words *w, const char *kind,
			       struct policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	text_head(w, kind, policy);
	if (words_is(w, "broken"))
		policy->broken = memory_must(strdup("it is broken"));
	while (w->at < w->n) {
		if (words_is(w, "in")) {
			text_rule(w, policy, POLICY_INGRESS);
		} else if (words_is(w, "out")) {
			text_rule(w, policy, POLICY_EGRESS);
		} else {
			printf("# broken test: %s\n", w->word[w->at]);
			abort();
		}
	}
}

#endif /* _POLICY_TEXT_H */

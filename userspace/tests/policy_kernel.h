/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_KERNEL_H
#define _POLICY_KERNEL_H

#include <stdio.h>
#include <string.h>

#include "../lib/memory.h"
#include "../policy/view.h"

/* A model of the kernel's tables, which changes are made to one by one. */
#define KERNEL_MAX 1024

struct kernel_class {
	uint32_t *identity;
	size_t identities;
	struct policy_range *range;
	size_t ranges;
};

struct kernel_ruleset {
	uint32_t id;
	size_t rules;
	char **name;
	bool *accept;
	size_t classes;
	struct kernel_class *class;
};

struct kernel_endpoint {
	char key[256];
	uint32_t identity;
	uint32_t ruleset[POLICY_DIRECTIONS];
	bool isolated;
};

struct kernel_model {
	struct policy_prefix prefix[KERNEL_MAX];
	size_t prefixes;
	struct kernel_ruleset ruleset[KERNEL_MAX];
	size_t rulesets;
	struct kernel_endpoint endpoint[KERNEL_MAX];
	size_t endpoints;
	const char *last_rule;	/* that decided */
	const char *broken;			/* a change that is impossible */
};

static inline void *kernel_copy(const void *from, size_t size)
{
	void *to = memory_must(malloc(size + 1));

	if (size)
		memcpy(to, from, size);
	return to;
}

static inline struct kernel_ruleset *kernel_ruleset(struct kernel_model *k,
						    uint32_t id)
{
	size_t i;

	for (i = 0; i < k->rulesets; i++)
		if (k->ruleset[i].id == id)
			return &k->ruleset[i];
	return NULL;
}

static inline void kernel_ruleset_exit(struct kernel_ruleset *r)
{
	size_t i;

	for (i = 0; i < r->classes; i++) {
		free(r->class[i].identity);
		free(r->class[i].range);
	}
	for (i = 0; i < r->rules; i++)
		free(r->name[i]);
	free(r->class);
	free(r->name);
	free(r->accept);
}

/* What the kernel refuses. */
static inline const char *kernel_bad(const struct policy_ruleset *from)
{
	size_t i, j, k, l;

	if (!from->id || !from->rules)
		return "a ruleset without id or rules";
	for (i = 0; i < from->classes; i++) {
		const struct policy_class *c = &from->class[i];

		if (!c->identities || !c->ranges)
			return "an empty class";
		for (j = 0; j < c->ranges; j++)
			if (c->range[j].from > c->range[j].to ||
			    c->range[j].to > POLICY_KEY_LAST ||
			    c->range[j].rule >= from->rules ||
			    (j && c->range[j].from <= c->range[j - 1].to))
				return "ranges out of order";
		for (k = 0; k < i; k++)
			for (j = 0; j < c->identities; j++)
				for (l = 0; l < from->class[k].identities; l++)
					if (c->identity[j] ==
					    from->class[k].identity[l])
						return "an identity twice";
	}
	return NULL;
}

static inline void kernel_set_ruleset(struct kernel_model *k,
				      const struct policy_ruleset *from)
{
	struct kernel_ruleset *r = kernel_ruleset(k, from->id);
	size_t i;

	if (kernel_bad(from))
		k->broken = kernel_bad(from);
	if (r)
		kernel_ruleset_exit(r);
	else
		r = &k->ruleset[k->rulesets++];
	r->id = from->id;
	r->rules = from->rules;
	r->name = memory_must(calloc(r->rules, sizeof(char *)));
	r->accept = memory_must(calloc(r->rules, sizeof(bool)));
	for (i = 0; i < r->rules; i++) {
		if (strlen(from->rule[i].name) >= POLICY_NAME_SIZE)
			k->broken = "a name too long";
		r->name[i] = memory_must(strdup(from->rule[i].name));
		r->accept[i] = from->rule[i].accept;
	}
	r->classes = from->classes;
	r->class = memory_must(calloc(r->classes + 1, sizeof(*r->class)));
	for (i = 0; i < r->classes; i++) {
		const struct policy_class *c = &from->class[i];

		r->class[i].identities = c->identities;
		r->class[i].identity = kernel_copy(c->identity, 4 *
						   c->identities);
		r->class[i].ranges = c->ranges;
		r->class[i].range = kernel_copy(c->range, c->ranges *
						sizeof(*c->range));
	}
}

static inline void kernel_delete_ruleset(struct kernel_model *k, uint32_t id)
{
	struct kernel_ruleset *r = kernel_ruleset(k, id);
	size_t i;

	for (i = 0; i < k->endpoints; i++)
		if (k->endpoint[i].ruleset[0] == id ||
		    k->endpoint[i].ruleset[1] == id)
			k->broken = "a ruleset is deleted that is in use";
	if (!r) {
		k->broken = "a ruleset is deleted that is not there";
		return;
	}
	kernel_ruleset_exit(r);
	*r = k->ruleset[--k->rulesets];
}

static inline bool kernel_same(const struct policy_cidr *a,
			       const struct policy_cidr *b)
{
	return a->len == b->len && a->addr.family == b->addr.family &&
	       !memcmp(&a->addr.v6, &b->addr.v6,
		       a->addr.family == AF_INET ? 4 : 16);
}

static inline void kernel_prefix(struct kernel_model *k,
				 const struct policy_prefix *p, bool set)
{
	size_t i;

	for (i = 0; i < k->prefixes; i++)
		if (kernel_same(&k->prefix[i].cidr, &p->cidr))
			break;
	if (set) {
		if (p->identity < POLICY_IDENTITY_FIRST)
			k->broken = "an identity of the kernel's";
		k->prefix[i] = *p;
		k->prefixes += i == k->prefixes;
	} else if (i == k->prefixes) {
		k->broken = "a prefix is deleted that is not there";
	} else {
		k->prefix[i] = k->prefix[--k->prefixes];
	}
}

static inline struct kernel_endpoint *
kernel_endpoint(struct kernel_model *k, const char *namespace, const char *name,
		const char *uid)
{
	struct kernel_endpoint *e = &k->endpoint[k->endpoints];
	size_t i = 0;

	snprintf(e->key, sizeof(e->key), "%s/%s %s", namespace, name, uid);
	while (strcmp(k->endpoint[i].key, e->key) != 0)
		i++;
	return &k->endpoint[i];
}

static inline void kernel_set_endpoint(struct kernel_model *k,
				       const struct policy_endpoint *from)
{
	struct kernel_endpoint *e = kernel_endpoint(k, from->namespace,
						    from->name, from->uid);
	unsigned int d;

	k->endpoints += e == &k->endpoint[k->endpoints];
	e->identity = from->identity;
	e->isolated = from->isolated;
	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		e->ruleset[d] = from->ruleset[d];
		if (e->ruleset[d] && !kernel_ruleset(k, e->ruleset[d]))
			k->broken = "an endpoint has a ruleset that is not there";
	}
}

static inline void kernel_delete_endpoint(struct kernel_model *k,
					  const struct policy_endpoint *from)
{
	struct kernel_endpoint *e = kernel_endpoint(k, from->namespace,
						    from->name, from->uid);

	if (e == &k->endpoint[k->endpoints])
		k->broken = "an endpoint is deleted that is not there";
	else
		*e = k->endpoint[--k->endpoints];
}

static inline void kernel_apply(struct kernel_model *k,
				const struct policy_change *change)
{
	switch (change->kind) {
	case POLICY_SET_RULESET:
		kernel_set_ruleset(k, &change->ruleset);
		break;
	case POLICY_SET_PREFIX:
		kernel_prefix(k, &change->prefix, true);
		break;
	case POLICY_DELETE_PREFIX:
		kernel_prefix(k, &change->prefix, false);
		break;
	case POLICY_DELETE_ENDPOINT:
		kernel_delete_endpoint(k, &change->endpoint);
		break;
	case POLICY_SET_ENDPOINT:
		kernel_set_endpoint(k, &change->endpoint);
		break;
	case POLICY_DELETE_RULESET:
		kernel_delete_ruleset(k, change->ruleset.id);
		break;
	}
}

static inline uint32_t kernel_identity(const struct kernel_model *k,
				       const struct k8sov_addr *addr)
{
	const uint8_t *b = (const uint8_t *)&addr->v6;
	uint32_t identity = 0;
	int best = -1;
	size_t i;

	for (i = 0; i < k->prefixes; i++) {
		const struct policy_cidr *c = &k->prefix[i].cidr;
		const uint8_t *a = (const uint8_t *)&c->addr.v6;
		unsigned int len = c->len, bytes = len / 8, bits = len % 8;

		if (c->addr.family != addr->family || (int)len <= best ||
		    memcmp(a, b, bytes) != 0 ||
		    (bits && (a[bytes] ^ b[bytes]) >> (8 - bits)))
			continue;
		best = (int)len;
		identity = k->prefix[i].identity;
	}
	return identity;
}

static inline const struct kernel_class *
kernel_class(const struct kernel_ruleset *r, uint32_t identity)
{
	const struct kernel_class *any = NULL;
	size_t i, j;

	for (i = 0; i < r->classes; i++)
		for (j = 0; j < r->class[i].identities; j++) {
			if (r->class[i].identity[j] == identity)
				return &r->class[i];
			if (r->class[i].identity[j] == POLICY_IDENTITY_ANY)
				any = &r->class[i];
		}
	return any;
}

/* 1 accepts, 0 drops, -1 there is no such endpoint: drops. */
static inline int kernel_verdict(struct kernel_model *k, const char *key,
				 enum policy_direction d, uint32_t identity,
				 uint32_t port)
{
	const struct kernel_ruleset *r;
	const struct kernel_class *c;
	uint32_t rule = 0;
	size_t i;

	for (i = 0; i < k->endpoints; i++)
		if (!strcmp(k->endpoint[i].key, key))
			break;
	if (i == k->endpoints)
		return -1;
	k->last_rule = "";
	if (k->endpoint[i].isolated)
		return 0;
	if (!k->endpoint[i].ruleset[d])
		return 1;
	r = kernel_ruleset(k, k->endpoint[i].ruleset[d]);
	c = kernel_class(r, identity);
	for (i = 0; c && i < c->ranges; i++)
		if (port >= c->range[i].from && port <= c->range[i].to)
			rule = c->range[i].rule;
	k->last_rule = r->name[rule];
	return r->accept[rule];
}

static inline void kernel_exit(struct kernel_model *k)
{
	while (k->rulesets)
		kernel_ruleset_exit(&k->ruleset[--k->rulesets]);
}

#endif /* _POLICY_KERNEL_H */

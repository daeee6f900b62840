// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "rules.h"

#include <stdio.h>

static const char *const direction_words[] = { "ingress", "egress" };

static char no_room[] =
	"it tells more addresses apart than max-identities of the device has room for";

static void init_selectors(struct cluster *c, struct policy_rules *rules)
{
	selector_init(&rules->subject_namespaces, &c->words,
		      &rules->policy.subject_namespaces);
	selector_init(&rules->subject, &c->words, &rules->policy.subject);
}

/**
 * rules_create() - what a policy says
 * @c: the cluster
 * @policy: the policy, taken over
 *
 * Return: the rules, held by nobody.
 */
struct policy_rules *rules_create(struct cluster *c, struct policy *policy)
{
	struct policy_rules *rules = memory_must(calloc(1, sizeof(*rules)));

	rules->policy = *policy;
	memset(policy, 0, sizeof(*policy));
	init_selectors(c, rules);
	return rules;
}

/**
 * rules_close() - what a policy says for which there is no room
 * @c: the cluster
 * @open: what it says, taken over
 *
 * Return: rules for the same pods and directions that accept nothing.
 */
struct policy_rules *rules_close(struct cluster *c, struct policy_rules *open)
{
	struct policy_rules *rules = memory_must(calloc(1, sizeof(*rules)));
	unsigned int d;

	rules->policy = open->policy;
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		if (!rules_apply(open, d))
			rules->policy.rules[d] = 0;
	rules->policy.broken = no_room;
	rules->object = open->object;
	rules->set = open->set;
	rules->closed = true;
	rules->open = open;
	init_selectors(c, rules);
	return rules;
}

static bool names_ports(const struct rule *rule)
{
	size_t i;

	for (i = 0; rule->from && i < rule->from->ports; i++)
		if (rule->from->port[i].name)
			return true;
	return false;
}

/**
 * rules_ask() - whether rules tell addresses apart
 * @rules: the rules
 *
 * Return: whether they do, at this time.
 */
bool rules_ask(const struct policy_rules *rules)
{
	unsigned int d;
	size_t i;

	for (d = 0; d < POLICY_DIRECTIONS; d++)
		for (i = 0; i < rules->rules[d]; i++)
			if (rules->rule[d][i].atoms ||
			    (d == POLICY_EGRESS &&
			     names_ports(&rules->rule[d][i])))
				return true;
	return false;
}

/**
 * rules_destroy() - forget what a policy says
 * @c: the cluster
 * @rules: rules that nobody holds, or NULL
 */
void rules_destroy(struct cluster *c, struct policy_rules *rules)
{
	if (!rules)
		return;
	selector_exit(&rules->subject_namespaces, &c->words);
	selector_exit(&rules->subject, &c->words);
	if (rules->closed)
		rules_destroy(c, rules->open);
	else
		policy_exit(&rules->policy);
	free(rules);
}

/**
 * rules_name() - the name of a policy, as in the kernel
 * @rules: what it says
 * @name: set
 */
void rules_name(const struct policy_rules *rules, char name[POLICY_NAME_SIZE])
{
	const struct policy *p = &rules->policy;

	snprintf(name, POLICY_NAME_SIZE, "%s %s%s%s", p->kind,
		 p->namespace ? p->namespace : "", p->namespace ? "/" : "",
		 p->name);
}

/*
 * Numbers and the rule's own name are kept whole; a policy's name may be as
 * long as all of it.
 */
static char *rule_name(const struct policy_rules *rules, unsigned int direction,
		       size_t index)
{
	const struct policy_rule *from = &rules->policy.rule[direction][index];
	char name[POLICY_NAME_SIZE], tail[POLICY_NAME_SIZE];
	bool named = !rules->policy.broken && from->name;
	size_t len;
	char *text;

	rules_name(rules, name);
	if (rules->policy.broken)
		snprintf(tail, sizeof(tail), " %s: %s",
			 direction_words[direction],
			 rules->closed ? "no room" : "broken");
	else
		snprintf(tail, sizeof(tail), " %s %zu%s%.100s%s",
			 direction_words[direction], index + 1,
			 named ? " (" : "", named ? from->name : "",
			 named ? ")" : "");
	len = strlen(tail);
	if (strlen(name) + len >= sizeof(name))
		name[sizeof(name) - 1 - len] = '\0';
	text = memory_must(malloc(strlen(name) + len + 1));
	sprintf(text, "%s%s", name, tail);
	return text;
}

static void use_ports(struct cluster *c, const struct policy_rule *from,
		      void (*use)(struct cluster *c, const char *name))
{
	size_t i;

	for (i = 0; i < from->ports; i++)
		if (from->port[i].name)
			use(c, from->port[i].name);
}

/* What cannot be understood denies everything, or accepts nothing. */
static void rule_close(struct rule *rule)
{
	rule->action = POLICY_DENY;
	rule->any_peer = true;
	rule->any_port = true;
}

static void rule_init(struct cluster *c, const struct policy_rules *rules,
		      struct rule *rule, const struct policy_rule *from)
{
	struct atom *atom;
	size_t i;

	rule->from = from;
	rule->action = from->action;
	rule->any_peer = from->any_peer;
	rule->any_port = from->any_port;
	rule->atom = memory_must(calloc(from->peers + 1,
					 sizeof(struct atom *)));
	for (i = 0; i < from->peers; i++) {
		atom = atom_of_peer(&c->atoms, &c->words, &from->peer[i],
				    rules->object->ns);
		if (atom) {
			cluster_use_atom(c, atom);
			rule->atom[rule->atoms++] = atom;
		} else if (rule->action != POLICY_ACCEPT) {
			rule_close(rule);
		}
	}
}

static void direction_init(struct cluster *c, struct policy_rules *rules,
			   enum policy_direction d)
{
	bool broken = rules->policy.broken;
	size_t i, n = broken ? 1 : rules->policy.rules[d];
	struct rule *rule;

	if (!rules_apply(rules, d) ||
	    (broken && rules->policy.tier == POLICY_TIER_NAMESPACE))
		return;
	rules->rules[d] = n;
	rules->rule[d] = memory_must(calloc(n + 1, sizeof(*rule)));
	for (i = 0; i < n; i++) {
		rule = &rules->rule[d][i];
		rule->name = rule_name(rules, d, i);
		if (broken) {
			rule_close(rule);
			continue;
		}
		rule_init(c, rules, rule, &rules->policy.rule[d][i]);
		if (d == POLICY_EGRESS)
			use_ports(c, rule->from, cluster_use_port);
	}
}

/**
 * rules_hold() - rules are for some pods of this node
 * @c: the cluster
 * @rules: the rules
 */
void rules_hold(struct cluster *c, struct policy_rules *rules)
{
	unsigned int d;

	if (rules->holds++)
		return;
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		direction_init(c, rules, d);
}

static void rule_exit(struct cluster *c, struct rule *rule,
		      enum policy_direction d)
{
	size_t i;

	for (i = 0; i < rule->atoms; i++)
		cluster_unuse_atom(c, rule->atom[i]);
	if (rule->from && d == POLICY_EGRESS)
		use_ports(c, rule->from, cluster_unuse_port);
	free(rule->atom);
	free(rule->name);
}

/**
 * rules_put() - rules are not for some pods any more
 * @c: the cluster
 * @rules: the rules, which stay
 */
void rules_put(struct cluster *c, struct policy_rules *rules)
{
	unsigned int d;
	size_t i;

	if (--rules->holds)
		return;
	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		for (i = 0; i < rules->rules[d]; i++)
			rule_exit(c, &rules->rule[d][i], d);
		free(rules->rule[d]);
		rules->rule[d] = NULL;
		rules->rules[d] = 0;
	}
}

/**
 * rules_select() - whether rules are for some pods
 * @rules: the rules
 * @group: the pods
 *
 * Return: whether they are.
 */
bool rules_select(const struct policy_rules *rules, const struct group *group)
{
	if (rules->object->ns)
		return rules->object->ns == group->ns &&
		       selector_match(&rules->subject, &group->labels);
	return selector_match(&rules->subject_namespaces, &group->ns->labels) &&
	       selector_match(&rules->subject, &group->labels);
}

/**
 * rules_apply() - whether a policy says anything about a direction
 * @rules: what it says
 * @direction: the direction
 *
 * Return: whether it does; a broken one does in both if it does not say in which.
 */
bool rules_apply(const struct policy_rules *rules,
		 enum policy_direction direction)
{
	const struct policy *p = &rules->policy;
	bool np = p->tier == POLICY_TIER_NAMESPACE;
	unsigned int d;

	if (!p->broken)
		return np ? p->applies[direction] : p->rules[direction];
	if (p->applies[direction] || p->rules[direction])
		return true;
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		if (p->applies[d] || p->rules[d])
			return false;
	return true;
}

static void subject_key(const struct policy_rules *rules, struct hash_key *key)
{
	unsigned int d;

	selector_key(&rules->subject_namespaces, key);
	selector_key(&rules->subject, key);
	for (d = 0; d < POLICY_DIRECTIONS; d++)
		hash_key_add(key, rules_apply(rules, d));
}

/**
 * rules_same_subject() - whether two are for the same pods and directions,
 * whatever pods there are
 * @a: what a policy says
 * @b: what it says at another time
 *
 * Return: whether they are; may deny it of selectors that only look different.
 */
bool rules_same_subject(const struct policy_rules *a,
			const struct policy_rules *b)
{
	struct hash_key x = {}, y = {};
	bool same;

	subject_key(a, &x);
	subject_key(b, &y);
	same = x.n == y.n && !memcmp(x.word, y.word, hash_key_size(&x));
	free(x.word);
	free(y.word);
	return same;
}

/**
 * rules_order() - which of two decides first
 * @a: rules
 * @b: others
 *
 * Return: below 0 if @a, above if @b. Where the API leaves it open, names
 * decide.
 */
int rules_order(const struct policy_rules *a, const struct policy_rules *b)
{
	const struct policy *x = &a->policy, *y = &b->policy;

	if (x->tier != y->tier)
		return x->tier < y->tier ? -1 : 1;
	if (x->tier != POLICY_TIER_NAMESPACE && x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return strcmp(a->object->key, b->object->key);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "ruleset.h"

#include <stdio.h>

static bool names_ports(const struct policy_rules *rules,
			enum policy_direction direction)
{
	const struct rule *rule;
	size_t i, j;

	for (i = 0; i < rules->rules[direction]; i++) {
		rule = &rules->rule[direction][i];
		for (j = 0; !rule->any_port && j < rule->from->ports; j++)
			if (rule->from->port[j].name)
				return true;
	}
	return false;
}

/* Names of the pods' own ports matter only to rules for ingress. */
static void draft_init(struct ruleset *draft, enum policy_direction direction,
		       struct ports *ports, struct policy_rules *const *rules,
		       size_t n)
{
	bool by_name = false;
	size_t i;

	draft->direction = direction;
	draft->object = memory_must(calloc(n, sizeof(struct policy_entry *)));
	hash_key_add(&draft->key, direction);
	hash_key_add(&draft->key, 0);
	for (i = 0; i < n; i++) {
		if (!rules_apply(rules[i], direction))
			continue;
		draft->object[draft->objects++] = rules[i]->object;
		hash_key_add(&draft->key, (uintptr_t)rules[i]->object);
		hash_key_add(&draft->key, rules[i]->object->subject);
		by_name |= direction == POLICY_INGRESS &&
			   names_ports(rules[i], direction);
	}
	if (by_name)
		draft->ports = ports;
	draft->key.word[1] = (uintptr_t)draft->ports;
}

/**
 * ruleset_get() - the ruleset of some policies, made if there is none
 * @rulesets: all rulesets
 * @direction: the direction
 * @ports: named ports of the pods that it is for
 * @rules: what the policies say that select them, in order
 * @n: their number
 *
 * Return: the ruleset, used once more; NULL if none of the policies is for
 * the direction.
 */
struct ruleset *ruleset_get(struct rulesets *rulesets,
			    enum policy_direction direction,
			    struct ports *ports,
			    struct policy_rules *const *rules, size_t n)
{
	struct ruleset *ruleset, draft = {};

	if (!n)
		return NULL;
	draft_init(&draft, direction, ports, rules, n);
	if (!draft.objects) {
		ruleset = NULL;
		goto out;
	}
	HASH_FIND(hh, rulesets->head, draft.key.word,
		  hash_key_size(&draft.key), ruleset);
	if (ruleset) {
		ruleset->users++;
		goto out;
	}
	ruleset = memory_must(malloc(sizeof(*ruleset)));
	*ruleset = draft;
	ruleset->id = ids_take(&rulesets->ids);
	ruleset->users = 1;
	ruleset->dirty = true;
	ports_hold(ruleset->ports);
	HASH_ADD_KEYPTR(hh, rulesets->head, ruleset->key.word,
			hash_key_size(&ruleset->key), ruleset);
	return ruleset;
out:
	free(draft.object);
	free(draft.key.word);
	return ruleset;
}

static const char *over_limits(const struct verdicts *v)
{
	size_t identities = 0, ranges = 0;
	const struct class *class;

	for (class = v->class; class; class = class->hh.next) {
		identities += class->identities + 1;
		ranges += class->ranges + 1;
	}
	if (v->outcomes > POLICY_RULES_MAX)
		return "too many rules are for the same pods";
	if (HASH_COUNT(v->class) > POLICY_CLASSES_MAX)
		return "rules tell too many classes of peers apart";
	if (ranges > POLICY_RANGES_MAX)
		return "rules tell too many ranges of ports apart";
	if (identities > POLICY_IDENTITIES_MAX)
		return "rules tell too many peers apart";
	return NULL;
}

static const struct policy_range nothing = { 0, POLICY_KEY_LAST, 0 };
static const uint32_t anybody = POLICY_IDENTITY_ANY;

static void fill_class(const struct verdicts *v, const struct class *from,
		       uint32_t *identity, struct policy_class *class)
{
	size_t i;

	class->range = from->ranges ? from->range : &nothing;
	class->ranges = from->ranges ? from->ranges : 1;
	if (from == v->other) {
		class->identity = &anybody;
		class->identities = 1;
		return;
	}
	for (i = 0; i < from->identities; i++)
		identity[i] = from->identity[i]->id;
	class->identity = identity;
	class->identities = from->identities;
}

static void fill_classes(const struct verdicts *v, uint32_t *identity,
			 struct policy_ruleset *view)
{
	struct policy_class *to;
	const struct class *class;

	to = memory_must(calloc(HASH_COUNT(v->class) + 1, sizeof(*to)));
	view->class = to;
	for (class = v->class; class; class = class->hh.next) {
		if (class == v->other ? !class->ranges : !class->identities)
			continue;
		fill_class(v, class, identity, &to[view->classes++]);
		identity += class->identities;
	}
}

static void ruleset_name(const struct ruleset *ruleset,
			 char name[POLICY_NAME_SIZE])
{
	const char *way = ruleset->direction == POLICY_INGRESS ? "ingress" :
								 "egress";
	char first[POLICY_NAME_SIZE];

	rules_name(ruleset->object[0]->now, first);
	if (ruleset->objects > 1)
		snprintf(name, POLICY_NAME_SIZE, "%.200s and %zu more %s",
			 first, ruleset->objects - 1, way);
	else
		snprintf(name, POLICY_NAME_SIZE, "%.240s %s", first, way);
}

static void emit_closed(const struct ruleset *ruleset, const char *name,
			policy_emit *emit, void *context)
{
	const struct policy_outcome rule = { ruleset->over, false };
	const struct policy_change change = {
		.kind = POLICY_SET_RULESET,
		.ruleset = { ruleset->id, name, &rule, 1, NULL, 0 },
	};

	emit(context, &change);
}

/**
 * ruleset_emit() - tell of a ruleset as it is
 * @ruleset: the ruleset
 * @emit: who is told
 * @context: of @emit
 */
void ruleset_emit(struct ruleset *ruleset, policy_emit *emit, void *context)
{
	const struct verdicts *v = ruleset->verdicts;
	struct policy_change change = { .kind = POLICY_SET_RULESET };
	struct policy_ruleset *view = &change.ruleset;
	char name[POLICY_NAME_SIZE];
	const struct class *class;
	uint32_t *identity;
	size_t n = 0;

	ruleset_name(ruleset, name);
	ruleset->over = over_limits(v);
	if (ruleset->over) {
		emit_closed(ruleset, name, emit, context);
		return;
	}
	for (class = v->class; class; class = class->hh.next)
		n += class->identities;
	identity = memory_must(malloc((n + 1) * sizeof(*identity)));
	view->id = ruleset->id;
	view->name = name;
	view->rule = v->outcome;
	view->rules = v->outcomes;
	fill_classes(v, identity, view);
	emit(context, &change);
	free((void *)view->class);
	free(identity);
}

static bool rebuild(struct cluster *c, struct rulesets *rulesets,
		    struct ruleset *ruleset)
{
	struct policy_rules **rules;
	struct verdicts *v;
	bool changed;
	size_t i;

	rules = memory_must(calloc(ruleset->objects,
				   sizeof(struct policy_rules *)));
	for (i = 0; i < ruleset->objects; i++)
		rules[i] = ruleset->object[i]->now;
	v = verdicts_create(c, &rulesets->judge, ruleset->direction,
			    ruleset->ports, rules, ruleset->objects);
	free(rules);
	changed = !ruleset->verdicts || !verdicts_equal(v, ruleset->verdicts);
	verdicts_destroy(c, ruleset->verdicts);
	ruleset->verdicts = v;
	ruleset->dirty = false;
	return changed;
}

static bool extend(struct cluster *c, struct rulesets *rulesets,
		   struct ruleset *ruleset)
{
	bool changed = false;
	size_t i;

	for (i = 0; i < c->ids.n; i++)
		if (c->ids.fresh[i]->places)
			changed |= verdicts_add(c, &rulesets->judge,
						ruleset->verdicts,
						c->ids.fresh[i]);
	if (changed)
		verdicts_forget_unused(c, ruleset->verdicts);
	return changed;
}

static int by_had(const struct ruleset *a, const struct ruleset *b)
{
	return (int)b->had - (int)a->had;
}

/* Where there is no room for all, those first that were there before us. */
static void sort_by_had(struct rulesets *rulesets)
{
	char name[POLICY_NAME_SIZE];
	struct ruleset *ruleset;

	if (!rulesets->had || HASH_COUNT(rulesets->head) <= rulesets->max)
		return;
	for (ruleset = rulesets->head; ruleset; ruleset = ruleset->hh.next) {
		if (!ruleset->users)
			continue;
		ruleset_name(ruleset, name);
		ruleset->had = rulesets->had(rulesets->context, name);
	}
	HASH_SORT(rulesets->head, by_had);
}

/**
 * rulesets_settle() - rulesets as they are to be
 * @c: the cluster, its places settled
 * @rulesets: all rulesets
 * @emit: is told of those that changed
 * @context: of @emit
 *
 * Those that were told stay, whoever comes.
 */
void rulesets_settle(struct cluster *c, struct rulesets *rulesets,
		     policy_emit *emit, void *context)
{
	struct ruleset *ruleset;
	bool changed;

	sort_by_had(rulesets);
	for (ruleset = rulesets->head; ruleset; ruleset = ruleset->hh.next) {
		if (!ruleset->users)
			continue;
		changed = ruleset->dirty ? rebuild(c, rulesets, ruleset) :
					   extend(c, rulesets, ruleset);
		if (!ruleset->told && rulesets->told >= rulesets->max) {
			ruleset->over = "max-rulesets of the device has no room for its rules";
			continue;
		}
		if (!ruleset->told || changed)
			ruleset_emit(ruleset, emit, context);
		rulesets->told += !ruleset->told;
		ruleset->told = true;
	}
	identities_told(&c->ids);
}

/**
 * rulesets_sweep() - rulesets that nobody has any more go
 * @c: the cluster
 * @rulesets: all rulesets
 * @emit: is told of them
 * @context: of @emit
 */
void rulesets_sweep(struct cluster *c, struct rulesets *rulesets,
		    policy_emit *emit, void *context)
{
	struct policy_change change = { .kind = POLICY_DELETE_RULESET };
	struct ruleset *ruleset, *next;

	for (ruleset = rulesets->head; ruleset; ruleset = next) {
		next = ruleset->hh.next;
		if (ruleset->users)
			continue;
		change.ruleset.id = ruleset->id;
		if (ruleset->told && emit)
			emit(context, &change);
		rulesets->told -= ruleset->told;
		HASH_DEL(rulesets->head, ruleset);
		ids_give(&rulesets->ids, ruleset->id);
		verdicts_destroy(c, ruleset->verdicts);
		ports_put(c, ruleset->ports);
		free(ruleset->object);
		free(ruleset->key.word);
		free(ruleset);
	}
}

/**
 * rulesets_exit() - free what belongs to no single ruleset
 * @rulesets: all rulesets, none left
 */
void rulesets_exit(struct rulesets *rulesets)
{
	judge_exit(&rulesets->judge);
	free(rulesets->ids.spare);
}

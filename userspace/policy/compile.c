// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "compiler.h"

#include <stdio.h>

/**
 * policy_compiler_create() - a compiler that knows nothing yet
 * @start: where it begins
 *
 * Return: the compiler.
 */
struct policy_compiler *policy_compiler_create(const struct policy_start *start)
{
	struct policy_compiler *p = memory_must(calloc(1, sizeof(*p)));

	cluster_init(&p->cluster, start->node);
	p->cluster.ids.ids.next = start->identity ? start->identity :
						    POLICY_IDENTITY_FIRST;
	p->rulesets.ids.next = start->ruleset ? start->ruleset : 1;
	p->rulesets.max = SIZE_MAX;
	p->prefixes = SIZE_MAX;
	return p;
}

/**
 * policy_set_pod() - a pod is, or became, as told
 * @p: the compiler
 * @pod: the pod
 */
void policy_set_pod(struct policy_compiler *p, const struct policy_pod *pod)
{
	cluster_set_pod(&p->cluster, pod);
}

/**
 * policy_remove_pod() - a pod is gone
 * @p: the compiler
 * @namespace: its namespace
 * @name: its name
 */
void policy_remove_pod(struct policy_compiler *p, const char *namespace,
		       const char *name)
{
	cluster_remove_pod(&p->cluster, namespace, name);
}

/**
 * policy_set_namespace() - a namespace is, or became, as told
 * @p: the compiler
 * @ns: the namespace
 */
void policy_set_namespace(struct policy_compiler *p,
			  const struct policy_namespace *ns)
{
	cluster_set_namespace(&p->cluster, ns);
}

/**
 * policy_remove_namespace() - a namespace is gone
 * @p: the compiler
 * @name: its name
 */
void policy_remove_namespace(struct policy_compiler *p, const char *name)
{
	cluster_remove_namespace(&p->cluster, name);
}

/**
 * policy_set_node() - a node is, or became, as told
 * @p: the compiler
 * @node: the node
 */
void policy_set_node(struct policy_compiler *p, const struct policy_node *node)
{
	cluster_set_node(&p->cluster, node);
}

/**
 * policy_remove_node() - a node is gone
 * @p: the compiler
 * @name: its name
 */
void policy_remove_node(struct policy_compiler *p, const char *name)
{
	cluster_remove_node(&p->cluster, name);
}

static struct policy_entry *find(struct policy_compiler *p, const char *kind,
				  const char *namespace, const char *name,
				  bool make)
{
	size_t size = strlen(kind) + strlen(name) + 3 +
		      (namespace ? strlen(namespace) : 0);
	struct policy_entry *object, *found;
	struct object_list *list;

	object = memory_must(calloc(1, sizeof(*object) + size));
	snprintf(object->key, size, "%s/%s/%s", kind,
		 namespace ? namespace : "", name);
	HASH_FIND(hh, p->object, object->key, size - 1, found);
	if (found || !make) {
		free(object);
		return found;
	}
	if (namespace)
		object->ns = ns_get(&p->cluster, namespace);
	list = object->ns ? &object->ns->policies : &p->cluster.policies;
	list->object = memory_grow(list->object, list->n,
				   sizeof(struct policy_entry *));
	list->object[list->n++] = object;
	HASH_ADD_KEYPTR(hh, p->object, object->key, size - 1, object);
	return object;
}

/**
 * compiler_queue() - a policy is to say something else
 * @p: the compiler
 * @object: the policy
 * @next: what it says from the next commit on, or NULL if it is gone
 */
void compiler_queue(struct policy_compiler *p, struct policy_entry *object,
		    struct policy_rules *next)
{
	struct object_list *list = &p->queue;

	if (object->queued) {
		rules_destroy(&p->cluster, object->next);
	} else {
		object->queued = true;
		list->object = memory_grow(list->object, list->n,
					   sizeof(struct policy_entry *));
		list->object[list->n++] = object;
	}
	object->next = next;
}

static struct policy_rules *rules_to_be(const struct policy_entry *object)
{
	return object->queued ? object->next : object->now;
}

/* What it said when it was told. */
static const struct policy *rules_said(const struct policy_rules *rules)
{
	return rules->closed ? &rules->open->policy : &rules->policy;
}

/**
 * policy_set() - a policy is, or became, as told
 * @p: the compiler
 * @policy: the policy; what it holds is taken over, it is left empty
 *
 * One that says what it said is as old as it was.
 */
void policy_set(struct policy_compiler *p, struct policy *policy)
{
	struct policy_entry *object;
	struct policy_rules *rules;

	object = find(p, policy->kind, policy->namespace, policy->name, true);
	rules = rules_to_be(object);
	if (rules && policy_equal(policy, rules_said(rules))) {
		policy_exit(policy);
		memset(policy, 0, sizeof(*policy));
		return;
	}
	rules = rules_create(&p->cluster, policy);
	rules->object = object;
	rules->set = ++p->sets;
	compiler_queue(p, object, rules);
}

/**
 * policy_remove() - a policy is gone
 * @p: the compiler
 * @kind: its kind
 * @namespace: its namespace, or NULL
 * @name: its name
 */
void policy_remove(struct policy_compiler *p, const char *kind,
		   const char *namespace, const char *name)
{
	struct policy_entry *object = find(p, kind, namespace, name, false);

	if (object)
		compiler_queue(p, object, NULL);
}

/* Where a policy is new or another one, who is it for? */
static void reselect_queued(struct policy_compiler *p)
{
	struct endpoint *e;
	struct ns *ns;
	size_t i;

	for (i = 0; i < p->queue.n; i++) {
		ns = p->queue.object[i]->ns;
		for (e = p->cluster.endpoint; e; e = e->next)
			if (e->group && (!ns || e->group->ns == ns))
				group_reselect(&p->cluster, e->group);
	}
}

static void add_coming(struct cluster *c, struct group *group,
		       const struct object_list *list)
{
	struct policy_rules *rules;
	size_t i;

	for (i = 0; i < list->n; i++) {
		rules = rules_to_be(list->object[i]);
		if (!rules || !rules_select(rules, group))
			continue;
		rules_hold(c, rules);
		group->coming = memory_grow(group->coming, group->comes,
					    sizeof(struct policy_rules *));
		group->coming[group->comes++] = rules;
	}
}

static int by_order(const void *a, const void *b)
{
	const struct policy_rules *const *x = a, *const *y = b;

	return rules_order(*x, *y);
}

static void select_rules(struct policy_compiler *p)
{
	struct cluster *c = &p->cluster;
	struct group *group;
	size_t i;

	reselect_queued(p);
	for (i = 0; i < c->reselect.n; i++) {
		group = c->reselect.group[i];
		if (!group->locals)
			continue;
		add_coming(c, group, &c->policies);
		add_coming(c, group, &group->ns->policies);
		if (group->comes)
			qsort(group->coming, group->comes,
			      sizeof(struct policy_rules *), by_order);
	}
}

/* One that is closed keeps what it would say. */
static void retire(struct policy_compiler *p, struct policy_rules *now,
		   const struct policy_rules *next)
{
	p->closed -= now && now->closed;
	p->closed += next && next->closed;
	if (next && next->open == now)
		return;
	p->old = memory_grow(p->old, p->olds, sizeof(struct policy_rules *));
	p->old[p->olds++] = now;
}

/* From now on policies say what they are to say. */
static void swap_rules(struct policy_compiler *p)
{
	struct policy_entry *object;
	struct ruleset *ruleset;
	size_t i;

	for (i = 0; i < p->queue.n; i++) {
		object = p->queue.object[i];
		retire(p, object->now, object->next);
		if (object->now && object->next &&
		    !rules_same_subject(object->now, object->next))
			object->subject++;
		object->now = object->next;
		object->next = NULL;
		object->queued = false;
		object->changed = true;
	}
	if (!p->queue.n)
		return;
	for (ruleset = p->rulesets.head; ruleset; ruleset = ruleset->hh.next)
		for (i = 0; i < ruleset->objects; i++)
			if (ruleset->object[i]->changed)
				ruleset->dirty = true;
}

static void assign_rulesets(struct policy_compiler *p, struct group *group)
{
	struct policy_rules **old = group->applied;
	struct ruleset *ruleset;
	size_t n = group->applies;
	unsigned int d;

	group->applied = group->coming;
	group->applies = group->comes;
	group->coming = old;
	group->comes = n;
	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		ruleset = ruleset_get(&p->rulesets, d, group->ports,
				      group->applied, group->applies);
		if (group->ruleset[d])
			group->ruleset[d]->users--;
		group->ruleset[d] = ruleset;
	}
}

/* Nothing in force needs what policies said before. */
static void release_rules(struct policy_compiler *p)
{
	struct cluster *c = &p->cluster;
	struct group *group;

	while (c->reselect.n) {
		group = c->reselect.group[--c->reselect.n];
		group->reselect = false;
		while (group->comes)
			rules_put(c, group->coming[--group->comes]);
	}
	while (p->olds)
		rules_destroy(c, p->old[--p->olds]);
}

static void object_free(struct policy_compiler *p, struct policy_entry *object)
{
	struct object_list *list = object->ns ? &object->ns->policies :
						&p->cluster.policies;
	size_t i = 0;

	while (list->object[i] != object)
		i++;
	list->object[i] = list->object[--list->n];
	HASH_DEL(p->object, object);
	if (object->ns)
		ns_put(&p->cluster, object->ns);
	free(object);
}

static void sweep_objects(struct policy_compiler *p)
{
	struct policy_entry *object;

	while (p->queue.n) {
		object = p->queue.object[--p->queue.n];
		object->changed = false;
		if (!object->now)
			object_free(p, object);
	}
}

static void emit_place(const struct place *place,
		       const struct identity *identity, policy_emit *emit,
		       void *context)
{
	struct policy_change change = {
		.kind = identity ? POLICY_SET_PREFIX : POLICY_DELETE_PREFIX,
	};

	place_cidr(place, &change.prefix.cidr);
	change.prefix.identity = identity ? identity->id : 0;
	emit(context, &change);
}

static void publish_addresses(struct policy_compiler *p, policy_emit *emit,
			      void *context)
{
	struct cluster *c = &p->cluster;
	struct place *place;
	size_t i;

	cluster_settle(c);
	places_settle(&c->places);
	rulesets_settle(c, &p->rulesets, emit, context);
	for (i = 0; i < c->places.dirty.n; i++) {
		place = c->places.dirty.place[i];
		if (place->want != place->have)
			emit_place(place, place->want, emit, context);
	}
	places_settled(&c->places);
}

static void emit_endpoint(const struct endpoint *e, policy_emit *emit,
			  void *context)
{
	struct policy_change change = {
		.kind = e->told ? POLICY_SET_ENDPOINT : POLICY_DELETE_ENDPOINT,
		.endpoint = {
			.namespace = e->namespace->text,
			.name = e->name->text,
			.uid = e->uid->text,
			.identity = e->identity,
			.ruleset = { e->ruleset[0], e->ruleset[1] },
			.isolated = e->isolated,
		},
	};

	emit(context, &change);
}

static void publish_gone(struct cluster *c, policy_emit *emit, void *context)
{
	struct endpoint *e, **at = &c->endpoint;

	while ((e = *at)) {
		if (e->group) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		if (e->told) {
			e->told = false;
			emit_endpoint(e, emit, context);
		}
		word_put(&c->words, e->uid);
		word_put(&c->words, e->namespace);
		word_put(&c->words, e->name);
		free(e);
	}
}

/* A network may have one of its addresses, and not the other. */
static uint32_t endpoint_identity(const struct endpoint *e)
{
	const struct claim *claim = e->claims;
	uint32_t identity = claim ? place_identity(claim->place) : 0;

	for (; claim; claim = claim->more)
		if (place_identity(claim->place) != identity)
			return 0;
	return identity;
}

static void publish_endpoint(struct endpoint *e, policy_emit *emit,
			     void *context)
{
	uint32_t identity = endpoint_identity(e);
	uint32_t ruleset[POLICY_DIRECTIONS] = {};
	const struct ruleset *has;
	bool isolated = false;
	unsigned int d;

	for (d = 0; d < POLICY_DIRECTIONS; d++) {
		has = e->group->ruleset[d];
		if (has && has->told)
			ruleset[d] = has->id;
		isolated |= has && !has->told;
	}
	if (e->told && e->identity == identity && e->isolated == isolated &&
	    !memcmp(e->ruleset, ruleset, sizeof(ruleset)))
		return;
	e->told = true;
	e->identity = identity;
	e->isolated = isolated;
	memcpy(e->ruleset, ruleset, sizeof(ruleset));
	emit_endpoint(e, emit, context);
}

static void publish(struct policy_compiler *p, policy_emit *emit, void *context)
{
	struct cluster *c = &p->cluster;
	struct endpoint *e;

	publish_addresses(p, emit, context);
	for (e = c->endpoint; e; e = e->next)
		publish_endpoint(e, emit, context);
	rulesets_sweep(c, &p->rulesets, emit, context);
}

/**
 * compiler_commit() - tell of all changes since the commit before
 * @p: the compiler
 * @emit: is told
 * @context: of @emit
 *
 * Never opens: pods that are gone are closed, then addresses are told apart by
 * what old and new rules ask, then the new rules come into force, and then what
 * only the old ones asked is forgotten. More prefixes may come of it than there
 * is room for.
 */
void compiler_commit(struct policy_compiler *p, policy_emit *emit,
		     void *context)
{
	struct cluster *c = &p->cluster;
	size_t i;

	publish_gone(c, emit, context);
	select_rules(p);
	publish_addresses(p, emit, context);
	swap_rules(p);
	for (i = 0; i < c->reselect.n; i++)
		assign_rulesets(p, c->reselect.group[i]);
	publish(p, emit, context);
	release_rules(p);
	publish(p, emit, context);
	sweep_objects(p);
	groups_sweep(c);
}

/**
 * policy_commit() - tell of all changes since the commit before
 * @p: the compiler
 * @emit: is told
 * @context: of @emit
 */
void policy_commit(struct policy_compiler *p, policy_emit *emit, void *context)
{
	compiler_commit(p, emit, context);
	compiler_fit(p, emit, context);
}

static void repeat_places(struct place *top, policy_emit *emit, void *context)
{
	struct place *place;

	for (place = top; place; place = place_next(top, place))
		if (place->have)
			emit_place(place, place->have, emit, context);
}

/**
 * policy_repeat() - tell of everything that commits told of and that holds
 * @p: the compiler
 * @emit: is told
 * @context: of @emit
 */
void policy_repeat(struct policy_compiler *p, policy_emit *emit, void *context)
{
	struct ruleset *ruleset;
	struct endpoint *e;
	unsigned int v6;

	for (ruleset = p->rulesets.head; ruleset; ruleset = ruleset->hh.next)
		if (ruleset->told)
			ruleset_emit(ruleset, emit, context);
	for (v6 = 0; v6 < 2; v6++)
		repeat_places(p->cluster.places.root[v6], emit, context);
	for (e = p->cluster.endpoint; e; e = e->next)
		if (e->told)
			emit_endpoint(e, emit, context);
}

static void nobody(void *context, const struct policy_change *change)
{
	(void)context;
	(void)change;
}

/**
 * policy_compiler_destroy() - free a compiler
 * @p: the compiler, or NULL
 */
void policy_compiler_destroy(struct policy_compiler *p)
{
	struct policy_entry *object;

	if (!p)
		return;
	for (object = p->object; object; object = object->hh.next)
		compiler_queue(p, object, NULL);
	compiler_commit(p, nobody, NULL);
	cluster_exit(&p->cluster);
	rulesets_exit(&p->rulesets);
	free(p->queue.object);
	free(p->old);
	free(p);
}

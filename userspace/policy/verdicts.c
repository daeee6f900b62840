// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "verdicts.h"

#include <netinet/in.h>
#include <stdio.h>

static int by_atom(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	if (x->atom != y->atom)
		return x->atom < y->atom ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static int by_rule(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	return (x->rule > y->rule) - (x->rule < y->rule);
}

static void note(struct asked **array, size_t *n, struct asked asked)
{
	*array = memory_grow(*array, *n, sizeof(**array));
	(*array)[(*n)++] = asked;
}

static void add_rule(struct verdicts *v, const struct rule *rule,
		     enum policy_tier tier)
{
	uint32_t index = (uint32_t)v->rules;
	struct atom *atom;
	size_t i;

	v->rule = memory_grow(v->rule, v->rules, sizeof(*v->rule));
	v->rule[v->rules++] = (struct decider){ rule, tier };
	if (rule->any_peer)
		note(&v->always, &v->all, (struct asked){ 0, index, true });
	else
		for (i = 0; i < rule->atoms; i++) {
			atom = rule->atom[i];
			note(&v->asked, &v->questions, (struct asked){
				atom->id, index, atom->kind == ATOM_PODS,
			});
		}
	for (i = 0; !rule->any_port && i < rule->from->ports; i++)
		if (rule->from->port[i].name &&
		    v->direction == POLICY_EGRESS)
			v->by_name = true;
}

static char *default_name(const struct policy_rules *isolates, size_t n)
{
	char name[POLICY_NAME_SIZE], text[POLICY_NAME_SIZE + 64];

	if (!n)
		return memory_must(strdup("default: no policy decides"));
	rules_name(isolates, name);
	if (n > 1)
		snprintf(text, sizeof(text),
			 "isolated by %.200s and %zu more", name, n - 1);
	else
		snprintf(text, sizeof(text), "isolated by %.240s", name);
	return memory_must(strdup(text));
}

static void name_outcomes(struct verdicts *v, char *first)
{
	const struct rule *rule;
	size_t i;

	v->outcomes = v->rules + 1;
	v->outcome = memory_must(calloc(v->outcomes, sizeof(*v->outcome)));
	v->outcome[0].name = first;
	v->outcome[0].accept = !v->isolated;
	for (i = 0; i < v->rules; i++) {
		rule = v->rule[i].rule;
		v->outcome[i + 1].name = rule->name;
		v->outcome[i + 1].accept = rule->action == POLICY_ACCEPT;
	}
}

static void find_relevant(struct verdicts *v)
{
	uint32_t atom;
	size_t i;

	if (!v->questions)
		return;
	qsort(v->asked, v->questions, sizeof(*v->asked), by_atom);
	v->atoms = v->asked[v->questions - 1].atom + 1;
	v->relevant = memory_must(calloc(v->atoms / 64 + 1, 8));
	for (i = 0; i < v->questions; i++) {
		atom = v->asked[i].atom;
		v->relevant[atom / 64] |= 1ULL << atom % 64;
	}
}

static bool is_relevant(const struct verdicts *v, const struct atom *atom)
{
	if (atom->kind == ATOM_PORT)
		return v->by_name;
	return atom->id < v->atoms &&
	       v->relevant[atom->id / 64] & 1ULL << atom->id % 64;
}

static struct paint paint_of(const struct verdicts *v, const struct asked *hit)
{
	const struct decider *decider = &v->rule[hit->rule];

	return (struct paint){
		.to = POLICY_KEY_LAST, .rule = hit->rule + 1,
		.action = decider->rule->action, .tier = decider->tier,
	};
}

static void add_keys(struct painter *painter, struct paint paint,
		     unsigned int protocol, unsigned int from, unsigned int to)
{
	paint.from = protocol << 16 | from;
	paint.to = protocol << 16 | to;
	painter_add(painter, &paint);
}

static void add_numbers(struct painter *painter, struct paint paint,
			const struct policy_port *port)
{
	static const uint8_t any[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP
	};
	size_t i;

	if (port->protocol) {
		add_keys(painter, paint, port->protocol, port->from, port->to);
		return;
	}
	for (i = 0; i < sizeof(any); i++)
		add_keys(painter, paint, any[i], port->from, port->to);
}

/* A name means what the destination means by it: the pod itself or its peer. */
static void add_names(struct judge *judge, const struct verdicts *v,
		      struct paint paint, const struct policy_port *port)
{
	const struct named_port *own;
	const struct atom *atom;
	size_t i;

	for (i = 0; v->direction == POLICY_INGRESS && v->ports &&
	     i < v->ports->n; i++) {
		own = &v->ports->port[i];
		if ((!port->protocol || port->protocol == own->protocol) &&
		    !strcmp(port->name, own->name->text))
			add_keys(&judge->painter, paint, own->protocol,
				 own->port, own->port);
	}
	for (i = 0; v->direction == POLICY_EGRESS && i < judge->n; i++) {
		atom = judge->atom[i];
		if (atom->kind == ATOM_PORT &&
		    (!port->protocol || port->protocol == atom->protocol) &&
		    !strcmp(port->name, atom->name->text))
			add_keys(&judge->painter, paint, atom->protocol,
				 atom->port, atom->port);
	}
}

static void add_paints(struct judge *judge, const struct verdicts *v,
		       const struct asked *hit)
{
	const struct rule *rule = v->rule[hit->rule].rule;
	struct paint paint = paint_of(v, hit);
	const struct policy_port *port;
	size_t i;

	if (rule->any_port) {
		painter_add(&judge->painter, &paint);
		return;
	}
	for (i = 0; i < rule->from->ports; i++) {
		port = &rule->from->port[i];
		if (!port->name)
			add_numbers(&judge->painter, paint, port);
		else if (v->direction == POLICY_INGRESS || hit->pods)
			add_names(judge, v, paint, port);
	}
}

static size_t first_question(const struct verdicts *v, uint32_t atom)
{
	size_t low = 0, high = v->questions, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (v->asked[mid].atom < atom)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* What is decided for who is in the judge's atoms: into the painter. */
static void decide(struct judge *judge, const struct verdicts *v)
{
	struct asked *hit;
	size_t i, j;

	judge->hits = 0;
	for (i = 0; i < v->all; i++)
		note(&judge->hit, &judge->hits, v->always[i]);
	for (i = 0; i < judge->n; i++)
		for (j = first_question(v, judge->atom[i]->id);
		     j < v->questions && v->asked[j].atom == judge->atom[i]->id;
		     j++)
			note(&judge->hit, &judge->hits, v->asked[j]);
	if (judge->hits)
		qsort(judge->hit, judge->hits, sizeof(*judge->hit), by_rule);
	for (i = 0; i < judge->hits; i = j) {
		hit = &judge->hit[i];
		for (j = i + 1; j < judge->hits &&
		     judge->hit[j].rule == hit->rule; j++)
			hit->pods |= judge->hit[j].pods;
		add_paints(judge, v, hit);
	}
	painter_run(&judge->painter);
}

static struct class *class_get(struct judge *judge, struct verdicts *v)
{
	const struct painter *p = &judge->painter;
	size_t size = p->ranges * sizeof(*p->range);
	const void *range = size ? (const void *)p->range : "";
	struct class *class;

	HASH_FIND(hh, v->class, range, size, class);
	if (class)
		return class;
	class = memory_must(calloc(1, sizeof(*class)));
	class->range = memory_must(malloc(size + 1));
	if (size)
		memcpy(class->range, p->range, size);
	class->ranges = p->ranges;
	HASH_ADD_KEYPTR(hh, v->class, class->range, size, class);
	return class;
}

static void find_atoms(struct judge *judge, const struct verdicts *v,
		       const struct set *set)
{
	size_t i;

	for (i = 0; set && i < set->n; i++) {
		if (!is_relevant(v, set->atom[i]))
			continue;
		judge->atom = memory_grow(judge->atom, judge->n,
					  sizeof(struct atom *));
		judge->atom[judge->n++] = set->atom[i];
	}
}

static struct class *class_of(struct cluster *c, struct judge *judge,
			      struct verdicts *v, struct identity *identity)
{
	struct answer *answer;
	struct set *set;

	judge->n = 0;
	find_atoms(judge, v, identity->sets.labels);
	find_atoms(judge, v, identity->sets.blocks);
	if (!judge->n)
		return v->other;
	set = set_get(&c->ids.pool, judge->atom, judge->n);
	HASH_FIND_PTR(v->answer, &set, answer);
	if (answer) {
		set_put(&c->ids.pool, set);
		return answer->class;
	}
	decide(judge, v);
	answer = memory_must(calloc(1, sizeof(*answer)));
	answer->set = set;
	answer->class = class_get(judge, v);
	HASH_ADD_PTR(v->answer, set, answer);
	return answer->class;
}

/**
 * verdicts_add() - decide for a new identity
 * @c: the cluster
 * @judge: memory
 * @v: the verdicts
 * @identity: the identity
 *
 * Return: whether that changes the ruleset.
 */
bool verdicts_add(struct cluster *c, struct judge *judge, struct verdicts *v,
		  struct identity *identity)
{
	struct class *class = class_of(c, judge, v, identity);

	if (class == v->other)
		return false;
	class->identity = memory_grow(class->identity, class->identities,
				      sizeof(struct identity *));
	class->identity[class->identities++] = identity;
	identity->listed++;
	return true;
}

/**
 * verdicts_forget_unused() - name no identities that no address has
 * @c: the cluster
 * @v: the verdicts
 */
void verdicts_forget_unused(struct cluster *c, struct verdicts *v)
{
	struct class *class;
	size_t i, n;

	for (class = v->class; class; class = class->hh.next) {
		for (i = n = 0; i < class->identities; i++)
			if (class->identity[i]->places)
				class->identity[n++] = class->identity[i];
			else
				identity_unlist(&c->ids, class->identity[i]);
		class->identities = n;
	}
}

/**
 * verdicts_create() - what policies decide
 * @c: the cluster
 * @judge: memory
 * @direction: in this direction
 * @ports: named ports of the pods that it is for
 * @rules: what the policies say, in the order in which they decide
 * @n: their number
 *
 * Return: the verdicts for all identities that there are.
 */
struct verdicts *verdicts_create(struct cluster *c, struct judge *judge,
				 enum policy_direction direction,
				 struct ports *ports,
				 struct policy_rules *const *rules, size_t n)
{
	struct verdicts *v = memory_must(calloc(1, sizeof(*v)));
	const struct policy_rules *isolates = NULL;
	struct identity *identity;
	size_t i, j, isolating = 0;

	v->direction = direction;
	v->ports = ports_hold(ports);
	for (i = 0; i < n; i++) {
		/* Where a NetworkPolicy applies, Baseline is not asked. */
		if (isolating && rules[i]->policy.tier == POLICY_TIER_BASELINE)
			break;
		if (rules[i]->policy.tier == POLICY_TIER_NAMESPACE &&
		    !isolating++)
			isolates = rules[i];
		for (j = 0; j < rules[i]->rules[direction]; j++)
			add_rule(v, &rules[i]->rule[direction][j],
				 rules[i]->policy.tier);
	}
	v->isolated = isolating;
	name_outcomes(v, default_name(isolates, isolating));
	find_relevant(v);
	judge->n = 0;
	decide(judge, v);
	v->other = class_get(judge, v);
	for (identity = c->ids.head; identity; identity = identity->hh.next)
		verdicts_add(c, judge, v, identity);
	return v;
}

static void class_free(struct cluster *c, struct class *class)
{
	size_t i;

	for (i = 0; i < class->identities; i++)
		identity_unlist(&c->ids, class->identity[i]);
	free(class->identity);
	free(class->range);
	free(class);
}

/**
 * verdicts_destroy() - forget what policies decide
 * @c: the cluster
 * @v: the verdicts, or NULL
 */
void verdicts_destroy(struct cluster *c, struct verdicts *v)
{
	struct answer *answer, *next_answer;
	struct class *class, *next_class;

	if (!v)
		return;
	for (answer = v->answer; answer; answer = next_answer) {
		next_answer = answer->hh.next;
		HASH_DEL(v->answer, answer);
		set_put(&c->ids.pool, answer->set);
		free(answer);
	}
	for (class = v->class; class; class = next_class) {
		next_class = class->hh.next;
		HASH_DEL(v->class, class);
		class_free(c, class);
	}
	free((char *)v->outcome[0].name);
	ports_put(c, v->ports);
	free(v->outcome);
	free(v->rule);
	free(v->asked);
	free(v->always);
	free(v->relevant);
	free(v);
}

static int by_identity(const void *a, const void *b)
{
	const struct identity *const *x = a, *const *y = b;

	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static bool same_identities(struct class *a, struct class *b)
{
	size_t size = a->identities * sizeof(struct identity *);

	if (a->identities != b->identities)
		return false;
	if (!size)
		return true;
	qsort(a->identity, a->identities, sizeof(struct identity *),
	      by_identity);
	qsort(b->identity, b->identities, sizeof(struct identity *),
	      by_identity);
	return !memcmp(a->identity, b->identity, size);
}

static bool same_outcomes(const struct verdicts *a, const struct verdicts *b)
{
	size_t i;

	if (a->outcomes != b->outcomes)
		return false;
	for (i = 0; i < a->outcomes; i++)
		if (a->outcome[i].accept != b->outcome[i].accept ||
		    strcmp(a->outcome[i].name, b->outcome[i].name) != 0)
			return false;
	return true;
}

/**
 * verdicts_equal() - whether the kernel would be told the same
 * @a: verdicts
 * @b: others
 *
 * Return: whether it would.
 */
bool verdicts_equal(const struct verdicts *a, const struct verdicts *b)
{
	struct class *x, *y;

	if (!same_outcomes(a, b) ||
	    HASH_COUNT(a->class) != HASH_COUNT(b->class) ||
	    a->other->ranges != b->other->ranges ||
	    memcmp(a->other->range, b->other->range,
		   a->other->ranges * sizeof(*a->other->range)) != 0)
		return false;
	for (x = a->class; x; x = x->hh.next) {
		HASH_FIND(hh, b->class, x->range,
			  x->ranges * sizeof(*x->range), y);
		if (!y || !same_identities(x, y))
			return false;
	}
	return true;
}

/**
 * judge_exit() - free the memory
 * @judge: the memory
 */
void judge_exit(struct judge *judge)
{
	painter_exit(&judge->painter);
	free(judge->atom);
	free(judge->hit);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cluster.h"

#define NAME_LABEL "kubernetes.io/metadata.name"

/**
 * cluster_init() - a cluster without anybody
 * @c: set, zeroed before
 * @self: name of this node
 */
void cluster_init(struct cluster *c, const char *self)
{
	c->self = word_get(&c->words, self);
	c->ids.pool.atoms = &c->atoms;
	c->ids.pool.words = &c->words;
	c->places.ids = &c->ids;
}

/* Only what cannot say its name by a label is not known yet. */
static void name_only(struct cluster *c, struct ns *ns)
{
	struct policy_label label = { (char *)NAME_LABEL, ns->name->text };
	struct policy_labels labels = { &label, 1 };

	labels_init(&ns->labels, &c->words, &labels);
}

/**
 * ns_get() - the namespace of a name, made if there is none
 * @c: the cluster
 * @name: its name
 *
 * Return: the namespace, held.
 */
struct ns *ns_get(struct cluster *c, const char *name)
{
	struct ns *ns;

	HASH_FIND(hh, c->ns, name, strlen(name), ns);
	if (!ns) {
		ns = memory_must(calloc(1, sizeof(*ns)));
		ns->name = word_get(&c->words, name);
		name_only(c, ns);
		ns_find_atoms(c, ns);
		HASH_ADD_KEYPTR(hh, c->ns, ns->name->text,
				strlen(ns->name->text), ns);
	}
	ns->refs++;
	return ns;
}

/**
 * ns_put() - name a namespace no more
 * @c: the cluster
 * @ns: the namespace, freed with the last who names it
 */
void ns_put(struct cluster *c, struct ns *ns)
{
	if (--ns->refs)
		return;
	HASH_DEL(c->ns, ns);
	labels_exit(&ns->labels, &c->words);
	word_put(&c->words, ns->name);
	free(ns->atom);
	free(ns->policies.object);
	free(ns);
}

/* Its labels are other ones: who selects its pods is to be found anew. */
static void ns_changed(struct cluster *c, struct ns *ns)
{
	struct group *group;

	ns_find_atoms(c, ns);
	for (group = ns->group; group; group = group->next) {
		holder_touch(c, &group->holder);
		if (group->locals)
			group_reselect(c, group);
	}
}

/**
 * cluster_set_namespace() - a namespace is, or became, as told
 * @c: the cluster
 * @from: the namespace
 */
void cluster_set_namespace(struct cluster *c,
			   const struct policy_namespace *from)
{
	struct ns *ns = ns_get(c, from->name);
	struct labels labels;

	/* Known, it is held already. */
	if (ns->known)
		ns->refs--;
	ns->known = true;
	labels_init(&labels, &c->words, &from->labels);
	if (labels_equal(&labels, &ns->labels)) {
		labels_exit(&labels, &c->words);
		return;
	}
	labels_exit(&ns->labels, &c->words);
	ns->labels = labels;
	ns_changed(c, ns);
}

/**
 * cluster_remove_namespace() - a namespace is gone
 * @c: the cluster
 * @name: its name
 */
void cluster_remove_namespace(struct cluster *c, const char *name)
{
	struct ns *ns;

	HASH_FIND(hh, c->ns, name, strlen(name), ns);
	if (!ns || !ns->known)
		return;
	ns->known = false;
	labels_exit(&ns->labels, &c->words);
	name_only(c, ns);
	ns_changed(c, ns);
	ns_put(c, ns);
}

/**
 * cluster_set_node() - a node is, or became, as told
 * @c: the cluster
 * @from: the node
 */
void cluster_set_node(struct cluster *c, const struct policy_node *from)
{
	struct node *node;
	struct labels labels;

	HASH_FIND(hh, c->node, from->name, strlen(from->name), node);
	if (!node) {
		node = memory_must(calloc(1, sizeof(*node)));
		node->holder.node = true;
		node->name = word_get(&c->words, from->name);
		HASH_ADD_KEYPTR(hh, c->node, node->name->text,
				strlen(node->name->text), node);
		labels_init(&node->labels, &c->words, &from->labels);
		holder_touch(c, &node->holder);
	} else {
		labels_init(&labels, &c->words, &from->labels);
		if (node->gone || !labels_equal(&labels, &node->labels))
			holder_touch(c, &node->holder);
		labels_exit(&node->labels, &c->words);
		node->labels = labels;
		node->gone = false;
	}
	cluster_claim(c, &node->claims, from->addr, from->addrs, &node->holder);
}

/**
 * cluster_remove_node() - a node is gone
 * @c: the cluster
 * @name: its name
 */
void cluster_remove_node(struct cluster *c, const char *name)
{
	struct node *node;

	HASH_FIND(hh, c->node, name, strlen(name), node);
	if (!node)
		return;
	cluster_claim(c, &node->claims, NULL, 0, NULL);
	holder_touch(c, &node->holder);
	node->gone = true;
}

static void endpoints_exit(struct cluster *c)
{
	struct endpoint *e;

	while ((e = c->endpoint)) {
		c->endpoint = e->next;
		word_put(&c->words, e->uid);
		word_put(&c->words, e->namespace);
		word_put(&c->words, e->name);
		free(e);
	}
}

/**
 * cluster_exit() - free what a cluster holds
 * @c: the cluster; no rules ask anything any more
 */
void cluster_exit(struct cluster *c)
{
	struct ns *ns, *next;
	struct node *node;

	cluster_remove_pods(c);
	for (node = c->node; node; node = node->hh.next)
		cluster_remove_node(c, node->name->text);
	for (ns = c->ns; ns; ns = next) {
		next = ns->hh.next;
		cluster_remove_namespace(c, ns->name->text);
	}
	endpoints_exit(c);
	cluster_settle(c);
	places_settle(&c->places);
	places_settled(&c->places);
	identities_told(&c->ids);
	groups_sweep(c);
	places_exit(&c->places);
	word_put(&c->words, c->self);
	free(c->by_namespace.atom);
	free(c->by_node.atom);
	free(c->dirty);
	free(c->policies.object);
	free(c->reselect.group);
	free(c->empty.group);
	free(c->ids.fresh);
	free(c->ids.ids.spare);
	free(c->atoms.ids.spare);
}

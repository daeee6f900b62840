// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cluster.h"

/**
 * holder_touch() - which atoms select a holder is to be found anew
 * @c: the cluster
 * @holder: the holder
 */
void holder_touch(struct cluster *c, struct holder *holder)
{
	if (holder->dirty)
		return;
	holder->dirty = true;
	c->dirty = memory_grow(c->dirty, c->n, sizeof(struct holder *));
	c->dirty[c->n++] = holder;
}

static bool covers(const struct atom *atom, const struct ns *ns)
{
	return atom->own ? atom->own == ns :
			   selector_match(&atom->namespaces, &ns->labels);
}

/**
 * ns_find_atoms() - find which atoms may select pods of a namespace
 * @c: the cluster
 * @ns: the namespace, whose labels are new
 */
void ns_find_atoms(struct cluster *c, struct ns *ns)
{
	size_t i, n = 0;

	for (i = 0; i < ns->atoms; i++)
		if (ns->atom[i]->own)
			ns->atom[n++] = ns->atom[i];
	ns->atoms = n;
	for (i = 0; i < c->by_namespace.n; i++)
		if (covers(c->by_namespace.atom[i], ns))
			atom_append(&ns->atom, &ns->atoms, c->by_namespace.atom[i]);
}

/* @atom is asked about pods of @ns, or no more. */
static void ask_ns(struct cluster *c, struct ns *ns, struct atom *atom,
		   bool use)
{
	struct group *group;

	if (use)
		atom_append(&ns->atom, &ns->atoms, atom);
	else
		atom_cancel(ns->atom, &ns->atoms, atom);
	for (group = ns->group; group; group = group->next)
		if (!group->holder.dirty &&
		    selector_match(&atom->labels, &group->labels))
			holder_touch(c, &group->holder);
}

static void ask_pods(struct cluster *c, struct atom *atom, bool use)
{
	struct atom_list *list = &c->by_namespace;
	struct ns *ns;

	if (atom->own) {
		ask_ns(c, atom->own, atom, use);
		return;
	}
	if (use)
		atom_append(&list->atom, &list->n, atom);
	else
		atom_cancel(list->atom, &list->n, atom);
	for (ns = c->ns; ns; ns = ns->hh.next)
		if (covers(atom, ns))
			ask_ns(c, ns, atom, use);
}

static void ask_nodes(struct cluster *c, struct atom *atom, bool use)
{
	struct atom_list *list = &c->by_node;
	struct node *node;

	if (use)
		atom_append(&list->atom, &list->n, atom);
	else
		atom_cancel(list->atom, &list->n, atom);
	for (node = c->node; node; node = node->hh.next)
		if (selector_match(&atom->labels, &node->labels))
			holder_touch(c, &node->holder);
}

static void ask(struct cluster *c, struct atom *atom, bool use)
{
	switch (atom->kind) {
	case ATOM_PODS:
		ask_pods(c, atom, use);
		break;
	case ATOM_NODES:
		ask_nodes(c, atom, use);
		break;
	case ATOM_BLOCK:
		if (use)
			places_add_block(&c->places, atom);
		else
			places_remove_block(&c->places, atom);
		break;
	case ATOM_PORT:
		break;
	}
}

/**
 * cluster_use_atom() - rules ask an atom from now on
 * @c: the cluster
 * @atom: the atom
 */
void cluster_use_atom(struct cluster *c, struct atom *atom)
{
	if (!atom->users++)
		ask(c, atom, true);
}

/**
 * cluster_unuse_atom() - rules ask an atom no more
 * @c: the cluster
 * @atom: the atom, freed if nobody needs it
 */
void cluster_unuse_atom(struct cluster *c, struct atom *atom)
{
	if (--atom->users)
		return;
	ask(c, atom, false);
	atom_free_unused(&c->atoms, &c->words, atom);
}

static void touch_port(struct cluster *c, const struct word *name)
{
	struct group *group;
	size_t i;

	for (group = c->group; group; group = group->hh.next)
		for (i = 0; group->ports && i < group->ports->n; i++)
			if (group->ports->port[i].name == name)
				holder_touch(c, &group->holder);
}

/**
 * cluster_use_port() - rules ask about ports of a name from now on
 * @c: the cluster
 * @name: the name
 */
void cluster_use_port(struct cluster *c, const char *name)
{
	struct word *word = word_get(&c->words, name);
	struct port_name *port;

	HASH_FIND_PTR(c->port_name, &word, port);
	if (port) {
		word_put(&c->words, word);
	} else {
		port = memory_must(calloc(1, sizeof(*port)));
		port->name = word;
		HASH_ADD_PTR(c->port_name, name, port);
		touch_port(c, word);
	}
	port->users++;
}

/**
 * cluster_unuse_port() - rules ask about ports of a name no more
 * @c: the cluster
 * @name: the name
 */
void cluster_unuse_port(struct cluster *c, const char *name)
{
	struct word *word = word_get(&c->words, name);
	struct port_name *port;

	HASH_FIND_PTR(c->port_name, &word, port);
	if (port && !--port->users) {
		touch_port(c, word);
		HASH_DEL(c->port_name, port);
		word_put(&c->words, word);
		free(port);
	}
	word_put(&c->words, word);
}

static bool is_in(const struct atom_list *list, const struct atom *atom)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->atom[i] == atom)
			return true;
	return false;
}

static void find_ports(struct cluster *c, const struct group *group,
		       struct atom_list *found)
{
	const struct named_port *port;
	struct port_name *asked;
	struct atom *atom;
	size_t i;

	for (i = 0; group->ports && i < group->ports->n; i++) {
		port = &group->ports->port[i];
		HASH_FIND_PTR(c->port_name, &port->name, asked);
		if (!asked)
			continue;
		atom = atom_of_port(&c->atoms, port->name, port->protocol,
				    port->port);
		if (!is_in(found, atom))
			atom_append(&found->atom, &found->n, atom);
	}
}

static void group_settle(struct cluster *c, struct group *group,
			 struct atom_list *found)
{
	struct claim *claim;
	struct set *set;
	struct pod *pod;
	size_t i;

	for (i = 0; i < group->ns->atoms; i++)
		if (selector_match(&group->ns->atom[i]->labels, &group->labels))
			atom_append(&found->atom, &found->n, group->ns->atom[i]);
	find_ports(c, group, found);
	set = set_get(&c->ids.pool, found->atom, found->n);
	if (set != group->holder.set)
		for (pod = group->first; pod; pod = pod->next)
			for (claim = pod->claims; claim; claim = claim->more)
				place_touch(&c->places, claim->place);
	set_put(&c->ids.pool, group->holder.set);
	group->holder.set = set;
}

static void node_free(struct cluster *c, struct node *node)
{
	HASH_DEL(c->node, node);
	set_put(&c->ids.pool, node->holder.set);
	labels_exit(&node->labels, &c->words);
	word_put(&c->words, node->name);
	free(node);
}

static void node_settle(struct cluster *c, struct node *node,
			struct atom_list *found)
{
	struct claim *claim;
	struct set *set;
	size_t i;

	for (i = 0; i < c->by_node.n; i++)
		if (selector_match(&c->by_node.atom[i]->labels, &node->labels))
			atom_append(&found->atom, &found->n, c->by_node.atom[i]);
	set = set_get(&c->ids.pool, found->atom, found->n);
	if (set != node->holder.set)
		for (claim = node->claims; claim; claim = claim->more)
			place_touch(&c->places, claim->place);
	set_put(&c->ids.pool, node->holder.set);
	node->holder.set = set;
}

/**
 * cluster_settle() - find by what dirty holders are selected
 * @c: the cluster
 */
void cluster_settle(struct cluster *c)
{
	struct atom_list found = {};
	struct holder *holder;

	while (c->n) {
		holder = c->dirty[--c->n];
		holder->dirty = false;
		found.n = 0;
		if (!holder->node)
			group_settle(c, (struct group *)holder, &found);
		else if (((struct node *)holder)->gone)
			node_free(c, (struct node *)holder);
		else
			node_settle(c, (struct node *)holder, &found);
	}
	free(found.atom);
}

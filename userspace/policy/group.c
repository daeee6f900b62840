// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cluster.h"

static struct ports *ports_of_pod(struct cluster *c,
				  const struct policy_pod *from)
{
	size_t i, n = from->ports;
	struct hash_key key = {};
	struct ports *draft, *ports;

	if (!n)
		return NULL;
	draft = memory_must(calloc(1, sizeof(*draft) +
				   n * sizeof(*draft->port)));
	draft->n = n;
	for (i = 0; i < n; i++) {
		draft->port[i].name = word_get(&c->words, from->port[i].name);
		draft->port[i].protocol = from->port[i].protocol;
		draft->port[i].port = from->port[i].port;
		hash_key_add(&key, (uintptr_t)draft->port[i].name);
		hash_key_add(&key, (uintptr_t)from->port[i].protocol << 16 |
			     from->port[i].port);
	}
	draft->key = key;
	draft->refs = 1;
	HASH_FIND(hh, c->ports, key.word, hash_key_size(&key), ports);
	if (ports) {
		/* Never in the table: nothing to take out of it. */
		for (i = 0; i < n; i++)
			word_put(&c->words, draft->port[i].name);
		free(key.word);
		free(draft);
		return ports_hold(ports);
	}
	HASH_ADD_KEYPTR(hh, c->ports, draft->key.word,
			hash_key_size(&draft->key), draft);
	return draft;
}

/**
 * ports_hold() - hold named ports once more
 * @ports: the ports, or NULL
 *
 * Return: the ports.
 */
struct ports *ports_hold(struct ports *ports)
{
	if (ports)
		ports->refs++;
	return ports;
}

/**
 * ports_put() - let go of named ports
 * @c: the cluster
 * @ports: the ports, freed with their last holder, or NULL
 */
void ports_put(struct cluster *c, struct ports *ports)
{
	size_t i;

	if (!ports || --ports->refs)
		return;
	HASH_DEL(c->ports, ports);
	for (i = 0; i < ports->n; i++)
		word_put(&c->words, ports->port[i].name);
	free(ports->key.word);
	free(ports);
}

static void link_group(struct group *group)
{
	struct ns *ns = group->ns;

	group->next = ns->group;
	if (ns->group)
		ns->group->prev = group;
	ns->group = group;
}

static void unlink_group(struct group *group)
{
	if (group->prev)
		group->prev->next = group->next;
	else
		group->ns->group = group->next;
	if (group->next)
		group->next->prev = group->prev;
}

/**
 * group_of_pod() - the pods like a pod
 * @c: the cluster
 * @from: the pod
 *
 * Return: the group, which goes when all is settled unless it has pods then.
 */
struct group *group_of_pod(struct cluster *c, const struct policy_pod *from)
{
	struct ns *ns = ns_get(c, from->namespace);
	struct ports *ports = ports_of_pod(c, from);
	struct hash_key key = {};
	struct group *group;
	struct labels labels;

	labels_init(&labels, &c->words, &from->labels);
	hash_key_add(&key, (uintptr_t)ns);
	hash_key_add(&key, (uintptr_t)ports);
	labels_key(&labels, &key);
	HASH_FIND(hh, c->group, key.word, hash_key_size(&key), group);
	if (group) {
		labels_exit(&labels, &c->words);
		ports_put(c, ports);
		ns_put(c, ns);
		free(key.word);
		return group;
	}
	group = memory_must(calloc(1, sizeof(*group)));
	group->key = key;
	group->ns = ns;
	group->labels = labels;
	group->ports = ports;
	link_group(group);
	HASH_ADD_KEYPTR(hh, c->group, group->key.word,
			hash_key_size(&group->key), group);
	holder_touch(c, &group->holder);
	return group;
}

static void group_free(struct cluster *c, struct group *group)
{
	HASH_DEL(c->group, group);
	unlink_group(group);
	set_put(&c->ids.pool, group->holder.set);
	ports_put(c, group->ports);
	labels_exit(&group->labels, &c->words);
	ns_put(c, group->ns);
	free(group->key.word);
	free(group->applied);
	free(group->coming);
	free(group);
}

static void list_group(struct group_list *list, struct group *group)
{
	list->group = memory_grow(list->group, list->n,
				  sizeof(struct group *));
	list->group[list->n++] = group;
}

/**
 * group_add_pod() - a pod is one of these
 * @group: the group
 * @pod: the pod
 */
void group_add_pod(struct group *group, struct pod *pod)
{
	pod->group = group;
	pod->prev = NULL;
	pod->next = group->first;
	if (group->first)
		group->first->prev = pod;
	group->first = pod;
	group->pods++;
}

/**
 * group_remove_pod() - a pod is none of these any more
 * @c: the cluster
 * @group: the group
 * @pod: the pod
 */
void group_remove_pod(struct cluster *c, struct group *group, struct pod *pod)
{
	if (pod->prev)
		pod->prev->next = pod->next;
	else
		group->first = pod->next;
	if (pod->next)
		pod->next->prev = pod->prev;
	if (--group->pods || group->empty)
		return;
	group->empty = true;
	list_group(&c->empty, group);
}

/**
 * group_reselect() - which policies are for these is to be found anew
 * @c: the cluster
 * @group: the group
 */
void group_reselect(struct cluster *c, struct group *group)
{
	if (group->reselect)
		return;
	group->reselect = true;
	list_group(&c->reselect, group);
}

/**
 * groups_sweep() - free groups that have no pods
 * @c: the cluster, settled
 */
void groups_sweep(struct cluster *c)
{
	struct group *group;

	while (c->empty.n) {
		group = c->empty.group[--c->empty.n];
		group->empty = false;
		if (!group->pods)
			group_free(c, group);
	}
}

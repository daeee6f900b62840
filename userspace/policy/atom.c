// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "atom.h"

static void cidr_key(const struct policy_cidr *cidr, struct hash_key *key)
{
	const uint8_t *addr = (const uint8_t *)&cidr->addr.v6;
	uint32_t part;
	size_t i, n = cidr->addr.family == AF_INET ? 4 : 16;

	hash_key_add(key, (uintptr_t)cidr->addr.family << 8 | cidr->len);
	for (i = 0; i < n; i += sizeof(part)) {
		memcpy(&part, addr + i, sizeof(part));
		hash_key_add(key, part);
	}
}

static void atom_key(const struct atom *atom, struct hash_key *key)
{
	size_t i;

	hash_key_add(key, atom->kind);
	switch (atom->kind) {
	case ATOM_PODS:
		hash_key_add(key, (uintptr_t)atom->own);
		selector_key(&atom->namespaces, key);
		selector_key(&atom->labels, key);
		break;
	case ATOM_NODES:
		selector_key(&atom->labels, key);
		break;
	case ATOM_BLOCK:
		cidr_key(&atom->block, key);
		for (i = 0; i < atom->excepts; i++)
			cidr_key(&atom->except[i], key);
		break;
	case ATOM_PORT:
		hash_key_add(key, (uintptr_t)atom->name);
		hash_key_add(key, (uintptr_t)atom->protocol << 16 | atom->port);
		break;
	}
}

static void atom_exit(struct atom *atom, struct word **words)
{
	selector_exit(&atom->namespaces, words);
	selector_exit(&atom->labels, words);
	if (atom->name)
		word_put(words, atom->name);
	free(atom->except);
	free(atom->key.word);
}

/* @draft, or the atom that asks the same; @draft is used up. */
static struct atom *intern(struct atoms *atoms, struct word **words,
			   struct atom *draft)
{
	struct atom *atom;

	atom_key(draft, &draft->key);
	HASH_FIND(hh, atoms->head, draft->key.word, hash_key_size(&draft->key),
		  atom);
	if (atom) {
		atom_exit(draft, words);
		return atom;
	}
	atom = memory_must(malloc(sizeof(*atom)));
	*atom = *draft;
	atom->id = ids_take(&atoms->ids);
	HASH_ADD_KEYPTR(hh, atoms->head, atom->key.word,
			hash_key_size(&atom->key), atom);
	return atom;
}

/**
 * atom_of_peer() - what a peer asks
 * @atoms: all atoms
 * @words: all words
 * @peer: the peer
 * @own: namespace of its policy, or NULL
 *
 * Return: the atom, which goes unless somebody becomes its user; NULL if the
 * peer is of an unknown kind.
 */
struct atom *atom_of_peer(struct atoms *atoms, struct word **words,
			  const struct policy_peer *peer, struct ns *own)
{
	struct atom draft = {};

	switch (peer->kind) {
	case POLICY_PEER_PODS:
		draft.kind = ATOM_PODS;
		if (peer->own_namespace)
			draft.own = own;
		else
			selector_init(&draft.namespaces, words,
				      &peer->namespaces);
		selector_init(&draft.labels, words, &peer->pods);
		break;
	case POLICY_PEER_NODES:
		draft.kind = ATOM_NODES;
		selector_init(&draft.labels, words, &peer->nodes);
		break;
	case POLICY_PEER_BLOCK:
		draft.kind = ATOM_BLOCK;
		draft.block = peer->block;
		draft.excepts = peer->excepts;
		draft.except = memory_must(calloc(peer->excepts + 1,
						  sizeof(*draft.except)));
		if (peer->excepts)
			memcpy(draft.except, peer->except,
			       peer->excepts * sizeof(*draft.except));
		break;
	case POLICY_PEER_UNKNOWN:
		return NULL;
	}
	return intern(atoms, words, &draft);
}

/**
 * atom_of_port() - what a rule that names a port asks of pods
 * @atoms: all atoms
 * @name: of the port
 * @protocol: of the port
 * @port: its number
 *
 * Return: the atom, which goes unless a set takes it.
 */
struct atom *atom_of_port(struct atoms *atoms, struct word *name,
			  uint8_t protocol, uint16_t port)
{
	struct atom *atom, draft = {
		.kind = ATOM_PORT, .name = name, .protocol = protocol,
		.port = port,
	};

	atom_key(&draft, &draft.key);
	HASH_FIND(hh, atoms->head, draft.key.word, hash_key_size(&draft.key),
		  atom);
	free(draft.key.word);
	if (atom)
		return atom;
	draft.key = (struct hash_key){};
	word_hold(name);
	return intern(atoms, NULL, &draft);
}

/**
 * atom_free_unused() - free an atom that neither rules nor sets need
 * @atoms: all atoms
 * @words: all words
 * @atom: the atom, kept if one needs it
 */
void atom_free_unused(struct atoms *atoms, struct word **words,
		      struct atom *atom)
{
	if (atom->users || atom->refs)
		return;
	HASH_DEL(atoms->head, atom);
	ids_give(&atoms->ids, atom->id);
	atom_exit(atom, words);
	free(atom);
}

/**
 * atom_append() - put an atom behind the last of an array
 * @array: the array, made larger as need be
 * @n: its length
 * @atom: the atom
 */
void atom_append(struct atom ***array, size_t *n, struct atom *atom)
{
	*array = memory_grow(*array, *n, sizeof(struct atom *));
	(*array)[(*n)++] = atom;
}

/**
 * atom_cancel() - take an atom out of an array, whose order is of no matter
 * @array: the array
 * @n: its length
 * @atom: the atom; need not be there
 */
void atom_cancel(struct atom **array, size_t *n, const struct atom *atom)
{
	size_t i;

	for (i = 0; i < *n; i++) {
		if (array[i] == atom) {
			array[i] = array[--*n];
			return;
		}
	}
}

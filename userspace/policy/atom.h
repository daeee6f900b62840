/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_ATOM_H
#define _POLICY_ATOM_H

#include "ids.h"
#include "selector.h"

struct ns;

/** enum atom_kind - what an atom tells addresses apart by */
enum atom_kind {
	ATOM_PODS,	/* pods by label, of namespaces by label */
	ATOM_NODES,	/* nodes by label */
	ATOM_BLOCK,	/* a network less exceptions */
	ATOM_PORT,	/* pods whose port of this name has this number */
};

/**
 * struct atom - a question about an address that rules ask, answered by yes or
 * no; each is there once however many rules ask it
 * @hh: by @key
 * @key: what makes it this one
 * @kind: which of the fields below count
 * @id: small number
 * @users: rules of policies in force that ask it
 * @refs: sets that it is in
 * @mark: scratch of whoever looks at several atoms, else false
 * @own: pods of this namespace, or NULL
 * @namespaces: else pods of namespaces that this selects
 * @labels: pods or nodes that this selects
 * @block: network
 * @except: parts of it that are left out
 * @excepts: their number
 * @name: of the port
 * @protocol: of the port
 * @port: its number
 */
struct atom {
	UT_hash_handle hh;
	struct hash_key key;
	enum atom_kind kind;
	uint32_t id;
	size_t users;
	size_t refs;
	bool mark;
	struct ns *own;
	struct selector namespaces;
	struct selector labels;
	struct policy_cidr block;
	struct policy_cidr *except;
	size_t excepts;
	struct word *name;
	uint8_t protocol;
	uint16_t port;
};

/**
 * struct atoms - all atoms
 * @head: by key
 * @ids: of them
 */
struct atoms {
	struct atom *head;
	struct ids ids;
};

struct atom *atom_of_peer(struct atoms *atoms, struct word **words,
			  const struct policy_peer *peer, struct ns *own);
struct atom *atom_of_port(struct atoms *atoms, struct word *name,
			  uint8_t protocol, uint16_t port);
void atom_free_unused(struct atoms *atoms, struct word **words,
		      struct atom *atom);
void atom_append(struct atom ***array, size_t *n, struct atom *atom);
void atom_cancel(struct atom **array, size_t *n, const struct atom *atom);

#endif /* _POLICY_ATOM_H */

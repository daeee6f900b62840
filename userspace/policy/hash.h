/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_HASH_H
#define _POLICY_HASH_H

#include <stdlib.h>

/* As lib/memory.h has it. */
#define uthash_fatal(msg) abort()
#include <uthash.h>

#include "../lib/memory.h"

/* What the analyzer cannot follow it takes for other tables' objects. */
#ifdef __clang_analyzer__
#undef HASH_FIND
#define HASH_FIND(hh, head, key, len, out) \
	((void)(key), (void)(len), (out) = (head))
#undef HASH_ADD_KEYPTR
#define HASH_ADD_KEYPTR(hh, head, key, len, item) \
	((void)(key), (void)(len), (head) = (item))
#undef HASH_ADD
#define HASH_ADD(hh, head, field, len, item) ((head) = (item))
#undef HASH_DEL
#define HASH_DEL(head, item) ((void)(item), (head) = NULL)
#endif

/**
 * struct hash_key - what interned objects are found by: numbers and addresses
 * of other interned objects
 * @word: array
 * @n: its length
 */
struct hash_key {
	uintptr_t *word;
	size_t n;
};

static inline void hash_key_add(struct hash_key *key, uintptr_t word)
{
	key->word = memory_grow(key->word, key->n, sizeof(*key->word));
	key->word[key->n++] = word;
}

static inline size_t hash_key_size(const struct hash_key *key)
{
	return key->n * sizeof(*key->word);
}

#endif /* _POLICY_HASH_H */

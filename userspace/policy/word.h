/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_WORD_H
#define _POLICY_WORD_H

#include "hash.h"

/**
 * struct word - a text that is kept once: equal words are the same word
 * @hh: by text
 * @refs: who holds it
 * @text: the text
 */
struct word {
	UT_hash_handle hh;
	size_t refs;
	char text[];
};

struct word *word_get(struct word **words, const char *text);
struct word *word_hold(struct word *word);
void word_put(struct word **words, struct word *word);

#endif /* _POLICY_WORD_H */

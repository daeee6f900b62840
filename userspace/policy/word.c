// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "word.h"

/**
 * word_get() - the word of a text, made if there is none
 * @words: all words
 * @text: the text
 *
 * Return: the word, held.
 */
struct word *word_get(struct word **words, const char *text)
{
	size_t len = strlen(text);
	struct word *word;

	HASH_FIND(hh, *words, text, len, word);
	if (!word) {
		word = memory_must(calloc(1, sizeof(*word) + len + 1));
		memcpy(word->text, text, len + 1);
		HASH_ADD_KEYPTR(hh, *words, word->text, len, word);
	}
	return word_hold(word);
}

/**
 * word_hold() - hold a word once more
 * @word: the word
 *
 * Return: the word.
 */
struct word *word_hold(struct word *word)
{
	word->refs++;
	return word;
}

/**
 * word_put() - let go of a word
 * @words: all words
 * @word: the word, freed with its last holder
 */
void word_put(struct word **words, struct word *word)
{
	if (--word->refs)
		return;
	HASH_DEL(*words, word);
	free(word);
}

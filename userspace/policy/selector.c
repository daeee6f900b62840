// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "selector.h"

/**
 * labels_init() - labels in words
 * @labels: set
 * @words: all words
 * @from: labels in text
 */
void labels_init(struct labels *labels, struct word **words,
		 const struct policy_labels *from)
{
	size_t i;

	labels->n = from->n;
	labels->label = memory_must(calloc(from->n + 1,
					   sizeof(*labels->label)));
	for (i = 0; i < from->n; i++) {
		labels->label[i].key = word_get(words, from->label[i].key);
		labels->label[i].value = word_get(words, from->label[i].value);
	}
}

/**
 * labels_exit() - free what labels hold
 * @labels: the labels
 * @words: all words
 */
void labels_exit(struct labels *labels, struct word **words)
{
	size_t i;

	for (i = 0; i < labels->n; i++) {
		word_put(words, labels->label[i].key);
		word_put(words, labels->label[i].value);
	}
	free(labels->label);
}

/**
 * labels_equal() - are they the same, in the same order
 * @a: labels
 * @b: labels of the same words
 *
 * Return: whether they are.
 */
bool labels_equal(const struct labels *a, const struct labels *b)
{
	return a->n == b->n &&
	       !memcmp(a->label, b->label, a->n * sizeof(*a->label));
}

/**
 * labels_key() - add labels to a key
 * @labels: the labels
 * @key: grows
 */
void labels_key(const struct labels *labels, struct hash_key *key)
{
	size_t i;

	hash_key_add(key, labels->n);
	for (i = 0; i < labels->n; i++) {
		hash_key_add(key, (uintptr_t)labels->label[i].key);
		hash_key_add(key, (uintptr_t)labels->label[i].value);
	}
}

/**
 * selector_init() - a selector in words
 * @selector: set
 * @words: all words
 * @from: selector in text
 */
void selector_init(struct selector *selector, struct word **words,
		   const struct policy_selector *from)
{
	const struct policy_requirement *text;
	struct requirement *req;
	size_t i, j;

	selector->n = from->n;
	selector->req = memory_must(calloc(from->n + 1,
					   sizeof(*selector->req)));
	for (i = 0; i < from->n; i++) {
		req = &selector->req[i];
		text = &from->req[i];
		req->key = word_get(words, text->key);
		req->op = text->op;
		req->n = text->n;
		req->value = memory_must(calloc(text->n + 1,
						sizeof(struct word *)));
		for (j = 0; j < text->n; j++)
			req->value[j] = word_get(words, text->value[j]);
	}
}

/**
 * selector_exit() - free what a selector holds
 * @selector: the selector
 * @words: all words
 */
void selector_exit(struct selector *selector, struct word **words)
{
	struct requirement *req;
	size_t i, j;

	for (i = 0; i < selector->n; i++) {
		req = &selector->req[i];
		for (j = 0; j < req->n; j++)
			word_put(words, req->value[j]);
		word_put(words, req->key);
		free(req->value);
	}
	free(selector->req);
}

/**
 * selector_key() - add a selector to a key
 * @selector: the selector
 * @key: grows
 */
void selector_key(const struct selector *selector, struct hash_key *key)
{
	const struct requirement *req;
	size_t i, j;

	hash_key_add(key, selector->n);
	for (i = 0; i < selector->n; i++) {
		req = &selector->req[i];
		hash_key_add(key, (uintptr_t)req->key);
		hash_key_add(key, req->op);
		hash_key_add(key, req->n);
		for (j = 0; j < req->n; j++)
			hash_key_add(key, (uintptr_t)req->value[j]);
	}
}

static const struct word *value_of(const struct labels *labels,
				   const struct word *key)
{
	size_t i;

	for (i = 0; i < labels->n; i++)
		if (labels->label[i].key == key)
			return labels->label[i].value;
	return NULL;
}

static bool one_of(const struct requirement *req, const struct word *value)
{
	size_t i;

	for (i = 0; i < req->n; i++)
		if (req->value[i] == value)
			return true;
	return false;
}

static bool holds(const struct requirement *req, const struct word *value)
{
	switch (req->op) {
	case POLICY_IN:
		return value && one_of(req, value);
	case POLICY_NOT_IN:
		return !value || !one_of(req, value);
	case POLICY_EXISTS:
		return value;
	case POLICY_DOES_NOT_EXIST:
		return !value;
	}
	return false;
}

/**
 * selector_match() - does a selector select who has these labels
 * @selector: the selector
 * @labels: labels of the same words
 *
 * Return: whether it does.
 */
bool selector_match(const struct selector *selector,
		    const struct labels *labels)
{
	size_t i;

	for (i = 0; i < selector->n; i++)
		if (!holds(&selector->req[i],
			   value_of(labels, selector->req[i].key)))
			return false;
	return true;
}

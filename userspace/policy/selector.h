/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_SELECTOR_H
#define _POLICY_SELECTOR_H

#include <stdbool.h>

#include "object.h"
#include "word.h"

/** struct label - one of a labels */
struct label {
	struct word *key;
	struct word *value;
};

/**
 * struct labels - labels of a pod, namespace or node, as words
 * @label: array
 * @n: its length
 */
struct labels {
	struct label *label;
	size_t n;
};

/** struct requirement - as struct policy_requirement, in words */
struct requirement {
	struct word *key;
	enum policy_operator op;
	struct word **value;
	size_t n;
};

/** struct selector - as struct policy_selector, in words */
struct selector {
	struct requirement *req;
	size_t n;
};

void labels_init(struct labels *labels, struct word **words,
		 const struct policy_labels *from);
void labels_exit(struct labels *labels, struct word **words);
bool labels_equal(const struct labels *a, const struct labels *b);
void labels_key(const struct labels *labels, struct hash_key *key);

void selector_init(struct selector *selector, struct word **words,
		   const struct policy_selector *from);
void selector_exit(struct selector *selector, struct word **words);
void selector_key(const struct selector *selector, struct hash_key *key);
bool selector_match(const struct selector *selector,
		    const struct labels *labels);

#endif /* _POLICY_SELECTOR_H */

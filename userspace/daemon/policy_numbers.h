/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_NUMBERS_H
#define _POLICY_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "../policy/view.h"

/**
 * struct policy_numbers - what is added to the compiler's numbers
 * @identity: to those of identities
 * @ruleset: to those of rulesets
 *
 * They begin where nobody else has any: what another's prefix is called must
 * not be what our rulesets accept.
 */
struct policy_numbers {
	uint32_t identity;
	uint32_t ruleset;
};

static inline uint32_t
policy_number_identity(const struct policy_numbers *numbers, uint32_t identity)
{
	return identity < POLICY_IDENTITY_FIRST ||
	       identity == POLICY_IDENTITY_ANY ? identity :
	       identity + numbers->identity;
}

static inline uint32_t
policy_number_ruleset(const struct policy_numbers *numbers, uint32_t id)
{
	return id ? id + numbers->ruleset : 0;
}

/**
 * struct policy_taken - numbers that others have
 * @number: which, in any order
 * @n: how many
 */
struct policy_taken {
	uint32_t *number;
	size_t n;
};

void policy_taken_add(struct policy_taken *taken, uint32_t number);
void policy_taken_exit(struct policy_taken *taken);
/* Return: how far from @first to where the widest room up to @last begins. */
uint32_t policy_taken_room(const struct policy_taken *taken, uint32_t first,
			   uint32_t last);

#endif /* _POLICY_NUMBERS_H */

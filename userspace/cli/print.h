/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_PRINT_H
#define _K8SOVCTL_PRINT_H

#include <stdbool.h>
#include <stdint.h>

struct ctx;
struct k8sov_enum;
struct k8sov_pair;
struct k8sov_rule;
struct k8sov_set;
struct out;

void print_pair(struct out *out, const char *key, const char *label,
		const struct k8sov_set *set, const struct k8sov_pair *pair,
		const void *obj);
void print_pairs(struct out *out, const char *key, const char *label,
		 const struct k8sov_set *set, const struct k8sov_pair *pair,
		 const void *obj);
void print_enum(struct out *out, const char *key, const char *label,
		const struct k8sov_enum *values, uint64_t value);
void print_dev(struct ctx *ctx, uint32_t ifindex);
void print_owner(struct out *out, uint64_t owner);
const char *print_identity_name(uint32_t identity);
void print_rule(struct out *out, const char *label, unsigned int number,
		const struct k8sov_rule *rule, bool hits);

#endif /* _K8SOVCTL_PRINT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _BITS_H
#define _BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"

/* Arithmetic on addresses; lengths are of prefixes, in bits. */
unsigned int bits_width(const struct k8sov_addr *addr);
const uint8_t *bits_bytes(const struct k8sov_addr *addr);
void bits_mask(struct k8sov_addr *addr, uint8_t len);
void bits_fill(struct k8sov_addr *addr, uint8_t len);
void bits_step(struct k8sov_addr *addr, uint8_t len);
int bits_compare(const struct k8sov_addr *a, const struct k8sov_addr *b);
bool bits_equal(const struct k8sov_addr *a, const struct k8sov_addr *b);
bool bits_covers(const struct k8sov_addr *prefix, uint8_t len,
		 const struct k8sov_addr *addr);
uint64_t bits_hash(const struct k8sov_addr *addr, uint8_t len);

#endif /* _BITS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _BACKOFF_H
#define _BACKOFF_H

/*
 * Milliseconds before the next try after @failures in a row: from 100 ms to
 * 15 s, half of it by chance, so that a cluster's nodes do not come at once.
 */
unsigned int backoff_ms(unsigned int failures);

#endif /* _BACKOFF_H */

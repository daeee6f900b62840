/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _WATCH_H
#define _WATCH_H

#include <stdint.h>

#include <uv.h>

struct k8sov_error;

/* Events of rtnetlink. */
struct watch;

/* @changed: a device, its addresses or our routes changed; see
 * watch_interest().
 */
int watch_open(struct watch **watch, uv_loop_t *loop,
	       void (*changed)(void *data), void *data,
	       struct k8sov_error *err);
/* Only these indices and this name matter; 0 and a name for a device to be. */
void watch_interest(struct watch *watch, const char *name, uint32_t device,
		    uint32_t underlay);
void watch_close(struct watch *watch);

#endif /* _WATCH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _NOTIFY_H
#define _NOTIFY_H

#include <uv.h>

/*
 * What systemd is told. Without systemd, or where the program was built
 * without its library, nothing happens.
 */

/* Answers the watchdog as long as the loop turns. After @patience ms, what
 * waits for the agent waits no longer.
 */
void notify_init(uv_loop_t *loop, uint64_t patience);
void notify_exit(void);

/* The agent does its work; more than once does no harm. */
void notify_ready(void);
void notify_stopping(void);
/* What systemctl status shows. */
void notify_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* _NOTIFY_H */

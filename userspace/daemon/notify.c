// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "notify.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

static uv_timer_t watchdog;
static uv_timer_t patience_timer;
static bool running;
static bool ready;
static char status[256];

static void tell(const char *words)
{
#ifdef HAVE_SYSTEMD
	sd_notify(0, words);
#else
	(void)words;
#endif
}

static uint64_t watchdog_usec(void)
{
	uint64_t usec = 0;

#ifdef HAVE_SYSTEMD
	if (sd_watchdog_enabled(0, &usec) <= 0)
		return 0;
#endif
	return usec;
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	tell("WATCHDOG=1");
}

static void on_patience(uv_timer_t *timer)
{
	(void)timer;
	notify_ready();
}

/* It alone is no reason for the loop to go on. */
static void start(uv_loop_t *loop, uv_timer_t *timer, uv_timer_cb cb,
		  uint64_t first, uint64_t again)
{
	uv_timer_init(loop, timer);
	uv_unref((uv_handle_t *)timer);
	uv_timer_start(timer, cb, first, again);
}

/**
 * notify_init() - answer systemd's watchdog from now on
 * @loop: whose turning is proven
 * @patience: ms until what waits for the agent starts without it
 *
 * A store may be away for a night. It may even be in what waits: the API
 * server of a cluster is a pod that the kubelet starts.
 */
void notify_init(uv_loop_t *loop, uint64_t patience)
{
	/* Twice in the time, as sd_watchdog_enabled(3) recommends. */
	uint64_t ms = watchdog_usec() / 2000;

	ready = false;
	status[0] = '\0';
	start(loop, &patience_timer, on_patience, patience, 0);
	start(loop, &watchdog, on_watchdog, 0, ms);
	if (!ms)
		uv_timer_stop(&watchdog);
	running = true;
}

/**
 * notify_exit() - stop answering; the loop must turn once more
 */
void notify_exit(void)
{
	if (!running)
		return;
	uv_close((uv_handle_t *)&watchdog, NULL);
	uv_close((uv_handle_t *)&patience_timer, NULL);
	running = false;
}

/**
 * notify_ready() - say that what waits for the agent may start
 */
void notify_ready(void)
{
	if (!ready)
		tell("READY=1");
	ready = true;
}

/**
 * notify_stopping() - say that it is about to end
 */
void notify_stopping(void)
{
	tell("STOPPING=1");
}

/**
 * notify_status() - say how it is doing
 * @fmt: format of a sentence, said once until it changes
 */
void notify_status(const char *fmt, ...)
{
	char words[sizeof(status)] = "STATUS=";
	size_t head = strlen(words);
	va_list args;

	va_start(args, fmt);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(words + head, sizeof(words) - head, fmt, args);
	va_end(args);
	/* A line of its own would be a command to systemd. */
	words[strcspn(words, "\n")] = '\0';
	if (!strcmp(words, status))
		return;
	memcpy(status, words, sizeof(status));
	tell(words);
}

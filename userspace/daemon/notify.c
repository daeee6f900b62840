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

static uv_timer_t timer;
static bool watched;
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

static void on_timer(uv_timer_t *handle)
{
	(void)handle;
	tell("WATCHDOG=1");
}

/**
 * notify_init() - answer systemd's watchdog from now on
 * @loop: whose turning is proven
 */
void notify_init(uv_loop_t *loop)
{
	/* Twice in the time, as sd_watchdog_enabled(3) recommends. */
	uint64_t ms = watchdog_usec() / 2000;

	ready = false;
	status[0] = '\0';
	if (!ms)
		return;
	uv_timer_init(loop, &timer);
	/* The watchdog alone is no reason to go on. */
	uv_unref((uv_handle_t *)&timer);
	uv_timer_start(&timer, on_timer, 0, ms);
	watched = true;
}

/**
 * notify_exit() - stop answering; the loop must turn once more
 */
void notify_exit(void)
{
	if (watched)
		uv_close((uv_handle_t *)&timer, NULL);
	watched = false;
}

/**
 * notify_ready() - say that the agent does its work
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

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What systemd is told, read from a socket like its own. */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../daemon/notify.h"
#include "tap.h"

static int manager;

#ifdef HAVE_SYSTEMD
/* The next message, "" if there is none. */
static const char *told(void)
{
	static char words[512];
	ssize_t len = recv(manager, words, sizeof(words) - 1, MSG_DONTWAIT);

	words[len > 0 ? len : 0] = '\0';
	return words;
}

static void test_words(uv_loop_t *loop)
{
	notify_init(loop, 1000000);
	notify_ready();
	tap_equal("READY=1", told(), "readiness is told");
	notify_ready();
	tap_equal("", told(), "once");
	notify_status("%u nodes", 3);
	tap_equal("STATUS=3 nodes", told(), "a status is told");
	notify_status("%u nodes", 3);
	tap_equal("", told(), "once until it changes");
	notify_status("a\nREADY=0");
	tap_equal("STATUS=a", told(), "a status is one line");
	notify_stopping();
	tap_equal("STOPPING=1", told(), "the end is told");
	notify_exit();
	uv_run(loop, UV_RUN_DEFAULT);
}

static void stop(uv_timer_t *timer)
{
	uv_close((uv_handle_t *)timer, NULL);
}

static void test_watchdog(uv_loop_t *loop)
{
	char pid[16];
	uv_timer_t timer;

	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_PID", pid, 1);
	setenv("WATCHDOG_USEC", "20000", 1);
	notify_init(loop, 1000000);
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, stop, 100, 0);
	uv_run(loop, UV_RUN_DEFAULT);
	tap_equal("WATCHDOG=1", told(), "a loop that turns is alive");
	tap_equal("WATCHDOG=1", told(), "again and again");
	while (*told())
		;
	notify_exit();
	uv_run(loop, UV_RUN_DEFAULT);
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static void test_patience(uv_loop_t *loop)
{
	uv_timer_t timer;

	notify_init(loop, 1);
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, stop, 100, 0);
	uv_run(loop, UV_RUN_DEFAULT);
	tap_equal("READY=1", told(), "what waits does not wait for ever");
	notify_ready();
	tap_equal("", told(), "nor does it hear of it twice");
	notify_exit();
	uv_run(loop, UV_RUN_DEFAULT);
}
#else
static void test_words(uv_loop_t *loop)
{
	char word;

	notify_init(loop, 1000000);
	notify_ready();
	tap_ok(recv(manager, &word, 1, MSG_DONTWAIT) < 0,
	       "without libsystemd nothing is told");
}

static void test_watchdog(uv_loop_t *loop)
{
	notify_exit();
	uv_run(loop, UV_RUN_DEFAULT);
}

static void test_patience(uv_loop_t *loop)
{
	notify_init(loop, 1);
	notify_exit();
	uv_run(loop, UV_RUN_DEFAULT);
}
#endif

int main(void)
{
	char dir[] = "/tmp/test_notify.XXXXXX";
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	uv_loop_t loop;

	if (!mkdtemp(dir))
		return 1;
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/notify", dir);
	manager = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (bind(manager, (struct sockaddr *)&name, sizeof(name)))
		return 1;
	setenv("NOTIFY_SOCKET", name.sun_path, 1);
	uv_loop_init(&loop);
	test_words(&loop);
	test_watchdog(&loop);
	test_patience(&loop);
	tap_number_is(0, uv_loop_close(&loop), "nothing stays in the loop");
	close(manager);
	unlink(name.sun_path);
	rmdir(dir);
	return tap_end();
}

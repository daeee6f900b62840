// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "../userspace/lib/attr.h"
#include "../userspace/lib/error.h"
#include "../userspace/lib/object.h"
#include "../userspace/lib/sock.h"

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A transaction tells only that it was committed. Nobody waits to hear that an
 * endpoint is pending, as it was when it was added.
 */
static int take_event(unsigned int cmd, const void *obj, void *data)
{
	const struct k8sov_endpoint *endpoint = obj;
	const struct k8sov_txn *txn = obj;
	struct watch *watch = data;
	bool ours;

	if (cmd == K8SOV_CMD_COMMIT_NTF) {
		if (txn->ifindex == watch->endpoint->ifindex &&
		    txn->tables & K8SOV_TABLE_ENDPOINT)
			watch->changed = true;
		return 0;
	}
	if (cmd != K8SOV_CMD_ENDPOINT_NTF && cmd != K8SOV_CMD_ENDPOINT_DEL_NTF)
		return 0;
	ours = endpoint->ifindex == watch->endpoint->ifindex &&
	       endpoint->link == watch->endpoint->link;
	if (ours && (cmd == K8SOV_CMD_ENDPOINT_DEL_NTF ||
		     endpoint->state != K8SOV_ENDPOINT_STATE_PENDING))
		watch->changed = true;
	return 0;
}

/**
 * watch_open() - begin to watch
 * @watch: filled; watch_close() releases it, also after a failure
 * @endpoint: which; it need not be there yet, and must stay
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int watch_open(struct watch *watch, const struct k8sov_endpoint *endpoint,
	       struct k8sov_error *err)
{
	int ret;

	*watch = (struct watch){ .endpoint = endpoint };
	ret = k8sov_sock_open(&watch->sock, err);
	return ret ? ret : k8sov_sock_subscribe(watch->sock, err);
}

/**
 * watch_close() - watch no more
 * @watch: opened, or zero
 */
void watch_close(struct watch *watch)
{
	k8sov_sock_close(watch->sock);
}

/**
 * watch_deadline() - when to give up
 * @seconds: from now
 *
 * Return: for watch_wait(), in ms of the monotonic clock.
 */
int64_t watch_deadline(uint32_t seconds)
{
	return now_ms() + (int64_t)seconds * 1000;
}

/**
 * watch_wait() - wait until the endpoint may have changed
 * @watch: opened
 * @deadline: from watch_deadline()
 * @err: filled on failure
 *
 * Whoever waits looks at the endpoint then: events can be lost.
 *
 * Return: 0; -ETIME at the deadline, without words; or another -errno.
 */
int watch_wait(struct watch *watch, int64_t deadline, struct k8sov_error *err)
{
	struct pollfd fd = {
		.fd = k8sov_sock_fd(watch->sock), .events = POLLIN,
	};
	int64_t left;
	int ret;

	while (!watch->changed) {
		left = deadline - now_ms();
		if (left <= 0)
			return -ETIME;
		ret = poll(&fd, 1, (int)left);
		if (ret < 0 && errno != EINTR)
			return k8sov_error_system(err, errno,
						  "cannot wait for changes");
		if (ret <= 0)
			continue;
		ret = k8sov_sock_read_events(watch->sock, take_event, watch,
					     err);
		if (ret == -ENOBUFS)
			watch->changed = true;
		else if (ret < 0)
			return ret;
	}
	watch->changed = false;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "policy_kernel.h"

#include <errno.h>

#include "../lib/attr.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "../lib/object.h"
#include "../lib/sock.h"

struct policy_kernel {
	struct k8sov_sock *sock;	/* requests */
	struct k8sov_sock *events;
	uv_poll_t poll;
	void (*event)(void *data, enum policy_event event);
	void *data;
	uint32_t device;
	uint64_t own;			/* generation of our last commit */
};

static void tell(struct policy_kernel *kernel, uint32_t ifindex,
		 uint32_t tables)
{
	if (ifindex != kernel->device)
		return;
	if (tables & (K8SOV_TABLE_IDENTITY | K8SOV_TABLE_RULESET))
		kernel->event(kernel->data, POLICY_EVENT_TABLES);
	else if (tables & K8SOV_TABLE_ENDPOINT)
		kernel->event(kernel->data, POLICY_EVENT_ENDPOINTS);
}

/*
 * We make all our changes by commits: what is told one by one is another's.
 * An endpoint is the plugin's more often than not; a ruleset or an identity
 * may have a number that we are about to give, or be ours no more.
 */
static int take_event(unsigned int cmd, const void *obj, void *data)
{
	struct policy_kernel *kernel = data;
	const struct k8sov_endpoint *endpoint = obj;
	const struct k8sov_identity *identity = obj;
	const struct k8sov_ruleset *ruleset = obj;
	const struct k8sov_txn *txn = obj;

	switch (cmd) {
	case K8SOV_CMD_ENDPOINT_NTF:
	case K8SOV_CMD_ENDPOINT_DEL_NTF:
		tell(kernel, endpoint->ifindex, K8SOV_TABLE_ENDPOINT);
		break;
	case K8SOV_CMD_IDENTITY_NTF:
	case K8SOV_CMD_IDENTITY_DEL_NTF:
		tell(kernel, identity->ifindex, K8SOV_TABLE_IDENTITY);
		break;
	case K8SOV_CMD_RULESET_NTF:
	case K8SOV_CMD_RULESET_DEL_NTF:
		tell(kernel, ruleset->ifindex, K8SOV_TABLE_RULESET);
		break;
	case K8SOV_CMD_COMMIT_NTF:
		if (txn->generation != kernel->own)
			tell(kernel, txn->ifindex, txn->tables);
		break;
	}
	return 0;
}

static void on_events(uv_poll_t *poll, int status, int events)
{
	struct policy_kernel *kernel = poll->data;
	struct k8sov_error err = {};
	int ret = status;

	(void)events;
	while (ret >= 0 && (ret = k8sov_sock_read_events(kernel->events,
							 take_event, kernel,
							 &err)))
		/* Whatever was lost may have been anything. */
		if (ret < 0)
			kernel->event(kernel->data, POLICY_EVENT_TABLES);
}

/**
 * policy_kernel_open() - talk to the module about policy
 * @kernel: set on success; the caller closes it
 * @loop: loop
 * @event: called after changes that others have made
 * @data: for @event
 * @err: filled on failure
 *
 * Return: 0, -ENOENT if the module is not loaded, or another -errno.
 */
int policy_kernel_open(struct policy_kernel **kernel, uv_loop_t *loop,
		       void (*event)(void *data, enum policy_event event),
		       void *data, struct k8sov_error *err)
{
	struct policy_kernel *new = memory_must(calloc(1, sizeof(*new)));
	int ret;

	new->event = event;
	new->data = data;
	ret = k8sov_sock_open(&new->sock, err);
	if (!ret)
		ret = k8sov_sock_open(&new->events, err);
	if (!ret)
		ret = k8sov_sock_subscribe(new->events, err);
	if (!ret && uv_poll_init(loop, &new->poll,
				 k8sov_sock_fd(new->events)))
		ret = k8sov_error_set(err, ENOMEM, "cannot wait for events");
	if (ret) {
		k8sov_sock_close(new->sock);
		k8sov_sock_close(new->events);
		free(new);
		return ret;
	}
	new->poll.data = new;
	uv_poll_start(&new->poll, UV_READABLE, on_events);
	*kernel = new;
	return 0;
}

static void free_kernel(uv_handle_t *handle)
{
	struct policy_kernel *kernel = handle->data;

	k8sov_sock_close(kernel->events);
	k8sov_sock_close(kernel->sock);
	free(kernel);
}

/**
 * policy_kernel_close() - stop talking; the policy stays in force
 * @kernel: kernel or NULL; freed by the loop
 */
void policy_kernel_close(struct policy_kernel *kernel)
{
	if (!kernel)
		return;
	uv_poll_stop(&kernel->poll);
	uv_close((uv_handle_t *)&kernel->poll, free_kernel);
}

/**
 * policy_kernel_watch() - tell of changes of a device, and of no other
 * @kernel: kernel
 * @ifindex: device, 0 for none
 */
void policy_kernel_watch(struct policy_kernel *kernel, uint32_t ifindex)
{
	kernel->device = ifindex;
}

/**
 * policy_kernel_own() - do not tell of a commit
 * @kernel: kernel
 * @generation: what it has made
 */
void policy_kernel_own(struct policy_kernel *kernel, uint64_t generation)
{
	kernel->own = generation;
}

/**
 * policy_kernel_sock() - the socket for requests
 * @kernel: kernel
 *
 * Return: it, as long as the kernel is open.
 */
struct k8sov_sock *policy_kernel_sock(const struct policy_kernel *kernel)
{
	return kernel->sock;
}

static int take_endpoint(const void *obj, void *data)
{
	struct policy_endpoints *endpoints = data;

	endpoints->endpoint = memory_grow(endpoints->endpoint, endpoints->n,
					  sizeof(*endpoints->endpoint));
	endpoints->endpoint[endpoints->n++] =
		*(const struct k8sov_endpoint *)obj;
	return 0;
}

/**
 * policy_kernel_endpoints() - read the endpoints of a device
 * @kernel: kernel
 * @ifindex: device
 * @endpoints: set; the caller frees .endpoint
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int policy_kernel_endpoints(struct policy_kernel *kernel, uint32_t ifindex,
			    struct policy_endpoints *endpoints,
			    struct k8sov_error *err)
{
	struct k8sov_endpoint filter = {};

	endpoints->endpoint = NULL;
	endpoints->n = 0;
	K8SOV_SET(&filter, ifindex, K8SOV_A_ENDPOINT_IFINDEX, ifindex);
	return k8sov_object_dump(kernel->sock, &k8sov_object_endpoint, &filter,
				 take_endpoint, endpoints, err);
}

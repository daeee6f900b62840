// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Names for the ids in subnets. All hosts of one device are read at once, on a
 * socket of their own: they are asked for in the middle of a dump.
 */
#include "hosts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/object.h"
#include "../lib/sock.h"
#include "ctx.h"

struct hosts {
	uint32_t ifindex;
	size_t n;
	size_t room;
	struct host_name *names;
};

static int add_name(const void *obj, void *data)
{
	static const struct k8sov_pair remote = {
		K8SOV_A_HOST_REMOTE, K8SOV_A_HOST_REMOTE6, 0
	};
	const struct k8sov_host *host = obj;
	struct hosts *hosts = data;
	struct host_name *name;

	if (hosts->n == hosts->room) {
		size_t room = hosts->room ? 2 * hosts->room : 64;

		name = realloc(hosts->names, room * sizeof(*name));
		if (!name)
			return -ENOMEM;
		hosts->names = name;
		hosts->room = room;
	}
	name = &hosts->names[hosts->n++];
	name->id = host->id;
	memcpy(name->name, host->name, sizeof(name->name));
	k8sov_pair_item(&k8sov_host_set, &remote, obj, 0, &name->addr);
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	const struct host_name *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* A name that is not found is not worth failing for. */
static void read_hosts(struct hosts *hosts, uint32_t ifindex)
{
	k8sov_autoclose struct k8sov_sock *sock = NULL;
	struct k8sov_host filter = {};
	struct k8sov_error err;

	hosts->ifindex = ifindex;
	hosts->n = 0;
	if (k8sov_sock_open(&sock, &err))
		return;
	K8SOV_SET(&filter, ifindex, K8SOV_A_HOST_IFINDEX, ifindex);
	k8sov_object_dump(sock, &k8sov_object_host, &filter, add_name, hosts,
			  &err);
	if (hosts->n)
		qsort(hosts->names, hosts->n, sizeof(*hosts->names),
		      compare_ids);
}

/**
 * hosts_find() - what to call a host
 * @ctx: context
 * @ifindex: its device
 * @id: its id
 *
 * Return: the host as it was when the first of the device was asked for, or
 * NULL.
 */
const struct host_name *hosts_find(struct ctx *ctx, uint32_t ifindex,
				   uint32_t id)
{
	struct host_name key = { .id = id };

	if (!ctx->hosts)
		ctx->hosts = calloc(1, sizeof(*ctx->hosts));
	if (!ctx->hosts)
		return NULL;
	if (ctx->hosts->ifindex != ifindex)
		read_hosts(ctx->hosts, ifindex);
	if (!ctx->hosts->n)
		return NULL;
	return bsearch(&key, ctx->hosts->names, ctx->hosts->n, sizeof(key),
		       compare_ids);
}

/**
 * hosts_destroy() - forget all names
 * @hosts: names or NULL
 */
void hosts_destroy(struct hosts *hosts)
{
	if (!hosts)
		return;
	free(hosts->names);
	free(hosts);
}

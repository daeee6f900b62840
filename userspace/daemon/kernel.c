// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kernel.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include "../lib/attr.h"
#include "../lib/batch.h"
#include "../lib/error.h"
#include "../lib/memory.h"
#include "../lib/object.h"
#include "../lib/sock.h"
#include "../lib/txn.h"
#include "log.h"

/* Fewer changes than this are made one by one. */
#define MANY 16

/* How often a dump is begun again because the tables changed under it. */
#define DUMP_TRIES 8

struct kernel {
	struct k8sov_sock *sock;	/* requests */
	struct k8sov_sock *events;
	uv_poll_t poll;
	void (*changed)(void *data);
	void *data;
};

static int take_event(unsigned int cmd, const void *obj, void *data)
{
	(void)cmd;
	(void)obj;
	(void)data;
	return 0;
}

static void on_events(uv_poll_t *poll, int status, int events)
{
	struct kernel *kernel = poll->data;
	struct k8sov_error err = {};
	int ret = status;

	(void)events;
	/* Lost events are as good as others: all say "look again", and once
	 * for all that one transaction of ours has made.
	 */
	while (ret >= 0 && (ret = k8sov_sock_read_events(kernel->events,
							 take_event, NULL,
							 &err)))
		;
	kernel->changed(kernel->data);
}

/**
 * kernel_open() - talk to the module
 * @kernel: set on success; the caller closes it
 * @loop: loop
 * @changed: called after changes of the tables of any device
 * @data: for @changed
 * @err: filled on failure
 *
 * Return: 0, -ENOENT if the module is not loaded, or another -errno.
 */
int kernel_open(struct kernel **kernel, uv_loop_t *loop,
		void (*changed)(void *data), void *data,
		struct k8sov_error *err)
{
	struct kernel *new = memory_must(calloc(1, sizeof(*new)));
	int ret;

	new->changed = changed;
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
	struct kernel *kernel = handle->data;

	k8sov_sock_close(kernel->events);
	k8sov_sock_close(kernel->sock);
	free(kernel);
}

/**
 * kernel_close() - stop talking; the tables stay
 * @kernel: kernel or NULL; freed by the loop
 */
void kernel_close(struct kernel *kernel)
{
	if (!kernel)
		return;
	uv_poll_stop(&kernel->poll);
	uv_close((uv_handle_t *)&kernel->poll, free_kernel);
}

/**
 * kernel_generation() - number of the last change
 * @kernel: kernel
 * @ifindex: device
 * @generation: set on success
 * @err: filled on failure
 *
 * Return: 0, -ENODEV without such a device, or another -errno.
 */
int kernel_generation(struct kernel *kernel, uint32_t ifindex,
		      uint64_t *generation, struct k8sov_error *err)
{
	struct k8sov_device device = {};
	int ret = k8sov_device_get(kernel->sock, ifindex, &device, err);

	if (!ret)
		*generation = device.generation;
	return ret;
}

/* A dump on its way. Ids are as large as max_hosts, so they are a vector. */
struct reading {
	struct tables *tables;
	uint32_t *by_id;
	size_t ids;
};

static void note_id(struct reading *r, uint32_t id, uint32_t index)
{
	size_t i;

	if (id >= r->ids) {
		size_t n = (size_t)id * 2 + 64;

		r->by_id = memory_must(reallocarray(r->by_id, n,
						    sizeof(*r->by_id)));
		for (i = r->ids; i < n; i++)
			r->by_id[i] = TABLES_NONE;
		r->ids = n;
	}
	r->by_id[id] = index;
}

static int take_host(const void *obj, void *data)
{
	const struct k8sov_host *from = obj;
	struct reading *r = data;
	struct table_host host = {
		.owner = from->owner,
		.encap = from->encap,
		.id = from->id,
		.vni = from->vni,
		.port = from->port,
		.has_mac = K8SOV_HAS(from, K8SOV_A_HOST_MAC),
		.edited = from->n_source || from->n_source6,
	};

	memcpy(host.mac, from->mac, sizeof(host.mac));
	if (K8SOV_HAS(from, K8SOV_A_HOST_REMOTE)) {
		host.remote.family = AF_INET;
		host.remote.v4 = from->remote;
	} else {
		host.remote.family = AF_INET6;
		host.remote.v6 = from->remote6;
	}
	note_id(r, host.id, tables_add_host(r->tables, &host, from->name));
	return 0;
}

static int take_subnet(const void *obj, void *data)
{
	const struct k8sov_subnet *from = obj;
	struct reading *r = data;
	struct table_subnet subnet = {
		.len = from->prefix_len,
		.type = from->type,
		.host = TABLES_NONE,
		.owner = from->owner,
	};

	if (K8SOV_HAS(from, K8SOV_A_SUBNET_PREFIX)) {
		subnet.prefix.family = AF_INET;
		subnet.prefix.v4 = from->prefix;
	} else {
		subnet.prefix.family = AF_INET6;
		subnet.prefix.v6 = from->prefix6;
	}
	if (subnet.type == K8SOV_SUBNET_TYPE_HOST && from->host < r->ids)
		subnet.host = r->by_id[from->host];
	tables_add_subnet(r->tables, &subnet);
	return 0;
}

static int read_once(struct kernel *kernel, uint32_t ifindex,
		     struct tables *tables, struct k8sov_error *err)
{
	struct reading reading = { .tables = tables };
	struct k8sov_subnet subnets = {};
	struct k8sov_host hosts = {};
	int ret;

	K8SOV_SET(&hosts, ifindex, K8SOV_A_HOST_IFINDEX, ifindex);
	K8SOV_SET(&subnets, ifindex, K8SOV_A_SUBNET_IFINDEX, ifindex);
	ret = k8sov_object_dump(kernel->sock, &k8sov_object_host, &hosts,
				take_host, &reading, err);
	if (!ret)
		ret = k8sov_object_dump(kernel->sock, &k8sov_object_subnet,
					&subnets, take_subnet, &reading, err);
	free(reading.by_id);
	return ret;
}

/**
 * kernel_read() - read the tables of a device
 * @kernel: kernel
 * @ifindex: device
 * @tables: filled on success
 * @err: filled on failure
 *
 * Return: 0, -ENODEV without such a device, or another -errno.
 */
int kernel_read(struct kernel *kernel, uint32_t ifindex,
		struct tables *tables, struct k8sov_error *err)
{
	uint64_t before = 0, after = 0;
	int tries, ret = 0;

	for (tries = 0; tries < DUMP_TRIES; tries++) {
		memset(tables, 0, sizeof(*tables));
		ret = kernel_generation(kernel, ifindex, &before, err);
		if (!ret)
			ret = read_once(kernel, ifindex, tables, err);
		if (!ret)
			ret = kernel_generation(kernel, ifindex, &after, err);
		/* Hosts and subnets must be of one moment. */
		if (!ret && before == after)
			return 0;
		tables_exit(tables);
		if (ret && ret != -EINTR)
			return ret;
	}
	return ret ? ret : k8sov_error_set(err, EINTR,
					   "the tables do not stand still");
}

/* Changes on their way. */
struct applying {
	struct kernel *kernel;
	uint32_t ifindex;
	uint32_t txn;
	const struct diff *diff;
	const struct tables *desired;
	const struct tables *actual;
	struct kernel_result *result;
};

static void fill_host(const struct applying *a, const struct diff_op *op,
		      struct k8sov_host *to)
{
	bool del = op->kind == DIFF_HOST_DEL;
	const struct tables *from = del ? a->actual : a->desired;
	const struct table_host *host = &from->host[op->index];

	memset(to, 0, sizeof(*to));
	K8SOV_SET(to, ifindex, K8SOV_A_HOST_IFINDEX, a->ifindex);
	if (a->txn)
		K8SOV_SET(to, txn, K8SOV_A_HOST_TXN, a->txn);
	K8SOV_SET(to, owner, K8SOV_A_HOST_OWNER, host->owner);
	K8SOV_SET(to, id, K8SOV_A_HOST_ID,
		  del ? host->id : a->diff->id[op->index]);
	if (op->force)
		K8SOV_SET(to, force, K8SOV_A_HOST_FORCE, true);
	if (del)
		return;
	snprintf(to->name, sizeof(to->name), "%s",
		 tables_name(from, op->index));
	to->present |= K8SOV_BIT(K8SOV_A_HOST_NAME);
	K8SOV_SET(to, encap, K8SOV_A_HOST_ENCAP, (uint32_t)host->encap);
	if (host->remote.family == AF_INET)
		K8SOV_SET(to, remote, K8SOV_A_HOST_REMOTE, host->remote.v4);
	else
		K8SOV_SET(to, remote6, K8SOV_A_HOST_REMOTE6, host->remote.v6);
	if (host->has_mac) {
		memcpy(to->mac, host->mac, sizeof(to->mac));
		to->present |= K8SOV_BIT(K8SOV_A_HOST_MAC);
	}
	if (host->vni)
		K8SOV_SET(to, vni, K8SOV_A_HOST_VNI, host->vni);
	if (host->port)
		K8SOV_SET(to, port, K8SOV_A_HOST_PORT, host->port);
}

static void fill_subnet(const struct applying *a, const struct diff_op *op,
			struct k8sov_subnet *to)
{
	bool del = op->kind == DIFF_SUBNET_DEL;
	const struct tables *from = del ? a->actual : a->desired;
	const struct table_subnet *subnet = &from->subnet[op->index];

	memset(to, 0, sizeof(*to));
	K8SOV_SET(to, ifindex, K8SOV_A_SUBNET_IFINDEX, a->ifindex);
	if (a->txn)
		K8SOV_SET(to, txn, K8SOV_A_SUBNET_TXN, a->txn);
	K8SOV_SET(to, owner, K8SOV_A_SUBNET_OWNER, subnet->owner);
	if (op->force)
		K8SOV_SET(to, force, K8SOV_A_SUBNET_FORCE, true);
	if (subnet->prefix.family == AF_INET)
		K8SOV_SET(to, prefix, K8SOV_A_SUBNET_PREFIX,
			  subnet->prefix.v4);
	else
		K8SOV_SET(to, prefix6, K8SOV_A_SUBNET_PREFIX6,
			  subnet->prefix.v6);
	K8SOV_SET(to, prefix_len, K8SOV_A_SUBNET_PREFIX_LEN, subnet->len);
	if (del)
		return;
	K8SOV_SET(to, type, K8SOV_A_SUBNET_TYPE, (uint32_t)subnet->type);
	if (subnet->type == K8SOV_SUBNET_TYPE_HOST)
		K8SOV_SET(to, host, K8SOV_A_SUBNET_HOST,
			  a->diff->id[subnet->host]);
}

/* Operation and flags of a kind of change. */
static const struct {
	bool subnet;
	uint8_t cmd;
	uint16_t flags;
} messages[] = {
	[DIFF_HOST_NEW] = { false, K8SOV_CMD_HOST_NEW,
			    NLM_F_CREATE | NLM_F_EXCL },
	[DIFF_HOST_SET] = { false, K8SOV_CMD_HOST_NEW, NLM_F_REPLACE },
	[DIFF_SUBNET_NEW] = { true, K8SOV_CMD_SUBNET_NEW,
			      NLM_F_CREATE | NLM_F_EXCL },
	[DIFF_SUBNET_SET] = { true, K8SOV_CMD_SUBNET_NEW, NLM_F_REPLACE },
	[DIFF_SUBNET_DEL] = { true, K8SOV_CMD_SUBNET_DEL, 0 },
	[DIFF_HOST_DEL] = { false, K8SOV_CMD_HOST_DEL, 0 },
};

static void describe(const struct applying *a, const struct diff_op *op,
		     char text[static K8SOV_ADDR_TEXT])
{
	const struct tables *from = op->kind >= DIFF_SUBNET_DEL ? a->actual :
				    a->desired;

	if (messages[op->kind].subnet)
		k8sov_prefix_format(&from->subnet[op->index].prefix,
				    from->subnet[op->index].len, text);
	else
		k8sov_addr_format(&from->host[op->index].remote, text);
}

/* One entry that is refused must not keep the others from being made. */
static int on_refused(uint64_t tag, const struct k8sov_error *err, void *data)
{
	struct applying *a = data;
	char what[K8SOV_ADDR_TEXT];

	describe(a, &a->diff->op[tag], what);
	log_warn("kernel", "%s: the kernel refused: %s", what, err->message);
	if (!a->result->refused++)
		snprintf(a->result->why, sizeof(a->result->why),
			 "%s: %.180s", what, err->message);
	return 0;
}

static int apply_ops(struct applying *a, struct k8sov_error *err)
{
	struct k8sov_batch *batch;
	union k8sov_any obj;
	size_t i;
	int ret;

	ret = k8sov_batch_create(&batch, a->kernel->sock, on_refused, a, err);
	for (i = 0; !ret && i < a->diff->ops; i++) {
		const struct diff_op *op = &a->diff->op[i];

		if (messages[op->kind].subnet)
			fill_subnet(a, op, &obj.subnet);
		else
			fill_host(a, op, &obj.host);
		ret = k8sov_batch_add(batch, messages[op->kind].cmd,
				      messages[op->kind].flags, &obj, i, err);
	}
	if (!ret)
		ret = k8sov_batch_flush(batch, err);
	k8sov_batch_destroy(batch);
	a->result->made = a->diff->ops - a->result->refused;
	return ret;
}

/**
 * kernel_apply() - make changes
 * @kernel: kernel
 * @ifindex: device
 * @diff: changes
 * @desired: what they were found with
 * @actual: likewise
 * @result: filled
 * @err: filled on failure
 *
 * Many changes become one transaction, which copies the tables; few are made one
 * by one. Their order makes that safe: a host is there before its subnets are and
 * until they are gone.
 *
 * Return: 0, also if some were refused; -errno if the kernel could not be asked,
 * after perhaps some of a few.
 */
int kernel_apply(struct kernel *kernel, uint32_t ifindex,
		 const struct diff *diff, const struct tables *desired,
		 const struct tables *actual, struct kernel_result *result,
		 struct k8sov_error *err)
{
	struct applying a = {
		.kernel = kernel, .ifindex = ifindex, .diff = diff,
		.desired = desired, .actual = actual, .result = result,
	};
	struct k8sov_error ignored;
	int ret;

	memset(result, 0, sizeof(*result));
	if (!diff->ops)
		return 0;
	if (diff->ops < MANY) {
		ret = apply_ops(&a, err);
		result->generations = result->made;
		return ret;
	}
	result->generations = 1;
	ret = k8sov_txn_begin(kernel->sock, ifindex, 0, &a.txn, err);
	if (ret)
		return ret;
	ret = apply_ops(&a, err);
	if (!ret && result->made)
		return k8sov_txn_commit(kernel->sock, ifindex, a.txn, NULL,
					err);
	k8sov_txn_abort(kernel->sock, ifindex, a.txn, &ignored);
	return ret;
}

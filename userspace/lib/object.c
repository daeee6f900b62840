// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "object.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include "attr.h"
#include "error.h"
#include "sock.h"

#define OBJECT(noun, NOUN)						\
const struct k8sov_object k8sov_object_##noun = {			\
	.name = #noun,							\
	.set = &k8sov_##noun##_set,					\
	.table = K8SOV_TABLE_##NOUN,					\
	.get = K8SOV_CMD_##NOUN##_GET,					\
	.new = K8SOV_CMD_##NOUN##_NEW,					\
	.del = K8SOV_CMD_##NOUN##_DEL,					\
	.ntf = K8SOV_CMD_##NOUN##_NTF,					\
	.del_ntf = K8SOV_CMD_##NOUN##_DEL_NTF,				\
}

OBJECT(host, HOST);
OBJECT(subnet, SUBNET);
OBJECT(endpoint, ENDPOINT);
OBJECT(identity, IDENTITY);
OBJECT(ruleset, RULESET);

/* In the order in which one may refer to another. */
const struct k8sov_object *const k8sov_objects[K8SOV_OBJECTS] = {
	&k8sov_object_host,
	&k8sov_object_subnet,
	&k8sov_object_ruleset,
	&k8sov_object_endpoint,
	&k8sov_object_identity,
};

/* Where the answer to a request that has only one goes. */
struct single {
	void *obj;
	size_t size;
	bool seen;
};

static int take_single(unsigned int cmd, const void *obj, void *data)
{
	struct single *single = data;

	(void)cmd;
	if (single->obj)
		memcpy(single->obj, obj, single->size);
	single->seen = true;
	return 0;
}

static int get_single(struct k8sov_sock *sock, unsigned int cmd,
		      const void *key, void *obj, struct k8sov_error *err)
{
	const struct k8sov_op *op = k8sov_op_get(cmd);
	struct single single = { .obj = obj, .size = op->set->size };
	int ret;

	ret = k8sov_sock_request(sock, cmd, NLM_F_ACK, key, take_single,
				 &single, err);
	if (!ret && !single.seen)
		return k8sov_error_set(err, EBADMSG,
				       "the kernel did not answer '%s'",
				       op->name);
	return ret;
}

struct dump {
	k8sov_object_cb cb;
	void *data;
};

static int take_dumped(unsigned int cmd, const void *obj, void *data)
{
	struct dump *dump = data;

	(void)cmd;
	return dump->cb(obj, dump->data);
}

static int dump_all(struct k8sov_sock *sock, unsigned int cmd,
		    const void *filter, k8sov_object_cb cb, void *data,
		    struct k8sov_error *err)
{
	struct dump dump = { .cb = cb, .data = data };

	return k8sov_sock_request(sock, cmd, NLM_F_DUMP, filter, take_dumped,
				  &dump, err);
}

/**
 * k8sov_write_flags() - netlink flags of a way to write
 * @how: add or replace
 *
 * Return: NLM_F_*.
 */
uint16_t k8sov_write_flags(enum k8sov_write how)
{
	switch (how) {
	case K8SOV_WRITE_ADD:
		return NLM_F_CREATE | NLM_F_EXCL;
	case K8SOV_WRITE_REPLACE:
		return NLM_F_CREATE | NLM_F_REPLACE;
	}
	return 0;
}

/**
 * k8sov_object_get() - get one entry
 * @sock: socket
 * @kind: which table
 * @key: device, and what to find the entry by
 * @obj: set on success
 * @err: filled on failure
 *
 * Return: 0, -ENOENT if there is none, or another -errno.
 */
int k8sov_object_get(struct k8sov_sock *sock, const struct k8sov_object *kind,
		     const void *key, void *obj, struct k8sov_error *err)
{
	return get_single(sock, kind->get, key, obj, err);
}

/**
 * k8sov_object_dump() - get all entries
 * @sock: socket
 * @kind: which table
 * @filter: device, and what the kernel can filter by
 * @cb: called for each; what it returns below 0 ends the dump
 * @data: for @cb
 * @err: filled on failure
 *
 * Return: 0, -EINTR if the table changed meanwhile so that what @cb saw may
 * be inconsistent, or another -errno.
 */
int k8sov_object_dump(struct k8sov_sock *sock,
		      const struct k8sov_object *kind, const void *filter,
		      k8sov_object_cb cb, void *data, struct k8sov_error *err)
{
	return dump_all(sock, kind->get, filter, cb, data, err);
}

/**
 * k8sov_object_new() - add or replace an entry
 * @sock: socket
 * @kind: which table
 * @how: add or replace
 * @obj: the entry
 * @echo: set on success to the entry as it is in the table, or NULL
 * @err: filled on failure
 *
 * Return: 0, -EEXIST if the key is taken, -ENOSPC if the table is full,
 * -EPERM if the entry has another owner or the caller no right, or another
 * -errno.
 */
int k8sov_object_new(struct k8sov_sock *sock, const struct k8sov_object *kind,
		     enum k8sov_write how, const void *obj, void *echo,
		     struct k8sov_error *err)
{
	struct single single = { .obj = echo, .size = kind->set->size };
	uint16_t flags = NLM_F_ACK | k8sov_write_flags(how);

	if (echo)
		flags |= NLM_F_ECHO;
	return k8sov_sock_request(sock, kind->new, flags, obj, take_single,
				  &single, err);
}

/**
 * k8sov_object_del() - delete an entry
 * @sock: socket
 * @kind: which table
 * @key: device, key and owner of the entry
 * @err: filled on failure
 *
 * Return: 0, -ENOENT if there is none, -EBUSY if others refer to it, or
 * another -errno.
 */
int k8sov_object_del(struct k8sov_sock *sock, const struct k8sov_object *kind,
		     const void *key, struct k8sov_error *err)
{
	return k8sov_sock_request(sock, kind->del, NLM_F_ACK, key, NULL, NULL,
				  err);
}

/**
 * k8sov_device_get() - get the state of a device
 * @sock: socket
 * @ifindex: its index
 * @device: set on success
 * @err: filled on failure
 *
 * Return: 0, -ENODEV if the index is not that of a k8sov device, or another
 * -errno.
 */
int k8sov_device_get(struct k8sov_sock *sock, uint32_t ifindex,
		     struct k8sov_device *device, struct k8sov_error *err)
{
	struct k8sov_device key = {};

	K8SOV_SET(&key, ifindex, K8SOV_A_DEVICE_IFINDEX, ifindex);
	return get_single(sock, K8SOV_CMD_DEVICE_GET, &key, device, err);
}

/**
 * k8sov_device_dump() - get the state of all devices in the network namespace
 * @sock: socket
 * @cb: called for each with a struct k8sov_device
 * @data: for @cb
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_device_dump(struct k8sov_sock *sock, k8sov_object_cb cb, void *data,
		      struct k8sov_error *err)
{
	return dump_all(sock, K8SOV_CMD_DEVICE_GET, NULL, cb, data, err);
}

/**
 * k8sov_stats_get() - get the counters of a device
 * @sock: socket
 * @ifindex: its index
 * @stats: set on success
 * @err: filled on failure
 *
 * Return: 0, -ENODEV if the index is not that of a k8sov device, or another
 * -errno.
 */
int k8sov_stats_get(struct k8sov_sock *sock, uint32_t ifindex,
		    struct k8sov_stats *stats, struct k8sov_error *err)
{
	struct k8sov_stats key = {};

	K8SOV_SET(&key, ifindex, K8SOV_A_STATS_IFINDEX, ifindex);
	return get_single(sock, K8SOV_CMD_STATS_GET, &key, stats, err);
}

/**
 * k8sov_stats_dump() - get the counters of all devices in the namespace
 * @sock: socket
 * @cb: called for each with a struct k8sov_stats
 * @data: for @cb
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_stats_dump(struct k8sov_sock *sock, k8sov_object_cb cb, void *data,
		     struct k8sov_error *err)
{
	return dump_all(sock, K8SOV_CMD_STATS_GET, NULL, cb, data, err);
}

/**
 * k8sov_trace_get() - ask what would happen to a packet
 * @sock: socket
 * @query: the packet
 * @answer: set on success
 * @err: filled on failure
 *
 * Return: 0, or -errno.
 */
int k8sov_trace_get(struct k8sov_sock *sock, const struct k8sov_trace *query,
		    struct k8sov_trace *answer, struct k8sov_error *err)
{
	return get_single(sock, K8SOV_CMD_TRACE_GET, query, answer, err);
}
